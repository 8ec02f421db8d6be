import { crc32 } from '../src/evtx/crc32.ts';

/** Binary XML to be written. A node may be anything that stands in an element. */
export type Node =
  | {
      readonly kind: 'element';
      readonly name: string;
      readonly attributes: readonly (readonly [string, readonly Node[]])[];
      readonly content: readonly Node[];
    }
  | { readonly kind: 'text' | 'cdata' | 'entity' | 'target' | 'target-text'; readonly text: string }
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'slot'; readonly index: number; readonly isOptional: boolean }
  | { readonly kind: 'instance'; readonly template: readonly Node[]; readonly values: readonly Value[] }
  | { readonly kind: 'raw'; readonly bytes: Buffer };

/** A value for a slot: its type, and its bytes or the XML that it is. */
export interface Value {
  readonly type: number;
  readonly bytes: Buffer | readonly Node[];
  /** Of XML: whether its elements have the number that those of values lack. */
  readonly hasDependency?: boolean;
}

type Attributes = Readonly<Record<string, string | readonly Node[]>>;

export const text = (value: string): Node => ({ kind: 'text', text: value });
export const slot = (index: number, isOptional = true): Node => ({ kind: 'slot', index, isOptional });
export const instance = (template: readonly Node[], values: readonly Value[]): Node => ({ kind: 'instance', template, values });
export function element(name: string, attributes: Attributes = {}, ...content: (Node | string)[]): Node {
  const nodes = (value: string | readonly Node[]): readonly Node[] => (typeof value === 'string' ? [text(value)] : value);
  return {
    kind: 'element',
    name,
    attributes: Object.entries(attributes).map(([key, value]) => [key, nodes(value)] as const),
    content: content.map((each) => (typeof each === 'string' ? text(each) : each)),
  };
}

export const NULL: Value = { type: 0, bytes: Buffer.alloc(0) };
export const utf16 = (value: string): Value => ({ type: 0x01, bytes: Buffer.from(value, 'utf16le') });
export const utf16List = (values: readonly string[]): Value => ({
  type: 0x81,
  bytes: Buffer.from(values.map((each) => `${each}\0`).join(''), 'utf16le'),
});
export const xml = (nodes: readonly Node[], hasDependency = true): Value => ({ type: 0x21, bytes: nodes, hasDependency });
export function number(type: number, bits: 8 | 16 | 32 | 64, value: number | bigint): Value {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return { type, bytes: bytes.subarray(0, bits / 8) };
}
/** @param time ISO 8601 */
export function fileTime(time: string): Value {
  return number(0x11, 64, (BigInt(Date.parse(time)) + 11_644_473_600_000n) * 10_000n);
}

/** One event as most are: what stands in `System`, and named or unnamed data. */
export interface WrittenEvent {
  readonly provider?: string;
  readonly guid?: string;
  readonly eventId?: number;
  readonly qualifiers?: number;
  readonly level?: number;
  readonly time?: string;
  readonly channel?: string;
  readonly computer?: string;
  readonly processId?: number;
  readonly userSid?: Buffer;
  readonly data?: Readonly<Record<string, string>> | readonly string[];
  /** In place of data. */
  readonly userData?: readonly Node[];
}

export const SYSTEM_TIME = '2021-03-03T06:30:05.123Z';

