import type { Finding } from '../model/finding.ts';
import { plainAddress } from './address.ts';
import { sayMatched } from './csv-columns.ts';
import { exportJson, filled, idOf } from './export-json.ts';
import { wholeTime } from './instant.ts';
import { SILENT_REPORTER, type Reporter } from './reporter.ts';
import { object, observable, patternText, TIMELESS, type StixObject } from './stix-objects.ts';
import { coverageWords, exposureWords, nameOf, storyWords, verdictWords } from './words.ts';

/** So many ids of what findings have in common are remembered; beyond, such an object is written again, the same, which changes nothing. */
const REMEMBERED = 200_000;
/** And so many of what one record has of its own: its findings follow each other. */
const RECENT = 1_000;
/** Hosts and rules whose objects are kept. */
const KEPT = 10_000;
/** What a grouping refers to at most; what a number may say. */
const REFERENCES = 1_000;
const MOST_COUNTED = 999_999_999;

const EXHUNT = object('identity', ['exhunt'], { name: 'exhunt', identity_class: 'system' });

/** The record that a rule matched is no observable of the standard: this says what it is. */
const EXTENSION = object('extension-definition', ['finding'], {
  created_by_ref: EXHUNT.id,
  name: 'exhunt finding',
  description: 'A record of a log that a rule of exhunt matched: which rule, which file, line and byte offset, and the record itself.',
  schema: 'Properties of x-exhunt-finding, as docs/formats.md of exhunt lists them; finding_id alone makes its id.',
  version: '1.0.0',
  extension_types: ['new-sco'],
});

/** Their ids are of a finding, or of a moment. */
const OF_ONE_RECORD: ReadonlySet<string> = new Set(['x-exhunt-finding', 'observed-data', 'sighting', 'network-traffic']);
/** What the id of the bundle follows from: all else follows from these. */
const TELLING: ReadonlySet<string> = new Set(['x-exhunt-finding', 'note', 'grouping']);

/**
 * A STIX 2.1 bundle: hosts as identities, rules as indicators, their techniques and vulnerabilities; and of each finding what was observed and
 * a sighting of its rule. Every id follows from what it is of, so that a second run adds nothing.
 */
export function createStixReporter(): Reporter {
  const written = new Set<string>();
  const recent = new Set<string>();
  const hosts = new Kept<StixObject>();
  const known = new Kept<readonly StixObject[]>();
  let bundle = idOf('bundle');
  let isFirst = true;
  let noTime = 0;
  let again = false;
  const write = (objects: readonly StixObject[]): string =>
    objects
      .map((each) => {
        const ids = OF_ONE_RECORD.has(each.type) ? recent : written;
        if (ids.has(each.id)) return '';
        if (ids === recent && recent.size >= RECENT) recent.clear();
        if (ids.size < REMEMBERED) ids.add(each.id);
        else again = true;
        if (TELLING.has(each.type)) bundle = idOf(bundle, each.id);
        const separator = isFirst ? '\n' : ',\n';
        isFirst = false;
        return separator + exportJson(each);
      })
      .join('');
  const note = (facts: readonly string[], of: string, words: readonly string[], time?: string): StixObject => {
    const [abstract = ''] = words;
    const created = wholeTime(time) ?? TIMELESS;
    return object('note', [...facts, ...words], {
      created,
      modified: created,
      created_by_ref: EXHUNT.id,
      abstract,
      content: words.join('\n'),
      object_refs: [of],
    });
  };
  return {
    ...SILENT_REPORTER,
    begin: () => `{"type":"bundle","objects":[${write([EXHUNT, EXTENSION])}`,
    finding: (finding) => {
      if (wholeTime(finding['@timestamp']) === undefined) noTime += 1;
      const { rule, host, threat, vulnerability } = finding;
      const key = JSON.stringify([rule.id, threat?.technique.id, vulnerability?.id]);
      const ofRule = known.get(key, () => ruleObjects(finding));
      const ofHost = hosts.get(nameOf(host), () => hostObject(host));
      return write(findingObjects(finding, ofHost, ofRule));
    },
    story: (story) => {
      const { id, chain, host, from, to, steps } = story;
      const ids = [...new Set([id, ...steps.flatMap(({ findings }) => findings)])].slice(0, REFERENCES);
      const identity = hostObject(host);
      const created = wholeTime(from) ?? TIMELESS;
      return write([
        identity,
        object('grouping', [id], {
          created,
          modified: wholeTime(to) ?? created,
          created_by_ref: EXHUNT.id,
          name: chain.name,
          description: storyWords(story).join('\n'),
          context: 'suspicious-activity',
          object_refs: [identity.id, ...ids.map((each) => `sighting--${idOf('sighting', each)}`)],
        }),
      ]);
    },
    verdict: (verdict) => {
      const identity = hostObject(verdict.host);
      return write([identity, note(['verdict'], identity.id, verdictWords(verdict), verdict.to)]);
    },
    coverage: (coverage) => {
      const identity = hostObject(coverage.host);
      return write([identity, note(['coverage'], identity.id, coverageWords(coverage), coverage.last)]);
    },
    exposure: (exposure) => {
      const identity = hostObject(exposure.host);
      return write([identity, note(['exposure'], identity.id, exposureWords(exposure), exposure.builds.at(-1)?.to)]);
    },
    end: ({ findings, rules, files, lines, complete }) => {
      const words = `${findings} findings of ${rules} rules in ${files} files, ${lines} lines; ${complete ? 'all was read' : 'not all could be read'}`;
      return `${write([note(['summary'], EXHUNT.id, [words])])}\n],"id":"bundle--${bundle}"}\n`;
    },
    notes: () => [
      ...(noTime > 0
        ? [`${noTime} findings have no time: they are sightings without a time, of what was found but not of what was observed when`]
        : []),
      ...(again ? [`more than ${REMEMBERED} objects: some stand there more than once, with the same id`] : []),
    ],
  };
}

