import type { TenMinutes } from '../model/activity.ts';
import * as layout from './layout.ts';
import type { ValueAnswer } from './value-answers.ts';

const PAGE_BYTES = 65_536;
/** What is kept of the block before, so that the line that goes on in the next is in one piece, comes in front of the input. */
export const HEADROOM_BYTES = 0x10000;
const HEADROOM = 0x44000;
const INPUT = HEADROOM + HEADROOM_BYTES;
/** A block should stay in a processor's second cache. */
export const BLOCK_BYTES = 524_288;
/** Headers with more columns have no prefilter. */
export const MOST_COLUMNS = 4_096;
/** The kernel reads a little more than it is asked to. */
const MARGIN_BYTES = 256;
const TABLES = INPUT + BLOCK_BYTES + PAGE_BYTES;

/** Why a scan stopped. */
export type Stop = 'ended' | 'odd' | 'candidate' | 'value';
const STOPS = ['ended', 'odd', 'candidate', 'value'] as const satisfies readonly Stop[];

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly scan: (plan: number, from: number, to: number) => number;
  readonly learn: (dictionary: number, start: number, end: number) => void;
  readonly mask: (dictionary: number, start: number, end: number) => number;
  readonly setSpan: (from: number, to: number) => void;
  readonly countCandidate: () => void;
}

/**
 * The compiled scanner and its memory, in which blocks of logs are scanned in place. Addresses are bytes from the start of the memory, which
 * never grows.
 */
export class Kernel {
  /** What is to be scanned lies here. */
  readonly input: Buffer;
  readonly #exports: Exports;
  readonly #bytes: Buffer;
  readonly #numbers: Uint32Array;
  readonly #floats: Float64Array;
  #free = TABLES;
  readonly #placed = new Map<Uint8Array, number>();
  #span: readonly [from: number, to: number] = [-Infinity, Infinity];

