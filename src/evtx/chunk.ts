import { BinaryXml, type Damage } from './binary-xml.ts';
import type { Content } from './element.ts';
import { CHUNK_TOKENS, NAME_CHARACTERS } from './limits.ts';
import { u16, u32 } from './numbers.ts';
import { utf16 } from './value.ts';

/** Next template, GUID and size, in front of a template. */
const TEMPLATE_HEAD_BYTES = 24;
/** Next name, hash and number of characters, in front of a name. */
export const NAME_HEAD_BYTES = 8;

/** A template, and what is wrong with it. */
export interface Template {
  readonly content: readonly Content[];
  readonly damage: Damage | undefined;
}

/** The bytes of a chunk, and the names and templates that its records share: each is read once. */
export class Chunk {
  readonly bytes: Buffer;
  readonly #names = new Map<number, string>();
  /** `undefined` while it is read: then whoever asks for it stands in it. */
  readonly #templates = new Map<number, Template | undefined>();
  readonly #budget = { left: CHUNK_TOKENS };

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** The name at an offset; `undefined` where there is none. */
  name(offset: number): string | undefined {
    const known = this.#names.get(offset);
    if (known !== undefined) return known;
    if (!this.isName(offset)) return undefined;
    const name = utf16(this.bytes, offset + NAME_HEAD_BYTES, this.#nameCharacters(offset) * 2);
    this.#names.set(offset, name);
    return name;
  }

  /** Whether a name may stand there. */
  isName(offset: number): boolean {
    const characters = this.#nameCharacters(offset);
    const end = offset + NAME_HEAD_BYTES + characters * 2;
    return offset > 0 && characters > 0 && characters <= NAME_CHARACTERS && end + 2 <= this.bytes.length && u16(this.bytes, end) === 0;
  }

  /** Bytes that a name takes where it stands. */
  nameBytes(offset: number): number {
    return NAME_HEAD_BYTES + (this.#nameCharacters(offset) + 1) * 2;
  }

  #nameCharacters(offset: number): number {
    return u16(this.bytes, offset + 6);
  }

  template(offset: number, depth: number): Template {
    if (this.#templates.has(offset)) return this.#templates.get(offset) ?? { content: [], damage: 'cycle' };
    this.#templates.set(offset, undefined);
    const start = offset + TEMPLATE_HEAD_BYTES;
    const end = start + u32(this.bytes, offset + TEMPLATE_HEAD_BYTES - 4);
    const isInside = offset > 0 && end <= this.bytes.length && end > start;
    const xml = new BinaryXml(this, this.#budget);
    const content = isInside ? xml.read(start, end, { isTemplate: true, depth }) : [];
    const template: Template = { content, damage: isInside ? xml.damage : 'offset' };
    this.#templates.set(offset, template);
    return template;
  }

  /** Bytes that a template takes where it stands. */
  templateBytes(offset: number): number {
    return TEMPLATE_HEAD_BYTES + u32(this.bytes, offset + TEMPLATE_HEAD_BYTES - 4);
  }
}
