import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { Matcher } from '../../../src/match/matcher.ts';
import type { LogRecord } from '../../../src/model/log-record.ts';
import type { Schema } from '../../../src/model/schema.ts';
import { loadRules } from '../../../src/sigma/load.ts';

interface VectorFile {
  readonly section: string;
  readonly vectors: readonly Vector[];
}

interface Vector {
  readonly says: string;
  /** Or `yaml`, where a parsed detection could not say the same. */
  readonly detection?: object;
  readonly yaml?: string;
  readonly rejected?: boolean;
  readonly cases?: readonly Case[];
}

interface Case {
  readonly record?: Readonly<Record<string, string | number | null>>;
  readonly message?: string;
  readonly matches: boolean;
}

const FOLDER = new URL('../../sigma-vectors/', import.meta.url);
/** These are about several events or several rules, and have tests of their own. */
const OTHERS: ReadonlySet<string> = new Set(['correlations.yml', 'filters.yml']);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yml') && !OTHERS.has(name));
const vectorFiles = FILES.map((name): VectorFile => parse(readFileSync(new URL(name, FOLDER), 'utf8')));

/** A log that can hold any field: what a record does not list is absent from it. */
const ANY_FIELD: Schema = {
  logType: 'vector',
  logSources: [{ category: 'vector' }],
  columns: [],
  reader: (field) => (record) => record.decoded?.get(field),
  columnOf: () => undefined,
  madeOf: () => undefined,
  partOf: () => undefined,
  webName: (field) => field.toLowerCase(),
};

function recordOf({ record = {}, message = '' }: Case): LogRecord {
  const present = Object.entries(record).filter(([, value]) => value !== null);
  const line = { number: 1, offset: 0, text: message, isComplete: true, isCut: false };
  return { schema: ANY_FIELD, line, values: [], decoded: new Map(present.map(([field, value]) => [field, String(value)])) };
}

function load({ says, detection, yaml = stringify(detection) }: Vector) {
  const rule = stringify({ title: says, logsource: { category: 'vector' } });
  return loadRules('vector.yml', `${rule}detection:\n${yaml.replaceAll(/^(?=.)/gm, '    ')}`);
}

describe.each(vectorFiles)('$section', ({ vectors }) => {
  test.each(vectors)('$says', (vector) => {
    const { rules, diagnostics } = load(vector);
    const matcher = new Matcher(rules);
    const outcomes = (vector.cases ?? []).map((each) => ({ ...each, matches: matcher.match(recordOf(each)).length > 0 }));
    expect(outcomes).toEqual(vector.cases ?? []);
    expect(diagnostics.map(({ severity }) => severity)).toEqual(vector.rejected === true ? ['error'] : []);
    expect(rules).toHaveLength(vector.rejected === true ? 0 : 1);
  });
});

test('there are at least 250 cases, and each vector has some', () => {
  const vectors = vectorFiles.flatMap((file) => file.vectors);
  expect(vectors.filter(({ cases, rejected }) => cases === undefined && rejected !== true)).toEqual([]);
  expect(vectors.reduce((sum, { cases }) => sum + (cases?.length ?? 1), 0)).toBeGreaterThanOrEqual(250);
});
