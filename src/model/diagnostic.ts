import type { ArchiveLimit } from './archive.ts';
import type { IndicatorAccount } from './indicator.ts';
import { NOTIFY_SEVERITIES, type NotifyProblem } from './notify-problem.ts';

/** `directory`: what lists a zip's entries. `checksum`: all was read, and is not what was packed. */
export type ArchiveDamage = 'truncated' | 'corrupt' | 'checksum' | 'directory' | 'size';

/**
 * What is wrong with an event of an event log. `token`, `name`, `offset`: none can stand there. `short`: it ends in the middle. `cycle`: a template holds itself.
 * `size`: its two sizes differ. `event`: its XML is not that of an event. `form`: of an export, what should be closed is not.
 */
export type EventDamage = 'token' | 'name' | 'offset' | 'short' | 'cycle' | 'size' | 'event' | 'form';

/** `error`: evidence or a rule was lost. `warning`: something was repaired or looks wrong. `info`: worth knowing. */
export type Severity = (typeof SEVERITY_NAMES)[number];
export const SEVERITY_NAMES = ['error', 'warning', 'info'] as const;

/**
 * Something that could not be understood, as a value. The wording is made late, in `report/describe.ts`; codes are stable.
 * FILE_ and RECORD_ speak of evidence, RULE_ of rules, CORRELATION_ of what a correlation could make of the evidence, INDICATOR_ of the entries of
 * indicator lists and INDICATORS_ of whole lists, SUPPRESSION_ of what keeps findings from counting, BASELINE_ of the report of before and of lists of known files,
 * NOTIFY_ of who is told of findings.
 */
