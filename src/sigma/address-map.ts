import { parseAddress, parseNetwork } from './network.ts';

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
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
      put(this.#ipv4, 32, number, value);
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
    for (const [bits, networks] of this.#ipv4) for (const prefix of networks.keys()) yield [(prefix * 2 ** (32 - bits)) >>> 0, bits];
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

/** Of 32 bits the first ones. */
function prefix32(number: number, bits: number): number {
  return bits === 0 ? 0 : number >>> (32 - bits);
}

/** `undefined` for what is not an IPv4 address as it is usually written. Plain arithmetic: lists hold a hundred thousand of them. */
export function ipv4Number(text: string): number | undefined {
  const match = IPV4.exec(text);
  if (match === null) return undefined;
  let number = 0;
  for (let part = 1; part <= 4; part += 1) {
    const digits = match[part] ?? '';
    const byte = Number(digits);
    if (byte > 255 || (digits.length > 1 && digits.startsWith('0'))) return undefined;
    number = number * 256 + byte;
  }
  return number;
}

function keyOf(bytes: readonly number[]): Key {
  if (bytes.length === 4) return bytes.reduce((number, byte) => number * 256 + byte, 0);
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
