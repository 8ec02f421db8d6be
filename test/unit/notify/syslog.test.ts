import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { NotifyProblem } from '../../../src/model/notify-problem.ts';
import type { Outbox } from '../../../src/model/outbox.ts';
import { deliver } from '../../../src/notify/deliver.ts';
import { parseObject } from '../../../src/notify/json.ts';
import { parseTargets, type Around } from '../../../src/notify/parse-target.ts';
import { headerHost, syslogMessage } from '../../../src/notify/syslog-message.ts';
import { MemoryOutbox } from '../../memory-outbox.ts';
import { findingLine, makeCertificate, StreamReceiver, type Certificate, type StreamBehaviour } from '../../notify-receivers.ts';

let folder: string;
let server: Certificate;
let client: Certificate;
let closing: (() => Promise<void> | void)[] = [];
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-syslog-'));
  [server, client] = await Promise.all([makeCertificate(), makeCertificate('exhunt')]);
  writeFileSync(at('ca.pem'), server.cert);
  writeFileSync(at('client.pem'), client.cert);
  writeFileSync(at('client.key'), client.key);
});
afterEach(async () => {
  await Promise.all(closing.map(async (close) => await close()));
  closing = [];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function openStream(decide: (count: number) => StreamBehaviour, tls?: Certificate & { readonly clientCa?: string }) {
  const receiver = new StreamReceiver(decide, tls);
  closing.push(async () => await receiver.close());
  return { receiver, port: await receiver.open() };
}

async function run(text: string, outbox: Outbox, more: Partial<Around> & { readonly deadlineMs?: number } = {}): Promise<NotifyProblem[]> {
  const problems: NotifyProblem[] = [];
  const targets = parseTargets([text], { environment: {}, platform: 'linux', ...more });
  await deliver(targets, outbox, { deadlineMs: 15_000, attemptMs: 2_000, ...more, report: (problem) => problems.push(problem) });
  return problems;
}

const idsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `id-${index + 1}`);

function outboxOf(ids: readonly string[]): MemoryOutbox {
  const outbox = new MemoryOutbox();
  outbox.add(...ids.map((id) => findingLine(id)));
  return outbox;
}

/** A message as RFC 5424 has it (section 6), read by the letter of its grammar. */
function readMessage(text: string) {
  const head = /^<(\d{1,3})>1 (\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /.exec(text);
  if (head === null) throw new Error(`no header: ${text}`);
  const [whole, priority, timestamp, hostname, appName, procId, msgId] = head;
  const values = new Map<string, string>();
  let rest = text.slice(whole.length);
  const start = /^\[([^ =\]"]{1,32})/.exec(rest);
  if (start === null) throw new Error('no structured data');
  rest = rest.slice(start[0].length);
  for (
    let parameter;
    (parameter = /^ ([^ =\]"]{1,32})="((?:[^"\\\]]|\\[\s\S])*)"/.exec(rest)) !== null;
    rest = rest.slice(parameter[0].length)
  )
    values.set(parameter[1] ?? '', (parameter[2] ?? '').replaceAll(/\\(["\\\]])/g, '$1'));
  if (!rest.startsWith('] ')) throw new Error(`structured data does not end: ${rest}`);
  return { priority: Number(priority), timestamp, hostname, appName, procId, msgId, sdId: start[1], values, json: rest.slice(2) };
}

const recordOf = (line: string) => parseObject(line) ?? {};
const make = (line: string, limitBytes = 8_192) => {
  const { bytes, isCut } = syslogMessage(recordOf(line), line, limitBytes, 'exhunt-host');
  return { ...readMessage(bytes.toString('utf8')), bytes, isCut };
};

describe('a syslog message', () => {
  test('has a header, structured data and the record', () => {
    const line = findingLine('id-1', { vulnerability: { id: ['CVE-2021-26855', 'CVE-2021-27065'] } });
    const { bytes: _, isCut, values, json, ...head } = make(line);
    expect(head).toEqual({
      priority: 131,
      timestamp: '2021-03-03T06:59:13.030Z',
      hostname: 'exhunt-host',
      appName: 'exhunt',
      procId: '-',
      msgId: 'finding',
      sdId: 'exhunt@32473',
    });
    expect(Object.fromEntries(values)).toMatchObject({
      id: 'id-1',
      level: 'high',
      host: 'EX01',
      cve: 'CVE-2021-26855,CVE-2021-27065',
      line: '7',
    });
    expect(json).toBe(line);
    expect(isCut).toBe(false);
  });

  test.each([
    ['critical', 130],
    ['high', 131],
    ['medium', 132],
    ['low', 133],
    ['informational', 134],
    ['constructor', 134],
  ])('of level %s has priority %i', (level, priority) => {
    expect(make(findingLine('id', { rule: { id: 'r', name: 'r', level } })).priority).toBe(priority);
  });

  test('of a verdict says how far it got, without a time where there is none', () => {
    const line = JSON.stringify({ schema: 'exhunt/1', record: 'verdict', host: { name: 'EX01' }, verdict: 'compromised', cve: [] });
    const message = make(line);
    expect(message).toMatchObject({ priority: 130, timestamp: '-', msgId: 'verdict' });
    expect(Object.fromEntries(message.values)).toEqual({ verdict: 'compromised', host: 'EX01' });
  });

  test('keeps hostile text inside', () => {
    const evil = 'a"]\\ \r\n<13>1 - - - - - - owned \u0000\u001b[2J\u202e\u2028\ud800 ü 😀';
    const line = findingLine('id-1', { host: { name: evil }, rule: { id: 'r', name: evil, level: 'low' }, event: { original: evil } });
    const { bytes, values, json } = make(line);
    // JSON.stringify leaves direction and line characters as they are.
    expect(JSON.parse(json)).toEqual(JSON.parse(line));
    expect(json).toMatch(/^[\x20-\x7e]*$/);
    expect(bytes.toString('utf8')).not.toMatch(/[\p{Cc}\u202e\u2028\ufffd]/u);
    expect(values.get('host')).toBe(String.raw`a"]\ \x0d\x0a<13>1 - - - - - - owned \x00\x1b[2J\u202e\u2028\ud800 ü 😀`);
    expect([...values.keys()]).toEqual(['id', 'rule', 'ruleName', 'level', 'host', 'logType', 'file', 'line']);
  });

  test('begins with no byte order mark, for its text is ASCII', () => {
    const { bytes, json } = make(findingLine('id-1', { message: 'Ünïcödé' }));
    expect(bytes.includes(Buffer.from([0xef, 0xbb, 0xbf]))).toBe(false);
    expect(json).toContain(String.raw`\u00dcn`);
  });

  test.each([2_048, 8_192])('is no longer than %i bytes, and whole JSON, whatever it holds', (limitBytes) => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }),
      fc.constantFrom('\\'.repeat(600), '😀'.repeat(900), ']'.repeat(9_000)),
    );
    fc.assert(
      fc.property(text, text, text, fc.uuid(), (one, two, three, id) => {
        const line = findingLine(id, {
          message: one,
          host: { name: two },
          user: { name: three },
          url: { path: one, query: two },
          user_agent: { original: three },
          vulnerability: { id: [one, two] },
          log: { type: two, file: { path: three }, line: 1, offset: 0 },
          event: { original: one + two + three },
        });
        const { bytes, json, values, isCut } = make(line, limitBytes);
        expect(bytes.length).toBeLessThanOrEqual(limitBytes);
        expect(values.get('id')).toBe(id);
        if (isCut) expect(JSON.parse(json)).toMatchObject({ id, cut: true, rule: { id: 'proxylogon-ssrf' } });
        else expect(JSON.parse(json)).toEqual(JSON.parse(line));
      }),
      { numRuns: 100 },
    );
  });

  test('that is too long goes without its log line first, and keeps what is short', () => {
    const { json, isCut } = make(findingLine('id-1', { event: { original: 'x'.repeat(3_000) } }), 2_048);
    expect(isCut).toBe(true);
    const { event: _, ...rest } = JSON.parse(findingLine('id-1'));
    expect(JSON.parse(json)).toEqual({ ...rest, cut: true });
  });

  test('names this machine as a header may', () => {
    expect(headerHost('EX 01\u202e')).toBe('EX01');
    expect(headerHost(' ')).toBe('-');
    expect(headerHost('x'.repeat(300))).toHaveLength(255);
  });
});

describe('over TCP', () => {
  test('each message stands behind its length, in order', async () => {
    const { receiver, port } = await openStream(() => 'read');
    expect(await run(`syslog+tcp://localhost:${port}`, outboxOf(idsOf(700)))).toEqual([{ code: 'NOTIFY_TOLD', count: 700 }]);
    expect(receiver.messages.map((message) => readMessage(message).values.get('id'))).toEqual(idsOf(700));
    expect(receiver.connections).toHaveLength(2);
  });

  test.each<StreamBehaviour>(['hang', 'end', 'reset'])('a receiver that does not read (%s) is told again', async (behaviour) => {
    const { receiver, port } = await openStream((count) => (count < 2 ? behaviour : 'read'));
    expect(await run(`syslog+tcp://localhost:${port}`, outboxOf(idsOf(3)))).toEqual([{ code: 'NOTIFY_TOLD', count: 3 }]);
    expect(receiver.messages.map((message) => readMessage(message).values.get('id'))).toEqual(idsOf(3));
  });

  test('a receiver that takes a connection and reads nothing was told nothing', async () => {
    const { port } = await openStream(() => 'hang');
    const outbox = outboxOf(idsOf(3));
    expect(await run(`syslog+tcp://localhost:${port}`, outbox, { deadlineMs: 800 })).toEqual([
      { code: 'NOTIFY_WAITING', count: 3, failure: { why: 'silent', seconds: 1 } },
    ]);
    expect(outbox.settled).toEqual([]);
  });
});

describe('over TLS', () => {
  test('a receiver that is trusted is told', async () => {
    const { receiver, port } = await openStream(() => 'read', server);
    expect(await run(`syslog+tls://localhost:${port}`, outboxOf(idsOf(50)), { ca: at('ca.pem') })).toEqual([
      { code: 'NOTIFY_TOLD', count: 50 },
    ]);
    expect(receiver.messages).toHaveLength(50);
  });

  test('a receiver that is not trusted gets nothing', async () => {
    const { receiver, port } = await openStream(() => 'read', server);
    expect(await run(`syslog+tls://localhost:${port}`, outboxOf(['id-1']))).toEqual([
      { code: 'NOTIFY_WAITING', count: 1, failure: { why: 'certificate', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
    ]);
    expect(receiver.connections.filter((bytes) => bytes.length > 0)).toEqual([]);
  });

  test('a receiver that wants a certificate of us gets it, and takes nothing without', async () => {
    const { receiver, port } = await openStream(() => 'read', { ...server, clientCa: client.cert });
    const outbox = outboxOf(['id-1']);
    const url = `syslog+tls://localhost:${port}`;
    const [problem] = await run(url, outbox, { ca: at('ca.pem'), deadlineMs: 1_000 });
    expect(problem).toMatchObject({ code: 'NOTIFY_WAITING', count: 1 });
    await run(`${url},cert=file:${at('client.pem')},key=file:${at('client.key')}`, outbox, { ca: at('ca.pem') });
    expect(receiver.messages).toHaveLength(1);
  });

  test('a receiver that resets is told again', async () => {
    const { receiver, port } = await openStream((count) => (count === 0 ? 'reset' : 'read'), server);
    await run(`syslog+tls://localhost:${port}`, outboxOf(idsOf(3)), { ca: at('ca.pem') });
    expect(receiver.messages).toHaveLength(3);
  });
});

describe('over UDP', () => {
  async function openUdp(): Promise<{ readonly messages: Buffer[]; readonly port: number; readonly socket: Socket }> {
    const socket = createSocket('udp4');
    const messages: Buffer[] = [];
    socket.on('message', (message) => messages.push(message));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return { messages, port: socket.address().port, socket };
  }

  test('each message is a datagram of at most 2 KB, and nobody says that they arrived', async () => {
    const { messages, port, socket } = await openUdp();
    closing.push(() => void socket.close());
    const outbox = outboxOf(idsOf(120));
    outbox.add(findingLine('long', { event: { original: 'x'.repeat(9_000) } }));
    expect(await run(`syslog+udp://127.0.0.1:${port}`, outbox)).toEqual([
      { code: 'NOTIFY_UNCONFIRMED', count: 121 },
      { code: 'NOTIFY_CUT', count: 1, limitBytes: 2_048 },
    ]);
    expect(messages.map((bytes) => readMessage(bytes.toString()).values.get('id'))).toEqual([...idsOf(120), 'long']);
    expect(Math.max(...messages.map((bytes) => bytes.length))).toBeLessThanOrEqual(2_048);
  });

  test('a machine that says that nobody listens keeps the findings waiting', async () => {
    const { port, socket } = await openUdp();
    await new Promise<void>((resolve) => socket.close(resolve));
    const outbox = outboxOf(['id-1']);
    expect(await run(`syslog+udp://127.0.0.1:${port}`, outbox, { deadlineMs: 600 })).toEqual([
      { code: 'NOTIFY_WAITING', count: 1, failure: { why: 'unreachable', code: 'ECONNREFUSED' } },
    ]);
    expect(outbox.settled).toEqual([]);
  });
});
