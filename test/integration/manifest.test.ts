import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createManifest } from '../../src/create-manifest.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import { scan } from '../../src/scan.ts';
import { runCli } from './run-cli.ts';

const SAMPLE = fileURLToPath(new URL('../../samples/contoso-ex01/C/', import.meta.url));
const RULES = fileURLToPath(new URL('../../rules/', import.meta.url));
const W3C = '#Fields: date time cs-method cs-uri-stem sc-status\r\n';
const ROW = '2021-03-03 06:59:13 GET /owa/ 200\r\n';
const ruleSet = await loadRuleSet({ folders: [], hasDefaultRules: true });
const { rules } = ruleSet;

let root: string;
let evidence: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'exhunt-manifest-'));
  evidence = path.join(root, 'evidence');
  cpSync(path.join(SAMPLE, 'inetpub'), path.join(evidence, 'C/inetpub'), { recursive: true });
  cpSync(path.join(SAMPLE, 'Program Files/Microsoft/Exchange Server/V15/Logging/ECP'), path.join(evidence, 'C/ECP'), { recursive: true });
  write('utf-16.log', Buffer.from(`\uFEFF${W3C}${ROW}`, 'utf16le'));
  write('no-end.log', `\uFEFF${W3C}${ROW}2021-03-03 06:5`);
  write('long-line.log', `${W3C}${ROW}2021-03-03 06:59:13 GET /${'x'.repeat(1_500_000)} 200\r\n${ROW}`);
  write('several-blocks.log', W3C + ROW.repeat(100_000));
  write('picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 2, 3]));
  write('memory.dmp', Buffer.alloc(3_000_000, 7));
  write('empty.log', '');
  write('notes "of\u001B[31m Müller.txt', 'Dear team\n');
  symlinkSync('/etc/hostname', path.join(evidence, 'out.log'));
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path.join(evidence, 'pipe.log')]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(path.join(evidence, name), content);
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Of every file: size, times, and what it holds. */
function stateOf(folder: string): Record<string, unknown> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const stats = lstatSync(path.join(folder, name));
      const hash = stats.isFile() ? sha256(readFileSync(path.join(folder, name))) : '';
      return [name, [stats.size, stats.mtimeMs, stats.ctimeMs, stats.mode, hash]];
    }),
  );
}

interface Input {
  readonly path: string;
  readonly sha256?: string;
  readonly bytes?: number;
  readonly modified?: string;
  readonly code?: string;
}

function manifestOf(file: string) {
  const manifest: { inputs: Input[]; rules: { count: number; sha256: string }; [key: string]: unknown } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  return manifest;
}

describe('the manifest of a scan', () => {
  const file = (): string => path.join(root, 'manifest.json');
  let before: Record<string, unknown>;
  let plain: string;
  let listed: string;
  beforeAll(() => {
    before = stateOf(evidence);
    const args = ['scan', evidence, '--exit-zero', '-o', 'jsonl=-', '--progress', 'never'];
    plain = runCli(args).stdout;
    listed = runCli([...args, '--manifest', file()]).stdout;
  });

  test('names every file with the hash that it has, its size and its time', () => {
    const hashed = manifestOf(file()).inputs.filter((input) => input.sha256 !== undefined);
    const files = readdirSync(evidence, { recursive: true, encoding: 'utf8' }).filter((name) =>
      lstatSync(path.join(evidence, name)).isFile(),
    );
    expect(hashed.length).toBe(17);
    expect(hashed.map(({ path: name, sha256: hash, bytes, modified }) => [name, hash, bytes, modified])).toEqual(
      files
        .toSorted((a, b) => (a < b ? -1 : 1))
        .map((name) => {
          const content = readFileSync(path.join(evidence, name));
          return [name, sha256(content), content.length, new Date(Math.floor(lstatSync(path.join(evidence, name)).mtimeMs)).toISOString()];
        }),
    );
  });

  test('says why the others have none', () => {
    const others = manifestOf(file()).inputs.filter((input) => input.sha256 === undefined);
    expect(others.map(({ path: name, code }) => [name, code])).toEqual([
      ['out.log', 'FILE_LINK'],
      ['pipe.log', 'FILE_SPECIAL'],
    ]);
  });

  test('names program, rules, options and times', () => {
    const { inputs: _inputs, ...head } = manifestOf(file());
    expect(head).toMatchObject({
      schema: 'exhunt/manifest/1',
      exhunt: { version: expect.stringMatching(/^\d/), node: process.version },
      options: { paths: [evidence], exitZero: true, manifest: file() },
      folder: evidence,
      complete: false,
      exitCode: 0,
    });
    const { started, finished } = head;
    expect(Date.parse(String(finished))).toBeGreaterThanOrEqual(Date.parse(String(started)));
  });

  test("has the digest of the rules that anyone can make of the rules' files", () => {
    const files = readdirSync(RULES, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(yml|yar)$/.test(name));
    const digests = files.map((name) => sha256(readFileSync(path.join(RULES, name)))).toSorted();
    const { rules: told } = manifestOf(file());
    expect(told).toEqual({
      count: rules.length + ruleSet.correlations.length,
      sha256: sha256(digests.map((each) => `${each}\n`).join('')),
      indicators: [],
    });
  });

  test('changes nothing in what is found', () => {
    const withoutTime = (text: string): string => text.replace(/"durationMs":\d+/, '');
    expect(withoutTime(listed)).toBe(withoutTime(plain));
  });

  test('leaves the evidence as it was', () => {
    expect(stateOf(evidence)).toEqual(before);
  });
});

