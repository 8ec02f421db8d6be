import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ReportContent } from '../../src/report/report.ts';
import { report } from '../../src/report/report.ts';
import { REPORTERS } from '../../src/report/reporters.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import type { ScanOptions, Workings } from '../../src/scan-options.ts';
import { scan } from '../../src/scan.ts';

const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });

const COLUMNS =
  'DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,Protocol,UrlStem,ServerHostName,AnchorMailbox,Method,HttpStatus';
const HOUR_MS = 3_600_000;
const DAY = Date.UTC(2021, 2, 9);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-absences-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Written {
  readonly protocol: string;
  readonly build: string;
  readonly hours: readonly number[];
  readonly anchor?: string;
}

/** A file for each hour, as HttpProxy writes them, with a row each minute. */
function writeProxyLogs({ protocol, build, hours, anchor = 'Sid~S-1-5-18' }: Written): void {
  const [major, minor, number, revision = '0'] = build.split('.');
  const version = `${major}.0${minor}.${number}.${revision.padStart(3, '0')}`;
  const to = path.join(folder, 'C/Logging/HttpProxy', protocol);
  mkdirSync(to, { recursive: true });
  for (const hour of hours) {
    const start = DAY + hour * HOUR_MS;
    const rows = Array.from({ length: 60 }, (_, minute) => {
      const time = new Date(start + minute * 60_000).toISOString();
      return `${time},,${major},${minor},${number},${revision},${protocol},/${protocol}/healthcheck.htm,EX01,${anchor},GET,200`;
    });
    const preamble = `${COLUMNS}\r\n#Software: Microsoft Exchange Server\r\n#Version: ${version}\r\n#Log-type: HttpProxy Logs\r\n#Fields: ${COLUMNS}\r\n`;
    const name = new Date(start).toISOString().slice(0, 13).replaceAll(/\D/g, '');
    writeFileSync(path.join(to, `HttpProxy_${name}-1.LOG`), `${preamble}${rows.join('\r\n')}\r\n`);
  }
}

const hoursOfADay = (...without: readonly number[]): number[] =>
  Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => !without.includes(hour));

async function scanned(options: Partial<ScanOptions> = {}, workings: Workings = {}) {
  const { findings, ...others } = await scan({ paths: [folder], rules, ...options }, workings);
  return { ...others, findings: [...findings] };
}

function textOf(content: Omit<ReportContent, 'summary'>): string {
  const summary = { findings: 0, byLevel: {}, files: 1, bytes: 1, lines: 1, rules: 1, complete: true, exitCode: 0, durationMs: 1 };
  return [...report(REPORTERS.text({ hasColour: false, isTerminal: false }), { ...content, summary })].join('');
}

test('two hours that are gone from a day of HttpProxy logs are a gap, near a finding, and their files are missing', async () => {
  writeProxyLogs({ protocol: 'Owa', build: '15.1.2106.2', hours: hoursOfADay(10, 11) });
  writeProxyLogs({ protocol: 'Ecp', build: '15.1.2106.2', hours: hoursOfADay(10, 11) });
  const intrusion = { protocol: 'Ecp', build: '15.1.2106.2', anchor: 'ServerInfo~a]@b:444/ecp/proxyLogon.ecp?#' };
  writeProxyLogs({ ...intrusion, hours: [9] });
  const result = await scanned();
  const [httpproxy] = result.coverages;
  expect(httpproxy?.gaps).toEqual([
    expect.objectContaining({ from: '2021-03-09T10:00:00.000Z', to: '2021-03-09T12:00:00.000Z', expected: 240, busyMeanwhile: [] }),
  ]);
  const [gap] = httpproxy?.gaps ?? [];
  expect(result.findings.find(({ id }) => id === gap?.nearFinding)?.['@timestamp']).toBe('2021-03-09T09:59:00.000Z');
  expect(httpproxy?.missingFiles).toEqual([
    {
      from: 'C/Logging/HttpProxy/Ecp/HttpProxy_2021030910-1.LOG',
      to: 'C/Logging/HttpProxy/Ecp/HttpProxy_2021030911-1.LOG',
      files: 2,
    },
    expect.objectContaining({ files: 2 }),
  ]);
  const text = textOf(result);
  expect(text).toContain('EX01 httpproxy: silent from 2021-03-09 10:00 to 2021-03-09 12:00, where some 240 records should be');
  expect(text).toContain('possible log deletion: near ');
});

test('a protocol that is silent while others go on is told with its folder', async () => {
  writeProxyLogs({ protocol: 'Owa', build: '15.1.2106.2', hours: hoursOfADay() });
  writeProxyLogs({ protocol: 'Ecp', build: '15.1.2106.2', hours: hoursOfADay(10, 11) });
  const [httpproxy] = (await scanned()).coverages;
  expect(httpproxy?.gaps).toEqual([expect.objectContaining({ folder: 'C/Logging/HttpProxy/Ecp', busyMeanwhile: ['httpproxy'] })]);
});

test('a whole day has neither', async () => {
  writeProxyLogs({ protocol: 'Owa', build: '15.1.2106.2', hours: hoursOfADay() });
  const [httpproxy] = (await scanned()).coverages;
  expect([httpproxy?.gaps, httpproxy?.missingFiles, httpproxy?.anomalies]).toEqual([undefined, undefined, undefined]);
});

