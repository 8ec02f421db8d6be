import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { Coverage } from '../../../src/model/coverage.ts';
import { diagnostic } from '../../../src/model/diagnostic.ts';
import type { Story } from '../../../src/model/story.ts';
import type { HostVerdict } from '../../../src/model/verdict.ts';
import { parseOutputs } from '../../../src/cli/output-option.ts';
import { finding, hostileText, SUMMARY, write } from '../../report-content.ts';

const LOG = { type: 'iis-w3c', file: { path: 'C/u_ex.log' }, line: 7, offset: 700 };
const STORY: Story = {
  id: 's1',
  chain: { id: 'c1', name: 'Chain: Shell Used', level: 'critical' },
  host: { name: 'EX01' },
  actors: ['203.0.113.7'],
  from: '2021-03-03T06:59:13.030Z',
  to: '2021-03-03T07:59:13.030Z',
  steps: [{ '@timestamp': '2021-03-03T06:59:13.030Z', stage: 'exploit', name: 'Shell', log: LOG, findings: ['f1'] }],
  more: 2,
  missing: ['Shell removed'],
  verdict: 'compromised',
};
const VERDICT: HostVerdict = {
  host: { name: 'EX01' },
  verdict: 'compromised',
  reason: 'What only an intruder leaves was found',
  findings: ['f1'],
  from: '2021-03-01T00:00:00.000Z',
  to: '2021-03-05T00:00:00.000Z',
  missing: ['httpproxy:ecp'],
  cve: [
    { id: 'CVE-2021-27065', verdict: 'compromised', assessed: true, missing: [], findings: ['f1'] },
    { id: 'CVE-2021-26857', verdict: 'not assessed', assessed: false, missing: ['evtx'], findings: [] },
  ],
};
const COVERAGE: Coverage = {
  host: { name: 'EX01' },
  log: { type: 'iis-w3c' },
  files: 2,
  bytes: 10,
  lines: 5,
  records: 4,
  first: '2021-03-01T00:00:00.000Z',
  last: '2021-03-05T00:00:00.000Z',
  rejected: 1,
  unreadable: ['lost.log'],
  blind: [],
  gaps: [{ from: '2021-03-02T00:00:00.000Z', to: '2021-03-03T00:00:00.000Z', expected: 1_200, busyMeanwhile: ['httpproxy'] }],
  missingFiles: [{ from: 'u_ex210302.log', to: 'u_ex210302.log', files: 1 }],
};

type Rows = Record<string, string>[];
const rowsOf = (text: string): Rows => parse(text, { columns: true, bom: true });

describe('assessment-csv', () => {
  test('says how far an attack got, what happened, what was read and what is missing', () => {
    const rows = rowsOf(
      write('assessment-csv', {
        findings: [finding()],
        stories: [STORY],
        verdicts: [VERDICT],
        coverages: [COVERAGE],
        diagnostics: [
          { diagnostic: diagnostic({ code: 'FILE_UNREADABLE', reason: 'EIO' }, { path: 'C/torn.log' }), more: 2 },
          { diagnostic: diagnostic({ code: 'FILE_EMPTY' }, { path: 'C/empty.log' }), more: 0 },
        ],
        summary: { ...SUMMARY, complete: false },
      }),
    );
    expect(rows.map(({ Kind, Host, Name, State }) => [Kind, Host, Name, State].join('|'))).toEqual([
      'story|EX01|Chain: Shell Used|compromised',
      'story step|EX01|Chain: Shell Used|exploit',
      'verdict|EX01||compromised',
      'missing log|EX01|httpproxy (ecp)|',
      'vulnerability|EX01|CVE-2021-27065|compromised',
      'vulnerability|EX01|CVE-2021-26857|not assessed',
      'coverage|EX01|iis-w3c|',
      'unread|EX01|iis-w3c|',
      'gap|EX01|iis-w3c|',
      'missing files|EX01|iis-w3c|',
      'problem||C/torn.log|error',
      'summary|||incomplete',
    ]);
    expect(rows[0]).toMatchObject({ From: '2021-03-03 06:59:13.030', Records: '3', Details: 'from 203.0.113.7; not seen: Shell removed' });
    expect(rows[5]?.['Details']).toBe('for want of evtx');
    expect(rows[8]).toMatchObject({ From: '2021-03-02 00:00:00.000', To: '2021-03-03 00:00:00.000', Records: '1200' });
  });

  test('tells what is suppressed, and what is new or gone', () => {
    const rows = rowsOf(
      write('assessment-csv', {
        suppressions: [{ by: 'ignore', reason: 'our scanner', file: 'known.yml', line: 3, status: 'active', findings: 4, matches: 0 }],
        gone: [finding({ host: { name: 'EX09' } })],
        summary: {
          ...SUMMARY,
          suppressed: { findings: 4, byLevel: { high: 4 } },
          baseline: { new: 1, unchanged: 2, gone: 1, byLevel: { high: 1 }, verdict: 'exploited' },
        },
      }),
    );
    expect(rows).toMatchObject([
      { Kind: 'suppressed', Name: 'known.yml:3', State: 'ignore', Records: '4', Details: 'our scanner' },
      { Kind: 'gone', Host: 'EX09', Name: 'A rule', State: 'high', Details: 'C/u_ex.log:7' },
      { Kind: 'summary', Details: expect.stringContaining('4 findings suppressed; 1 new (1 high), 2 still there, 1 gone') },
    ]);
  });

  test('is a table whatever stands in the logs, and no cell a formula', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const host = { name: text };
        const facts = { verdicts: [{ ...VERDICT, host, reason: text }], stories: [{ ...STORY, host, actors: [text] }] };
        const rows = rowsOf(write('assessment-csv', facts));
        expect(rows).toHaveLength(7);
        for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell === '-' || !/^[=+\-@\t\r]/.test(cell)).toBe(true);
      }),
    );
  });

  test('takes a profile, and is never split', () => {
    expect(parseOutputs(['csv=a', 'assessment-csv=b'], 'excel')).toEqual([
      { format: 'csv', file: 'a', csvProfile: 'excel', isSplit: true },
      { format: 'assessment-csv', file: 'b', csvProfile: 'excel' },
    ]);
    expect(write('assessment-csv', {}, { csvProfile: 'excel' }).codePointAt(0)).toBe(0xfeff);
  });
});
