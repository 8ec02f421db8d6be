import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cronLine, quoteForShell } from '../../src/schedule/cron-line.ts';
import type { Job } from '../../src/schedule/job.ts';
import { quoteForSystemd, systemdUnits } from '../../src/schedule/systemd-units.ts';
import { quoteForWindows, windowsTask } from '../../src/schedule/windows-task.ts';

/** Whatever the words of a run are, who starts it gives it exactly these. */

/** Among what means something to one of them, the more often the more it does. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '"',
      "'",
      '\\',
      ' ',
      '%',
      '$',
      ';',
      '&',
      '<',
      '>',
      '|',
      '`',
      '~',
      '#',
      '*',
      '?',
      '(',
      ')',
      '{',
      '}',
      '!',
      '^',
      '=',
      '-',
      'é',
      '漢',
      '🦑',
    ),
    fc.constantFrom('\\\\', '\\"', '%%', '$$', '${HOME}', '%n', "'\\''", 'a', 'b c', '.', '/'),
  ),
  maxLength: 12,
});
const words = fc.array(hostile, { minLength: 1, maxLength: 6 });
const JOB: Job = {
  words: [],
  everyMinutes: 60,
  limitMinutes: 1_440,
  folder: '/var/lib/exhunt',
  reads: [],
  writes: [],
  hasNetwork: false,
  hasBudget: false,
};

/** CommandLineToArgvW as its documentation has it: 2n backslashes and a quote are n and the begin or end of a quoted part, 2n+1 are n and a quote. */
function windowsWords(line: string): string[] {
  const taken: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length;) {
    const [backslashes = ''] = /^\\*/.exec(line.slice(at)) ?? [];
    const next = line[at + backslashes.length];
    if (next === '"') {
      word = (word ?? '') + '\\'.repeat(Math.floor(backslashes.length / 2));
      if (backslashes.length % 2 === 1) word += '"';
      else isQuoted = !isQuoted;
      at += backslashes.length + 1;
    } else if (backslashes !== '') {
      word = (word ?? '') + backslashes;
      at += backslashes.length;
    } else if (!isQuoted && (next === ' ' || next === '\t')) {
      if (word !== undefined) taken.push(word);
      word = undefined;
      at += 1;
    } else {
      word = (word ?? '') + (next ?? '');
      at += 1;
    }
  }
  return word === undefined ? taken : [...taken, word];
}

