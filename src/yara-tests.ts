import { diagnostic, type Diagnostic } from './model/diagnostic.ts';
import type { Rule, RuleExample } from './model/rule.ts';
import type { ExampleOutcome } from './rule-tests.ts';
import { problemOf } from './yara/messages.ts';
import { yaraKey, yaraSourceOf } from './yara/rules.ts';
import { YaraScanner } from './yara/scanner.ts';

/** What became of a sample. */
export interface SampleResult {
  readonly rule: Rule;
  readonly example: RuleExample;
  readonly outcome: ExampleOutcome;
}

/** What samples are veiled with: scanners of disks would take them for what they are like. */
const VEIL = 0x5a;

/** The bytes of a sample: base64, each byte turned by the veil. */
export function unveil(text: string): Buffer {
  return Buffer.from(Buffer.from(text, 'base64').map((byte) => byte ^ VEIL));
}

/** Compiles YARA rules: what is broken in them, and what may be slow. */
export async function checkYara(rules: readonly Rule[]): Promise<Diagnostic[]> {
  const sources = [...new Set(rules.flatMap((rule) => yaraSourceOf(rule) ?? []))];
  if (sources.length === 0) return [];
  const scanner = new YaraScanner(sources);
  try {
    const { troubles } = await scanner.start();
    return troubles.map((trouble) => diagnostic(problemOf(trouble), { path: trouble.file, lineNumber: trouble.lineNumber }));
  } finally {
    await scanner.close();
  }
}

/** Holds YARA rules against their samples, each with its own file as in a scan. */
export async function testYara(rules: readonly Rule[]): Promise<SampleResult[]> {
  const sources = [...new Set(rules.flatMap((rule) => yaraSourceOf(rule) ?? []))];
  if (sources.length === 0) return [];
  const scanner = new YaraScanner(sources);
  try {
    const results: SampleResult[] = [];
    for (const rule of rules) {
      for (const example of rule.examples) {
        const { matches } = await scanner.scan(example.text, unveil(example.text));
        const isMatch = matches.some((match) => yaraKey(match.file, match.rule) === yaraKey(rule.file, rule.name ?? ''));
        const outcome = isMatch === example.isMatch ? 'passed' : isMatch ? 'matched' : 'not matched';
        results.push({ rule, example, outcome });
      }
    }
    return results;
  } finally {
    await scanner.close();
  }
}
