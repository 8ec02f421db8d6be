import type { Kernel } from './kernel.ts';
import { groupAt, hashOf } from './groups.ts';
import * as layout from './layout.ts';
import type { Dictionary } from './dictionaries.ts';
import { isShort, type Plan } from './plan.ts';
import { bitsOf, coveredBy, isAskedOf, regionsOf, type RuleSet } from './rule-sets.ts';
import type { Sample } from './sample.ts';
import { rulesOf, writeLiteral, writePairs, type Literal } from './literal-pairs.ts';
import type { Start } from './starts.ts';

const GRAM_TABLE_BYTES = 65_536;
const CHAINS = 8_192;
const START_BYTES = 48;
/** So many literals of a region are told by pairs of bytes, whether they are long or short: one look instead of two. Measured. */
const FEW_LITERALS = 24;

/** Values that a dictionary may hold, and bytes of them; one that is looked up in few lines has room for fewer. */
const ROOM = { values: 4_096, keyBytes: 262_144 };
const LATE_ROOM = { values: 1_024, keyBytes: 65_536 };

/** A plan as the kernel reads it. */
export interface Tables {
  readonly plan: number;
  /** Addresses of the dictionaries, in the order of the plan's. */
  readonly dictionaries: readonly number[];
}

/**
 * Writes a plan into the kernel's memory.
 *
 * @param sample of the log: literals are looked for by what of them is the rarest there
 * @throws {KernelFullError}
 */
export function writeTables(kernel: Kernel, plan: Plan, sample: Sample): Tables {
  const { form, sets, addresses } = plan;
  const { early, late } = plan.dictionaries;
  const dictionaries = [...early, ...late];
  const address = kernel.allocate(layout.PLAN_BYTES);
  const literals = new Map<string, bigint>();
  let always = 0n;
  for (const [index, set] of sets.entries()) {
    const bit = 1n << BigInt(index);
    if (set.literals === undefined) always |= bit;
    for (const literal of set.literals ?? []) literals.set(literal, (literals.get(literal) ?? 0n) | bit);
  }
  const long = [...literals].filter(([literal]) => !isShort(literal));
  const short = [...literals].filter(([literal]) => isShort(literal));
  const firstDictionary = kernel.allocate(Math.max(1, dictionaries.length) * layout.DICTIONARY_BYTES);
  const [grams, heads] = long.length === 0 ? [0, 0] : writeLongLiterals(kernel, long, sample.often);
  const addressOf = (index: number): number => firstDictionary + index * layout.DICTIONARY_BYTES;
  const set = (field: number, ...numbers: readonly number[]): void => kernel.write(address + field, numbers);
  const setRules = (field: number, rules: bigint): void => kernel.writeRules(address + field, rules);

  set(layout.PLAN_IS_ISO, form.time === 'iso' ? 1 : 0);
  set(layout.PLAN_DELIMITER, form.delimiter.charCodeAt(0));
  set(layout.PLAN_HAS_QUOTES, form.delimiter === ',' ? 1 : 0);
  set(layout.PLAN_COLUMNS, form.columns);
  set(layout.PLAN_GRAMS, grams);
  set(layout.PLAN_HEADS, heads);
  set(layout.PLAN_DICTIONARIES, firstDictionary);
  set(layout.PLAN_DICTIONARY_COUNT, early.length);
  set(layout.PLAN_LATE_COUNT, late.length);
  setRules(
    layout.PLAN_COVERED,
    coveredBy(
      early.map(({ column }) => column),
      sets,
    ),
  );
  setRules(layout.PLAN_ALWAYS, always);
  setRules(layout.PLAN_LITERAL_RULES, rulesOf(literals));
  set(
    layout.PLAN_LONGEST_LITERAL,
    long.concat(short).reduce((longest, [{ length }]) => Math.max(longest, length), 0),
  );
  set(layout.PLAN_STARTS, writeStarts(kernel, sets));
  const regions = regionsOf(sets);
  set(layout.PLAN_REGIONS, writeRegions(kernel, regions, [...literals], sample));
  set(layout.PLAN_REGION_COUNT, regions.length);
  setRules(layout.PLAN_GRAM_RULES, rulesOf(long));
  setRules(layout.PLAN_SHORT_RULES, rulesOf(short));
  setRules(
    layout.PLAN_START_RULES,
    bitsOf(sets, ({ start }) => start !== undefined),
  );
  if (addresses !== undefined) {
    set(layout.PLAN_ADDRESSES, addresses.tables.write(kernel, addresses.columns));
    setRules(
      layout.PLAN_ADDRESS_RULES,
      bitsOf(sets, (other) => other === addresses.set),
    );
  }
  for (const [index, bits] of alphabetOf(literals.keys()).entries()) setRules(layout.PLAN_ALPHABET + index * 8, bits);
  for (const [index, dictionary] of dictionaries.entries()) {
    reserve(kernel, addressOf(index), index < early.length ? ROOM : LATE_ROOM);
    writeDictionary(kernel, addressOf(index), dictionary, sets);
  }
  return { plan: address, dictionaries: dictionaries.map((_, index) => addressOf(index)) };
}

/** The characters of all literals, in both cases, and those that escapes are written with: `%41`, `%u0041`. */
function alphabetOf(literals: Iterable<string>): [low: bigint, high: bigint] {
  let bits = 0n;
  for (const character of new Set([...literals, '%u0123456789abcdef'].join(''))) {
    for (const one of character + character.toUpperCase()) bits |= 1n << BigInt(one.charCodeAt(0) & 127);
  }
  return [BigInt.asUintN(64, bits), bits >> 64n];
}

