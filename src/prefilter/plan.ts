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
import { hasStart, placesOf, startsOf, type Start } from './starts.ts';
import { columnsIn, rangesOf, type Region, type RuleSet } from './rule-sets.ts';
import { ValueAnswers } from './value-answers.ts';
import { chooseDictionaries, type Dictionaries } from './dictionaries.ts';

/** As many rules have a bit of their own; more share them. One bit more is for those that look for addresses in lists. */
const SETS = 63;
/** Rules in one set, as long as there are no more sets for them. */
const MOST_SHARING = 8;
/** Literals that stand in more of the lines are no use. */
const OFTEN = 0.1;
/** Of the lines of the sample. */
const SELDOM = 1 / 6;
/** Shorter literals are looked for one by one, which is for a few. */
const LONG = 7;
const SHORT_LITERALS = 512;
const LITERAL_CHARACTERS = 400_000;
/** The beginning of a longer literal stands where it does. */
const LONGEST = 256;

/** How lines below one header are told that no rule matches. A line is read when a set of rules is left. */
export interface Plan {
  readonly form: PlainForm;
  readonly sets: readonly RuleSet[];
  readonly dictionaries: Dictionaries;
  /** Where addresses stand that rules look up in lists, and the set of these rules; left out: none does. */
  readonly addresses: { readonly set: RuleSet; readonly columns: readonly number[]; readonly tables: AddressTables } | undefined;
}

/** Chooses, by what is rare in a sample, how the rules are told. Any choice is sound. */
export function makePlan(form: PlainForm, rules: readonly BoundRule[], sample: Sample, known: KnownColumns): Plan {
  const addresses = chooseAddresses(form, rules);
  const { columns, linesLeft } = chooseColumns(rules, { sample, known, addresses });
  const isRemembered = (asked: readonly number[]): boolean => asked.every((column) => columns.includes(column));
  const starts = new Map(rules.map((rule) => [rule, chooseStart(form.schema, rule, { sample, isRemembered })] as const));
  const isOfStart = (rule: BoundRule, clause: Clause): boolean =>
    clause.every((literal) => starts.get(rule)?.literals.includes(literal) === true);
  const literals = chooseLiterals(form, rules, { sample, isRemembered, linesLeft, isOfStart });
  const others = addresses === undefined ? rules : rules.filter((rule) => !addresses.set.rules.includes(rule));
  const told = others.map((rule) => {
    const { clause, regions = [[0, form.columns - 1]], often } = literals.get(rule) ?? {};
    return {
      rules: [rule],
      literals: clause,
      regions,
      isSeldom: linesLeft(rule).length <= sample.cells.length * SELDOM,
      isRare: often === 0,
      start: starts.get(rule),
    };
  });
  // What cells begin with need not be searched for as well; rules that share a set are told by their literals alone.
  const shared = (told.length <= SETS ? told : share(told)).map((set) =>
    set.literals?.every((literal) => set.start?.literals.includes(literal)) === true ? { ...set, literals: undefined } : set,
  );
  const sets = addresses === undefined ? shared : [...shared, addresses.set];
  const dictionaries = chooseDictionaries(columns, known.asked, { sets, sample, answers: new ValueAnswers(sets, known) });
  return { form, sets, dictionaries, addresses };
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

interface LiteralChoice extends Choice, Pick<ChosenColumns, 'linesLeft'> {
  /** Whether what cells begin with answers a clause. */
  readonly isOfStart: (rule: BoundRule, clause: Clause) => boolean;
}

/**
 * Of each rule the rarest clause in the lines that known values leave, then in all; of equally rare ones that with the longest literals. What columns are asked whose values are remembered,
 * and what cells begin with, has been answered when literals are looked for: it is taken only for want of a better one.
 */
function chooseLiterals(
  form: PlainForm,
  rules: readonly BoundRule[],
  { sample, isRemembered, linesLeft, isOfStart }: LiteralChoice,
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
      const isRememberedThere = isRemembered(asked);
      return clausesOf(part).map((whole) => {
        const clause = whole.map((literal) => literal.slice(0, LONGEST));
        const everywhere = often(clause);
        return {
          clause,
          regions,
          isAnswered: Number(isRememberedThere || isOfStart(rule, clause)),
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

/** Over so many sets at the most. As many as can have one of their own; those with the most literals share: they are the dearest to ask. */
function spread(told: readonly RuleSet[], count: number): RuleSet[] {
  const size = Math.max(1, Math.min(count, told.length));
  const shared = Math.min(size, Math.ceil((told.length - size) / (MOST_SHARING - 1)));
  const sets = Array.from({ length: size }, (): RuleSet[] => []);
  const sorted = told.toSorted((a, b) => (b.literals?.length ?? 0) - (a.literals?.length ?? 0));
  const sharing = told.length - (size - shared);
  for (const [index, each] of sorted.entries()) sets[index < sharing ? index % shared : index - sharing + shared]?.push(each);
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
