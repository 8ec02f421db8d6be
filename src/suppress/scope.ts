import type { Finding } from '../model/finding.ts';
import type { PatternPart } from '../model/rule.ts';
import { readWrittenTime } from '../model/written-time.ts';
import { AddressMap, addressKey, networkKey } from '../sigma/address-map.ts';
import { fold } from '../sigma/fold.ts';
import { parseAddress } from '../sigma/network.ts';
import { compilePattern, limitPattern, parsePattern } from '../sigma/pattern.ts';
import type { Position } from '../sigma/rule-error.ts';

/** A value of an ignore file, and where it stands. */
export interface Written {
  readonly text: string;
  readonly at: Position;
}

type Holds = (finding: Finding) => boolean;

/** What an entry may be bound to beside its rule. Each makes a test of all values that the entry gives; a finding without the value never passes. */
export const SCOPES = {
  host: patterns(({ host }) => [host?.name]),
  address: addresses,
  user: patterns(({ user }) => [user?.name]),
  path: patterns(({ url }) => [url?.path]),
  'log-file': patterns(({ log }) => [log.file.path, log.file.original_path]),
} as const satisfies Record<string, (values: readonly Written[]) => Holds>;

export type ScopeName = keyof typeof SCOPES;
/** Whoever sends a request chooses these. */
export const CHOSEN_BY_SENDERS: ReadonlySet<string> = new Set<ScopeName>(['user', 'path']);

/** A value that an entry cannot be bound to, and why. */
export class ScopeError extends Error {
  readonly at: Position;

  constructor(message: string, at: Position) {
    super(message);
    this.at = at;
  }
}

function patterns(valuesOf: (finding: Finding) => readonly (string | undefined)[]): (values: readonly Written[]) => Holds {
  const spellingsOf = oncePerFinding((finding) =>
    valuesOf(finding).flatMap((text) => (text === undefined ? [] : { view: 'raw', text, folded: fold(text) })),
  );
  return (written) => {
    const tests = written.map(({ text, at }) => {
      const parts = parsePattern(text);
      if (!hasText(parts)) throw new ScopeError(`${text} binds it to nothing: any value would do`, at);
      limitPattern(parts, at);
      return compilePattern(parts, false);
    });
    return (finding) => spellingsOf(finding).some((spelling) => tests.some((accepts) => accepts(spelling)));
  };
}

/** Thousands of entries may ask the same of one finding. */
function oncePerFinding<Value>(find: (finding: Finding) => Value): (finding: Finding) => Value {
  let last: { readonly finding: Finding; readonly value: Value } | undefined;
  return (finding) => {
    if (last?.finding !== finding) last = { finding, value: find(finding) };
    return last.value;
  };
}

function hasText(parts: readonly PatternPart[]): boolean {
  return parts.some((part) => part.kind === 'text');
}

/** Wider networks are those of nobody. */
const LEAST_BITS = { ipv4: 8, ipv6: 16 } as const;

/** The address that the request came from; not the one that it says of itself in `X-Forwarded-For`, which anybody can write. */
function addresses(written: readonly Written[]): Holds {
  const known = new AddressMap<true>();
  for (const { text, at } of written) {
    const [key, bits] = networkKey(text) ?? [undefined, 0];
    if (key === undefined) throw new ScopeError(`${text} is no address and no network (such as 10.1.2.0/24)`, at);
    const least = typeof key === 'number' ? LEAST_BITS.ipv4 : LEAST_BITS.ipv6;
    if (bits < least) throw new ScopeError(`${text} is too broad: a network of fewer than ${least} bits binds it to next to nothing`, at);
    known.add(text, true);
  }
  return ({ source }) => source !== undefined && isAddress(source.ip) && known.find(source.ip).length > 0;
}

/** One, and nothing else: of a text with several nobody knows whose the request was. */
function isAddress(text: string): boolean {
  return addressKey(text) !== undefined || parseAddress(text) !== undefined;
}

/** Of a correlation all that it is made of has to lie in the time. */
export function timeSpan(from: Written | undefined, to: Written | undefined): Holds {
  const [first, last] = [readTime(from, 'from') ?? -Infinity, readTime(to, 'to') ?? Infinity];
  if (first > last) throw new ScopeError('from is later than to', from?.at ?? { lineNumber: 1, column: 1 });
  // What has no time is in none.
  return (finding) => {
    const { start, end } = timesOf(finding);
    return start >= first && end <= last;
  };
}

const timesOf = oncePerFinding(({ '@timestamp': end = '', event }) => ({ start: Date.parse(event.start ?? end), end: Date.parse(end) }));

function readTime(written: Written | undefined, end: 'from' | 'to'): number | undefined {
  if (written === undefined) return undefined;
  const time = readWrittenTime(written.text, end);
  if (time === undefined) throw new ScopeError(`${end}: ${written.text} is no time; write 2021-03-03 or 2021-03-03T06:59:10Z`, written.at);
  return time;
}
