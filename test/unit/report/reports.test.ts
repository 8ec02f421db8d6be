import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { diagnostic } from '../../../src/model/diagnostic.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { describeDiagnostic } from '../../../src/report/describe.ts';
import { finding, SUMMARY } from '../../report-content.ts';
import { escapeCsvCell, escapeForTerminal } from '../../../src/report/escape.ts';
import type { Reporter } from '../../../src/report/reporter.ts';
import type { ReportFormat } from '../../../src/report/formats.ts';
import { REPORTERS } from '../../../src/report/reporters.ts';

function report(format: ReportFormat, findings: readonly Finding[], summary = SUMMARY): string {
  const reporter: Reporter = REPORTERS[format]({ hasColour: false, isTerminal: false });
  const shown = { diagnostic: diagnostic({ code: 'RECORD_TORN' }, { path: 'C/u_ex.log', lineNumber: 9 }), more: 3 };
  return [reporter.begin(), ...findings.map((each) => reporter.finding(each)), reporter.diagnostic(shown), reporter.end(summary)].join('');
}

describe('escaping for the terminal', () => {
  test.each([
    ['\u001b[31mred', '\\x1b[31mred'],
    ['a\u0000b\r\nc\td', 'a\\x00b\\x0d\\x0ac\\x09d'],
    ['abc\u202Efdp.exe', 'abc\\u202efdp.exe'],
    ['zero\u200Bwidth', 'zero\\u200bwidth'],
    ['\u009b31m', '\\x9b31m'],
    ['\u{E0041}tag', '\\u{e0041}tag'],
    ['lone \uD800 surrogate', 'lone \\ud800 surrogate'],
    ['Über 😀 ок', 'Über 😀 ок'],
  ])('%j', (text, expected) => {
    expect(escapeForTerminal(text)).toBe(expected);
  });
});

describe('escaping for CSV', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', '"\'=1+1"'],
    ['+cmd', '"\'+cmd"'],
    ['-1', '"\'-1"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    ['\t=1', '"\'\t=1"'],
    ['\n=1', '"\'\n=1"'],
    ['\uFF1D1', '"\'\uFF1D1"'],
    ["'quoted", '"\'\'quoted"'],
    ['a\u0000b', 'a\u2400b'],
    [' leading', '" leading"'],
  ])('%j', (text, expected) => {
    expect(escapeCsvCell(text)).toBe(expected);
  });

  test('gives the text back when one leading quote is taken away', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (cells) => {
        const clean = cells.map((cell) => cell.replaceAll('\u0000', '\u2400'));
        fc.pre(clean.some((cell) => cell !== ''));
        const [row] = parse(`${clean.map(escapeCsvCell).join(',')}\r\n`, { relax_column_count: true, skip_empty_lines: true });
        expect(row?.map((cell: string) => cell.replace(/^'/, ''))).toEqual(clean);
      }),
    );
  });
});

describe('csv', () => {
  test('has one row a finding, time first, and CRLF line ends', () => {
    const lines = report('csv', [finding(), finding({ id: 'def' })]).split('\r\n');
    expect(lines[0]).toMatch(/^Timestamp,Level,Stage,RuleTitle,Host,ClientIP,/);
    expect(lines[1]).toMatch(/^2021-03-03 06:59:13\.030,high,exploit,A rule,/);
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toBe('');
  });

  test('has the path on the server in its own column', () => {
    const file = { path: 'x/u_ex.log', original_path: 'C:\\x\\u_ex.log' };
    const [header = [], row = []] = parse(report('csv', [finding({ log: { type: 'iis-w3c', file, line: 7, offset: 700 } })]));
    expect(row[header.indexOf('OriginalPath')]).toBe('C:\\x\\u_ex.log');
  });

  test('names no column as timeline viewers name their own', () => {
    expect(report('csv', []).split(',')).not.toEqual(expect.arrayContaining(['Line']));
    expect(report('csv', []).split(',')).not.toEqual(expect.arrayContaining(['Tag']));
  });
});

test('csv and jsonl hold the same findings', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 }).map((value) => value.replaceAll('\u0000', '\u2400'));
  const findings = fc.array(
    fc
      .record({ id: fc.stringMatching(/^[0-9a-f]{4,8}$/), path: text, raw: text, ip: text, line: fc.nat() })
      .map(({ id, path, raw, ip, line }) =>
        finding({ id, source: { ip }, log: { type: 'iis-w3c', file: { path }, line, offset: line * 2 }, event: { original: raw } }),
      ),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(findings, (expected) => {
      const rows: Record<string, string>[] = parse(report('csv', expected), { columns: true });
      const records = report('jsonl', expected)
        .trimEnd()
        .split('\n')
        .map((each): { record: string } & Finding => JSON.parse(each))
        .filter(({ record }) => record === 'finding');
      const fromCsv = rows.map((row) =>
        [row['FindingId'], row['SourceFile'], row['SourceLine'], row['SourceOffset'], row['ClientIP'], row['Raw']].map((cell) =>
          cell?.replace(/^'/, ''),
        ),
      );
      const fromJsonl = records.map(({ id, log, source, event }) => [
        id,
        log.file.path,
        String(log.line),
        String(log.offset),
        source?.ip,
        event.original,
      ]);
      expect(fromCsv).toEqual(fromJsonl);
      expect(fromJsonl).toHaveLength(expected.length);
    }),
  );
});

