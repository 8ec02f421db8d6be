import type { Coverage, Summary } from '../model/coverage.ts';
import { SEVERITY_NAMES, type ShownDiagnostic } from '../model/diagnostic.ts';
import type { Exposure } from '../model/exposure.ts';
import type { Finding } from '../model/finding.ts';
import { LEVELS } from '../model/rule.ts';
import type { Story } from '../model/story.ts';
import type { HostVerdict } from '../model/verdict.ts';

/** A line of the native JSON Lines format. */
export type NativeRecord =
  | { readonly kind: 'finding'; readonly value: Finding }
  | { readonly kind: 'story'; readonly value: Story }
  | { readonly kind: 'verdict'; readonly value: HostVerdict }
  | { readonly kind: 'coverage'; readonly value: Coverage }
  | { readonly kind: 'exposure'; readonly value: Exposure }
  | { readonly kind: 'diagnostic'; readonly value: ShownDiagnostic }
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

const host = optional(shape({ name: text }));
const file = shape({ path: text, original_path: optional(text) });
const place = shape({ type: text, file, line: number, offset: number });

/** What each record must have for everything that is done with it; what else it has is taken along. */
const SHAPES: Readonly<Record<NativeRecord['kind'], Check>> = {
  finding: shape({
    id: text,
    '@timestamp': optional(text),
    rule: shape({
      id: text,
      name: text,
      level: oneOf(LEVELS),
      stage: optional(text),
      author: optional(list(text)),
      license: optional(text),
    }),
    vulnerability: optional(shape({ id: list(text) })),
    threat: optional(shape({ technique: shape({ id: list(text) }) })),
    message: text,
    host,
    source: optional(shape({ ip: text })),
    url: optional(shape({ path: optional(text), query: optional(text) })),
    log: place,
    event: shape({ original: optional(text), start: optional(text), end: optional(text) }),
    matched: list(shape({ field: text, value: text, view: text })),
    correlation: optional(
      shape({ count: number, findings: list(text), records: list(shape({ '@timestamp': text, rule: shape({ id: text }), log: place })) }),
    ),
  }),
  story: shape({
    id: text,
    chain: shape({ id: text, name: text, level: oneOf(LEVELS) }),
    host,
    actors: list(text),
    from: text,
    to: text,
    steps: list(shape({ '@timestamp': text, name: text, log: shape({ type: text, file, line: number }), findings: list(text) })),
    more: number,
    missing: list(text),
    verdict: text,
  }),
  verdict: shape({
    host,
    verdict: text,
    reason: text,
    findings: list(text),
    worst: optional(shape({ level: oneOf(LEVELS), rule: text })),
    missing: list(text),
    cve: list(shape({ id: text, verdict: text, missing: list(text) })),
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
    gaps: optional(list(isObject)),
    missingFiles: optional(list(isObject)),
    anomalies: optional(list(isObject)),
  }),
  exposure: shape({ host, builds: list(isObject), cves: list(isObject), fixed: list(text), unknown: list(text) }),
  diagnostic: shape({
    severity: oneOf(SEVERITY_NAMES),
    code: text,
    message: text,
    log: shape({ file, line: optional(number) }),
    more: optional(number),
  }),
  summary: shape({
    findings: number,
    byLevel: shape(Object.fromEntries(LEVELS.map((level) => [level, number]))),
    files: number,
    bytes: number,
    lines: number,
    rules: number,
    complete: (value) => typeof value === 'boolean',
    durationMs: number,
  }),
};

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
  if (!isKind(kind) || !SHAPES[kind](value)) return undefined;
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
