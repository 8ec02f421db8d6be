import type { LogSource } from '../model/schema.ts';

const DIMENSIONS = ['category', 'product', 'service'] as const;

/**
 * Whether a rule is meant for a log: all that it names of a log source is the same in one of those that the log answers to. A rule for any web
 * server (`category: webserver`) is meant for IIS (`category: webserver, product: windows, service: iis`), one for the processes of Windows
 * is not. What names nothing is meant for any log: of rules only those that are made of indicator lists may.
 */
export function appliesTo(rule: LogSource, logs: readonly LogSource[]): boolean {
  const named = DIMENSIONS.filter((dimension) => rule[dimension] !== undefined);
  return logs.some((log) => named.every((dimension) => rule[dimension] === log[dimension]));
}
