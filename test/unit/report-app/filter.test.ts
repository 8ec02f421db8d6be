import { describe, expect, test } from '@jest/globals';
import {
  applyFilter,
  NO_FILTER,
  parseMoment,
  searchCells,
  searchTerms,
  sortRows,
  type Filter,
  type SortKey,
} from '../../../report-app/filter.ts';
import { binTimes, countAt, countLanes, LANES, wholeSpan } from '../../../report-app/time-bins.ts';
import { cellOf, joinBlocks, type Rows } from '../../../report-app/rows.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { LEVELS, type Level, type Stage } from '../../../src/model/rule.ts';
import { FindingBlocks, type RowBlock } from '../../../src/report/html-blocks.ts';

interface Facts {
  readonly id: string;
  readonly time?: string;
  readonly level: Level;
  readonly stage?: Stage;
  readonly ip: string;
  readonly host: string;
  readonly path: string;
}

function finding({ id, time, level, stage, ip, host, path }: Facts): Finding {
  return {
    id,
    ...(time !== undefined && { '@timestamp': `2021-03-03T${time}Z` }),
    rule: { id: `rule-${level}`, name: `Rule ${level}`, level, ...(stage !== undefined && { stage }) },
    message: '',
    host: { name: host },
    source: { ip },
    url: { path },
    log: { type: 'iis-w3c', file: { path: 'x.log' }, line: 1, offset: 0 },
    event: {},
    matched: [],
  };
}

const FACTS: readonly Facts[] = [
  { id: 'a', time: '01:00:00.000', level: 'low', stage: 'recon', ip: '203.0.113.9', host: 'EX01', path: '/a' },
  { id: 'b', time: '02:00:00.000', level: 'critical', stage: 'webshell', ip: '203.0.113.10', host: 'EX02', path: '/Shell.aspx' },
  { id: 'c', time: '03:00:00.000', level: 'high', ip: '198.51.100.1', host: 'EX01', path: '/c' },
  { id: 'd', level: 'medium', stage: 'exploit', ip: '203.0.113.100', host: 'EX10', path: '/d' },
];

/** As the page has them: in two blocks. */
function rowsOf(facts: readonly Facts[]): Rows {
  const texts: string[] = [];
  const blocks = new FindingBlocks((text) => {
    texts.push(text);
    return '';
  });
  for (const [index, each] of facts.entries()) {
    blocks.add(finding(each));
    if (index === 1) blocks.flush();
  }
  blocks.flush();
  return joinBlocks(texts.filter((_, index) => index % 2 === 0).map((text): RowBlock => JSON.parse(text)));
}

const ROWS = rowsOf(FACTS);

function shown(filter: Partial<Filter>, by: SortKey = 'time', isDescending = false): string {
  const { passes } = applyFilter(ROWS, { ...NO_FILTER, ...filter });
  return [...sortRows(ROWS, passes, { by, isDescending })].map((row) => ROWS.ids[row]).join('');
}

test('blocks put behind each other give every cell back', () => {
  expect(ROWS.blockStarts).toEqual([0, 2]);
  expect(FACTS.map((_, row) => cellOf(ROWS, 'host', row))).toEqual(['EX01', 'EX02', 'EX01', 'EX10']);
  expect(Number.isNaN(ROWS.times[3])).toBe(true);
});

describe('a filter', () => {
  const at = (time: string): number => Date.parse(`2021-03-03T${time}Z`);
  test.each<[string, Partial<Filter>, string]>([
    ['of nothing keeps all', {}, 'abcd'],
    ['of levels', { levels: new Set(['low', 'high']) }, 'ac'],
    ['of a stage', { stages: new Set(['webshell']) }, 'b'],
    ['of no stage', { stages: new Set(['none']) }, 'c'],
    ['of a host', { host: 'EX01' }, 'ac'],
    ['of a rule', { rule: 'Rule high' }, 'c'],
    ['of the beginning of an address', { address: '203.0.113.10' }, 'bd'],
    ['of a span, both ends count, and what has no time is not in it', { from: at('02:00:00'), to: at('03:00:00') }, 'bc'],
    ['of several things', { host: 'EX01', levels: new Set(['low']) }, 'a'],
  ])('%s', (_, filter, expected) => {
    expect(shown(filter)).toBe(expected);
  });

  test('of a span leaves the timeline what lies beside it', () => {
    const { beforeTime } = applyFilter(ROWS, { ...NO_FILTER, from: at('02:00:00'), host: 'EX01' });
    expect([...beforeTime]).toEqual([1, 0, 1, 0]);
  });
});

describe('sorting', () => {
  test.each<[SortKey, boolean, string]>([
    ['time', false, 'abcd'],
    ['time', true, 'cbad'],
    ['level', true, 'bcda'],
    ['stage', false, 'cadb'],
    ['address', false, 'cabd'],
    ['host', false, 'acbd'],
  ])('by %s, descending: %s', (by, isDescending, expected) => {
    expect(shown({}, by, isDescending)).toBe(expected);
  });
});

describe('a search', () => {
  test('is of words, of which those in quotes stay together', () => {
    expect(searchTerms('  Whoami "two words" x"y')).toEqual(['whoami', 'two words', 'x', 'y']);
    expect(searchTerms('1 2 3 4 5 6 7 8 9 10')).toHaveLength(8);
  });

  test('finds each word in any cell, in any case', () => {
    expect([...searchCells(ROWS, ['shell', 'ex02', 'nowhere'])]).toEqual([0, 0b011, 0, 0]);
  });
});

describe('a time', () => {
  test.each([
    ['2021-03-03', '2021-03-03T00:00:00.000Z'],
    ['2021-03-03 06:59', '2021-03-03T06:59:00.000Z'],
    [' 2021-03-03T06:59:10.5Z ', '2021-03-03T06:59:10.500Z'],
  ])('%s', (text, expected) => {
    expect(parseMoment(text)).toBe(Date.parse(expected));
  });

  test.each(['', '2021-13-03', 'yesterday', '03/03/2021', '2021-03-03 25:00'])('is not %j', (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });
});

describe('the timeline', () => {
  const all = new Uint8Array(4).fill(1);

  test('counts each finding once, in the lane of its stage and the bin of its time', () => {
    const span = wholeSpan(ROWS.times) ?? { from: 0, to: 0 };
    const bins = binTimes(ROWS, all, { ...span, count: 3 });
    const level = (name: Level): number => LEVELS.indexOf(name);
    expect(countAt(bins, { lane: LANES.indexOf('recon'), bin: 0, level: level('low') })).toBe(1);
    expect(countAt(bins, { lane: LANES.indexOf('webshell'), bin: 1, level: level('critical') })).toBe(1);
    expect(countAt(bins, { lane: LANES.indexOf('none'), bin: 2, level: level('high') })).toBe(1);
    expect(bins.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  test('counts what is filtered out nowhere', () => {
    expect(countLanes(ROWS, Uint8Array.of(0, 1, 0, 0)).filter(({ counts }) => counts.some((count) => count > 0))).toEqual([
      { lane: 'webshell', counts: [0, 0, 0, 0, 1] },
    ]);
  });

  test('is not there where no finding has a time', () => {
    expect(wholeSpan(Float64Array.of(NaN))).toBeUndefined();
  });
});
