import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { Finding } from '../model/finding.ts';
import { suppressionKey, type Suppression } from '../model/suppression.ts';

/** An entry of an ignore file, understood. It holds of a finding that it names, or of one of its rules that all of its scope holds of. */
export interface IgnoreEntry {
  readonly suppression: Suppression;
  /** Ids of findings; empty where rules are named. */
  readonly findings: readonly string[];
  /** Ids of rules, in small letters. */
  readonly rules: readonly string[];
  /** All have to hold. */
  readonly scope: readonly ((finding: Finding) => boolean)[];
  /** Whether nothing but a name that an attacker can choose keeps it from holding of anything. */
  readonly isByName: boolean;
}

/** What does not count, and why. The first entry that holds of a finding is the one that suppresses it. */
export class IgnoreList {
  /** In their order. */
  readonly entries: readonly (Suppression & { readonly status: 'active' | 'expired' })[];
  readonly diagnostics: readonly Diagnostic[];
  readonly #rules = new Map<string, readonly string[]>();
  readonly #byFinding = new Map<string, Placed>();
  readonly #byRule = new Map<string, Placed[]>();

  /** @param today as `2026-12-31`: entries until an earlier day do not hold */
  constructor(entries: readonly IgnoreEntry[], today: string) {
    const diagnostics: Diagnostic[] = [];
    this.entries = entries.map(({ suppression }) => ({ ...suppression, status: isExpired(suppression, today) ? 'expired' : 'active' }));
    for (const [place, entry] of entries.entries()) {
      const { suppression, findings, rules, isByName } = entry;
      const { file, line, until } = suppression;
      const at = { path: file, lineNumber: line };
      if (until !== undefined && isExpired(suppression, today)) {
        diagnostics.push(diagnostic({ code: 'SUPPRESSION_EXPIRED', until }, at));
        continue;
      }
      if (isByName) diagnostics.push(diagnostic({ code: 'SUPPRESSION_BY_NAME' }, at));
      for (const id of findings) if (!this.#byFinding.has(id)) this.#byFinding.set(id, { place, entry });
      this.#rules.set(suppressionKey(suppression), rules);
      for (const id of rules) {
        const ofRule = this.#byRule.get(id) ?? [];
        this.#byRule.set(id, ofRule);
        ofRule.push({ place, entry });
      }
    }
    this.diagnostics = diagnostics;
  }

  /** Of entries that name rules, the ids of these, by the keys of the entries. */
  get rules(): ReadonlyMap<string, readonly string[]> {
    return this.#rules;
  }

  find(finding: Finding): Suppression | undefined {
    const named = this.#byFinding.get(finding.id);
    const scoped = this.#byRule.get(finding.rule.id.toLowerCase())?.find(({ entry: { scope } }) => scope.every((holds) => holds(finding)));
    if (named === undefined || scoped === undefined) return (named ?? scoped)?.entry.suppression;
    return (named.place <= scoped.place ? named : scoped).entry.suppression;
  }
}

interface Placed {
  readonly place: number;
  readonly entry: IgnoreEntry;
}

function isExpired({ until }: Suppression, today: string): boolean {
  return until !== undefined && until < today;
}
