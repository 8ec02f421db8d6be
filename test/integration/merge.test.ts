import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CSV_PROFILES, type CsvProfile } from '../../src/report/reporter.ts';
import { FILE_ENDINGS, type ReportFormat } from '../../src/report/formats.ts';
import { REPORTERS } from '../../src/report/reporters.ts';
import { parseJsonl, runCli } from './run-cli.ts';

const SAMPLE = 'samples/contoso-ex01';
const FORMATS = Object.keys(REPORTERS) as ReportFormat[];
const NATIVE = ['--exit-zero', '-q', '-o'];

let folder: string;
const at = (name: string): string => path.join(folder, name);
const scanTo = (name: string, ...args: readonly string[]): void => {
  expect(runCli(['scan', ...args, ...NATIVE, `jsonl=${at(name)}`])).toMatchObject({ code: 0, stderr: '' });
};
const recordsOf = (text: string, kind: string) => parseJsonl(text).filter(({ record }) => record === kind);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-merge-'));
  scanTo('whole.jsonl', SAMPLE);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('convert', () => {
  /** Each report as a file of that name. */
  const files = (folderOfFiles: string, formats: readonly ReportFormat[]): string[] =>
    formats.flatMap((format) => ['-o', `${format}=${at(folderOfFiles)}/${format}${FILE_ENDINGS[format] ?? ''}`]);

  test.each<CsvProfile | 'none'>(['none', ...CSV_PROFILES])(
    'makes every report that the scan itself would have made (CSV for %s)',
    (profile) => {
      const formats = profile === 'none' ? FORMATS : (['csv'] as const);
      const args = ['--force', '--exit-zero', ...(profile === 'none' ? [] : ['--csv-profile', profile])];
      mkdirSync(at('direct'), { recursive: true });
      mkdirSync(at('converted'), { recursive: true });
      expect(runCli(['scan', SAMPLE, '-q', ...files('direct', formats), ...args])).toMatchObject({ code: 0, stderr: '' });
      const { code, stderr } = runCli(['convert', at('whole.jsonl'), ...files('converted', formats), ...args]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(readdirSync(at('converted'))).toHaveLength(FORMATS.length);
      for (const name of readdirSync(at('converted'))) {
        const [converted, direct] = ['converted', 'direct'].map((where) => withoutTimes(readFileSync(path.join(at(where), name), 'utf8')));
        expect(converted).toBe(direct);
        expect(direct).toContain(name === 'log-line' ? 'compromised:EX01' : 'CVE-2021-26855');
      }
    },
  );

  test('leaves out what is below --min-level and exits as the scan did', () => {
    const { code, stdout } = runCli(['convert', at('whole.jsonl'), '--min-level', 'critical', '-o', 'jsonl=-']);
    expect(code).toBe(1);
    const levels = recordsOf(stdout, 'finding').map(({ rule }) => (rule as { readonly level: string }).level);
    expect([...new Set(levels)]).toEqual(['critical']);
    expect(runCli(['convert', at('whole.jsonl'), '-o', 'csv=-', '--fail-on', 'compromised']).code).toBe(1);
  });

  test('tells what was left unread, as the scan did, and where', () => {
    mkdirSync(at('torn'));
    writeFileSync(path.join(at('torn'), 'u_ex210303.log'), '#Fields: date time c-ip sc-status\n2021-03-03 06:00:00 203.0.113.7\n');
    scanTo('torn.jsonl', at('torn'));
    const { code, stdout } = runCli(['convert', at('torn.jsonl'), '-o', 'jsonl=-']);
    expect(code).toBe(runCli(['scan', at('torn'), '-q', '-o', `jsonl=${at('again.jsonl')}`]).code);
    expect(recordsOf(stdout, 'diagnostic')).toEqual(recordsOf(readFileSync(at('torn.jsonl'), 'utf8'), 'diagnostic'));
    expect(recordsOf(stdout, 'diagnostic')).not.toEqual([]);
  });
});

describe('merge', () => {
  test('judges a server whose logs were read in two runs as one run would have', () => {
    scanTo('iis.jsonl', `${SAMPLE}/C/inetpub`, '--host', 'EX01');
    scanTo('exchange.jsonl', `${SAMPLE}/C/Program Files`, '--host', 'EX01');
    const { stdout } = runCli(['merge', at('iis.jsonl'), at('exchange.jsonl'), '-o', 'jsonl=-', '--exit-zero']);
    const whole = readFileSync(at('whole.jsonl'), 'utf8');
    const judged = (text: string) =>
      recordsOf(text, 'verdict').map(({ host, verdict, cve, missing, from, to }) => ({
        host,
        verdict,
        cve: cvesOf(cve),
        missing,
        from,
        to,
      }));
    expect(judged(stdout)).toEqual(judged(whole));
    expect(recordsOf(stdout, 'coverage').map(({ log, lines }) => ({ log, lines }))).toEqual(
      recordsOf(whole, 'coverage').map(({ log, lines }) => ({ log, lines })),
    );
  });

  test('counts what stands in several reports once', () => {
    cpSync(SAMPLE, at('copy'), { recursive: true });
    scanTo('copy.jsonl', at('copy'));
    const { stdout, stderr } = runCli(['merge', at('whole.jsonl'), at('copy.jsonl'), '-o', 'jsonl=-', '--exit-zero']);
    const ids = (text: string) => recordsOf(text, 'finding').map(({ id }) => id);
    const whole = readFileSync(at('whole.jsonl'), 'utf8');
    expect(new Set(ids(stdout))).toEqual(new Set(ids(whole)));
    expect(ids(stdout)).toHaveLength(ids(whole).length);
    expect(recordsOf(stdout, 'story').length).toBe(recordsOf(whole, 'story').length);
    expect(recordsOf(stdout, 'summary')[0]?.['findings']).toBe(recordsOf(whole, 'summary')[0]?.['findings']);
    expect(stderr).toBe(`2 reports; ${ids(whole).length} findings stood in more than one of them and count once\n`);
  });

  test('tells of an address that was at several servers, in the order of time', () => {
    for (const [name, hour] of [
      ['EX07', '09'],
      ['EX03', '08'],
    ] as const) {
      mkdirSync(at(name));
      const header = '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n';
      const line = `2021-03-03 ${hour}:00:00 192.0.2.5 POST /aspnet_client/${name}.aspx - 443 - 203.0.113.77 Mozilla/5.0 200\n`;
      writeFileSync(path.join(at(name), 'u_ex210303.log'), header + line);
      scanTo(`${name}.jsonl`, at(name), '--host', name);
    }
    const { stdout } = runCli(['merge', at('EX07.jsonl'), at('EX03.jsonl'), '-o', 'jsonl=-', '--exit-zero']);
    const story = recordsOf(stdout, 'story').find(({ id }) => id === 'shared-address/203.0.113.77');
    expect(story).toMatchObject({
      actors: ['203.0.113.77'],
      from: '2021-03-03T08:00:00.000Z',
      to: '2021-03-03T09:00:00.000Z',
      steps: [{ name: expect.stringMatching(/^EX03: /) }, { name: expect.stringMatching(/^EX07: /) }],
    });
    const text = runCli(['merge', at('EX07.jsonl'), at('EX03.jsonl'), '--exit-zero']).stdout;
    expect(text).toContain('The same address at 2 servers');
    expect(text).toMatch(/EX03 .*\n.*EX07 /);
  });

  test.each([
    [
      'a line that is no record',
      (report: string) => report.replace('"record":"finding"', '"record":"found"'),
      ':1: is no record of exhunt/1',
    ],
    ['a finding without its rule', (report: string) => report.replace('"rule":{', '"rules":{'), ':1: is no record of exhunt/1'],
    ['a report that was cut', (report: string) => report.slice(0, report.lastIndexOf('{"schema"')), ': has no summary at its end'],
    ['an empty file', () => '', ': has no summary at its end'],
  ])('refuses %s and says where', (_name, damage, said) => {
    writeFileSync(at('damaged.jsonl'), damage(readFileSync(at('whole.jsonl'), 'utf8')));
    const { code, stderr, stdout } = runCli(['merge', at('damaged.jsonl'), '-o', 'jsonl=-']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${at('damaged.jsonl')}${said}`);
  });

  test('refuses a file that is not there', () => {
    expect(runCli(['merge', at('nowhere.jsonl')])).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere.jsonl') });
  });
});

function cvesOf(cve: unknown): unknown {
  return Array.isArray(cve)
    ? cve.map((each: { id: string; verdict: string; missing: string[] }) => [each.id, each.verdict, each.missing])
    : cve;
}

/** The time that a run took stands in its reports; and so does the exit code that was asked for. */
function withoutTimes(report: string): string {
  return report
    .replaceAll(/"durationMs":\d+/g, '"durationMs":0')
    .replaceAll(/in \d+\.\d+ s/g, 'in 0 s')
    .replaceAll(/^\S+ (exhunt verdict=.*) ms=\d+$/gm, '$1');
}
