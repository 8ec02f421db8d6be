import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { diagnostic } from '../../../src/model/diagnostic.ts';
import { describeDiagnostic } from '../../../src/report/describe.ts';
import type { NotifyProblem } from '../../../src/model/notify-problem.ts';
import type { Outbox } from '../../../src/model/outbox.ts';
import { deliver, type DeliverOptions } from '../../../src/notify/deliver.ts';
import { parseTargets } from '../../../src/notify/parse-target.ts';
import { MemoryOutbox } from '../../memory-outbox.ts';
import { findingLine, HttpReceiver, makeCertificate, StreamReceiver, type Behaviour, type Certificate } from '../../notify-receivers.ts';

let folder: string;
let certificate: Certificate;
let opened: { readonly close: () => Promise<void> }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-notify-'));
  certificate = await makeCertificate();
  writeFileSync(path.join(folder, 'ca.pem'), certificate.cert);
});
afterEach(async () => {
  await Promise.all(opened.map(async (each) => await each.close()));
  opened = [];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function keep<Receiver extends { readonly close: () => Promise<void> }>(receiver: Receiver): Receiver {
  opened.push(receiver);
  return receiver;
}

const TARGETS = { environment: {}, platform: 'linux' } as const;

interface Told {
  readonly problems: readonly NotifyProblem[];
}

async function run(
  texts: readonly string[],
  outbox: Outbox,
  options: Partial<DeliverOptions> & Partial<Parameters<typeof parseTargets>[1]> = {},
): Promise<Told> {
  const problems: NotifyProblem[] = [];
  const targets = parseTargets(texts, { ...TARGETS, ...options });
  await deliver(targets, outbox, { deadlineMs: 15_000, attemptMs: 5_000, ...options, report: (problem) => problems.push(problem) });
  return { problems };
}

function outboxOf(count: number, from = 1): MemoryOutbox {
  const outbox = new MemoryOutbox();
  outbox.add(...idsOf(count, from).map((id) => findingLine(id)));
  return outbox;
}

const idsOf = (count: number, from = 1): string[] => Array.from({ length: count }, (_, index) => `id-${from + index}`);
const OK: Behaviour = { status: 204 };

describe('a webhook', () => {
  test('is told all in order, a hundred at once', async () => {
    const receiver = keep(new HttpReceiver(() => OK));
    const url = await receiver.open();
    const outbox = outboxOf(250);
    const { problems } = await run([url], outbox);
    expect(receiver.ids).toEqual(idsOf(250));
    expect(receiver.taken).toHaveLength(3);
    expect(problems).toEqual([{ code: 'NOTIFY_TOLD', count: 250 }]);
    expect(outbox.count(url)).toBe(0);
    expect(outbox.settled.map(([, through]) => through)).toEqual([100, 200, 250]);
  });

  test('is not asked when nothing waits', async () => {
    const receiver = keep(new HttpReceiver(() => OK));
    expect(await run([await receiver.open()], new MemoryOutbox())).toEqual({ problems: [] });
    expect(receiver.requests).toEqual([]);
  });

  test('gets records byte for byte, in an object that names the schema', async () => {
    const receiver = keep(new HttpReceiver(() => OK));
    const outbox = new MemoryOutbox();
    const line = findingLine('odd', { message: 'a "quote", ü and \u202e' });
    outbox.add(`${line}\n`);
    await run([await receiver.open()], outbox);
    expect(receiver.taken[0]?.body).toBe(`{"schema":"exhunt/1","records":[${line}]}`);
    expect(receiver.taken[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'exhunt' });
  });

  test.each<readonly [string, readonly Behaviour[]]>([
    ['answers 500', [{ status: 500 }, { status: 503 }]],
    ['answers 408 and 429', [{ status: 408 }, { status: 429 }]],
    ['hangs', ['hang']],
    ['closes without an answer', ['close', 'close']],
    ['resets in the middle', ['reset']],
  ])('that %s and returns gets every finding, with the same key', async (_, behaviours) => {
    const receiver = keep(
      new HttpReceiver((request, count) => (request.body === '' && behaviours[count] !== 'reset' ? OK : (behaviours[count] ?? OK))),
    );
    const attemptMs = behaviours.includes('hang') ? 1_000 : 5_000;
    const { problems } = await run([await receiver.open()], outboxOf(3), { attemptMs });
    expect(receiver.ids).toEqual(idsOf(3));
    expect(problems).toEqual([{ code: 'NOTIFY_TOLD', count: 3 }]);
    const keys = receiver.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(behaviours.length + 1);
    expect(new Set(keys).size).toBe(1);
  });

  test('that refuses connections keeps its findings, and has them in the next run', async () => {
    const first = new HttpReceiver(() => OK);
    const url = await first.open();
    await first.close();
    const outbox = outboxOf(5);
    const { problems } = await run([url], outbox, { deadlineMs: 900 });
    expect(problems).toEqual([{ code: 'NOTIFY_WAITING', count: 5, failure: { why: 'unreachable', code: 'ECONNREFUSED' } }]);
    const again = keep(new HttpReceiver(() => OK));
    await again.open(Number(new URL(url).port));
    outbox.add(findingLine('id-6'));
    await run([url], outbox);
    expect(again.ids).toEqual(idsOf(6));
  });

  test('that hangs to the end costs no more than the time there is', async () => {
    const receiver = keep(new HttpReceiver(() => 'hang'));
    const outbox = outboxOf(1);
    const begun = Date.now();
    const { problems } = await run([await receiver.open()], outbox, { deadlineMs: 1_200, attemptMs: 400 });
    expect(Date.now() - begun).toBeLessThan(2_500);
    expect(problems).toEqual([{ code: 'NOTIFY_WAITING', count: 1, failure: { why: 'silent', seconds: 1 } }]);
  });

  test('is given the time that Retry-After asks for', async () => {
    const times: number[] = [];
    const receiver = keep(
      new HttpReceiver(({ body }, count) => {
        if (body !== '') times.push(Date.now());
        return count === 0 ? { status: 429, headers: { 'retry-after': '2' } } : OK;
      }),
    );
    await run([await receiver.open()], outboxOf(1));
    expect(receiver.ids).toEqual(['id-1']);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_990);
  });

  test('that asks for more time than there is is asked again in the next run', async () => {
    const receiver = keep(new HttpReceiver(() => ({ status: 503, headers: { 'retry-after': '3600' } })));
    const begun = Date.now();
    const { problems } = await run([await receiver.open()], outboxOf(4));
    expect(Date.now() - begun).toBeLessThan(2_000);
    expect(problems).toEqual([{ code: 'NOTIFY_WAITING', count: 4, failure: { why: 'busy', seconds: 3_600 } }]);
    expect(receiver.requests).toHaveLength(1);
  });

  test.each([401, 403, 404, 302])('that answers %i refuses: it is asked once, and all waits', async (status) => {
    const receiver = keep(new HttpReceiver(() => ({ status, headers: { location: '/elsewhere' } })));
    const url = await receiver.open();
    const outbox = outboxOf(4);
    expect((await run([url], outbox)).problems).toEqual([{ code: 'NOTIFY_WAITING', count: 4, failure: { why: 'refused', status } }]);
    expect(receiver.requests).toHaveLength(1);
    expect(outbox.count(url)).toBe(4);
  });

  test('that takes few at once gets few at once', async () => {
    const receiver = keep(new HttpReceiver(({ body }) => (body.length > 3_000 ? { status: 413 } : OK)));
    await run([await receiver.open()], outboxOf(40));
    expect(receiver.ids).toEqual(idsOf(40));
    expect(receiver.taken.length).toBeGreaterThan(5);
  });

  test('that chokes on a log line gets the record without it', async () => {
    const receiver = keep(new HttpReceiver(({ body }) => (body.includes('evil') ? { status: 400 } : OK)));
    const outbox = outboxOf(5);
    outbox.add(findingLine('odd', { event: { original: 'evil' } }), findingLine('id-7'));
    const { problems } = await run([await receiver.open()], outbox);
    expect(receiver.ids).toEqual([...idsOf(5), 'odd', 'id-7']);
    const odd = receiver.taken.flatMap(({ body }) => JSON.parse(body).records).find(({ id }) => id === 'odd');
    expect(odd).toMatchObject({ cut: true, rule: { id: 'proxylogon-ssrf' } });
    expect(problems).toContainEqual({ code: 'NOTIFY_CUT', count: 1, limitBytes: 262_144 });
  });

  test('that refuses one record however it is told is told of the others, and that one is named', async () => {
    const receiver = keep(new HttpReceiver(({ body }) => (body.includes('"odd"') ? { status: 422 } : OK)));
    const outbox = outboxOf(5);
    outbox.add(findingLine('odd'), findingLine('id-7'));
    const url = await receiver.open();
    const { problems } = await run([url], outbox);
    expect(receiver.ids).toEqual([...idsOf(5), 'id-7']);
    expect(problems).toContainEqual({ code: 'NOTIFY_SET_ASIDE', id: 'odd', status: 422 });
    expect(outbox.count(url)).toBe(0);
  });

  test('that refuses the last record keeps it waiting until it takes a later one', async () => {
    const receiver = keep(new HttpReceiver(({ body }) => (body.includes('"odd"') ? { status: 422 } : OK)));
    const outbox = outboxOf(2);
    outbox.add(findingLine('odd'));
    const url = await receiver.open();
    expect((await run([url], outbox)).problems).toEqual([
      { code: 'NOTIFY_TOLD', count: 2 },
      { code: 'NOTIFY_WAITING', count: 1, failure: { why: 'refused', status: 422 } },
    ]);
    outbox.add(findingLine('id-4'));
    expect((await run([url], outbox)).problems).toEqual([
      { code: 'NOTIFY_SET_ASIDE', id: 'odd', status: 422 },
      { code: 'NOTIFY_TOLD', count: 1 },
    ]);
    expect(receiver.ids).toEqual(['id-1', 'id-2', 'id-4']);
  });

  test('that refuses everything loses nothing, and is not asked forever', async () => {
    const receiver = keep(new HttpReceiver(() => ({ status: 400 })));
    const url = await receiver.open();
    const outbox = outboxOf(300);
    expect((await run([url], outbox)).problems).toEqual([{ code: 'NOTIFY_WAITING', count: 300, failure: { why: 'refused', status: 400 } }]);
    expect(receiver.requests.length).toBeLessThan(40);
    expect(outbox.settled).toEqual([]);
  });

  test('gets no message beyond 256 KB, nor a record', async () => {
    const receiver = keep(new HttpReceiver(() => OK));
    const outbox = new MemoryOutbox();
    for (const id of idsOf(20)) outbox.add(findingLine(id, { event: { original: 'x'.repeat(40_000) } }));
    outbox.add(findingLine('huge', { event: { original: 'ü'.repeat(200_000) } }));
    const { problems } = await run([await receiver.open()], outbox);
    expect(receiver.ids).toEqual([...idsOf(20), 'huge']);
    for (const { body } of receiver.taken) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(262_144);
    expect(problems).toContainEqual({ code: 'NOTIFY_CUT', count: 1, limitBytes: 262_144 });
  });

  test('is told by a signature that the libraries of Standard Webhooks accept', async () => {
    const receiver = keep(new HttpReceiver(() => OK));
    const key = `whsec_${Buffer.from('a key of thirty-two bytes, or so').toString('base64')}`;
    await run([`${await receiver.open()},hmac=env:KEY,token=env:TOKEN`], outboxOf(2), { environment: { KEY: key, TOKEN: 'abc.def' } });
    const { headers, body } = receiver.taken[0] ?? { headers: {}, body: '' };
    const asText = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(new Webhook(key).verify(body, asText)).toMatchObject({ schema: 'exhunt/1' });
    expect(() => new Webhook(key).verify(`${body} `, asText)).toThrow('No matching signature');
    expect(headers.authorization).toBe('Bearer abc.def');
  });

  test('whose certificate is not known is not told, and with --notify-ca it is', async () => {
    const receiver = keep(new HttpReceiver(() => OK, certificate));
    const url = await receiver.open();
    const outbox = outboxOf(1);
    expect((await run([url], outbox)).problems).toEqual([
      { code: 'NOTIFY_WAITING', count: 1, failure: { why: 'certificate', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
    ]);
    expect(receiver.requests).toEqual([]);
    await run([url], outbox, { ca: path.join(folder, 'ca.pem') });
    expect(receiver.ids).toEqual(['id-1']);
  });

  test('whose certificate is of another name is not told', async () => {
    const other = await makeCertificate('siem.example.com');
    writeFileSync(path.join(folder, 'other.pem'), other.cert);
    const receiver = keep(new HttpReceiver(() => OK, other));
    expect((await run([await receiver.open()], outboxOf(1), { ca: path.join(folder, 'other.pem') })).problems).toEqual([
      { code: 'NOTIFY_WAITING', count: 1, failure: { why: 'certificate', code: 'ERR_TLS_CERT_ALTNAME_INVALID' } },
    ]);
  });

  test('is left alone when the user ends the run', async () => {
    const receiver = keep(new HttpReceiver(() => ({ status: 503 })));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    const begun = Date.now();
    const { problems } = await run([await receiver.open()], outboxOf(2), { signal: stop.signal, deadlineMs: 20_000 });
    expect(problems).toEqual([{ code: 'NOTIFY_WAITING', count: 2, failure: { why: 'stopped' } }]);
    expect(Date.now() - begun).toBeLessThan(5_000);
  });
});

describe('secrets', () => {
  const SECRETS = ['url-7c1f9a', 'token-7c1f9a', 'hmac-7c1f9a'] as const;

  test.each<readonly [string, Behaviour | 'none' | 'certificate']>([
    ['takes all', OK],
    ['refuses', { status: 403 }],
    ['sends elsewhere', { status: 307, headers: { location: `http://localhost/${SECRETS[0]}` } }],
    ['cannot take it', { status: 400 }],
    ['fails', { status: 500 }],
    ['hangs', 'hang'],
    ['resets', 'reset'],
    ['is not there', 'none'],
    ['is not trusted', 'certificate'],
  ])('are said to the receiver alone, also where it %s', async (_, behaviour) => {
    const isThere = behaviour !== 'none' && behaviour !== 'certificate';
    const receiver = keep(new HttpReceiver(() => (isThere ? behaviour : OK), behaviour === 'certificate' ? certificate : undefined));
    const url = `${await receiver.open()}/${SECRETS[0]}?sig=${SECRETS[0]}`;
    if (behaviour === 'none') await receiver.close();
    const environment = { HOOK: url, TOKEN: SECRETS[1], KEY: SECRETS[2] };
    const outbox = outboxOf(3);
    const { problems } = await run(['env:HOOK,token=env:TOKEN,hmac=env:KEY'], outbox, { environment, deadlineMs: 900, attemptMs: 400 });
    expect(problems).not.toEqual([]);
    const told = problems.map((problem) => describeDiagnostic(diagnostic(problem, { path: 'env:HOOK' }))).join('\n');
    for (const secret of [...SECRETS, 'localhost']) expect(`${told}${JSON.stringify([problems, outbox.settled])}`).not.toContain(secret);
    if (isThere) expect(receiver.requests[0]?.headers.authorization).toBe(`Bearer ${SECRETS[1]}`);
  });
});

describe('a proxy of the environment', () => {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy']) delete process.env[name];
    Object.assign(process.env, before);
  });

  test('is gone through to others, and not to this machine', async () => {
    const other = await makeCertificate('siem.example.com');
    writeFileSync(path.join(folder, 'siem.pem'), other.cert);
    const receiver = keep(new HttpReceiver(() => OK, other));
    const direct = keep(new HttpReceiver(() => OK));
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const onward = connect(Number(new URL(url).port), 'localhost', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      onward.pipe(socket).pipe(onward);
    });
    const url = await receiver.open();
    await new Promise<void>((resolve) => proxy.listen(0, 'localhost', resolve));
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    process.env['HTTPS_PROXY'] = `http://localhost:${port}`;
    process.env['HTTP_PROXY'] = `http://localhost:${port}`;
    const { problems } = await run(['https://siem.example.com/hook', await direct.open()], outboxOf(2), {
      ca: path.join(folder, 'siem.pem'),
    });
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    expect(problems).toEqual([
      { code: 'NOTIFY_TOLD', count: 2 },
      { code: 'NOTIFY_TOLD', count: 2 },
    ]);
    expect([receiver.ids, direct.ids]).toEqual([idsOf(2), idsOf(2)]);
    expect(new Set(asked)).toEqual(new Set(['siem.example.com:443']));
  });
});

