import type { Chunk } from './chunk.ts';
import type { Instance, Values } from './element.ts';
import { u16, u32 } from './numbers.ts';
import { readValue, TYPE } from './value.ts';

/** Size and type of a value. */
const DESCRIPTOR_BYTES = 4;

/** Reads a value that is XML itself; `end` is behind its last byte. */
type ReadXml = (start: number, end: number) => Instance;

/** The values behind the name of a template: sizes and types of all of them, then their bytes. Read when they are asked for. */
export class TemplateValues implements Values {
  /** Behind the last value. */
  readonly end: number;
  /** Not all of them are there. */
  readonly isTorn: boolean;
  readonly #chunk: Chunk;
  readonly #readXml: ReadXml;
  readonly #descriptors: number;
  readonly #starts: number[] = [];
  readonly #read: (string | readonly string[] | Instance | undefined)[] = [];

  constructor(chunk: Chunk, start: number, end: number, readXml: ReadXml) {
    this.#chunk = chunk;
    this.#readXml = readXml;
    this.#descriptors = start + 4;
    const { bytes } = chunk;
    const claimed = u32(bytes, start);
    const most = Math.max(0, Math.floor((end - this.#descriptors) / DESCRIPTOR_BYTES));
    const count = Math.min(claimed, most);
    let at = this.#descriptors + count * DESCRIPTOR_BYTES;
    for (let index = 0; index < count; index += 1) {
      const size = u16(bytes, this.#descriptors + index * DESCRIPTOR_BYTES);
      if (at + size > end) break;
      this.#starts.push(at);
      at += size;
    }
    this.end = Math.min(at, end);
    this.isTorn = this.#starts.length < claimed || start + 4 > end;
  }

  get(index: number): string | readonly string[] | Instance | undefined {
    const known = this.#read[index];
    if (known !== undefined) return known;
    const value = this.#value(index);
    this.#read[index] = value;
    return value;
  }

  #value(index: number): string | readonly string[] | Instance | undefined {
    const start = this.#starts[index];
    if (start === undefined) return undefined;
    const { bytes } = this.#chunk;
    const size = u16(bytes, this.#descriptors + index * DESCRIPTOR_BYTES);
    const type = bytes[this.#descriptors + index * DESCRIPTOR_BYTES + 2] ?? 0;
    if (type === TYPE.null) return undefined;
    return type === TYPE.binaryXml ? this.#readXml(start, start + size) : readValue(bytes, start, size, type);
  }
}
