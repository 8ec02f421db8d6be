import type { LinkedCorrelation } from '../model/correlation-rule.ts';
import type { Finding } from '../model/finding.ts';
import type { RuleHead } from '../model/rule.ts';
import type { Story, StoryStep } from '../model/story.ts';
import { verdictOf } from './verdicts.ts';

/**
 * Tells what chains found: correlations that know the stage of an attack. Others count things and tell no story.
 *
 * @param findings of correlations
 * @param rules all that their records may be of
 */
export function tellStories(findings: readonly Finding[], rules: readonly RuleHead[], correlations: readonly LinkedCorrelation[]): Story[] {
  const heads = new Map(rules.map((rule) => [rule.id, rule]));
  const chains = new Map(correlations.map((each) => [each.rule.id, each]));
  return findings.flatMap((finding) => {
    const { correlation, rule, source, host } = finding;
    const to = finding['@timestamp'];
    if (correlation === undefined || rule.stage === undefined || to === undefined) return [];
    const told = new Set(correlation.records.map((record) => record.rule.id));
    return {
      id: finding.id,
      chain: { id: rule.id, name: rule.name, level: rule.level },
      ...(host !== undefined && { host }),
      actors: source === undefined ? [] : [source.ip],
      from: finding.event.start ?? to,
      to,
      steps: stepsOf(finding, heads),
      more: Math.max(0, correlation.count - correlation.records.length),
      missing: missingOf(chains.get(rule.id), told, heads),
      verdict: verdictOf(rule),
    };
  });
}

/** What several rules say of one request is one step, also where several logs have it: the first record tells it. */
function stepsOf({ correlation }: Finding, heads: ReadonlyMap<string, RuleHead>): StoryStep[] {
  const steps = new Map<string, StoryStep>();
  for (const [index, { '@timestamp': time, file: kept, rule, http, log }] of (correlation?.records ?? []).entries()) {
    const { type, file, line } = log;
    const request = http?.request.id.toLowerCase() ?? `${file.path}\n${log.offset}`;
    const id = correlation?.findings[index];
    const { title = rule.id, stage } = heads.get(rule.id) ?? {};
    const known = steps.get(request) ?? {
      ...(time !== undefined && { '@timestamp': time }),
      ...(kept !== undefined && { file: kept }),
      ...(stage !== undefined && { stage }),
      name: title,
      log: { type, file, line },
      findings: [],
    };
    const { also = [] } = known;
    const isElsewhere = [known.log, ...also].every((place) => place.file.path !== file.path || place.line !== line);
    steps.set(request, {
      ...known,
      ...(isElsewhere && { also: [...also, { type, file, line }] }),
      findings: [...known.findings, ...(id === undefined ? [] : [id])],
    });
  }
  return [...steps.values()];
}

/** Of a chain whose steps may be missing, those that are. */
function missingOf(chain: LinkedCorrelation | undefined, told: ReadonlySet<string>, heads: ReadonlyMap<string, RuleHead>): string[] {
  const rules = (chain?.inputs ?? []).filter(({ kind }) => kind === 'rule');
  return rules.filter(({ id }) => !told.has(id)).map(({ id }) => heads.get(id)?.title ?? id);
}
