import { BASELINE_STATES, type GoneFinding } from '../model/baseline.ts';
import type { Coverage, Summary } from '../model/coverage.ts';
import { SEVERITY_NAMES, type ShownDiagnostic } from '../model/diagnostic.ts';
import type { Exposure } from '../model/exposure.ts';
import type { Finding } from '../model/finding.ts';
import type { RanRule } from '../model/ran-rule.ts';
import { LEVELS, STAGES } from '../model/rule.ts';
import type { Story } from '../model/story.ts';
import type { SuppressionSource } from '../model/suppression.ts';
import { VERDICTS, type HostVerdict } from '../model/verdict.ts';

/** A line of the native JSON Lines format. */
export type NativeRecord =
  | { readonly kind: 'finding'; readonly value: Finding }
  | { readonly kind: 'story'; readonly value: Story }
  | { readonly kind: 'verdict'; readonly value: HostVerdict }
  | { readonly kind: 'coverage'; readonly value: Coverage }
  | { readonly kind: 'exposure'; readonly value: Exposure }
  | { readonly kind: 'suppression'; readonly value: SuppressionSource }
  | { readonly kind: 'gone'; readonly value: GoneFinding }
  | { readonly kind: 'diagnostic'; readonly value: ShownDiagnostic }
  | { readonly kind: 'rule'; readonly value: RanRule }
  | { readonly kind: 'summary'; readonly value: Summary };

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const list =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const shape =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(members).every(([name, check]) => check(value[name]));
const oneOf =
  (values: readonly string[]): Check =>
  (value) =>
    values.some((each) => each === value);

const texts = (...names: readonly string[]): Check => shape(Object.fromEntries(names.map((name) => [name, optional(text)])));
const texted: Check = (value) => isObject(value) && Object.values(value).every(text);

const host = optional(shape({ name: text }));
const verdict = oneOf([...VERDICTS, 'not assessed']);
const request = optional(texts('id', 'method'));
const file = shape({ path: text, original_path: optional(text) });
const place = shape({ type: text, file, line: number, offset: number });

const rule = shape({
  id: text,
  name: text,
  level: oneOf(LEVELS),
  stage: optional(oneOf(STAGES)),
  author: optional(list(text)),
  license: optional(text),
});

const standingFile = optional(shape({ mtime: text }));
const storyPlace = shape({ type: text, file, line: number });
const gap: Check = (value) =>
  shape({ from: text, to: text, expected: number, busyMeanwhile: list(text) })(value) &&
  texts('folder', 'nearFinding', 'nearRule', 'nearTime')(value);
const anomaly: Check = (value) =>
  shape({ kind: oneOf(['back-in-time', 'other-date', 'far-off']), from: text, to: text, file: optional(text) })(value) &&
  shape({ times: optional(number), records: optional(number) })(value);
const openCve = shape({
  id: text,
  open: shape({ from: text, to: text }),
  fixedBy: text,
  fixedByBuild: optional(text),
  updateReleased: optional(text),
  daysAfterUpdate: optional(number),
});
const byLevel = shape(Object.fromEntries(LEVELS.map((level) => [level, number])));
const suppression: Check = (value) =>
  shape({ by: oneOf(['filter', 'ignore']), file: text, line: number })(value) && texts('id', 'name', 'reason', 'until', 'author')(value);

