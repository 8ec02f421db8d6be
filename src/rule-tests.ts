import { Matcher } from './match/matcher.ts';
import type { Line } from './model/line.ts';
import type { LogRecord } from './model/log-record.ts';
import type { Rule, RuleExample } from './model/rule.ts';
import { eventsIn, formOfExport } from './exports/event-export.ts';
import { recordOfEvent } from './parse/event-record.ts';
import { EVENT_LOG } from './parse/event-schema.ts';
import { LogParser } from './parse/log-parser.ts';
import { LOG_TYPES } from './parse/log-types.ts';

export type ExampleOutcome = 'passed' | 'not matched' | 'matched' | 'no record' | 'no such log type';

/** What became of one of a rule's own log lines. */
export interface ExampleResult {
  readonly rule: Rule;
  readonly example: RuleExample;
  readonly outcome: ExampleOutcome;
}

/** Runs a rule's own lines (`exhunt.tests`) through the parser of their log and the rule, as a scan would. */
export function testRule(rule: Rule): ExampleResult[] {
  return rule.examples.map((example) => ({ rule, example, outcome: testExample(rule, example) }));
}

function testExample(rule: Rule, example: RuleExample): ExampleOutcome {
  const records = readExample(example);
  if (records === undefined) return 'no such log type';
  const [record] = records;
  if (record === undefined) return 'no record';
  const isMatch = new Matcher([rule]).match(record).some(({ filter }) => filter === undefined);
  if (isMatch === example.isMatch) return 'passed';
  return isMatch ? 'matched' : 'not matched';
}

/** The records that an example's line makes below its header; `undefined` where its log type does not exist. */
export function readExample({ logType: id, fields, text }: Pick<RuleExample, 'logType' | 'fields' | 'text'>): LogRecord[] | undefined {
  const logType = LOG_TYPES.find((row) => row.id === id);
  if (logType === undefined) return undefined;
  const columns = fields ?? logType.layouts[0]?.join(logType.dialect === 'csv' ? ',' : ' ') ?? '';
  if (id === EVENT_LOG) return readEvent(text);
  const parser = new LogParser(logType, () => undefined);
  const records: LogRecord[] = [];
  const header = logType.cut === undefined ? [`#Fields: ${columns}`] : [];
  for (const [index, each] of [...header, text].entries()) {
    const line: Line = { number: index + 1, offset: 0, text: each, isComplete: true, isCut: false };
    parser.push(line, (record) => records.push(record));
  }
  parser.end((record) => records.push(record));
  return records;
}

/** The event of one line of an export. */
function readEvent(text: string): LogRecord[] {
  const form = formOfExport(text);
  const events = form === undefined ? [] : eventsIn(text, form, 2);
  return events.flatMap(({ event, json }, index) =>
    event === undefined ? [] : [recordOfEvent(event, { number: index + 1, offset: 0, ...(json !== undefined && { json }) })],
  );
}
