import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { Matcher } from '../../../src/match/matcher.ts';
import type { LogRecord } from '../../../src/model/log-record.ts';
import type { Schema } from '../../../src/model/schema.ts';
import { applyFilters } from '../../../src/sigma/apply-filters.ts';
import { remakeRule, sourceOf } from '../../../src/sigma/load-documents.ts';
import { loadRules } from '../../../src/sigma/load.ts';

interface Vector {
  readonly says: string;
  readonly filter: object;
  readonly others?: readonly object[];
  readonly cases?: readonly { readonly record: Readonly<Record<string, string>>; readonly matches: boolean }[];
  readonly warns?: string;
  readonly rejected?: string;
}

const FILE = new URL('../../sigma-vectors/filters.yml', import.meta.url);
const { section, vectors }: { section: string; vectors: Vector[] } = parse(readFileSync(FILE, 'utf8'));

const RULE = {
  title: 'base',
  name: 'base',
  id: '6f3e2987-db24-4c78-a860-b4f4095a7095',
  logsource: { category: 'webserver', product: 'windows' },
  detection: { selection: { a: 'x' }, condition: 'selection' },
};

const ANY_FIELD: Schema = {
  logType: 'vector',
  logSources: [RULE.logsource],
  columns: [],
  reader: (field) => (record) => record.decoded?.get(field),
  columnOf: () => undefined,
  madeOf: () => undefined,
  partOf: () => undefined,
  webName: (field) => field,
};

function recordOf(record: Readonly<Record<string, string>>): LogRecord {
  const line = { number: 1, offset: 0, text: '', isComplete: true, isCut: false };
  return { schema: ANY_FIELD, line, values: [], decoded: new Map(Object.entries(record)) };
}

function load({ filter, others = [] }: Vector) {
  const filters = [filter, ...others].map((each) => ({ title: 'filter', ...each }));
  const loaded = loadRules('vector.yml', [RULE, ...filters].map((document) => stringify(document)).join('---\n'));
  const filtered = applyFilters(loaded.rules, [], loaded.filters);
  return { rules: filtered.rules, filters: loaded.filters, diagnostics: [...loaded.diagnostics, ...filtered.diagnostics] };
}

describe(section, () => {
  test.each(vectors.filter(({ cases }) => cases !== undefined))('$says', (vector) => {
    const { rules, diagnostics } = load(vector);
    expect(diagnostics.map(({ problem }) => problem.code)).toEqual(vector.warns === undefined ? [] : [vector.warns]);
    // As a worker makes them again, too.
    const remade = rules.map(sourceOf).flatMap((source) => (source === undefined ? [] : [remakeRule(source)]));
    for (const set of [rules, remade]) {
      const matcher = new Matcher(set);
      const outcomes = vector.cases?.map(({ record }) => ({
        record,
        matches: matcher.match(recordOf(record)).some(({ filter }) => filter === undefined),
      }));
      expect(outcomes).toEqual(vector.cases);
    }
  });

  test.each(vectors.filter(({ rejected }) => rejected !== undefined))('$says', (vector) => {
    const { rules, filters, diagnostics } = load(vector);
    expect(diagnostics.map(({ problem }) => problem.code)).toContain(vector.rejected);
    expect([rules.length, filters.length]).toEqual([1, 0]);
  });
});
