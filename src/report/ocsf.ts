import type { Finding } from '../model/finding.ts';
import type { Level, Stage } from '../model/rule.ts';
import { plainAddress } from './address.ts';
import { sayMatched } from './csv-columns.ts';
import { exportJson, filled } from './export-json.ts';
import { instantOf } from './instant.ts';
import { SILENT_REPORTER, type Reporter } from './reporter.ts';
import { whySuppressed } from './suppressions.ts';
import { nameOf, storyWords, verdictWords } from './words.ts';

/** Of the Open Cybersecurity Schema Framework. */
const VERSION = '1.8.0';

/** What a class is called in numbers: Create of a Detection Finding, among the Findings. */
const CLASS = { activity_id: 1, activity_name: 'Create', category_uid: 2, class_uid: 2004, type_uid: 200_401 } as const;

const SEVERITY: Readonly<Record<Level, readonly [id: number, name: string]>> = {
  informational: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

/** Lockheed Martin's phases, as far as stages are of one. */
const PHASES: Readonly<Record<Stage, readonly [id: number, name: string]>> = {
  recon: [1, 'Reconnaissance'],
  attempt: [3, 'Delivery'],
  exploit: [4, 'Exploitation'],
  webshell: [5, 'Installation'],
  action: [7, 'Actions on Objectives'],
  cleanup: [7, 'Actions on Objectives'],
};

type Fields = Readonly<Record<string, unknown>>;

/** One Detection Finding a line; stories and verdicts are findings too, of no rule but of the chain or of exhunt. */
export function createOcsfReporter(): Reporter {
  let noTime = 0;
  const line = (time: string | undefined, level: Level, fields: Fields): string => {
    const instant = instantOf(time);
    if (instant === undefined) noTime += 1;
    const [severityId, severity] = SEVERITY[level];
    const labels = instant === undefined ? { labels: ['no-time'] } : {};
    return `${exportJson({
      ...CLASS,
      severity_id: severityId,
      severity,
      time: instant ?? 0,
      metadata: { version: VERSION, product: { name: 'exhunt', vendor_name: 'exhunt' }, ...labels },
      is_alert: true,
      status_id: 1,
      status: 'New',
      ...fields,
    })}\n`;
  };
  return {
    ...SILENT_REPORTER,
    finding: (finding) => line(finding['@timestamp'], finding.rule.level, findingFields(finding)),
    story: (story) => {
      const { id, chain, host, actors, from, to, steps } = story;
      const addresses = actors.flatMap((actor) => plainAddress(actor) ?? []);
      return line(to, chain.level, {
        message: storyWords(story).join('\n'),
        finding_info: {
          uid: `story/${id}`,
          title: chain.name,
          types: ['story'],
          analytic: { type_id: 1, type: 'Rule', uid: chain.id, name: chain.name },
          ...span(from, to),
          ...(steps.length > 0 && { related_events: relatedEvents(steps.flatMap(({ findings }) => findings)) }),
        },
        ...span(from, to, 'start_time', 'end_time'),
        ...affected(host),
        ...(addresses.length > 0 && { evidences: addresses.map((ip) => ({ src_endpoint: { ip } })) }),
      });
    },
    verdict: (verdict) => {
      const { host, from, to, worst, cve } = verdict;
      const hit = cve.filter((each) => each.verdict !== 'clean' && each.verdict !== 'not assessed');
      return line(to, worst?.level ?? 'informational', {
        message: verdictWords(verdict).join('\n'),
        finding_info: {
          uid: `verdict/${host?.name ?? ''}`,
          title: `${nameOf(host)}: ${verdict.verdict}`,
          types: ['verdict'],
          ...span(from, to),
          ...(verdict.findings.length > 0 && { related_events: relatedEvents(verdict.findings) }),
        },
        // What was found stands in findings of its own.
        is_alert: false,
        ...affected(host),
        ...(hit.length > 0 && { vulnerabilities: hit.map(({ id }) => ({ cve: { uid: id } })) }),
      });
    },
    notes: () => (noTime > 0 ? [`${noTime} findings have no time: they have time 0 and the label no-time`] : []),
  };
}

function findingFields(finding: Finding): Fields {
  const { id, rule, vulnerability, threat, message, host, source, network, user, http, url, log, event, correlation, suppression } =
    finding;
  const ip = plainAddress(source?.ip);
  const forwarded = plainAddress(network?.forwarded_ip);
  const agent = finding.user_agent?.original;
  const urlFields = url === undefined ? undefined : { ...filled('path', url.path), ...filled('query_string', url.query) };
  const hasUrl = urlFields !== undefined && Object.keys(urlFields).length > 0;
  const technique = (each: string): Fields =>
    each.includes('.') ? { technique: { uid: each.replace(/\..*/s, '') }, sub_technique: { uid: each } } : { technique: { uid: each } };
  const phase = rule.stage === undefined ? undefined : PHASES[rule.stage];
  const request = {
    ...filled('http_method', http?.request?.method),
    ...filled('uid', http?.request?.id),
    ...filled('user_agent', agent),
    ...(forwarded !== undefined && { x_forwarded_for: [forwarded] }),
    ...(hasUrl && { url: urlFields }),
  };
  const account = user?.name ?? user?.effective?.name;
  const status = http?.response?.status_code;
  return {
    message,
    ...(suppression !== undefined && { status_id: 3, status: 'Suppressed', status_detail: whySuppressed(suppression), is_alert: false }),
    finding_info: {
      uid: id,
      title: rule.name,
      analytic: { type_id: 1, type: 'Rule', uid: rule.id, name: rule.name },
      ...filled('attacks', threat?.technique.id.map(technique)),
      ...(phase !== undefined && { kill_chain: [{ phase_id: phase[0], phase: phase[1] }] }),
      ...filled('types', rule.stage === undefined ? [] : [rule.stage]),
      data_sources: [log.type],
      ...span(event.start ?? finding['@timestamp'], event.end ?? finding['@timestamp']),
      ...(correlation !== undefined && { related_events: relatedEvents(correlation.findings), related_events_count: correlation.count }),
    },
    ...span(event.start ?? finding['@timestamp'], event.end ?? finding['@timestamp'], 'start_time', 'end_time'),
    evidences: [
      {
        data: {
          log_type: log.type,
          file: log.file.path,
          line: log.line,
          offset: log.offset,
          matched: sayMatched(finding),
          ...filled('original_path', log.file.original_path),
          ...filled('group', correlation?.group),
          ...filled('effective_user', user?.effective),
          ...(source !== undefined && ip === undefined && { source: source.ip }),
        },
        ...(ip !== undefined && { src_endpoint: { ip } }),
        ...(hasUrl && { url: urlFields }),
        ...filled('user', account === undefined || account === '' ? undefined : { name: account }),
        ...(Object.keys(request).length > 0 && { http_request: request }),
        ...(status !== undefined && { http_response: { code: status } }),
      },
    ],
    ...affected(host),
    ...filled(
      'vulnerabilities',
      vulnerability?.id.map((uid) => ({ cve: { uid } })),
    ),
    ...filled('raw_data', event.original),
  };
}

function affected(host: Finding['host']): Fields {
  return host === undefined || host.name === '' ? {} : { resources: [{ name: host.name, type: 'Exchange Server' }] };
}

/** The first hundred; how many there are stands beside. */
function relatedEvents(ids: readonly string[]): Fields[] {
  return [...new Set(ids)].slice(0, 100).map((uid) => ({ uid, type_uid: CLASS.type_uid }));
}

function span(from: string | undefined, to: string | undefined, first = 'first_seen_time', last = 'last_seen_time'): Fields {
  return { ...filled(first, instantOf(from)), ...filled(last, instantOf(to)) };
}
