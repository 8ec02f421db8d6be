import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { Problem } from '../../../src/model/diagnostic.ts';
import type { LogFile } from '../../../src/model/log-file.ts';
import { readBlocks } from '../../../src/read/blocks.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-blocks-'));
const location = path.join(folder, 'x.log');

const SHRUNK = { code: 'FILE_UNREADABLE', reason: 'it became shorter while it was read' };

async function read(bytesThen: number, content: string) {
  writeFileSync(location, content);
  const logFile: LogFile = { location, path: 'x.log', logType: 'iis-w3c', encoding: 'utf-8', bytes: bytesThen };
  const refusals: Problem[] = [];
  let bytes = 0;
  for await (const block of readBlocks(logFile, { onRefusal: (problem) => void refusals.push(problem) })) bytes += block.length;
  return { bytes, refusals };
}

test('a file that grew since it was found is read to its end, one that shrank is not whole', async () => {
  try {
    expect(await read(10, 'x'.repeat(10))).toEqual({ bytes: 10, refusals: [] });
    expect(await read(10, 'x'.repeat(50))).toEqual({ bytes: 50, refusals: [] });
    expect(await read(50, 'x'.repeat(10))).toEqual({ bytes: 10, refusals: [SHRUNK] });
    expect(await read(50, '')).toEqual({ bytes: 0, refusals: [SHRUNK] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file that grows as fast as it is read comes to an end', async () => {
  const own = mkdtempSync(path.join(tmpdir(), 'exhunt-blocks-'));
  const growing = path.join(own, 'x.log');
  try {
    writeFileSync(growing, 'x'.repeat(100));
    const logFile: LogFile = { location: growing, path: 'x.log', logType: 'iis-w3c', encoding: 'utf-8', bytes: 100 };
    const refusals: string[] = [];
    const onRefusal = (problem: Problem): void => void refusals.push(problem.code === 'FILE_UNREADABLE' ? problem.reason : problem.code);
    let bytes = 0;
    for await (const block of readBlocks(logFile, { onRefusal, growthBytes: 10_000 })) {
      bytes += block.length;
      appendFileSync(growing, 'x'.repeat(100));
    }
    expect(refusals).toEqual(['it grows faster than it is read']);
    expect(bytes).toBeLessThan(11_000);
  } finally {
    rmSync(own, { recursive: true });
  }
});
