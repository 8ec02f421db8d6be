import type { ArchiveDamage, Diagnostic, Place, Problem } from '../model/diagnostic.ts';
import { describeIndicatorAccount } from './indicator-account.ts';
import { describeNotify, isNotifyProblem } from './notify-words.ts';

/** What a problem is, in words. The only place where problems have words; a code without any does not compile. */
export function describe(problem: Problem): string {
  if (isNotifyProblem(problem)) return describeNotify(problem);
  switch (problem.code) {
    case 'TOLD':
      return problem.message;
    case 'FILE_UNREADABLE':
      return `cannot be read (${problem.reason})`;
    case 'FILE_READER_DIED':
      return `what read it came to an end, and the rest of it was not read: ${problem.reason}`;
    case 'FILE_STOPPED':
      return 'was not read, or not to its end, when the run was stopped';
    case 'FILE_VANISHED':
      return 'was deleted or moved before it could be read, out of a folder whose logs are being written';
    case 'FILE_BEING_WRITTEN':
      return 'is still being written: read as far as it was there';
    case 'FILE_NOT_UNDERSTOOD':
      return 'is text, but no log that exhunt understands: not scanned';
    case 'FILE_OTHER_LOG':
      return `is another kind of log (${problem.kind}): not scanned`;
    case 'FILE_NOT_TEXT':
      return 'is not text: not scanned';
    case 'FILE_EMPTY':
      return 'is empty';
    case 'FILE_ARCHIVE':
      return 'is an archive and was not opened: unpack it and scan the folder';
    case 'FILE_ARCHIVE_KIND':
      return `is an archive that exhunt does not open (${problem.kind}): unpack it, for example with 7-Zip, and scan the folder`;
    case 'FILE_ARCHIVE_DAMAGED':
      return ARCHIVE_DAMAGES[problem.damage];
    case 'FILE_ARCHIVE_LIMIT':
      return `goes beyond a limit for archives: the rest was not read; --archive-limit ${problem.limit}=N sets another (${problem.value} now)`;
    case 'FILE_ARCHIVE_PASSWORD':
      return problem.isGiven ? 'is encrypted, and the password is another' : 'is encrypted: --zip-password gives the password';
    case 'FILE_ARCHIVE_METHOD':
      return `is packed in a way that exhunt does not read (${problem.method}): unpack it, for example with 7-Zip, and scan the folder`;
    case 'FILE_ARCHIVE_NO_ROOM':
      return `has to be unpacked to be opened, and there is no room for that outside of the evidence (${problem.reason})`;
    case 'FILE_ARCHIVE_OVERLAP':
      return 'shares bytes with another entry of its archive, as no honest archive has it: read as it says';
    case 'FILE_ARCHIVE_TWICE':
      return `is called like another entry of its archive (${problem.name}): both are read`;
    case 'FILE_LINK':
      return `is a link out of the scanned folder or to nothing${problem.target === '' ? '' : ` (${problem.target})`}: not followed`;
    case 'FILE_SPECIAL':
      return 'is no regular file: not read';
    case 'FILE_NO_HEADER':
      return `has no header: read as if it had the ${problem.columns} columns that such a log usually has`;
    case 'FILE_FIELDS_CHANGED':
      return 'the columns change here';
    case 'FILE_TOO_MANY_COLUMNS':
      return `names more than ${problem.limit} columns: no log has so many, and the rest are left out`;
    case 'FILE_LOG_TYPE_CHANGED':
      return `goes on as another log from here: ${problem.logType}`;
    case 'FILE_PATTERN_EMPTY':
      return `the pattern ${problem.pattern} matches nothing`;
    case 'FILE_LOCAL_TIME':
      return "times are the server's local time: read as UTC, so they may be some hours off";
    case 'FILE_CLIENT_INFO':
      return `says that the files beside it are of ${problem.host}`;
    case 'FILE_CLIENT_INFO_UNUSABLE':
      return `does not tell whose the files beside it are: ${problem.reason}`;
    case 'FILE_EVENT_LOG_HEADER':
      return EVENT_LOG_HEADERS[problem.reason];
    case 'FILE_EVENT_LOG_DIRTY':
      return `was open when it was copied: all chunks are read, whatever its header tells (${problem.chunksTold})`;
    case 'FILE_EVENT_LOG_CHECKSUM':
      return `chunk ${problem.chunk}: the checksum of its ${problem.part} is not that of what is there: it was changed or damaged, and is read as it is`;
    case 'FILE_EVENT_LOG_CHUNK':
      return problem.reason === 'short'
        ? `ends in the middle of chunk ${problem.chunk}`
        : `chunk ${problem.chunk} does not begin as one: it is damaged, or was overwritten`;
    case 'FILE_EVENT_LOG_GAP':
      return `${problem.bytes} bytes at ${problem.offset} should be records, and are none`;
    case 'FILE_EVENT_LOG_RECOVERED':
      return `chunk ${problem.chunk}: ${problem.records} more records lie behind damage, or the chunk is not whole: rules are asked of them too, and they are not counted${problem.lost === 0 ? '' : ` (${problem.lost} others cannot be read)`}`;
    case 'RECORD_EVENT_DAMAGED':
      return `the record is damaged (${EVENT_DAMAGES[problem.reason]}): what of it can be read is`;
    case 'RECORD_EVENT_LIMIT':
      return `the record goes beyond a limit (${problem.limit}, ${problem.value}) as no honest one does: the rest of it is left out`;
    case 'RECORD_NO_EVENT':
      return `is no event${problem.text === undefined ? '' : `: ${problem.text}`}`;
    case 'RECORD_BEFORE_HEADER':
      return 'stands before any header and looks like no known record: rejected';
    case 'RECORD_OTHER_LOG':
      return 'stands below the header of a log that exhunt does not hunt in: rejected';
    case 'RECORD_UNREADABLE':
      return 'is no record of this log: rejected';
    case 'RECORD_COLUMN_COUNT':
      return `has ${problem.actual} values for ${problem.expected} columns: read as far as they agree`;
    case 'RECORD_REFITTED':
      return `has ${problem.actual} values for ${problem.expected} columns: read by a known header that fits`;
    case 'RECORD_TORN':
      return 'ends in the middle: read as far as it goes';
    case 'RECORD_QUOTE_OPEN':
      return 'has a quote that is never closed: read to the end of the line';
    case 'RECORD_LONE_CR':
      return 'holds carriage returns that end no line: cut there where records begin';
    case 'RECORD_NUL':
      return `holds ${problem.count} NUL characters, where something was lost or never written`;
    case 'RECORD_LINE_CUT':
      return `is longer than ${problem.limitBytes} bytes: the rest of it was not read`;
    case 'RECORD_TIME':
      return `has a time that cannot be read (${problem.text})`;
    case 'RULE_FILE_UNREADABLE':
      return `cannot be read (${problem.reason})`;
    case 'RULE_FILE_TOO_LARGE':
      return `is larger than a rule file may be (${problem.bytes} bytes of at most ${problem.limitBytes})`;
    case 'RULE_TOO_MANY_FILES': {
      const left = problem.left === undefined ? 'the others were' : `${problem.left} files were`;
      return `holds more than ${problem.limit} ${problem.what}: ${left} not read`;
    }
    case 'RULE_YAML':
      return `is not well-formed YAML: ${problem.reason}`;
    case 'RULE_YAML_LIMIT':
      return problem.limit === 'depth' ? 'is nested too deep' : 'has too many values, or aliases that multiply';
    case 'RULE_NOT_A_RULE':
      return 'is no Sigma rule';
    case 'RULE_KIND_UNSUPPORTED':
      return `is of a kind that is not supported: ${problem.kind}`;
    case 'RULE_KEY_MISSING':
      return `lacks ${problem.key}`;
    case 'RULE_KEY_VALUE':
      return `${problem.key}: wanted ${problem.wanted}`;
    case 'RULE_CONDITION':
      return `condition: wanted ${problem.wanted}, found ${problem.found}`;
    case 'RULE_CONDITION_TOO_DEEP':
      return `condition: more than ${problem.limit} brackets inside each other`;
    case 'RULE_AGGREGATION':
      return 'condition: aggregations behind | are an old form that is not supported';
    case 'RULE_IDENTIFIER_UNKNOWN':
      return `condition: nothing in the detection is called ${problem.name}`;
    case 'RULE_IDENTIFIER_EMPTY':
      return `detection: ${problem.name} asks for nothing`;
    case 'RULE_MODIFIER_UNKNOWN':
      return `the modifier ${problem.modifier} is not known`;
    case 'RULE_MODIFIER_MISPLACED':
      return `the modifier ${problem.modifier} must stand ${problem.wanted}`;
    case 'RULE_MODIFIER_VALUE':
      return `the modifier ${problem.modifier} wants ${problem.wanted}`;
    case 'RULE_PLACEHOLDER':
      return `the placeholder ${problem.text} stands for nothing here`;
    case 'RULE_REGEX':
      return `the regular expression ${problem.source} is not supported: ${problem.reason}`;
    case 'RULE_TOO_MANY_VALUES':
      return `the modifier ${problem.modifier} would make more than ${problem.limit} values of one`;
    case 'RULE_TOO_COSTLY':
      return `would take too long: more than ${problem.limit} ${problem.what}`;
    case 'RULE_REPLACED':
      return `replaces ${problem.file}, which has the same id (${problem.id})`;
    case 'RULE_DUPLICATE_ID':
      return `has the same id (${problem.id}) as ${problem.file}, which is used instead`;
    case 'RULE_TIMEFRAME_IGNORED':
      return 'timeframe belongs to an old form of aggregation and is ignored';
    case 'RULE_BUILD_ROW':
      return `is no row of this table: wanted ${problem.wanted}`;
    case 'RULE_REFERENCE_UNKNOWN':
      return `names ${problem.name}, and no rule of this id or name could be loaded`;
    case 'RULE_REFERENCE_AMBIGUOUS':
      return `names ${problem.name}, and several rules are called so: its id would tell which`;
    case 'RULE_REFERENCE_CYCLE':
      return 'names, over other correlations, itself or such as do';
    case 'RULE_REFERENCE_FIELD':
      return `asks ${problem.name} for ${problem.field}: a correlation has no values but those that it is grouped by`;
    case 'RULE_SILENT':
      return `feeds on ${problem.id} (${problem.file}), which therefore writes no findings of its own; generate: true would keep them`;
    case 'RULE_FILTER_KEEPS':
      return 'keeps of the findings only what it selects: to leave that out, its condition has to say not';
    case 'RULE_FILTER_REFERENCE':
      return `filters nothing of ${problem.name}: ${
        {
          unknown: 'no such rule could be loaded',
          correlation: 'it is a correlation, and filters are for detection rules',
          'log source': 'no such rule is for the log source of the filter',
        }[problem.reason]
      }`;
    case 'RULE_NOT_A_FILTER':
      return 'stands among the filters and is none: not loaded';
    case 'CORRELATION_LEFT_OUT':
      return `${problem.count} matches of its rules could not be counted by ${problem.rule}: ${
        {
          time: 'they have no time',
          field: 'they lack a field that it groups by or looks at',
          number: 'the value that it reckons with is no number',
        }[problem.lacks]
      }`;
    case 'CORRELATION_LIMIT':
      return `${problem.count} matches could not be counted by ${problem.rule}: more than ${problem.limit} ${problem.what} at a time`;
    case 'INDICATORS_UNREADABLE':
      return `cannot be read (${problem.reason})`;
    case 'INDICATORS_TOO_LARGE':
      return `is larger than an indicator list may be (${problem.bytes} bytes of at most ${problem.limitBytes})`;
    case 'INDICATORS_FORMAT':
      return `is no indicator list: ${problem.reason}`;
    case 'INDICATORS_READ':
      return describeIndicatorAccount(problem.account);
    case 'INDICATOR_INVALID':
      return `${inObject(problem)}${problem.text === '' ? 'the entry' : problem.text} ${problem.reason}: not looked for`;
    case 'INDICATOR_DATE':
      return `${inObject(problem)}${problem.text} tells no time (write 2021-03-03 or 2021-03-03T06:59:10Z): read as if it were not there`;
    case 'INDICATOR_LEVEL':
      return `${inObject(problem)}${problem.text} is no level: the usual one is taken`;
    case 'INDICATOR_TOO_MANY':
      return `holds more than ${problem.limit} indicators: the others are not looked for`;
    case 'SUPPRESSION_EXPIRED':
      return `this entry held until ${problem.until}: it suppresses nothing any more; look again, then renew or delete it`;
    case 'SUPPRESSION_BY_NAME':
      return 'this entry is bound to nothing but a name that whoever sends a request can choose: add host, address, log-file, or from and to';
    case 'SUPPRESSION_UNUSED':
      return describeUnused(problem);
    case 'SUPPRESSION_VERDICT_KEPT':
      return `holds ${problem.written} of ${problem.findings} findings: the verdicts on its hosts were kept although findings are suppressed now`;
    case 'BASELINE_PARTIAL':
      return `holds ${problem.written} of ${problem.findings} findings: the others count as new where they are found again`;
    case 'FILE_CONTENT_CUT':
      return `is large: YARA rules saw its first ${(problem.limitBytes / 1_048_576).toFixed(0)} MB; all of it was hashed`;
    case 'FILE_CONTENT_LATE':
      return `took YARA rules longer than ${problem.seconds} s, which say nothing of it: ${problem.rules.join(', ')}`;
    case 'FILE_CONTENT_NOT_SCANNED':
      return `was not looked at by YARA rules: ${problem.reason}`;
    case 'RULE_YARA':
      return `is no YARA rule that can be used: ${problem.reason}`;
    case 'RULE_YARA_SLOW':
      return `may make the scan slow: ${problem.reason}`;
    case 'RULE_YARA_LEFT_OUT':
      return `took too long ${problem.strikes} times: these YARA rules are left out from there on`;
    case 'BASELINE_READ':
      return `${problem.hashes.toLocaleString('en-US')} hashes of known files`;
    case 'BASELINE_LINE':
      return `is no hash of a file: ${problem.text}`;
    case 'BASELINE_TOO_MANY':
      return `has more hashes than are kept (${problem.limit.toLocaleString('en-US')} of all lists): ${problem.left.toLocaleString('en-US')} are left out`;
    case 'BASELINE_KNOWN':
      return `knows ${problem.file} by its hash: not judged by its name`;
  }
}

