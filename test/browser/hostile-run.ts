import type { JsonlRecord } from '../integration/run-cli.ts';

/** What a page must not obey, wherever it stands. */
export const HOSTILE = [
  '<script>window.pwned = 1</script>',
  '</script><script>window.pwned = 2</script>',
  '<!--<script>',
  '<img src=x onerror="window.pwned = 3">',
  '" onmouseover="window.pwned = 4" x="',
  "' onfocus='window.pwned = 5' autofocus='",
  'javascript:window.pwned=6',
  '<a href="javascript:window.pwned=7">x</a>',
  '</style></title></textarea></template><svg onload=window.pwned=8>',
  '\u202Etxt.exe\u2066\u0000\u001b[31m\u0007',
  '${window.pwned = 9}{{constructor.constructor("window.pwned = 10")()}}',
  '__proto__',
  `huge ${'A'.repeat(200_000)}`,
] as const;

/** A report in which every text that a log can hold is hostile; as JSON Lines, for `exhunt convert`. */
export function hostileRun(): string {
  const records = HOSTILE.flatMap((text, index): JsonlRecord[] => [finding(text, index), story(text, index), rule(text, index)]);
  const others: JsonlRecord[] = HOSTILE.flatMap((text) => [
    { record: 'verdict', host: { name: text }, verdict: 'exploited', reason: text, findings: [text], missing: [text], cve: [cve(text)] },
    coverage(text),
    {
      record: 'exposure',
      host: { name: text },
      builds: [{ build: text, from: TIME, to: TIME, source: text }],
      cves: [],
      fixed: [],
      unknown: [text],
    },
    { record: 'diagnostic', severity: 'error', code: 'FILE_UNREADABLE', message: text, log: { file: { path: text } } },
  ]);
  return [...records, ...others, SUMMARY].map((record) => `${JSON.stringify({ schema: 'exhunt/1', ...record })}\n`).join('');
}

const TIME = '2021-03-03T06:59:10.000Z';

const SUMMARY: JsonlRecord = {
  record: 'summary',
  findings: HOSTILE.length,
  byLevel: { informational: 0, low: 0, medium: 0, high: HOSTILE.length, critical: 0 },
  files: 1,
  bytes: 1,
  lines: 1,
  rules: 1,
  complete: true,
  exitCode: 1,
  durationMs: 1,
};

function finding(text: string, index: number): JsonlRecord {
  return {
    record: 'finding',
    id: `${index}-${text.slice(0, 100)}`,
    '@timestamp': `2021-03-03T06:59:${String(10 + index)}.000Z`,
    rule: { id: text, name: text, level: 'high', stage: 'exploit', author: [text], license: text },
    vulnerability: { id: [text] },
    threat: { technique: { id: [text] } },
    message: text,
    host: { name: text },
    source: { ip: text },
    network: { forwarded_ip: text },
    user: { name: text, effective: { name: text, id: text } },
    http: { request: { id: text, method: text }, response: { status_code: 200 } },
    url: { path: text, query: text },
    user_agent: { original: text },
    log: { type: text, file: { path: text, original_path: text }, line: index + 1, offset: 0 },
    event: { original: `before ${text} behind` },
    matched: [{ field: text, value: text, view: text, indicator: { value: text, list: text, description: text } }],
  };
}

function story(text: string, index: number): JsonlRecord {
  const log = { type: text, file: { path: text }, line: 1 };
  return {
    record: 'story',
    id: `story ${index}`,
    chain: { id: text, name: text, level: 'critical' },
    host: { name: text },
    actors: [text],
    from: TIME,
    to: TIME,
    steps: [{ '@timestamp': TIME, stage: 'exploit', name: text, log, also: [log], findings: [`${index}-${text.slice(0, 100)}`] }],
    more: 0,
    missing: [text],
    verdict: 'compromised',
  };
}

function rule(text: string, index: number): JsonlRecord {
  return { record: 'rule', id: `silent ${index} ${text}`, name: text, level: 'low', author: [text], license: text };
}

function cve(text: string) {
  return { id: text, verdict: 'exploited', assessed: false, missing: [text] };
}

function coverage(text: string): JsonlRecord {
  return {
    record: 'coverage',
    host: { name: text },
    log: { type: text },
    parts: [text],
    files: 1,
    bytes: 1,
    lines: 1,
    records: 1,
    rejected: 0,
    first: TIME,
    last: '2021-03-05T06:59:10.000Z',
    unreadable: [text],
    blind: [text],
    gaps: [{ from: text, to: text, expected: 5, folder: text, busyMeanwhile: [text], nearFinding: text, nearRule: text, nearTime: text }],
    missingFiles: [{ from: text, to: text, files: 2 }],
    anomalies: [{ kind: 'other-date', file: text, from: text, to: text }],
  };
}
