import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kernelModule } from '../../../src/kernel-module.ts';
import { Matcher } from '../../../src/match/matcher.ts';
import type { LogRecord } from '../../../src/model/log-record.ts';
import type { Rule } from '../../../src/model/rule.ts';
import { LogParser } from '../../../src/parse/log-parser.ts';
import { LOG_TYPES, logTypeById } from '../../../src/parse/log-types.ts';
import { clausesOf } from '../../../src/prefilter/clauses.ts';
import { Kernel } from '../../../src/prefilter/kernel.ts';
import { KnownColumns } from '../../../src/prefilter/known-columns.ts';
import { Prefilter } from '../../../src/prefilter/prefilter.ts';
import { loadRuleSet } from '../../../src/rule-set.ts';
import { loadRules } from '../../../src/sigma/load.ts';

const { rules: bundled } = await loadRuleSet({ folders: [], hasDefaultRules: true });
const usualKernel = new Kernel(kernelModule());
// Node 20 has it, but behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');
const relaxedKernel = new Kernel(new WebAssembly.Module(readFileSync(new URL('../../../dist/kernel-relaxed.wasm', import.meta.url))));

interface Surroundings {
  readonly logType: string;
  readonly header: string;
  /** The lines that the plan is made for; left out: the line itself. */
  readonly others?: readonly string[];
  readonly isRelaxed?: boolean;
}

/** What became of one line below a header: whether it could be skipped, and what a full reading makes of it. */
function ask(rules: readonly Rule[], { logType, header, others, isRelaxed }: Surroundings, text: string) {
  const parser = new LogParser(logTypeById(logType), () => undefined);
  const matcher = new Matcher(rules);
  const records: LogRecord[] = [];
  const push = (number: number, line: string) =>
    parser.push({ number, offset: 0, text: line, isComplete: true, isCut: false }, (record) => void records.push(record));
  for (const each of header.split('\n')) push(1, each);
  const { plain } = parser;
  const { skipped, prefilter } =
    plain === undefined
      ? { skipped: [] }
      : skip(plain, matcher, text, { others: others ?? [text], kernel: isRelaxed === true ? relaxedKernel : usualKernel });
  const kind = push(2, text);
  const [record] = records;
  const [first] = skipped;
  const foreseen = record && prefilter?.foreseen(record);
  // What the prefilter knows of a record is what asking every rule comes to.
  if (record !== undefined && foreseen !== undefined) {
    const whole = matcher.match(record);
    expect(whole.length).toBeGreaterThan(0);
    expect(matcher.match(record, foreseen)).toEqual(whole);
  }
  return {
    canSkip: first?.lines === 1,
    time: first?.first,
    kind,
    record,
    matches: record === undefined ? 0 : matcher.match(record).length,
  };
}

interface With {
  readonly others: readonly string[];
  readonly kernel: Kernel;
}

function skip(plain: NonNullable<LogParser['plain']>, matcher: Matcher, text: string, { others, kernel }: With) {
  kernel.clear();
  const applied = matcher.bound(plain.schema).filter(({ isBlind }) => !isBlind);
  const known = new KnownColumns(plain.schema, applied);
  const prefilter = new Prefilter(kernel, plain, { rules: applied, known }, Buffer.from(others.map((each) => `${each}\n`).join('')));
  const length = kernel.input.write(`${text}\nbehind\n`) - 7;
  // A value is new at first, then remembered.
  const skipped = Array.from({ length: 3 }, () => prefilter.skip(kernel.input, 0, length));
  expect(skipped[1]).toEqual(skipped[0]);
  expect(skipped[2]).toEqual(skipped[0]);
  return { skipped, prefilter };
}

const IIS_LOG = { logType: 'iis-w3c', header: '#Fields: date time cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status' };