  constructor(module: WebAssembly.Module) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the exports of kernel/kernel.ts
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    const { buffer } = this.#exports.memory;
    this.#bytes = Buffer.from(buffer);
    this.#numbers = new Uint32Array(buffer);
    this.#floats = new Float64Array(buffer);
    this.input = this.#bytes.subarray(INPUT, INPUT + BLOCK_BYTES);
    this.write(layout.RESULT + layout.RESULT_ACTIVITY, [layout.ACTIVITY]);
  }

  holds({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
    return buffer === this.#bytes.buffer && byteOffset >= HEADROOM && byteOffset + byteLength <= INPUT + BLOCK_BYTES;
  }

  /** Records of this time are counted; milliseconds since 1970. */
  setSpan(from: number, to: number): void {
    this.#span = [from, to];
    this.#exports.setSpan(from, to);
  }

  isInSpan(time: number): boolean {
    return time >= this.#span[0] && time <= this.#span[1];
  }

  /** @returns where it stopped; `stop` tells why */
  scan(plan: number, from: number, to: number): number {
    return this.#exports.scan(plan, from, to);
  }

  /** What the last scan came to. */
  get stop(): Stop {
    return STOPS[this.#result(layout.RESULT_REASON)] ?? 'odd';
  }

  get skipped(): number {
    return this.#result(layout.RESULT_SKIPPED);
  }

  get skippedInSpan(): number {
    return this.#result(layout.RESULT_IN_SPAN);
  }

  get lineEnd(): number {
    return this.#result(layout.RESULT_LINE_END);
  }

  get first(): number {
    return this.#floats[(layout.RESULT + layout.RESULT_FIRST) >> 3] ?? Infinity;
  }

  get last(): number {
    return this.#floats[(layout.RESULT + layout.RESULT_LAST) >> 3] ?? -Infinity;
  }

  get time(): number {
    return this.#floats[(layout.RESULT + layout.RESULT_TIME) >> 3] ?? Number.NaN;
  }

  /** Counts the candidate of the last stop among the records of its ten minutes. */
  countCandidate(): void {
    this.#exports.countCandidate();
  }

  /** The records counted since this was asked last, by tens of minutes since 1970, in the order of the lines. */
  takeActivity(): TenMinutes[] {
    const current = this.#result(layout.RESULT_ACTIVITY);
    const taken: TenMinutes[] = [];
    for (let entry = layout.ACTIVITY; entry <= current; entry += layout.ACTIVITY_BYTES) {
      const first = this.read(entry) * 6;
      for (let index = 0; index < 6; index += 1) {
        const records = this.read(entry + layout.ACTIVITY_COUNTS + index * 4);
        if (records > 0) taken.push({ bin: first + index, records });
      }
    }
    // The next line may be of the same hour as the last.
    this.write(layout.ACTIVITY, [this.read(current), 0, 0, 0, 0, 0, 0, 0]);
    this.write(layout.RESULT + layout.RESULT_ACTIVITY, [layout.ACTIVITY]);
    return taken;
  }

  /** The sets of rules that are left for a candidate, a bit for each. */
  get left(): bigint {
    return this.#bytes.readBigUInt64LE(layout.RESULT + layout.RESULT_LEFT);
  }

  /** Of a value to be learned: the address of its dictionary, and its text as it is known there. */
  get dictionary(): number {
    return this.#result(layout.RESULT_DICTIONARY);
  }

  get value(): string {
    return this.text(this.#result(layout.RESULT_CELL), this.#result(layout.RESULT_CELL_END));
  }

  /** Makes the value of the last stop known. */
  learnValue(answer: ValueAnswer): void {
    this.#learn(this.dictionary, this.#result(layout.RESULT_CELL), this.#result(layout.RESULT_CELL_END), answer);
  }

  /** A value as a dictionary knows it. */
  masked(dictionary: number, value: string): string {
    const length = this.#bytes.write(value, layout.DECODED, 'latin1');
    const start = this.#exports.mask(dictionary, layout.DECODED, layout.DECODED + length);
    return this.text(start, start + length);
  }

  /** @param value as the dictionary knows it */
  learn(dictionary: number, value: string, answer: ValueAnswer): void {
    const length = this.#bytes.write(value, layout.DECODED, 'latin1');
    this.#learn(dictionary, layout.DECODED, layout.DECODED + length, answer);
  }

  /** What an empty cell tells. */
  setEmpty(dictionary: number, { left, having }: ValueAnswer): void {
    this.writeRules(dictionary + layout.DICTIONARY_EMPTY, left);
    this.writeRules(dictionary + layout.DICTIONARY_EMPTY_HAVING, having);
  }

  text(from: number, to: number): string {
    return this.#bytes.toString('latin1', from, to);
  }

  /**
   * Room of zeros for a table.
   *
   * @throws {KernelFullError}
   */
  allocate(bytes: number): number {
    const address = this.#free;
    if (address + bytes + MARGIN_BYTES > layout.ACTIVITY) throw new KernelFullError();
    this.#free = (address + bytes + 63) & ~63;
    return address;
  }

  /**
   * Puts bytes into the memory; the same once, however often they are asked for.
   *
   * @throws {KernelFullError}
   */
  place(bytes: Uint8Array): number {
    const known = this.#placed.get(bytes);
    if (known !== undefined) return known;
    const address = this.allocate(bytes.length);
    this.#bytes.set(bytes, address);
    this.#placed.set(bytes, address);
    return address;
  }

  /** Takes all tables back. */
  clear(): void {
    this.#bytes.fill(0, TABLES, this.#free);
    this.#free = TABLES;
    this.#placed.clear();
  }

  read(address: number): number {
    return this.#numbers[address >> 2] ?? 0;
  }

  write(address: number, numbers: readonly number[]): void {
    this.#numbers.set(numbers, address >> 2);
  }

  readByte(address: number): number {
    return this.#bytes[address] ?? 0;
  }

  writeByte(address: number, byte: number): void {
    this.#bytes[address] = byte;
  }

  writeText(address: number, text: string): void {
    this.#bytes.write(text, address, 'latin1');
  }

  writeRules(address: number, rules: bigint): void {
    this.#bytes.writeBigUInt64LE(rules, address);
  }

  #learn(dictionary: number, start: number, end: number, { left, having }: ValueAnswer): void {
    this.writeRules(layout.RESULT + layout.RESULT_RULES, left);
    this.writeRules(layout.RESULT + layout.RESULT_HAVING, having);
    this.#exports.learn(dictionary, start, end);
  }

  #result(offset: number): number {
    return this.read(layout.RESULT + offset);
  }
}

/** The tables of all plans together have outgrown the kernel's memory. */
export class KernelFullError extends Error {}