/** Made once, as far as there is room. */
class Kept<Value> {
  readonly #values = new Map<string, Value>();

  get(key: string, make: () => Value): Value {
    const kept = this.#values.get(key);
    if (kept !== undefined) return kept;
    const value = make();
    if (this.#values.size < KEPT) this.#values.set(key, value);
    return value;
  }
}

function hostObject(host: Finding['host']): StixObject {
  const name = nameOf(host);
  return object('identity', ['host', name], { created_by_ref: EXHUNT.id, name, identity_class: 'system' });
}

/** All that one finding is of; what other findings have in common is written once. */
function findingObjects(finding: Finding, host: StixObject, ofRule: readonly StixObject[]): StixObject[] {
  const { id, message, event, correlation } = finding;
  const [indicator = indicatorObject(finding)] = ofRule;
  const record = recordObject(finding);
  const observed = observables(finding);
  const time = wholeTime(finding['@timestamp']);
  const first = wholeTime(event.start) ?? time;
  const count = Math.min(MOST_COUNTED, Math.max(1, correlation?.count ?? 1));
  const sighting = {
    created_by_ref: EXHUNT.id,
    description: message,
    count,
    sighting_of_ref: indicator.id,
    where_sighted_refs: [host.id],
  };
  const common = [host, ...ofRule, ...observed, record];
  if (time === undefined || first === undefined || first > time) {
    const related = { relationship_type: 'related-to', source_ref: indicator.id, target_ref: record.id, created_by_ref: EXHUNT.id };
    return [...common, object('relationship', ['record', id], related), object('sighting', [id], { ...sighting, summary: false })];
  }
  const data = object('observed-data', [id], {
    created: time,
    modified: time,
    created_by_ref: EXHUNT.id,
    first_observed: first,
    last_observed: time,
    number_observed: count,
    object_refs: [...observed, record].map((each) => each.id),
  });
  const seen = { created: time, modified: time, first_seen: first, last_seen: time, observed_data_refs: [data.id] };
  return [...common, data, object('sighting', [id], { ...sighting, ...seen })];
}

/** The indicator comes first. */
function ruleObjects(finding: Finding): readonly StixObject[] {
  const indicator = indicatorObject(finding);
  return [indicator, ...techniques(finding, indicator), ...vulnerabilities(finding, indicator)];
}

function indicatorObject({ rule }: Finding): StixObject {
  return object('indicator', [rule.id], {
    created_by_ref: EXHUNT.id,
    name: rule.name,
    description: [`A Sigma rule of level ${rule.level}`, rule.author && `by ${rule.author.join(', ')}`, rule.license]
      .filter(Boolean)
      .join(', '),
    indicator_types: [rule.stage === 'recon' ? 'anomalous-activity' : 'malicious-activity'],
    labels: [rule.level],
    ...(rule.stage !== undefined && { kill_chain_phases: [{ kill_chain_name: 'exhunt', phase_name: rule.stage }] }),
    pattern: `[x-exhunt-finding:rule_id = ${patternText(rule.id)}]`,
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: TIMELESS,
  });
}

function techniques({ threat }: Finding, indicator: StixObject): StixObject[] {
  return (threat?.technique.id ?? []).flatMap((id) => {
    const external = [{ source_name: 'mitre-attack', external_id: id }];
    const pattern = object('attack-pattern', [id], { created_by_ref: EXHUNT.id, name: id, external_references: external });
    return [pattern, relation(indicator, 'indicates', pattern)];
  });
}

function vulnerabilities({ vulnerability }: Finding, indicator: StixObject): StixObject[] {
  return (vulnerability?.id ?? []).flatMap((id) => {
    const isCve = /^CVE-\d{4}-(?:0\d{3}|[1-9]\d{3,})$/.test(id);
    const external = isCve ? { external_references: [{ source_name: 'cve', external_id: id }] } : {};
    const found = object('vulnerability', [id], { created_by_ref: EXHUNT.id, name: id, ...external });
    return [found, relation(indicator, 'related-to', found)];
  });
}

function relation(from: StixObject, type: string, to: StixObject): StixObject {
  const properties = { relationship_type: type, source_ref: from.id, target_ref: to.id, created_by_ref: EXHUNT.id };
  return object('relationship', [from.id, type, to.id], properties);
}

/** What of a finding is an observable of the standard. */
function observables({ '@timestamp': time, source, user, http, url, user_agent: agent }: Finding): StixObject[] {
  const ip = plainAddress(source?.ip);
  const address = ip === undefined ? [] : [observable(ip.includes(':') ? 'ipv6-addr' : 'ipv4-addr', { value: ip }, ['value'])];
  const account =
    user?.name === undefined || user.name === '' ? [] : [observable('user-account', { account_login: user.name }, ['account_login'])];
  const method = http?.request?.method;
  const value = `${url?.path ?? ''}${url?.query === undefined ? '' : `?${url.query}`}`;
  const request = {
    request_method: method?.toLowerCase(),
    request_value: value,
    ...(agent !== undefined && agent.original !== '' && { request_header: { 'User-Agent': [agent.original] } }),
  };
  const traffic = address.map((each) => {
    const properties = {
      ...filled('start', wholeTime(time)),
      src_ref: each.id,
      protocols: ['ipv4', 'tcp', 'http'].with(0, each.type === 'ipv6-addr' ? 'ipv6' : 'ipv4'),
      ...(method !== undefined && method !== '' && value !== '' && { extensions: { 'http-request-ext': request } }),
    };
    return observable('network-traffic', properties, Object.keys(properties));
  });
  return [...address, ...account, ...traffic];
}

/** The record itself. */
function recordObject(finding: Finding): StixObject {
  const { id, rule, log, event, http, correlation } = finding;
  const properties = {
    extensions: { [EXTENSION.id]: { extension_type: 'new-sco' } },
    finding_id: id,
    rule_id: rule.id,
    rule_name: rule.name,
    level: rule.level,
    log_type: log.type,
    file_path: log.file.path,
    line: log.line,
    offset: log.offset,
    ...filled('original_path', log.file.original_path),
    ...filled('status_code', http?.response?.status_code),
    ...filled('matched', sayMatched(finding)),
    ...filled('raw', event.original),
    ...filled('findings', correlation?.findings.slice(0, REFERENCES)),
  };
  return observable('x-exhunt-finding', properties, ['finding_id']);
}
