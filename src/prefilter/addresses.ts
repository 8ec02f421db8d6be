import type { AddressListing, Expression } from '../model/rule.ts';
import type { Schema } from '../model/schema.ts';
import { ipv4Number } from '../sigma/address-map.ts';
import type { Kernel } from './kernel.ts';
import * as layout from './layout.ts';

/** What a rule looks up in lists of addresses, and nothing else: where, and in which lists. */
export interface AskedAddresses {
  readonly columns: readonly number[];
  readonly listings: readonly AddressListing[];
}

/** `undefined` for a rule that asks for anything else, or of values that are made of others. */
export function addressesAsked(condition: Expression, schema: Schema): AskedAddresses | undefined {
  const parts = condition.kind === 'or' ? condition.parts : [condition];
  const columns = new Set<number>();
  const listings = new Set<AddressListing>();
  for (const part of parts) {
    if (part.kind !== 'field' || part.test.kind !== 'listed' || part.test.listed.addresses === undefined) return undefined;
    listings.add(part.test.listed.addresses);
    if (schema.reader(part.field) === undefined) continue;
    const column = schema.columnOf(part.field);
    if (column === undefined) return undefined;
    columns.add(column);
  }
  return { columns: [...columns].toSorted((a, b) => a - b), listings: [...listings] };
}

/** As in kernel/addresses.ts. */
const FIRST_FACTOR = 0x9e3779b1;
const SECOND_FACTOR = 0x85ebca6b;
/** Bits for each key: with two of them set, one value in two hundred is asked for in vain. */
const BITS_A_KEY = 32;
const [FEWEST_BITS, MOST_BITS] = [16, 25];
const STARTS_BYTES = 8_192;

/**
 * Addresses as the kernel looks them up. Keys are addresses and the first 24 bits of networks, in a filter that never misses one; of larger
 * networks, and of IPv6, the first 16 bits have a bit of their own.
 */
export class AddressTables {
  readonly #keys: Uint8Array;
  readonly #shift: number;
  readonly #ipv4Starts = new Uint8Array(STARTS_BYTES);
  readonly #ipv6Starts = new Uint8Array(STARTS_BYTES);

  constructor(listings: readonly AddressListing[]) {
    const keys: number[] = [];
    for (const listing of listings) {
      for (const [network, bits] of listing.ipv4Networks()) {
        if (bits === 32) keys.push(network);
        else if (bits > 24) keys.push(network >>> 8);
        else if (bits > 16) for (let part = 0; part < 2 ** (24 - bits); part += 1) keys.push((network >>> 8) + part);
        else setBits(this.#ipv4Starts, network >>> 16, 2 ** (16 - bits));
      }
      for (const [start, bits] of listing.ipv6Starts()) setBits(this.#ipv6Starts, start, bits >= 16 ? 1 : 2 ** (16 - bits));
    }
    const bits = Math.min(MOST_BITS, Math.max(FEWEST_BITS, Math.ceil(Math.log2(keys.length * BITS_A_KEY + 1))));
    this.#shift = 32 - bits;
    this.#keys = new Uint8Array(2 ** bits / 8);
    for (const key of keys) {
      setBits(this.#keys, firstHash(key) >>> this.#shift, 1);
      setBits(this.#keys, secondHash(key) >>> this.#shift, 1);
    }
  }

  /** Whether a cell may hold an address that is listed; the kernel says the same of most cells, and never less. */
  mayHold(cell: string): boolean {
    if (cell === '' || cell === '-') return false;
    const number = ipv4Number(cell);
    if (number !== undefined) return this.#isKey(number) || this.#isKey(number >>> 8) || isSet(this.#ipv4Starts, number >>> 16);
    const [, group] = /^(?:([2-9a-f][0-9a-f]{3}):[0-9a-f:]*|::1)(?:%\d{1,2})?$/i.exec(cell) ?? [];
    return group === undefined ? !/^::1(?:%\d{1,2})?$/.test(cell) : isSet(this.#ipv6Starts, Number.parseInt(group, 16));
  }

  /** @returns the address of the tables. @throws {KernelFullError} */
  write(kernel: Kernel, columns: readonly number[]): number {
    const address = kernel.allocate(layout.ADDRESSES_COLUMNS + columns.length * 4);
    kernel.write(address + layout.ADDRESSES_COLUMN_COUNT, [columns.length]);
    kernel.write(address + layout.ADDRESSES_SHIFT, [this.#shift]);
    kernel.write(address + layout.ADDRESSES_KEYS, [kernel.place(this.#keys)]);
    kernel.write(address + layout.ADDRESSES_IPV4_STARTS, [kernel.place(this.#ipv4Starts)]);
    kernel.write(address + layout.ADDRESSES_IPV6_STARTS, [kernel.place(this.#ipv6Starts)]);
    kernel.write(address + layout.ADDRESSES_COLUMNS, columns);
    return address;
  }

  #isKey(key: number): boolean {
    return isSet(this.#keys, firstHash(key) >>> this.#shift) && isSet(this.#keys, secondHash(key) >>> this.#shift);
  }
}

const made = new WeakMap<AddressListing, { readonly listings: readonly AddressListing[]; readonly tables: AddressTables }>();

/** The tables of these lists; made once, for all headers have the same. */
export function tablesOf(listings: readonly AddressListing[]): AddressTables {
  const [first] = listings;
  const before = first && made.get(first);
  if (
    before !== undefined &&
    before.listings.length === listings.length &&
    before.listings.every((each, index) => each === listings[index])
  )
    return before.tables;
  const tables = new AddressTables(listings);
  if (first !== undefined) made.set(first, { listings, tables });
  return tables;
}

function firstHash(key: number): number {
  return Math.imul(key, FIRST_FACTOR) >>> 0;
}

function secondHash(key: number): number {
  return Math.imul(key ^ (key >>> 15), SECOND_FACTOR) >>> 0;
}

function setBits(bits: Uint8Array, from: number, count: number): void {
  for (let index = from; index < from + count; index += 1) bits[index >>> 3] = (bits[index >>> 3] ?? 0) | (1 << (index & 7));
}

function isSet(bits: Uint8Array, index: number): boolean {
  return (((bits[index >>> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