function describeUnused({ by, name = '', rule, because }: Extract<Problem, { code: 'SUPPRESSION_UNUSED' }>): string {
  const said = `${by === 'filter' ? `the filter ${name}` : 'this entry'} suppressed nothing in this run`;
  if (because === 'unknown') return `${said}: no rule with the id ${rule} is loaded`;
  return because === 'silent'
    ? `${said}: the rule ${rule} only feeds correlations and has no findings of its own; a filter can keep it back`
    : said;
}

const ARCHIVE_DAMAGES = {
  truncated: 'ends before it is whole: read as far as it goes',
  corrupt: 'is damaged: read as far as it can be unpacked',
  checksum: 'was read, but is not what was packed: its checksum is another',
  directory: 'has no list of its entries, or a damaged one: read from entry to entry, and some may be missing',
  size: 'was read, but is not as large as the archive says',
} as const satisfies Record<ArchiveDamage, string>;

/** Of JSON, which of its objects. */
function inObject({ object }: { readonly object?: string }): string {
  return object === undefined ? '' : `${object}: `;
}

/** `file:line:column: what is wrong`, not escaped. */
export function describeDiagnostic({ problem, place }: Diagnostic): string {
  // What another run told names its place already.
  return problem.code === 'TOLD' ? problem.message : `${describePlace(place)}: ${describe(problem)}`;
}

function describePlace({ path, lineNumber, column }: Place): string {
  return [path, lineNumber, column].filter((part) => part !== undefined).join(':');
}

const EVENT_LOG_HEADERS = {
  signature: 'has no header of an event log in front of its chunks: they are read',
  checksum: 'the checksum of its header is not that of what is there: it was changed or damaged, and is read as it is',
  short: 'ends in the middle of its header',
} as const;

const EVENT_DAMAGES = {
  token: 'something stands there that cannot',
  name: 'a name is not where it should be',
  offset: 'a template is not where it should be',
  short: 'it ends in the middle',
  cycle: 'a template holds itself',
  size: 'its two sizes differ, or its end was never written',
  event: 'its XML is not that of an event',
  form: 'what should be closed is not',
} as const;
