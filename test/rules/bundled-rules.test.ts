import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { RULE_LISTS } from '../../src/report/rule-list.ts';
import { LOG_TYPES } from '../../src/parse/log-types.ts';
import { appliesTo } from '../../src/sigma/log-source.ts';
import { RULE_LOGS } from '../../src/rule-logs.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import { readExample, testRule } from '../../src/rule-tests.ts';
import { Matcher } from '../../src/match/matcher.ts';
import { yaraSourceOf } from '../../src/yara/rules.ts';

const { rules: all, correlations, diagnostics } = await loadRuleSet({ folders: [], hasDefaultRules: true });
// Those have samples and a test of their own.
const rules = all.filter((rule) => yaraSourceOf(rule) === undefined);

test('the bundled pack loads without a word', () => {
  expect(diagnostics).toEqual([]);
  expect(rules.length).toBeGreaterThanOrEqual(24);
});

test('no two rules share an id or a title', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  expect(new Set(rules.map(({ title }) => title)).size).toBe(rules.length);
});

describe.each(rules)('$file', (rule) => {
  test('finds its own lines and passes over its near misses', () => {
    expect(testRule(rule).filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  });

  test('has at least two of each', () => {
    expect(rule.examples.filter(({ isMatch }) => isMatch).length).toBeGreaterThanOrEqual(2);
    expect(rule.examples.filter(({ isMatch }) => !isMatch).length).toBeGreaterThanOrEqual(2);
  });

  test('says what it is: id, stage, technique, source, false positives, log', () => {
    expect(rule.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(rule.stage).toBeDefined();
    expect(rule.description).toBeDefined();
    expect(rule.references.every((reference) => reference.startsWith('https://'))).toBe(true);
    expect(rule.references.length).toBeGreaterThan(0);
    expect(rule.falsePositives.length).toBeGreaterThan(0);
    expect(rule.tags.filter((tag) => /^attack\.t\d{4}/.test(tag)).length).toBeGreaterThan(0);
    expect(LOG_TYPES.some(({ logSources }) => appliesTo(rule.logSource, logSources))).toBe(true);
  });

  test('has lines in the native form of their log: read without a complaint, with a time', () => {
    const records = rule.examples.map((example) => readExample(example));
    expect(records.map((each) => each?.length)).toEqual(rule.examples.map(() => 1));
    // Files have none that all copies keep.
    const timeless = records.flatMap((each) => each ?? []).filter(({ time, schema }) => time === undefined && schema.logType !== 'web-file');
    expect(timeless).toEqual([]);
  });

  test('uses documentation addresses and example domains only', () => {
    const addresses = rule.examples.flatMap(({ text }) => text.match(/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g) ?? []);
    const isVersion = /^(?:15\.\d|88\.0|51\.0|12\.0|10\.0\.0\.0|0\.0\.0\.0)/;
    const allowed = /^(?:203\.0\.113\.|198\.51\.100\.|192\.0\.2\.|10\.|127\.0\.0\.1)/;
    expect(addresses.filter((address) => !allowed.test(address) && !isVersion.test(address))).toEqual([]);
  });

  test('is not blind on the log of its own lines', () => {
    for (const example of rule.examples.filter(({ isMatch }) => isMatch)) {
      const [record] = readExample(example) ?? [];
      expect(record && new Matcher([rule]).blindRules(record.schema)).toEqual(new Set());
    }
  });
});

test('docs/rules.md is what the rules say', () => {
  const page = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
  expect(page).toBe(`${RULE_LISTS.markdown([...all, ...correlations.map(({ rule }) => rule)], RULE_LOGS)}\n`);
});
