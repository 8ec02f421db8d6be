import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Matcher } from '../../../src/match/matcher.ts';
import type { LogRecord } from '../../../src/model/log-record.ts';
import type { Rule } from '../../../src/model/rule.ts';
import { LogParser } from '../../../src/parse/log-parser.ts';
import { LOG_TYPES, logTypeById } from '../../../src/parse/log-types.ts';
import { buildAutomaton } from '../../../src/prefilter/automaton.ts';
import { clausesOf } from '../../../src/prefilter/clauses.ts';
import { Prefilters } from '../../../src/prefilters.ts';
import { loadRuleSet } from '../../../src/rule-set.ts';
import { loadRules } from '../../../src/sigma/load.ts';

const { rules: bundled } = await loadRuleSet({ folders: [], hasDefaultRules: true });

/** What became of one line below a header: whether it could be skipped, and what a full reading makes of it. */
function ask(rules: readonly Rule[], logType: string, header: string, text: string) {
  const parser = new LogParser(logTypeById(logType), () => undefined);
  const matcher = new Matcher(rules);
  const records: LogRecord[] = [];
  const push = (number: number, line: string) =>
    parser.push({ number, offset: 0, text: line, isComplete: true, isCut: false }, (record) => void records.push(record));
  push(1, header);
  const { plain } = parser;
  const prefilters = new Prefilters(matcher);
  // Some lines have to ask before one is made.
  const prefilter = plain && Array.from({ length: 20 }, () => prefilters.prefilterOf(plain)).at(-1);
  const bytes = Buffer.from(`before\n${text}\nbehind`);
  const canSkip = prefilter?.canSkip(bytes, 7, bytes.length - 7) ?? false;
  const kind = push(2, text);
  const [record] = records;
  return { canSkip, time: prefilter?.time, kind, record, matches: record === undefined ? 0 : matcher.match(record).length };
}

const IIS = '#Fields: date time cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status';

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
    expect(ask(bundled, id, `#Fields: ${columns}`, text)).toMatchObject({ canSkip: false });
  });
});

