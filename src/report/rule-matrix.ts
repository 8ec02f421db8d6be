import type { Rule } from '../model/rule.ts';

/** A log that a rule is for; blind where the columns that such a log usually has are not enough for it. */
export interface RuleLog {
  readonly logType: string;
  readonly isBlind: boolean;
}

/** What a list of rules knows beside the rules: the ids of all log types, in order, and which of them a rule is for. */
export interface RuleLogs {
  readonly logTypes: readonly string[];
  readonly logsOf: (rule: Rule) => readonly RuleLog[];
}

/** Ids of the rules for one vulnerability in one log. */
interface Cell {
  readonly rules: readonly string[];
  /** Of those, the ones that need a column which such a log usually lacks. */
  readonly blind: readonly string[];
}

/** A vulnerability, and the rules for it by log type. */
export interface MatrixRow {
  /** `undefined`: what rules of no vulnerability find. */
  readonly cve?: string;
  readonly rules: number;
  /** Log types without a rule are left out. */
  readonly logTypes: Readonly<Record<string, Cell>>;
}

/** Which vulnerability leaves traces in which log that a rule knows; a rule for several counts in each. */
export function ruleMatrix(rules: readonly Rule[], { logsOf }: RuleLogs): MatrixRow[] {
  const byCve = new Map<string | undefined, Rule[]>();
  for (const rule of rules) {
    const cves = cvesOf(rule);
    for (const cve of cves.length === 0 ? [undefined] : cves) byCve.set(cve, [...(byCve.get(cve) ?? []), rule]);
  }
  const sorted = [...byCve].toSorted(([a = '~'], [b = '~']) => (a < b ? -1 : 1));
  return sorted.map(([cve, own]) => ({ ...(cve !== undefined && { cve }), rules: own.length, logTypes: cellsOf(own, logsOf) }));
}

function cellsOf(rules: readonly Rule[], logsOf: RuleLogs['logsOf']): Record<string, Cell> {
  const cells: Record<string, { readonly rules: string[]; readonly blind: string[] }> = {};
  for (const rule of rules) {
    for (const { logType, isBlind } of logsOf(rule)) {
      const cell = (cells[logType] ??= { rules: [], blind: [] });
      cell.rules.push(rule.id);
      if (isBlind) cell.blind.push(rule.id);
    }
  }
  return cells;
}

/** `CVE-2021-26855`, for each that its tags name. */
export function cvesOf({ tags }: Pick<Rule, 'tags'>): string[] {
  return tags.flatMap((tag) => (/^cve\.\d{4}-\d+$/.test(tag) ? [tag.replace('.', '-').toUpperCase()] : []));
}

/** The matrix in one format. */
export const RULE_MATRICES = { text: asText, markdown: asMarkdown, json: asJson } as const satisfies Record<
  string,
  (rules: readonly Rule[], ruleLogs: RuleLogs) => string
>;

function asText(rules: readonly Rule[], ruleLogs: RuleLogs): string {
  const table = cellTexts(rules, ruleLogs);
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const aligned = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return table.map((row) => aligned(row).trimEnd()).join('\n');
}

function asMarkdown(rules: readonly Rule[], ruleLogs: RuleLogs): string {
  const [header = [], ...rows] = cellTexts(rules, ruleLogs);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function asJson(rules: readonly Rule[], ruleLogs: RuleLogs): string {
  return JSON.stringify({ logTypes: ruleLogs.logTypes, rows: ruleMatrix(rules, ruleLogs) }, undefined, 2);
}

/** `5 (2)`: five rules, two of them blind in a log with its usual columns. */
function cellTexts(rules: readonly Rule[], ruleLogs: RuleLogs): string[][] {
  const cellText = (cell: Cell | undefined): string => {
    if (cell === undefined) return '';
    return `${cell.rules.length}${cell.blind.length > 0 ? ` (${cell.blind.length})` : ''}`;
  };
  return [
    ['CVE', 'rules', ...ruleLogs.logTypes],
    ...ruleMatrix(rules, ruleLogs).map(({ cve = 'none', rules: count, logTypes }) => [
      cve,
      String(count),
      ...ruleLogs.logTypes.map((logType) => cellText(logTypes[logType])),
    ]),
  ];
}
