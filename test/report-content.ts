import fc from 'fast-check';
import type { Summary } from '../src/model/coverage.ts';
import type { Finding } from '../src/model/finding.ts';
import type { Level, Stage } from '../src/model/rule.ts';
import { report, type ReportContent } from '../src/report/report.ts';
import type { ReportContext } from '../src/report/reporter.ts';
import type { ReportFormat } from '../src/report/formats.ts';
import { REPORTERS } from '../src/report/reporters.ts';

export const SUMMARY: Summary = {
  findings: 1,
  byLevel: { informational: 0, low: 0, medium: 0, high: 1, critical: 0 },
  files: 1,
  bytes: 100,
  lines: 3,
  rules: 2,
  complete: true,
  exitCode: 1,
  durationMs: 5,
};

/** A finding, as much of it as a test does not care about. */
export function finding(facts: Partial<Finding> = {}): Finding {
  return {
    id: 'abc',
    '@timestamp': '2021-03-03T06:59:13.030Z',
    rule: { id: 'r1', name: 'A rule', level: 'high', stage: 'exploit' },
    message: 'A rule: POST /x',
    log: { type: 'iis-w3c', file: { path: 'C/u_ex.log' }, line: 7, offset: 700 },
    event: { original: 'the raw line' },
    matched: [{ field: 'AnchorMailbox', value: 'ServerInfo~x/y', view: 'raw' }],
    ...facts,
  };
}

/** A report of little or nothing else. */
export function content(facts: Partial<ReportContent> = {}): ReportContent {
  return { findings: [], stories: [], verdicts: [], coverages: [], exposures: [], diagnostics: [], summary: SUMMARY, ...facts };
}

/** What a format makes of it. */
export function write(format: ReportFormat, facts: Partial<ReportContent>, context: Partial<ReportContext> = {}): string {
  return [...report(REPORTERS[format]({ hasColour: false, isTerminal: false, ...context }), content(facts))].join('');
}

/** What an attacker would put into a log, and what damage leaves there. */
export const HOSTILE = [
  '-',
  '--',
  '-1+1',
  '=HYPERLINK("http://203.0.113.1/","x")',
  "=cmd|'/C calc'!A0",
  '+1',
  '@SUM(A1)',
  "'quoted",
  '\t=1',
  '\r\n=1',
  'a,b"c""d',
  ' spaces ',
  'über 😀 \u202Efdp.exe',
  '\u001b]0;x\u0007',
  '\uFEFF',
  '690e10',
  '007',
  '12345678901234567890',
  '<script>alert(1)</script>',
  '| a | b |',
  '`code`',
  '[x](http://203.0.113.1/)',
  '![x](http://203.0.113.1/x.png)',
  'http://203.0.113.1/ www.example.org a@example.org',
  '# heading\n- item\n> quote\n---',
  '&lt;b&gt; &#60;',
  '\\',
  '\\|',
  '{{7*7}} ${7*7} %0a',
  '',
];

/** Anything at all, and often something of that list. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 12 }));

/** A finding whose every text may be anything; with or without a time. */
export const hostileFinding: fc.Arbitrary<Finding> = fc
  .record({
    id: fc.stringMatching(/^[0-9a-f]{32}$/),
    time: fc.option(fc.date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), { nil: undefined }),
    level: fc.constantFrom<Level[]>('informational', 'low', 'medium', 'high', 'critical'),
    stage: fc.constantFrom<(Stage | undefined)[]>(undefined, 'recon', 'attempt', 'exploit', 'webshell', 'action', 'cleanup'),
    address: fc.oneof(hostileText, fc.ipV4(), fc.ipV6()),
    texts: fc.array(hostileText, { minLength: 18, maxLength: 18 }),
    line: fc.nat(),
    status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
    isCorrelation: fc.boolean(),
  })
  .map(({ id, time, level, stage, address, texts, line, status, isCorrelation }): Finding => {
    const text = (index: number): string => texts[index] ?? '';
    const log = { type: text(0), file: { path: text(1), original_path: text(2) }, line, offset: line * 2 };
    return {
      id,
      ...(time !== undefined && { '@timestamp': time.toISOString() }),
      rule: { id: text(3), name: text(4), level, ...(stage !== undefined && { stage }), author: [text(5)], license: text(6) },
      vulnerability: { id: ['CVE-2021-26855', text(7)] },
      threat: { technique: { id: ['T1505.003', text(8)] } },
      message: text(9),
      host: { name: text(10) },
      source: { ip: address },
      network: { forwarded_ip: text(11) },
      user: { name: text(12), effective: { name: text(13), id: text(14) } },
      http: { request: { id: text(15), method: text(16) }, ...(status !== undefined && { response: { status_code: status } }) },
      url: { path: text(17), query: text(9) },
      user_agent: { original: text(8) },
      log,
      event: isCorrelation && time !== undefined ? { start: time.toISOString(), end: time.toISOString() } : { original: text(7) },
      matched: [{ field: text(6), value: text(5), view: 'raw' }],
      ...(isCorrelation && {
        correlation: {
          type: 'temporal',
          group: { [text(4)]: text(3) },
          count: 3,
          findings: [id],
          records: [{ '@timestamp': '2021-03-03T06:59:13.030Z', rule: { id: text(3) }, log }],
        },
      }),
    };
  });
