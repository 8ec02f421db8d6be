import { diagnostic, type Diagnostic, type Problem } from '../model/diagnostic.ts';
import type { CorrelationRule } from '../model/correlation-rule.ts';
import type { FilterRule } from '../model/filter-rule.ts';
import type { Rule } from '../model/rule.ts';
import { readCorrelation } from './correlation-document.ts';
import { SPELLED_CHARACTERS } from './detection.ts';
import { find } from './document-keys.ts';
import { readFilter } from './filter-document.ts';
import { readRule, type DocumentContext } from './rule-document.ts';
import { RuleError, type Position } from './rule-error.ts';
import type { MapTree, Tree } from './yaml-tree.ts';

/** A YAML document of a rule file, or why it is none. */
export type RuleDocument = Tree | RuleError;

/** What became of one rule file. */
export interface LoadedRules {
  readonly rules: readonly Rule[];
  readonly correlations: readonly CorrelationRule[];
  readonly filters: readonly FilterRule[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A document and where it stands. */
interface DocumentSource {
  readonly file: string;
  readonly index: number;
  readonly document: RuleDocument;
}

/** What a rule was made of, the filters on it too: values that another thread can make it of again. */
export interface RuleSource extends DocumentSource {
  readonly filters: readonly DocumentSource[];
}

const ruleSources = new WeakMap<Rule, RuleSource>();
const filterSources = new WeakMap<FilterRule, DocumentSource>();

/** `undefined` for a rule that was made in another way. */
export function sourceOf(rule: Rule): RuleSource | undefined {
  return ruleSources.get(rule);
}

/** Makes a rule again of what it was made of. */
export function remakeRule({ filters, ...source }: RuleSource): Rule {
  const [rule] = remake(source).rules;
  if (rule === undefined) throw new Error(`${source.file} holds no rule any more`);
  return addFilters(
    rule,
    filters.flatMap((filter) => remake(filter).filters),
  );
}

function remake({ file, index, document }: DocumentSource): LoadedRules {
  return loadDocuments(
    file,
    Array.from({ length: index + 1 }, (_, place) => (place === index ? document : NOTHING)),
  );
}

const NOTHING: RuleDocument = { kind: 'scalar', value: null, text: '', at: { lineNumber: 1, column: 1 } };

/** A rule that matches what it did before, and asks the filters of each match. */
export function addFilters(rule: Rule, filters: readonly FilterRule[]): Rule {
  if (filters.length === 0) return rule;
  const filtered: Rule = { ...rule, filters: [...(rule.filters ?? []), ...filters] };
  const source = ruleSources.get(rule);
  const sources = filters.map((filter) => filterSources.get(filter)).filter((each) => each !== undefined);
  if (source !== undefined && sources.length === filters.length)
    ruleSources.set(filtered, { ...source, filters: [...source.filters, ...sources] });
  return filtered;
}

/**
 * Makes rules of the documents of a file. A broken or unsupported one becomes a diagnostic; the others stand.
 *
 * @param budget what the values of the file may become; what is left of it stands there afterwards
 */
export function loadDocuments(file: string, documents: readonly RuleDocument[], budget = { characters: SPELLED_CHARACTERS }): LoadedRules {
  const rules: Rule[] = [];
  const correlations: CorrelationRule[] = [];
  const filters: FilterRule[] = [];
  const diagnostics: Diagnostic[] = [];
  const report = (problem: Problem, at: Position): void => {
    diagnostics.push(diagnostic(problem, { path: file, ...at }));
  };
  for (const [index, document] of documents.entries()) {
    try {
      const read = readDocument(document, { file, index, budget, warn: report });
      if (read?.kind === 'rule') {
        rules.push(read.rule);
        ruleSources.set(read.rule, { file, index, document, filters: [] });
      } else if (read?.kind === 'filter') {
        filters.push(read.rule);
        filterSources.set(read.rule, { file, index, document });
      } else if (read !== undefined) correlations.push(read.rule);
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      report(error.problem, error.at);
    }
  }
  return { rules, correlations, filters, diagnostics };
}

type ReadDocument =
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'correlation'; readonly rule: CorrelationRule }
  | { readonly kind: 'filter'; readonly rule: FilterRule };

/** The three kinds are told apart by the section that only they have. */
function readDocument(document: RuleDocument, context: DocumentContext): ReadDocument | undefined {
  if (document instanceof RuleError) throw document;
  if (document.kind === 'scalar' && document.value === null) return undefined;
  if (document.kind !== 'map') throw new RuleError({ code: 'RULE_NOT_A_RULE' }, document.at);
  const unsupported = unsupportedKind(document);
  if (unsupported !== undefined) throw new RuleError({ code: 'RULE_KIND_UNSUPPORTED', kind: unsupported }, document.at);
  const has = (key: string): boolean => find(document, key) !== undefined;
  if (!has('detection') && has('correlation')) return { kind: 'correlation', rule: readCorrelation(document, context) };
  if (!has('detection') && has('filter')) return { kind: 'filter', rule: readFilter(document, context) };
  if (!has('detection') && !has('logsource')) throw new RuleError({ code: 'RULE_NOT_A_RULE' }, document.at);
  return { kind: 'rule', rule: readRule(document, context) };
}

function unsupportedKind(document: MapTree): string | undefined {
  const textOf = (key: string): string => {
    const value = find(document, key);
    return value?.kind === 'scalar' ? value.text.toLowerCase() : '';
  };
  if (/^(?:global|reset|repeat)$/.test(textOf('action'))) return `action: ${textOf('action')}`;
  if (textOf('status') === 'unsupported') return 'status: unsupported';
  // Fields of a private taxonomy are not those of the logs.
  if (!/^(?:sigma|exhunt)?$/.test(textOf('taxonomy'))) return `taxonomy: ${textOf('taxonomy')}`;
  return undefined;
}
