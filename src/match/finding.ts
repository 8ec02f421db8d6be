import { findingOfRule, type Finding, type Matched } from '../model/finding.ts';
import { sayIndicator } from '../model/indicator.ts';
import { suppressionBy } from '../model/filter-rule.ts';
import type { LogFile } from '../model/log-file.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { Rule } from '../model/rule.ts';
import type { Match } from './matcher.ts';

/** A hash of the text that tells findings apart; the same on every machine. */
export type Digest = (text: string) => string;

/** Says in the terms of the Elastic Common Schema what a match means. */
export function createFinding({ rule, matched, filter }: Match, record: LogRecord, logFile: LogFile, digest: Digest): Finding {
  const { line, schema } = record;
  const value = (field: string): string | undefined => schema.reader(field)?.(record);
  const path = value('cs-uri-stem');
  const query = value('cs-uri-query');
  const method = value('cs-method');
  const request = { ...idOf(value('RequestId')), ...(method !== undefined && { method }) };
  const status = statusCode(value('sc-status'));
  const address = addressOf(value('c-ip'));
  const forwarded = addressOf(value('X-Forwarded-For') ?? value('cs-x-forwarded-for'));
  const user = value('cs-username');
  const [actsFor, actsForId] = [value('CommonAccessToken-LogonName'), value('CommonAccessToken-UserSid')];
  const effective = { ...(actsFor !== undefined && { name: actsFor }), ...(actsForId !== undefined && { id: actsForId }) };
  const actor = actsForId === undefined ? actsFor : [actsFor, `(${actsForId})`].filter((part) => part !== undefined).join(' ');
  const userAgent = value('cs-user-agent');
  const host = hostOf(record, logFile);
  return {
    id: findingId(rule, record, logFile, digest),
    ...(record.time !== undefined && { '@timestamp': new Date(record.time).toISOString() }),
    ...findingOfRule(rule),
    message: [
      message(rule, { method, path: path ?? value('TargetFilename'), actor, address, forwarded, status, command: value('command') }),
      ...sayIndicators(matched),
    ].join('; '),
    ...(host !== undefined && { host: { name: host } }),
    ...(address !== undefined && { source: { ip: address } }),
    ...(forwarded !== undefined && { network: { forwarded_ip: forwarded } }),
    ...((user !== undefined || actor !== undefined) && {
      user: { ...(user !== undefined && { name: user }), ...(actor !== undefined && { effective }) },
    }),
    ...((hasSome(request) || status !== undefined) && {
      http: { ...(hasSome(request) && { request }), ...(status !== undefined && { response: { status_code: status } }) },
    }),
    ...((path !== undefined || query !== undefined) && {
      url: { ...(path !== undefined && { path }), ...(query !== undefined && { query }) },
    }),
    ...(userAgent !== undefined && { user_agent: { original: userAgent } }),
    ...subjectOf(value),
    log: { type: schema.logType, file: fileOf(logFile), line: line.number, offset: line.offset },
    event: { original: line.text },
    matched,
    ...(filter !== undefined && { suppression: suppressionBy(filter) }),
  };
}

function fileOf({ path, originalPath }: LogFile): Finding['log']['file'] {
  return originalPath === undefined ? { path } : { path, original_path: originalPath };
}

/** The file that a record speaks of. */
function subjectOf(value: (field: string) => string | undefined): Pick<Finding, 'file'> {
  const path = value('TargetFilename');
  if (path === undefined) return {};
  const size = Number(value('Size') ?? NaN);
  const mtime = value('ModifiedUtcTime');
  const hash = Object.fromEntries(
    ['md5', 'sha1', 'sha256'].flatMap((name) => {
      const digest = value(name);
      return digest === undefined ? [] : [[name, digest]];
    }),
  );
  return {
    file: { path, ...(Number.isFinite(size) && { size }), ...(mtime !== undefined && { mtime }), ...(hasSome(hash) && { hash }) },
  };
}

function idOf(id: string | undefined): { id?: string } {
  return id === undefined ? {} : { id };
}

function hasSome(object: object): boolean {
  return Object.keys(object).length > 0;
}

/** The first of several addresses (a proxy adds those it speaks for in front), without port, brackets and zone. */
function addressOf(text: string | undefined): string | undefined {
  const first = text?.split(/[ ,;+]/, 1)[0] ?? '';
  const bare = /^\[([^\]]+)\]/.exec(first)?.[1] ?? first.replace(/^([\d.]+):\d+$/, '$1');
  return bare === '' ? undefined : bare;
}

/** The same for the same evidence, from whatever copy of it. */
export function findingId(rule: Rule, { line, schema, identity = line.text }: LogRecord, logFile: LogFile, digest: Digest): string {
  const { path, originalPath = path } = logFile;
  return digest([rule.id, schema.logType, originalPath.split(/[/\\]/).at(-1), line.offset, identity].join('\n'));
}

/** The server that the record names, in the file's spelling where they differ by case alone. */
export function hostOf({ host }: LogRecord, logFile: LogFile): string | undefined {
  return host === undefined || host.toLowerCase() === logFile.host?.toLowerCase() ? logFile.host : host;
}

function statusCode(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{3}$/.test(text) ? Number(text) : undefined;
}

interface MessageFacts {
  readonly method: string | undefined;
  readonly path: string | undefined;
  /** Whom the request says that it acts for. */
  readonly actor: string | undefined;
  readonly address: string | undefined;
  readonly forwarded: string | undefined;
  readonly status: number | undefined;
  readonly command: string | undefined;
}

/** One line for people: what the rule is called and what was done. */
function message(rule: Rule, { method, path, actor, address, forwarded, status, command }: MessageFacts): string {
  const request = [method, path].filter((part) => part !== undefined).join(' ');
  const outcome = [actor && `as ${actor}`, address && `from ${address}`, forwarded && `for ${forwarded}`, status && `answered ${status}`]
    .filter((part) => part !== undefined && part !== 0)
    .join(', ');
  const done = [command ?? request, outcome].filter((part) => part !== '').join(' ');
  return done === '' ? rule.title : `${rule.title}: ${done}`;
}

function sayIndicators(matched: readonly Matched[]): string[] {
  return [...new Set(matched.flatMap(({ indicator }) => (indicator === undefined ? [] : [sayIndicator(indicator)])))];
}

/** What a finding is put in order by. */
export type Placed = Pick<Finding, '@timestamp' | 'log' | 'rule'>;

/** The order of every output: by time, then path, line and rule. What has no time comes last. */
export function compareFindings(a: Placed, b: Placed): number {
  return (
    compare(a['@timestamp'] ?? '~', b['@timestamp'] ?? '~') ||
    compare(a.log.file.path, b.log.file.path) ||
    // As the lines are ordered; lines may count from the beginning of a part of the file.
    a.log.offset - b.log.offset ||
    compare(a.rule.id, b.rule.id)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
