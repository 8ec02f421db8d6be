/** One comparison of a pattern. */
export interface Comparison {
  /** What it is called in the account, where nothing here shows it. */
  readonly what: string;
  /** What an entry of it is called; `undefined`: no log here shows it. */
  readonly type: string | undefined;
  readonly value: string;
}

export type ReadPattern = { readonly comparisons: readonly Comparison[] } | { readonly reason: string };

/** Longer patterns are not read. */
const LONGEST = 1_000_000;
const TOKEN = /\s*(?:('(?:[^'\\]|\\.)*')|([A-Za-z][\w-]*:[\w.'\-[\]*]+)|([A-Za-z]+)|(-?\d+(?:\.\d+)?)|(!=|<=|>=|[=<>()[\],]))/y;

/**
 * Reads a STIX pattern as far as it is a choice of values: `[ipv4-addr:value = '203.0.113.5' OR url:value IN ('…', '…')]`. Of what is joined with
 * AND, or told in an order, each part alone would say too much: that is understood only of one file (its name, folder and hashes), and of traffic
 * that has one telling part.
 */
export function readPattern(pattern: string): ReadPattern {
  if (pattern.length > LONGEST) return { reason: 'has a pattern that is too long' };
  const tokens = tokensOf(pattern);
  if (tokens === undefined) return { reason: 'has a pattern that cannot be read' };
  const words = tokens.filter(({ kind }) => kind === 'word').map(({ text }) => text.toUpperCase());
  const unknown = words.find((word) => !KNOWN_WORDS.has(word));
  if (unknown !== undefined) return { reason: `has a pattern with ${unknown}, which is not understood` };
  const comparisons = comparisonsIn(tokens);
  if (comparisons === undefined || comparisons.length === 0) return { reason: 'has a pattern that is no choice of values' };
  if (!words.includes('AND')) return { comparisons };
  const file = inFolder(comparisons);
  return file.every(({ what }) => what === 'file') || file.every(({ type }) => type === undefined)
    ? { comparisons: file }
    : joined(comparisons);
}

/** A name and the folder that the file lies in are one path. */
function inFolder(comparisons: readonly Comparison[]): readonly Comparison[] {
  const [folder, ...folders] = comparisons.filter(({ what }) => what === 'folder');
  const [name, ...names] = comparisons.filter(({ type }) => type === 'file');
  if (folder === undefined || name === undefined || folders.length > 0 || names.length > 0) return comparisons;
  const path = { ...name, value: `${folder.value.replace(/[\\/]+$/, '')}\\${name.value}` };
  return [path, ...comparisons.filter((each) => each !== folder && each !== name)];
}

/** Of traffic, that it is such beside an address or a user agent says nothing more. */
function joined(comparisons: readonly Comparison[]): ReadPattern {
  const telling = comparisons.filter(({ type }) => type !== undefined);
  const isTraffic = comparisons.every(({ type, what }) => type !== undefined || what === 'network object');
  return isTraffic && telling.length === 1 ? { comparisons: telling } : { reason: 'has a pattern that joins several conditions with AND' };
}

const KNOWN_WORDS: ReadonlySet<string> = new Set(['OR', 'AND', 'IN', 'ISSUBSET']);

interface Token {
  readonly kind: 'text' | 'path' | 'word' | 'number' | 'sign';
  readonly text: string;
}

function tokensOf(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  const end = pattern.trimEnd().length;
  TOKEN.lastIndex = 0;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const [, text, path, word, number, sign] = TOKEN.exec(pattern) ?? [];
    if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1).replaceAll(/\\(.)/gs, '$1') });
    else if (path !== undefined) tokens.push({ kind: 'path', text: path });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else return undefined;
  }
  return tokens;
}

/** `undefined` for other tests than of being equal. */
function comparisonsIn(tokens: readonly Token[]): Comparison[] | undefined {
  const comparisons: Comparison[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const path = tokens[index];
    if (path?.kind !== 'path') continue;
    const operator = tokens[index + 1]?.text.toUpperCase();
    if (operator !== '=' && operator !== 'IN' && operator !== 'ISSUBSET') return undefined;
    const values = valuesFrom(tokens, index + 2);
    if (values.length === 0) return undefined;
    for (const value of values) comparisons.push(comparisonOf(path.text, value));
  }
  return comparisons;
}

function valuesFrom(tokens: readonly Token[], start: number): string[] {
  const first = tokens[start];
  if (first?.text !== '(' || first.kind !== 'sign')
    return first?.kind === 'text' || first?.kind === 'number' || first?.kind === 'word' ? [first.text] : [];
  const values: string[] = [];
  for (let index = start + 1; index < tokens.length && tokens[index]?.kind !== 'path'; index += 1) {
    const token = tokens[index];
    if (token?.kind === 'sign' && token.text === ')') break;
    if (token?.kind === 'text' || token?.kind === 'number') values.push(token.text);
  }
  return values;
}

/** Object paths that name a value, and what an entry of it is called. */
const PATHS: readonly (readonly [path: RegExp, what: string, type: string | undefined])[] = [
  [/^ipv[46]-addr:value$/, 'address', 'ip'],
  [/^network-traffic:(?:src|dst)_ref\.value$/, 'address', 'ip'],
  [/^url:value$/, 'url', 'url'],
  [/^file:name$/, 'file', 'file'],
  [/^file:parent_directory_ref\.path$/, 'folder', undefined],
  [/^file:hashes\./, 'file', 'hash'],
  [/^(?:network-traffic:extensions\.)?'?http-request-ext'?[.:].*user-agent/i, 'user agent', 'user-agent'],
  [/user-agent/i, 'user agent', 'user-agent'],
  [/request_value$/, 'url', 'url'],
  [/^domain-name:|host'?$/i, 'domain', undefined],
  [/^email-/, 'email', undefined],
  [/^windows-registry-key:/, 'registry', undefined],
  [/^mutex:/, 'mutex', undefined],
  [/^network-traffic:/, 'network object', undefined],
  [/^process:/, 'process', undefined],
];

function comparisonOf(path: string, value: string): Comparison {
  const [, what, type] = PATHS.find(([shape]) => shape.test(path)) ?? [undefined, path.split(':', 1)[0] ?? path, undefined];
  return { what, type: type === 'hash' && /ssdeep|tlsh|sha3/i.test(path) ? 'ssdeep' : type, value };
}
