import { inflateRawSync, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Coverage } from '../../../src/model/coverage.ts';
import { diagnostic } from '../../../src/model/diagnostic.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { Level } from '../../../src/model/rule.ts';
import type { Story } from '../../../src/model/story.ts';
import type { HostVerdict } from '../../../src/model/verdict.ts';
import { CELL_CHARACTERS, FindingBlocks, type FindingDetail, type RowBlock } from '../../../src/report/html-blocks.ts';
import { escapeHtml, html } from '../../../src/report/html-markup.ts';
import { createHtmlReporter, type HtmlParts } from '../../../src/report/html.ts';
import { report, type ReportContent } from '../../../src/report/report.ts';
import { joinBlocks } from '../../../report-app/rows.ts';
import { finding as findingOf, SUMMARY } from '../../report-content.ts';

const PARTS: HtmlParts = {
  script: 'start()',
  style: 'p{}',
  scriptHash: 'sha256-S',
  styleHash: 'sha256-T',
  notices: 'licences',
  pack: (text) => deflateRawSync(text).toString('base64'),
};

/** The same of a level. */
function finding(facts: Partial<Finding> = {}, level: Level = 'high'): Finding {
  return findingOf({ rule: { id: 'r1', name: 'A rule', level, stage: 'exploit' }, ...facts });
}

const STORY: Story = {
  id: 'story-1',
  chain: { id: 'c1', name: 'Chain: Shell Used', level: 'critical' },
  host: { name: 'EX01' },
  actors: ['203.0.113.7'],
  from: '2021-03-03T06:59:13.030Z',
  to: '2021-03-03T07:59:13.030Z',
  steps: [
    {
      '@timestamp': '2021-03-03T06:59:13.030Z',
      stage: 'exploit',
      name: 'First step',
      log: { type: 'iis-w3c', file: { path: 'a.log' }, line: 3 },
      findings: ['abc'],
    },
  ],
  more: 0,
  missing: ['Second step'],
  verdict: 'compromised',
};

const VERDICT: HostVerdict = {
  host: { name: 'EX01' },
  verdict: 'exploited',
  reason: 'It worked',
  findings: ['abc'],
  missing: ['httpproxy'],
  from: '2021-03-01T00:00:00.000Z',
  to: '2021-03-05T00:00:00.000Z',
  cve: [
    { id: 'CVE-2021-26855', verdict: 'exploited', assessed: true, missing: [] },
    { id: 'CVE-2021-1', verdict: 'not assessed', assessed: false, missing: ['evtx'] },
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
  blind: ['blind-rule'],
  gaps: [
    {
      from: '2021-03-02T00:00:00.000Z',
      to: '2021-03-03T00:00:00.000Z',
      expected: 1_200,
      busyMeanwhile: ['httpproxy'],
      nearFinding: 'abc',
      nearRule: 'A rule',
      nearTime: '2021-03-03T06:59:13.030Z',
    },
  ],
};

function page(content: Partial<ReportContent> = {}): string {
  const whole = { findings: [], stories: [], verdicts: [], coverages: [], exposures: [], diagnostics: [], summary: SUMMARY, ...content };
  return [...report(createHtmlReporter({ hasColour: false, isTerminal: false, html: PARTS }), whole)].join('');
}

function blocksOf<Content>(text: string, kind: string): Content[] {
  return [...text.matchAll(new RegExp(`<script type="text/plain" data-block="${kind}">([A-Za-z0-9+/=]*)</script>`, 'g'))].map(
    ([, packed = '']): Content => JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString()),
  );
}

describe('escaping for HTML', () => {
  test.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    [`" onload='x' \``, '&quot; onload=&#39;x&#39; &#96;'],
    ['a & b', 'a &amp; b'],
    ['abc\u202Efdp.exe', 'abc\\u202efdp.exe'],
    ['a\u0000b', 'a\\x00b'],
  ])('%j', (text, expected) => {
    expect(escapeHtml(text)).toBe(expected);
  });

  test('holds for any value between tags and in attributes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`<a title="${text}">${[text, html`<b>${text}</b>`]}</a>`.text.replaceAll(/<a title="|">|<\/?b>|<\/a>/g, '')).not.toMatch(
          /[<>"'`]/,
        );
      }),
    );
  });
});

