import { describe, expect, test } from '@jest/globals';
import { loadList } from '../../../src/indicators/source.ts';
import { kernelModule } from '../../../src/kernel-module.ts';
import { Matcher } from '../../../src/match/matcher.ts';
import type { PlainForm } from '../../../src/model/plain-form.ts';
import { LogParser } from '../../../src/parse/log-parser.ts';
import { logTypeById } from '../../../src/parse/log-types.ts';
import { addressesAsked, tablesOf } from '../../../src/prefilter/addresses.ts';
import { Kernel } from '../../../src/prefilter/kernel.ts';
import { KnownColumns } from '../../../src/prefilter/known-columns.ts';
import { Prefilter } from '../../../src/prefilter/prefilter.ts';
import { loadRuleSet } from '../../../src/rule-set.ts';

const { rules: bundled } = await loadRuleSet({ folders: [], hasDefaultRules: true });
class CountingKernel extends Kernel {
  candidates = 0;

  override scan(plan: number, from: number, to: number): number {
    const at = super.scan(plan, from, to);
    if (this.stop === 'candidate') this.candidates += 1;
    return at;
  }
}

const kernel = new CountingKernel(kernelModule());

function formOf(header: string): PlainForm {
  const parser = new LogParser(logTypeById('iis-w3c'), () => undefined);
  parser.push({ number: 1, offset: 0, text: header, isComplete: true, isCut: false }, () => undefined);
  if (parser.plain === undefined) throw new Error('the header tells no form');
  return parser.plain;
}

const FORM = formOf('#Fields: date time cs-method cs-uri-stem c-ip X-Forwarded-For sc-status');
const line = (client: string, forwarded = '-'): string => `2021-03-03 06:59:13 GET / ${client} ${forwarded} 200\n`;
/** Every one with a client of its own, so that no value is remembered. */
const SAMPLE = Buffer.from(Array.from({ length: 128 }, (_, index) => line(`192.0.2.${index}`)).join(''));

/** How many of the lines were skipped before one was for the parser. */
function skippedWith(list: string, lines: readonly string[]): number {
  kernel.clear();
  const rules = [...bundled, ...loadList({ name: 'list', text: list }, () => undefined).rules];
  const applied = new Matcher(rules).bound(FORM.schema).filter(({ isBlind }) => !isBlind);
  const prefilter = new Prefilter(kernel, FORM, { rules: applied, known: new KnownColumns(FORM.schema, applied) }, SAMPLE);
  const length = kernel.input.write(lines.join(''));
  return prefilter.skip(kernel.input, 0, length).lines;
}

/** Candidates are asked the rules, and skipped when none matches: only what the kernel itself tells costs nothing. */
function candidatesWith(list: string, lines: readonly string[]): number {
  kernel.candidates = 0;
  skippedWith(list, lines);
  return kernel.candidates;
}

const many = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);

describe('the kernel tells addresses that no list holds', () => {
  test('however many they are, and however many the list holds', () => {
    const clients = many(5_000).map((address) => line(address.replace('10.', '198.'), address.replace('10.', '199.')));
    expect(candidatesWith(many(100_000).join('\n'), clients)).toBeLessThan(100);
  });

  test.each(['-', '198.51.100.7', '2001:db8::7', 'fe80::1d2c:3b4a:5968:7786%3', '::1', '::1%0'])('%s', (client) => {
    expect(candidatesWith('203.0.113.5\n203.0.112.0/23\n10.0.0.0/8\n2a00::/16', [line(client), line('198.51.100.7', client)])).toBe(0);
  });
});

test.each([
  ['203.0.113.5', '203.0.113.5'],
  ['203.0.113.0/24', '203.0.113.5'],
  ['203.0.113.4/30', '203.0.113.5'],
  ['203.0.112.0/20', '203.0.113.5'],
  ['203.0.0.0/16', '203.0.113.5'],
  ['202.0.0.0/7', '203.0.113.5'],
  ['203.0.113.5', '203.0.113.5:443'],
  ['203.0.113.5', '::ffff:203.0.113.5'],
  ['203.0.113.5', '::ffff:cb00:7105'],
  ['203.0.113.5', '198.51.100.1,203.0.113.5'],
  ['203.0.113.5', '203%2E0.113.5'],
  ['2001:db8::7', '2001:db8::7'],
  ['2001:db8::7', '2001:0DB8:0::7'],
  ['2000::/3', '2001:db8::7'],
  ['::1', '::1'],
])('of %s, a line with %s is for the parser', (list, client) => {
  expect(skippedWith(list, [line(client)])).toBe(0);
  expect(skippedWith(list, [line('192.0.2.1', client)])).toBe(0);
});

test('tables are made once for the same lists', () => {
  const { rules } = loadList({ name: 'list', text: '203.0.113.5' }, () => undefined);
  const asked = rules.map(({ condition }) => addressesAsked(condition, FORM.schema));
  expect(asked[0]?.columns).toEqual([4, 5]);
  const listings = asked.flatMap((each) => each?.listings ?? []);
  expect(tablesOf(listings)).toBe(tablesOf([...listings]));
  expect(tablesOf(listings).mayHold('203.0.113.5')).toBe(true);
  expect(tablesOf(listings).mayHold('203.0.113.6')).toBe(false);
});
