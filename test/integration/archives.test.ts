import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BlobWriter, configure, Uint8ArrayReader, ZipWriter, type ZipWriterConstructorOptions } from '@zip.js/zip.js';
import { loadRuleSet } from '../../src/rule-set.ts';
import { scan } from '../../src/scan.ts';
import type { ScanOptions, Workings } from '../../src/scan-options.ts';
import { filesBelow, makeTar, makeZip, type Packed } from '../archives.ts';
import { parseJsonl, runCli } from './run-cli.ts';

configure({ useWebWorkers: false });
const SAMPLE = fileURLToPath(new URL('../../samples/contoso-ex01', import.meta.url));
const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });
const files = filesBelow(SAMPLE);
const IIS = 'C/inetpub/logs/LogFiles/W3SVC1';

let folder: string;
let plain: Awaited<ReturnType<typeof outcomeOf>>;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-archives-'));
  plain = await outcomeOf(SAMPLE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function outcomeOf(evidence: string, options: Partial<ScanOptions> = {}, workings: Workings = {}) {
  const all = { paths: [evidence], rules, spillFolder: tmpdir(), ...options };
  const { findings, verdicts, coverages, isComplete } = await scan(all, workings);
  return {
    ids: [...findings].map(({ id }) => id).toSorted(),
    verdicts: verdicts.map(({ host, verdict, cve }) => ({ host, verdict, cve })),
    coverages: coverages.map(({ log, files: count, bytes, lines, records }) => ({ log, count, bytes, lines, records })),
    isComplete,
  };
}

function write(name: string, content: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function zipOf(packed: readonly Packed[], options: ZipWriterConstructorOptions = {}): Promise<Buffer> {
  const writer = new ZipWriter(new BlobWriter(), options);
  for (const { name, content } of packed) await writer.add(name, new Uint8ArrayReader(content));
  return Buffer.from(await (await writer.close()).arrayBuffer());
}

const WRAPPINGS: Readonly<Record<string, () => Promise<Buffer> | Buffer>> = {
  'deflated.zip': () => makeZip(files),
  'stored.zip': () => makeZip(files.map((file) => ({ ...file, method: 0 }))),
  'streamed.zip': () => makeZip(files.map((file) => ({ ...file, isStreamed: true }))),
  'backslashes.zip': () => makeZip(files.map(({ name, content }) => ({ name: name.replaceAll('/', '\\'), content }))),
  'zip64.zip': () => zipOf(files, { zip64: true }),
  'aes.zip': () => zipOf(files, { password: 'infected', encryptionStrength: 3 }),
  'zipcrypto.zip': () => zipOf(files, { password: 'infected', zipCrypto: true }),
  'logs.tar': () => makeTar(files),
  'logs.tar.gz': () => gzipSync(makeTar(files)),
  'logs.tgz': () => gzipSync(makeTar(files.toReversed())),
  'zip-in-zip.zip': () => makeZip([{ name: 'data.zip', content: makeZip(files) }]),
  'zip-in-stored-zip.zip': () => makeZip([{ name: 'data.zip', content: makeZip(files), method: 0 }]),
  'zip-in-tar.tar.gz': () => gzipSync(makeTar([{ name: 'data.zip', content: makeZip(files) }])),
  'gz-in-tar.tar': () => makeTar(files.map(({ name, content }) => ({ name: `${name}.gz`, content: gzipSync(content) }))),
};

test.each(Object.keys(WRAPPINGS))('%s gives the findings, verdicts and coverage of the folder', async (name) => {
  const file = write(name, (await WRAPPINGS[name]?.()) ?? Buffer.alloc(0));
  expect(await outcomeOf(file, { archives: { password: 'infected' } })).toEqual(plain);
});

const hasZstd = spawnSync('zstd', ['--version']).status === 0;

(hasZstd ? test : test.skip)('logs.tar.zst gives those of the folder (skipped where there is no program zstd to make one)', async () => {
  const { stdout } = spawnSync('zstd', ['-19', '--long=24', '-c'], { input: makeTar(files), maxBuffer: 1 << 28 });
  expect(await outcomeOf(write('logs.tar.zst', stdout))).toEqual(plain);
  expect(await outcomeOf(write('in-zip.zip', makeZip([{ name: 'logs.tar.zst', content: stdout, method: 0 }])))).toEqual(plain);
});

test.each(['deflated.zip', 'aes.zip', 'logs.tgz', 'zip-in-tar.tar.gz'])(
  '%s is read by several threads with the same result',
  async (name) => {
    const options = { archives: { password: 'infected' }, jobs: 3 };
    expect(await outcomeOf(path.join(folder, name), options, { partBytes: 1_000_000 })).toEqual(plain);
  },
);

test('logs that are packed one by one give those of the folder', async () => {
  const copy = path.join(folder, 'one-by-one');
  for (const { name, content } of files) {
    mkdirSync(path.join(copy, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(copy, `${name}.gz`), gzipSync(content));
  }
  expect(await outcomeOf(copy)).toEqual(plain);
});

test('Deflate64 is read where it says the same as Deflate', async () => {
  const { content } = files.find(({ name }) => name.startsWith(IIS)) ?? { content: Buffer.alloc(0) };
  const { coverages, ids } = await outcomeOf(write('u_ex210303.log', content));
  const packed = await outcomeOf(write('deflate64.zip', zipOfRaw('u_ex210303.log', content, Buffer.concat([...blocksOf(content)]))));
  expect(packed).toMatchObject({ coverages, ids, isComplete: true });
  expect(coverages[0]?.bytes).toBe(content.length);
});

/** Deflate's stored blocks. */
function* blocksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 60_000) {
    const part = bytes.subarray(at, at + 60_000);
    const head = Buffer.alloc(5);
    head[0] = at + 60_000 >= bytes.length ? 1 : 0;
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(part.length ^ 0xffff, 3);
    yield head;
    yield part;
  }
}

/** A zip of one entry whose packed form is given. */
function zipOfRaw(name: string, content: Buffer, packed: Buffer): Buffer {
  const zip = makeZip([{ name, content: packed, method: 0 }]);
  const plainZip = makeZip([{ name, content, method: 0 }]);
  const directory = zip.lastIndexOf('PK\x01\x02');
  const other = plainZip.lastIndexOf('PK\x01\x02');
  for (const [at, from] of [
    [8, 8],
    [directory + 10, 10],
  ] as const) {
    zip.writeUInt16LE(9, at);
    const [sum, size] = at === 8 ? [14, 22] : [directory + 16, directory + 24];
    plainZip.copy(zip, sum, from === 8 ? 14 : other + 16, from === 8 ? 18 : other + 20);
    plainZip.copy(zip, size, from === 8 ? 22 : other + 24, from === 8 ? 26 : other + 28);
  }
  return zip;
}

describe('on the command line', () => {
  test('findings name the archive and the entry', () => {
    const file = write('named.zip', makeZip(files));
    const { stdout, code } = runCli(['scan', file, '-o', 'jsonl=-', '--quiet']);
    expect(code).toBe(1);
    const paths = parseJsonl(stdout).flatMap(({ record, log }) => (record === 'finding' ? [JSON.stringify(log)] : []));
    expect(paths.every((each) => each.includes('"path":"named.zip!/C/'))).toBe(true);
  });

  test('an archive is left alone when that is asked for, and told', () => {
    const file = write('alone.zip', makeZip(files.slice(0, 1)));
    const { code, stderr } = runCli(['scan', file, '--no-archives']);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('alone.zip: is an archive and was not opened') });
  });

  test('an encrypted zip asks for its password', () => {
    const file = path.join(folder, 'zipcrypto.zip');
    const { code, stderr } = runCli(['scan', file]);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('is encrypted: --zip-password gives the password') });
    expect(runCli(['scan', file, '--zip-password', 'infected', '--quiet']).code).toBe(1);
    expect(runCli(['scan', path.join(folder, 'aes.zip'), '--zip-password', 'other']).stderr).toContain('the password is another');
  });

  test('a limit that is none is wrong usage', () => {
    expect(runCli(['scan', SAMPLE, '--archive-limit', 'ratio']).code).toBe(2);
    expect(runCli(['scan', SAMPLE, '--archive-limit', 'toString=5']).code).toBe(2);
  });

  test('nothing is written beside an archive', () => {
    const own = path.join(folder, 'own');
    mkdirSync(own);
    cpSync(path.join(folder, 'zip-in-zip.zip'), path.join(own, 'a.zip'));
    const before = readFileSync(path.join(own, 'a.zip'));
    runCli(['scan', own, '--quiet']);
    expect(readdirSync(own)).toEqual(['a.zip']);
    expect(readFileSync(path.join(own, 'a.zip')).equals(before)).toBe(true);
  });
});