/** The XML of an event as Windows writes it: a template for all events, within which another one, or plain XML, stands for its data. */
export function eventXml(event: WrittenEvent, id: number): Node {
  const {
    provider = 'Test',
    eventId = 1,
    qualifiers,
    level = 4,
    time = SYSTEM_TIME,
    channel = 'Application',
    computer = 'EX01.contoso.example',
  } = event;
  const system = element(
    'System',
    {},
    element('Provider', { Name: provider, ...(event.guid !== undefined && { Guid: event.guid }) }),
    element('EventID', { Qualifiers: [slot(1)] }, slot(0, false)),
    element('Version', {}, slot(2)),
    element('Level', {}, slot(3)),
    element('Task', {}, slot(4)),
    element('Opcode', {}, slot(4)),
    element('Keywords', {}, slot(5)),
    element('TimeCreated', { SystemTime: [slot(6)] }),
    element('EventRecordID', {}, slot(7)),
    element('Correlation', { ActivityID: [slot(8)] }),
    element('Execution', { ProcessID: [slot(9)], ThreadID: [slot(9)] }),
    element('Channel', {}, channel),
    element('Computer', {}, computer),
    element('Security', { UserID: [slot(10)] }),
  );
  const template = [element('Event', { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' }, system, slot(11))];
  return instance(template, [
    number(0x06, 16, eventId),
    qualifiers === undefined ? NULL : number(0x06, 16, qualifiers),
    number(0x04, 8, 0),
    number(0x04, 8, level),
    number(0x06, 16, 0),
    number(0x15, 64, 0x80000000000000n),
    fileTime(time),
    number(0x0a, 64, id),
    NULL,
    event.processId === undefined ? NULL : number(0x08, 32, event.processId),
    event.userSid === undefined ? NULL : { type: 0x13, bytes: event.userSid },
    xml(dataXml(event)),
  ]);
}

function dataXml({ data = {}, userData }: WrittenEvent): readonly Node[] {
  if (userData !== undefined) return [element('UserData', {}, ...userData)];
  if (isList(data)) return [instance([element('EventData', {}, element('Data', {}, slot(0, false)))], [utf16List(data)])];
  const names = Object.keys(data);
  const template = element('EventData', {}, ...names.map((name, index) => element('Data', { Name: name }, slot(index, false))));
  return [
    instance(
      [template],
      names.map((name) => utf16(data[name] ?? '')),
    ),
  ];
}

function isList(data: WrittenEvent['data']): data is readonly string[] {
  return Array.isArray(data);
}

const CHUNK_BYTES = 65_536;

/** Writes one chunk. */
export class ChunkWriter {
  readonly #bytes = Buffer.alloc(CHUNK_BYTES);
  #at = 512;
  #last = 512;
  readonly #firstId: number;
  #nextId: number;
  readonly #names = new Map<string, number>();
  readonly #templates = new Map<string, number>();

  constructor(firstId: number) {
    this.#firstId = firstId;
    this.#nextId = firstId;
  }

  get nextId(): number {
    return this.#nextId;
  }

  /** @returns whether there was room for it */
  addEvent(event: WrittenEvent): boolean {
    return this.addRecord([eventXml(event, this.#nextId)], event.time);
  }

  addRecord(nodes: readonly Node[], time = SYSTEM_TIME): boolean {
    const before = { at: this.#at, names: new Map(this.#names), templates: new Map(this.#templates) };
    try {
      this.#writeRecord(nodes, time);
      return true;
    } catch (error) {
      if (!(error instanceof ChunkFullError)) throw error;
      this.#bytes.fill(0, before.at);
      this.#at = before.at;
      for (const [map, old] of [
        [this.#names, before.names],
        [this.#templates, before.templates],
      ] as const) {
        for (const key of map.keys()) if (!old.has(key)) map.delete(key);
      }
      return false;
    }
  }

  #writeRecord(nodes: readonly Node[], time: string): void {
    const start = this.#at;
    const { bytes } = fileTime(time);
    this.#put(Buffer.from([0x2a, 0x2a, 0, 0]));
    this.#u32(0);
    this.#put(number(0, 64, this.#nextId).bytes as Buffer);
    this.#put(bytes as Buffer);
    this.#put(Buffer.from([0x0f, 1, 1, 0]));
    this.#nodes(nodes, true);
    this.#u8(0);
    this.#put(Buffer.alloc((8 - ((this.#at - start + 4) % 8)) % 8));
    const size = this.#at - start + 4;
    this.#u32(size);
    this.#bytes.writeUInt32LE(size, start + 4);
    this.#last = start;
    this.#nextId += 1;
  }

  /** @param withChecksums otherwise it says that it has none */
  end(withChecksums = true): Buffer {
    const bytes = this.#bytes;
    bytes.write('ElfChnk\0', 0, 'latin1');
    [this.#firstId, this.#nextId - 1, this.#firstId, this.#nextId - 1].forEach((id, index) =>
      bytes.writeBigUInt64LE(BigInt(id), 8 + 8 * index),
    );
    bytes.writeUInt32LE(128, 40);
    bytes.writeUInt32LE(this.#last, 44);
    bytes.writeUInt32LE(this.#at, 48);
    bytes.writeUInt32LE(withChecksums ? 1 : 4, 120);
    if (withChecksums) sealChunk(bytes);
    return bytes;
  }

  #nodes(nodes: readonly Node[], hasDependency: boolean): void {
    for (const node of nodes) this.#node(node, hasDependency);
  }

  #node(node: Node, hasDependency: boolean): void {
    switch (node.kind) {
      case 'element':
        this.#element(node, hasDependency);
        return;
      case 'text':
        this.#put(Buffer.from([0x05, 0x01]));
        this.#text(node.text);
        return;
      case 'cdata':
        this.#u8(0x07);
        this.#text(node.text);
        return;
      case 'entity':
        this.#u8(0x09);
        this.#name(node.text);
        return;
      case 'target':
        this.#u8(0x0a);
        this.#name(node.text);
        return;
      case 'target-text':
        this.#u8(0x0b);
        this.#text(node.text);
        return;
      case 'character':
        this.#u8(0x08);
        this.#u16(node.code);
        return;
      case 'slot':
        this.#u8(node.isOptional ? 0x0e : 0x0d);
        this.#u16(node.index);
        this.#u8(0x01);
        return;
      case 'raw':
        this.#put(node.bytes);
        return;
      case 'instance':
        this.#instance(node);
    }
  }

  #element({ name, attributes, content }: Extract<Node, { kind: 'element' }>, hasDependency: boolean): void {
    this.#u8(attributes.length > 0 ? 0x41 : 0x01);
    if (hasDependency) this.#u16(0xffff);
    const sizeAt = this.#at;
    this.#u32(0);
    this.#name(name);
    if (attributes.length > 0) {
      const listAt = this.#at;
      this.#u32(0);
      for (const [index, [key, value]] of attributes.entries()) {
        this.#u8(index === attributes.length - 1 ? 0x06 : 0x46);
        this.#name(key);
        this.#nodes(value, hasDependency);
      }
      this.#bytes.writeUInt32LE(this.#at - listAt - 4, listAt);
    }
    if (content.length === 0) this.#u8(0x03);
    else {
      this.#u8(0x02);
      this.#nodes(content, hasDependency);
      this.#u8(0x04);
    }
    this.#bytes.writeUInt32LE(this.#at - sizeAt - 4, sizeAt);
  }

  #instance({ template, values }: Extract<Node, { kind: 'instance' }>): void {
    this.#u8(0x0c);
    this.#u8(1);
    this.#u32(0x1234);
    const key = JSON.stringify(template);
    const known = this.#templates.get(key);
    this.#u32(known ?? this.#at + 4);
    if (known === undefined) {
      this.#templates.set(key, this.#at);
      this.#u32(0);
      this.#put(Buffer.alloc(16, 0xab));
      const sizeAt = this.#at;
      this.#u32(0);
      this.#put(Buffer.from([0x0f, 1, 1, 0]));
      this.#nodes(template, true);
      this.#u8(0);
      this.#bytes.writeUInt32LE(this.#at - sizeAt - 4, sizeAt);
    }
    this.#u32(values.length);
    const descriptors = this.#at;
    for (const { type } of values) this.#put(Buffer.from([0, 0, type, 0]));
    for (const [index, { bytes, hasDependency }] of values.entries()) {
      const start = this.#at;
      if (Buffer.isBuffer(bytes)) this.#put(bytes);
      else {
        this.#put(Buffer.from([0x0f, 1, 1, 0]));
        this.#nodes(bytes, hasDependency !== false);
        this.#u8(0);
      }
      this.#bytes.writeUInt16LE(this.#at - start, descriptors + 4 * index);
    }
  }

  /** Its offset; the name itself where it is new. */
  #name(name: string): void {
    const known = this.#names.get(name);
    this.#u32(known ?? this.#at + 4);
    if (known !== undefined) return;
    this.#names.set(name, this.#at);
    this.#u32(0);
    this.#u16(0);
    this.#text(name);
    this.#u16(0);
  }

  #text(value: string): void {
    this.#u16(value.length);
    this.#put(Buffer.from(value, 'utf16le'));
  }

  #u8(value: number): void {
    this.#put(Buffer.of(value));
  }

  #u16(value: number): void {
    this.#put(Buffer.of(value & 0xff, value >>> 8));
  }

  #u32(value: number): void {
    this.#u16(value & 0xffff);
    this.#u16(value >>> 16);
  }

  #put(bytes: Buffer): void {
    if (this.#at + bytes.length > CHUNK_BYTES) throw new ChunkFullError('the chunk is full');
    this.#at += bytes.copy(this.#bytes, this.#at);
  }
}

class ChunkFullError extends Error {}

/** Puts the checksums of a chunk in their places. */
export function sealChunk(chunk: Buffer): void {
  chunk.writeUInt32LE(crc32(chunk, [512, chunk.readUInt32LE(48)]), 52);
  chunk.writeUInt32LE(crc32(chunk, [0, 120], [128, 512]), 124);
}

export interface LogOptions {
  readonly isDirty?: boolean;
  /** What the header says; left out: the truth. */
  readonly chunksTold?: number;
  readonly perChunk?: number;
  readonly withChecksums?: boolean;
}

/** An event log with these events, numbered from 1. */
export function writeEventLog(
  events: readonly WrittenEvent[],
  { perChunk = Infinity, withChecksums = true, ...options }: LogOptions = {},
): Buffer {
  const chunks: Buffer[] = [];
  let writer = new ChunkWriter(1);
  let count = 0;
  for (const event of events) {
    if (count >= perChunk || !writer.addEvent(event)) {
      chunks.push(writer.end(withChecksums));
      writer = new ChunkWriter(writer.nextId);
      count = 0;
      if (!writer.addEvent(event)) throw new Error('an event has no room in a chunk');
    }
    count += 1;
  }
  chunks.push(writer.end(withChecksums));
  return joinChunks(chunks, { withChecksums, ...options });
}

/** The header of a file, and chunks. */
export function joinChunks(
  chunks: readonly Buffer[],
  { isDirty = false, chunksTold = chunks.length, withChecksums = true }: LogOptions = {},
): Buffer {
  const header = Buffer.alloc(4_096);
  header.write('ElfFile\0', 0, 'latin1');
  header.writeBigUInt64LE(BigInt(Math.max(0, chunksTold - 1)), 16);
  header.writeUInt32LE(128, 32);
  header.writeUInt16LE(1, 36);
  header.writeUInt16LE(3, 38);
  header.writeUInt16LE(4_096, 40);
  header.writeUInt16LE(chunksTold, 42);
  header.writeUInt32LE((isDirty ? 1 : 0) | (withChecksums ? 0 : 4), 120);
  if (withChecksums) header.writeUInt32LE(crc32(header, [0, 120]), 124);
  return Buffer.concat([header, ...chunks]);
}
