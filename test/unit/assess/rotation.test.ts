import { describe, expect, test } from '@jest/globals';
import { readFileName } from '../../../src/assess/file-names.ts';
import { findMissingFiles } from '../../../src/assess/rotation.ts';

const names = (each: readonly string[], records = 100): [string, number][] => each.map((name) => [name, records]);
const missing = (files: Iterable<readonly [string, number | undefined]>): string[] =>
  findMissingFiles(files).map(({ from, to, files: count }) => (count === 1 ? from : `${from} ${to}`));

function hours(prefix: string, dayCount: number, isThere: (hour: number) => boolean): string[] {
  return Array.from({ length: dayCount * 24 }, (_, hour) => hour)
    .filter(isThere)
    .map((hour) => `${prefix}${new Date(Date.UTC(2021, 2, 1, hour)).toISOString().slice(0, 13).replaceAll(/\D/g, '')}-1.LOG`);
}

function days(count: number, isThere: (day: number) => boolean): string[] {
  return Array.from({ length: count }, (_, day) => day)
    .filter(isThere)
    .map((day) => `u_ex${new Date(Date.UTC(2021, 2, 1 + day)).toISOString().slice(2, 10).replaceAll('-', '')}.log`);
}

describe('a file is missing', () => {
  test('where its number is between two others', () => {
    expect(missing(names(['HttpProxy_2021030306-1.LOG', 'HttpProxy_2021030306-3.LOG']))).toEqual(['HttpProxy_2021030306-2.LOG']);
    expect(missing(names(['httperr7.log', 'httperr9.log', 'httperr10.log']))).toEqual(['httperr8.log']);
  });

  test('where the first of a time is not there, unless it may have been too old', () => {
    const files = ['ECPServer20210302-2.LOG', 'ECPServer20210303-2.LOG'];
    expect(missing(names(files))).toEqual(['ECPServer20210303-1.LOG']);
  });

  test('where an hour is left out that every day has', () => {
    expect(missing(names(hours('HttpProxy_', 1, (hour) => hour !== 10 && hour !== 11)))).toEqual([
      'HttpProxy_2021030110-1.LOG HttpProxy_2021030111-1.LOG',
    ]);
    expect(missing(names(hours('Rps_Http_', 12, (hour) => hour !== 34)))).toEqual(['Rps_Http_2021030210-1.LOG']);
  });

  test('where a day is left out', () => {
    expect(missing(names(days(3, (day) => day !== 1)))).toEqual(['u_ex210302.log']);
    expect(missing(names(days(30, (day) => day !== 13)))).toEqual(['u_ex210314.log']);
  });
});

describe('no file is missing', () => {
  test('at night, where no night has files, and at weekends, where none has', () => {
    expect(missing(names(hours('HttpProxy_', 9, (hour) => hour % 24 > 6 && hour % 24 < 20)))).toEqual([]);
    expect(missing(names(hours('HttpProxy_', 1, (hour) => hour < 3 || hour > 15)))).toEqual([]);
    expect(missing(names(days(30, (day) => day % 7 < 5)))).toEqual([]);
  });

  test('where files hold so little that none may be chance', () => {
    expect(
      missing(
        names(
          hours('HttpProxy_', 3, (hour) => hour !== 30),
          4,
        ),
      ),
    ).toEqual([]);
  });

  test('where it is there and could not be read', () => {
    expect(missing([...names(days(5, (day) => day !== 2)), ['u_ex210303.log', undefined]])).toEqual([]);
  });

  test('where a folder holds a few files of many', () => {
    expect(missing(names(['u_ex210301.log', 'u_ex210315.log', 'HttpProxy_2021030306-1.LOG', 'HttpProxy_2021030306-90.LOG']))).toEqual([]);
  });
});

test.each([
  ['HttpProxy_2021030306-12.LOG', 'hour', 12],
  ['ECPActivity_4711_20210303-1.LOG', 'day', 1],
  ['u_ex210303.log', 'day', undefined],
  ['u_ex21030306_x.log', 'hour', undefined],
  ['httperr12.log', undefined, 12],
])('%s is named again as it was', (name, every, number) => {
  const stamp = readFileName(name);
  expect([stamp?.every, stamp?.number, stamp?.name(stamp.unit, stamp.number)]).toEqual([every, number, name]);
});

test.each(['u_ex211399.log', 'notes.txt', 'HttpProxy_2021023006-1.LOG', 'u_ex2103.log'])('%s tells no time', (name) => {
  expect(readFileName(name)).toBeUndefined();
});
