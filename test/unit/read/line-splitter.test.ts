import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LINE_LIMIT_BYTES, type Line } from '../../../src/model/line.ts';
import type { Encoding } from '../../../src/model/log-file.ts';
import { LineSplitter } from '../../../src/read/line-splitter.ts';

function linesOf(blocks: readonly Uint8Array[], encoding: Encoding = 'utf-8'): Line[] {
  const splitter = new LineSplitter(encoding);
  const lines: Line[] = [];
  for (const block of blocks) splitter.push(block, (line) => lines.push(line));
  splitter.end((line) => lines.push(line));
  return lines;
}

function texts(content: string | Uint8Array, encoding?: Encoding): string[] {
  return linesOf([typeof content === 'string' ? Buffer.from(content) : content], encoding).map(({ text }) => text);
}

describe('lines', () => {
  test('end with LF or CRLF, mixed as they come, and a lone CR is part of one', () => {
    expect(texts('a\nb\r\nc\rd\n\ne')).toEqual(['a', 'b', 'c\rd', '', 'e']);
  });

  test('know their number and the offset of their first byte', () => {
    const lines = linesOf([Buffer.from('é\r\nb\nc')]);
    expect(lines.map(({ number, offset }) => [number, offset])).toEqual([
      [1, 0],
      [2, 4],
      [3, 6],
    ]);
  });

  test('know whether the file ends with them', () => {
    expect(linesOf([Buffer.from('a\nb')]).map(({ isComplete }) => isComplete)).toEqual([true, false]);
    expect(linesOf([Buffer.from('a\n')]).map(({ isComplete }) => isComplete)).toEqual([true]);
    expect(linesOf([Buffer.from('')])).toEqual([]);
  });

  test('begin behind a byte order mark', () => {
    const [line] = linesOf([Buffer.from('\uFEFF#Software: x\n')]);
    expect(line).toMatchObject({ text: '#Software: x', offset: 3 });
  });

  test('keep going where bytes are no UTF-8', () => {
    expect(texts(Buffer.from([0x61, 0xa7, 0x62, 0x0a, 0x63]))).toEqual(['a\uFFFDb', 'c']);
  });

  test('are the same in UTF-16 of either byte order, with or without a mark', () => {
    const text = '#Fields: a\r\nÜber 😀 ਊ\n\nlast';
    const little = Buffer.from(text, 'utf16le');
    const big = Buffer.from(little).swap16();
    const expected = ['#Fields: a', 'Über 😀 ਊ', '', 'last'];
    expect(texts(little, 'utf-16le')).toEqual(expected);
    expect(texts(big, 'utf-16be')).toEqual(expected);
    expect(texts(Buffer.concat([Buffer.from([0xff, 0xfe]), little]), 'utf-16le')).toEqual(expected);
    expect(texts(Buffer.concat([Buffer.from([0xfe, 0xff]), big]), 'utf-16be')).toEqual(expected);
  });

  test('of UTF-16 that ends in half a character lose only that half', () => {
    const bytes = Buffer.concat([Buffer.from('a\nb', 'utf16le'), Buffer.from([0x63])]);
    expect(texts(bytes, 'utf-16le')).toEqual(['a', 'b']);
  });

  test('beyond the limit are cut, and the next one stands where it stood', () => {
    const long = Buffer.concat([Buffer.alloc(LINE_LIMIT_BYTES + 5, 'x'), Buffer.from('\nnext\n')]);
    const lines = linesOf([long.subarray(0, 700_000), long.subarray(700_000, 1_048_577), long.subarray(1_048_577)]);
    expect(lines.map(({ text, isCut, offset }) => [text.length, isCut, offset])).toEqual([
      [LINE_LIMIT_BYTES, true, 0],
      [4, false, LINE_LIMIT_BYTES + 6],
    ]);
  });

  test('of just the limit are whole', () => {
    const lines = linesOf([Buffer.alloc(LINE_LIMIT_BYTES, 'x'), Buffer.from('\n')]);
    expect(lines.map(({ text, isCut }) => [text.length, isCut])).toEqual([[LINE_LIMIT_BYTES, false]]);
  });
});

test('where blocks are cut makes no difference', () => {
  const content = fc
    .array(fc.constantFrom('a', 'é', '😀', '\n', '\r\n', '\r', '\u0000', ' '), { maxLength: 60 })
    .map((parts) => parts.join(''));
  const encodings = fc.constantFrom<Encoding>('utf-8', 'utf-16le', 'utf-16be');
  fc.assert(
    fc.property(content, encodings, fc.array(fc.nat(200), { maxLength: 8 }), fc.boolean(), (text, encoding, cuts, hasMark) => {
      const marked = hasMark ? `\uFEFF${text}` : text;
      const bytes = encoding === 'utf-8' ? Buffer.from(marked) : Buffer.from(marked, 'utf16le');
      if (encoding === 'utf-16be') bytes.swap16();
      const edges = [0, ...cuts.filter((cut) => cut < bytes.length), bytes.length].toSorted((a, b) => a - b);
      const blocks = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
      expect(linesOf(blocks, encoding)).toEqual(linesOf([bytes], encoding));
    }),
  );
});

test('a block that is used again does not change the lines of the one before', () => {
  const splitter = new LineSplitter('utf-8');
  const lines: string[] = [];
  const block = Buffer.from('first li');
  splitter.push(block, ({ text }) => lines.push(text));
  block.fill('z');
  splitter.push(Buffer.from('ne\n'), ({ text }) => lines.push(text));
  expect(lines).toEqual(['first line']);
});
