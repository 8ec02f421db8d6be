import type { Finding } from '../model/finding.ts';
import { LEVELS, type Level, type Stage } from '../model/rule.ts';
import { isPublicAddress, plainAddress } from './address.ts';
import { exportJson, filled, idOf } from './export-json.ts';
import { wholeTime } from './instant.ts';
import { createMarkdownReporter } from './markdown.ts';
import type { Reporter } from './reporter.ts';

/** Values of one type: a flood of paths does not keep an address out. All together are more than MISP shows at ease. */
const MOST_OF_A_TYPE = 5_000;
/** MISP keeps no more of a value. */
const VALUE_CHARACTERS = 65_535;
/** Names of rules told of each value. */
const NAMES = 5;

/** MISP counts down: 1 is high, 4 undefined. */
const THREAT: Readonly<Record<Level, string>> = { critical: '1', high: '1', medium: '2', low: '3', informational: '4' };

/** What an address has done by then; before, it may have been anybody's scanner. */
const ACTED: ReadonlySet<Stage | undefined> = new Set<Stage>(['exploit', 'webshell', 'action', 'cleanup']);

/** One value, whatever many findings it stands in. */
interface Attribute {
  readonly type: string;
  readonly category: string;
  readonly value: string;
  toIds: boolean;
  first: string | undefined;
  last: string | undefined;
  count: number;
  readonly rules: Set<string>;
  readonly hosts: Set<string>;
}

/**
 * An event to import into MISP: what was seen of attackers, of whom they attacked, and by which vulnerability, each value once; and the case note as
 * its report. Only addresses on the Internet that did more than ask are to be looked for (`to_ids`), and nothing of the victim's.
 */
export function createMispReporter(): Reporter {
  const note = createMarkdownReporter();
  const attributes = new Map<string, Attribute>();
  const types = new Map<string, number>();
  let left = 0;
  let uuid = idOf('misp');
  let worst: Level = 'informational';
  let first: string | undefined;
  let noteText = note.begin();
  return {
    begin: () => '',
    finding: (finding) => {
      uuid = idOf(uuid, finding.id);
      if (LEVELS.indexOf(finding.rule.level) > LEVELS.indexOf(worst)) worst = finding.rule.level;
      first ??= wholeTime(finding['@timestamp']);
      for (const value of valuesOf(finding)) if (!addTo(attributes, types, value, finding)) left += 1;
      return note.finding(finding);
    },
    story: (told) => note.story(told),
    verdict: (told) => note.verdict(told),
    coverage: (told) => note.coverage(told),
    exposure: (told) => note.exposure(told),
    diagnostic: (told) => note.diagnostic(told),
    end: (summary) => {
      noteText += note.end(summary);
      const hosts = [...attributes.values()].filter(({ type }) => type === 'target-machine').map(({ value }) => value);
      const of =
        hosts.length === 0
          ? ''
          : ` on ${hosts.slice(0, NAMES).join(', ')}${hosts.length > NAMES ? ` and ${hosts.length - NAMES} more` : ''}`;
      const event = {
        uuid,
        info: `exhunt: ${summary.findings} findings in Microsoft Exchange logs${of}`,
        date: (first ?? '1970-01-01').slice(0, 10),
        threat_level_id: THREAT[worst],
        analysis: '1',
        distribution: '0',
        published: false,
        attribute_count: String(attributes.size),
        Tag: [{ name: 'exhunt' }],
        EventReport: [{ uuid: idOf(uuid, 'report'), name: 'exhunt report', content: noteText, distribution: '5' }],
      };
      const head = exportJson(event).slice(1, -1);
      const lines = [...attributes.values()].map((attribute) => exportJson(attributeJson(attribute, uuid)));
      return `{"Event":{${head},"Attribute":[\n${lines.join(',\n')}\n]}}\n`;
    },
    notes: () =>
      left > 0
        ? [
            `more than ${MOST_OF_A_TYPE} values of a type: ${left} times another stood in a finding and is not in the event; jsonl has them all`,
          ]
        : [],
  };
}

type Value = Pick<Attribute, 'type' | 'category' | 'value' | 'toIds'>;

function valuesOf({ rule, vulnerability, host, source, user, url, user_agent: agent }: Finding): Value[] {
  const values: Value[] = [];
  const add = (type: string, category: string, value: string | undefined, toIds = false): void => {
    const fitting = value?.slice(0, VALUE_CHARACTERS).trim();
    if (fitting !== undefined && fitting !== '' && fitting !== '-') values.push({ type, category, value: fitting, toIds });
  };
  const address = plainAddress(source?.ip);
  const isGrave = rule.level === 'high' || rule.level === 'critical';
  add('ip-src', 'Network activity', address, address !== undefined && isGrave && ACTED.has(rule.stage) && isPublicAddress(address));
  add('uri', 'Network activity', url?.path);
  add('user-agent', 'Network activity', agent?.original);
  for (const id of vulnerability?.id ?? []) if (/^CVE-\d{4}-\d{4,}$/.test(id)) add('vulnerability', 'External analysis', id);
  add('target-machine', 'Targeting data', host?.name);
  add('target-user', 'Targeting data', user?.name);
  return values;
}

/** @returns whether there was room */
function addTo(
  attributes: Map<string, Attribute>,
  types: Map<string, number>,
  { type, category, value, toIds }: Value,
  { rule, host, ...finding }: Finding,
): boolean {
  const key = `${type} ${value}`;
  const time = wholeTime(finding['@timestamp']);
  let attribute = attributes.get(key);
  if (attribute === undefined) {
    const ofType = types.get(type) ?? 0;
    if (ofType >= MOST_OF_A_TYPE) return false;
    types.set(type, ofType + 1);
    attribute = { type, category, value, toIds, first: undefined, last: undefined, count: 0, rules: new Set(), hosts: new Set() };
    attributes.set(key, attribute);
  }
  attribute.toIds ||= toIds;
  attribute.count += 1;
  if (time !== undefined && (attribute.first === undefined || time < attribute.first)) attribute.first = time;
  if (time !== undefined && (attribute.last === undefined || time > attribute.last)) attribute.last = time;
  if (attribute.rules.size <= NAMES) attribute.rules.add(rule.name);
  if (host !== undefined && attribute.hosts.size <= NAMES) attribute.hosts.add(host.name);
  return true;
}

function attributeJson({ type, category, value, toIds, first, last, count, rules, hosts }: Attribute, event: string): object {
  const named = (names: ReadonlySet<string>): string => [...names].slice(0, NAMES).join('; ') + (names.size > NAMES ? '; …' : '');
  const on = hosts.size === 0 || type === 'target-machine' ? '' : ` on ${named(hosts)}`;
  return {
    uuid: idOf(event, type, value),
    type,
    category,
    value,
    to_ids: toIds,
    distribution: '5',
    disable_correlation: type === 'user-agent' || type === 'uri',
    comment: `${count} findings${on}: ${named(rules)}`,
    ...filled('first_seen', first?.replace('Z', '000+00:00')),
    ...filled('last_seen', last?.replace('Z', '000+00:00')),
  };
}
