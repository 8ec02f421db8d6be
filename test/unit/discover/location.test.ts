import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { deepestCommon, displayPath, isInside } from '../../../src/discover/location.ts';
import { withSlashes } from '../../../src/discover/pattern.ts';

const { win32, posix } = path;

describe('a location', () => {
  test.each([
    ['C:\\evidence\\x.log', 'C:\\evidence', true],
    ['c:\\EVIDENCE\\x.log', 'C:\\evidence', true],
    ['C:\\evidence-2\\x.log', 'C:\\evidence', false],
    ['D:\\evidence\\x.log', 'C:\\evidence', false],
    ['C:\\evidence\\..x', 'C:\\evidence', true],
    ['\\\\server\\C$\\logs\\x.log', '\\\\server\\C$\\logs', true],
    ['\\\\other\\C$\\logs\\x.log', '\\\\server\\C$\\logs', false],
  ])('%s in %s on Windows: %s', (location, folder, expected) => {
    expect(isInside(location, folder, win32)).toBe(expected);
  });

  test.each([
    ['/evidence/..x', '/evidence', true],
    ['/evidence', '/evidence', true],
    ['/evidence2', '/evidence', false],
    ['/Evidence/x', '/evidence', false],
    ['/', '/evidence', false],
  ])('%s in %s elsewhere: %s', (location, folder, expected) => {
    expect(isInside(location, folder, posix)).toBe(expected);
  });

  test('is shown with slashes from the folder that holds all', () => {
    const common = deepestCommon(['C:\\case\\EX01\\C', 'C:\\case\\EX02'], win32);
    expect(common).toBe('C:\\case');
    expect(displayPath('C:\\case\\EX01\\C\\u_ex.log', common, win32)).toBe('EX01/C/u_ex.log');
  });

  test('on two drives has no folder in common, and is shown in full', () => {
    expect(deepestCommon(['C:\\case', 'D:\\case'], win32)).toBeUndefined();
    expect(displayPath('D:\\case\\x.log', undefined, win32)).toBe('D:/case/x.log');
  });
});

test("a pattern may be written with Windows' own separator there, and with an escape elsewhere", () => {
  expect(withSlashes('C:\\logs\\u_ex*.log', win32)).toBe('C:/logs/u_ex*.log');
  expect(withSlashes('logs/\\[1\\].log', posix)).toBe('logs/\\[1\\].log');
});
