import type { LogRecord } from '../src/model/log-record.ts';
import { planCorrelations } from '../src/correlate/plan.ts';
import { Matcher } from '../src/match/matcher.ts';
import { LogParser } from '../src/parse/log-parser.ts';
import { LOG_TYPES } from '../src/parse/log-types.ts';
import { LineSplitter } from '../src/read/line-splitter.ts';
import { describeDiagnostic } from '../src/report/describe.ts';
import { explainCorrelation } from '../src/report/explain-correlation.ts';
import { explainRule } from '../src/report/explain-rule.ts';
import { testRule } from '../src/rule-tests.ts';
import { applyFilters } from '../src/sigma/apply-filters.ts';
import { linkCorrelations } from '../src/sigma/link-rules.ts';
import { remakeRule, sourceOf } from '../src/sigma/load-documents.ts';
import { loadRules } from '../src/sigma/load.ts';
import { mutateYaml } from './mutate.ts';
import { assert, type Target } from './target.ts';

const ROW = 'x';

/** A record of each log type in which every column holds something. */
function someRecords(): LogRecord[] {
  const records: LogRecord[] = [];
  for (const logType of LOG_TYPES) {
    const parser = new LogParser(logType, () => undefined);
    const delimiter = logType.dialect === 'csv' ? ',' : ' ';
    const columns = logType.layouts[0] ?? [];
    const text = `#Fields: ${columns.join(delimiter)}\n${columns.map(() => ROW).join(delimiter)}\n`;
    new LineSplitter('utf-8').push(Buffer.from(text), (line) => void parser.push(line, (record) => records.push(record)));
  }
  return records;
}

/** The rule loader, and all that is done with rules before and while they run. */
export function rulesTarget(seeds: readonly Buffer[]): Target {
  const records = someRecords();
  const run = (content: Buffer): void => {
    const text = content.toString('utf8');
    const lines = text.split(/\r\n|\n|\r/).length;
    const { rules, correlations, filters, diagnostics } = loadRules('r.yml', text);
    for (const each of diagnostics) {
      const { lineNumber = 1, column = 1 } = each.place;
      assert(lineNumber >= 1 && lineNumber <= lines && column >= 1, 'a problem stands on a line of the file');
      assert(describeDiagnostic(each).length > 0, 'a problem has words');
    }
    const linked = linkCorrelations(rules, correlations);
    const filtered = applyFilters(rules, correlations, filters);
    planCorrelations(linked.correlations);
    for (const each of linked.correlations) assert(explainCorrelation(each).length > 0, 'a correlation can be explained');
    for (const rule of filtered.rules) {
      assert(explainRule(rule).length > 0, 'a rule can be explained');
      testRule(rule);
      const source = sourceOf(rule);
      if (source !== undefined) assert(remakeRule(structuredClone(source)).id === rule.id, 'a worker makes the same rule again');
    }
    const matcher = new Matcher(filtered.rules);
    for (const record of records) matcher.match(record);
  };
  return { name: 'rules', seeds, mutate: mutateYaml, run };
}
