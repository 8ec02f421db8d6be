import { Correlator } from './correlate/correlator.ts';
import { planCorrelations } from './correlate/plan.ts';
import { STANDING_TIME } from './correlate/standing.ts';
import { Feeder } from './match/feeding.ts';
import { Matcher } from './match/matcher.ts';
import type { CorrelationExample, CorrelationLine, CorrelationRule, LinkedCorrelation } from './model/correlation-rule.ts';
import type { FeedingMatch } from './model/feeding-match.ts';
import type { LogFile } from './model/log-file.ts';
import type { Rule } from './model/rule.ts';
import { readExample, type ExampleOutcome } from './rule-tests.ts';

/** What became of a list of log lines that belongs to a correlation. */
export interface CorrelationResult {
  readonly rule: CorrelationRule;
  readonly example: CorrelationExample;
  readonly outcome: ExampleOutcome;
}

/**
 * Runs a correlation's own lines (`exhunt.tests`) through the parsers of their logs, the rules and the correlation.
 *
 * @param correlations all that it may build on, itself among them
 */
export function testCorrelation(
  { rule }: LinkedCorrelation,
  rules: readonly Rule[],
  correlations: readonly LinkedCorrelation[],
): CorrelationResult[] {
  const needed = neededBy(rule.id, correlations);
  return rule.examples.map((example) => ({ rule, example, outcome: runExample(rule, example, rules, needed) }));
}

/** A correlation and those that it builds on, in their order. */
function neededBy(id: string, correlations: readonly LinkedCorrelation[]): LinkedCorrelation[] {
  const ids = new Set([id]);
  // Those that others build on stand before them.
  const needed = correlations.toReversed().filter(({ rule, inputs }) => {
    if (!ids.has(rule.id)) return false;
    for (const input of inputs) if (input.kind === 'correlation') ids.add(input.id);
    return true;
  });
  return needed.toReversed().map((each) => ({ ...each, writesFindings: each.rule.id === id }));
}

function runExample(
  rule: CorrelationRule,
  example: CorrelationExample,
  rules: readonly Rule[],
  needed: readonly LinkedCorrelation[],
): ExampleOutcome {
  const plan = planCorrelations(needed);
  const matcher = new Matcher(rules.filter(({ id }) => plan.fields.has(id)));
  const feeder = new Feeder(plan.fields, String);
  const matches: FeedingMatch[] = [];
  for (const line of example.lines) {
    const records = readExample(line);
    if (records === undefined) return 'no such log type';
    const [record] = records;
    if (record === undefined) return 'no record';
    for (const match of matcher.match(record)) {
      if (match.filter !== undefined) continue;
      const fed = feeder.feed(match.rule, record, logFileOf(line, record.host));
      if (fed !== undefined) matches.push(...repeat(fed, line));
    }
  }
  let isMatch = false;
  const correlator = new Correlator(plan, (match) => {
    isMatch ||= match.rule.id === rule.id;
  });
  const timed = matches.flatMap(({ time, ...match }) =>
    time === undefined && match.stands !== true ? [] : [{ ...match, time: time ?? STANDING_TIME }],
  );
  for (const [place, match] of timed.toSorted((a, b) => a.time - b.time || 0).entries())
    correlator.add({ ...match, host: match.host, place });
  correlator.end();
  if (isMatch === example.isMatch) return 'passed';
  return isMatch ? 'matched' : 'not matched';
}

function repeat(match: FeedingMatch, { count, everyMs }: CorrelationLine): FeedingMatch[] {
  const { time } = match;
  if (time === undefined) return [match];
  return Array.from({ length: count }, (_, index) => ({ ...match, time: time + index * everyMs }));
}

function logFileOf({ logType, host }: CorrelationLine, named: string | undefined): LogFile {
  const known = host ?? named;
  return { location: '', path: '', logType, encoding: 'utf-8', bytes: 0, ...(known !== undefined && { host: known }) };
}
