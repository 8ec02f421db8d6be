import { LEVELS, STAGES, type Level, type Rule, type RuleExample, type Stage } from '../model/rule.ts';
import type { YaraSource } from '../model/yara.ts';
import { rulesIn, type YaraRuleText } from './rule-text.ts';

/** What a rule of YARA is called among all rules. */
export function yaraKey(file: string, name: string): string {
  return `${file}\n${name}`;
}

const sources = new WeakMap<Rule, YaraSource>();

/** The file that a rule was made of; `undefined` for a rule that was made in another way. */
export function yaraSourceOf(rule: Rule): YaraSource | undefined {
  return sources.get(rule);
}

/**
 * Makes rules of a file of YARA rules: what they say of themselves, for lists, findings and verdicts. Whether one matches, YARA says.
 *
 * @param examples by the names of rules
 */
export function yaraRulesOf(source: YaraSource, examples: Readonly<Record<string, readonly RuleExample[]>> = {}): Rule[] {
  return rulesIn(source.text)
    .filter(({ isPrivate }) => !isPrivate)
    .map((text) => {
      const rule = ruleOf(text, source.file, Object.hasOwn(examples, text.name) ? (examples[text.name] ?? []) : []);
      sources.set(rule, source);
      return rule;
    });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function ruleOf({ name, tags, meta, lineNumber }: YaraRuleText, file: string, examples: readonly RuleExample[]): Rule {
  const said = (...keys: readonly string[]): string | undefined => keys.map((key) => meta.get(key)).find((value) => value !== undefined);
  const id = said('id', 'uuid');
  const author = said('author');
  const license = said('license', 'licence');
  const description = said('description', 'desc', 'info');
  const falsePositives = said('falsepositives', 'false_positives');
  const stage = stageOf(said('stage'), [name, ...tags]);
  const what = `what the YARA rule ${name} matches`;
  const key = `yara/${file.split(/[/\\]/).at(-1) ?? file}/${name}`;
  return {
    id: id !== undefined && UUID.test(id) ? id.toLowerCase() : key,
    name,
    title: said('title') ?? name,
    level: levelOf(said('level', 'severity'), said('score')),
    ...(stage !== undefined && { stage }),
    ...(description !== undefined && { description }),
    ...(author !== undefined && { author }),
    ...(license !== undefined && { license }),
    references: (said('reference', 'references', 'source') ?? '').split(/\s+/).filter((reference) => reference !== ''),
    falsePositives: falsePositives === undefined ? [] : [falsePositives],
    tags: tagsOf([...tags, ...[...meta].flatMap(([, value]) => value)]),
    logSource: { category: 'file_event', product: 'windows', service: 'web-file' },
    condition: {
      kind: 'field',
      field: 'content',
      test: { kind: 'listed', listed: { key, list: file, what, when: 'always', find: () => [] } },
    },
    examples,
    file,
    lineNumber,
  };
}

/** By words, or by the score that public rules have, of 100. */
function levelOf(word: string | undefined, score: string | undefined): Level {
  const level = LEVELS.find((each) => each === word?.toLowerCase());
  if (level !== undefined) return level;
  const points = Number(score ?? NaN);
  if (Number.isNaN(points)) return 'medium';
  if (points >= 75) return 'high';
  return points >= 60 ? 'medium' : 'low';
}

/** A rule that does not say it, but calls itself one for web shells, is. */
function stageOf(said: string | undefined, names: readonly string[]): Stage | undefined {
  return STAGES.find((each) => each === said) ?? (names.some((name) => /web_?shell/i.test(name)) ? 'webshell' : undefined);
}

/** As SigmaHQ writes them: CVEs and techniques, wherever a rule names them. */
function tagsOf(texts: readonly string[]): string[] {
  const found = texts.flatMap((text) => [
    ...Array.from(text.matchAll(/\bcve[-_](\d{4})[-_](\d{4,7})/gi), ([, year, number]) => `cve.${year}-${number}`),
    ...Array.from(text.matchAll(/\bt(\d{4}(?:\.\d{3})?)\b/gi), ([, number]) => `attack.t${number}`),
  ]);
  return [...new Set(found)];
}
