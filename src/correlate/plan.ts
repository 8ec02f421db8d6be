import type { CorrelationRule, LinkedCorrelation } from '../model/correlation-rule.ts';

/** One of the rules of a correlation, and where the values that it asks for stand among those of an event. */
export interface PlannedInput {
  readonly kind: 'rule' | 'correlation';
  readonly id: string;
  readonly reference: string;
  /** In the order of `group-by`. */
  readonly group: readonly number[];
  /** Of the fields in the condition. */
  readonly values: readonly number[];
  /** Of what others want to know and this correlation does not. */
  readonly carried: readonly number[];
}

export interface PlannedCorrelation {
  readonly rule: CorrelationRule;
  readonly writesFindings: boolean;
  readonly inputs: readonly PlannedInput[];
  /** Of its own matches, what those that build on it ask for: places in `group-by`, or behind them among what is carried. */
  readonly provided: readonly number[];
  readonly users: readonly Taker[];
}

/** One input of one correlation, by their places. */
export interface Taker {
  readonly correlation: number;
  readonly input: number;
}

/** Who has to be told what. */
export interface CorrelationPlan {
  readonly correlations: readonly PlannedCorrelation[];
  /** By the id of a detection rule: who takes its matches. */
  readonly takers: ReadonlyMap<string, readonly Taker[]>;
  /** By the id of a detection rule: the fields whose values go with its matches. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** Ids of detection rules that only feed correlations and write no findings. */
  readonly silent: ReadonlySet<string>;
}

/** @param linked those that others build on stand before them */
export function planCorrelations(linked: readonly LinkedCorrelation[]): CorrelationPlan {
  const fields = { rule: new FieldLists(), correlation: new FieldLists() };
  const takers = { rule: new Map<string, Taker[]>(), correlation: new Map<string, Taker[]>() };
  const correlations: PlannedCorrelation[] = [];
  // What is asked of a correlation is known when all that build on it have asked.
  for (const [place, { rule, inputs, writesFindings }] of [...linked.entries()].toReversed()) {
    const asked = fields.correlation.of(rule.id);
    const own = rule.groupBy.map(plain);
    const carried = asked.filter((field) => !own.includes(plain(field)));
    const all = [...own, ...carried.map(plain)];
    correlations.unshift({
      rule,
      writesFindings,
      inputs: inputs.map((input, index): PlannedInput => {
        const { kind, id, reference } = input;
        const at = (name: string): number => fields[kind].place(id, rule.aliases.get(name)?.get(reference) ?? name);
        takers[kind].set(id, [...(takers[kind].get(id) ?? []), { correlation: place, input: index }]);
        const condition = rule.condition.kind === 'bounds' ? rule.condition.fields : [];
        return { ...input, group: rule.groupBy.map(at), values: condition.map(at), carried: carried.map(at) };
      }),
      provided: asked.map((field) => all.indexOf(plain(field))),
      users: takers.correlation.get(rule.id) ?? [],
    });
  }
  return { correlations, takers: takers.rule, fields: fields.rule.lists, silent: silentRules(linked) };
}

/** Detection rules whose findings no correlation asks for. */
function silentRules(linked: readonly LinkedCorrelation[]): Set<string> {
  const idsOf = (which: readonly LinkedCorrelation[]): string[] =>
    which.flatMap(({ inputs }) => inputs.flatMap(({ kind, id }) => (kind === 'rule' ? [id] : [])));
  const silent = new Set(idsOf(linked));
  for (const id of idsOf(linked.filter(({ rule }) => rule.isGenerating))) silent.delete(id);
  return silent;
}

/** Columns of logs are compared without case. */
function plain(field: string): string {
  return field.toLowerCase();
}

/** The fields asked of each rule, in the order in which they were. */
class FieldLists {
  readonly lists = new Map<string, string[]>();

  of(id: string): readonly string[] {
    return this.lists.get(id) ?? [];
  }

  /** Asks for a field, and says where it stands among the rule's. */
  place(id: string, field: string): number {
    const list = this.lists.get(id) ?? [];
    this.lists.set(id, list);
    const known = list.findIndex((each) => plain(each) === plain(field));
    return known === -1 ? list.push(field) - 1 : known;
  }
}
