import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { Coverage } from '../../../src/model/coverage.ts';
import { diagnostic } from '../../../src/model/diagnostic.ts';
import type { Exposure } from '../../../src/model/exposure.ts';
import type { Story } from '../../../src/model/story.ts';
import type { HostVerdict } from '../../../src/model/verdict.ts';
import { reportPieces, type ReportContent } from '../../../src/report/report.ts';
import type { ReportFormat } from '../../../src/report/formats.ts';
import { REPORTERS } from '../../../src/report/reporters.ts';
import { content, finding, HOSTILE, hostileFinding, hostileText, write } from '../../report-content.ts';
import { ecsErrors } from '../../schemas/ecs/validate.ts';
import { mispErrors } from '../../schemas/misp/validate.ts';
import { ocsfErrors } from '../../schemas/ocsf-1.8/validate.ts';
import { stixErrors } from '../../schemas/stix-2.1/validate.ts';
import { timesketchCsvErrors, timesketchErrors } from '../../schemas/timesketch/validate.ts';

const VALIDATORS = {
  ecs: ecsErrors,
  misp: mispErrors,
  ocsf: ocsfErrors,
  stix: stixErrors,
  timesketch: timesketchErrors,
  'timesketch-csv': timesketchCsvErrors,
} satisfies Partial<Record<ReportFormat, (text: string) => string[]>>;
const FORMATS = Object.keys(VALIDATORS) as (keyof typeof VALIDATORS)[];

const LOG = { type: 'iis-w3c', file: { path: 'C/u_ex.log' } };
const STORY: Story = {
  id: 'f1',
  chain: { id: 'c1', name: 'Chain: two steps', level: 'critical' },
  host: { name: 'EX01' },
  actors: ['203.0.113.7'],
  from: '2021-03-03T06:59:10.817Z',
  to: '2021-03-03T07:00:00.000Z',
  steps: [{ '@timestamp': '2021-03-03T06:59:10.817Z', stage: 'exploit', name: 'A rule', log: { ...LOG, line: 7 }, findings: ['f1'] }],
  more: 2,
  missing: ['Another rule'],
  verdict: 'exploited',
};
const VERDICT: HostVerdict = {
  host: { name: 'EX01' },
  verdict: 'exploited',
  reason: 'A rule matched.',
  findings: ['f1'],
  worst: { level: 'critical', rule: 'A rule' },
  from: '2021-03-01T00:00:00.000Z',
  to: '2021-03-04T00:00:00.000Z',
  missing: ['evtx'],
  cve: [
    { id: 'CVE-2021-26855', verdict: 'exploited', assessed: true, missing: [], findings: ['f1'] },
    { id: 'CVE-2021-26857', verdict: 'not assessed', assessed: false, missing: ['evtx'] },
  ],
};
const GAP = {
  from: '2021-03-03T08:00:00.000Z',
  to: '2021-03-03T10:00:00.000Z',
  expected: 500,
  busyMeanwhile: [],
  nearFinding: 'f1',
  nearRule: 'A rule',
};
const COVERAGE: Coverage = {
  host: { name: 'EX01' },
  log: { type: 'iis-w3c' },
  files: 1,
  bytes: 100,
  lines: 10,
  records: 9,
  rejected: 0,
  first: '2021-03-01T00:00:00.000Z',
  last: '2021-03-04T00:00:00.000Z',
  unreadable: ['C/torn.log'],
  blind: ['r9'],
  gaps: [
    {
      from: '2021-03-03T08:00:00.000Z',
      to: '2021-03-03T10:00:00.000Z',
      expected: 500,
      busyMeanwhile: [],
      nearFinding: 'f1',
      nearRule: 'A rule',
    },
  ],
  missingFiles: [{ from: 'u_ex210302.log', to: 'u_ex210302.log', files: 1 }],
  anomalies: [{ kind: 'far-off', from: '2019-01-01T00:00:00.000Z', to: '2019-01-01T00:00:00.000Z', records: 2 }],
};
const EXPOSURE: Exposure = {
  host: { name: 'EX01' },
  builds: [
    {
      build: '15.1.2176.2',
      from: '2021-03-01T00:00:00.000Z',
      to: '2021-03-04T00:00:00.000Z',
      source: 'columns',
    },
  ],
  cves: [
    {
      id: 'CVE-2021-26855',
      open: { from: '2021-03-01T00:00:00.000Z', to: '2021-03-04T00:00:00.000Z' },
      fixedBy: 'Mar21SU',
      daysAfterUpdate: 2,
      isOpenAtTheEnd: true,
    },
  ],
  fixed: [],
  unknown: ['CVE-2020-0688'],
};
const ALL: Partial<ReportContent> = {
  findings: [
    finding({ id: 'f1', host: { name: 'EX01' }, source: { ip: '8.8.4.4' }, threat: { technique: { id: ['T1190', 'T1505.003'] } } }),
    finding({
      id: 'f2',
      host: { name: 'EX01' },
      source: { ip: '10.1.2.3' },
      vulnerability: { id: ['CVE-2021-26855'] },
      user: { name: 'CONTOSO\\ann' },
    }),
  ],
  stories: [STORY],
  verdicts: [VERDICT, { ...VERDICT, host: { name: 'EX02' }, verdict: 'clean', cve: [] }],
  coverages: [COVERAGE],
  exposures: [EXPOSURE],
  diagnostics: [{ diagnostic: diagnostic({ code: 'FILE_UNREADABLE', reason: 'EIO' }, { path: 'C/torn.log', lineNumber: 3 }), more: 2 }],
};