export type Problem =
  /** Put into words by another run: its code and all its words. */
  | { readonly code: 'TOLD'; readonly as: string; readonly message: string }
  | { readonly code: 'FILE_UNREADABLE'; readonly reason: string }
  | { readonly code: 'FILE_READER_DIED'; readonly reason: string }
  /** The user ended the run, and not all of the file was read by then. */
  | { readonly code: 'FILE_STOPPED' }
  | { readonly code: 'FILE_VANISHED' }
  | { readonly code: 'FILE_BEING_WRITTEN' }
  | { readonly code: 'FILE_NOT_UNDERSTOOD' }
  | { readonly code: 'FILE_OTHER_LOG'; readonly kind: string }
  | { readonly code: 'FILE_NOT_TEXT' }
  | { readonly code: 'FILE_EMPTY' }
  | { readonly code: 'FILE_ARCHIVE' }
  | { readonly code: 'FILE_ARCHIVE_KIND'; readonly kind: string }
  | { readonly code: 'FILE_ARCHIVE_DAMAGED'; readonly damage: ArchiveDamage }
  | { readonly code: 'FILE_ARCHIVE_LIMIT'; readonly limit: ArchiveLimit; readonly value: number }
  | { readonly code: 'FILE_ARCHIVE_PASSWORD'; readonly isGiven: boolean }
  | { readonly code: 'FILE_ARCHIVE_METHOD'; readonly method: string }
  | { readonly code: 'FILE_ARCHIVE_NO_ROOM'; readonly reason: string }
  | { readonly code: 'FILE_ARCHIVE_OVERLAP' }
  | { readonly code: 'FILE_ARCHIVE_TWICE'; readonly name: string }
  | { readonly code: 'FILE_LINK'; readonly target: string }
  | { readonly code: 'FILE_SPECIAL' }
  | { readonly code: 'FILE_NO_HEADER'; readonly columns: number }
  | { readonly code: 'FILE_FIELDS_CHANGED' }
  | { readonly code: 'FILE_TOO_MANY_COLUMNS'; readonly limit: number }
  | { readonly code: 'FILE_LOG_TYPE_CHANGED'; readonly logType: string }
  | { readonly code: 'FILE_PATTERN_EMPTY'; readonly pattern: string }
  | { readonly code: 'FILE_LOCAL_TIME' }
  | { readonly code: 'FILE_CLIENT_INFO'; readonly host: string }
  | { readonly code: 'FILE_CLIENT_INFO_UNUSABLE'; readonly reason: string }
  | { readonly code: 'FILE_EVENT_LOG_HEADER'; readonly reason: 'signature' | 'checksum' | 'short' }
  /** It was open when it was copied, and its header is of before. */
  | { readonly code: 'FILE_EVENT_LOG_DIRTY'; readonly chunksTold: number }
  | { readonly code: 'FILE_EVENT_LOG_CHECKSUM'; readonly chunk: number; readonly part: 'header' | 'records' }
  | { readonly code: 'FILE_EVENT_LOG_CHUNK'; readonly chunk: number; readonly reason: 'signature' | 'short' }
  | { readonly code: 'FILE_EVENT_LOG_GAP'; readonly offset: number; readonly bytes: number }
  | { readonly code: 'FILE_EVENT_LOG_RECOVERED'; readonly chunk: number; readonly records: number; readonly lost: number }
  | { readonly code: 'RECORD_EVENT_DAMAGED'; readonly reason: EventDamage }
  | { readonly code: 'RECORD_EVENT_LIMIT'; readonly limit: 'depth' | 'steps' | 'characters'; readonly value: number }
  | { readonly code: 'RECORD_NO_EVENT'; readonly text?: string }
  | { readonly code: 'RECORD_BEFORE_HEADER' }
  | { readonly code: 'RECORD_OTHER_LOG' }
  | { readonly code: 'RECORD_UNREADABLE' }
  | { readonly code: 'RECORD_COLUMN_COUNT'; readonly expected: number; readonly actual: number }
  | { readonly code: 'RECORD_REFITTED'; readonly expected: number; readonly actual: number }
  | { readonly code: 'RECORD_TORN' }
  | { readonly code: 'RECORD_QUOTE_OPEN' }
  | { readonly code: 'RECORD_NUL'; readonly count: number }
  | { readonly code: 'RECORD_LONE_CR' }
  | { readonly code: 'RECORD_LINE_CUT'; readonly limitBytes: number }
  | { readonly code: 'RECORD_TIME'; readonly text: string }
  | { readonly code: 'RULE_FILE_UNREADABLE'; readonly reason: string }
  | { readonly code: 'RULE_FILE_TOO_LARGE'; readonly bytes: number; readonly limitBytes: number }
  | { readonly code: 'RULE_TOO_MANY_FILES'; readonly what: string; readonly limit: number; readonly left?: number }
  | { readonly code: 'RULE_YAML'; readonly reason: string }
  | { readonly code: 'RULE_YAML_LIMIT'; readonly limit: 'depth' | 'nodes' }
  | { readonly code: 'RULE_NOT_A_RULE' }
  | { readonly code: 'RULE_KIND_UNSUPPORTED'; readonly kind: string }
  | { readonly code: 'RULE_KEY_MISSING'; readonly key: string }
  | { readonly code: 'RULE_KEY_VALUE'; readonly key: string; readonly wanted: string }
  | { readonly code: 'RULE_CONDITION'; readonly wanted: string; readonly found: string }
  | { readonly code: 'RULE_CONDITION_TOO_DEEP'; readonly limit: number }
  | { readonly code: 'RULE_AGGREGATION' }
  | { readonly code: 'RULE_IDENTIFIER_UNKNOWN'; readonly name: string }
  | { readonly code: 'RULE_IDENTIFIER_EMPTY'; readonly name: string }
  | { readonly code: 'RULE_MODIFIER_UNKNOWN'; readonly modifier: string }
  | { readonly code: 'RULE_MODIFIER_MISPLACED'; readonly modifier: string; readonly wanted: string }
  | { readonly code: 'RULE_MODIFIER_VALUE'; readonly modifier: string; readonly wanted: string }
  | { readonly code: 'RULE_PLACEHOLDER'; readonly text: string }
  | { readonly code: 'RULE_REGEX'; readonly source: string; readonly reason: string }
  | { readonly code: 'RULE_TOO_MANY_VALUES'; readonly modifier: string; readonly limit: number }
  | { readonly code: 'RULE_TOO_COSTLY'; readonly what: string; readonly limit: number }
  | { readonly code: 'RULE_REPLACED'; readonly id: string; readonly file: string }
  | { readonly code: 'RULE_DUPLICATE_ID'; readonly id: string; readonly file: string }
  | { readonly code: 'RULE_TIMEFRAME_IGNORED' }
  | { readonly code: 'RULE_BUILD_ROW'; readonly wanted: string }
  | { readonly code: 'RULE_REFERENCE_UNKNOWN'; readonly name: string }
  | { readonly code: 'RULE_REFERENCE_AMBIGUOUS'; readonly name: string }
  | { readonly code: 'RULE_REFERENCE_CYCLE' }
  | { readonly code: 'RULE_REFERENCE_FIELD'; readonly name: string; readonly field: string }
  | { readonly code: 'RULE_SILENT'; readonly id: string; readonly file: string }
  | { readonly code: 'RULE_FILTER_KEEPS' }
  | { readonly code: 'RULE_FILTER_REFERENCE'; readonly name: string; readonly reason: 'unknown' | 'correlation' | 'log source' }
  | { readonly code: 'RULE_NOT_A_FILTER' }
  | { readonly code: 'CORRELATION_LEFT_OUT'; readonly lacks: 'time' | 'field' | 'number'; readonly rule: string; readonly count: number }
  | { readonly code: 'CORRELATION_LIMIT'; readonly what: string; readonly limit: number; readonly rule: string; readonly count: number }
  | { readonly code: 'INDICATORS_UNREADABLE'; readonly reason: string }
  | { readonly code: 'INDICATORS_TOO_LARGE'; readonly bytes: number; readonly limitBytes: number }
  | { readonly code: 'INDICATORS_FORMAT'; readonly reason: string }
  | { readonly code: 'INDICATORS_READ'; readonly account: IndicatorAccount }
  | { readonly code: 'INDICATOR_INVALID'; readonly text: string; readonly reason: string; readonly object?: string }
  | { readonly code: 'INDICATOR_DATE'; readonly text: string; readonly object?: string }
  | { readonly code: 'INDICATOR_LEVEL'; readonly text: string; readonly object?: string }
  | { readonly code: 'INDICATOR_TOO_MANY'; readonly limit: number }
  | { readonly code: 'FILE_CONTENT_CUT'; readonly limitBytes: number }
  | { readonly code: 'FILE_CONTENT_LATE'; readonly seconds: number; readonly rules: readonly string[] }
  | { readonly code: 'FILE_CONTENT_NOT_SCANNED'; readonly reason: string }
  | { readonly code: 'RULE_YARA'; readonly reason: string }
  | { readonly code: 'RULE_YARA_SLOW'; readonly reason: string }
  | { readonly code: 'RULE_YARA_LEFT_OUT'; readonly strikes: number }
  | { readonly code: 'BASELINE_READ'; readonly hashes: number }
  | { readonly code: 'BASELINE_LINE'; readonly text: string }
  | { readonly code: 'BASELINE_TOO_MANY'; readonly limit: number; readonly left: number }
  | { readonly code: 'BASELINE_KNOWN'; readonly file: string }
  | { readonly code: 'SUPPRESSION_EXPIRED'; readonly until: string }
  | { readonly code: 'SUPPRESSION_BY_NAME' }
  | {
      readonly code: 'SUPPRESSION_UNUSED';
      readonly by: 'filter' | 'ignore';
      readonly name?: string;
      /** The first of its rules that cannot have findings, and why. */
      readonly rule?: string;
      readonly because?: 'unknown' | 'silent';
    }
  | { readonly code: 'SUPPRESSION_VERDICT_KEPT'; readonly findings: number; readonly written: number }
  | { readonly code: 'BASELINE_PARTIAL'; readonly findings: number; readonly written: number }
  | NotifyProblem;

