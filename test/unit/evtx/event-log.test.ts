import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { crc32 } from '../../../src/evtx/crc32.ts';
import { isEventLog } from '../../../src/evtx/event-log.ts';
import { eventXml, joinChunks, sealChunk, writeEventLog, ChunkWriter, type WrittenEvent } from '../../evtx-writer.ts';
import { readEvents, type ReadEvents } from '../../read-events.ts';

const CHUNK = 65_536;
const HEADER = 4_096;

const numbered = (count: number): WrittenEvent[] => Array.from({ length: count }, (_, index) => ({ data: { Number: String(index + 1) } }));
const numbersOf = ({ records }: Pick<ReadEvents, 'records'>): (string | undefined)[] =>
  records.map(({ event }) => event.data.get('Number'));
const upTo = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1));

function changed(bytes: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
}

/** Where the records of a log begin. */
const offsetsOf = (bytes: Buffer): number[] => readEvents(bytes).records.map(({ offset }) => offset);

/** Event logs that others wrote, where somebody put them beside the project. */
const SAMPLES = fileURLToPath(new URL('../../../../shared/samples/evtx/', import.meta.url));
const withSamples = existsSync(SAMPLES) ? describe : describe.skip;

describe('an event log', () => {
  test('gives what an event says of itself, and its data', () => {
    const log = writeEventLog([
      {
        provider: 'MSExchange CmdletLogs',
        guid: '{01234567-89AB-CDEF-0123-456789ABCDEF}',
        eventId: 6,
        qualifiers: 49_152,
        level: 2,
        channel: 'MSExchange Management',
        processId: 4_711,
        userSid: Buffer.from([1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]),
        data: ['Set-OabVirtualDirectory', '-ExternalUrl "http://f/"', ''],
      },
    ]);
    const { records, damages, json } = readEvents(log);
    expect(damages).toEqual([]);
    expect(records.map(({ offset, id, written, damage }) => [offset, id, written, damage])).toEqual([
      [HEADER + 512, '1', Date.parse('2021-03-03T06:30:05.123Z'), undefined],
    ]);
    expect(JSON.parse(json[0] ?? '')).toEqual({
      Event: {
        System: {
          Provider: { Name: 'MSExchange CmdletLogs', Guid: '{01234567-89AB-CDEF-0123-456789ABCDEF}' },
          EventID: 6,
          Qualifiers: 49_152,
          Version: 0,
          Level: 2,
          Task: 0,
          Opcode: 0,
          Keywords: '0x80000000000000',
          TimeCreated: '2021-03-03T06:30:05.123Z',
          EventRecordID: 1,
          Execution: { ProcessID: 4_711, ThreadID: 4_711 },
          Channel: 'MSExchange Management',
          Computer: 'EX01.contoso.example',
          Security: { UserID: 'S-1-5-18' },
        },
        EventData: { Data: ['Set-OabVirtualDirectory', '-ExternalUrl "http://f/"', ''] },
      },
    });
  });

  test.each([1, 7, 4_095, 4_097, 65_536, 100_000])('is the same in blocks of %i bytes', (blockBytes) => {
    const log = writeEventLog(numbered(600));
    expect(log.length).toBeGreaterThan(HEADER + CHUNK);
    const small = blockBytes === 1 ? writeEventLog(numbered(3)) : log;
    expect(readEvents(small, blockBytes).json).toEqual(readEvents(small).json);
    expect(numbersOf(readEvents(log))).toEqual(upTo(600));
  });

  test('is read to the end of the file, whatever its header says of chunks', () => {
    const log = writeEventLog(numbered(9), { perChunk: 3, isDirty: true, chunksTold: 1 });
    const { damages, ...read } = readEvents(Buffer.concat([log, Buffer.alloc(2 * CHUNK)]));
    expect(numbersOf(read)).toEqual(upTo(9));
    expect(damages).toEqual([{ what: 'dirty', chunksTold: 1 }]);
  });

  test('without checksums that says so has none that are wrong', () => {
    expect(readEvents(writeEventLog(numbered(3), { withChecksums: false })).damages).toEqual([]);
  });

  test('with wrong checksums is told, and read', () => {
    const log = changed(writeEventLog(numbered(6), { perChunk: 2 }), (copy) => {
      copy.writeUInt32LE(1, 124);
      copy.writeUInt32LE(1, HEADER + 124);
      copy.writeUInt32LE(1, HEADER + CHUNK + 52);
      sealHeader(copy, HEADER + CHUNK);
    });
    const { damages, ...read } = readEvents(log);
    expect(damages).toEqual([
      { what: 'header', reason: 'checksum' },
      { what: 'chunk', chunk: 1, reason: 'checksum' },
      { what: 'chunk', chunk: 2, reason: 'records' },
    ]);
    expect(numbersOf(read)).toEqual(upTo(6));
  });

  test('with a header that is none is read all the same', () => {
    const log = changed(writeEventLog(numbered(3)), (copy) => copy.fill(0x20, 0, 128));
    expect(isEventLog(log)).toBe(true);
    expect(readEvents(log).damages).toEqual([{ what: 'header', reason: 'signature' }]);
    expect(numbersOf(readEvents(log))).toEqual(upTo(3));
  });

  test('may be chunks alone', () => {
    const chunks = writeEventLog(numbered(4), { perChunk: 2 }).subarray(HEADER);
    expect(isEventLog(chunks)).toBe(true);
    const { damages, ...read } = readEvents(chunks, 1_000);
    expect(damages).toEqual([]);
    expect(numbersOf(read)).toEqual(upTo(4));
    expect(read.records[2]?.offset).toBe(CHUNK + 512);
  });

  test('that is cut in the middle of a chunk gives the records in front of the cut as recovered', () => {
    const log = writeEventLog(numbered(8), { perChunk: 4 });
    const [, , , , , , seventh = 0] = offsetsOf(log);
    const { damages, recovered, ...read } = readEvents(log.subarray(0, seventh + 40));
    expect(numbersOf(read)).toEqual(upTo(4));
    expect(numbersOf({ records: recovered }).slice(0, 2)).toEqual(['5', '6']);
    expect(recovered.map(({ damage }) => damage)).toEqual([undefined, undefined, 'size']);
    expect(damages).toEqual([
      { what: 'chunk', chunk: 2, reason: 'short' },
      { what: 'recovered', chunk: 2, records: 3, lost: 0 },
    ]);
  });

  test('with a chunk that has lost its signature gives its records as recovered', () => {
    const log = changed(writeEventLog(numbered(6), { perChunk: 2 }), (copy) => copy.fill(0, HEADER + CHUNK, HEADER + CHUNK + 8));
    const { damages, recovered, ...read } = readEvents(log);
    expect(numbersOf(read)).toEqual(['1', '2', '5', '6']);
    expect(numbersOf({ records: recovered })).toEqual(['3', '4']);
    expect(damages).toEqual([
      { what: 'chunk', chunk: 2, reason: 'signature' },
      { what: 'recovered', chunk: 2, records: 2, lost: 0 },
    ]);
  });

  test('goes on behind a record whose size lies', () => {
    const log = writeEventLog(numbered(5));
    const [, second = 0] = offsetsOf(log);
    for (const size of [3, 29, 0x7fff_ffff]) {
      const read = readEvents(changed(log, (copy) => copy.writeUInt32LE(size, second + 4)));
      expect(numbersOf(read)).toEqual(expect.arrayContaining(['1', '2', '3', '4', '5']));
      expect(read.records[1]?.damage).toBe('size');
    }
  });

  test('goes on behind a record whose signature is gone', () => {
    const log = writeEventLog(numbered(5));
    const [, second = 0, third = 0] = offsetsOf(log);
    const read = readEvents(changed(log, (copy) => copy.fill(0xff, second, second + 4)));
    expect(numbersOf(read)).toEqual(['1', '3', '4', '5']);
    expect(read.damages).toContainEqual({ what: 'gap', offset: second, bytes: third - second });
  });

  test('gives a record without a size, and what comes behind it as recovered', () => {
    const log = writeEventLog(numbered(5));
    const [, second = 0] = offsetsOf(log);
    const { recovered, ...read } = readEvents(changed(log, (copy) => copy.writeUInt32LE(0, second + 4)));
    expect(numbersOf(read)).toEqual(['1', '2']);
    expect(numbersOf({ records: recovered })).toEqual(['3', '4', '5']);
  });

  test('has no records behind the end of those in use: they are what the chunk held before', () => {
    const log = writeEventLog(numbered(5));
    const [, , , fourth = 0] = offsetsOf(log);
    const chunk = log.subarray(HEADER);
    chunk.writeUInt32LE(fourth - HEADER, 48);
    chunk.writeBigUInt64LE(3n, 32);
    sealChunk(chunk);
    expect(readEvents(log).damages).toEqual([]);
    expect(numbersOf(readEvents(log))).toEqual(['1', '2', '3']);
  });

  test('has records to the end of a chunk that does not tell where they end', () => {
    const log = writeEventLog(numbered(5));
    log.writeUInt32LE(0xffff_ffff, HEADER + 48);
    const read = readEvents(log);
    expect(numbersOf(read)).toEqual(upTo(5));
    expect(read.damages).toEqual([{ what: 'chunk', chunk: 1, reason: 'checksum' }]);
  });

  test('of nothing but a part of its header says so', () => {
    expect(readEvents(writeEventLog([]).subarray(0, 100)).damages).toEqual([{ what: 'header', reason: 'short' }]);
  });

  test('keeps an event that is no event as a record, with its time', () => {
    const writer = new ChunkWriter(1);
    writer.addRecord([{ kind: 'raw', bytes: Buffer.from([0x33]) }]);
    writer.addRecord([eventXml({}, 2)]);
    const { records } = readEvents(joinChunks([writer.end()]));
    expect(records.map(({ isEvent, damage, id }) => [isEvent, damage, id])).toEqual([
      [false, 'token', '1'],
      [true, undefined, '2'],
    ]);
  });
});