test('the same hashes are made by any number of threads', async () => {
  const program = new URL('../../dist/worker.js', import.meta.url);
  const inputs = async (jobs: number) => {
    const result = await scan({ paths: [evidence], rules, jobs, listsInputs: true }, { partBytes: 200_000, program });
    return result.inputs;
  };
  const alone = await inputs(1);
  expect(await inputs(2)).toEqual(alone);
  expect(await inputs(4)).toEqual(alone);
  expect(alone.filter((input) => input.sha256 !== undefined).length).toBe(17);
});

test('nothing is listed unless it is asked for', async () => {
  const { inputs } = await scan({ paths: [path.join(evidence, 'utf-16.log')], rules });
  expect(inputs).toEqual([]);
});

describe('a log that changes while it is scanned', () => {
  async function inputOf(change: (file: string) => void) {
    const folder = mkdtempSync(path.join(root, 'changing-'));
    const file = path.join(folder, 'x.log');
    writeFileSync(file, W3C + ROW.repeat(40_000));
    const long = new Date('2021-03-03T12:00:00Z');
    utimesSync(file, long, long);
    let isDone = false;
    const onProgress = (): void => {
      if (!isDone) change(file);
      isDone = true;
    };
    const { inputs } = await scan({ paths: [folder], rules, listsInputs: true, onProgress });
    return { input: inputs[0], listed: Buffer.byteLength(W3C + ROW.repeat(40_000)), file };
  }

  test('has the hash of what was read, and both sizes', async () => {
    const { input, listed, file } = await inputOf((name) => appendFileSync(name, ROW));
    expect(input).toMatchObject({ sha256: sha256(readFileSync(file)), bytes: listed + ROW.length, bytesListed: listed });
  });

  test('has none where a part of it is lost', async () => {
    const { input, listed } = await inputOf((name) => truncateSync(name, 600_000));
    expect(input).toMatchObject({ bytes: listed, problem: { code: 'FILE_UNREADABLE', reason: 'it became shorter while it was read' } });
    expect(input?.sha256).toBeUndefined();
  });
});

test('standard input is an input', () => {
  const { stdout } = runCli(['scan', '-', '-o', 'text=/dev/null', '--manifest', '-', '--exit-zero'], { input: W3C + ROW });
  expect(JSON.parse(stdout).inputs).toEqual([{ path: '-', type: 'iis-w3c', bytes: W3C.length + ROW.length, sha256: sha256(W3C + ROW) }]);
});

test('indicator lists are named with their hashes', () => {
  const list = path.join(root, 'list.txt');
  writeFileSync(list, '203.0.113.7\n');
  const args = ['scan', path.join(evidence, 'utf-16.log'), '--indicators', list, '-o', 'text=/dev/null', '--manifest', '-', '--exit-zero'];
  expect(JSON.parse(runCli(args).stdout).rules.indicators).toEqual([{ path: list, sha256: sha256('203.0.113.7\n') }]);
});

test('passwords and spellings that say the same twice are not among the options', async () => {
  const result = await scan({ paths: [path.join(evidence, 'utf-16.log')], rules });
  const options = { zipPassword: 'infected', 'zip-password': 'infected', minLevel: 'low', 'min-level': 'low', o: [], $0: 'x' };
  const manifest = await createManifest(result, { version: '0', ruleSet, indicators: [], paths: [], options, exitCode: 0 });
  expect(manifest.options).toEqual({ minLevel: 'low' });
});

describe('like other outputs it is', () => {
  const run = (manifest: string, ...more: string[]) =>
    runCli(['scan', evidence, '-o', `csv=${path.join(root, 'x.csv')}`, '--force', '--manifest', manifest, ...more]);

  test('never written into the evidence', () => {
    expect(run(path.join(evidence, 'm.json'))).toMatchObject({ code: 2, stderr: expect.stringContaining('--manifest:') });
    expect(existsSync(path.join(evidence, 'm.json'))).toBe(false);
  });

  test('not written over a file without --force', () => {
    const old = path.join(root, 'old.json');
    writeFileSync(old, 'old');
    const { code, stderr } = runCli(['scan', evidence, '--manifest', old]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--force overwrites it')]);
    expect(readFileSync(old, 'utf8')).toBe('old');
  });

  test('not written over a folder', () => {
    const place = path.join(root, 'folder.json');
    mkdirSync(place);
    expect(run(place)).toMatchObject({ code: 2, stderr: expect.stringContaining('is a folder') });
  });

  test('not written where another output goes', () => {
    expect(run(path.join(root, 'x.csv'))).toMatchObject({ code: 2, stderr: expect.stringContaining('two outputs') });
  });

  test('told when it cannot be written, and the reports are there all the same', () => {
    rmSync(path.join(root, 'x.csv'), { force: true });
    expect(run('/dev/full')).toMatchObject({ code: 70, stderr: expect.stringContaining('/dev/full cannot be written') });
    expect(existsSync(path.join(root, 'x.csv'))).toBe(true);
  });
});