/** systemd.service(5) and systemd.syntax(7): words between blanks, quotes around whole words, escapes as in C, then specifiers, then variables. */
function systemdWords(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"(?= |$)|([^\s"'\\]+)(?= |$)/gsu)].map(([, quoted, plain = '']) =>
    (quoted?.replaceAll(/\\(["\\])/g, '$1') ?? plain).replaceAll(/%(.)/gsu, (_, letter: string) => {
      if (letter !== '%') throw new Error(`a specifier: %${letter}`);
      return '%';
    }),
  );
}

/** What cron does before it asks a shell. */
function cronCommand(line: string): string {
  return line.replaceAll(String.raw`\%`, '%').replace(/^(?:\S+ ){5}/, '');
}

function shellWords(command: string): string[] {
  const { stdout } = spawnSync('sh', ['-c', `for word in ${command}; do printf '%s\\0' "$word"; done`], { encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
}

test('Windows does, by the documented rules', () => {
  fc.assert(
    fc.property(words, (each) => {
      expect(windowsWords(quoteForWindows(each))).toEqual(each);
    }),
    { numRuns: 5_000 },
  );
});

test('Windows does, out of the XML of a task', () => {
  const xml = /<Command>(.*)<\/Command>\s*<Arguments>(.*)<\/Arguments>/;
  const unescape = (text: string): string => text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  fc.assert(
    fc.property(words, (each) => {
      fc.pre(!each.some((word) => /%\w[\w()]+%|\$\(\w/.test(word)));
      const task = windowsTask({ ...JOB, words: [String.raw`C:\Program Files\nodejs\node.exe`, ...each], folder: 'C:\\' });
      const [, command = '', line = ''] = xml.exec(task) ?? [];
      expect(task).toMatch(/^[\u0020-\u007e\n]*$/);
      expect([unescape(command), ...windowsWords(unescape(line))]).toEqual([String.raw`C:\Program Files\nodejs\node.exe`, ...each]);
    }),
    { numRuns: 2_000 },
  );
});

test('a shell does, by way of cron', () => {
  fc.assert(
    fc.property(words, (each) => {
      const plain = each.map((word) => word.replaceAll('\\', '/'));
      expect(shellWords(plain.map(quoteForShell).join(' '))).toEqual(plain);
      const line = cronLine({ ...JOB, words: plain.map((word) => word.slice(0, 40)) }).split('\n')[1] ?? '';
      expect(shellWords(cronCommand(line)).slice(3)).toEqual(plain.map((word) => word.slice(0, 40)));
    }),
    { numRuns: 150 },
  );
});

test('systemd does, as its manual has it', () => {
  fc.assert(
    fc.property(words, (each) => {
      expect(systemdWords(each.map(quoteForSystemd).join(' '))).toEqual(each);
    }),
    { numRuns: 5_000 },
  );
});

const SYSTEMD = '/lib/systemd/systemd';

describe('systemd itself', () => {
  (existsSync(SYSTEMD) ? test : test.skip)('takes hundreds of words apart as they were (skipped where there is no systemd)', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-systemd-'));
    try {
      // It shows a word that begins with # or ~ in a way that a shell would not read.
      const samples = fc.sample(words, 200).map((each) => each.map((word) => word.replace(/^[#~]/, 'x$&')));
      mkdirSync(path.join(folder, 'run/systemd'), { recursive: true });
      const services = samples.map((each, index) => {
        const { service } = systemdUnits({ ...JOB, words: ['/bin/echo', ...each] });
        writeFileSync(path.join(folder, `t${index}.service`), service);
        return `t${index}.service`;
      });
      writeFileSync(path.join(folder, 'default.target'), `[Unit]\nWants=${services.join(' ')}\n`);
      const isRoot = process.getuid?.() === 0;
      chmodSync(folder, 0o755);
      // Not as root: it says no.
      if (isRoot) for (const each of ['run', 'run/systemd']) chownSync(path.join(folder, each), 65_534, 65_534);
      const { stdout, stderr } = spawnSync(SYSTEMD, ['--test', '--user', '--unit=default.target'], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        env: { HOME: folder, PATH: '/usr/bin:/bin', XDG_RUNTIME_DIR: path.join(folder, 'run'), SYSTEMD_UNIT_PATH: folder },
        ...(isRoot && { uid: 65_534, gid: 65_534 }),
      });
      const shown = new Map<string, string>();
      let unit = '';
      for (const line of `${stdout}\n${stderr}`.split('\n')) {
        unit = /-> Unit (t\d+\.service)/.exec(line)?.[1] ?? unit;
        const [, command] = /^\s*Command Line: (.*)$/.exec(line) ?? [];
        if (command !== undefined) shown.set(unit, command);
      }
      // It shows words as a shell would want them, with dollars still doubled.
      const taken = services.map((name) => shellWords(shown.get(name) ?? '').map((word) => word.replaceAll('$$', '$')));
      expect(taken).toEqual(samples.map((each) => ['/bin/echo', ...each]));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('what no schedule can hold is refused', () => {
  for (const word of ['a\nb', '\u0000', '\ud800', '\u2028', '\uffff'])
    for (const quote of [quoteForShell, quoteForSystemd, (each: string) => windowsTask({ ...JOB, words: ['C:\\x', each], folder: 'C:\\' })])
      expect(() => quote(word)).toThrow('cannot stand in a schedule');
  expect(() => cronLine({ ...JOB, words: ['a\\b'] })).toThrow('backslash');
  expect(() => cronLine({ ...JOB, words: ['a'.repeat(1_000)] })).toThrow('no more than 998 characters');
  for (const word of ['%TEMP%', 'C:\\%ProgramFiles(x86)%\\x', '$(Arg0)'])
    expect(() => windowsTask({ ...JOB, words: ['C:\\x', word], folder: 'C:\\' })).toThrow('Task Scheduler would put something else');
  for (const everyMinutes of [7, 45, 90, 60 * 5, 1_440 * 2])
    expect(() => cronLine({ ...JOB, words: ['x'], everyMinutes })).toThrow('--every');
});