function rulesOf(...detections: readonly string[]): readonly Rule[] {
  const text = detections.map(
    (detection, index) => `title: t${index}\nid: t${index}\nlogsource: {category: webserver}\ndetection:\n${detection}\n`,
  );
  const { rules, diagnostics } = loadRules('r.yml', text.join('---\n'));
  expect(diagnostics).toEqual([]);
  return rules;
}

describe("the rules' own lines", () => {
  const lines = bundled.flatMap(({ file, examples }) => examples.filter(({ isMatch }) => isMatch).map((example) => ({ file, ...example })));

  test.each(lines)('$file: $text', ({ logType: id, fields, text }) => {
    const logType = LOG_TYPES.find((row) => row.id === id);
    const columns = fields ?? logType?.layouts[0]?.join(logType.dialect === 'csv' ? ',' : ' ') ?? '';
    expect(ask(bundled, { logType: id, header: `#Fields: ${columns}` }, text)).toMatchObject({ canSkip: false });
  });
});

test('logs that write their time in different ways do not share what is remembered of it', () => {
  const iso = '2021-03-03T06:59:13.030Z,/x,GET';
  const header = '#Fields: DateTime,UrlStem,Method';
  expect(ask([], { logType: 'httpproxy', header }, iso).canSkip).toBe(true);
  expect(ask([], IIS_LOG, '2021-03-03T06:59:13 x GET /x - curl/7 200').canSkip).toBe(false);
  expect(ask([], IIS_LOG, '2021-03-03T06:59:13 GET /x - curl/7 200').canSkip).toBe(false);
  expect(ask([], IIS_LOG, '2021-03-03 06:59:13 GET /x - curl/7 200').canSkip).toBe(true);
  expect(ask([], { logType: 'httpproxy', header }, iso.replace('T', ' ')).canSkip).toBe(false);
});

test('a log that packs values into a column is read, also with a date and a time of their own', () => {
  const evil = rulesOf('  s: {URL|contains: evilpath}\n  condition: s').map((rule) => ({ ...rule, logSource: { product: 'exchange' } }));
  const header = '#Fields: date time ServerName EventId EventData';
  const line = '2021-03-03 06:59:13 EX ECP.Request S:URL=/evilpath;S:FE=a';
  expect(ask(evil, { logType: 'ecp-server', header }, line)).toMatchObject({ canSkip: false, matches: 1 });
});

test('what is unpacked or reckoned stands in no line, and is not looked for there', () => {
  const rules = rulesOf(
    "  s: {CommonAccessToken-LogonName|contains: 'contoso'}\n  condition: s",
    "  s: {cs-uri-stem: '/x', BackEndVersionDiffers: 'true'}\n  condition: s",
  );
  const token = Buffer.from(`V\u0001\u0000T\u0007WindowsC\u0000A\u0008KerberosL\u000BCONTOSO\\kim`).toString('base64');
  const others = ['2021-03-03 06:59:13 GET /y - curl/7 200'];
  expect(ask(rules, { ...IIS_LOG, others }, `2021-03-03 06:59:13 GET /z X-Rps-CAT=${token} curl/7 200`)).toMatchObject({
    canSkip: false,
    matches: 1,
  });
  const header = '#Fields: DateTime,MajorVersion,MinorVersion,BuildVersion,UrlStem,GenericInfo';
  const row = (packed: number): string => `2021-03-03T06:59:13.030Z,15,1,2375,/x,FEAuth=BEVersion-${packed};`;
  for (const packed of [3, 1_942_062_522])
    expect(ask(rules, { logType: 'httpproxy', header, others: [row(1_942_063_431)] }, row(packed))).toMatchObject({
      canSkip: false,
      matches: 1,
    });
});

