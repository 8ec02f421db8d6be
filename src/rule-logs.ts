import { Matcher } from './match/matcher.ts';
import { LOG_TYPES } from './parse/log-types.ts';
import { schemaOf } from './parse/schema.ts';
import type { RuleLogs } from './report/rule-matrix.ts';

/** Which logs each rule is for, by what it asks of a log with its usual columns. */
export const RULE_LOGS: RuleLogs = {
  logTypes: LOG_TYPES.map(({ id }) => id),
  logsOf: (rule) => {
    const matcher = new Matcher([rule]);
    return LOG_TYPES.flatMap((logType) =>
      // Of a log that is read by whatever header it has, nobody knows what it lacks.
      matcher.bound(schemaOf(logType, logType.layouts[0] ?? []).schema).map(({ isBlind }) => ({
        logType: logType.id,
        isBlind: isBlind && logType.layouts.length > 0,
      })),
    );
  },
};
