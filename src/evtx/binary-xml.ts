import type { Chunk } from './chunk.ts';
import { Element, Instance, NO_VALUES, Slot, type Attribute, type Content } from './element.ts';
import { MOST_DEPTH } from './limits.ts';
import { u16, u32 } from './numbers.ts';
import { TemplateValues } from './template-values.ts';
import { fixedBytes, readValue, TYPE, utf16 } from './value.ts';

const TOKEN = {
  end: 0x00,
  openElement: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  endElement: 0x04,
  value: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  character: 0x08,
  entity: 0x09,
  target: 0x0a,
  targetText: 0x0b,
  instance: 0x0c,
  slot: 0x0d,
  optionalSlot: 0x0e,
  fragment: 0x0f,
} as const;
/** Of a token: more of its kind follows. Of that of an element: it has attributes. */
const MORE = 0x40;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * What ended the reading of binary XML before its end. `token`, `name`, `offset`: none can stand there. `short`: the bytes end in the middle. `cycle`: a template
 * holds itself. `depth`, `steps`, `characters`: the limits.
 */
export type Damage = 'token' | 'name' | 'offset' | 'short' | 'cycle' | 'depth' | 'steps' | 'characters';

export interface Where {
  /** Elements of a template have the number of a value that they depend on, those of a value have not, and those of a record may. */
  readonly isTemplate: boolean;
  /** Of whatever stands around it. */
  readonly depth: number;
}

/** Reads binary XML into elements. What is damaged ends the reading; what was read before it stands. */
export class BinaryXml {
  readonly #chunk: Chunk;
  readonly #bytes: Buffer;
  /** Tokens that may be read; shared by all that is read for one record, or one chunk. */
  readonly #budget: { left: number };
  #at = 0;
  #end = 0;
  #isTemplate = false;
  #damage: Damage | undefined;
  /** In a template that is named; it does not end the reading here. */
  #innerDamage: Damage | undefined;

  constructor(chunk: Chunk, budget: { left: number }) {
    this.#chunk = chunk;
    this.#bytes = chunk.bytes;
    this.#budget = budget;
  }

  get damage(): Damage | undefined {
    return this.#damage ?? this.#innerDamage;
  }

  /** @param end behind the last byte, within the chunk */
  read(start: number, end: number, { isTemplate, depth }: Where): Content[] {
    this.#at = start;
    this.#end = end;
    this.#isTemplate = isTemplate;
    const content: Content[] = [];
    while (this.#at < this.#end && this.#damage === undefined) {
      const token = this.#token();
      if (token === TOKEN.end) break;
      this.#readContent(token, content, depth);
    }
    return content;
  }

