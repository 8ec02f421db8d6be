import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { code, text } from '../../../src/report/markdown-text.ts';
import { content, finding, HOSTILE, hostileFinding, hostileText, write } from '../../report-content.ts';

/** As lenient as any reader: HTML is passed on, and whatever looks like an address becomes a link. */
const reader = new MarkdownIt({ html: true, linkify: true, typographer: true });

const MADE_BY_CONTENT = /<(?!\/?(?:h[123]|p|ul|ol|li|table|thead|tbody|tr|th|td|strong|code)>)/;

describe('any text', () => {
  test.each([
    ...HOSTILE,
    'GH-26855',
    'deadbeef01',
    'a.com',
    'x:bug:',
    '1. x',
    '#1',
    '@someone',
    '*a* _b_ ~~c~~ ==d==',
    'http:x',
    '//x.org/',
  ])('%j stays text', (each) => {
    for (const shown of [code(each), text(each)]) {
      const html = reader.renderInline(shown);
      expect(html.replaceAll(/<\/?code>/g, '')).not.toMatch(/<[a-z/!]/i);
      expect(shown).not.toMatch(/[\r\n|]/);
      expect(reader.render(`| a | b |\n| --- | --- |\n| ${shown} | c |\n`).match(/<td>/g)).toHaveLength(2);
    }
  });

  test('is a code span unless it is words', () => {
    expect(text('ProxyLogon: Server Name, Asked for (twice)')).toBe('ProxyLogon: Server Name, Asked for (twice)');
    expect(text('It ended. Nothing more (so far).')).toBe('It ended. Nothing more (so far).');
    for (const each of ['1. a', 'a.b', 'www.x', 'a@b', '-a', 'x*y', '#1', 'GH-1', 'abcdef0', 'a\nb', ' a', ''])
      expect(text(each)).toMatch(/^`.*`$|^\(empty\)$/);
  });

  test('is cut where it is long, with a mark', () => {
    expect(code('x'.repeat(10_000))).toBe(`\`${'x'.repeat(500)}…\``);
  });
});

test('whatever stands in the logs, the note has its own headings, lists and tables and nothing else', () => {
  fc.assert(
    fc.property(fc.array(hostileFinding, { minLength: 1, maxLength: 4 }), hostileText, (findings, hostile) => {
      const host = { name: hostile };
      const log = { type: hostile, file: { path: hostile } };
      const note = write('markdown', {
        findings,
        stories: [
          {
            id: 's',
            chain: { id: 'c', name: hostile, level: 'high' },
            host,
            actors: [hostile],
            from: hostile,
            to: hostile,
            more: 1,
            steps: [{ '@timestamp': hostile, name: hostile, log: { ...log, line: 1 }, findings: [] }],
            missing: [hostile],
            verdict: 'exploited',
          },
        ],
        verdicts: [
          {
            host,
            verdict: 'exploited',
            reason: hostile,
            findings: [],
            from: hostile,
            to: hostile,
            missing: [hostile],
            worst: { level: 'high', rule: hostile },
            cve: [{ id: hostile, verdict: 'exploited', assessed: false, missing: [hostile] }],
          },
        ],
        coverages: [
          {
            host,
            log: { type: hostile },
            files: 1,
            bytes: 1,
            lines: 1,
            records: 1,
            rejected: 1,
            first: hostile,
            unreadable: [],
            blind: [],
            gaps: [{ from: hostile, to: hostile, expected: 1, busyMeanwhile: [], nearRule: hostile }],
            missingFiles: [{ from: hostile, to: hostile, files: 1 }],
          },
        ],
        exposures: [
          {
            host,
            builds: [{ build: hostile, name: hostile, from: hostile, to: hostile, source: 'columns' }],
            fixed: [],
            unknown: [hostile],
            cves: [{ id: hostile, open: { from: hostile, to: hostile }, fixedBy: hostile, isOpenAtTheEnd: true }],
          },
        ],
      });
      const html = reader.render(note);
      expect(html).not.toMatch(MADE_BY_CONTENT);
      expect(html.match(/<h1>/g)).toHaveLength(1);
      expect(html.match(/<h2>/g)).toHaveLength(7);
      expect(html.match(/<table>/g)).toHaveLength(3);
      for (const row of html.match(/<tr>[^]*?<\/tr>/g) ?? []) expect([5, 10]).toContain(row.match(/<t[dh]>/g)?.length);
    }),
    { numRuns: 300 },
  );
});

test('answers who, when, which server, what worked and what is missing', () => {
  const note = write('markdown', {
    findings: [
      finding({ host: { name: 'EX01' }, source: { ip: '203.0.113.7' }, vulnerability: { id: ['CVE-2021-26855'] } }),
      finding({ '@timestamp': '2021-03-04T00:00:00.000Z' }),
    ],
    verdicts: [{ host: { name: 'EX01' }, verdict: 'exploited', reason: 'It worked', findings: [], missing: ['evtx'], cve: [] }],
  });
  expect(note).toContain(
    '| high | exploit | A rule | 2 | EX01 | `203.0.113.7` | 2021-03-03 06:59:13 | 2021-03-04 00:00:00 | `C/u_ex.log:7` | CVE-2021-26855 |',
  );
  expect(note).toContain('| EX01 | **exploited** |');
  expect(note).toContain('- logs that are not there: evtx');
});

describe('a note of very much', () => {
  const levels = ['low', 'high'] as const;
  const findings = Array.from({ length: 150 }, (_, id) =>
    finding({ rule: { id: `r${id}`, name: `Rule ${id}`, level: levels[id % 2] ?? 'low' }, source: { ip: `198.51.100.${id}` } }),
  );

  test('shows a hundred rules, the worst, and counts the others', () => {
    const note = write('markdown', { findings });
    expect(note.match(/^\| (?:high|low) /gm)).toHaveLength(100);
    expect(note.match(/^\| high /gm)).toHaveLength(75);
    expect(note).toContain('- and 50 rules more, not listed here');
  });

  test('counts hosts beyond fifty', () => {
    const verdicts = content().verdicts.concat(
      Array.from({ length: 60 }, (_, id) => ({
        host: { name: `EX${id}` },
        verdict: 'clean' as const,
        reason: 'x',
        findings: [],
        missing: [],
        cve: [],
      })),
    );
    expect(write('markdown', { verdicts })).toContain('- and 10 hosts more, not listed here');
  });
});