describe('receivers', () => {
  test('do not wait for each other', async () => {
    const good = keep(new HttpReceiver(() => OK));
    const bad = keep(new HttpReceiver(() => 'hang'));
    const urls = [await bad.open(), await good.open()] as const;
    const outbox = outboxOf(3);
    const { problems } = await run(urls, outbox, { deadlineMs: 700, attemptMs: 600 });
    expect(good.ids).toEqual(idsOf(3));
    expect([outbox.count(urls[0]), outbox.count(urls[1])]).toEqual([3, 0]);
    expect(problems).toHaveLength(2);
  });

  test('get every finding over many runs, in which they come and go, and none with another id', async () => {
    const whims: readonly Behaviour[] = [OK, { status: 500 }, 'close', OK, { status: 429 }, 'reset', OK, 'hang'];
    let turn = 0;
    const web = keep(new HttpReceiver(({ body }) => (body === '' ? OK : (whims[turn++ % whims.length] ?? OK))));
    let connection = 0;
    const syslog = keep(new StreamReceiver(() => (['read', 'reset', 'end', 'hang', 'read'] as const)[connection++ % 5] ?? 'read'));
    const targets = [await web.open(), `syslog+tcp://localhost:${await syslog.open()}`];
    const outbox = new MemoryOutbox();
    for (let round = 0; round < 6; round++) {
      outbox.add(...idsOf(30, round * 30 + 1).map((id) => findingLine(id)));
      await run(targets, outbox, { deadlineMs: 1_500, attemptMs: 300 });
    }
    await run(targets, outbox, { deadlineMs: 20_000, attemptMs: 300 });
    expect([...new Set(web.ids)]).toEqual(idsOf(180));
    expect([...new Set(syslog.messages.map((message) => / id="([^"]*)"/.exec(message)?.[1]))]).toEqual(idsOf(180));
    expect(targets.map((target) => outbox.count(target))).toEqual([0, 0]);
  });

  test('that refuse or ask for time are left alone by whoever tells again and again', async () => {
    const answers: readonly Behaviour[] = [{ status: 403 }, { status: 503, headers: { 'retry-after': '3600' } }, { status: 500 }];
    const receivers = answers.map((answer) => keep(new HttpReceiver(() => answer)));
    const urls = await Promise.all(receivers.map(async (receiver) => await receiver.open()));
    const outbox = outboxOf(1);
    const rests = new Map<string, number>();
    const begun = Date.now();
    expect((await run(urls, outbox, { rests, deadlineMs: 200 })).problems).toHaveLength(3);
    expect(urls.map((url) => Math.round(((rests.get(url) ?? 0) - begun) / 15_000) * 15)).toEqual([300, 3_600, 15]);
    expect((await run(urls, outbox, { rests, deadlineMs: 200 })).problems).toEqual([]);
    expect(receivers.map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
    for (const url of urls) rests.set(url, Date.now() - 1);
    expect((await run(urls, outbox, { rests, deadlineMs: 200 })).problems).toHaveLength(3);
  });

  test('are not told what is no record, and that is said', async () => {
    const receiver = keep(new HttpReceiver(() => OK));
    const outbox = new MemoryOutbox();
    outbox.add(findingLine('id-1'), '{"torn', findingLine('id-3'), 'null');
    const url = await receiver.open();
    const { problems } = await run([url], outbox);
    expect(receiver.ids).toEqual(['id-1', 'id-3']);
    expect(problems).toContainEqual({ code: 'NOTIFY_SET_ASIDE', id: 'number 2 in the spool' });
    expect(problems).toContainEqual({ code: 'NOTIFY_SET_ASIDE', id: 'number 4 in the spool' });
    expect(outbox.count(url)).toBe(0);
  });

  test('that break here do not keep others from being told', async () => {
    const good = keep(new HttpReceiver(() => OK));
    const other = keep(new HttpReceiver(() => OK));
    const [url, broken] = [await good.open(), await other.open()];
    const outbox = outboxOf(1);
    const { settle } = outbox;
    outbox.settle = (receiver, through) => {
      if (receiver === broken) throw new Error('disk full');
      settle(receiver, through);
    };
    await expect(run([broken, url], outbox)).rejects.toThrow('disk full');
    expect(good.ids).toEqual(['id-1']);
  });
});
