import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OutputError } from '../../../src/cli/output-error.ts';
import { checkOutputs, parseOutputs } from '../../../src/cli/output-option.ts';
import { continuationsOf, SplitOutput } from '../../../src/cli/split-output.ts';
import { StandardStreams } from '../../../src/cli/standard-streams.ts';
import { writeAll, type Writing } from '../../../src/cli/write-reports.ts';
import { rootsOf } from '../../../src/discover/roots.ts';
import { createCsvReporter } from '../../../src/report/csv.ts';
import { reportPieces } from '../../../src/report/report.ts';
import { content, finding } from '../../report-content.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-split-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes so many rows, three a file, and gives back what was told. */
async function writeRows(rows: number, file: string, { force = false, quiet = false } = {}): Promise<string> {
  const findings = Array.from({ length: rows }, (_, index) => finding({ id: `f${index}` }));
  const isSplit = parseOutputs([`csv=${file}`], 'excel')[0]?.isSplit;
  const writing: Writing = {
    file,
    ...(isSplit && { isSplit }),
    pieces: (context) => reportPieces(createCsvReporter({ ...context, csvProfile: 'excel' }, 3), content({ findings })),
  };
  const stderr = new PassThrough();
  const streams = new StandardStreams(new PassThrough() as never, stderr as never);
  await writeAll([writing], { force, quiet, color: false }, streams);
  return String(stderr.read() ?? '');
}

const idsIn = (name: string): string[] => readFileSync(at(name), 'utf8').match(/\bf\d+\b/g) ?? [];

describe('a report that is split', () => {
  test('goes on in numbered files, and says so', async () => {
    const told = await writeRows(7, at('out.csv'));
    expect(readdirSync(folder).toSorted()).toEqual(['out-2.csv', 'out-3.csv', 'out.csv']);
    expect(['out.csv', 'out-2.csv', 'out-3.csv'].map(idsIn)).toEqual([['f0', 'f1', 'f2'], ['f3', 'f4', 'f5'], ['f6']]);
    expect(told).toBe(`note: ${at('out.csv')}: was split into 3 files: ${at('out.csv')} to ${at('out-3.csv')}\n`);
    expect(await writeRows(7, at('quiet.csv'), { quiet: true })).toBe('');
  });

  test('of many files warns of nothing and forgets its listeners', async () => {
    const listeners = process.listenerCount('SIGINT');
    await writeRows(60, at('many.csv'));
    expect(readdirSync(folder)).toHaveLength(20);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });

  test('that another one overwrites, tells of the files that are not its own', async () => {
    await writeRows(9, at('out.csv'));
    expect(await writeRows(4, at('out.csv'), { force: true })).toContain(`${at('out-3.csv')} was there before`);
    expect(await writeRows(2, at('out.csv'), { force: true })).toContain(`${at('out-2.csv')} was there before`);
    expect(idsIn('out-3.csv')).toEqual(['f6', 'f7', 'f8']);
  });

  test('leaves nothing behind where one of its files cannot be written', async () => {
    const output = await SplitOutput.open(at('out.csv'), true);
    await output.write('1');
    await output.next();
    await output.write('2');
    writeFileSync(at('out-2.csv'), 'came in between');
    await expect(output.close(false)).rejects.toThrow(OutputError);
    await output.abandon();
    expect(readdirSync(folder)).toEqual(['out-2.csv']);
    expect(readFileSync(at('out-2.csv'), 'utf8')).toBe('came in between');
  });
});

describe('before the scan', () => {
  const check = (files: readonly string[], { mayOverwrite = false, evidence = [] as string[] } = {}) => {
    const targets = parseOutputs(
      files.map((file) => `csv=${at(file)}`),
      'excel',
    );
    return () => checkOutputs(targets, { evidence: rootsOf(evidence), readsStandardInput: false, mayOverwrite });
  };

  test('later files that are there are told, unless --force is given', () => {
    expect(check(['out.csv'])).not.toThrow();
    writeFileSync(at('out-3.csv'), '');
    writeFileSync(at('out-1.csv'), '');
    writeFileSync(at('out-x.csv'), '');
    expect(check(['out.csv'])).toThrow('out-3.csv exists; --force');
    expect(check(['out.csv'], { mayOverwrite: true })).not.toThrow();
  });

  test('later files are not the evidence, whatever is forced', () => {
    mkdirSync(at('logs'));
    writeFileSync(at('out-2.csv'), '#Fields: date\n');
    expect(check(['out.csv'], { mayOverwrite: true, evidence: [at('out-2.csv')] })).toThrow('into the evidence');
    expect(check(['out.csv'], { mayOverwrite: true, evidence: [at('logs')] })).not.toThrow();
  });

  test('a device goes on nowhere', () => {
    const targets = parseOutputs(['csv=/dev/null'], 'excel');
    expect(() => checkOutputs(targets, { evidence: [], readsStandardInput: false, mayOverwrite: false })).not.toThrow();
    expect(continuationsOf('/dev/null')).toContain('/dev/null-2');
  });

  test('names without a folder are of the working folder', () => {
    expect(continuationsOf('package.json')).toEqual(['package-2.json']);
  });

  test('later files are no other output', () => {
    expect(check(['out.csv', 'out-2.csv'])).toThrow('split output may go on in');
    expect(check(['out.csv', 'out-a.csv'])).not.toThrow();
  });

  test('a profile without CSV is wrong usage', () => {
    expect(() => parseOutputs(['text=-'], 'raw')).toThrow('--csv-profile raw is for CSV');
    expect(parseOutputs(['csv=-'], 'raw')).toEqual([{ format: 'csv', file: '-', csvProfile: 'raw' }]);
  });
});