export type ProblemCode = Problem['code'];

/** Where a problem stands; line and column from 1. */
export interface Place {
  readonly path: string;
  readonly lineNumber?: number;
  readonly column?: number;
}

export interface Diagnostic {
  readonly severity: Severity;
  readonly problem: Problem;
  readonly place: Place;
}

/** A diagnostic as it is shown: the first few of a kind in a file one by one, the others as a number. */
export interface ShownDiagnostic {
  readonly diagnostic: Diagnostic;
  /** How many more of this kind the file has, which are not shown. */
  readonly more: number;
}

const SEVERITIES = {
  // Its own goes with it.
  TOLD: 'info',
  FILE_UNREADABLE: 'error',
  FILE_READER_DIED: 'error',
  FILE_STOPPED: 'error',
  FILE_VANISHED: 'warning',
  FILE_BEING_WRITTEN: 'info',
  FILE_NOT_UNDERSTOOD: 'info',
  FILE_OTHER_LOG: 'info',
  FILE_NOT_TEXT: 'info',
  FILE_EMPTY: 'info',
  FILE_ARCHIVE: 'error',
  FILE_ARCHIVE_KIND: 'error',
  FILE_ARCHIVE_DAMAGED: 'error',
  FILE_ARCHIVE_LIMIT: 'error',
  FILE_ARCHIVE_PASSWORD: 'error',
  FILE_ARCHIVE_METHOD: 'error',
  FILE_ARCHIVE_NO_ROOM: 'error',
  FILE_ARCHIVE_OVERLAP: 'warning',
  FILE_ARCHIVE_TWICE: 'warning',
  FILE_LINK: 'error',
  FILE_SPECIAL: 'error',
  FILE_NO_HEADER: 'warning',
  FILE_FIELDS_CHANGED: 'info',
  FILE_TOO_MANY_COLUMNS: 'error',
  FILE_LOG_TYPE_CHANGED: 'info',
  FILE_PATTERN_EMPTY: 'warning',
  FILE_LOCAL_TIME: 'warning',
  FILE_CLIENT_INFO: 'info',
  FILE_CLIENT_INFO_UNUSABLE: 'warning',
  FILE_EVENT_LOG_HEADER: 'warning',
  FILE_EVENT_LOG_DIRTY: 'info',
  FILE_EVENT_LOG_CHECKSUM: 'warning',
  FILE_EVENT_LOG_CHUNK: 'error',
  FILE_EVENT_LOG_GAP: 'error',
  FILE_EVENT_LOG_RECOVERED: 'info',
  RECORD_EVENT_DAMAGED: 'warning',
  RECORD_EVENT_LIMIT: 'error',
  RECORD_NO_EVENT: 'error',
  RECORD_BEFORE_HEADER: 'error',
  RECORD_OTHER_LOG: 'error',
  RECORD_UNREADABLE: 'error',
  RECORD_COLUMN_COUNT: 'warning',
  RECORD_REFITTED: 'warning',
  RECORD_TORN: 'warning',
  RECORD_QUOTE_OPEN: 'warning',
  RECORD_NUL: 'warning',
  RECORD_LONE_CR: 'warning',
  RECORD_LINE_CUT: 'error',
  RECORD_TIME: 'warning',
  RULE_FILE_UNREADABLE: 'error',
  RULE_FILE_TOO_LARGE: 'error',
  RULE_TOO_MANY_FILES: 'error',
  RULE_YAML: 'error',
  RULE_YAML_LIMIT: 'error',
  RULE_NOT_A_RULE: 'info',
  RULE_KIND_UNSUPPORTED: 'error',
  RULE_KEY_MISSING: 'error',
  RULE_KEY_VALUE: 'error',
  RULE_CONDITION: 'error',
  RULE_CONDITION_TOO_DEEP: 'error',
  RULE_AGGREGATION: 'error',
  RULE_IDENTIFIER_UNKNOWN: 'error',
  RULE_IDENTIFIER_EMPTY: 'error',
  RULE_MODIFIER_UNKNOWN: 'error',
  RULE_MODIFIER_MISPLACED: 'error',
  RULE_MODIFIER_VALUE: 'error',
  RULE_PLACEHOLDER: 'error',
  RULE_REGEX: 'error',
  RULE_TOO_MANY_VALUES: 'error',
  RULE_TOO_COSTLY: 'error',
  RULE_REPLACED: 'info',
  RULE_DUPLICATE_ID: 'warning',
  RULE_TIMEFRAME_IGNORED: 'warning',
  RULE_BUILD_ROW: 'error',
  RULE_REFERENCE_UNKNOWN: 'error',
  RULE_REFERENCE_AMBIGUOUS: 'error',
  RULE_REFERENCE_CYCLE: 'error',
  RULE_REFERENCE_FIELD: 'error',
  RULE_SILENT: 'info',
  RULE_FILTER_KEEPS: 'warning',
  RULE_FILTER_REFERENCE: 'warning',
  RULE_NOT_A_FILTER: 'info',
  CORRELATION_LEFT_OUT: 'warning',
  CORRELATION_LIMIT: 'error',
  INDICATORS_UNREADABLE: 'error',
  INDICATORS_TOO_LARGE: 'error',
  INDICATORS_FORMAT: 'error',
  INDICATORS_READ: 'info',
  INDICATOR_INVALID: 'error',
  INDICATOR_DATE: 'warning',
  INDICATOR_LEVEL: 'warning',
  INDICATOR_TOO_MANY: 'error',
  SUPPRESSION_EXPIRED: 'warning',
  SUPPRESSION_BY_NAME: 'warning',
  SUPPRESSION_UNUSED: 'info',
  SUPPRESSION_VERDICT_KEPT: 'warning',
  BASELINE_PARTIAL: 'warning',
  FILE_CONTENT_CUT: 'warning',
  FILE_CONTENT_LATE: 'error',
  FILE_CONTENT_NOT_SCANNED: 'error',
  RULE_YARA: 'error',
  RULE_YARA_SLOW: 'warning',
  RULE_YARA_LEFT_OUT: 'error',
  BASELINE_READ: 'info',
  BASELINE_LINE: 'warning',
  BASELINE_TOO_MANY: 'error',
  BASELINE_KNOWN: 'info',
  ...NOTIFY_SEVERITIES,
} as const satisfies Record<ProblemCode, Severity>;

/** Whether a problem is one of evidence: then an error means that something was not looked at. */
export function isOfEvidence(problem: Problem): boolean {
  const code = problem.code === 'TOLD' ? problem.as : problem.code;
  return code.startsWith('FILE_') || code.startsWith('RECORD_') || code.startsWith('CORRELATION_');
}

/** The severity goes with the code, so that the same thing is equally serious everywhere. */
export function diagnostic(problem: Problem, place: Place): Diagnostic {
  return { severity: SEVERITIES[problem.code], problem, place };
}
