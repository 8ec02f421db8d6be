import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Rule } from '../src/model/rule.ts';
import { LOG_TYPES } from '../src/parse/log-types.ts';

/** So much of a file is enough to be changed, and quick to be read. */
const SEED_BYTES = 6_000;

function filesBelow(root: string, isWanted: (name: string) => boolean): Buffer[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isWanted(entry.name))
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)));
}

/** Logs: the heads of golden inputs and of some samples, and of each log type one made of the rules' own lines. */
export function logSeeds(root: string, rules: readonly Rule[]): Buffer[] {
  const golden = filesBelow(path.join(root, 'test/golden'), (name) => /\.(?:log|csv|txt)$/i.test(name));
  const samples = filesBelow(path.join(root, 'samples/contoso-ex01'), (name) => /20?210303(?:06)?(?:-1)?\.log$/i.test(name));
  const examples = rules.flatMap((rule) => rule.examples);
  const own = LOG_TYPES.map(({ id, layouts, dialect }) => {
    const rows = examples.filter(({ logType }) => logType === id).map(({ text }) => text);
    const header = layouts[0] === undefined ? [] : [`#Fields: ${layouts[0].join(dialect === 'csv' ? ',' : ' ')}`];
    return Buffer.from([...header, ...rows.slice(0, 12), ''].join('\r\n'));
  });
  return [...golden, ...samples, ...own].map((content) => content.subarray(0, SEED_BYTES));
}

/** Rules, filters and correlations: the bundled ones and those of the vectors, one document each as often as not. */
export function ruleSeeds(root: string): Buffer[] {
  const files = ['rules', 'test/sigma-vectors', 'test/golden'].flatMap((folder) =>
    filesBelow(path.join(root, folder), (name) => /\.ya?ml$/.test(name)),
  );
  return files.flatMap((file) => {
    const documents = file.toString('utf8').split(/^---$/m);
    return documents.length > 1 ? [file.subarray(0, 20_000), ...documents.map((text) => Buffer.from(text))] : [file];
  });
}

const STIX = {
  type: 'bundle',
  id: 'bundle--1',
  objects: [
    { type: 'indicator', id: 'indicator--1', name: 'n', pattern_type: 'stix', pattern: "[ipv4-addr:value = '203.0.113.7']", valid_from: '2021-03-01T00:00:00Z' },
    { type: 'indicator', id: 'indicator--2', pattern_type: 'stix', pattern: "[url:value LIKE '%/x.aspx' OR file:name = 'y.aspx'] START t'2021-03-01T00:00:00Z'" },
  ],
}; // prettier-ignore
const MISP = { Event: { info: 'e', Attribute: [{ type: 'ip-src', value: '203.0.113.7', comment: 'c' }], Object: [{ Attribute: [{ type: 'url', value: 'http://e.example/x' }] }] } }; // prettier-ignore

export const INDICATOR_SEEDS: readonly Buffer[] = [
  '203.0.113.7\n198.51.100.0/24 # a network\nhxxp://evil[.]example/x.aspx\n/aspnet_client/y.aspx\nantSword/v2.1\n2001:db8::1\n',
  'value,type,first_seen,last_seen,level,description\n203.0.113.7,ip,2021-03-01,2021-03-05,high,"a, ""quoted"" word"\nx.aspx,file,,,low,\n',
  JSON.stringify(['203.0.113.7', { value: 'x.aspx', type: 'file', level: 'high' }]),
  '{"value":"203.0.113.7"}\n{"indicator":"evil.example","first_seen":"2021-03-01"}\n',
  JSON.stringify(STIX),
  JSON.stringify(MISP),
  JSON.stringify({ indicators: [{ ioc_value: '203.0.113.7', ioc_type: 'ip:port' }] }),
].map((text) => Buffer.from(text));
