import { parseAddress, parseNetwork } from './network.ts';

/** What stands between addresses: lists of proxies, IIS's `+` for a blank, `for="[2001:db8::1]:443"`. */
const BETWEEN = /[\s,;+"=]+/;

/** An IPv4 address as a number of 32 bits, without a sign; IPv6 as its 32 hexadecimal digits. */
export type AddressKey = number | string;

/** Addresses and networks, and what is known of each. A look-up takes as long for a hundred thousand as for one. */
export class AddressMap<T> {
  /** By the number of bits that count; with all of them, an address. */
  readonly #ipv4 = new Map<number, Map<number, T>>();
  readonly #ipv6 = new Map<number, Map<string, T>>();

  /** @returns false for what is neither an address nor a network */
  add(text: string, value: T): boolean {
    const network = networkKey(text);
    if (network === undefined) return false;
    const [key, bits] = network;
    if (typeof key === 'number') put(this.#ipv4, bits, prefix32(key, bits), value);
    else put(this.#ipv6, bits, prefix128(key, bits), value);
    return true;
  }

  /** What is known of the addresses in a text, and of the networks that they are in: the narrowest first. */
  find(text: string): readonly T[] {
    const key = addressKey(text);
    if (key !== undefined) return this.#findKey(key);
    return text.split(BETWEEN).flatMap((token) => this.#findToken(token));
  }

  /** IPv4 networks, addresses among them, as number and bits. */
  *ipv4Networks(): Generator<readonly [network: number, bits: number]> {
    for (const [bits, networks] of this.#ipv4)
      for (const prefix of networks.keys()) yield [((prefix >>> 0) * 2 ** (32 - bits)) >>> 0, bits];
  }

  /** The first 16 bits of IPv6 networks, and how many bits of each count. */
  *ipv6Starts(): Generator<readonly [start: number, bits: number]> {
    for (const [bits, networks] of this.#ipv6)
      for (const prefix of networks.keys()) yield [Number.parseInt(prefix.padEnd(4, '0').slice(0, 4), 16), bits];
  }

  #findToken(token: string): readonly T[] {
    const address = token === '' ? undefined : parseAddress(token);
    return address === undefined ? NONE : this.#findKey(keyOf(address.toByteArray()));
  }

  #findKey(key: AddressKey): readonly T[] {
    if (typeof key === 'number') return found(this.#ipv4, (bits) => prefix32(key, bits));
    return found(this.#ipv6, (bits) => prefix128(key, bits));
  }
}

const NONE: readonly never[] = [];

function put<K, T>(networks: Map<number, Map<K, T>>, bits: number, key: K, value: T): void {
  const sameBits = networks.get(bits) ?? new Map<K, T>();
  if (sameBits.size === 0) networks.set(bits, sameBits);
  sameBits.set(key, value);
}

function found<K, T>(networks: ReadonlyMap<number, ReadonlyMap<K, T>>, prefixOf: (bits: number) => K): readonly T[] {
  let all: [number, T][] | undefined;
  for (const [bits, sameBits] of networks) {
    const value = sameBits.get(prefixOf(bits));
    if (value !== undefined) (all ??= []).push([bits, value]);
  }
  return all === undefined ? NONE : all.toSorted(([a], [b]) => b - a).map(([, value]) => value);
}

/** Of 128 bits the first ones; a digit of which only some count has its others 0. */
function prefix128(digits: string, bits: number): string {
  const whole = bits === 128 ? digits : digits.slice(0, bits >> 2);
  if ((bits & 3) === 0) return whole;
  return whole + (Number.parseInt(digits.charAt(bits >> 2), 16) & (0xf0 >> (bits & 3)) & 0xf).toString(16);
}

/** Of 32 bits the first ones; as a number with a sign, which V8 keeps without an object of its own. */
function prefix32(number: number, bits: number): number {
  return bits === 0 ? 0 : (number >>> (32 - bits)) | 0;
}

const [ZERO, NINE, FULL_STOP] = [0x30, 0x39, 0x2e];

/**
 * `undefined` for what is not an IPv4 address as it is usually written. Lists hold a hundred thousand of them: a regular expression took five
 * times as long.
 */
export function ipv4Number(text: string): number | undefined {
  const { length } = text;
  if (length < 7 || length > 15) return undefined;
  let number = 0;
  let byte = 0;
  let digits = 0;
  let parts = 1;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= ZERO && code <= NINE) {
      if (digits > 0 && byte === 0) return undefined;
      byte = byte * 10 + code - ZERO;
      digits += 1;
      if (byte > 255) return undefined;
    } else if (code === FULL_STOP && digits > 0 && parts < 4) {
      number = number * 256 + byte;
      byte = 0;
      digits = 0;
      parts += 1;
    } else return undefined;
  }
  return parts === 4 && digits > 0 ? number * 256 + byte : undefined;
}

/**
 * `undefined` for what is not an address as it is usually written: without port, brackets and zone. IPv4 written as IPv6 is IPv4. The library
 * takes twenty times as long.
 */
export function addressKey(text: string): AddressKey | undefined {
  const number = ipv4Number(text);
  if (number !== undefined) return number;
  const digits = ipv6Digits(text);
  if (digits === undefined) return undefined;
  return digits.startsWith(MAPPED) ? Number.parseInt(digits.slice(MAPPED.length), 16) : digits;
}

/** A network, or an address as a network of one, and how many of its bits count; `undefined` where bits behind these are set. */
export function networkKey(text: string): readonly [key: AddressKey, bits: number] | undefined {
  const key = addressKey(text);
  if (key !== undefined) return [key, typeof key === 'number' ? 32 : 128];
  const slash = text.indexOf('/');
  const number = slash === -1 ? undefined : ipv4Number(text.slice(0, slash));
  if (number !== undefined && /^\d{1,2}$/.test(text.slice(slash + 1))) {
    const bits = Number(text.slice(slash + 1));
    return bits <= 32 && number % 2 ** (32 - bits) === 0 ? [number, bits] : undefined;
  }
  const network = parseNetwork(text);
  return network && [keyOf(network[0].toByteArray()), network[1]];
}

function keyOf(bytes: readonly number[]): AddressKey {
  if (bytes.length === 4) return bytes.reduce((number, byte) => number * 256 + byte, 0);
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** IPv4 written as IPv6 begins so. */
const MAPPED = '00000000000000000000ffff';
const ZEROS = ['0000', '000', '00', '0', ''];
const COLON = 0x3a;

/** All 32 hexadecimal digits, in one pass. */
function ipv6Digits(text: string): string | undefined {
  const { length } = text;
  if (length < 2 || length > 39) return undefined;
  let digits = '';
  let gap = -1;
  let start = 0;
  for (let index = 0; index <= length; index += 1) {
    const code = index < length ? text.charCodeAt(index) : COLON;
    if (code !== COLON) {
      if (!isHex(code)) return undefined;
    } else if (index > start) {
      if (index - start > 4) return undefined;
      digits += (ZEROS[index - start] ?? '') + text.slice(start, index);
      start = index + 1;
    } else if (index === length) {
      // Nothing stands behind the last colon: it has to be that of `::`.
      if (gap !== digits.length || text.charCodeAt(length - 2) !== COLON) return undefined;
    } else if (index === 0) {
      if (text.charCodeAt(1) !== COLON) return undefined;
      start = 1;
    } else {
      if (gap !== -1) return undefined;
      gap = digits.length;
      start = index + 1;
    }
  }
  if (gap === -1 ? digits.length !== 32 : digits.length > 28) return undefined;
  const whole = gap === -1 ? digits : digits.slice(0, gap).padEnd(32 - digits.length + gap, '0') + digits.slice(gap);
  return whole.toLowerCase();
}

function isHex(code: number): boolean {
  return (code >= ZERO && code <= NINE) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}