test('a log whose archive is cut is read as far as it goes, and told', async () => {
  const log = files.find(({ name }) => name.startsWith(IIS)) ?? { name: '', content: Buffer.alloc(0) };
  const gz = gzipSync(log.content);
  const cut = await scan({ paths: [write('cut.log.gz', gz.subarray(0, gz.length / 2))], rules });
  expect(cut.coverages[0]?.unreadable).toEqual(['cut.log.gz!/cut.log']);
  expect(cut.coverages[0]?.bytes).toBeGreaterThan(log.content.length / 3);
  expect(cut.isComplete).toBe(false);
});

test('builds of Exchange that only paths name are seen in an archive too', async () => {
  const row = (second: number): string =>
    `2021-03-03 06:59:${second} 10.1.2.11 GET /owa/15.1.2106.2/scripts/x.js - 443 - 203.0.113.7 Mozilla/5.0 200 0\r\n`;
  const content = Buffer.from(
    `#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus\r\n${row(10)}${row(20)}`,
  );
  const exposuresOf = async (file: string) => (await scan({ paths: [file], rules })).exposures;
  const seen = await exposuresOf(write('u_ex1.log', content));
  expect(seen).toHaveLength(1);
  expect(await exposuresOf(write('builds.zip', makeZip([{ name: 'u_ex1.log', content }])))).toEqual(seen);
  expect(await exposuresOf(write('u_ex1.log.gz', gzipSync(content)))).toEqual(seen);
});

test('a large zip in something compressed is put outside of the evidence, or told', async () => {
  const { content } = files.find(({ name }) => name.startsWith(IIS)) ?? { content: Buffer.alloc(0) };
  const inner = makeZip([
    { name: 'noise.bin', content: randomBytes(20_000_000), method: 0 },
    { name: 'u_ex210303.log', content },
  ]);
  const file = write('large.tar.gz', gzipSync(makeTar([{ name: 'in.zip', content: inner }]), { level: 1 }));
  const spilled = await outcomeOf(file);
  expect(spilled).toMatchObject({ isComplete: true, coverages: [{ bytes: content.length }] });
  const { diagnostics } = await scan({ paths: [file], rules });
  expect(diagnostics.map(({ diagnostic: { problem, place } }) => `${problem.code} ${place.path}`)).toEqual([
    'FILE_ARCHIVE_NO_ROOM large.tar.gz!/in.zip',
  ]);
});
