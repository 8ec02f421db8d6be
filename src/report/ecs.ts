import { describeDiagnostic } from './describe.ts';
import type { Finding } from '../model/finding.ts';
import type { Level } from '../model/rule.ts';
import { plainAddress } from './address.ts';
import { sayGroup, sayMatched, sayRecords } from './csv-columns.ts';
import { exportJson, filled, idOf } from './export-json.ts';
import { NO_TIME, wholeTime } from './instant.ts';
import type { Reporter } from './reporter.ts';
import { coverageWords, exposureWords, storyWords, verdictWords } from './words.ts';

/** Of the Elastic Common Schema whose fields these are. */
const ECS_VERSION = '9.4.0';

/** As Elastic's own rules count: `event.severity`. */
const SEVERITY: Readonly<Record<Level, number>> = { informational: 1, low: 21, medium: 47, high: 73, critical: 99 };

/** `cves` become tags, all of them: the schema has room for one vulnerability. */
type Fields = Readonly<Record<string, unknown>> & { readonly event?: Readonly<Record<string, unknown>>; readonly cves?: readonly string[] };

/**
 * Two lines a document, for `_bulk` of Elasticsearch: `create` with an id, which an index and a data stream both take, and which makes nothing
 * twice; and the document, in fields of the Elastic Common Schema and `labels` alone.
 */
export function createEcsReporter(): Reporter {
  let noTime = 0;
  let last: string | undefined;
  const document = (dataset: string, id: string, time: string | undefined, { cves = [], ...fields }: Fields): string => {
    const whole = wholeTime(time);
    if (dataset === 'finding' && whole === undefined) noTime += 1;
    if (dataset === 'coverage' && whole !== undefined && (last === undefined || whole > last)) last = whole;
    const event = { module: 'exhunt', dataset: `exhunt.${dataset}`, id, ...fields.event };
    const common = {
      ecs: { version: ECS_VERSION },
      observer: { product: 'exhunt', type: 'log-analysis' },
      tags: [...new Set(['exhunt', ...cves, ...(whole === undefined ? ['no-time'] : [])])],
      ...(cves[0] !== undefined && { vulnerability: { id: cves[0], enumeration: 'CVE' } }),
    };
    return `${exportJson({ create: { _id: id } })}\n${exportJson({ '@timestamp': whole ?? NO_TIME, ...common, ...fields, event })}\n`;
  };
  const state = { kind: 'state', type: ['info'] };
  return {
    begin: () => '',
    finding: (finding) => document('finding', finding.id, finding['@timestamp'], findingFields(finding)),
    story: (story) => {
      const { id, chain, host, actors, from, to, verdict } = story;
      const addresses = actors.flatMap((actor) => plainAddress(actor) ?? []);
      return document('story', idOf('story', id), to, {
        message: storyWords(story).join('\n'),
        event: { kind: 'alert', category: ['intrusion_detection'], type: ['info'], severity: SEVERITY[chain.level], ...span(from, to) },
        rule: { id: chain.id, name: chain.name },
        ...filled('host', host),
        ...(addresses.length > 0 && { related: { ip: addresses } }),
        labels: { level: chain.level, verdict, ...filled('finding', id) },
      });
    },
    verdict: (verdict) => {
      const { host, from, to, cve } = verdict;
      const hit = cve.filter((each) => each.verdict !== 'clean' && each.verdict !== 'not assessed').map(({ id }) => id);
      return document('verdict', idOf('verdict', JSON.stringify(verdict)), to, {
        message: verdictWords(verdict).join('\n'),
        event: { ...state, category: ['host'], ...span(from, to) },
        ...filled('host', host),
        cves: hit,
        labels: { verdict: verdict.verdict },
      });
    },
    coverage: (coverage) => {
      const { host, log, files, lines, records, rejected, first, last: until, gaps = [], blind } = coverage;
      const numbers = { files, lines, records, rejected, gaps: gaps.length, blind_rules: blind.length };
      return document('coverage', idOf('coverage', JSON.stringify(coverage)), until, {
        message: coverageWords(coverage).join('\n'),
        event: { ...state, category: ['host'], ...span(first, until) },
        ...filled('host', host),
        labels: { log_type: log.type, ...textual(numbers) },
      });
    },
    exposure: (exposure) => {
      const { host, builds, cves } = exposure;
      return document('exposure', idOf('exposure', JSON.stringify(exposure)), builds.at(-1)?.to, {
        message: exposureWords(exposure).join('\n'),
        event: { ...state, category: ['vulnerability'] },
        ...filled('host', host),
        cves: cves.map(({ id }) => id),
      });
    },
    diagnostic: ({ diagnostic, more }) => {
      const { severity, problem, place } = diagnostic;
      const code = problem.code === 'TOLD' ? problem.as : problem.code;
      const message = describeDiagnostic(diagnostic);
      return document('diagnostic', idOf('diagnostic', code, place.path, String(place.lineNumber), message), last, {
        message,
        event: { ...state, code },
        log: { file: { path: place.path } },
        labels: { severity, more: String(more), ...filled('log_line', place.lineNumber?.toString()) },
      });
    },
    end: ({ findings, files, lines, rules, complete, exitCode, byLevel }) => {
      const message = `${findings} findings of ${rules} rules in ${files} files, ${lines} lines; ${complete ? 'all was read' : 'not all could be read'}`;
      const labels = textual({ findings, files, lines, rules, complete, exit_code: exitCode, ...byLevel });
      return document('summary', idOf('summary', message, last ?? ''), last, { message, event: state, labels });
    },
    notes: () => (noTime > 0 ? [`${noTime} findings have no time: they stand at ${NO_TIME}, with the tag no-time`] : []),
  };
}

