import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ecsErrors } from '../schemas/ecs/validate.ts';
import { mispErrors } from '../schemas/misp/validate.ts';
import { ocsfErrors } from '../schemas/ocsf-1.8/validate.ts';
import { patternError } from '../schemas/stix-2.1/pattern.ts';
import { stixErrors } from '../schemas/stix-2.1/validate.ts';
import { timesketchCsvErrors, timesketchErrors } from '../schemas/timesketch/validate.ts';
import { parseJsonl, runCli } from './run-cli.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-formats-'));
  const files = [
    'ecs=a.ndjson',
    'misp=a.json',
    'ocsf=a.ocsf',
    'stix=a.stix',
    'timesketch=a.jsonl',
    'timesketch-csv=a.csv',
    'jsonl=run.jsonl',
  ];
  const outputs = files.flatMap((file) => ['-o', file.replace('=', `=${folder}/`)]);
  expect(runCli(['scan', 'samples/contoso-ex01', '-q', '--exit-zero', ...outputs])).toMatchObject({ code: 0, stderr: '' });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A good output and its validator; and what would make it bad, by what it breaks. */
const CASES: readonly (readonly [
  name: string,
  validate: (text: string) => string[],
  damages: readonly (readonly [what: string, damage: (text: string) => string, said: RegExp])[],
])[] = [
  [
    'a.ndjson',
    ecsErrors,
    [
      ['the last line has no end', (text) => text.trimEnd(), /no end/],
      ['a document is missing', (text) => text.replace(/\n.*\n$/, '\n'), /no document/],
      ['an action is another', (text) => text.replace('{"create"', '{"made"'), /no action/],
      ['a field is not in the schema', (text) => text.replace('"kind":"alert"', '"sort":"alert"'), /event\.sort is no field/],
      ['a kind is not allowed', (text) => text.replace('"kind":"alert"', '"kind":"signals"'), /event\.kind may not be/],
      ['a type is not of its category', (text) => text.replace('"type":["info"]', '"type":["start"]'), /is not expected/],
      ['a number is a text', (text) => text.replace('"severity":21', '"severity":"21"'), /no long/],
      ['a list is a value', (text) => text.replace('"tags":["exhunt"', '"tags":"exhunt","x":["a"'), /has to be a list/],
      ['an address is none', (text) => text.replace('"ip":"203.0.113.40"', '"ip":"somewhere"'), /no ip/],
      ['a time is none', (text) => text.replace(/"@timestamp":"[^"]*"/, '"@timestamp":"yesterday"'), /no date/],
      ['an id stands there twice', (text) => text + text, /stood there before/],
    ],
  ],
  [
    'a.stix',
    stixErrors,
    [
      ['an id is no UUID', (text) => text.replace('"id":"bundle--', '"id":"bundle--x'), /bundle\/id/],
      ['a required property is missing', (text) => text.replace('"pattern_type":"stix",', ''), /pattern_type/],
      ['a pattern is broken', (text) => text.replace('"pattern":"[', '"pattern":"'), /pattern: /],
      [
        'a reference leads nowhere',
        (text) => text.replace(/"sighting_of_ref":"indicator--./, '"sighting_of_ref":"indicator--'),
        /sighting_of_ref/,
      ],
      ['a time has no zone', (text) => text.replace(/"first_observed":"(.*?)Z"/, '"first_observed":"$1"'), /first_observed/],
      ['a time has no milliseconds', (text) => text.replace(/"created":"(.*?)\.\d+Z"/, '"created":"$1Z"'), /created/],
      ['times are out of order', (text) => text.replace(/"last_observed":"\d{4}/, '"last_observed":"1999'), /is behind/],
      ['a count is too large', (text) => text.replace('"number_observed":1,', '"number_observed":1000000000,'), /number_observed/],
      ['a version is another', (text) => text.replace('"spec_version":"2.1"', '"spec_version":"2.0"'), /spec_version/],
      ['a list is empty', (text) => text.replace(/"object_refs":\[.*?\]/, '"object_refs":[]'), /object_refs/],
      ['a type is not known', (text) => text.replace('"type":"note"', '"type":"remark"'), /no such type/],
      ['an extension is not defined', (text) => text.replace(/\n\{"type":"extension-definition".*\n/, '\n'), /not defined/],
      [
        'two are one',
        (text) =>
          text
            .replace('"name":"EX01"', '"name":"EX02"')
            .replace('"objects":[\n', `"objects":[\n${/\{"type":"identity".*?"EX01".*?\}/.exec(text)?.[0]},`),
        /two objects/,
      ],
    ],
  ],
  [
    'a.json',
    mispErrors,
    [
      ['a required property is missing', (text) => text.replace('"analysis":"1",', ''), /analysis/],
      ['a number is a number', (text) => text.replace('"distribution":"0"', '"distribution":0'), /distribution/],
      ['a date is none', (text) => text.replace('"date":"2021-03-02"', '"date":"2021-03-32"'), /date/],
      ['a category has no such type', (text) => text.replace('"category":"Targeting data"', '"category":"Payload type"'), /no such type/],
      ['an address is none', (text) => text.replace('"value":"203.0.113.40"', '"value":"somewhere"'), /is none/],
      ['to_ids of the victim', (text) => text.replace(/("type":"target-machine".*?"to_ids":)false/, '$1true'), /not an attacker's/],
      ['to_ids of an internal address', (text) => text.replace(/("value":"203.0.113.40","to_ids":)false/, '$1true'), /internal address/],
      ['a value stands there twice', (text) => text.replace('"value":"203.0.113.40"', '"value":"203.0.113.77"'), /twice/],
      ['the count is another', (text) => text.replace('"attribute_count":"', '"attribute_count":"9'), /attribute_count/],
    ],
  ],
  [
    'a.ocsf',
    ocsfErrors,
    [
      ['the last line has no end', (text) => text.trimEnd(), /no end/],
      ['a required attribute is missing', (text) => text.replace('"severity_id":2,', ''), /severity_id is required/],
      ['an attribute is not known', (text) => text.replace('"severity_id":2', '"severity_id":2,"gravity":2'), /gravity is not known/],
      ['a number is not of its enumeration', (text) => text.replace('"severity_id":2', '"severity_id":7'), /severity_id may not be 7/],
      ['the class is another', (text) => text.replace('"type_uid":200401', '"type_uid":200402'), /type_uid is not/],
      ['a time is a text', (text) => text.replace(/"time":(\d+)/, '"time":"$1"'), /no timestamp/],
      [
        'evidence is of nothing that counts',
        (text) => text.replace(/"data":\{.*?\},"src_endpoint":\{"ip":"[^"]*"\},"url":\{.*?\},/, ''),
        /none of actor/,
      ],
      ['an address is none', (text) => text.replace('{"ip":"203.0.113.40"}', '{"ip":"somewhere"}'), /no ip/],
      ['a list is empty', (text) => text.replace(/"attacks":\[.*?\]/, '"attacks":[]'), /no list/],
      ['an analytic has no type', (text) => text.replace('"type_id":1,', ''), /type_id is required/],
    ],
  ],
  [
    'a.jsonl',
    timesketchErrors,
    [
      ['a message is missing', (text) => text.replace('"message":', '"words":'), /message is missing/],
      ['a time has no offset', (text) => text.replace('+00:00', ''), /ISO 8601/],
      ['a time is dropped', (text) => text.replace('"datetime":"2021', '"datetime":"1021'), /dropped/],
      ['the two times differ', (text) => text.replace(/"timestamp":\d/, '"timestamp":9'), /microseconds/],
      ['a tag is a text', (text) => text.replace('"tag":["exhunt"', '"tag":"exhunt","x":["a"'), /no list/],
      ['a name is scrubbed', (text) => text.replace('"rule_id"', '"_id"'), /does not keep/],
      ['a value is too long', (text) => text.replace('"raw":"', `"raw":"${'x'.repeat(40_000)}`), /too long/],
      ['all is one list', (text) => `[${text.trimEnd().replaceAll('\n', ',')}]\n`, /no object/],
    ],
  ],
  [
    'a.csv',
    timesketchCsvErrors,
    [
      ['there is a byte order mark', (text) => `\uFEFF${text}`, /byte order mark/],
      ['a column is missing', (text) => text.replace('timestamp_desc', 'description'), /lacks timestamp_desc/],
      ['a time is none', (text) => text.replace('+00:00', ''), /ISO 8601/],
      ['a tag begins a list', (text) => text.replace('"exhunt,', '"[exhunt,'), /no list/],
      ['NUL', (text) => text.replace('ProxyLogon', '\u0000'), /NUL/],
    ],
  ],
];

describe.each(CASES)('%s of the sample', (name, validate, damages) => {
  test('breaks no rule', () => {
    expect(validate(read(name))).toEqual([]);
  });

  test.each(damages)('is found out where %s', (_, damage, said) => {
    const text = read(name);
    const damaged = damage(text);
    expect(damaged).not.toBe(text);
    expect(validate(damaged).join('\n')).toMatch(said);
  });
});

describe('a STIX pattern', () => {
  test.each([
    "[ipv4-addr:value = '198.51.100.1']",
    "[ipv4-addr:value = '198.51.100.1' OR ipv4-addr:value = '203.0.113.33/32']",
    "([a:b = 'x'] AND [c:d != 5]) FOLLOWEDBY [file:hashes.'SHA-256' LIKE 'it\\'s'] WITHIN 5 SECONDS",
    "[network-traffic:extensions.'http-request-ext'.request_header[*] NOT IN ('a', 'b')]",
    '[process:x[1].y >= -1.5 AND (a:b = true OR a:c = false)] REPEATS 2 TIMES',
  ])('%s is one', (pattern) => {
    expect(patternError(pattern)).toBeUndefined();
  });

  test.each([
    '',
    'ipv4-addr:value',
    "[ipv4-addr:value = '1'",
    "[value = '1']",
    "[a:b = 'it's']",
    '[a:b = ]',
    "[a:b == 'x']",
    "[a:b-c = 'x']",
    "[a:b = 'x'] x",
  ])('%s is none', (pattern) => {
    expect(patternError(pattern)).toEqual(expect.any(String));
  });
});

describe('every finding of the sample', () => {
  const findings = (): string[] =>
    parseJsonl(read('run.jsonl'))
      .filter(({ record }) => record === 'finding')
      .map(({ id }) => String(id));

  test.each([
    ['a.ndjson', /"create":\{"_id":"([0-9a-f]{32})"/g],
    ['a.stix', /"finding_id":"([0-9a-f]{32})"/g],
    ['a.ocsf', /"finding_info":\{"uid":"([0-9a-f]{32})"/g],
    ['a.jsonl', /"timestamp_desc":"L(?:ogged|ast).*?"finding_id":"([0-9a-f]{32})"/g],
  ])('stands in %s', (name, id) => {
    const found = [...read(name).matchAll(id)].flatMap(([, each]) => each ?? []);
    expect(found).toEqual(findings());
  });
});

describe('on the command line', () => {
  test.each([
    [['-o', 'timesketch=x.json'], 'does not end in .jsonl'],
    [['-o', 'timesketch-csv=x.txt'], 'does not end in .csv'],
    [['-o', 'text=-', '--csv-profile', 'excel'], '--csv-profile excel is for CSV'],
    [['-o', 'csv=-', '--csv-profile', 'lotus'], 'csv-profile'],
    [['-o', 'csv=-', '--csv-profile'], 'csv-profile'],
    [['-o', 'csv=-', '--csv-profile', 'raw', '--csv-profile', 'excel'], 'only once'],
    [['-o', 'stixx=-'], 'there is no format stixx'],
  ])('%j is wrong usage, for scan, merge and convert', (args, said) => {
    for (const command of [
      ['scan', 'samples/contoso-ex01'],
      ['merge', at('run.jsonl')],
      ['convert', at('run.jsonl')],
    ])
      expect(runCli([...command, ...args])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
  });

  test('merges runs into any format', () => {
    for (const format of ['stix', 'ecs', 'markdown'])
      expect(runCli(['merge', at('run.jsonl'), at('run.jsonl'), '--exit-zero', '-o', `${format}=-`])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('ProxyLogon'),
      });
    const { stdout } = runCli(['merge', at('run.jsonl'), at('run.jsonl'), '--exit-zero', '-o', 'stix=-']);
    expect(stixErrors(stdout)).toEqual([]);
  });

  test('tells what a format had no room for, unless it shall be quiet', () => {
    const log = '#Fields: cs-method cs-uri-stem c-ip sc-status\r\nPOST /aspnet_client/shell.aspx 203.0.113.9 200\r\n';
    writeFileSync(at('timeless.log'), log);
    const scan = ['scan', at('timeless.log'), '--exit-zero', '-o', 'ecs=-'];
    expect(runCli(scan).stderr).toContain('note: standard output: 1 findings have no time');
    expect(runCli([...scan, '-q']).stderr).toBe('');
  });
});