function notesOf(format: ReportFormat, facts: Partial<ReportContent>): string[] {
  const pieces = [...reportPieces(REPORTERS[format]({ hasColour: false, isTerminal: false }), content(facts))];
  return pieces.flatMap((piece) => (typeof piece === 'object' && piece.kind === 'note' ? [piece.text] : []));
}

const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));

describe.each(FORMATS)('%s', (format) => {
  const validate = VALIDATORS[format];

  test('is valid with everything that a report may hold', () => {
    expect(validate(write(format, ALL))).toEqual([]);
  });

  test('is valid with nothing', () => {
    const text = write(format, {});
    if (text !== '') expect(validate(text)).toEqual([]);
  });

  test('is valid whatever stands in the logs', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(hostileFinding, { minLength: 1, maxLength: 3, selector: ({ id }) => id }),
        hostileText,
        (findings, text) => {
          const host = { name: text };
          const stories = [{ ...STORY, host, actors: [text], missing: [text], chain: { ...STORY.chain, id: text, name: text } }];
          const verdicts = [{ ...VERDICT, host, reason: text }];
          const coverages = [{ ...COVERAGE, host, unreadable: [text], gaps: [{ ...GAP, nearRule: text, folder: text }] }];
          expect(validate(write(format, { findings, stories, verdicts, coverages }))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('is the same bytes again', () => {
    expect(write(format, ALL)).toBe(write(format, ALL));
  });
});

describe('a finding without a time', () => {
  const { '@timestamp': _, ...timeless } = finding({ id: 'f1', source: { ip: '203.0.113.7' } });
  const odd = { ...timeless, '@timestamp': 'yesterday' };

  test.each(FORMATS)('is valid in %s', (format) => {
    expect(VALIDATORS[format](write(format, { findings: [timeless] }))).toEqual([]);
    expect(VALIDATORS[format](write(format, { findings: [odd] }))).toEqual([]);
  });

  test.each(['ecs', 'ocsf', 'timesketch', 'timesketch-csv'] as const)(
    'stands in %s at the beginning of time, marked, and is told',
    (format) => {
      expect(write(format, { findings: [timeless] })).toContain('no-time');
      expect(
        write(format, { findings: [finding()] })
          .split('\n')
          .slice(0, 2)
          .join(''),
      ).not.toContain('no-time');
      expect(notesOf(format, { findings: [timeless, finding()] })).toEqual([expect.stringMatching(/^1 (?:findings|events) have no time/)]);
    },
  );

  test('is a sighting in STIX, related to its record, without what was observed', () => {
    const { objects } = JSON.parse(write('stix', { findings: [timeless] })) as { objects: Record<string, unknown>[] };
    expect(objects.filter(({ type }) => type === 'observed-data')).toEqual([]);
    expect(objects.filter(({ type }) => type === 'sighting')).toHaveLength(1);
    expect(objects.find(({ relationship_type: type }) => type === 'related-to')).toMatchObject({
      target_ref: expect.stringMatching(/^x-exhunt-finding--/),
    });
    expect(notesOf('stix', { findings: [timeless] })).toEqual([expect.stringContaining('1 findings have no time')]);
  });

  test('counts in Markdown', () => {
    expect(write('markdown', { findings: [timeless] })).toContain('1 finding without a time');
  });
});

describe('timesketch', () => {
  test('tells findings, stories, verdicts and silences', () => {
    const events = jsonLines(write('timesketch', ALL));
    expect(events.map((event) => event['timestamp_desc'])).toEqual([
      'Logged (iis-w3c)',
      'Logged (iis-w3c)',
      'Attack begins',
      'Logs end',
      'Logs end',
      'Log falls silent',
    ]);
    expect(events[0]).toMatchObject({
      datetime: '2021-03-03T06:59:13.030000+00:00',
      timestamp: 1_614_754_753_030_000,
      tag: ['exhunt', 'high', 'exploit', 'T1190', 'T1505.003'],
      source_ip: '8.8.4.4',
    });
  });

  test('is the same as CSV', () => {
    const rows: Record<string, string>[] = parse(write('timesketch-csv', ALL), { columns: true });
    const events = jsonLines(write('timesketch', ALL));
    expect(rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '')))).toEqual(
      events.map((event) =>
        Object.fromEntries(Object.entries(event).map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : String(value)])),
      ),
    );
  });

  test('cuts what could not be filtered by, with a mark, and tells it', () => {
    const findings = [finding({ url: { path: 'é'.repeat(20_000), query: 'x'.repeat(32_766) } })];
    const [event] = jsonLines(write('timesketch', { findings }));
    expect(event?.['url_path']).toMatch(/é \[cut: 20000 characters\]$/);
    expect(event?.['url_query']).toBe('x'.repeat(32_766));
    expect(notesOf('timesketch', { findings })).toEqual([expect.stringContaining('1 values were longer')]);
  });

  test('drops nothing for its year', () => {
    const [event] = jsonLines(write('timesketch', { findings: [finding({ '@timestamp': '0001-01-01T00:00:00.000Z' })] }));
    expect(event).toMatchObject({ datetime: '1970-01-01T00:00:00.000000+00:00', tag: expect.arrayContaining(['no-time']) });
  });
});

