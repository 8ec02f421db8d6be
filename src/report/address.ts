import ipaddr from 'ipaddr.js';

/** An address as a cell of a log may hold it: alone, with a port, in brackets. `undefined` where it is none. */
export function plainAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, bare = text] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? [];
  const address = bare.replace(/%.*$/s, '');
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return address;
  return address.includes(':') && ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address).toString() : undefined;
}

/** Whether an address is somebody's on the Internet, and not one of a network's own, a test's, or everybody's. */
export function isPublicAddress(address: string): boolean {
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast';
}
