import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../src/model/finding.ts';
import { YARA_LIMITS } from '../../src/model/yara.ts';
import { loadYara } from '../../src/yara-files.ts';
import { testYara, unveil } from '../../src/yara-tests.ts';
import { YaraScanner } from '../../src/yara/scanner.ts';
import { yaraSourceOf } from '../../src/yara/rules.ts';
import { filesBelow, makeZip } from '../archives.ts';
import { parseJsonl, runCli } from './run-cli.ts';

const BUNDLED = fileURLToPath(new URL('../../rules/yara/', import.meta.url));
const FRONT_END = 'EX01/C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth';
const { rules, diagnostics } = loadYara([], true);
const sources = [...new Set(rules.flatMap((rule) => yaraSourceOf(rule) ?? []))];

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'exhunt-yara-'));
});
/** Whatever becomes of a test, no thread is left. */
const scanners: YaraScanner[] = [];
function opened(scanner: YaraScanner): YaraScanner {
  scanners.push(scanner);
  return scanner;
}
afterEach(async () => {
  for (const scanner of scanners.splice(0)) await scanner.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function sampleOf(name: string): Buffer {
  return unveil(rules.find((rule) => rule.name === name)?.examples.find(({ isMatch }) => isMatch)?.text ?? '');
}

function scanned(place: string, ...more: readonly string[]) {
  const { stdout, stderr, code } = runCli(['scan', place, '-o', 'jsonl=-', '--exit-zero', '-q', ...more]);
  const records = parseJsonl(stdout);
  return {
    code,
    stderr,
    records,
    findings: records.filter(({ record }) => record === 'finding').map((each) => each as unknown as Finding),
  };
}

describe('the bundled YARA rules', () => {
  test('load without a word, each with its own id, title and facts', () => {
    expect(diagnostics).toEqual([]);
    expect(rules.length).toBeGreaterThanOrEqual(18);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(rule.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(rule.title).toMatch(/^YARA: /);
      expect(rule.stage).toBeDefined();
      expect(rule.description).toBeDefined();
      expect(rule.references.every((reference) => reference.startsWith('https://')) && rule.references.length > 0).toBe(true);
      expect(rule.falsePositives.length).toBe(1);
      expect(rule.tags.some((tag) => tag.startsWith('attack.t'))).toBe(true);
    }
  });

  test('have at least two samples that match and two that do not, and find the ones alone', async () => {
    for (const { examples } of rules) {
      expect(examples.filter(({ isMatch }) => isMatch).length).toBeGreaterThanOrEqual(2);
      expect(examples.filter(({ isMatch }) => !isMatch).length).toBeGreaterThanOrEqual(2);
    }
    const results = await testYara(rules);
    expect(
      results
        .filter(({ outcome }) => outcome !== 'passed')
        .map(({ rule, example }) => [rule.name, unveil(example.text).toString('latin1')]),
    ).toEqual([]);
  });

  test('compile without a warning of slowness', async () => {
    const scanner = opened(new YaraScanner(sources));
    expect((await scanner.start()).troubles).toEqual([]);
  });

  test('no sample and no rule holds in plain words what scanners of disks look for', () => {
    const texts = filesBelow(BUNDLED).map(({ content }) => content.toString('latin1'));
    expect(texts.filter((text) => /eval\(Request\[|<%@ ?Page Language="?C#|<script language="JScript"|\$_POST\[/i.test(text))).toEqual([]);
  });
});

const hasYara = (() => {
  try {
    return execFileSync('yara', ['--version'], { encoding: 'utf8' }).length > 0;
  } catch {
    return false;
  }
})();

// Debian's package yara: .ci/run installs it.
(hasYara ? test : test.skip)(
  'what YARA itself says is the same, of every sample, of parts and of noise [needs the program yara]',
  async () => {
    const contents = rules.flatMap(({ examples }) => examples.map(({ text }) => unveil(text)));
    const more = contents.flatMap((content) => [
      content.subarray(0, content.length / 2),
      Buffer.concat([randomBytes(64), content]),
      Buffer.from(content.toString('latin1'), 'utf16le'),
    ]);
    const all = [
      ...contents,
      ...more,
      Buffer.alloc(100_000),
      ...filesBelow(fileURLToPath(new URL('../../docs', import.meta.url))).map(({ content }) => content),
    ];
    const scanner = opened(new YaraScanner(sources));
    const own: string[] = [];
    for (const [index, content] of all.entries()) {
      write(`same/${index}`, content);
      const { matches } = await scanner.scan(String(index), content);
      own.push(...matches.map(({ rule }) => `${rule} ${index}`));
    }
    const files = filesBelow(BUNDLED)
      .filter(({ name }) => name.endsWith('.yar'))
      .map(({ name }) => path.join(BUNDLED, name));
    const told = execFileSync('yara', ['-r', ...files, path.join(root, 'same')], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const theirs = told
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^(\S+) .*[/\\](\d+)$/, '$1 $2'));
    expect(own.toSorted()).toEqual(theirs.toSorted());
    expect(own.length).toBeGreaterThan(rules.length * 2);
  },
);

describe('a scan', () => {
  let evidence: string;
  beforeAll(() => {
    // Under the name of a page that Exchange has: only its content tells.
    write(`evidence/${FRONT_END}/logon.aspx`, sampleOf('exhunt_upload_page'));
    write(`evidence/${FRONT_END}/logoff.aspx`, Buffer.concat([Buffer.from('\u001B[31m\0'), sampleOf('exhunt_eval_of_request_jscript')]));
    write(`evidence/${FRONT_END}/signout.aspx`, 'a page');
    write('evidence/EX01/C/Windows/System32/inetsrv/config/applicationHost.config', sampleOf('exhunt_hidden_virtual_directory'));
    evidence = path.join(root, 'evidence');
  });
  const namesOf = (findings: readonly Finding[]): string[] =>
    findings.map(({ rule, log }) => `${rule.name.replace('YARA: ', '')} ${log.file.path.split('/').at(-1) ?? ''}`).toSorted();

  test('finds what a page holds, whatever it is called, and says where', () => {
    const { findings } = scanned(evidence);
    expect(namesOf(findings)).toEqual([
      'JScript Evaluates What Is Sent logoff.aspx',
      'Page of ASP.NET Writes What Is Sent Into a File logon.aspx',
      'Virtual Directory in a Folder That Windows Hides applicationHost.config',
      'Virtual Directory in a Folder for Data applicationHost.config',
    ]);
    const shell = findings.find(({ log }) => log.file.path.endsWith('logoff.aspx'));
    const content = readFileSync(path.join(evidence, FRONT_END, 'logoff.aspx')).toString('latin1');
    const [first] = shell?.matched ?? [];
    expect(first).toMatchObject({ field: 'content', view: '$eval', offset: content.indexOf('eval') });
    expect(content.slice(first?.offset)).toMatch(new RegExp(`^${(first?.value ?? '').replaceAll(/[^\w]/g, '\\$&')}`));
    expect(shell).toMatchObject({
      rule: { level: 'critical', stage: 'webshell' },
      host: { name: 'EX01' },
      threat: { technique: { id: ['T1505.003'] } },
    });
  });

  test('finds the same in a zip and with several threads, and merge and convert take it along', () => {
    const zip = write('evidence.zip', makeZip(filesBelow(evidence)));
    const ids = ({ findings }: ReturnType<typeof scanned>): string[] => findings.map(({ id }) => id).toSorted();
    const alone = ids(scanned(evidence));
    expect(ids(scanned(zip))).toEqual(alone);
    expect(ids(scanned(evidence, '--jobs', '3'))).toEqual(alone);
    const file = path.join(root, 'run.jsonl');
    scanned(evidence, '-o', `jsonl=${file}`, '--force');
    const merged = parseJsonl(runCli(['merge', file, file, '-o', 'jsonl=-', '--exit-zero']).stdout);
    const offsets = merged.flatMap((each) =>
      each.record === 'finding' ? (each as unknown as Finding).matched.map(({ offset }) => offset) : [],
    );
    expect(offsets.every((offset) => typeof offset === 'number')).toBe(true);
    expect(merged.filter(({ record }) => record === 'finding').length).toBe(alone.length);
    expect(runCli(['convert', file, '-o', 'csv=-', '--exit-zero']).stdout).toContain('JScript Evaluates What Is Sent');
  });

  test('escapes what stands in files', () => {
    const rule = write('own/escape.yar', 'rule all_of_it { strings: $a = /\\x1b[^\\n]{1,40}/ condition: $a }');
    const { stdout } = runCli(['scan', evidence, '--yara', rule, '--exit-zero', '-q']);
    expect(stdout).toContain('\\x1b[31m\\x00');
    expect(stdout).not.toContain('\u001B');
  });

  test('does not look into what is known', () => {
    const sha256 = createHash('sha256').update(sampleOf('exhunt_upload_page')).digest('hex');
    const { findings } = scanned(evidence, '--baseline-hashes', write('known.txt', `${sha256}\n`));
    expect(namesOf(findings)).not.toContain('Page of ASP.NET Writes What Is Sent Into a File logon.aspx');
    expect(findings.length).toBe(3);
  });

  test('tells a rule that is broken or may be slow, with its line, and uses the others', () => {
    const own = write(
      'own/broken.yar',
      'rule good { strings: $a = "a page" condition: $a }\nrule bad {\n  condition:\n    $nothing\n}\nrule leans { condition: bad }\nrule slow { strings: $a = /(q+)+b/ condition: $a }\n',
    );
    const { records, findings } = scanned(evidence, '--yara', own, '--no-default-rules');
    expect(namesOf(findings)).toEqual(['good signout.aspx']);
    const told = records
      .filter(({ record }) => record === 'diagnostic')
      .map(({ code, log, message }) => [code, (log as Finding['log']).line, message]);
    expect(told).toContainEqual(['RULE_YARA', 4, expect.stringContaining('unknown pattern')]);
    expect(told).toContainEqual(['RULE_YARA', 6, expect.stringContaining('bad')]);
    expect(told).toContainEqual(['RULE_YARA_SLOW', 7, expect.stringContaining('slow')]);
  });

  test('a broken rule is told by rules check as well, which then fails', () => {
    const own = write('own/check.yar', 'rule fine { condition: filesize > 0 }\nrule bad { condition: nothing }\n');
    const { code, stdout } = runCli(['rules', 'check', '--no-default-rules', '--yara', own]);
    expect(code).toBe(2);
    expect(stdout).toContain(`${own}:2: is no YARA rule that can be used: unknown identifier`);
  });

  test('sees the first part of a large file, and says so', () => {
    const marker = Buffer.from('far behind');
    write('large/inetpub/wwwroot/app/a.bin', Buffer.concat([Buffer.alloc(YARA_LIMITS.bytes - 5), marker]));
    write('large/inetpub/wwwroot/app/b.bin', Buffer.concat([marker, Buffer.alloc(100)]));
    const rule = write('own/far.yar', 'rule far { strings: $a = "far behind" condition: $a }');
    const { findings, records } = scanned(path.join(root, 'large'), '--yara', rule, '--no-default-rules');
    expect(namesOf(findings)).toEqual(['far b.bin']);
    expect(records.filter(({ code }) => code === 'FILE_CONTENT_CUT').length).toBe(1);
  });
});

test('contents without a hash are not taken for one another', async () => {
  const scanner = opened(new YaraScanner([{ file: 'a.yar', text: 'rule needle { strings: $a = "needle" condition: $a }' }]));
  expect((await scanner.scan(undefined, Buffer.from('hay'))).matches).toEqual([]);
  expect((await scanner.scan(undefined, Buffer.from('a needle'))).matches).toMatchObject([
    { rule: 'needle', patterns: [{ offset: 2, excerpt: 'needle' }] },
  ]);
});

describe('a rule that takes too long', () => {
  const loop = {
    file: 'loop.yar',
    text: 'rule loop { condition: for all i in (1..2000000000) : ( for all j in (1..2000000000) : ( i + j > 0 ) ) }',
  };
  const good = { file: 'good.yar', text: 'rule good { strings: $a = "needle" condition: $a }' };

  test('is ended and named, and the others have their say', async () => {
    const scanner = opened(new YaraScanner([loop, good], { limitMs: 3_000 }));
    const content = Buffer.from('a needle');
    const { matches, late, leftOut } = await scanner.scan('a', content);
    expect(matches.map(({ rule }) => rule)).toEqual(['good']);
    expect([late, leftOut]).toEqual([['loop.yar'], []]);
    expect((await scanner.scan('b', content)).leftOut).toEqual([]);
    expect((await scanner.scan('c', content)).leftOut).toEqual(['loop.yar']);
    // From there on it costs nothing.
    expect(await scanner.scan('d', content)).toMatchObject({ late: [], matches: [{ rule: 'good' }] });
  });
});