describe('ecs', () => {
  test('gives every document the id of its finding', () => {
    const lines = jsonLines(write('ecs', ALL));
    expect(lines[0]).toEqual({ create: { _id: 'f1' } });
    expect(lines[1]).toMatchObject({
      event: { id: 'f1', kind: 'alert', severity: 73 },
      source: { ip: '8.8.4.4' },
      labels: { log_line: '7' },
    });
    const datasets = lines.filter((_, index) => index % 2 === 1).map((line) => (line['event'] as { dataset: string }).dataset);
    expect([...new Set(datasets)]).toEqual(
      ['finding', 'story', 'verdict', 'coverage', 'exposure', 'diagnostic', 'summary'].map((each) => `exhunt.${each}`),
    );
  });

  test.each([
    ['203.0.113.7:443', '203.0.113.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['fe80::1%12', 'fe80::1'],
    ['unknown', undefined],
  ])('calls %s the address %s', (ip, expected) => {
    const [, document] = jsonLines(write('ecs', { findings: [finding({ source: { ip } })] }));
    expect(document?.['source']).toEqual({ address: ip, ...(expected !== undefined && { ip: expected }) });
  });
});

describe('stix', () => {
  const objectsOf = (facts: Partial<ReportContent>): Record<string, unknown>[] =>
    (JSON.parse(write('stix', facts)) as { objects: Record<string, unknown>[] }).objects;

  test('names an address as the standard does, for every producer the same', () => {
    // Python's uuid5 of the namespace in section 2.9 and of {"value":"198.51.100.3"}.
    const address = objectsOf({ findings: [finding({ source: { ip: '198.51.100.3' } })] }).find(({ type }) => type === 'ipv4-addr');
    expect(address).toEqual({
      type: 'ipv4-addr',
      spec_version: '2.1',
      id: 'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4',
      value: '198.51.100.3',
    });
  });

  test('writes what findings have in common once', () => {
    const types = objectsOf({ findings: [1, 2, 3].map((id) => finding({ id: `f${id}`, source: { ip: '203.0.113.7' } })) }).map(
      ({ type }) => type,
    );
    const counts = (wanted: string): number => types.filter((type) => type === wanted).length;
    expect(['identity', 'indicator', 'ipv4-addr', 'observed-data', 'sighting', 'x-exhunt-finding'].map(counts)).toEqual([2, 1, 1, 3, 3, 3]);
  });

  test('of two runs with something in common has the same ids for it', () => {
    const ids = (id: string): Set<unknown> =>
      new Set(objectsOf({ findings: [finding({ id }), finding({ id: 'common' })] }).map((each) => each['id']));
    const [first, second] = [ids('a'), ids('b')];
    const common = [...first].filter((id) => second.has(id));
    expect(common).toHaveLength(first.size - 3);
    expect(JSON.parse(write('stix', { findings: [finding({ id: 'a' })] }))).not.toMatchObject({
      id: (JSON.parse(write('stix', { findings: [finding({ id: 'b' })] })) as { id: string }).id,
    });
  });

  test('has a pattern that holds for what was observed, whatever the rule is called', () => {
    const id = String.raw`it's a \ rule'] OR [x:y = 'z`;
    const objects = objectsOf({ findings: [finding({ rule: { id, name: 'n', level: 'low' } })] });
    expect(objects.find(({ type }) => type === 'indicator')).toMatchObject({
      pattern: String.raw`[x-exhunt-finding:rule_id = 'it\'s a \\ rule\'] OR [x:y = \'z']`,
    });
    expect(objects.find(({ type }) => type === 'x-exhunt-finding')).toMatchObject({ rule_id: id });
  });

  test('of a story refers to sightings', () => {
    const objects = objectsOf(ALL);
    const grouping = objects.find(({ type }) => type === 'grouping');
    const sighting = objects.find(({ type, id }) => type === 'sighting' && Object(grouping?.['object_refs']).includes(id));
    expect(sighting).toBeDefined();
  });
});

describe('misp', () => {
  interface Attribute {
    readonly type: string;
    readonly value: string;
    readonly to_ids: boolean;
    readonly comment: string;
  }
  const attributesOf = (facts: Partial<ReportContent>): Attribute[] =>
    (JSON.parse(write('misp', facts)) as { Event: { Attribute: Attribute[] } }).Event.Attribute;

  test.each([
    ['8.8.4.4', 'exploit', 'high', true],
    ['2606:4700::1111', 'webshell', 'critical', true],
    ['8.8.4.4', 'recon', 'high', false],
    ['8.8.4.4', 'attempt', 'critical', false],
    ['8.8.4.4', 'exploit', 'medium', false],
    ['10.1.2.3', 'exploit', 'critical', false],
    ['192.168.1.1', 'exploit', 'critical', false],
    ['::ffff:10.0.0.1', 'exploit', 'critical', false],
    ['fd00::1', 'exploit', 'critical', false],
    ['127.0.0.1', 'exploit', 'critical', false],
    ['203.0.113.7', 'exploit', 'critical', false],
  ] as const)('of %s, in a finding of stage %s and level %s, says to_ids %s', (ip, stage, level, toIds) => {
    const [address] = attributesOf({ findings: [finding({ source: { ip }, rule: { id: 'r', name: 'n', level, stage } })] });
    expect([address?.type, address?.to_ids]).toEqual(['ip-src', toIds]);
  });

  test('looks for nothing of the victim', () => {
    const findings = [
      finding({ host: { name: 'EX01' }, user: { name: 'ann' }, url: { path: '/ecp/x.js' }, user_agent: { original: 'curl/7' } }),
    ];
    const attributes = attributesOf({ findings });
    expect(attributes.map(({ type }) => type).toSorted()).toEqual(['target-machine', 'target-user', 'uri', 'user-agent']);
    expect(attributes.filter(({ to_ids: toIds }) => toIds)).toEqual([]);
  });

  test('has each value once, with the rules that saw it, and the case note', () => {
    const findings = [1, 2, 3].map((id) => finding({ id: `f${id}`, source: { ip: '8.8.4.4' } }));
    expect(attributesOf({ findings })).toMatchObject([{ value: '8.8.4.4', comment: '3 findings: A rule' }]);
    const { Event } = JSON.parse(write('misp', { ...ALL, findings })) as {
      Event: { EventReport: { content: string }[]; threat_level_id: string };
    };
    expect(Event.EventReport[0]?.content).toBe(write('markdown', { ...ALL, findings }));
    expect(Event.threat_level_id).toBe('1');
  });

  test('has so many values and no more, and says so', () => {
    const findings = Array.from({ length: 5_010 }, (_, id) => finding({ id: `f${id}`, url: { path: `/${id}` } }));
    findings.push(finding({ id: 'last', source: { ip: '8.8.4.4' } }));
    const attributes = attributesOf({ findings });
    expect(attributes).toHaveLength(5_001);
    expect(attributes.at(-1)).toMatchObject({ type: 'ip-src', to_ids: true });
    expect(notesOf('misp', { findings }).join('\n')).toContain('10 times another stood in a finding');
  });
});

describe('ocsf', () => {
  test('says that a suppressed finding is Suppressed, and why', () => {
    const suppression = { by: 'ignore', reason: 'our scanner', file: 'known.yml', line: 3 } as const;
    const [line] = jsonLines(write('ocsf', { findings: [finding({ suppression })], showsSuppressed: true }));
    expect(line).toMatchObject({ status_id: 3, status: 'Suppressed', status_detail: 'our scanner, known.yml:3', is_alert: false });
    expect(ocsfErrors(write('ocsf', { findings: [finding({ suppression })], showsSuppressed: true }))).toEqual([]);
  });

  test('tells a finding, with the number of its class', () => {
    const [first, , story, verdict] = jsonLines(write('ocsf', ALL));
    expect(first).toMatchObject({
      class_uid: 2004,
      severity: 'High',
      time: 1_614_754_753_030,
      finding_info: {
        uid: 'f1',
        analytic: { uid: 'r1' },
        attacks: [{ technique: { uid: 'T1190' } }, { technique: { uid: 'T1505' }, sub_technique: { uid: 'T1505.003' } }],
      },
      evidences: [{ src_endpoint: { ip: '8.8.4.4' }, data: { line: 7 } }],
      resources: [{ name: 'EX01' }],
    });
    expect(story).toMatchObject({ finding_info: { uid: 'story/f1', related_events: [{ uid: 'f1' }] }, severity_id: 5 });
    expect(verdict).toMatchObject({
      finding_info: { uid: 'verdict/EX01' },
      is_alert: false,
      vulnerabilities: [{ cve: { uid: 'CVE-2021-26855' } }],
    });
  });
});

test.each(HOSTILE)('no half character gets into JSON beside %j', (text) => {
  for (const format of ['ecs', 'ocsf', 'stix', 'timesketch', 'misp'] as const) {
    const written = write(format, { findings: [finding({ message: `${text}\uD800\\uD800`, url: { path: `${text}\uDC00` } })] });
    expect(JSON.stringify(written)).not.toMatch(/\\ud[89a-f]/);
    for (const line of format === 'stix' || format === 'misp' ? [written] : written.trimEnd().split('\n')) {
      const values = JSON.stringify(JSON.parse(line));
      expect(values).not.toMatch(/[^\\]\\ud[89a-f]/);
    }
  }
});
