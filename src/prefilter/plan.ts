import { fieldsOf, type BoundRule } from '../match/bind.ts';
import { addressesAsked, tablesOf, type AddressTables } from './addresses.ts';
import { groupAt, hashOf } from './groups.ts';
import type { KnownColumns } from './known-columns.ts';
import type { PlainForm } from '../model/plain-form.ts';
import type { Expression } from '../model/rule.ts';
import type { Schema } from '../model/schema.ts';
import { chooseColumns, type ChosenColumns } from './columns.ts';
import { clausesOf, conjuncts, hasKeyword } from './clauses.ts';
import { shortest, type Clause } from '../sigma/regex-literals.ts';
import type { Sample } from './sample.ts';
import { placesOf, startsOf, type Start } from './starts.ts';

/** As many rules have a bit of their own; more share them. One bit more is for those that look for addresses in lists. */
const SETS = 63;
/** Literals that stand in more of the lines are no use. */
const OFTEN = 0.1;
/** Of the lines of the sample. */
const SELDOM = 1 / 6;
/** Shorter literals are looked for one by one, which is for a few. */
const LONG = 7;
const SHORT_LITERALS = 64;
const LITERAL_CHARACTERS = 400_000;
/** The beginning of a longer literal stands where it does. */
const LONGEST = 256;

/** How lines below one header are told that no rule matches. A line is read when a set of rules is left. */
export interface Plan {
  readonly form: PlainForm;
  readonly sets: readonly RuleSet[];
  /** Indexes of the columns whose values are remembered, the most telling first. */
  readonly columns: readonly number[];
  /** Where addresses stand that rules look up in lists, and the set of these rules; left out: none does. */
  readonly addresses: { readonly set: RuleSet; readonly columns: readonly number[]; readonly tables: AddressTables } | undefined;
}

/** Indexes of the first and the last of columns that stand next to each other. */
export type Region = readonly [first: number, last: number];

/** Rules that are told together: one, but for large rule sets. */
export interface RuleSet {
  readonly rules: readonly BoundRule[];
  /** At least one stands in a line that one of the rules matches; left out: nobody can say. */
  readonly literals: Clause | undefined;
  /** Where the literals may stand. */
  readonly regions: readonly Region[];
  /** Known values leave few lines for the rules: their literals are searched for apart, in these alone. */
  readonly isSeldom: boolean;
  /** None of the literals stands in the sample: looking for them takes less time than looking up one more value. */
  readonly isRare: boolean;
  /** At least one cell begins so in a line that the rule matches. */
  readonly start: Start | undefined;
}

/** Chooses, by what is rare in a sample, how the rules are told. Any choice is sound. */
export function makePlan(form: PlainForm, rules: readonly BoundRule[], sample: Sample, known: KnownColumns): Plan {
  const addresses = chooseAddresses(form, rules);
  const { columns, linesLeft } = chooseColumns(rules, { sample, known, addresses });
  const isRemembered = (asked: readonly number[]): boolean => asked.every((column) => columns.includes(column));
  const literals = chooseLiterals(form, rules, { sample, isRemembered, linesLeft });
  const others = addresses === undefined ? rules : rules.filter((rule) => !addresses.set.rules.includes(rule));
  const told = others.map((rule) => {
    const { clause, regions = [[0, form.columns - 1]], often } = literals.get(rule) ?? {};
    return {
      rules: [rule],
      literals: clause,
      regions,
      isSeldom: linesLeft(rule).length <= sample.cells.length * SELDOM,
      isRare: often === 0,
      start: chooseStart(form.schema, rule, { sample, isRemembered }),
    };
  });
  const shared = told.length <= SETS ? told : share(told);
  return { form, sets: addresses === undefined ? shared : [...shared, addresses.set], columns, addresses };
}