describe('a line is skipped', () => {
  const rules = rulesOf("  s: {cs-uri-stem|contains: '/owa/auth/', cs-method: POST}\n  condition: s");

  test('when no rule can match it, and is counted with its time', () => {
    const { canSkip, time, kind, record } = ask(rules, IIS_LOG, '2021-03-03 06:59:13 GET /owa/auth/x - curl/7 200\r');
    expect([canSkip, time, kind]).toEqual([true, record?.time, 'record']);
  });

  test.each([
    ['holds what a rule asks for', 'POST /owa/auth/x - curl/7 200'],
    ['in any case', 'post /OWA/Auth/x - curl/7 200'],
    ['percent-encoded', 'POST /owa/%61uth/x - curl/7 200'],
    ['percent-encoded twice', 'POST /owa/%2561uth/x - curl/7 200'],
    ['in another form of it', 'POST /owa/%u0061uth/x - curl/7 200'],
    ['is not ASCII', 'GET /x ü curl/7 200'],
    ['has too many values', 'GET /x - curl/7 200 1'],
    ['has too few', 'GET /x - curl/7'],
    ['holds NULs', 'GET /x \u0000 curl/7 200'],
    ['ends in a blank', 'GET /x - curl/7 200 '],
    ['ends in a tab behind one', 'GET /x - 200 \t'],
  ])('but not when it %s', (_, rest) => {
    expect(ask(rules, IIS_LOG, `2021-03-03 06:59:13 ${rest}`).canSkip).toBe(false);
  });

  test.each([
    '2021-02-30 06:59:13',
    '2021-13-03 06:59:13',
    '2021-03-03 24:59:13',
    '2021-03-03 06:59:60',
    '2021-03-0x 06:59:13',
    '21-03-03 06:59:13',
    '2021-03-03T06:59:13',
  ])('but not with the time %s', (time) => {
    expect(ask(rules, IIS_LOG, `${time} GET /x - curl/7 200`).canSkip).toBe(false);
  });

  test.each([
    ['its path and query together', String.raw`cs-uri-query|contains: 'x\?a=1'`, 'GET /x a=1 curl/7 200'],
    ['a blank where the log writes +', "cs-user-agent|contains: 'Windows NT'", 'GET /x - Windows+NT 200'],
    ['a comma where the log writes a blank', "cs-user-agent: 'KHTML, like'", 'GET /x - KHTML++like 200'],
    ['+ where the log writes a comma', "cs-user-agent: 'KHTML+like'", 'GET /x - KHTML,like 200'],
    ['a letter that is another in capitals', "cs-uri-stem|re|i: '^/kiss$'", 'GET /KISS - curl/7 200'],
    ['the address as proxies call it', String.raw`c-uri|contains: '/x\?a=1'`, 'GET /x a=1 curl/7 200'],
    ['a word of the whole line', 'cs-host: nothing, s: 1', 'GET /x - curl/7 200'],
  ])('but not when a rule asks for %s', (_, item, rest) => {
    const asking = item.startsWith('cs-host')
      ? rulesOf("  s: ['GET /x - curl']\n  condition: s")
      : rulesOf(`  s: {${item}}\n  condition: s`);
    const { canSkip, matches } = ask(asking, IIS_LOG, `2021-03-03 06:59:13 ${rest}`);
    expect([canSkip, matches]).toEqual([false, 1]);
  });

  test('also where a rule could match lines of any look, unless it does', () => {
    const open = [...rules, ...rulesOf('  s: {sc-status: 200}\n  condition: s')];
    expect(clausesOf(open[1]?.condition ?? { kind: 'or', parts: [] })).toEqual([]);
    expect(ask(open, IIS_LOG, '2021-03-03 06:59:13 GET /x - curl/7 200').canSkip).toBe(false);
    expect(ask(open, IIS_LOG, '2021-03-03 06:59:13 GET /x - curl/7 404').canSkip).toBe(true);
  });

  test('and is told by its beginning, behind question marks and in any spelling', () => {
    const starting = rulesOf("  s: {cs-uri-query|startswith: ['t=', '\\?t=']}\n  condition: s");
    const canSkip = (rest: string): boolean =>
      ask(starting, { ...IIS_LOG, others: ['2021-03-03 06:59:13 GET /y b=1 curl/7 200'] }, `2021-03-03 06:59:13 ${rest}`).canSkip;
    expect(['GET /x a=1&t=1 curl/7 200', 'GET /x/t= - curl/7 200'].map(canSkip)).toEqual([true, true]);
    expect(['t=1', 'T=1', '?t=1', '??t=1', '%74=1', '%3Ft=1', '%2574=1'].filter((query) => canSkip(`GET /x ${query} curl/7 200`))).toEqual(
      [],
    );
    expect(canSkip('GET t=1 - curl/7 200')).toBe(false);
  });

  test('and not when it decodes to what is a letter only in another alphabet', () => {
    const folding = rulesOf("  s: {cs-uri-stem|re|i: '/sets/'}\n  condition: s");
    const line = '2021-03-03 06:59:13 GET /%c5%bfets/ - curl/7 200';
    expect(ask(folding, { ...IIS_LOG, others: [] }, line)).toMatchObject({ canSkip: false, matches: 1 });
  });

  test('whatever else the same value stood beside', () => {
    const two = rulesOf('  s: {cs-uri-stem: /a, cs-method: POST}\n  condition: s');
    const others = ['GET /a', 'GET /b', 'POST /b'].map((each) => `2021-03-03 06:59:13 ${each} - curl/7 200`);
    expect(ask(two, { ...IIS_LOG, others }, '2021-03-03 06:59:13 POST /a - curl/7 200')).toMatchObject({ canSkip: false, matches: 1 });
  });

  test('with more rules than the kernel tells one by one', () => {
    const many = rulesOf(...Array.from({ length: 150 }, (_, index) => `  s: {cs-uri-stem|contains: '/page-${index}.'}\n  condition: s`));
    const canSkip = (stem: string): boolean =>
      ask(many, { ...IIS_LOG, others: [] }, `2021-03-03 06:59:13 GET ${stem} - curl/7 200`).canSkip;
    expect(Array.from({ length: 150 }, (_, index) => `/x/page-${index}.aspx`).filter(canSkip)).toEqual([]);
    expect(['/x/page-150.aspx', '/x/page-1', '/'].filter((stem) => !canSkip(stem))).toEqual([]);
  });

  test('not below a header whose records do not begin with their time, nor where values are packed or quoted', () => {
    const line = '/x 2021-03-03 06:59:13 GET 200';
    expect(ask(rules, { logType: 'iis-w3c', header: '#Fields: cs-uri-stem date time cs-method sc-status' }, line).canSkip).toBe(false);
    const ecp = '2021-03-03T06:59:17.960Z,EX01,ECP.Request,S:TIME=96';
    expect(
      ask(
        rulesOf('  s: {CMD: xyz}\n  condition: s'),
        { logType: 'ecp-server', header: '#Fields: TimeStamp,ServerName,EventId,EventData' },
        ecp,
      ).canSkip,
    ).toBe(false);
    const quoted = '2021-03-03T06:59:13.030Z,"Sid~1",/x';
    expect(ask(rules, { logType: 'httpproxy', header: '#Fields: DateTime,AnchorMailbox,UrlStem' }, quoted).canSkip).toBe(false);
    expect(
      ask(rules, { logType: 'httpproxy', header: '#Fields: DateTime,AnchorMailbox,UrlStem' }, quoted.replaceAll('"', '')).canSkip,
    ).toBe(true);
  });
});

