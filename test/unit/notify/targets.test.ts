import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseNotify } from '../../../src/cli/notify-option.ts';
import { backoffMs, retryAfterMs } from '../../../src/notify/backoff.ts';
import { parseTargets } from '../../../src/notify/parse-target.ts';
import { makeCertificate } from '../../notify-receivers.ts';

const SECRET = 'hunter2hunter2';
let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-targets-'));
  const { cert, key } = await makeCertificate();
  const other = await makeCertificate();
  writeFileSync(at('url'), `https://hooks.example.com/${SECRET}?sig=${SECRET}\r\n`);
  writeFileSync(at('token'), `${SECRET}\n`);
  writeFileSync(at('empty'), '\n');
  writeFileSync(at('large'), 'x'.repeat(1_048_577));
  writeFileSync(at('blanks'), `${SECRET} ${SECRET}`);
  writeFileSync(at('cert.pem'), cert);
  writeFileSync(at('key.pem'), key);
  writeFileSync(at('other.pem'), other.key);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = { URL_OF_HOOK: `https://hooks.example.com/${SECRET}`, TOKEN: SECRET, NOT_A_URL: SECRET };
const parse = (...texts: readonly string[]) => parseTargets(texts, { environment, platform: 'linux' });
const receiverOf = (text: string): string | undefined => parse(text)[0]?.receiver;

