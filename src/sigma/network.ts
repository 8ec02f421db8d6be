import ipaddr from 'ipaddr.js';

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** A network in CIDR notation, IPv4 or IPv6; an address alone is a network of one. `undefined` when it is neither. */
export function parseNetwork(cidr: string): Network | undefined {
  try {
    const [address, bits] = ipaddr.parseCIDR(cidr.includes('/') ? cidr : `${cidr}/${cidr.includes(':') ? 128 : 32}`);
    return [address, bits];
  } catch {
    return undefined;
  }
}

/** Whether any address in the text lies in the network. Logs write ports, brackets, zones (`fe80::1%3`) and lists of proxies. */
export function isInNetwork(text: string, [network, bits]: Network): boolean {
  return text.split(/[\s,;]+/).some((token) => {
    const address = parseAddress(token);
    return address !== undefined && address.kind() === network.kind() && address.match(network, bits);
  });
}

function parseAddress(token: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(token)?.[1] ?? token;
  const bare = (/^([\d.]+):\d+$/.exec(bracketed)?.[1] ?? bracketed).replace(/%.*$/, '');
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined;
  // IPv4 written as IPv6 (`::ffff:10.0.0.1`) is IPv4.
  return ipaddr.process(bare);
}