test('no line that a rule matches is ever skipped, and a skipped line is a record with its time', () => {
  const word = fc.constantFrom(
    'auth',
    'owa',
    'ecp',
    'k',
    'S',
    'shell',
    '.aspx',
    '/',
    '?',
    'a=1',
    '%',
    '%2',
    '%7b',
    '+',
    '-',
    '*',
    'Set',
    '"',
    ',',
    ';',
    '~',
    ']',
  );
  const value = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(''));
  const field = fc.constantFrom('cs-method', 'cs-uri-stem', 'cs-uri-query', 'cs-user-agent', 'sc-status', 'cs-host');
  const modifier = fc.constantFrom(
    '',
    '|contains',
    '|startswith',
    '|endswith',
    '|cased',
    '|contains|all',
    '|contains|neq',
    '|re',
    '|re|i',
    '|windash|contains',
    '|exists',
  );
  const item = fc.tuple(field, modifier, fc.array(value, { minLength: 1, maxLength: 3 })).map(([name, how, values]) => {
    if (how === '|exists') return { [`${name}${how}`]: true };
    const asked = how.startsWith('|re') ? values.map((each) => `${each.replaceAll(/[.?+*\]]/g, '\\$&')}(x|auth)?.*`) : values;
    return { [`${name}${how}`]: asked };
  });
  const search = fc.oneof(
    item,
    fc.array(item, { minLength: 1, maxLength: 2 }),
    fc.tuple(item, item).map(([a, b]) => ({ ...a, ...b })),
    fc.array(
      value.filter((text) => /\w/.test(text)),
      { minLength: 1, maxLength: 2 },
    ),
  );
  const condition = fc.constantFrom('a', 'a and b', 'a or b', 'a and not b', 'not a', '1 of them', 'not (a or b)', 'b and (a or not a)');
  const rule = fc.tuple(search, search, condition).map(([a, b, how]) => ({ a, b, condition: how }));
  const encoded = value.map((text) => text.replaceAll(/[ast]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`));
  const twice = encoded.map((text) => text.replaceAll('%', '%25'));
  const cell = fc.oneof(
    value,
    encoded,
    twice,
    value.map((text) => text.toUpperCase()),
    fc.constant('-'),
    fc.constant('ſet'),
  );
  const line = fc
    .tuple(fc.constantFrom('GET', 'POST', 'auth'), cell, cell, cell, fc.constantFrom('200', '404', '-'))
    .map((cells) => cells.join(' '));
  let skipped = 0;
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 3 }),
      fc.array(line, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      (detections, lines, isAlone) => {
        const documents = detections.map((detection, index) =>
          JSON.stringify({ title: `t${index}`, id: `t${index}`, logsource: { category: 'webserver' }, detection }),
        );
        const { rules } = loadRules('r.yml', documents.join('\n---\n'));
        for (const rest of lines) {
          const text = `2021-03-03 06:59:13 ${rest}`;
          const others = isAlone ? [] : lines.map((each) => `2021-03-03 06:59:13 ${each}`);
          const { canSkip, time, kind, record, matches } = ask(rules, { ...IIS_LOG, others }, text);
          if (!canSkip) continue;
          skipped += 1;
          if (matches > 0 || kind !== 'record' || record?.time !== time) throw new Error(`${rest} was skipped`);
        }
      },
    ),
    { numRuns: 4_000 },
  );
  // One that skips nothing would be sound too.
  expect(skipped).toBeGreaterThan(1_000);
});

test('nor where fields are parts of columns, or are made of them', () => {
  const header =
    '#Version: 15.01.2375.000\n#Fields: DateTime,MajorVersion,MinorVersion,BuildVersion,UrlStem,UrlQuery,AnchorMailbox,HttpStatus,GenericInfo';
  const value = fc.constantFrom('a', 'x-rps-cat=', '?', 'evil', 'auth', '/', 'msExchEcpCanary=abcd', '15.1.2375', 'true', '=', '&');
  const field = fc.constantFrom(
    'cs-uri-stem',
    'cs-uri-query',
    'UrlQuery',
    'EcpCanary',
    'BackEndVersion',
    'BackEndVersionDiffers',
    'sc-status',
  );
  const item = fc
    .tuple(field, fc.constantFrom('', '|contains', '|startswith', '|endswith', '|re', '|exists'), value)
    .map(([name, how, asked]) => ({
      [`${name}${how}`]: how === '|exists' ? asked !== 'a' : how === '|re' ? `${asked.replaceAll(/[.?]/g, '\\$&')}.*` : asked,
    }));
  const condition = fc.constantFrom('a', 'a and b', 'a or b', 'a and not b', 'not a');
  const rule = fc.record({ a: item, b: item, condition });
  const address = fc.array(value, { maxLength: 3 }).map((pieces) => pieces.join(''));
  const line = fc
    .tuple(
      address,
      address,
      address,
      fc.constantFrom('200', ''),
      fc.constantFrom('', 'FEAuth=BEVersion-3;', 'FEAuth=BEVersion-1942063431;', 'a=evil'),
    )
    .map((cells) => `2021-03-03T06:59:13.030Z,15,1,2375,${cells.join(',')}`);
  let skipped = 0;
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), fc.array(line, { minLength: 1, maxLength: 8 }), (detections, lines) => {
      const documents = detections.map((detection, index) =>
        JSON.stringify({ title: `t${index}`, id: `t${index}`, logsource: { category: 'webserver' }, detection }),
      );
      const { rules } = loadRules('r.yml', documents.join('\n---\n'));
      for (const text of lines) {
        const { canSkip, matches } = ask(rules, { logType: 'httpproxy', header, others: lines }, text);
        skipped += canSkip ? 1 : 0;
        if (canSkip && matches > 0) throw new Error(`${text} was skipped`);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(skipped).toBeGreaterThan(1_000);
});

test('nor where values are the same but for their GUIDs', () => {
  const guid = fc.uuid();
  const literal = fc.oneof(
    fc.tuple(guid, fc.nat(33), fc.integer({ min: 2, max: 9 })).map(([text, from, length]) => text.slice(from, from + length)),
    fc.constantFrom('id=', 'id=0', 'id=a', '0;', 'f;x', ';x=', '%66', 'evil', '-4'),
  );
  const item = fc
    .tuple(
      fc.constantFrom('cs-uri-stem', 'cs-uri-query', 'cs-user-agent'),
      fc.constantFrom('|contains', '|startswith', '|endswith', '|re'),
      literal,
    )
    .map(([field, how, value]) => ({ [`${field}${how}`]: value }));
  const condition = fc.constantFrom('a', 'a and b', 'a or b', 'a and not b', 'not a');
  const rule = fc.record({ a: item, b: item, condition });
  const cell = fc
    .tuple(fc.constantFrom('/', 'id=', 'x%', 'x%2', 'x%25', 'é'), guid, fc.constantFrom('', ';', ';x=', '%66;', 'evil'), fc.boolean())
    .map(([before, id, behind, isLoud]) => `${before}${isLoud ? id.toUpperCase() : id}${behind}`);
  const line = fc.tuple(cell, cell, cell).map((cells) => `2021-03-03 06:59:13 GET ${cells.join(' ')} 200`);
  let skipped = 0;
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), fc.array(line, { minLength: 2, maxLength: 8 }), (detections, lines) => {
      const documents = detections.map((detection, index) =>
        JSON.stringify({ title: `t${index}`, id: `t${index}`, logsource: { category: 'webserver' }, detection }),
      );
      const { rules } = loadRules('r.yml', documents.join('\n---\n'));
      for (const text of lines) {
        const { canSkip, matches } = ask(rules, { ...IIS_LOG, others: lines }, text);
        skipped += canSkip ? 1 : 0;
        if (canSkip && matches > 0) throw new Error(`${text} was skipped`);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(skipped).toBeGreaterThan(1_000);
});

test('nor for one of many literals, whose values are known', () => {
  const words = Array.from({ length: 60 }, (_, index) => `word${index}end`);
  const rules = rulesOf(`  s: {cs-uri-query|contains: [${words.join()}]}\n  condition: s`);
  const line = '2021-03-03 06:59:13 GET /x a=word59end curl/7 200';
  const others = ['2021-03-03 06:59:13 GET /x a=b curl/7 200', line, line, line];
  expect(ask(rules, { ...IIS_LOG, others }, line)).toMatchObject({ canSkip: false, matches: 1 });
  expect(ask(rules, { ...IIS_LOG, others }, others[0] ?? '')).toMatchObject({ canSkip: true, matches: 0 });
});

test('a value that is decoded twice leaves the cells of its line where they are', () => {
  const rules = rulesOf(
    "  s: {cs-uri-query|contains: 'evilpath'}\n  condition: s",
    "  s: {cs-user-agent|contains: 'eviltool'}\n  condition: s",
  );
  const line = `2021-03-03 06:59:13 GET /x ${'%252e'.repeat(900)} eviltool 200`;
  const others = [line.replace('eviltool', 'curl/7'), line.replace('eviltool', 'curl/8')];
  expect(ask(rules, { ...IIS_LOG, others }, line)).toMatchObject({ canSkip: false, matches: 1 });
});

test.each([false, true])('literals are found wherever they stand, also percent-encoded; with relaxed SIMD: %s', (isRelaxed) => {
  const literal = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/', '1', '%', '%2', '5'), minLength: 2, maxLength: 14 });
  const gap = fc.string({ unit: fc.constantFrom('a', 'B', 'x', '-', '/', '%', '%41', '%25', '1'), maxLength: 90 });
  const spelled = fc.tuple(literal, fc.constantFrom('plain', 'capitals', 'encoded', 'twice'), fc.nat(13)).map(([text, how, at]) => {
    const place = at % text.length;
    const escape = `%${text.charCodeAt(place).toString(16)}`;
    if (how === 'plain' || how === 'capitals') return how === 'plain' ? text : text.toUpperCase();
    return `${text.slice(0, place)}${how === 'twice' ? escape.replaceAll('%', '%25') : escape}${text.slice(place + 1)}`;
  });
  let skipped = 0;
  fc.assert(
    fc.property(
      fc.array(literal, { minLength: 1, maxLength: 12 }),
      fc.array(fc.oneof(gap, spelled), { maxLength: 3 }),
      (literals, pieces) => {
        const { rules } = loadRules(
          'r.yml',
          JSON.stringify({ title: 't', id: 't', logsource: { category: 'webserver' }, detection: { s: literals, condition: 's' } }),
        );
        const line = `2021-03-03 06:59:13 GET /${pieces.join('')} - curl/7 200`;
        const { canSkip, matches } = ask(rules, { ...IIS_LOG, others: [], isRelaxed }, line);
        skipped += canSkip ? 1 : 0;
        expect([canSkip, matches]).not.toEqual([true, 1]);
      },
    ),
    { numRuns: 4_000 },
  );
  expect(skipped).toBeGreaterThan(500);
});

test.each(['2023-02-29', '2100-02-29', '2024-02-30', '2024-04-31', '2024-00-10', '2024-13-01'])(
  '%s is no day: it is for the parser',
  (day) => {
    expect(ask([], IIS_LOG, `${day} 06:59:13 GET /x - curl/7 200`).canSkip).toBe(false);
  },
);

test('the time is that of the record, on every day of the calendar', () => {
  const time = fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2199-12-31T23:59:59Z'), noInvalidDate: true });
  const leapDay = fc.nat({ max: 56 }).map((leaps) => new Date(Date.UTC(1972 + 4 * leaps, 1, 29, 12)));
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: time }, leapDay), (date) => {
      const text = date.toISOString();
      const [w3c, iso] = [
        ask([], IIS_LOG, `${text.slice(0, 10)} ${text.slice(11, 19)} GET /x - curl/7 200`),
        ask([], { logType: 'httpproxy', header: '#Fields: DateTime,UrlStem,Method' }, `${text},/x,GET`),
      ];
      expect([w3c.canSkip, iso.canSkip]).toEqual([true, true]);
      for (const { canSkip, time: told, record } of [w3c, iso]) if (canSkip) expect(told).toBe(record?.time);
    }),
    { numRuns: 1_000 },
  );
});