  #fail(damage: Damage): void {
    this.#damage ??= damage;
  }

  #token(): number {
    const token = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    this.#budget.left -= 1;
    if (this.#at > this.#end) this.#fail('short');
    if (this.#budget.left < 0) this.#fail('steps');
    return token;
  }

  #readContent(token: number, content: Content[], depth: number): void {
    switch (token & ~MORE) {
      case TOKEN.fragment:
        this.#at += 3;
        return;
      case TOKEN.openElement:
        this.#readElement(token, content, depth + 1);
        return;
      case TOKEN.instance:
        this.#readInstance(content, depth + 1);
        return;
      case TOKEN.target:
        this.#readName();
        return;
      case TOKEN.targetText:
        this.#readText();
        return;
      case TOKEN.cdata:
        content.push(this.#readText());
        return;
      default:
        if (!this.#readPart(token, content)) this.#fail('token');
    }
  }

  /** What may stand in an attribute too. @returns whether it is such a token */
  #readPart(token: number, content: Content[]): boolean {
    switch (token & ~MORE) {
      case TOKEN.value:
        content.push(this.#readValue());
        return true;
      case TOKEN.character:
        content.push(String.fromCharCode(u16(this.#bytes, this.#skip(2))));
        return true;
      case TOKEN.entity: {
        const name = this.#readName() ?? '';
        content.push(ENTITIES.get(name) ?? `&${name};`);
        return true;
      }
      case TOKEN.slot:
      case TOKEN.optionalSlot:
        content.push(new Slot(u16(this.#bytes, this.#skip(3)), (token & ~MORE) === TOKEN.optionalSlot));
        return true;
      default:
        return false;
    }
  }

  #readElement(token: number, content: Content[], depth: number): void {
    if (depth > MOST_DEPTH) {
      this.#fail('depth');
      return;
    }
    if (this.#hasDependency()) this.#skip(2);
    // The size of what follows; its tokens tell as well, and cannot lie.
    this.#skip(4);
    const name = this.#readName();
    if (name === undefined) return;
    const element = new Element(name);
    content.push(element);
    if ((token & MORE) !== 0) this.#readAttributes(element.attributes);
    if (this.#damage !== undefined) return;
    const close = this.#token();
    if (close === TOKEN.closeEmpty) return;
    if (close !== TOKEN.closeStart) this.#fail('token');
    while (this.#damage === undefined) {
      const next = this.#token();
      if (next === TOKEN.endElement) return;
      this.#readContent(next, element.content, depth);
    }
  }

  /** Told by where the offset of the name can stand; where both are possible, by what is usual there. */
  #hasDependency(): boolean {
    const [isWith, isWithout] = [6, 4].map((offset) => this.#chunk.isName(u32(this.#bytes, this.#at + offset)));
    return isWith === isWithout ? this.#isTemplate : isWith === true;
  }

  #readAttributes(attributes: Attribute[]): void {
    this.#skip(4);
    while (this.#damage === undefined && ((this.#bytes[this.#at] ?? 0) & ~MORE) === TOKEN.attribute) {
      this.#token();
      const name = this.#readName();
      if (name === undefined) return;
      const attribute: Attribute = { name, content: [] };
      attributes.push(attribute);
      for (;;) {
        const before = this.#at;
        if (!this.#readPart(this.#token(), attribute.content) || this.#damage !== undefined) {
          this.#at = before;
          break;
        }
      }
    }
  }

  #readName(): string | undefined {
    const offset = u32(this.#bytes, this.#skip(4));
    const name = this.#chunk.name(offset);
    if (name === undefined) {
      this.#fail('name');
      return undefined;
    }
    if (offset === this.#at) this.#skip(this.#chunk.nameBytes(offset));
    return name;
  }

  /** Text with its number of characters in front. */
  #readText(): string {
    const size = u16(this.#bytes, this.#skip(2)) * 2;
    const start = this.#skip(size);
    return this.#damage === undefined ? utf16(this.#bytes, start, size) : '';
  }

  #readValue(): string {
    const type = this.#bytes[this.#skip(1)] ?? 0;
    if (type === TYPE.text) return this.#readText();
    const size = fixedBytes(type);
    const start = this.#skip(size);
    if (size === 0) this.#fail('token');
    if (this.#damage !== undefined) return '';
    const value = readValue(this.#bytes, start, size, type);
    return typeof value === 'string' ? value : value.join();
  }

  #readInstance(content: Content[], depth: number): void {
    if (depth > MOST_DEPTH) {
      this.#fail('depth');
      return;
    }
    const offset = u32(this.#bytes, this.#skip(9) + 5);
    if (this.#damage !== undefined) return;
    const template = this.#chunk.template(offset, depth);
    this.#innerDamage ??= template.damage;
    if (offset === this.#at) this.#skip(this.#chunk.templateBytes(offset));
    const values = new TemplateValues(this.#chunk, this.#at, this.#end, (start, end) => {
      const xml = new BinaryXml(this.#chunk, this.#budget);
      return new Instance(xml.read(start, end, { isTemplate: false, depth: depth + 1 }), NO_VALUES, xml);
    });
    this.#at = values.end;
    if (values.isTorn) this.#innerDamage ??= 'short';
    content.push(new Instance(template.content, values));
  }

  /** @returns where it was */
  #skip(count: number): number {
    const before = this.#at;
    this.#at += count;
    if (this.#at > this.#end) this.#fail('short');
    return before;
  }
}
