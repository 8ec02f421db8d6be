import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { eventJson } from '../../src/evtx/event-json.ts';
import { writeEventLog, type WrittenEvent } from '../evtx-writer.ts';
import { readEvents } from '../read-events.ts';

const SAMPLES = fileURLToPath(new URL('../../../shared/samples/evtx/', import.meta.url));
const CHUNK = 65_536;
const HEADER = 4_096;
/** Reading a copy takes some milliseconds; a machine may have other things to do. */
const MOST_MS = 5_000;

/** Numbers that look random and are the same each time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** Harms one chunk, in one to eight places. @returns its number */
function harm(copy: Buffer, random: (below: number) => number): number {
  const chunks = Math.floor((copy.length - HEADER) / CHUNK);
  const chunk = random(chunks);
  const start = HEADER + chunk * CHUNK;
  for (let count = 1 + random(8); count > 0; count -= 1) {
    // Most of what matters stands at the beginning.
    const at = start + random(random(2) === 0 ? 4_096 : CHUNK - 4);
    const kinds = [
      () => copy.writeUInt8(random(256), at),
      () => copy.writeUInt32LE([0, 1, 0x7fff_ffff, 0xffff_ffff, random(CHUNK)][random(5)] ?? 0, at),
      () => copy.writeUInt16LE([0, 0xffff, random(CHUNK)][random(3)] ?? 0, at),
      () => copy.fill(random(2) * 255, at, Math.min(at + random(2_000), start + CHUNK)),
      () => copy.copyWithin(at, start + random(CHUNK), start + CHUNK - (at - start)),
    ];
    kinds[random(kinds.length)]?.();
  }
  return chunk;
}

/** Of the records of each chunk, in one text. */
function byChunk(log: Buffer): Map<number, string> {
  const texts = new Map<number, string>();
  const { records, recovered } = readEvents(log, 50_000);
  for (const { offset, event, id, damage = '' } of [...records, ...recovered]) {
    const chunk = Math.floor((offset - HEADER) / CHUNK);
    texts.set(chunk, `${texts.get(chunk) ?? ''}${id} ${damage} ${eventJson(event)}\n`);
  }
  return texts;
}

function holdCopies(log: Buffer, copies: number): void {
  const whole = byChunk(log);
  for (let seed = 1; seed <= copies; seed += 1) {
    const copy = Buffer.from(log);
    const harmed = harm(copy, randomFrom(seed));
    const started = performance.now();
    const read = byChunk(copy);
    expect(performance.now() - started).toBeLessThan(MOST_MS);
    // Of a chunk that is not damaged nothing changes.
    const others = [...new Set([...whole.keys(), ...read.keys()])].filter((chunk) => chunk !== harmed);
    for (const chunk of others)
      if (read.get(chunk) !== whole.get(chunk)) throw new Error(`copy ${seed} is read otherwise in chunk ${chunk}, not ${harmed}`);
  }
}

const EVENTS: WrittenEvent[] = Array.from({ length: 400 }, (_, index) => ({
  eventId: index % 7,
  level: index % 5,
  data: index % 3 === 0 ? [`${index}`, 'x'.repeat(index)] : { Number: String(index), Text: 'y'.repeat(index % 90) },
}));

describe('damaged copies of event logs', () => {
  test('500 of our own: nothing throws or hangs, and chunks that are not damaged are read as before', () => {
    const log = writeEventLog(EVENTS, { perChunk: 100 });
    expect(log.length).toBe(HEADER + 4 * CHUNK);
    holdCopies(log, 500);
  }, 120_000);

  test('cut anywhere: the chunks in front of the cut are read as before', () => {
    const log = writeEventLog(EVENTS, { perChunk: 100 });
    const whole = byChunk(log);
    for (let length = 100; length < log.length; length += 7_919) {
      const read = byChunk(log.subarray(0, length));
      const chunks = Math.max(0, Math.floor((length - HEADER) / CHUNK));
      for (let chunk = 0; chunk < chunks; chunk += 1) expect(read.get(chunk)).toBe(whole.get(chunk));
    }
  });
});

const withSamples = existsSync(SAMPLES) ? describe : describe.skip;

withSamples('damaged copies of event logs that others wrote (skipped where ../shared/samples is not there)', () => {
  const names = existsSync(SAMPLES) ? readdirSync(SAMPLES).filter((name) => name.endsWith('.evtx')) : [];
  test.each(names)(
    '%s: nothing throws or hangs, and chunks that are not damaged are read as before',
    (name) => {
      const log = readFileSync(path.join(SAMPLES, name)).subarray(0, HEADER + 4 * CHUNK);
      holdCopies(log, 75);
    },
    120_000,
  );
});
