import { LEVELS, type Rule } from '../model/rule.ts';
import type { LogSource } from '../model/schema.ts';
import { cvesOf, RULE_MATRICES, type RuleLogs } from './rule-matrix.ts';

/** A list of rules in one format; the worst first. Not escaped for the terminal. */
export const RULE_LISTS = { text: asText, markdown: asMarkdown, json: asJson } as const satisfies Record<
  string,
  (rules: readonly Rule[], ruleLogs: RuleLogs) => string
>;

export type RuleListFormat = keyof typeof RULE_LISTS;

function asText(rules: readonly Rule[]): string {
  const lines = worstFirst(rules).map(({ id, level, stage = '-', logSource, title }) =>
    [level.padEnd(13), stage.padEnd(8), sourceOf(logSource).padEnd(30), id, title].join('  '),
  );
  return lines.join('\n');
}

/** The page docs/rules.md. */
function asMarkdown(rules: readonly Rule[], ruleLogs: RuleLogs): string {
  const rows = worstFirst(rules).map(
    ({ id, level, stage = '', logSource, title, description = '', references, falsePositives, tags, file }) => {
      const facts = [
        `${level}, ${stage}`,
        `log: ${sourceOf(logSource)}`,
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
    },
  );
  const intro = `The ${rules.length} bundled rules, the worst first. Written by \`exhunt rules list --format markdown\`; fields and logs are explained in [taxonomy.md](taxonomy.md).`;
  return ['# Rules', '', intro, '', ...matrixSection(rules, ruleLogs), ...rows].join('\n').trimEnd();
}

function matrixSection(rules: readonly Rule[], ruleLogs: RuleLogs): string[] {
  return [
    '## Vulnerabilities and logs',
    '',
    'How many rules look for a vulnerability in a log; a rule for several counts in each of them. In brackets: how many of those need a column that such a log does not usually hold. `exhunt rules matrix --format json` names the rules.',
    '',
    RULE_MATRICES.markdown(rules, ruleLogs),
    '',
  ];
}

function asJson(rules: readonly Rule[], { logsOf }: RuleLogs): string {
  const shown = worstFirst(rules).map((rule) => {
    const { id, title, level, stage, status, author, license, description, references, falsePositives, tags, logSource, file } = rule;
    const logTypes = logsOf(rule).map(({ logType }) => logType);
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
      logSource,
      logTypes,
      file,
    };
  });
  return JSON.stringify(shown, undefined, 2);
}

function worstFirst(rules: readonly Rule[]): Rule[] {
  return rules.toSorted((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || (a.file < b.file ? -1 : 1));
}

/** `category/product/service`, as far as the rule names them. */
export function sourceOf({ category, product, service }: LogSource): string {
  return [category, product, service].filter((part) => part !== undefined).join('/') || 'any';
}
