import type { LogSource } from '../model/schema.ts';

const DIMENSIONS = ['category', 'product', 'service'] as const;

/**
 * Whether a rule is meant for a log: no dimension that both name differs, and at least one agrees. A rule for any web server
 * (`category: webserver`) is meant for IIS (`category: webserver, product: windows, service: iis`).
 */
export function appliesTo(rule: LogSource, log: LogSource): boolean {
  const shared = DIMENSIONS.filter((dimension) => rule[dimension] !== undefined && log[dimension] !== undefined);
  return shared.length > 0 && shared.every((dimension) => rule[dimension] === log[dimension]);
}