test('the day of an update, and what was open before', async () => {
  writeProxyLogs({ protocol: 'Owa', build: '15.1.2106.2', hours: hoursOfADay().slice(0, 12) });
  writeProxyLogs({ protocol: 'Owa', build: '15.1.2106.13', hours: hoursOfADay().slice(12) });
  const result = await scanned();
  expect(result.exposures.map(({ builds }) => builds.map(({ build, from, to, source }) => [build, from, to, source]))).toEqual([
    [
      ['15.1.2106.2', '2021-03-09T00:00:00.000Z', '2021-03-09T11:59:00.000Z', 'version-line'],
      ['15.1.2106.13', '2021-03-09T12:00:00.000Z', '2021-03-09T23:59:00.000Z', 'version-line'],
    ],
  ]);
  expect(textOf(result)).toContain('EX01 ran 15.1.2106.2 (Exchange 2016 CU18) until 2021-03-09: open to CVE-2021-26855, ');
  expect(textOf(result)).toContain(' for 7 days after the update (Mar21SU, 15.1.2106.13, 2021-03-02)');
});

test('an unknown build is said to be unknown', async () => {
  writeProxyLogs({ protocol: 'Owa', build: '15.1.9999.1', hours: [1] });
  expect(textOf(await scanned())).toContain('EX01 ran 15.1.9999.1 from 2021-03-09 to 2021-03-09: an unknown build');
});

test('records that go back in time, and those of another day than the name says, are told', async () => {
  writeProxyLogs({ protocol: 'Owa', build: '15.1.2106.2', hours: [1] });
  const row = (time: string): string => `${time},,15,1,2106,2,Owa,/owa/,EX01,x,GET,200\r\n`;
  const later = ['2021-03-09T05:10:00.000Z', '2021-03-09T02:10:00.000Z', '2021-03-09T05:20:00.000Z', '2021-03-09T04:59:00.000Z'];
  const file = path.join(folder, 'C/Logging/HttpProxy/Owa/HttpProxy_2021030105-1.LOG');
  writeFileSync(file, `${COLUMNS}\r\n#Fields: ${COLUMNS}\r\n${later.map(row).join('')}`);
  const [httpproxy] = (await scanned()).coverages;
  const name = 'C/Logging/HttpProxy/Owa/HttpProxy_2021030105-1.LOG';
  expect(httpproxy?.anomalies).toEqual([
    { kind: 'back-in-time', file: name, from: '2021-03-09T05:00:00.000Z', to: '2021-03-09T02:00:00.000Z', times: 1 },
    { kind: 'other-date', file: name, from: '2021-03-09T02:10:00.000Z', to: '2021-03-09T05:20:00.000Z' },
  ]);
});

test('web server logs tell the build by their paths where no log of Exchange does', async () => {
  const lines = Array.from(
    { length: 40 },
    (_, minute) => `2021-03-09 05:${String(minute).padStart(2, '0')}:00 GET /owa/auth/15.1.2106/themes/x.png 200`,
  );
  writeFileSync(path.join(folder, 'u_ex210309.log'), `#Fields: date time cs-method cs-uri-stem sc-status\n${lines.join(' 0\n')} 0\n`);
  const { exposures } = await scanned({ host: 'EX02' });
  expect(exposures.map(({ host, builds }) => [host?.name, builds.map(({ build, source }) => [build, source])])).toEqual([
    ['EX02', [['15.1.2106', 'paths']]],
  ]);
});

test('a table of the user comes first, and a row that is none is told', async () => {
  writeProxyLogs({ protocol: 'Owa', build: '15.1.9999.1', hours: [1] });
  const own = mkdtempSync(path.join(tmpdir(), 'exhunt-builds-'));
  const header = 'product,cumulative_update,security_update,build,released,source';
  writeFileSync(path.join(own, 'builds.csv'), `${header}\nExchange 2016,CU99,,15.1.9999.1,2030-01-01,me\nExchange 2016\n`);
  const { exposures, diagnostics, isComplete } = await scanned({ builds: [own] });
  rmSync(own, { recursive: true });
  expect(exposures[0]?.builds[0]?.name).toBe('Exchange 2016 CU99');
  expect(diagnostics.map(({ diagnostic: { problem, place } }) => [problem.code, place.lineNumber])).toEqual([['RULE_BUILD_ROW', 3]]);
  expect(isComplete).toBe(true);
});

test('all of it is the same in parts, by several threads, and without the prefilter', async () => {
  writeProxyLogs({ protocol: 'Owa', build: '15.1.2106.2', hours: hoursOfADay(10, 11) });
  writeProxyLogs({ protocol: 'Ecp', build: '15.1.2106.13', hours: hoursOfADay(2) });
  const usual = await scanned();
  expect(usual.coverages[0]?.gaps).toBeDefined();
  expect(await scanned({ hasPrefilter: false })).toEqual(usual);
  expect(await scanned({ jobs: 2 }, { partBytes: 2_000 })).toEqual(usual);
});
