import type { Finding } from './model/finding.ts';

/** A finding whose line counts from the beginning of its piece. */
export interface Stored {
  readonly piece: number;
  readonly finding: Finding;
}

/** What all findings of a rule say. */
const SHARED = ['rule', 'vulnerability', 'threat'] as const;
type Shared = (typeof SHARED)[number];

/** In front of the text of a finding: the bytes of all of it, and its piece. */
const PIECE = 4;
const TEXT = 8;

/** Findings as bytes: their JSON, but for what they share. */
export class FindingPacker {
  readonly #values: object[] = [];
  /** By the value itself, and by its JSON: another thread sends it anew with each word. */
  readonly #known = new WeakMap<object, number>();
  readonly #numbers = new Map<string, number>();

  /** @returns the text, and a bound on the bytes that it takes; UTF-8 has three for a character at the most */
  pack(finding: Finding): { readonly text: string; readonly bytes: number } {
    const packed: Omit<Finding, Shared> & { [Name in Shared]?: unknown } = { ...finding };
    for (const name of SHARED) {
      const value = finding[name];
      // Numbers stand for it, where it stood.
      if (value !== undefined) packed[name] = this.#number(value);
    }
    const text = JSON.stringify(packed);
    return { text, bytes: TEXT + text.length * 3 };
  }

  /** @returns behind it */
  write(buffer: Buffer, at: number, text: string, piece: number): number {
    const bytes = TEXT + buffer.write(text, at + TEXT, 'utf8');
    buffer.writeUInt32LE(bytes, at);
    buffer.writeUInt32LE(piece, at + PIECE);
    return at + bytes;
  }

  unpack(buffer: Buffer, at: number): Stored {
    const end = at + buffer.readUInt32LE(at);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by pack
    const finding = JSON.parse(buffer.toString('utf8', at + TEXT, end)) as Record<Shared, unknown>;
    for (const name of SHARED) {
      const number = finding[name];
      if (typeof number === 'number') finding[name] = this.#values[number];
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was packed
    return { piece: buffer.readUInt32LE(at + PIECE), finding: finding as unknown as Finding };
  }

  #number(value: object): number {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const text = JSON.stringify(value);
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#values.push(value) - 1;
      this.#numbers.set(text, number);
    }
    this.#known.set(value, number);
    return number;
  }
}

/** Bytes of the finding that begins here; `undefined` where not all of it is in the buffer. */
export function recordBytes(buffer: Buffer, at: number): number | undefined {
  if (at + TEXT > buffer.length) return undefined;
  const bytes = buffer.readUInt32LE(at);
  return at + bytes > buffer.length ? undefined : bytes;
}
