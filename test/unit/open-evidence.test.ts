import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openEvidence } from '../../src/open-evidence.ts';
import { readBlocks } from '../../src/read/blocks.ts';

test('what has taken the place of a log since it was listed is refused, and a pipe not waited for', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-open-'));
  const at = (name: string): string => path.join(folder, name);
  writeFileSync(at('x.log'), 'x\n');
  const descriptor = openEvidence(at('x.log'));
  expect(readFileSync(descriptor, 'utf8')).toBe('x\n');
  closeSync(descriptor);
  execFileSync('mkfifo', [at('pipe.log')]);
  const refusals: unknown[] = [];
  for (const name of ['pipe.log', '.']) {
    const logFile = { location: at(name), path: name, logType: 'iis-w3c', encoding: 'utf-8', bytes: 10 } as const;
    for await (const block of readBlocks(logFile, { onRefusal: (problem) => refusals.push(problem) })) expect(block).toBeUndefined();
  }
  expect(refusals).toEqual([
    { code: 'FILE_UNREADABLE', reason: 'EFTYPE' },
    { code: 'FILE_UNREADABLE', reason: 'EFTYPE' },
  ]);
  rmSync(folder, { recursive: true });
});