describe('a line is skipped', () => {
  const rules = rulesOf("  s: {cs-uri-stem|contains: '/owa/auth/', cs-method: POST}\n  condition: s");

  test('when no rule can match it, and is counted with its time', () => {
    const { canSkip, time, kind, record } = ask(rules, 'iis-w3c', IIS, '2021-03-03 06:59:13 GET /owa/auth/x - curl/7 200\r');
    expect([canSkip, time, kind]).toEqual([true, record?.time, 'record']);
  });

  test.each([
    ['holds what a rule asks for', 'POST /owa/auth/x - curl/7 200'],
    ['in any case', 'post /OWA/Auth/x - curl/7 200'],
    ['percent-encoded', 'POST /owa/%61uth/x - curl/7 200'],
    ['percent-encoded twice', 'POST /owa/%2561uth/x - curl/7 200'],
    ['in another form of it', 'POST /owa/%u0061uth/x - curl/7 200'],
    ['decodes to other than ASCII', 'GET /x %c5%bf curl/7 200'],
    ['is not ASCII', 'GET /x ü curl/7 200'],
    ['has too many values', 'GET /x - curl/7 200 1'],
    ['has too few', 'GET /x - curl/7'],
    ['holds NULs', 'GET /x \u0000 curl/7 200'],
    ['ends in a blank', 'GET /x - curl/7 200 '],
    ['ends in a tab behind one', 'GET /x - 200 \t'],
  ])('but not when it %s', (_, rest) => {
    expect(ask(rules, 'iis-w3c', IIS, `2021-03-03 06:59:13 ${rest}`).canSkip).toBe(false);
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
    expect(ask(rules, 'iis-w3c', IIS, `${time} GET /x - curl/7 200`).canSkip).toBe(false);
  });

  test.each([
    ['its path and query together', String.raw`cs-uri-query|contains: 'x\?a=1'`, 'GET /x a=1 curl/7 200'],
    ['a blank where the log writes +', "cs-user-agent|contains: 'Windows NT'", 'GET /x - Windows+NT 200'],
    ['a comma where the log writes a blank', "cs-user-agent: 'KHTML, like'", 'GET /x - KHTML++like 200'],
    ['+ where the log writes a comma', "cs-user-agent: 'KHTML+like'", 'GET /x - KHTML,like 200'],
    ['a letter that is another in capitals', "cs-uri-stem|re|i: '^/kiss$'", 'GET /KISS - curl/7 200'],
    ['a word of the whole line', 'cs-host: nothing, s: 1', 'GET /x - curl/7 200'],
  ])('but not when a rule asks for %s', (_, item, rest) => {
    const asking = item.startsWith('cs-host')
      ? rulesOf("  s: ['GET /x - curl']\n  condition: s")
      : rulesOf(`  s: {${item}}\n  condition: s`);
    const { canSkip, matches } = ask(asking, 'iis-w3c', IIS, `2021-03-03 06:59:13 ${rest}`);
    expect([canSkip, matches]).toEqual([false, 1]);
  });

  test('not where a rule could match any line', () => {
    const open = [...rules, ...rulesOf('  s: {sc-status: 200}\n  condition: s')];
    expect(ask(open, 'iis-w3c', IIS, '2021-03-03 06:59:13 GET /x - curl/7 200').canSkip).toBe(false);
    expect(clausesOf(open[1]?.condition ?? { kind: 'or', parts: [] })).toEqual([]);
  });

  test('not for more literals than memory should hold', () => {
    const values = Array.from({ length: 1_100 }, (_, index) => `'${String(index).padStart(100, 'x')}'`).join(', ');
    const many = rulesOf(`  s: {cs-uri-stem|contains: [${values}]}\n  condition: s`);
    expect(ask(many, 'iis-w3c', IIS, '2021-03-03 06:59:13 GET /x - curl/7 200').canSkip).toBe(false);
  });

  test('not below a header whose records do not begin with their time, nor where values are packed or quoted', () => {
    const line = '/x 2021-03-03 06:59:13 GET 200';
    expect(ask(rules, 'iis-w3c', '#Fields: cs-uri-stem date time cs-method sc-status', line).canSkip).toBe(false);
    const ecp = '2021-03-03T06:59:17.960Z,EX01,ECP.Request,S:TIME=96';
    expect(
      ask(rulesOf('  s: {CMD: xyz}\n  condition: s'), 'ecp-server', '#Fields: TimeStamp,ServerName,EventId,EventData', ecp).canSkip,
    ).toBe(false);
    const quoted = '2021-03-03T06:59:13.030Z,"Sid~1",/x';
    expect(ask(rules, 'httpproxy', '#Fields: DateTime,AnchorMailbox,UrlStem', quoted).canSkip).toBe(false);
    expect(ask(rules, 'httpproxy', '#Fields: DateTime,AnchorMailbox,UrlStem', quoted.replaceAll('"', '')).canSkip).toBe(true);
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
    fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), fc.array(line, { minLength: 1, maxLength: 8 }), (detections, lines) => {
      const documents = detections.map((detection, index) =>
        JSON.stringify({ title: `t${index}`, id: `t${index}`, logsource: { category: 'webserver' }, detection }),
      );
      const { rules } = loadRules('r.yml', documents.join('\n---\n'));
      for (const rest of lines) {
        const { canSkip, time, kind, record, matches } = ask(rules, 'iis-w3c', IIS, `2021-03-03 06:59:13 ${rest}`);
        if (!canSkip) continue;
        skipped += 1;
        if (matches > 0 || kind !== 'record' || record?.time !== time) throw new Error(`${rest} was skipped`);
      }
    }),
    { numRuns: 4_000 },
  );
  // One that skips nothing would be sound too.
  expect(skipped).toBeGreaterThan(1_000);
});

test('literals are found wherever they stand, one inside of another too', () => {
  const literal = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(fc.array(literal, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
      fc.string({ unit: fc.constantFrom('a', 'B', 'c', '/', 'x') }),
      (groups, text) => {
        const { classes, next, classCount, firstEnd, groups: ends } = buildAutomaton(groups);
        const met = new Set<number>();
        let state = 0;
        for (const byte of Buffer.from(text)) {
          state = next[state + (classes[byte] ?? 0)] ?? 0;
          if (state >= firstEnd) for (const group of ends[(state - firstEnd) / classCount] ?? []) met.add(group);
        }
        const folded = text.toLowerCase();
        expect([...met].toSorted((a, b) => a - b)).toEqual(
          groups.flatMap((literals, group) => (literals.some((each) => folded.includes(each)) ? [group] : [])),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
