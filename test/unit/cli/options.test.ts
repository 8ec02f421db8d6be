import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { exitCode, type Outcome } from '../../../src/cli/exit-code.ts';
import { checkOutputs, parseOutputs } from '../../../src/cli/output-option.ts';
import type { Changes } from '../../../src/model/baseline.ts';
import type { HostVerdict, Verdict } from '../../../src/model/verdict.ts';
import { rootsOf } from '../../../src/discover/roots.ts';
import { parseTimeOption } from '../../../src/cli/time-option.ts';

describe('the exit code', () => {
  const none = { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
  const clean: Outcome = { byLevel: none, verdicts: [], failOn: 'low', files: 3, isComplete: true, isExitZero: false };

  const verdict = (name: Verdict): HostVerdict => ({ verdict: name, reason: '', findings: [], missing: [], cve: [] });

  const changes = (byLevel: Readonly<Record<string, number>>): Changes => ({ new: 0, unchanged: 0, gone: 0, byLevel, verdict: 'clean' });

  test.each([
    [0, 'all was read and nothing found', {}],
    [1, 'something was found', { byLevel: { ...none, low: 1 } }],
    [0, 'what was found is below --fail-on', { byLevel: { ...none, medium: 1 }, failOn: 'high' as const }],
    [1, 'what was found is at --fail-on', { byLevel: { ...none, low: 1, high: 1 }, failOn: 'high' as const }],
    [1, 'a host came to the verdict at --fail-on', { verdicts: [verdict('clean'), verdict('exploited')], failOn: 'exploited' as const }],
    [
      0,
      'no host came to it',
      { byLevel: { ...none, high: 1 }, verdicts: [verdict('attempted'), verdict('not assessed')], failOn: 'exploited' as const },
    ],
    [0, 'what was found only informs', { byLevel: { ...none, informational: 1 } }],
    [3, 'something could not be read', { isComplete: false }],
    [1, 'something was found and something could not be read', { isComplete: false, byLevel: { ...none, low: 1 } }],
    [4, 'there was nothing to scan', { files: 0 }],
    [3, 'all there was could not be read', { files: 0, isComplete: false }],
    [0, 'nothing of it is new', { byLevel: { ...none, critical: 1 }, verdicts: [verdict('compromised')], changes: changes({}) }],
    [1, 'some of it is new', { byLevel: { ...none, critical: 1, low: 1 }, changes: changes({ low: 1 }) }],
    [0, 'what is new is below --fail-on', { byLevel: { ...none, critical: 1 }, changes: changes({ low: 1 }), failOn: 'high' as const }],
    [
      0,
      'what is new does not come to the verdict',
      { verdicts: [verdict('compromised')], changes: changes({ low: 1 }), failOn: 'exploited' as const },
    ],
    [
      1,
      'what is new comes to the verdict',
      { changes: { ...changes({ high: 1 }), verdict: 'exploited' as const }, failOn: 'exploited' as const },
    ],
    [3, 'nothing is new and something could not be read', { isComplete: false, byLevel: { ...none, low: 1 }, changes: changes({}) }],
    [0, '--exit-zero was given', { isExitZero: true, byLevel: { ...none, critical: 1 }, isComplete: false }],
  ])('is %i when %s', (expected, _, facts) => {
    expect(exitCode({ ...clean, ...facts })).toBe(expected);
  });
});

describe('a time', () => {
  test.each([
    ['2021-03-03', 'from', '2021-03-03T00:00:00.000Z'],
    ['2021-03-03', 'to', '2021-03-03T23:59:59.999Z'],
    ['2021-03-03T06:59', 'from', '2021-03-03T06:59:00.000Z'],
    ['2021-03-03T06:59', 'to', '2021-03-03T06:59:59.999Z'],
    ['2021-03-03 06:59:10', 'to', '2021-03-03T06:59:10.999Z'],
    ['2021-03-03T06:59:10.817Z', 'to', '2021-03-03T06:59:10.817Z'],
    ['2021-03-03T07:59:10+01:00', 'from', '2021-03-03T06:59:10.000Z'],
  ] as const)('%s as --%s is %s', (text, end, expected) => {
    expect(new Date(parseTimeOption(text, end)).toISOString()).toBe(expected);
  });

  test.each(['yesterday', '03/04/2021', '2021-13-01', '2021-03-03T25:00', ''])('%j is none', (text) => {
    expect(() => parseTimeOption(text, 'from')).toThrow('is no time');
  });
});

describe('outputs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'exhunt-output-'));
    mkdirSync(path.join(folder, 'evidence'));
    writeFileSync(path.join(folder, 'evidence/x.log'), '');
    writeFileSync(path.join(folder, 'old.csv'), '');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function check(file: string, mayOverwrite = false): () => void {
    return () =>
      checkOutputs([{ file: path.join(folder, file) }], {
        evidence: rootsOf([path.join(folder, 'evidence')]),
        readsStandardInput: false,
        mayOverwrite,
      });
  }

  test('are a format and a file, which may hold =', () => {
    expect(parseOutputs(['csv=a=b.csv', 'text=-'])).toEqual([
      { format: 'csv', file: 'a=b.csv' },
      { format: 'text', file: '-' },
    ]);
  });

  test.each([
    ['xml=x', 'no format xml'],
    ['csv', 'names no file'],
    ['constructor=x', 'no format constructor'],
  ])('%s is refused', (value, message) => {
    expect(() => parseOutputs([value])).toThrow(message);
  });

  test('do not go to the same place twice, by no road', () => {
    symlinkSync(path.join(folder, 'old.csv'), path.join(folder, 'link.csv'));
    const both = (...files: readonly string[]): (() => void) => {
      const targets = files.map((file) => ({ format: 'csv' as const, file: file === '-' ? file : path.join(folder, file) }));
      return () => checkOutputs(targets, { evidence: [], readsStandardInput: false, mayOverwrite: true });
    };
    expect(both('a', './a')).toThrow('two outputs');
    expect(both('-', '-')).toThrow('two outputs');
    expect(both('old.csv', 'link.csv')).toThrow('two outputs');
    expect(both('a', 'b', '-')).not.toThrow();
  });

  test('overwrite nothing unless told to', () => {
    expect(check('old.csv')).toThrow('--force');
    expect(check('old.csv', true)).not.toThrow();
    expect(check('new.csv')).not.toThrow();
  });

  test('never go into the evidence, by no road and no force', () => {
    symlinkSync(path.join(folder, 'evidence'), path.join(folder, 'link'));
    expect(check('evidence/new.csv')).toThrow('into the evidence');
    expect(check('evidence/x.log', true)).toThrow('into the evidence');
    expect(check('link/new.csv')).toThrow('into the evidence');
    expect(check('evidence-2.csv')).not.toThrow();
  });

  test('need a folder that is there', () => {
    expect(check('none/new.csv')).toThrow('there is no folder');
    expect(check('evidence/../old.csv/new.csv')).toThrow('there is no folder');
  });
});
