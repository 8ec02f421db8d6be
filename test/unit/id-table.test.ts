import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { IdTable } from '../../src/id-table.ts';

test('a table holds the ids that were added to it, each once, and no others', () => {
  const id = fc.oneof(fc.stringMatching(/^[0-9a-f]{32}$/), fc.string({ maxLength: 4 }));
  fc.assert(
    fc.property(fc.array(id), fc.array(id), (added, others) => {
      const table = new IdTable();
      for (const each of added) table.add(each);
      const known = new Set(added);
      expect(table.size).toBe(known.size);
      for (const each of [...added, ...others]) expect(table.find(each) !== -1).toBe(known.has(each));
    }),
  );
});

test('it grows, keeps its marks, and tells ids apart that differ in one digit', () => {
  const table = new IdTable();
  const ids = Array.from({ length: 50_000 }, (_, index) => hash('sha256', String(index)).slice(0, 32));
  for (const [index, id] of ids.entries()) {
    table.add(id);
    if (index % 2 === 0) table.mark(table.find(id));
  }
  expect([table.size, table.marked]).toEqual([50_000, 25_000]);
  for (const [index, id] of ids.entries()) expect(table.isMarked(table.find(id))).toBe(index % 2 === 0);
  const [first = ''] = ids;
  table.mark(table.find(first));
  expect(table.marked).toBe(25_000);
  for (let place = 0; place < 32; place += 1) {
    const other = `${first.slice(0, place)}${first[place] === '0' ? '1' : '0'}${first.slice(place + 1)}`;
    expect(table.find(other)).toBe(-1);
  }
});
