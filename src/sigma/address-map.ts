import { parseAddress, parseNetwork } from './network.ts';

/** What stands between addresses: lists of proxies, IIS's `+` for a blank, `for="[2001:db8::1]:443"`. */
const BETWEEN = /[\s,;+"=]+/;

/** An IPv4 address as a number of 32 bits, without a sign; IPv6 as a number of 128. */
type Key = number | bigint;

/** Addresses and networks, and what is known of each. A look-up takes as long for a hundred thousand as for one. */
export class AddressMap<T> {
  /** By the number of bits that count; with all of them, an address. */
  readonly #ipv4 = new Map<number, Map<number, T>>();
  readonly #ipv6 = new Map<number, Map<bigint, T>>();

  /** @returns false for what is neither an address nor a network */
  add(text: string, value: T): boolean {
    const number = ipv4Number(text);
    if (number !== undefined) {
      put(this.#ipv4, 32, prefix32(number, 32), value);
      return true;
    }
    const network = parseNetwork(text);
    if (network === undefined) return false;
    const [address, bits] = network;
    const key = keyOf(address.toByteArray());
    if (typeof key === 'number') put(this.#ipv4, bits, prefix32(key, bits), value);
    else put(this.#ipv6, bits, key >> BigInt(128 - bits), value);
    return true;
  }

  /** What is known of the addresses in a text, and of the networks that they are in: the narrowest first. */
  find(text: string): readonly T[] {
    const number = ipv4Number(text);
    if (number !== undefined) return this.#findIpv4(number);
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
      for (const prefix of networks.keys()) yield [Number((prefix << BigInt(128 - bits)) >> 112n), bits];
  }

  #findToken(token: string): readonly T[] {
    const address = token === '' ? undefined : parseAddress(token);
    if (address === undefined) return NONE;
    const key = keyOf(address.toByteArray());
    return typeof key === 'number' ? this.#findIpv4(key) : found(this.#ipv6, (bits) => key >> BigInt(128 - bits));
  }

  #findIpv4(number: number): readonly T[] {
    return found(this.#ipv4, (bits) => prefix32(number, bits));
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
  let [number, byte, digits, parts] = [0, 0, 0, 1];
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= ZERO && code <= NINE) {
      if (digits > 0 && byte === 0) return undefined;
      byte = byte * 10 + code - ZERO;
      digits += 1;
      if (byte > 255) return undefined;
    } else if (code === FULL_STOP && digits > 0 && parts < 4) {
      number = number * 256 + byte;
      [byte, digits] = [0, 0];
      parts += 1;
    } else return undefined;
  }
  return parts === 4 && digits > 0 ? number * 256 + byte : undefined;
}

function keyOf(bytes: readonly number[]): Key {
  if (bytes.length === 4) return bytes.reduce((number, byte) => number * 256 + byte, 0);
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
