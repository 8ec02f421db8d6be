import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

/** What each folder of `src/` may import of the others. The stages know the nouns and not each other. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  archive: ['.', 'model'],
  discover: ['.', 'model', 'archive'],
  read: ['.', 'model', 'archive'],
  evtx: [],
  exports: ['model', 'evtx'],
  parse: ['model', 'evtx', 'exports'],
  sigma: ['model'],
  indicators: ['model', 'sigma'],
  suppress: ['.', 'model', 'sigma'],
  match: ['model', 'sigma'],
  prefilter: ['model', 'sigma', 'match'],
  correlate: ['model', 'sigma'],
  assess: ['model'],
  report: ['model'],
  native: ['model'],
  schedule: [],
  notify: ['model', 'report'],
  yara: ['.', 'model'],
  state: ['.', 'model', 'archive', 'read', 'jobs', 'correlate', 'assess'],
  jobs: ['.', 'model', 'archive', 'evtx', 'read', 'parse', 'sigma', 'match', 'prefilter', 'assess', 'yara'],
  cli: [
    '.',
    'model',
    'discover',
    'parse',
    'sigma',
    'suppress',
    'match',
    'prefilter',
    'correlate',
    'report',
    'assess',
    'schedule',
    'yara',
    'yara',
    'notify',
    'state',
  ],
  '.': [
    '.',
    'archive',
    'evtx',
    'exports',
    'cli',
    'jobs',
    'native',
    'model',
    'discover',
    'read',
    'parse',
    'sigma',
    'match',
    'prefilter',
    'correlate',
    'assess',
    'report',
    'indicators',
    'suppress',
    'yara',
  ],
};

/** These compute and do nothing else: no input or output, no waiting, no clock, no printing. */
const PURE: ReadonlySet<string> = new Set([
  'model',
  'evtx',
  'exports',
  'parse',
  'sigma',
  'indicators',
  'suppress',
  'match',
  'prefilter',
  'correlate',
  'assess',
  'report',
  'native',
  'schedule',
]);

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, folder: path.dirname(name), text: readFileSync(path.join(SOURCE, name), 'utf8') }));

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s+'([^']+)'/g)].map(([, specifier = '']) => specifier);
}

test('every folder is in the table', () => {
  expect([...new Set(files.map(({ folder }) => folder))].toSorted()).toEqual(Object.keys(MAY_IMPORT).toSorted());
});

describe.each(files)('$name', ({ name, folder, text }) => {
  test('imports only what its folder may', () => {
    const local = importsOf(text).filter((specifier) => specifier.startsWith('.'));
    const folders = local.map((specifier) => path.dirname(path.join(folder, specifier)));
    expect(folders.filter((each) => each !== folder && !MAY_IMPORT[folder]?.includes(each))).toEqual([]);
  });

  test('is short enough to be read', () => {
    expect(text.split('\n').length).toBeLessThanOrEqual(name === 'scan.ts' ? 80 : 300);
  });

  if (PURE.has(folder)) {
    test('computes and does nothing else', () => {
      expect(importsOf(text).filter((specifier) => specifier.startsWith('node:'))).toEqual([]);
      expect(text).not.toMatch(/\b(?:async|await|Promise|console|process\.|Date\.now|performance)\b/);
    });
  }

  if (folder !== 'cli' && name !== 'main.ts') {
    test('does not print from the middle', () => {
      expect(text).not.toMatch(/process\.std(?:out|err)/);
    });
  }
});

test('no folder has an index of its own', () => {
  expect(files.filter(({ name, folder }) => folder !== '.' && path.basename(name) === 'index.ts')).toEqual([]);
});
