import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readBuildTable } from '../../../src/assess/build-table.ts';
import { exposureOf } from '../../../src/assess/exposure.ts';
import type { BuildSource, BuildSpan } from '../../../src/model/build.ts';

const text = (kind: 'builds' | 'fixes'): string => readFileSync(new URL(`../../../rules/builds/${kind}.csv`, import.meta.url), 'utf8');
const { table, diagnostics } = readBuildTable([
  { name: 'builds.csv', kind: 'builds', text: text('builds') },
  { name: 'fixes.csv', kind: 'fixes', text: text('fixes') },
]);

function span(build: string, from: string, to: string, source: BuildSource = 'version-line'): BuildSpan {
  return { build, source, first: Date.parse(`${from}T00:00:00Z`), last: Date.parse(`${to}T12:00:00Z`) };
}

/** How a build stands to a vulnerability. */
function stateOf(build: string, cve: string): string {
  const exposure = exposureOf('EX01', [span(build, '2021-01-01', '2021-01-02')], table, [cve]);
  if (exposure?.cves.length === 1) return 'open';
  return exposure?.fixed.includes(cve) === true ? 'fixed' : exposure?.unknown.includes(cve) === true ? 'unknown' : 'not told';
}

test('the table is read without a complaint', () => {
  expect(diagnostics).toEqual([]);
  expect(table.builds.length).toBeGreaterThan(290);
});

test.each([
  ['15.1.2106.2', 'CVE-2021-26855', 'open'],
  ['15.1.2106.13', 'CVE-2021-26855', 'fixed'],
  // A cumulative update holds the fixes of before its day, and no later ones.
  ['15.1.2242.4', 'CVE-2021-26855', 'fixed'],
  ['15.1.2242.4', 'CVE-2021-34473', 'open'],
  ['15.1.2242.8', 'CVE-2021-34473', 'fixed'],
  ['15.1.2507.6', 'CVE-2022-41040', 'open'],
  // The update of March 2021 for one out of support fixed nothing from before.
  ['15.1.1913.12', 'CVE-2021-26855', 'fixed'],
  ['15.1.1913.12', 'CVE-2020-16875', 'open'],
  ['15.1.1979.8', 'CVE-2020-16875', 'fixed'],
  // Exchange 2013 was never concerned.
  ['15.0.1497.12', 'CVE-2021-42321', 'not told'],
  ['15.1.9999.1', 'CVE-2021-26855', 'unknown'],
  // Three numbers: the update is not known, but where none or all of them have the fix, all is.
  ['15.1.2106', 'CVE-2021-26855', 'unknown'],
  ['15.1.2106', 'CVE-2021-34473', 'open'],
  ['15.1.2308', 'CVE-2021-34473', 'fixed'],
  ['15.1.2106.2', 'CVE-2021-0000', 'not told'],
])('%s and %s: %s', (build, cve, state) => {
  expect(stateOf(build, cve)).toBe(state);
});

describe('of a host', () => {
  test('it is told how long an update was there and not installed', () => {
    const seen = [span('15.1.2106.2', '2021-02-20', '2021-03-09'), span('15.1.2106.13', '2021-03-09', '2021-03-20')];
    const exposure = exposureOf('EX01', seen, table, ['CVE-2021-26855']);
    expect(exposure?.cves).toEqual([
      {
        id: 'CVE-2021-26855',
        open: { from: '2021-02-20T00:00:00.000Z', to: '2021-03-09T12:00:00.000Z' },
        fixedBy: 'Mar21SU',
        fixedByBuild: '15.1.2106.13',
        updateReleased: '2021-03-02',
        daysAfterUpdate: 7,
        isOpenAtTheEnd: false,
      },
    ]);
    expect(exposure?.builds.map(({ name }) => name)).toEqual(['Exchange 2016 CU18', 'Exchange 2016 CU18 Mar21SU']);
  });

  test('an update that came later is no delay', () => {
    const [cve] = exposureOf(undefined, [span('15.1.2106.2', '2021-02-20', '2021-02-25')], table, ['CVE-2021-26855'])?.cves ?? [];
    expect([cve?.daysAfterUpdate, cve?.isOpenAtTheEnd]).toEqual([undefined, true]);
  });

  test('an unknown build has no name', () => {
    const exposure = exposureOf('EX01', [span('15.1.9999.1', '2021-01-01', '2021-01-02')], table, ['CVE-2021-26855']);
    expect(exposure?.builds[0]?.name).toBeUndefined();
    expect(exposure?.unknown).toEqual(['CVE-2021-26855']);
  });

  test('a guess counts only where nothing is surer', () => {
    const seen = [span('15.1.2106', '2021-01-01', '2021-01-02', 'paths'), span('15.1.2242.4', '2021-01-01', '2021-01-02', 'columns')];
    expect(exposureOf('EX01', seen, table, [])?.builds.map(({ build }) => build)).toEqual(['15.1.2242.4']);
    expect(exposureOf('EX01', [], table, [])).toBeUndefined();
  });
});

describe('a row that is none', () => {
  const HEADER = 'product,cumulative_update,security_update,build,released,source';
  test.each([
    [`${HEADER}\nExchange 2016,CU18,,15.1.2106,2020-09-15,me\n`, 2, 'another build than "15.1.2106"'],
    [`# mine\n${HEADER}\n\nExchange 2016,CU18\n`, 4, '6 values'],
    ['build,name\n', 1, `the columns ${HEADER}`],
  ])('is told with its place: %j', (rows, lineNumber, wanted) => {
    const read = readBuildTable([{ name: 'mine/builds.csv', kind: 'builds', text: rows }]);
    expect(read.diagnostics.map(({ problem, place }) => ({ ...problem, ...place }))).toEqual([
      { code: 'RULE_BUILD_ROW', wanted, path: 'mine/builds.csv', lineNumber },
    ]);
    expect(read.table.builds).toEqual([]);
  });
});

test("the user's row comes before the bundled one", () => {
  const mine = 'product,cumulative_update,security_update,build,released,source\nExchange 2016,CU99,,15.1.2106.2,2020-09-15,me\n';
  const { table: both } = readBuildTable([
    { name: 'mine', kind: 'builds', text: mine },
    { name: 'builds.csv', kind: 'builds', text: text('builds') },
  ]);
  expect(both.builds.filter(({ build }) => build === '15.1.2106.2').map(({ cumulativeUpdate }) => cumulativeUpdate)).toEqual(['CU99']);
});