/** Rules that look for addresses in lists are told together: all by the same cells. */
function chooseAddresses({ schema, columns }: PlainForm, rules: readonly BoundRule[]): Plan['addresses'] {
  const asking = rules
    .map((rule) => [rule, addressesAsked(rule.rule.condition, schema)] as const)
    .filter(([, asked]) => asked !== undefined);
  if (asking.length === 0) return undefined;
  const own = [...new Set(asking.flatMap(([, asked]) => asked?.columns ?? []))];
  const listings = [...new Set(asking.flatMap(([, asked]) => asked?.listings ?? []))];
  const set = {
    rules: asking.map(([rule]) => rule),
    literals: undefined,
    regions: [[0, columns - 1]],
    isSeldom: false,
    isRare: false,
    start: undefined,
  } as const;
  return { set, columns: own, tables: tablesOf(listings) };
}

interface ChosenLiterals {
  readonly clause: Clause;
  readonly regions: readonly Region[];
  /** In which part of the lines of the sample one of them stands, at the most. */
  readonly often: number;
}

interface Choice {
  readonly sample: Sample;
  /** Whether what is asked of these columns is answered by values that are remembered. */
  readonly isRemembered: (columns: readonly number[]) => boolean;
}

/**
 * Of each rule the rarest clause in the lines that known values leave, then in all; of equally rare ones that with the longest literals. What columns are asked whose values are remembered
 * has been answered when literals are looked for: it is taken only for want of a better one.
 */
function chooseLiterals(
  form: PlainForm,
  rules: readonly BoundRule[],
  { sample, isRemembered, linesLeft }: Choice & Pick<ChosenColumns, 'linesLeft'>,
): Map<BoundRule, ChosenLiterals> {
  const often = frequencies(sample);
  const texts = sample.cells.map((cells) => cells.join(form.delimiter).toLowerCase());
  const chosen = new Map<BoundRule, ChosenLiterals>();
  const shorts = new Set<string>();
  let characters = 0;
  for (const rule of rules) {
    const left = linesLeft(rule);
    const oftenLeft = (clause: Clause): number =>
      left.filter((line) => clause.some((literal) => texts[line]?.includes(literal))).length / Math.max(1, texts.length);
    const clauses = conjuncts(rule.rule.condition).flatMap((part) => {
      const asked = columnsOf(part, form);
      const regions = rangesOf(asked);
      const isAnswered = Number(isRemembered(asked));
      return clausesOf(part).map((whole) => {
        const clause = whole.map((literal) => literal.slice(0, LONGEST));
        const everywhere = often(clause);
        return {
          clause,
          regions,
          isAnswered,
          often: everywhere,
          oftenLeft: everywhere === 0 ? 0 : oftenLeft(clause),
          least: shortest(clause),
        };
      });
    });
    const rare = clauses
      .filter((each) => each.oftenLeft <= OFTEN)
      .toSorted((a, b) => a.isAnswered - b.isAnswered || a.oftenLeft - b.oftenLeft || a.often - b.often || b.least - a.least);
    const best = rare.find(({ clause }) => shorts.size + clause.filter(isShort).length <= SHORT_LITERALS);
    if (best === undefined) continue;
    for (const literal of best.clause) characters += literal.length;
    if (characters > LITERAL_CHARACTERS) break;
    for (const literal of best.clause.filter(isShort)) shorts.add(literal);
    chosen.set(rule, best);
  }
  return chosen;
}

/** The rarest of the beginnings that a rule asks for, but for those that are known with the values of their columns. */
function chooseStart(schema: Schema, { rule }: BoundRule, { sample: { cells }, isRemembered }: Choice): Start | undefined {
  const starts = startsOf(rule.condition, schema).filter(({ columns }) => !isRemembered(columns));
  const rated = starts.map((start) => ({ start, lines: cells.filter((line) => hasStart(line, start)).length }));
  return rated.toSorted((a, b) => a.lines - b.lines)[0]?.start;
}

