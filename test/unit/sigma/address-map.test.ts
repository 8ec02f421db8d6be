import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { AddressMap, addressKey, networkKey } from '../../../src/sigma/address-map.ts';
import { isInNetwork, parseNetwork } from '../../../src/sigma/network.ts';

const group = fc.constantFrom('', '0', '1', 'db8', 'ffff', 'FE80', '12345', 'g', 'cb00', '7105');
const text = fc.oneof(
  fc.array(group, { maxLength: 9 }).map((groups) => groups.join(':')),
  fc.array(fc.constantFrom('0', '1', '203', '255', '256', '01', '', '7'), { maxLength: 5 }).map((parts) => parts.join('.')),
);

test('an address is read as the library reads it', () => {
  fc.assert(
    fc.property(text, (address) => {
      const isOne = ipaddr.IPv4.isValidFourPartDecimal(address) || (address.includes(':') && ipaddr.IPv6.isValid(address));
      const bytes = isOne ? ipaddr.process(address).toByteArray() : undefined;
      const key = addressKey(address);
      const expected = bytes && Buffer.from(bytes).toString('hex');
      expect(typeof key === 'number' ? key.toString(16).padStart(8, '0') : key).toBe(expected);
    }),
    { numRuns: 5_000, seed: 26_855 },
  );
});

test('a network holds what the library says it holds', () => {
  const ipv4 = fc.tuple(...Array.from({ length: 4 }, () => fc.constantFrom(0, 10, 203, 255))).map((bytes) => bytes.join('.'));
  const ipv6 = fc
    .array(fc.constantFrom('0', '1', 'db8', 'ffff'), { minLength: 1, maxLength: 3 })
    .map((groups) => `2001:${groups.join(':')}::`);
  const address = fc.oneof(ipv4, ipv6);
  const network = fc.tuple(address, fc.integer({ min: 1, max: 128 })).map(([start, bits]) => `${start}/${bits}`);
  fc.assert(
    fc.property(fc.array(network, { maxLength: 8 }), fc.array(address, { minLength: 1, maxLength: 3 }), (networks, addresses) => {
      const map = new AddressMap<string>();
      const understood = networks.filter((each) => parseNetwork(each) !== undefined);
      expect(networks.filter((each) => map.add(each, each))).toEqual(understood);
      for (const each of addresses) {
        const holding = new Set(understood.filter((cidr) => isInNetwork(each, parseNetwork(cidr) ?? [ipaddr.parse('::'), 128])));
        expect(new Set(map.find(each))).toEqual(holding);
      }
    }),
    { numRuns: 3_000, seed: 26_855 },
  );
});

describe('a field of a log', () => {
  const map = new AddressMap<string>();
  for (const each of ['203.0.113.5', '2001:db8::/33']) map.add(each, each);

  test.each([
    ['203.0.113.5', ['203.0.113.5']],
    ['::ffff:203.0.113.5', ['203.0.113.5']],
    ['::FFFF:CB00:7105', ['203.0.113.5']],
    ['[2001:db8::7]:443', ['2001:db8::/33']],
    ['2001:db8:8000::7', []],
    ['2001:db8::7%12', ['2001:db8::/33']],
    ['10.0.0.1, 203.0.113.5:80,+2001:db8::7', ['203.0.113.5', '2001:db8::/33']],
    ['for="[2001:db8::7]:80";by=203.0.113.6', ['2001:db8::/33']],
    ['203.0.113.5.', []],
    ['', []],
  ])('%s', (field, found) => {
    expect(map.find(field)).toEqual(found);
  });
});

test('networks are told with all their bits', () => {
  expect(networkKey('203.0.112.0/23')).toEqual([0xcb007000, 23]);
  expect(networkKey('203.0.113.0/23')).toBeUndefined();
  const map = new AddressMap<number>();
  for (const [index, each] of ['203.0.112.0/23', '203.0.113.5', '2001:db8::/32', '2000::/3'].entries()) map.add(each, index);
  expect([...map.ipv4Networks()]).toEqual([
    [0xcb007000, 23],
    [0xcb007105, 32],
  ]);
  expect([...map.ipv6Starts()]).toEqual([
    [0x2001, 32],
    [0x2000, 3],
  ]);
});
