import type { Coverage, Gap } from '../model/coverage.ts';
import type { Finding } from '../model/finding.ts';
import { sayGroup, sayMatched, sayRecords } from './csv-columns.ts';
import { escapeForTerminal, quoteCsvCell } from './escape.ts';
import { exportJson } from './export-json.ts';
import { instantOf, NO_TIME } from './instant.ts';
import { SILENT_REPORTER, type ReportContext, type Reporter } from './reporter.ts';
import { nameOf, storyWords, verdictWords } from './words.ts';

/** What Timesketch can sort and filter by; of a longer value it keeps the text alone. */
const VALUE_BYTES = 32_766;
/** The importer drops what is before or behind. */
const [FIRST_YEAR, LAST_YEAR] = ['1700', '9999'];

type Value = string | number | readonly string[] | undefined;

/** The first four are what the importer asks for; the order is that of the CSV. */
const KEYS = (
  'message datetime timestamp timestamp_desc tag hostname source_ip username http_method url_path url_query http_status user_agent level stage rule_name rule_id ' +
  'cve mitre log_type source_file source_line source_offset original_path finding_id request_id forwarded_for effective_user matched raw group records events ' +
  'first_time last_time rule_author rule_license verdict'
).split(' ');

/** A line of Timesketch's own. */
interface Event {
  readonly message: string;
  readonly time: string | undefined;
  /** What the time is of. */
  readonly what: string;
  readonly tags: readonly (string | undefined)[];
  readonly facts: Readonly<Record<string, Value>>;
}

/** JSON Lines as Timesketch's importer wants them; the name has to end in `.jsonl`. */
export function createTimesketchReporter(): Reporter {
  return timesketchReporter({
    begin: '',
    line: (values) =>
      `${exportJson(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')))}\n`,
  });
}

/** The same as CSV; the name has to end in `.csv`. Nothing is marked as text: the importer would take the mark for data. */
export function createTimesketchCsvReporter({ isTerminal }: ReportContext): Reporter {
  const cell = (value: Value): string => {
    const text = (typeof value === 'object' ? value.join(',') : String(value ?? '')).replaceAll('\u0000', '\u2400');
    return quoteCsvCell(isTerminal ? escapeForTerminal(text) : text);
  };
  return timesketchReporter({
    begin: `${KEYS.join(',')}\r\n`,
    line: (values) => `${KEYS.map((key) => cell(values[key])).join(',')}\r\n`,
  });
}

interface Form {
  readonly begin: string;
  readonly line: (values: Readonly<Record<string, Value>>) => string;
}

function timesketchReporter({ begin, line }: Form): Reporter {
  let noTime = 0;
  let cut = 0;
  const fit = (value: Value): Value => {
    if (typeof value !== 'string' || value.length * 3 <= VALUE_BYTES) return value;
    const fitting = cutToBytes(value);
    if (fitting !== value) cut += 1;
    return fitting;
  };
  const write = ({ message, time, what, tags: marks, facts }: Event): string => {
    const instant = time !== undefined && time.slice(0, 4) >= FIRST_YEAR && time.slice(0, 4) <= LAST_YEAR ? instantOf(time) : undefined;
    if (instant === undefined) noTime += 1;
    const when = instant ?? Date.parse(NO_TIME);
    return line({
      message: message.trim() === '' ? '(no message)' : fit(message),
      datetime: new Date(when).toISOString().replace('Z', '000+00:00'),
      timestamp: when * 1000,
      timestamp_desc: instant === undefined ? `${what} (no time)` : what,
      tag: ['exhunt', ...marks, instant === undefined ? 'no-time' : undefined].flatMap(tagOf),
      ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, fit(value)])),
    });
  };
  return {
    ...SILENT_REPORTER,
    begin: () => begin,
    finding: (finding) => write(eventOf(finding)),
    story: (story) =>
      write({
        message: storyWords(story).join('\n'),
        time: story.from,
        what: 'Attack begins',
        tags: ['story', story.chain.level],
        facts: {
          hostname: story.host?.name,
          source_ip: story.actors.join(' '),
          level: story.chain.level,
          rule_name: story.chain.name,
          rule_id: story.chain.id,
          finding_id: story.id,
          first_time: story.from,
          last_time: story.to,
          verdict: story.verdict,
        },
      }),
    verdict: (verdict) =>
      write({
        message: verdictWords(verdict).join('\n'),
        time: verdict.to,
        what: 'Logs end',
        tags: ['verdict', verdict.verdict],
        facts: { hostname: verdict.host?.name, first_time: verdict.from, last_time: verdict.to, verdict: verdict.verdict },
      }),
    coverage: (coverage) => (coverage.gaps ?? []).map((gap) => write(gapEvent(gap, coverage))).join(''),
    notes: () => [
      ...(noTime > 0 ? [`${noTime} events have no time: they stand at ${NO_TIME}, with the tag no-time`] : []),
      ...(cut > 0
        ? [`${cut} values were longer than the ${VALUE_BYTES} bytes that Timesketch can filter by and are cut: jsonl has them whole`]
        : []),
    ],
  };
}