export function hasStart(cells: readonly string[], { columns, literals }: Start): boolean {
  return columns.some((column) => literals.some((literal) => cells[column]?.toLowerCase().startsWith(literal)));
}

/** The columns that a part of a condition may look at: all where words are looked for, or values are made of others. */
function columnsOf(part: Expression, { schema, columns }: PlainForm): readonly number[] {
  const asked = fieldsOf(part).map((field) => placesOf(field, schema));
  if (hasKeyword(part) || asked.includes(undefined) || asked.length === 0) return Array.from({ length: columns }, (_, column) => column);
  return [...new Set(asked.flatMap((each) => each ?? []))];
}

export function isShort(literal: string): boolean {
  return literal.length < LONG;
}

/** Tells in which part of the lines of a sample literals stand, at the most. */
function frequencies({ cells, text, often }: Sample): (clause: Clause) => number {
  const known = new Map<string, number>();
  const find = (literal: string): number => {
    // Most literals are not there at all, and one of their groups says so.
    for (let offset = 0; offset + 4 <= literal.length; offset += 1) if (often(hashOf(groupAt(literal, offset))) === 0) return 0;
    let count = 0;
    for (let at = text.indexOf(literal); at !== -1; at = text.indexOf(literal, text.indexOf('\n', at) + 1 || text.length)) count += 1;
    return count / Math.max(1, cells.length);
  };
  return (clause) => {
    let sum = 0;
    for (const literal of clause) {
      const frequency = known.get(literal) ?? find(literal);
      known.set(literal, frequency);
      sum += frequency;
    }
    return sum;
  };
}

/**
 * What is left of a set is left of all its rules. So those share sets that the fewest lines are left for, because their literals are rare and
 * alone tell them; with too many of the others, these share sets too.
 */
function share(told: readonly RuleSet[]): RuleSet[] {
  const isPlain = ({ isRare, start }: RuleSet): boolean => isRare && start === undefined;
  const others = told.filter((each) => !isPlain(each));
  const plain = told.filter(isPlain);
  const otherSets = plain.length === 0 ? SETS : Math.min(others.length, SETS - 8);
  const open = others.filter(({ literals }) => literals === undefined);
  const wanting = others.filter(({ literals }) => literals !== undefined);
  const openSets = Math.min(Math.ceil((otherSets * open.length) / Math.max(1, others.length)), otherSets - Math.sign(wanting.length));
  return [...spread(open, openSets), ...spread(wanting, otherSets - openSets), ...spread(plain, SETS - otherSets)];
}

/** Over so many sets at the most. */
function spread(told: readonly RuleSet[], count: number): RuleSet[] {
  const sets = Array.from({ length: Math.max(1, Math.min(count, told.length)) }, (): RuleSet[] => []);
  for (const [index, each] of told.entries()) sets[index % sets.length]?.push(each);
  return sets.flatMap((members) => (members.length === 0 ? [] : [join(members)]));
}

function join(members: readonly RuleSet[]): RuleSet {
  const [only] = members;
  if (only !== undefined && members.length === 1) return only;
  const isOpen = members.some(({ literals }) => literals === undefined);
  return {
    rules: members.flatMap(({ rules }) => rules),
    literals: isOpen ? undefined : [...new Set(members.flatMap(({ literals }) => literals ?? []))],
    regions: rangesOf(members.flatMap(({ regions }) => regions.flatMap(columnsIn))),
    isSeldom: members.every(({ isSeldom }) => isSeldom),
    isRare: members.every(({ isRare }) => isRare),
    start: undefined,
  };
}

/** Columns next to each other make one region. */
function rangesOf(columns: readonly number[]): Region[] {
  const regions: [number, number][] = [];
  for (const column of [...new Set(columns)].toSorted((a, b) => a - b)) {
    const last = regions.at(-1);
    if (last !== undefined && column === last[1] + 1) last[1] = column;
    else regions.push([column, column]);
  }
  return regions;
}

function columnsIn([first, last]: Region): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
