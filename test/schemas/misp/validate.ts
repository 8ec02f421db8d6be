import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { createAjv, errorsOf } from '../ajv.ts';

/** Of `category_type_mappings` in describeTypes.json, the types that a category has and an event of exhunt could use. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  'Network activity': [
    'ip-src',
    'ip-dst',
    'port',
    'hostname',
    'domain',
    'url',
    'uri',
    'user-agent',
    'http-method',
    'comment',
    'text',
    'other',
    'cookie',
  ],
  'External analysis': ['ip-src', 'ip-dst', 'filename', 'url', 'user-agent', 'vulnerability', 'link', 'comment', 'text', 'other'],
  'Payload delivery': ['filename', 'url', 'user-agent', 'ip-src', 'ip-dst', 'vulnerability', 'comment', 'text', 'other'],
  'Targeting data': ['target-user', 'target-email', 'target-machine', 'target-org', 'target-location', 'target-external', 'comment'],
  'Internal reference': ['text', 'link', 'comment', 'other', 'hex'],
};

/** How MISP looks at values of a type before it keeps them. */
const VALUES: Readonly<Record<string, (value: string) => boolean>> = {
  'ip-src': (value) => isIP(value) > 0,
  'ip-dst': (value) => isIP(value) > 0,
  vulnerability: (value) => /^CVE-\d{4}-\d{4,}$/i.test(value),
};

const INTERNAL = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  INTERNAL.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['2001:db8::', 32],
  ['ff00::', 8],
] as const)
  INTERNAL.addSubnet(network, bits, 'ipv6');

interface MispAttribute {
  readonly type: string;
  readonly category: string;
  readonly value: string;
  readonly to_ids: boolean;
  readonly uuid: string;
  readonly first_seen?: string;
  readonly last_seen?: string;
}

const validate = createAjv().compile(JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8')) as object);

/** What of an event MISP would refuse, merge or look for in vain. */
export function mispErrors(text: string): string[] {
  const event = JSON.parse(text) as {
    readonly Event?: { readonly Attribute?: readonly MispAttribute[]; readonly attribute_count?: string };
  };
  const errors = errorsOf(validate, event, 'event');
  const { Attribute: attributes = [], attribute_count: count } = event.Event ?? {};
  if (count !== String(attributes.length)) errors.push(`attribute_count is ${count} of ${attributes.length}`);
  const values = new Set<string>();
  const uuids = new Set<string>();
  for (const { type, category, value, to_ids: toIds, uuid, first_seen: first, last_seen: last } of attributes) {
    const name = `${type} ${value}`;
    if (TYPES[category]?.includes(type) !== true) errors.push(`${name}: ${category} has no such type`);
    if (VALUES[type]?.(value) === false) errors.push(`${name}: is none`);
    if (value !== value.trim()) errors.push(`${name}: is trimmed and then another`);
    if (values.has(`${category} ${name}`)) errors.push(`${name}: stands there twice`);
    if (uuids.has(uuid)) errors.push(`${name}: has another's uuid`);
    if (first !== undefined && last !== undefined && first > last) errors.push(`${name}: first_seen is behind last_seen`);
    if (toIds && type !== 'ip-src') errors.push(`${name}: to_ids of what is not an attacker's`);
    if (toIds && INTERNAL.check(value, isIP(value) === 6 ? 'ipv6' : 'ipv4')) errors.push(`${name}: to_ids of an internal address`);
    values.add(`${category} ${name}`);
    uuids.add(uuid);
  }
  return errors;
}
