import type { RuleReach } from './assess/verdicts.ts';
import type { Rule } from './model/rule.ts';
import { EVENT_LOG } from './parse/event-schema.ts';
import { channelsOf } from './parse/event-sources.ts';
import { LOG_TYPES } from './parse/log-types.ts';
import { appliesTo } from './sigma/log-source.ts';

/** What each rule could have shown, and in which logs. */
export function reachOf(rules: readonly Rule[]): RuleReach[] {
  return rules.map(({ id, stage, tags, logSource }) => ({
    id,
    stage,
    cves: tags.flatMap((tag) => (/^cve\.\d{4}-\d+$/.test(tag) ? [tag.replace('.', '-').toUpperCase()] : [])),
    logTypes: LOG_TYPES.filter(({ logSources }) => appliesTo(logSource, logSources)).flatMap((logType) =>
      logType.id === EVENT_LOG ? channelsOf(logSource).map((channel) => `${EVENT_LOG}:${channel}`) : [logType.id],
    ),
  }));
}
