import type { Indicator, IndicatorKind, IndicatorList } from '../model/indicator.ts';
import type { Expression, Level, Listed, Rule } from '../model/rule.ts';
import { LEVELS } from '../model/rule.ts';
import { AddressMap } from '../sigma/address-map.ts';
import { mapFileNames, mapHashes, mapPaths, mapUserAgents, type ValueMap } from './value-map.ts';

/** Of longer lists no literals are looked for: their values are known by heart. */
const MOST_LITERALS = 500;

interface RuleKind {
  /** Part of the ids of rules, and what their titles say. */
  readonly name: string;
  readonly kinds: readonly IndicatorKind[];
  /** In the terms of web server logs. */
  readonly fields: readonly string[];
  readonly lookUp: (indicators: readonly Indicator[]) => Pick<Listed, 'find' | 'literals' | 'addresses'>;
}

/** Where a client, or whom a proxy speaks for, is named. The server's own address is no client's. */
const ADDRESS_FIELDS = [
  'c-ip',
  'X-Forwarded-For',
  'cs-x-forwarded-for',
  'X-Real-IP',
  'cs-x-real-ip',
  'X-Client-IP',
  'cs-x-client-ip',
  'True-Client-IP',
  'cs-true-client-ip',
  'CF-Connecting-IP',
  'cs-cf-connecting-ip',
  'Forwarded',
  'cs-forwarded',
  'OriginalIP',
];

const RULE_KINDS: readonly RuleKind[] = [
  { name: 'addresses', kinds: ['address', 'network'], fields: ADDRESS_FIELDS, lookUp: addresses },
  { name: 'user agents', kinds: ['user-agent'], fields: ['cs-user-agent'], lookUp: (each) => values(mapUserAgents(each)) },
  { name: 'URL paths', kinds: ['path'], fields: ['cs-uri-stem'], lookUp: (each) => values(mapPaths(each)) },
  { name: 'file names', kinds: ['file-name'], fields: ['cs-uri-stem'], lookUp: (each) => values(mapFileNames(each)) },
  { name: 'hashes', kinds: ['hash'], fields: ['md5', 'sha1', 'sha256'], lookUp: (each) => values(mapHashes(each)) },
];

function addresses(indicators: readonly Indicator[]): Pick<Listed, 'find' | 'addresses'> {
  const map = new AddressMap<Indicator>();
  for (const indicator of indicators) map.add(indicator.value, indicator);
  return { find: ({ text }) => map.find(text), addresses: map };
}

function values({ find, texts }: ValueMap): Pick<Listed, 'find' | 'literals'> {
  return { find, ...(texts.length <= MOST_LITERALS && { literals: texts }) };
}

/**
 * Rules that find the values of an indicator list: one for each kind and level, and of addresses with dates one more, of level low, for records
 * outside of them. Made once; what they look up does not grow with the list.
 */
export function rulesOfList({ name, indicators }: IndicatorList): Rule[] {
  const groups = new Map<IndicatorKind, Map<Level, Indicator[]>>();
  for (const indicator of indicators) {
    const levels = groups.get(indicator.kind) ?? new Map<Level, Indicator[]>();
    if (levels.size === 0) groups.set(indicator.kind, levels);
    const group = levels.get(indicator.level);
    if (group === undefined) levels.set(indicator.level, [indicator]);
    else group.push(indicator);
  }
  return RULE_KINDS.flatMap((kind) =>
    LEVELS.toReversed().flatMap((level) => {
      const meant = kind.kinds.flatMap((each) => groups.get(each)?.get(level) ?? []);
      return meant.length === 0 ? [] : rulesOfKind(name, kind, level, meant);
    }),
  );
}

function rulesOfKind(list: string, kind: RuleKind, level: Level, indicators: readonly Indicator[]): Rule[] {
  const looked = kind.lookUp(indicators);
  const dated =
    kind.name === 'addresses' ? indicators.filter(({ firstSeen, lastSeen }) => firstSeen !== undefined || lastSeen !== undefined) : [];
  const count = (many: readonly Indicator[]): string => `${many.length} of the ${kind.name} of ${list}`;
  const base = { list, kind, ...looked };
  const id = `indicators/${list}/${kind.name.toLowerCase().replaceAll(' ', '-')}/${level}`;
  const title = `Indicator list ${list}: ${kind.name}`;
  const isLow = LEVELS.indexOf(level) < LEVELS.indexOf('low');
  const usual = ruleOf({ ...base, id, title, level, what: count(indicators), when: dated.length === 0 ? 'always' : 'within dates' });
  if (dated.length === 0) return [usual];
  const outside = { id: `${id}/outside-dates`, title: `${title} outside their dates`, level: isLow ? level : ('low' as const) };
  return [usual, ruleOf({ ...base, ...outside, what: count(dated), when: 'outside dates' })];
}

interface RuleFacts extends Omit<Listed, 'key'> {
  readonly kind: RuleKind;
  readonly id: string;
  readonly title: string;
  readonly level: Level;
}

function ruleOf({ kind, id, title, level, ...listed }: RuleFacts): Rule {
  const test = { kind: 'listed', listed: { ...listed, key: id } } as const;
  const parts = kind.fields.map((field): Expression => ({ kind: 'field', field, test }));
  const [only] = parts;
  return {
    id,
    title,
    level,
    description: `Looks for ${listed.what} (${listed.when}).`,
    references: [],
    falsePositives: [],
    tags: [],
    // Any log that has such a field.
    logSource: {},
    condition: parts.length === 1 && only !== undefined ? only : { kind: 'or', parts },
    examples: [],
    file: listed.list,
    lineNumber: 1,
  };
}