/** The checksum of a chunk's header alone. */
function sealHeader(file: Buffer, at: number): void {
  const records = file.readUInt32LE(at + 52);
  sealChunk(file.subarray(at, at + CHUNK));
  file.writeUInt32LE(records, at + 52);
  const chunk = file.subarray(at, at + CHUNK);
  chunk.writeUInt32LE(crc32(chunk, [0, 120], [128, 512]), 124);
}

withSamples('event logs that others wrote (skipped where ../shared/samples is not there)', () => {
  test.each([
    ['Application_no_crc32.evtx', 17, 0],
    ['Security_short_selected.evtx', 7, 0],
    ['new-user-security.evtx', 4, 0],
    ['System2.evtx', 194, 90],
    ['sample-with-irregular-bool-values.evtx', 3_028, 0],
    ['sample-with-zero-data-size-event.evtx', 336, 114],
    ['sample_with_a_bad_chunk_magic.evtx', 270, 114],
  ])('%s: %i records as the readers of reference find, and %i more', (name, count, more) => {
    const { records, recovered } = readEvents(readFileSync(path.join(SAMPLES, name)));
    expect([records.length, recovered.length]).toEqual([count, more]);
    const whole = records.filter(({ damage }) => damage === undefined);
    expect(whole.length).toBeGreaterThanOrEqual(count - 3);
    for (const { event } of whole) {
      expect([event.get('EventID'), event.get('Provider_Name'), event.get('Computer')]).not.toContain(undefined);
      expect(event.get('TimeCreated')).toMatch(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
    }
  });

  test('have two chunks without a signature where that is known', () => {
    const { damages } = readEvents(readFileSync(path.join(SAMPLES, 'sample_with_a_bad_chunk_magic.evtx')));
    expect(damages.filter((damage) => damage.what === 'chunk' && damage.reason === 'signature')).toHaveLength(2);
  });
});
