import { BinaryXml } from './binary-xml.ts';
import { Chunk } from './chunk.ts';
import { WindowsEvent } from './event.ts';
import { eventOfXml, type Budget } from './event-of-xml.ts';
import { CHUNK_CHARACTERS, CHUNK_STEPS, CHUNK_TOKENS, RECORD_CHARACTERS, RECORD_STEPS, RECORD_TOKENS } from './limits.ts';
import { fileTime, u32, u64Text } from './numbers.ts';
import type { FoundRecord, RecordDamage } from './found-record.ts';

/** What a record begins with. */
const MAGIC = 0x0000_2a2a;
/** Signature, size, number and time, in front of the XML. */
const HEAD_BYTES = 24;
/** Of the size, once more, behind it. */
const TAIL_BYTES = 4;
const LEAST_BYTES = HEAD_BYTES + TAIL_BYTES;

/** What lies between two records, and is none. */
export interface Gap {
  readonly offset: number;
  readonly bytes: number;
}

export interface RecordsListener {
  readonly onRecord: (record: FoundRecord) => void;
  readonly onGap: (gap: Gap) => void;
}

export interface RecordsOptions {
  readonly start: number;
  readonly end: number;
  /** Of a chunk that is no whole one: its records are told apart from others. */
  readonly isRecovered: boolean;
  /** The number of the last record of the chunk, where it tells; left out: any. */
  readonly lastId?: number;
}

/** Goes through the records of a chunk. */
export class Records {
  readonly #bytes: Buffer;
  readonly #chunk: Chunk;
  readonly #listener: RecordsListener;
  readonly #tokens = { left: CHUNK_TOKENS };
  readonly #budget: Budget = { steps: CHUNK_STEPS, characters: CHUNK_CHARACTERS };

  /** @param bytes of a chunk, or of as much of it as there is */
  constructor(bytes: Buffer, listener: RecordsListener) {
    this.#bytes = bytes;
    this.#chunk = new Chunk(bytes);
    this.#listener = listener;
  }

  /** Reads from one record to the next. Where none follows, the next one further on is looked for. */
  read({ start, end, isRecovered, lastId = Infinity }: RecordsOptions): void {
    let at = start;
    let isLost = isRecovered;
    let id = -1;
    while (at + LEAST_BYTES <= end) {
      if (u32(this.#bytes, at) !== MAGIC) {
        const next = this.#nextRecord(at, end, { above: id, upTo: lastId });
        // Unused space is no damage.
        if (next !== -1 || !this.#isEmpty(at, end)) this.#listener.onGap({ offset: at, bytes: (next === -1 ? end : next) - at });
        if (next === -1) return;
        // Readers of event logs stop at unused space, and at a record without a size: what comes behind it is more than they find.
        if (u32(this.#bytes, at) === 0) isLost = true;
        at = next;
      }
      id = this.#idAt(at);
      const size = u32(this.#bytes, at + 4);
      const isClosed = this.#isClosed(at, this.#bytes.length);
      const next = isClosed ? at + size : this.#behindUnclosed(at, end, lastId);
      this.#readRecord(at, { stop: next === -1 ? end : next, isClosed, isRecovered: isLost });
      if (size === 0) isLost = true;
      if (next === -1) return;
      at = next;
    }
  }

  /** Whether a record's size stands at its end once more. */
  #isClosed(at: number, end: number): boolean {
    const size = u32(this.#bytes, at + 4);
    return size >= LEAST_BYTES && at + size <= end && u32(this.#bytes, at + size - TAIL_BYTES) === size;
  }

  /** Where to go on behind a record of which one of the sizes is wrong, or whose end was never written; -1 where nothing follows. */
  #behindUnclosed(at: number, end: number, upTo: number): number {
    const id = this.#idAt(at);
    const size = u32(this.#bytes, at + 4);
    const next = this.#nextRecord(at + LEAST_BYTES, end, { above: id, upTo });
    const isSized = size >= LEAST_BYTES && at + size <= end;
    return isSized && (next === -1 || this.#idAt(next) !== id + 1) ? at + size : next;
  }

  #idAt(at: number): number {
    return u32(this.#bytes, at + 12) * 0x1_0000_0000 + u32(this.#bytes, at + 8);
  }

  /** The next place that has the marks of a whole record; -1 where there is none. What is left of what the chunk held before has smaller numbers. */
  #nextRecord(from: number, end: number, { above, upTo }: { above: number; upTo: number }): number {
    const bytes = this.#bytes;
    for (let at = bytes.indexOf(MAGIC_BYTES, from); at !== -1 && at + LEAST_BYTES <= end; at = bytes.indexOf(MAGIC_BYTES, at + 1)) {
      const id = this.#idAt(at);
      if (id > above && id <= upTo && this.#isClosed(at, end)) return at;
    }
    return -1;
  }

  #isEmpty(from: number, to: number): boolean {
    for (let at = from; at < to; at += 1) if (this.#bytes[at] !== 0) return false;
    return true;
  }

  #readRecord(at: number, { stop, isClosed, isRecovered }: { stop: number; isClosed: boolean; isRecovered: boolean }): void {
    const bytes = this.#bytes;
    this.#tokens.left = Math.max(this.#tokens.left, RECORD_TOKENS);
    this.#budget.steps = Math.max(this.#budget.steps, RECORD_STEPS);
    this.#budget.characters = Math.max(this.#budget.characters, RECORD_CHARACTERS);
    const xml = new BinaryXml(this.#chunk, this.#tokens);
    const content = xml.read(at + HEAD_BYTES, isClosed ? stop - TAIL_BYTES : stop, { isTemplate: false, depth: 0 });
    const read = eventOfXml(content, this.#budget);
    const { ms } = fileTime(bytes, at + 16);
    const damage: RecordDamage | undefined = isClosed ? (xml.damage ?? read?.damage ?? (read === undefined ? 'event' : undefined)) : 'size';
    this.#listener.onRecord({
      offset: at,
      event: read?.event ?? new WindowsEvent(),
      isEvent: read !== undefined,
      id: u64Text(bytes, at + 8),
      written: ms,
      isRecovered,
      ...(damage !== undefined && { damage }),
    });
  }
}

const MAGIC_BYTES = Buffer.from([0x2a, 0x2a, 0, 0]);
