import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Matcher } from '../../src/match/matcher.ts';
import { classify } from '../../src/parse/classify.ts';
import { LOG_TYPES } from '../../src/parse/log-types.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import { loadRules } from '../../src/sigma/load.ts';
import { damage, mutate } from '../damage.ts';
import { parseText } from '../parse-text.ts';

const matcher = new Matcher((await loadRuleSet({ folders: [], hasDefaultRules: true })).rules);

/** Reads bytes as one log type, runs all rules over them, and holds the books against the bytes. */
function readAndCount(logType: string, content: Uint8Array): void {
  const { records, counts } = parseText(logType, content);
  for (const record of records) {
    const all = matcher.bound(record.schema).filter(({ matches }) => matches(record));
    if (matcher.match(record).length !== all.length) throw new Error(`${logType}: the sieve lost a rule`);
  }
  const ends = content.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0);
  const lines = ends + (content.length > 0 && content.at(-1) !== 0x0a ? 1 : 0);
  // A line that a NUL run broke may hold several records; it counts as one.
  const beginnings = new Set(records.map(({ line }) => line.number)).size;
  // Compared by hand: an expectation per reading would take longer than the reading.
  if (counts.lines !== lines || counts.records + counts.headers + counts.rejected !== lines || beginnings !== counts.records) {
    throw new Error(`${logType}: ${JSON.stringify(counts)} of ${lines} lines, and records on ${beginnings} of them`);
  }
}

const EXAMPLES = (await loadRuleSet({ folders: [], hasDefaultRules: true })).rules.flatMap(({ examples }) => examples);

/** A small log of each type: a header and the rules' own lines. */
const OWN_LOGS = LOG_TYPES.map(({ id, layouts, dialect }) => {
  const header = `#Fields: ${layouts[0]?.join(dialect === 'csv' ? ',' : ' ')}`;
  const rows = EXAMPLES.filter(({ logType }) => logType === id).map(({ text }) => text);
  return { name: id, logType: id, content: Buffer.from([header, ...rows.slice(0, 12), ''].join('\r\n')) };
});

const SHARED = fileURLToPath(new URL('../../../shared/samples/', import.meta.url));

function thirdPartyLogs() {
  try {
    const names = readdirSync(SHARED, { recursive: true, encoding: 'utf8' });
    return names.flatMap((name) => {
      if (/README|evtx|\.(?:md)$/.test(name) || !/[/\\]/.test(name)) return [];
      const content = readFileSync(path.join(SHARED, name));
      const found = classify(content.toString('utf8', 0, 32_768), name);
      return found?.kind === 'log' ? [{ name, logType: found.logType, content }] : [];
    });
  } catch {
    return [];
  }
}

describe.each([...OWN_LOGS, ...thirdPartyLogs()])('$name', ({ logType, content }) => {
  test('in a thousand damaged copies never breaks the reading, nor loses count of a line', () => {
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        readAndCount(logType, damages.reduce(mutate, content));
      }),
      { numRuns: 1_000, seed: 26_855 },
    );
    expect(content.length).toBeGreaterThan(0);
  });
});

test('bytes of any kind are read as any log type', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  const texts = fc.string({ unit: 'binary', maxLength: 300 }).map((text) => new Uint8Array(Buffer.from(text)));
  const lines = fc
    .array(
      fc.constantFrom(
        '#Fields: ',
        '#Date: ',
        'date time',
        'DateTime,AnchorMailbox',
        '"',
        '""',
        ',',
        ' ',
        '\n',
        '\r\n',
        "'",
        ';',
        'S:CMD=',
        '2021-03-03T06:59:13.030Z',
        '\u0000',
        '#',
        '-',
        '200',
      ),
      { maxLength: 40 },
    )
    .map((parts) => new Uint8Array(Buffer.from(parts.join(''))));
  fc.assert(
    fc.property(fc.oneof(bytes, texts, lines), fc.constantFrom(...LOG_TYPES.map(({ id }) => id)), (content, logType) =>
      readAndCount(logType, content),
    ),
    { numRuns: 3_000 },
  );
});

test('any text is taken for a log or not, without a throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string(), (head, name) => void classify(head, name)),
    { numRuns: 2_000 },
  );
});

test('any text is a rule file, good or bad', () => {
  const yaml = fc
    .array(
      fc.constantFrom(
        'title: x\n',
        'logsource:\n',
        '  category: y\n',
        'detection:\n',
        '  a:\n',
        '    b|re: "("\n',
        '    c|all|cased: [1, null]\n',
        '  condition: a\n',
        '  condition: 1 of b* or (\n',
        '---\n',
        '- ',
        '&a ',
        '*a\n',
        '[',
        '{',
        '}',
        '!!x ',
        '| ',
        "'",
        '\t',
        '\u0000',
        '%YAML 9\n',
        'level: high\n',
        'exhunt: {tests: {match: [1]}}\n',
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(yaml, fc.string({ unit: 'binary', maxLength: 200 })), (text) => void loadRules('r.yml', text)),
    { numRuns: 3_000 },
  );
});