/** What each record must have for everything that is done with it; what else it has is taken along. */
const SHAPES: Readonly<Record<NativeRecord['kind'], Check>> = {
  finding: shape({
    id: text,
    '@timestamp': optional(text),
    rule,
    vulnerability: optional(shape({ id: list(text) })),
    threat: optional(shape({ technique: shape({ id: list(text) }) })),
    message: text,
    host,
    source: optional(shape({ ip: text })),
    network: optional(shape({ forwarded_ip: text })),
    user: optional(shape({ name: optional(text), effective: optional(texts('name', 'id')) })),
    http: optional(shape({ request, response: optional(shape({ status_code: number })) })),
    url: optional(texts('path', 'query')),
    user_agent: optional(shape({ original: text })),
    file: optional((value) => shape({ path: text, size: optional(number), mtime: optional(text), hash: optional(texted) })(value)),
    log: place,
    event: shape({ original: optional(text), start: optional(text), end: optional(text) }),
    matched: list(
      shape({
        field: text,
        value: text,
        view: text,
        offset: optional(number),
        indicator: optional((value) => shape({ value: text })(value) && texts('description', 'source', 'first_seen', 'last_seen')(value)),
      }),
    ),
    correlation: optional(
      shape({
        count: number,
        group: optional(texted),
        findings: list(text),
        records: list(
          shape({
            '@timestamp': optional(text),
            rule: shape({ id: text }),
            host,
            http: optional(shape({ request })),
            file: standingFile,
            log: place,
          }),
        ),
      }),
    ),
    suppression: optional(suppression),
    baseline: optional(oneOf(BASELINE_STATES)),
  }),
  story: shape({
    id: text,
    chain: shape({ id: text, name: text, level: oneOf(LEVELS) }),
    host,
    actors: list(text),
    from: text,
    to: text,
    steps: list(
      shape({
        '@timestamp': optional(text),
        file: standingFile,
        stage: optional(oneOf(STAGES)),
        name: text,
        log: storyPlace,
        also: optional(list(storyPlace)),
        findings: list(text),
      }),
    ),
    more: number,
    missing: list(text),
    verdict,
  }),
  verdict: shape({
    host,
    verdict,
    reason: text,
    from: optional(text),
    to: optional(text),
    findings: list(text),
    worst: optional(shape({ level: oneOf(LEVELS), rule: text })),
    missing: list(text),
    cve: list(
      shape({ id: text, verdict, assessed: (value) => typeof value === 'boolean', missing: list(text), findings: optional(list(text)) }),
    ),
  }),
  coverage: shape({
    host,
    log: shape({ type: text }),
    files: number,
    bytes: number,
    lines: number,
    records: number,
    rejected: number,
    first: optional(text),
    last: optional(text),
    unreadable: list(text),
    blind: list(text),
    partlyBlind: optional(list(text)),
    parts: optional(list(text)),
    gaps: optional(list(gap)),
    missingFiles: optional(list(shape({ from: text, to: text, files: number }))),
    anomalies: optional(list(anomaly)),
    notListed: optional(number),
  }),
  exposure: shape({
    host,
    builds: list(shape({ build: text, name: optional(text), from: text, to: text, source: text })),
    cves: list(openCve),
    fixed: list(text),
    unknown: list(text),
  }),
  suppression: (value) => suppression(value) && shape({ status: oneOf(['active', 'expired']), findings: number, matches: number })(value),
  gone: shape({ id: text, '@timestamp': optional(text), rule, message: text, host, log: place }),
  diagnostic: shape({
    severity: oneOf(SEVERITY_NAMES),
    code: text,
    message: text,
    log: shape({ file, line: optional(number) }),
    more: optional(number),
  }),
  rule,
  summary: shape({
    findings: number,
    byLevel,
    files: number,
    bytes: number,
    lines: number,
    rules: number,
    complete: (value) => typeof value === 'boolean',
    exitCode: number,
    durationMs: number,
    span: optional(shape({ from: optional(text), to: optional(text), records: number })),
    suppressed: optional(shape({ findings: number, byLevel })),
    baseline: optional(shape({ new: number, unchanged: number, gone: number, byLevel, verdict: oneOf(VERDICTS) })),
  }),
};

/** What exhunt writes is far from it; what is deeper could not be written again. */
const DEEPEST = 32;

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((each) => isShallow(each, levels - 1));
}

/** `undefined` where the line is no record of `exhunt/1`. */
export function readNativeRecord(line: string): NativeRecord | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(record) || record['schema'] !== 'exhunt/1') return undefined;
  const { schema: _, record: kind, ...value } = record;
  if (!isKind(kind) || !isShallow(value, DEEPEST) || !SHAPES[kind](value)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its shape was checked
  return { kind, value: kind === 'diagnostic' ? toldDiagnostic(value) : value } as NativeRecord;
}

/** A diagnostic that was put into words by another run. */
function toldDiagnostic({ severity, code, message, log, more = 0 }: Readonly<Record<string, unknown>>): unknown {
  const { file: at = {}, line } = isObject(log) ? log : {};
  const path = isObject(at) ? at['path'] : '';
  return { diagnostic: { severity, problem: { code: 'TOLD', as: code, message }, place: { path, lineNumber: line } }, more };
}

function isKind(kind: unknown): kind is NativeRecord['kind'] {
  return typeof kind === 'string' && Object.hasOwn(SHAPES, kind);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
