import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RuleDocument } from './sigma/load-documents.ts';
import { trustExpressions } from './sigma/regex.ts';

/** What the build made of the bundled rules: parsing YAML took a tenth of the program's start. */
export const PARSED_RULES = fileURLToPath(new URL('parsed-rules.json', import.meta.url));

export interface ParsedRules {
  /** By the digest of a file's text: a rule file that was changed since is simply not among them. */
  readonly documents: Readonly<Record<string, readonly RuleDocument[]>>;
  /** Regular expressions in them, all of which can be compiled. */
  readonly expressions: readonly string[];
}

export function digestOf(text: string): string {
  return hash('sha256', text);
}

let parsed: ParsedRules | undefined;

/** The documents of a rule file whose text the build has parsed already. */
export function parsedBefore(text: string): readonly RuleDocument[] | undefined {
  parsed ??= read();
  const digest = digestOf(text);
  return Object.hasOwn(parsed.documents, digest) ? parsed.documents[digest] : undefined;
}

function read(): ParsedRules {
  let text: string;
  try {
    text = readFileSync(PARSED_RULES, 'utf8');
  } catch {
    // Run from its sources, the program has none.
    return { documents: {}, expressions: [] };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by parse-rules.ts of the same build
  const rules = JSON.parse(text) as ParsedRules;
  trustExpressions(rules.expressions);
  return rules;
}
