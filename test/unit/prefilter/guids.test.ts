import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MASK, maskGuids, mayHold, readingsOf } from '../../../src/prefilter/guids.ts';

const GUID = 'f5a2c1de-01be-4F54-8316-cf8f6d9c5958';

test('GUIDs are masked, and nothing that is like one', () => {
  expect(maskGuids(`a=${GUID};b=${GUID}${GUID}`)).toBe(`a=${MASK.repeat(36)};b=${MASK.repeat(72)}`);
  for (const other of [GUID.slice(1), GUID.replace('f', 'g'), GUID.replaceAll('-', '_'), GUID.replace('-', '')])
    expect(maskGuids(other)).toBe(other);
});

test('a literal may stand beside a GUID, in it, and across its ends', () => {
  const readings = readingsOf(maskGuids(`?MailboxId=${GUID}@contoso.example`)) ?? [];
  for (const held of ['mailboxid=', '@contoso', 'id=f5', 'id=00-', '8@con', 'cafe', '-']) expect(mayHold(readings, held)).toBe(true);
  for (const other of ['xyz', 'mailboxid=x', 'z@contoso', '=@', `=${'0'.repeat(35)}@`, 'cafe/'])
    expect(mayHold(readings, other)).toBe(false);
});

test('what escapes stand for is read, and where one may reach into a GUID nobody can say', () => {
  expect(readingsOf('/A%2562')).toEqual(['/a%2562', '/a%62', '/ab']);
  expect(readingsOf(`%${MASK}`)).toBeUndefined();
  expect(readingsOf(`%25u00${MASK}`)).toBeUndefined();
  expect(readingsOf(`%25${MASK}`)).toBeUndefined();
  expect(readingsOf('%c5%bf')).toBeUndefined();
  expect(readingsOf(`%41@mail=${MASK.repeat(36)}`)).toEqual([`%41@mail=${MASK.repeat(36)}`, `a@mail=${MASK.repeat(36)}`]);
});

test('every part of a text may stand in it once its GUIDs are masked', () => {
  const guid = fc.uuid().map((text) => text.replaceAll('a', 'A'));
  const piece = fc.oneof(guid, fc.string({ unit: fc.constantFrom('a', 'f', '0', '-', '/', 'x', '='), maxLength: 12 }));
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(), (pieces, from, length) => {
      const text = pieces.join('');
      const start = from % Math.max(1, text.length);
      const part = text.slice(start, start + 2 + (length % 40)).toLowerCase();
      expect(mayHold(readingsOf(maskGuids(text)) ?? [], part)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