function eventOf(finding: Finding): Event {
  const { rule, vulnerability, threat, message, host, source, network, user, http, url, log, event, correlation } = finding;
  const cves = vulnerability?.id ?? [];
  const techniques = threat?.technique.id ?? [];
  return {
    message,
    time: finding['@timestamp'],
    what: correlation === undefined ? `Logged (${log.type})` : `Last of ${correlation.count} events (${log.type})`,
    tags: [rule.level, rule.stage, ...cves, ...techniques],
    facts: {
      hostname: host?.name,
      source_ip: source?.ip,
      username: user?.name,
      http_method: http?.request?.method,
      url_path: url?.path,
      url_query: url?.query,
      http_status: http?.response?.status_code,
      user_agent: finding.user_agent?.original,
      level: rule.level,
      stage: rule.stage,
      rule_name: rule.name,
      rule_id: rule.id,
      cve: cves.join(' '),
      mitre: techniques.join(' '),
      log_type: log.type,
      source_file: log.file.path,
      source_line: log.line,
      source_offset: log.offset,
      original_path: log.file.original_path,
      finding_id: finding.id,
      request_id: http?.request?.id,
      forwarded_for: network?.forwarded_ip,
      effective_user: [user?.effective?.name, user?.effective?.id].filter(Boolean).join(' '),
      matched: sayMatched(finding),
      raw: event.original,
      group: sayGroup(finding),
      records: sayRecords(finding),
      events: correlation?.count,
      first_time: event.start,
      last_time: event.end,
      rule_author: rule.author?.join('; '),
      rule_license: rule.license,
    },
  };
}

function gapEvent({ from, to, expected, folder, nearRule, nearFinding }: Gap, { host, log }: Coverage): Event {
  const where = folder === undefined ? '' : ` in ${folder}`;
  const near = nearRule === undefined ? '' : `; possible log deletion, near ${nearRule}`;
  return {
    message: `${nameOf(host)} ${log.type} is silent${where} from ${from} to ${to}, where some ${expected} records should be${near}`,
    time: from,
    what: 'Log falls silent',
    tags: ['gap', nearRule === undefined ? undefined : 'possible-log-deletion'],
    facts: { hostname: host?.name, log_type: log.type, first_time: from, last_time: to, finding_id: nearFinding },
  };
}

/** Tags are parted by commas, and one that begins with `[` would be read as a list. */
function tagOf(text: string | undefined): string[] {
  const tag = (text ?? '').replaceAll(/[,[\]"'\s\p{Cc}]+/gu, ' ').trim();
  return tag === '' || tag === '-' ? [] : [tag];
}

function cutToBytes(text: string): string {
  const mark = ` [cut: ${text.length} characters]`;
  let bytes = 0;
  let kept = 0;
  let fitting = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
    if (bytes > VALUE_BYTES) return text.slice(0, fitting) + mark;
    kept += character.length;
    if (bytes <= VALUE_BYTES - mark.length) fitting = kept;
  }
  return text;
}
