import { describe, expect, test } from '@jest/globals';
import {
  ChunkWriter,
  element,
  fileTime,
  instance,
  joinChunks,
  NULL,
  number,
  slot,
  text,
  utf16,
  utf16List,
  writeEventLog,
  xml,
  type Node,
  type Value,
} from '../../evtx-writer.ts';
import { readEvents, type ReadEvents } from '../../read-events.ts';

/** The one record of a chunk with an event made of these parts. */
function readEvent(
  ...parts: Node[]
): ReadEvents & { readonly data: Readonly<Record<string, string>>; readonly damage: string | undefined } {
  return readRecord([element('Event', {}, ...parts)]);
}

function readRecord(nodes: readonly Node[]) {
  const writer = new ChunkWriter(1);
  expect(writer.addRecord(nodes)).toBe(true);
  const read = readEvents(joinChunks([writer.end()]));
  expect(read.records).toHaveLength(1);
  const [record] = read.records;
  return { ...read, data: Object.fromEntries(record?.event.data ?? []), damage: record?.damage };
}

/** What a value is as text. */
function valueText(value: Value): string | undefined {
  const template = [element('Event', {}, element('EventData', {}, element('Data', { Name: 'X' }, slot(0, false))))];
  return readRecord([instance(template, [value])]).data['X'];
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe('a value', () => {
  test.each<[string, Value, string]>([
    ['null', NULL, ''],
    ['text', utf16('Zürich 東京'), 'Zürich 東京'],
    ['text with the zero at its end', utf16('x\0'), 'x'],
    ['ANSI text', { type: 0x02, bytes: bytes('e442') }, 'äB'],
    ['int8', number(0x03, 8, -2), '-2'],
    ['uint8', number(0x04, 8, 254), '254'],
    ['int16', number(0x05, 16, -3), '-3'],
    ['uint16', number(0x06, 16, 65_535), '65535'],
    ['int32', number(0x07, 32, -5), '-5'],
    ['uint32', number(0x08, 32, 4_294_967_295), '4294967295'],
    ['int64', number(0x09, 64, -9_007_199_254_740_993n), '-9007199254740993'],
    ['uint64', number(0x0a, 64, 18_446_744_073_709_551_615n), '18446744073709551615'],
    ['float', { type: 0x0b, bytes: bytes('0000c03f') }, '1.5'],
    ['double', { type: 0x0c, bytes: bytes('000000000000f8bf') }, '-1.5'],
    ['boolean', number(0x0d, 32, 1), 'true'],
    ['boolean of one byte', number(0x0d, 8, 0), 'false'],
    ['boolean of two bytes', number(0x0d, 16, 1), 'true'],
    ['boolean of no byte', { type: 0x0d, bytes: bytes('') }, 'false'],
    ['binary', { type: 0x0e, bytes: bytes('00ffa0') }, '00FFA0'],
    ['GUID', { type: 0x0f, bytes: bytes('000102030405060708090a0b0c0d0e0f') }, '{03020100-0504-0706-0809-0A0B0C0D0E0F}'],
    ['size of 32 bits', number(0x10, 32, 0xffff), '0xffff'],
    ['size of 64 bits', number(0x10, 64, 0x1_0000_0000n), '0x100000000'],
    ['FILETIME', fileTime('2021-03-03T06:30:05.123Z'), '2021-03-03T06:30:05.123Z'],
    [
      'FILETIME with tenths of a microsecond',
      number(0x11, 64, (BigInt(Date.parse('2021-03-03T06:30:05.123Z')) + 11_644_473_600_000n) * 10_000n + 4_567n),
      '2021-03-03T06:30:05.1234567Z',
    ],
    ['SYSTEMTIME', { type: 0x12, bytes: bytes('e5070300030003000600 1e0005007b00'.replaceAll(' ', '')) }, '2021-03-03T06:30:05.123Z'],
    ['SID', { type: 0x13, bytes: bytes('010200000000000520000000 20020000'.replaceAll(' ', '')) }, 'S-1-5-32-544'],
    ['SID that is cut', { type: 0x13, bytes: bytes('0105000000000005') }, '0105000000000005'],
    ['hexadecimal of 32 bits', number(0x14, 32, 0x3e7), '0x3e7'],
    ['hexadecimal of 64 bits', number(0x15, 64, 0x8020000000000000n), '0x8020000000000000'],
    ['handle', number(0x20, 64, 16), '0x10'],
    ['XML as text', { type: 0x23, bytes: Buffer.from('<a/>', 'utf16le') }, '<a/>'],
    ['number of a wrong size', number(0x08, 16, 0x0201), '0102'],
    ['type that nobody knows', { type: 0x33, bytes: bytes('0102') }, '0102'],
  ])('that is a %s is written as Windows writes it', (_, value, expected) => {
    expect(valueText(value)).toBe(expected);
  });

  test.each<[string, Value, string[]]>([
    ['texts', utf16List(['one', '', 'three']), ['one', '', 'three']],
    ['ANSI texts', { type: 0x82, bytes: Buffer.from('a\0b\0') }, ['a', 'b']],
    ['uint16', { type: 0x86, bytes: bytes('01000200') }, ['1', '2']],
    ['uint64', { type: 0x8a, bytes: bytes('0100000000000000ffffffffffffffff') }, ['1', '18446744073709551615']],
    ['booleans', { type: 0x8d, bytes: bytes('0100000000000000') }, ['true', 'false']],
    ['SIDs', { type: 0x93, bytes: bytes('010100000000000512000000010100000000000513000000') }, ['S-1-5-18', 'S-1-5-19']],
    ['hexadecimals', { type: 0x94, bytes: bytes('0a0000000b000000') }, ['0xa', '0xb']],
    ['numbers with a rest', { type: 0x86, bytes: bytes('010002') }, ['1', '02']],
  ])('that is an array of %s repeats what holds it', (_, value, expected) => {
    const template = [element('Event', {}, element('EventData', {}, element('Data', {}, slot(0, false))))];
    expect(readRecord([instance(template, [value])]).records[0]?.event.lists.get('Data')).toEqual(expected);
  });
});

describe('binary XML', () => {
  test('of all kinds of tokens is one text', () => {
    const { data, damage } = readEvent(
      element(
        'EventData',
        { Note: 'x' },
        { kind: 'target', text: 'instruction' },
        { kind: 'target-text', text: 'not for events' },
        element(
          'Data',
          { Name: [text('A'), { kind: 'character', code: 66 }] },
          'a ',
          { kind: 'entity', text: 'lt' },
          { kind: 'cdata', text: '<b>' },
          {
            kind: 'character',
            code: 0x20ac,
          },
        ),
        element('Data', { Name: 'Empty' }),
        element('Data', {}, { kind: 'entity', text: 'unheard' }),
      ),
    );
    expect(damage).toBeUndefined();
    expect(data).toEqual({ AB: 'a <<b>€', Empty: '', Data: '&unheard;' });
  });

  test('in a value may have elements with and without the number that they depend on', () => {
    for (const hasDependency of [true, false]) {
      const value = {
        ...xml([element('UserData', {}, element('EventXML', { xmlns: 'x', Kind: 'k' }, element('User', {}, 'kim')))]),
        hasDependency,
      };
      const { data, damage } = readRecord([instance([element('Event', {}, slot(0))], [value])]);
      expect([data, damage]).toEqual([{ User: 'kim', EventXML_Kind: 'k' }, undefined]);
    }
  });

  test('fills templates within templates with the values of each', () => {
    const inner = xml([instance([element('EventData', {}, element('Data', { Name: 'In' }, slot(0)))], [utf16('inner')])]);
    const outer = [element('Event', {}, element('System', {}, element('Channel', {}, slot(0))), slot(1))];
    const { records, data } = readRecord([instance(outer, [utf16('outer'), inner])]);
    expect([records[0]?.event.get('Channel'), data]).toEqual(['outer', { In: 'inner' }]);
  });

  test('that names a datum twice has both', () => {
    const { data, records } = readEvent(
      element(
        'EventData',
        {},
        element('Data', { Name: 'X' }, '1'),
        element('Data', { Name: 'X' }, '2'),
        element('Data', { Name: '__proto__' }, '3'),
      ),
    );
    expect(records[0]?.event.lists.get('X')).toEqual(['1', '2']);
    expect(data).toEqual(
      Object.fromEntries([
        ['X', '1\n2'],
        ['__proto__', '3'],
      ]),
    );
  });

  test('keeps the words of a forwarded event apart from its numbers', () => {
    const { data, records } = readEvent(
      element('System', {}, element('Level', {}, '2')),
      element('RenderingInfo', { Culture: 'fr-FR' }, element('Message', {}, 'Bonjour'), element('Level', {}, 'Erreur')),
    );
    expect(records[0]?.event.get('Level')).toBe('2');
    expect(data).toEqual({ Message: 'Bonjour', RenderingInfo_Level: 'Erreur' });
  });

  test('whose template is found in another record of the chunk is whole', () => {
    const writer = new ChunkWriter(1);
    writer.addEvent({ data: { X: '1' } });
    writer.addEvent({ data: { X: '2' } });
    const { records } = readEvents(joinChunks([writer.end()]));
    expect(records.map(({ event, damage }) => [event.data.get('X'), damage])).toEqual([
      ['1', undefined],
      ['2', undefined],
    ]);
  });
});

describe('binary XML that is made to hurt', () => {
  const deep = (depth: number): Node => (depth === 0 ? text('x') : element('a', {}, deep(depth - 1)));

  test('with elements in elements without end is read to a depth', () => {
    expect(readEvent(element('EventData', {}, deep(29))).damage).toBeUndefined();
    expect(readEvent(element('EventData', {}, deep(200))).damage).toBe('depth');
  });

  test('with values that are templates in templates without end is read to a depth', () => {
    let value = xml([element('EventData', {}, element('Data', {}, 'x'))]);
    for (let depth = 0; depth < 60; depth += 1) value = xml([instance([slot(0)], [value])]);
    expect(readRecord([instance([element('Event', {}, slot(0))], [value])]).damage).toBe('depth');
  });

  test('with a template that holds itself is told', () => {
    const log = writeEventLog([{ data: { X: '1' } }, { data: { X: '2' } }]);
    // Within the template, in the place of its element: an instance of the same.
    const definition = log.indexOf(Buffer.alloc(16, 0xab)) - 4;
    log.writeUInt8(0x0c, definition + 28);
    log.writeUInt32LE(definition - 4_096, definition + 28 + 6);
    const { records } = readEvents(log);
    expect(records.map(({ damage }) => damage)).toEqual(expect.arrayContaining(['cycle']));
    expect(records).toHaveLength(2);
  });

  test('that names one value again and again does not grow without end', () => {
    const many = (node: Node, count: number): Node[] => Array.from({ length: count }, () => node);
    const inner = instance([element('Data', {}, ...many(slot(0), 400))], [utf16('x'.repeat(10_000))]);
    const outer = [element('Event', {}, element('EventData', {}, ...many(slot(0), 400)))];
    const started = performance.now();
    const { records, damage } = readRecord([instance(outer, [xml([inner])])]);
    expect(damage).toBe('characters');
    expect((records[0]?.event.data.get('Data') ?? '').length).toBeLessThan(5_000_000);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('of millions of elements is read as far as its chunk may', () => {
    const level = (value: Value): Value => xml([instance([element('b', {}, ...Array.from({ length: 60 }, () => slot(0)))], [value])]);
    let value: Value = utf16('x');
    for (let depth = 0; depth < 6; depth += 1) value = level(value);
    const bomb = [instance([element('Event', {}, slot(0))], [value])];
    expect(readRecord(bomb).damage).toBe('steps');
    const writer = new ChunkWriter(1);
    for (let count = 0; count < 5; count += 1) writer.addRecord(bomb);
    writer.addEvent({ data: { X: 'behind it' } });
    expect(readEvents(joinChunks([writer.end()])).records.map(({ damage, event }) => [damage, event.data.get('X')])).toEqual([
      ...Array.from({ length: 5 }, () => ['steps', undefined]),
      [undefined, 'behind it'],
    ]);
  });

  test.each([
    ['name', (log: Buffer, at: number) => log.writeUInt32LE(0xffff_fff0, at + 7)],
    ['token', (log: Buffer, at: number) => log.writeUInt8(0x3f, at)],
  ] as const)('whose template has a wrong %s leaves the other records as they are', (damage, change) => {
    const log = writeEventLog([{ data: { X: '1' } }, { data: { Y: '2' } }]);
    // The template of the data of the second event.
    const definition = log.lastIndexOf(Buffer.alloc(16, 0xab)) - 4;
    change(log, definition + 28);
    const { records } = readEvents(log);
    expect(records.map(({ damage: each, event }) => [each, event.data.get('X'), event.get('EventID')])).toEqual([
      [undefined, '1', '1'],
      [damage, undefined, '1'],
    ]);
  });
});
