import type { DiagnosticLedger } from '../assess/diagnostic-ledger.ts';
import type { Match } from '../match/matcher.ts';
import type { Matched } from '../model/finding.ts';
import type { Rule } from '../model/rule.ts';
import { YARA_LIMITS, type YaraMatch, type YaraSource } from '../model/yara.ts';
import { yaraKey, yaraSourceOf } from '../yara/rules.ts';
import { YaraDiedError, YaraScanner } from '../yara/scanner.ts';

/** Looks at the contents of files with the YARA rules of a run. */
export class ContentReader {
  readonly #scanner: YaraScanner;
  readonly #rules = new Map<string, Rule>();

  /** @param scanner one that is at work already; left out: one of its own */
  constructor(sources: readonly YaraSource[], rules: readonly Rule[], scanner?: YaraScanner) {
    this.#scanner = scanner ?? new YaraScanner(sources);
    for (const rule of rules) if (yaraSourceOf(rule) !== undefined) this.#rules.set(yaraKey(rule.file, rule.name ?? ''), rule);
  }

  /** What cannot be said of a content is told of its file. */
  async match(sha256: string | undefined, content: Uint8Array, path: string, diagnostics: DiagnosticLedger): Promise<Match[]> {
    try {
      const { matches, late, leftOut } = await this.#scanner.scan(sha256, content);
      if (late.length > 0) diagnostics.add({ code: 'FILE_CONTENT_LATE', seconds: YARA_LIMITS.seconds, rules: late }, path);
      for (const file of leftOut) diagnostics.add({ code: 'RULE_YARA_LEFT_OUT', strikes: YARA_LIMITS.strikes }, file);
      return matches.flatMap((match) => {
        const rule = this.#rules.get(yaraKey(match.file, match.rule));
        return rule === undefined ? [] : [{ rule, matched: matchedBy(match) }];
      });
    } catch (error) {
      if (!(error instanceof YaraDiedError)) throw error;
      diagnostics.add({ code: 'FILE_CONTENT_NOT_SCANNED', reason: error.message }, path);
      return [];
    }
  }

  async close(): Promise<void> {
    await this.#scanner.close();
  }
}

/** A rule without patterns that are told matches by its condition alone. */
function matchedBy({ patterns }: YaraMatch): Matched[] {
  if (patterns.length === 0) return [{ field: 'content', value: '', view: 'condition' }];
  return patterns.map(({ name, offset, excerpt }) => ({ field: 'content', value: excerpt, view: name, offset }));
}