describe('jsonl', () => {
  test('names schema and kind on every line, and ends with the summary', () => {
    const records = report('jsonl', [finding()])
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(records.map((record) => [record['schema'], record['record']])).toEqual([
      ['exhunt/1', 'finding'],
      ['exhunt/1', 'diagnostic'],
      ['exhunt/1', 'summary'],
    ]);
    expect(records[1]).toMatchObject({ severity: 'warning', code: 'RECORD_TORN', log: { file: { path: 'C/u_ex.log' }, line: 9 }, more: 3 });
    expect(records[2]).toMatchObject(SUMMARY);
  });
});

describe('text', () => {
  test('shows three findings whole', () => {
    const text = report(
      'text',
      [1, 2, 3].map((line) => finding({ log: { type: 'x', file: { path: 'f.log' }, line, offset: 0 } })),
    );
    expect(text.match(/f\.log:[123]/g)).toEqual(['f.log:1', 'f.log:2', 'f.log:3']);
    expect(text).not.toContain('more finding');
  });

  test('shows three of three thousand and counts the others', () => {
    const text = report(
      'text',
      Array.from({ length: 3_000 }, (_, line) =>
        finding({ source: { ip: `192.0.2.${line % 7}` }, log: { type: 'x', file: { path: 'f.log' }, line, offset: 0 } }),
      ),
    );
    expect(text.split('\n').length).toBeLessThan(35);
    expect(text).toContain('3,000 findings from 7 addresses');
    expect(text).toContain('and 2,997 more findings');
  });

  test('says whose rule it was, in one line for all that it found', () => {
    const rule = { id: 'r1', name: 'A rule', level: 'high', author: ['Ann Other', 'Bo \u202EThird'], license: 'DRL-1.1' } as const;
    const text = report('text', [finding({ rule }), finding({ rule })]);
    expect(text.match(/rule r1.*/g)).toEqual(['rule r1 · by Ann Other, Bo \\u202eThird · licence DRL-1.1']);
    expect(report('text', [finding()])).toContain('rule r1\n');
  });

  test('begins with the worst', () => {
    const text = report('text', [
      finding({ rule: { id: 'a', name: 'Low rule', level: 'low' } }),
      finding({ rule: { id: 'b', name: 'Critical rule', level: 'critical' } }),
    ]);
    expect(text.indexOf('Critical rule')).toBeLessThan(text.indexOf('Low rule'));
  });

  test('lets no log content act on the terminal', () => {
    const evil = '\u001b[2J\u202E';
    const text = report('text', [
      finding({
        source: { ip: evil },
        host: { name: evil },
        log: { type: evil, file: { path: evil }, line: 1, offset: 0 },
        matched: [{ field: evil, value: evil, view: 'raw' }],
      }),
    ]);
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202E');
  });

  test('says when something could not be read', () => {
    expect(report('text', [], { ...SUMMARY, complete: false })).toContain('could not be read');
    expect(report('text', [])).toContain('Every log was read');
  });

  test.each([
    ['uploads/auto/C%3A/logs/u_ex.log', 'C:\\logs\\u_ex.log', true],
    ['EX01/ECP_Logs/x.LOG', '%ExchangeInstallPath%Logging\\ECP\\x.LOG', true],
    ['logs/u_ex.log', 'C:\\inetpub\\logs\\u_ex.log', true],
    ['EX01/C/logs/u_ex.log', 'C:\\logs\\u_ex.log', false],
    ['EX01/c$/logs/u_ex.log', 'C:\\logs\\u_ex.log', false],
    ['logs/u_ex.log', undefined, false],
  ])('of %s, shows the path on the server where it says more', (path, original, isShown) => {
    const file = { path, ...(original !== undefined && { original_path: original }) };
    const text = report('text', [finding({ log: { type: 'iis-w3c', file, line: 7, offset: 700 } })]);
    expect(text.includes('on the server')).toBe(isShown);
    if (isShown) expect(text).toContain(`on the server ${original}\n`);
  });

  test('names logs that went away, and does not say that every log was read', () => {
    const reporter = REPORTERS.text({ hasColour: false, isTerminal: false });
    reporter.diagnostic({ diagnostic: diagnostic({ code: 'FILE_VANISHED' }, { path: 'C/old.log' }), more: 0 });
    const text = reporter.end(SUMMARY);
    expect(text).toContain('What could not be read\n  C/old.log: was deleted or moved');
    expect(text).toContain('Every log that was still there was read to its end.');
  });

  test('is coloured only when asked', () => {
    const reporter = REPORTERS.text({ hasColour: true, isTerminal: true });
    reporter.finding(finding());
    expect(reporter.end(SUMMARY)).toContain('\u001b[31m');
  });
});

test('a diagnostic names file, line and reason', () => {
  expect(
    describeDiagnostic(diagnostic({ code: 'RULE_MODIFIER_UNKNOWN', modifier: 'looks' }, { path: 'r.yml', lineNumber: 12, column: 9 })),
  ).toBe('r.yml:12:9: the modifier looks is not known');
});