describe('a target', () => {
  test.each([
    ['https://SIEM.example.com/hook', 'https://siem.example.com/hook'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/'],
    ['https://siem.example.com/hook,token=env:TOKEN', 'https://siem.example.com/hook'],
    ['env:URL_OF_HOOK', 'env:URL_OF_HOOK'],
    ['env:URL_OF_HOOK,hmac=env:TOKEN', 'env:URL_OF_HOOK'],
    ['syslog+udp://log', 'syslog+udp://log:514'],
    ['syslog+tcp://log', 'syslog+tcp://log:601'],
    ['syslog+tls://LOG', 'syslog+tls://log:6514'],
    ['syslog+tls://[::1]:80', 'syslog+tls://[::1]:80'],
  ])('%s is called %s', (text, receiver) => expect(receiverOf(text)).toBe(receiver));

  test('of a file is called by its name', () => {
    expect(receiverOf(`file:${at('url')}`)).toBe(`file:${at('url')}`);
    expect(parse(`file:${at('url')}`)[0]).toMatchObject({ url: { reveal: expect.any(Function) } });
  });

  test('keeps its secrets from whoever prints it', () => {
    const targets = parse(
      `file:${at('url')},token=env:TOKEN,hmac=file:${at('token')}`,
      `syslog+tls://log,cert=file:${at('cert.pem')},key=file:${at('key.pem')}`,
    );
    for (const text of [
      inspect(targets, { depth: 9, showHidden: true }),
      JSON.stringify(targets),
      targets.map(({ receiver }) => receiver).join(' '),
    ]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain('PRIVATE KEY');
    }
    const [webhook] = targets;
    expect(webhook?.kind === 'webhook' && [webhook.url.reveal(), webhook.token?.reveal(), webhook.hmacKey?.reveal()]).toEqual([
      `https://hooks.example.com/${SECRET}?sig=${SECRET}`,
      SECRET,
      SECRET,
    ]);
  });

  test.each([
    [`ftp://${SECRET}`, 'wanted https://'],
    [SECRET, 'wanted https://'],
    ['syslog://log', 'wanted https://'],
    ['syslog+tcp://log/path', 'wanted syslog+tcp://HOST'],
    ['syslog+tcp://log:99999', 'wanted https://'],
    [`https://user:${SECRET}@siem/`, 'is not used'],
    [`https://siem/?sig=${SECRET}`, 'may hold a secret'],
    [`https://siem/,token=${SECRET}`, 'secrets do not stand on the command line'],
    [`https://siem/,tokn=env:TOKEN`, 'one of token, hmac, cert, key'],
    ['https://siem/,token=env:NONE', 'there is no NONE in the environment'],
    [`env:${environment.URL_OF_HOOK}`, 'wanted the name of a variable'],
    ['env:NOT_A_URL', 'NOT_A_URL holds no http or https URL'],
    ['https://siem/,token=env:TOKEN,token=env:TOKEN', 'twice'],
    ['http://siem.example.com/,token=env:TOKEN', 'in the clear'],
    ['syslog+tcp://log,token=env:TOKEN', 'for webhooks'],
    ['eventlog:', 'is for Windows'],
  ])('%s is refused, without a secret in the words', (text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).not.toThrow(SECRET);
  });

  test('whose files are not what they should be is refused', () => {
    const words =
      (text: string): (() => unknown) =>
      () =>
        parse(text);
    expect(words(`https://siem/,token=file:${at('none')}`)).toThrow('ENOENT');
    expect(words(`https://siem/,token=file:${at('empty')}`)).toThrow('is empty');
    expect(words(`https://siem/,token=file:${at('large')}`)).toThrow('larger than');
    expect(words(`https://siem/,token=file:${at('blanks')}`)).toThrow('cannot be a token');
    expect(words(`https://siem/,cert=file:${at('cert.pem')}`)).toThrow('belong together');
    expect(words(`https://siem/,cert=file:${at('cert.pem')},key=file:${at('other.pem')}`)).toThrow('cannot be used together');
    expect(words(`https://siem/,cert=file:${at('cert.pem')},key=file:${at('token')}`)).toThrow('cannot be used together');
    for (const name of ['blanks', 'token'])
      expect(words(`https://siem/,cert=file:${at('cert.pem')},key=file:${at(name)}`)).not.toThrow(SECRET);
  });

  test('is named once', () => expect(() => parse('https://siem/', 'https://SIEM')).toThrow('named twice'));

  test('may not trust a file without a certificate', () => {
    const trust =
      (ca: string): (() => unknown) =>
      () =>
        parseTargets(['https://siem/'], { environment, platform: 'linux', ca });
    expect(trust(at('cert.pem'))).not.toThrow();
    expect(trust(at('token'))).toThrow('holds no certificate');
    expect(trust(at('none'))).toThrow('ENOENT');
  });

  test('eventlog: runs a program by its whole path', () => {
    const [target] = parseTargets(['eventlog:'], { environment: { SystemRoot: 'D:\\Win' }, platform: 'win32' });
    expect(target).toEqual({ kind: 'eventlog', receiver: 'eventlog:', program: 'D:\\Win\\System32\\eventcreate.exe' });
  });
});

describe('--notify', () => {
  const NOTIFY = { notify: [], notifyCa: undefined, notifyLevel: 'low', state: undefined } as const;

  test('needs a state', async () => {
    await expect(parseNotify({ ...NOTIFY, notify: ['https://siem/'] })).rejects.toThrow('--notify: needs --state DIR');
    await expect(parseNotify({ ...NOTIFY, notify: ['https://siem/'], state: 'x' })).resolves.toHaveLength(1);
    await expect(parseNotify(NOTIFY)).resolves.toEqual([]);
  });

  test('tells what is wrong as its own error', async () => {
    await expect(parseNotify({ ...NOTIFY, notify: ['x'], state: 'x' })).rejects.toThrow(/^--notify: wanted/);
  });
});

describe('waiting', () => {
  test('doubles up to a limit, and is random by half', () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, () => 1))).toEqual([500, 1_000, 2_000, 4_000]);
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, () => 0))).toEqual([250, 500, 1_000, 2_000]);
    expect(backoffMs(1_000, () => 1)).toBe(15_000);
  });

  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1e9', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('Retry-After: %s is %s ms', (text, ms) => {
    expect(retryAfterMs(text, Date.parse('2026-11-22T12:00:00Z'))).toBe(ms);
  });
});
