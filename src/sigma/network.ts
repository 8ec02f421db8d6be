import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

/**
 * A network in CIDR notation, IPv4 or IPv6; an address alone is a network of one. `undefined` when it is neither, or names an address in
 * the network rather than the network (`10.0.0.1/8`). IPv4 written as IPv6 (`::ffff:10.0.0.0/104`) is IPv4.
 */
export function parseNetwork(cidr: string): Network | undefined {
  const [, text = '', written] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? [];
  const address = parsePlainAddress(text);
  if (address === undefined) return undefined;
  const width = address.kind() === 'ipv4' ? 32 : 128;
  const bits = written === undefined ? width : Number(written);
  if (bits > width || !hasNoHostBits(address, bits)) return undefined;
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96) return [address.toIPv4Address(), bits - 96];
  return [address, bits];
}

function hasNoHostBits(address: Address, bits: number): boolean {
  return address.toByteArray().every((byte, index) => {
    const networkBits = Math.min(8, Math.max(0, bits - index * 8));
    return (byte & (0xff >> networkBits)) === 0;
  });
}

/** Whether any address in the text lies in the network. Logs write ports, brackets, zones (`fe80::1%3`) and lists of proxies. */
export function isInNetwork(text: string, [network, bits]: Network): boolean {
  return text.split(/[\s,;]+/).some((token) => {
    const address = parseAddress(token);
    return address !== undefined && address.kind() === network.kind() && address.match(network, bits);
  });
}

/** An address with its port, brackets and zone, as logs write it; IPv4 written as IPv6 is IPv4. */
export function parseAddress(token: string): Address | undefined {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(token)?.[1] ?? token;
  const bare = (/^([\d.]+):\d+$/.exec(bracketed)?.[1] ?? bracketed).replace(/%.*$/, '');
  const address = parsePlainAddress(bare);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function parsePlainAddress(text: string): Address | undefined {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(':') && ipaddr.IPv6.isValid(text)) ? ipaddr.parse(text) : undefined;
}