function findingFields(finding: Finding): Fields {
  const {
    rule,
    threat,
    vulnerability,
    message,
    host,
    source,
    network,
    user,
    http,
    url,
    user_agent: agent,
    log,
    event,
    matched,
    correlation,
  } = finding;
  const address = plainAddress(source?.ip);
  const forwarded = plainAddress(network?.forwarded_ip);
  const techniques = threat?.technique.id ?? [];
  const subtechniques = techniques.filter((id) => id.includes('.'));
  const users = [user?.name, user?.effective?.name].filter((name) => name !== undefined && name !== '');
  const indicators = matched.flatMap(({ indicator }) => (indicator === undefined ? [] : [`${indicator.value} (${indicator.list})`]));
  return {
    message,
    event: {
      kind: 'alert',
      category: http === undefined && url === undefined ? ['intrusion_detection'] : ['intrusion_detection', 'web'],
      type: ['info'],
      severity: SEVERITY[rule.level],
      reason: sayMatched(finding),
      ...filled('original', event.original),
      ...span(event.start, event.end),
    },
    rule: {
      id: rule.id,
      name: rule.name,
      ...filled('author', rule.author),
      ...filled('license', rule.license),
      ...filled('category', rule.stage),
    },
    ...(techniques.length > 0 && {
      threat: {
        framework: 'MITRE ATT&CK',
        technique: {
          id: [...new Set(techniques.map((id) => id.replace(/\..*/s, '')))],
          ...(subtechniques.length > 0 && { subtechnique: { id: subtechniques } }),
        },
      },
    }),
    cves: vulnerability?.id.filter((id) => id !== '') ?? [],
    ...filled('host', host),
    ...(source !== undefined && { source: { address: source.ip, ...filled('ip', address) } }),
    ...(forwarded !== undefined && { network: { forwarded_ip: forwarded } }),
    ...filled('user', user),
    ...filled('http', http),
    ...(url !== undefined && { url: { ...url, original: `${url.path ?? ''}${url.query === undefined ? '' : `?${url.query}`}` } }),
    ...filled('user_agent', agent),
    log: { file: { path: log.file.path } },
    related: {
      ...filled('ip', [...new Set([address, forwarded].filter((ip) => ip !== undefined))]),
      ...filled('hosts', host === undefined ? [] : [host.name]),
      ...filled('user', [...new Set(users)]),
    },
    labels: {
      level: rule.level,
      log_type: log.type,
      log_line: String(log.line),
      log_offset: String(log.offset),
      ...filled('original_path', log.file.original_path),
      ...filled('forwarded_for', network?.forwarded_ip),
      ...filled('indicators', indicators.join('; ')),
      ...(correlation !== undefined && {
        correlation_type: correlation.type,
        correlation_events: String(correlation.count),
        ...filled('correlation_group', sayGroup(finding)),
        ...filled('correlation_records', sayRecords(finding)),
      }),
    },
  };
}

function span(from: string | undefined, to: string | undefined): Fields {
  return { ...filled('start', wholeTime(from)), ...filled('end', wholeTime(to)) };
}

/** Labels are keywords, whatever they are of. */
function textual(facts: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
