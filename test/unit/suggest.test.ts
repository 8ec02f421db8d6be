import { expect, test } from '@jest/globals';
import { nearest, suggest } from '../../src/suggest.ts';

const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];

test.each([
  ['hgih', 'high'],
  ['HIGH', 'high'],
  ['info', 'informational'],
  ['meduim', 'medium'],
  ['crticial', 'critical'],
  ['lwo', 'low'],
  ['lo', 'low'],
  ['purple', undefined],
  ['x', undefined],
  ['', undefined],
])('%j means %j', (given, meant) => {
  expect(nearest(given, LEVELS)).toBe(meant);
  expect(suggest(given, LEVELS)).toBe(meant === undefined ? '' : `; did you mean ${meant}?`);
});