function writeRegions(kernel: Kernel, regions: ReturnType<typeof regionsOf>, literals: readonly Literal[], sample: Sample): number {
  const address = kernel.allocate(regions.length * layout.REGION_BYTES);
  for (const [index, [[first, last], rules]] of regions.entries()) {
    const region = address + index * layout.REGION_BYTES;
    const wanted = literals.flatMap(([text, all]): Literal[] => ((all & rules) === 0n ? [] : [[text, all & rules]]));
    const hasAll = wanted.length <= FEW_LITERALS;
    kernel.writeRules(region + layout.REGION_RULES, rules);
    kernel.write(region + layout.REGION_FIRST, [first]);
    kernel.write(region + layout.REGION_LAST, [last]);
    kernel.write(region + layout.REGION_HAS_ALL, [hasAll ? 1 : 0]);
    writePairs(kernel, region, { literals: hasAll ? wanted : wanted.filter(([text]) => isShort(text)), sample });
  }
  return address;
}

function writeDictionary(kernel: Kernel, address: number, { column, isMasked, rules }: Dictionary, sets: readonly RuleSet[]): void {
  kernel.write(address + layout.DICTIONARY_COLUMN, [column]);
  kernel.write(address + layout.DICTIONARY_IS_MASKED, [isMasked ? 1 : 0]);
  kernel.writeRules(address + layout.DICTIONARY_RULES, rules);
  kernel.writeRules(
    address + layout.DICTIONARY_PLACES,
    bitsOf(sets, (set) => isAskedOf(set, column)),
  );
}

/** Room for the values of a dictionary. */
function reserve(kernel: Kernel, address: number, { values, keyBytes }: typeof ROOM): void {
  const keys = kernel.allocate(keyBytes);
  kernel.write(address + layout.DICTIONARY_TABLE, [kernel.allocate(values * 2 * layout.DICTIONARY_ENTRY_BYTES)]);
  kernel.write(address + layout.DICTIONARY_MASK, [values * 2 - 1]);
  kernel.write(address + layout.DICTIONARY_SEEN, [kernel.allocate(layout.DICTIONARY_SEEN_BYTES)]);
  kernel.write(address + layout.DICTIONARY_KEYS, [keys]);
  kernel.write(address + layout.DICTIONARY_KEYS_END, [keys + keyBytes]);
  kernel.write(address + layout.DICTIONARY_LIMIT, [values]);
}

/** @returns the addresses of the table of groups and of the chains */
function writeLongLiterals(kernel: Kernel, literals: readonly Literal[], often: (hash: number) => number): [number, number] {
  const grams = kernel.allocate(GRAM_TABLE_BYTES);
  const heads = kernel.allocate(CHAINS * 4);
  for (const [text, rules] of literals) {
    const literal = kernel.allocate(16 + text.length);
    writeLiteral(kernel, literal, [text, rules], 0);
    for (let alignment = 0; alignment < 4; alignment += 1) {
      const { offset, group, hash } = rarestGroup(text, alignment, often);
      const link = kernel.allocate(16);
      const head = heads + (hash >>> 19) * 4;
      kernel.write(link, [kernel.read(head), group, offset, literal]);
      kernel.write(head, [link]);
      const byte = grams + (hash >>> 16);
      kernel.writeByte(byte, kernel.readByte(byte) | (1 << ((hash >>> 13) & 7)));
    }
  }
  return [grams, heads];
}

/** Of the groups of four bytes at this alignment. */
function rarestGroup(text: string, alignment: number, often: (hash: number) => number) {
  let best: { readonly offset: number; readonly group: number; readonly hash: number; readonly count: number } | undefined;
  for (let offset = alignment; offset + 4 <= text.length; offset += 4) {
    const group = groupAt(text, offset);
    const hash = hashOf(group);
    const count = often(hash);
    if (best === undefined || count < best.count) best = { offset, group, hash, count };
  }
  if (best === undefined) throw new Error(`${text} is too short`);
  return best;
}

/** @returns the address of a list of addresses, one for each set */
function writeStarts(kernel: Kernel, sets: readonly RuleSet[]): number {
  const list = kernel.allocate(sets.length * 4);
  for (const [index, { start }] of sets.entries()) {
    if (start !== undefined) kernel.write(list + index * 4, [writeStart(kernel, start)]);
  }
  return list;
}

function writeStart(kernel: Kernel, { columns, literals }: Start): number {
  const address = kernel.allocate(START_BYTES);
  const columnsAddress = kernel.allocate(columns.length * 4);
  kernel.write(columnsAddress, columns);
  const text = literals.map((literal) => String.fromCharCode(literal.length) + literal).join('');
  const textAddress = kernel.allocate(text.length);
  kernel.writeText(textAddress, text);
  kernel.write(address, [columnsAddress, columns.length, textAddress, textAddress + text.length]);
  for (const code of firstBytes(literals)) {
    const byte = address + 16 + (code >> 3);
    kernel.writeByte(byte, kernel.readByte(byte) | (1 << (code & 7)));
  }
  return address;
}

/** In both cases; an escape may be that of a letter, and a question mark stand in front. */
function firstBytes(literals: readonly string[]): Set<number> {
  const first = literals.map((literal) => literal.charAt(0)).join('');
  return new Set(Array.from(`${first}${first.toUpperCase()}%?`, (character) => character.charCodeAt(0)));
}
