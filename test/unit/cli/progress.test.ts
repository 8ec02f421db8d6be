import { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { describeProgress, Speed } from '../../../src/cli/progress-line.ts';
import { ProgressDisplay } from '../../../src/cli/progress.ts';
import type { Progress } from '../../../src/scan-options.ts';

const HALF: Progress = { filesRead: 12, files: 40, bytes: 1_400_000_000, bytesTotal: 2_800_000_000, findings: 1_031 };

describe('the line', () => {
  test('says bytes, share, speed, time left, findings and files', () => {
    expect(describeProgress(HALF, 812_000_000, 200)).toBe(' 50%  1.40 of 2.80 GB  812 MB/s  2 s left  1,031 findings  12 of 40 files');
  });

  test('is never wider than the room, and leaves out what matters least', () => {
    for (let room = 0; room <= 80; room += 1) expect(describeProgress(HALF, 812e6, room).length).toBeLessThanOrEqual(room);
    expect(describeProgress(HALF, 812e6, 35)).toBe(' 50%  1.40 of 2.80 GB  812 MB/s');
    expect(describeProgress(undefined, undefined, 80)).toBe('looking for logs');
  });

  test('knows no share and no end of standard input', () => {
    expect(describeProgress({ filesRead: 0, files: 1, bytes: 5_000_000, findings: 1 }, 1.5e9, 200)).toBe(
      '5 MB  1.50 GB/s  1 finding  0 of 1 file',
    );
  });

  test('is not done before the last file is', () => {
    const all = { ...HALF, bytes: 2_900_000_000 };
    expect(describeProgress(all, 1e9, 200)).toMatch(/^ 99% {2}2\.90 GB .* 0 s left/);
    expect(describeProgress({ ...all, filesRead: 40 }, undefined, 200)).toMatch(/^100%/);
  });

  test.each([
    [59, '59 s left'],
    [61, '1 min 01 s left'],
    [3_660, '1 h 1 min left'],
  ])('tells of %i seconds as %s', (seconds, words) => {
    const progress = { ...HALF, bytes: 0, bytesTotal: seconds * 1e6 };
    expect(describeProgress(progress, 1e6, 200)).toContain(words);
  });
});

describe('the speed', () => {
  test('is that of the last seconds, and not told at once', () => {
    const speed = new Speed();
    expect(speed.at(0, 0)).toBeUndefined();
    expect(speed.at(500, 500)).toBeUndefined();
    expect(speed.at(1_000, 1_000)).toBe(1_000);
    for (let second = 2; second <= 60; second += 1) speed.at(second * 1_000, 1_000);
    expect(speed.at(61_000, 1_000)).toBe(0);
  });
});

/** Stands for standard error, on a terminal or not. */
class Screen extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  written = '';

  constructor(isTTY: boolean, columns = 60) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.written += chunk.toString();
    done();
  }

  get asStream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

describe('the display', () => {
  test('writes one line of a terminal over, only when it changes, and takes it away', async () => {
    const screen = new Screen(true);
    const display = new ProgressDisplay(screen.asStream, { isWanted: true, intervalMs: 2, now: () => 0 });
    await wait(30);
    expect(screen.written).toBe('\rlooking for logs\u001b[K');
    display.take(HALF);
    await wait(30);
    display.end();
    expect(screen.written).toBe('\rlooking for logs\u001b[K\r 50%  1.40 of 2.80 GB  1,031 findings  12 of 40 files\u001b[K\r\u001b[K');
    const { length } = screen.written;
    await wait(20);
    expect(screen.written).toHaveLength(length);
  });

  test('leaves a column free: a full line would break', async () => {
    const screen = new Screen(true, 22);
    const display = new ProgressDisplay(screen.asStream, { isWanted: true, intervalMs: 2 });
    display.take(HALF);
    await wait(30);
    display.end();
    expect(screen.written).toContain('\r 50%  1.40 of 2.80 GB\u001b[K');
  });

  test('writes whole lines where there is no terminal, and takes none away', async () => {
    const screen = new Screen(false);
    const display = new ProgressDisplay(screen.asStream, { isWanted: true, intervalMs: 5, now: () => 0 });
    display.take(HALF);
    await wait(60);
    display.end();
    expect(screen.written).toMatch(/^(?: 50% {2}1\.40 of 2\.80 GB {2}1,031 findings {2}12 of 40 files\n){2,}$/);
  });

  test('shows nothing where nothing is wanted', async () => {
    const screen = new Screen(true);
    const display = new ProgressDisplay(screen.asStream, { isWanted: false, intervalMs: 2 });
    display.take(HALF);
    await wait(20);
    display.end();
    expect(screen.written).toBe('');
  });
});
