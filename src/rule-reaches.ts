import { Matcher } from './match/matcher.ts';
import { LOG_TYPES } from './parse/log-types.ts';
import { schemaOf } from './parse/schema.ts';
import type { Reaches } from './report/rule-matrix.ts';

/** Which logs each rule is for, by what it asks of a log with its usual columns. */
export const REACHES: Reaches = {
  logTypes: LOG_TYPES.map(({ id }) => id),
  reachOf: (rule) => {
    const matcher = new Matcher([rule]);
    return LOG_TYPES.flatMap((logType) =>
      matcher.bound(schemaOf(logType, logType.layouts[0] ?? []).schema).map(({ isBlind }) => ({ logType: logType.id, isBlind })),
    );
  },
};