describe('the page', () => {
  test('tells what was known before: what is suppressed and by what, what is new and what is gone', () => {
    expect(page()).not.toContain('id="known"');
    const suppression = { by: 'ignore', reason: 'load <balancer>', file: 'known.yml', line: 3 } as const;
    const text = page({
      findings: [finding({ id: 'x', suppression }), finding({ baseline: 'new' })],
      suppressions: [{ ...suppression, status: 'active', findings: 2, matches: 0 }],
      gone: [finding({ id: 'g', host: { name: 'EX09' } })],
      summary: {
        ...SUMMARY,
        suppressed: { findings: 2, byLevel: { high: 2 } },
        baseline: { new: 1, unchanged: 4, gone: 1, byLevel: { high: 1 }, verdict: 'exploited' },
      },
      showsSuppressed: true,
    });
    expect(text).toContain('<li>1 new (1 high), 4 still there, 1 gone</li>');
    expect(text).toContain('<li>gone: 2021-03-03 06:59:13.030  high  A rule, EX09, C/u_ex.log:7</li>');
    expect(text).toContain('<h3>2 findings suppressed</h3>');
    expect(text).toContain('<li>2 by known.yml:3: load &lt;balancer&gt;</li>');
    expect(blocksOf<RowBlock>(text, 'rows').flatMap(({ cells }) => cells.state.values)).toEqual(['suppressed', 'new']);
  });

  test('names its policy before anything else, and allows the two texts that it has', () => {
    const head = page().slice(0, page().indexOf('<style>'));
    expect(head).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"/);
    expect(head).toContain("default-src 'none'; script-src 'sha256-S'; style-src 'sha256-T';");
    expect(head).not.toContain('unsafe');
    expect(page()).toContain('<script>start()</script>');
    expect(page()).toContain('<style>p{}</style>');
  });

  test('has no style, handler, address or picture in its markup', () => {
    const text = page({ findings: [finding()], stories: [STORY], verdicts: [VERDICT], coverages: [COVERAGE] });
    expect(text).not.toMatch(/<[^>]+ (?:style|on\w+)=/);
    expect(
      [...text.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map(([, target]) => target).filter((target) => !target?.startsWith('#')),
    ).toEqual([]);
  });

  test('says without JavaScript what was decided, in the words of the text report', () => {
    const text = page({ findings: [finding()], stories: [STORY], verdicts: [VERDICT], coverages: [COVERAGE] });
    for (const words of [
      'EXPLOITED',
      'It worked',
      'CVE-2021-26855 exploited',
      'not assessed, for want of evtx: CVE-2021-1',
      'Shell Used',
      'on EX01, from 203.0.113.7, 2021-03-03 06:59:13.030 to 2021-03-03 07:59:13.030',
      'First step',
      'a.log:3',
      'not seen: Second step',
      'silent from 2021-03-02 00:00 to 2021-03-03 00:00, where some 1,200 records should be; httpproxy went on',
      'possible log deletion: near A rule, 2021-03-03 06:59',
      'lost.log',
      'no log of httpproxy; without it nobody can be called clean',
      'blind-rule',
    ])
      expect(text).toContain(words);
  });

  test('draws a gap where it is', () => {
    expect(page({ verdicts: [VERDICT], coverages: [COVERAGE] })).toContain('<rect class="near" x="250" y="0" width="250" height="12" />');
  });

  test('counts problems that it does not list', () => {
    const shown = { diagnostic: diagnostic({ code: 'RECORD_TORN' }, { path: 'C/u_ex.log', lineNumber: 9 }), more: 3 };
    const text = page({ diagnostics: Array.from({ length: 600 }, () => shown) });
    expect(text).toContain('2,400');
    expect(text).toContain('No more than 500 are listed');
  });

  test('tells the rules that ran and found nothing', () => {
    const rules = [finding().rule, { id: 'r2', name: 'A silent rule', level: 'low' as const }];
    expect(page({ findings: [finding()], rules })).toContain('A silent rule');
    expect(page({ findings: [finding()] })).toContain('does not name the rules that found nothing');
  });

  test('counts the rules that it does not list', () => {
    const rules = Array.from({ length: 5_003 }, (_, index) => ({ id: `r${index}`, name: `Rule ${index}`, level: 'low' as const }));
    const text = page({ rules });
    expect(text).toContain('Rule 4999<');
    expect(text).not.toContain('Rule 5000<');
    expect(text).toContain('and 3 more; -o jsonl=FILE writes them all');
  });

  test('is not made without its program', () => {
    expect(() => createHtmlReporter({ hasColour: false, isTerminal: false })).toThrow('needs its program');
  });
});

describe('findings', () => {
  test('come back as they were, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ id: fc.string(), original: fc.string({ unit: 'binary' }), line: fc.nat() })), (facts) => {
        const findings = facts.map(({ id, original, line }) =>
          finding({ id, event: { original }, log: { type: 'iis-w3c', file: { path: original }, line, offset: 1 } }),
        );
        const text = page({ findings });
        const rows = joinBlocks(blocksOf<RowBlock>(text, 'rows'));
        const details = blocksOf<FindingDetail[]>(text, 'details').flat();
        expect(details.map((detail, row) => ({ id: rows.ids[row], ...detail }))).toEqual(findings);
        expect([...rows.lines]).toEqual(facts.map(({ line }) => line));
      }),
      { numRuns: 50 },
    );
  });

  test('stand in blocks, and no block waits for more than it may hold', () => {
    const blocks = new FindingBlocks(PARTS.pack);
    const texts = Array.from({ length: 5_000 }, (_, index) => blocks.add(finding({ id: String(index) })));
    const written = [...texts, blocks.flush()].filter((text) => text !== '');
    expect(written).toHaveLength(3);
    expect(joinBlocks(blocksOf<RowBlock>(written.join(''), 'rows')).ids).toEqual(
      Array.from({ length: 5_000 }, (_, index) => String(index)),
    );
  });

  test('beyond the room for their level are left out, the worst last, and counted', () => {
    const blocks = new FindingBlocks(PARTS.pack, 10);
    const levels: Level[] = ['informational', 'low', 'medium', 'high', 'critical'];
    for (const level of levels) for (let index = 0; index < 7; index += 1) blocks.add(finding({}, level));
    expect(blocks.written).toBe(10);
    expect(blocks.leftOut.byLevel).toEqual({ informational: 2, low: 6, medium: 5, high: 5, critical: 7 });
  });

  test('with a cell of any length are cut, say so, and are counted', () => {
    const long = 'x'.repeat(CELL_CHARACTERS + 5);
    const text = page({ findings: [finding({ event: { original: long } })] });
    const [[detail] = []] = blocksOf<FindingDetail[]>(text, 'details');
    expect(detail?.event.original).toBe(`${'x'.repeat(CELL_CHARACTERS)}… (5 more characters are not in this report)`);
    expect(text).toContain('1 values longer than 32,767 characters are cut');
  });

  test('without what Exchange appends to a query, and with all else that is in it', () => {
    const suffix = '&CorrelationID=<empty>;&cafeReqId=af98a5e9-391d-4724-7555-0021cdaf8961;&encoding=;';
    const requests = [suffix, `cmd=whoami${suffix}`, `${suffix}&cmd=whoami`, '&CorrelationID=evil'].map((query) => {
      const text = page({ findings: [finding({ url: { path: '/x', query } })] });
      return blocksOf<RowBlock>(text, 'rows')[0]?.cells.request.values[0];
    });
    expect(requests).toEqual(['/x', '/x?cmd=whoami', `/x?${suffix}&cmd=whoami`, '/x?&CorrelationID=evil']);
  });
});
