import type { CorrelationRule } from '../model/correlation-rule.ts';
import { LEVELS, type Rule } from '../model/rule.ts';
import type { LogSource } from '../model/schema.ts';
import { cvesOf, RULE_MATRICES, type RuleLogs } from './rule-matrix.ts';

/** A list of rules in one format; the worst first. Not escaped for the terminal. */
export const RULE_LISTS = { text: asText, markdown: asMarkdown, json: asJson } as const satisfies Record<
  string,
  (rules: readonly ListedRule[], ruleLogs: RuleLogs) => string
>;

export type RuleListFormat = keyof typeof RULE_LISTS;

type ListedRule = Rule | CorrelationRule;

function isDetection(rule: ListedRule): rule is Rule {
  return 'logSource' in rule;
}

function asText(rules: readonly ListedRule[]): string {
  const lines = worstFirst(rules).map((rule) =>
    [rule.level.padEnd(13), (rule.stage ?? '-').padEnd(8), whereOf(rule).padEnd(30), rule.id, rule.title].join('  '),
  );
  return lines.join('\n');
}

/** The page docs/rules.md. */
function asMarkdown(rules: readonly ListedRule[], ruleLogs: RuleLogs): string {
  const rows = worstFirst(rules).map((rule) => {
    const { id, level, stage = '', title, description = '', references, falsePositives, tags, file } = rule;
    const facts = [
      `${level}, ${stage}`,
      'type' in rule ? `correlation: ${rule.type}` : `log: ${sourceOf(rule.logSource)}`,
      ...tags
        .filter((tag) => /^(?:cve|attack\.t)/.test(tag))
        .map((tag) =>
          tag
            .replace('attack.', '')
            .replace('.', tag.startsWith('cve') ? '-' : '.')
            .toUpperCase(),
        ),
    ];
    return [
      `## ${title}`,
      '',
      facts.join(' · '),
      '',
      description.trim().replaceAll(/\s+/g, ' '),
      '',
      `- False positives: ${falsePositives.join('; ')}`,
      ...references.map((reference) => `- Source: <${reference}>`),
      `- \`${file}\`, id \`${id}\``,
      '',
    ].join('\n');
  });
  const intro = `The ${rules.length} bundled rules, the worst first. Written by \`exhunt rules list --format markdown\`; fields and logs are explained in [taxonomy.md](taxonomy.md).`;
  return ['# Rules', '', intro, '', ...matrixSection(rules, ruleLogs), ...rows].join('\n').trimEnd();
}

function matrixSection(rules: readonly ListedRule[], ruleLogs: RuleLogs): string[] {
  return [
    '## Vulnerabilities and logs',
    '',
    'How many rules look for a vulnerability in a log; a rule for several counts in each of them. In brackets: how many of those need a column that such a log does not usually hold. `exhunt rules matrix --format json` names the rules.',
    '',
    RULE_MATRICES.markdown(rules.filter(isDetection), ruleLogs),
    '',
  ];
}

function asJson(rules: readonly ListedRule[], { logsOf }: RuleLogs): string {
  const shown = worstFirst(rules).map((rule) => {
    const { id, title, level, stage, status, author, license, description, references, falsePositives, tags, file } = rule;
    return {
      id,
      title,
      level,
      stage,
      status,
      author,
      license,
      description,
      references,
      falsePositives,
      tags,
      cves: cvesOf(rule),
      ...(isDetection(rule)
        ? { logSource: rule.logSource, logTypes: logsOf(rule).map(({ logType }) => logType) }
        : { correlation: { type: rule.type, rules: rule.rules } }),
      file,
    };
  });
  return JSON.stringify(shown, undefined, 2);
}

function worstFirst(rules: readonly ListedRule[]): ListedRule[] {
  return rules.toSorted((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || (a.file < b.file ? -1 : 1));
}

function whereOf(rule: ListedRule): string {
  return 'type' in rule ? rule.type : sourceOf(rule.logSource);
}

/** `category/product/service`, as far as the rule names them. */
export function sourceOf({ category, product, service }: LogSource): string {
  return [category, product, service].filter((part) => part !== undefined).join('/') || 'any';
}
