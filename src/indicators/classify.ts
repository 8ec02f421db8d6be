import type { IndicatorKind } from '../model/indicator.ts';
import type { Level } from '../model/rule.ts';
import { addressKey, ipv4Number, networkKey } from '../sigma/address-map.ts';
import { parseAddress } from '../sigma/network.ts';
import { kindNamed, type NamedKind } from './named-kinds.ts';
import { refang } from './refang.ts';
import { isExchangesOwn, isWindowsPath, webPathsOf } from './web-path.ts';

/** What an entry turned out to be: something to look for, something that no log here shows, or nothing that could be understood. */
export type Classified =
  | { readonly kind: IndicatorKind; readonly values: readonly string[]; readonly level: Level }
  | { readonly kind: 'not-applicable'; readonly what: string }
  | { readonly kind: 'invalid'; readonly reason: string };

const LONGEST = 4_096;
const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i;
const URL_START = /^([a-z][a-z0-9+.-]{1,20}):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::\d{1,5})?(\/[^?#]*)?/i;
const DOMAIN = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]{2,50})\.?$/i;
const FILE_NAME =
  /^[^\\/:*?"<>|]+\.(?:as[a-z]{1,3}|ash?x|svc|soap|cshtml?|cer|php\d?|jspx?|exe|dll|sys|ocx|tlb|ps[dm]?1|psm1|bat|cmd|vbs?|js|jse|hta|wsf|msi|txt|log|dat|bin|tmp|dmp|html?|xml|config|json|zip|7z|rar|cab|gz|pst|pfx|css|png|gif|jpe?g|ico|ini|inc|lnk|py|sh|pl)$/i;
const USER_AGENT = /^[A-Za-z][^/\\?]{0,60}\/(?:v?\d|[\w.]+[ +(;])/;

/** Says what an entry is, by what the list calls it, or else by its looks. */
export function classify(text: string, type: string | undefined): Classified {
  // The most frequent by far.
  if (ipv4Number(text) !== undefined && (type === undefined || kindNamed(type)?.kind === 'address')) return found('address', [text]);
  const value = unquote(refang(text.trim()));
  if (value === '') return invalid('is empty');
  if (value.length > LONGEST) return invalid(`is longer than ${LONGEST} characters`);
  const named = type === undefined ? undefined : kindNamed(type);
  if (named !== undefined) return asNamed(named, value);
  return byLooks(value);
}

function asNamed(named: NamedKind, value: string): Classified {
  switch (named.kind) {
    case 'not-applicable':
      return notApplicable(named.what);
    case 'address':
      return asAddress(value);
    case 'url':
      return isWindowsPath(value) ? asFile(value) : asUrl(value);
    case 'user-agent':
      return found('user-agent', [value]);
    case 'hash':
      return HASH.test(value) ? found('hash', [value.toLowerCase()]) : invalid('is no hash');
    case 'file':
      return asFile(value);
  }
}

function byLooks(value: string): Classified {
  const address = asAddress(value);
  if (address.kind !== 'invalid' || /^[\d.:[\]]+(?:\/\d+)?$|^[\d.]+\s*-\s*[\d.]+$/.test(value)) return address;
  if (HASH.test(value)) return found('hash', [value.toLowerCase()]);
  if (URL_START.test(value) || (value.startsWith('/') && !value.includes('\\'))) return asUrl(value);
  if (/^(?:HKEY_|HK(?:LM|CU|CR|U)\\)/i.test(value)) return notApplicable('registry');
  if (isWindowsPath(value)) return asFile(value);
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(value)) return notApplicable('email');
  const isOneWord = !/\s/.test(value);
  if (isOneWord && !value.includes('/') && FILE_NAME.test(unescape(value)) && !value.includes('@')) return asFile(value);
  if (DOMAIN.test(value)) return notApplicable('domain');
  const [first = '', ...rest] = value.split('/');
  if (isOneWord && rest.length > 0 && FILE_NAME.test(rest.at(-1)?.replace(/\?.*$/, '') ?? ''))
    return asUrl(DOMAIN.test(first) || asAddress(first).kind === 'address' ? `http://${value}` : `/${value}`);
  if (USER_AGENT.test(value)) return found('user-agent', [value]);
  return invalid('is no address, network, user agent, URL, path, file name or hash');
}

function asAddress(value: string): Classified {
  if (!/^[[\da-f]*[.:]/i.test(value)) return invalid('is no address');
  const key = addressKey(value);
  if (key !== undefined) return found('address', [typeof key === 'number' ? dotted(key) : value.toLowerCase()]);
  const [text = ''] = value.split('|');
  const network = networkKey(text);
  if (network !== undefined) {
    const [start, bits] = network;
    if (bits === 0) return invalid('is a network of all addresses');
    if (typeof start !== 'number') return found(bits === 128 ? 'address' : 'network', [text.toLowerCase()]);
    return bits === 32 ? found('address', [dotted(start)]) : found('network', [`${dotted(start)}/${bits}`]);
  }
  const address = parseAddress(text);
  if (address !== undefined) return found('address', [address.toString()]);
  if (/^[\d.]+\/\d+$/.test(text)) return invalid('is no network: it has bits behind those that count, or too few parts');
  return /^[\d.]+\s*-\s*[\d.]+$/.test(text) ? invalid('is a range of addresses: write networks') : invalid('is no address');
}

/** The usual form of an IPv4 address. */
function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** What stands behind `?` is not looked at: logs append to it, and shells are asked with anything. */
function asUrl(value: string): Classified {
  const [, scheme, host = '', path = ''] = URL_START.exec(value) ?? [];
  if (scheme === undefined) {
    const [own = ''] = value.split(/[?#]/, 1);
    return asPath(own.startsWith('/') ? own : `/${own}`, 'high');
  }
  if (!/^(?:https?|ftps?|tcp|wss?)$/i.test(scheme)) return notApplicable(`${scheme.toLowerCase()} url`);
  // Of an address of the web that has no path, the host is left.
  if (path === '' || path === '/') return asAddress(host).kind === 'address' ? asAddress(host) : notApplicable('url without a path');
  // It may be that of another server than ours.
  return asPath(path, 'medium');
}

function asPath(path: string, level: Level): Classified {
  if (path.endsWith('/')) return notApplicable('folder');
  return { kind: 'path', values: [path], level: isExchangesOwn(path) ? 'low' : level };
}

/** The name of a file, or where it lies on a server. */
function asFile(value: string): Classified {
  if (!isWindowsPath(value) || /^[^\\]*\\_[^\\]*$/.test(value)) {
    const name = unescape(value);
    if (name.startsWith('/')) return asPath(name, 'high');
    if (name.includes('/')) return asPath(`/${name}`, 'high');
    return /[\\:*?"<>|]/.test(name) ? invalid('is no name of a file') : found('file-name', [name], isExchangesOwn(name) ? 'low' : 'high');
  }
  if (/[\\/]$/.test(value)) return notApplicable('folder');
  if (/[*?"<>|]|[\\/]\s/.test(value)) return invalid('is no path of a file');
  const paths = webPathsOf(value);
  const [path] = paths;
  if (path === undefined) return found('file', [value]);
  return { kind: 'path', values: paths, level: isExchangesOwn(path) ? 'low' : 'high' };
}

/** Of an entry that says nothing of its own. */
export const USUAL_LEVELS: Readonly<Record<IndicatorKind, Level>> = {
  address: 'medium',
  network: 'medium',
  'user-agent': 'medium',
  path: 'high',
  'file-name': 'high',
  hash: 'high',
  file: 'high',
};

function found(kind: IndicatorKind, values: readonly string[], level: Level = USUAL_LEVELS[kind]): Classified {
  return { kind, values, level };
}

function invalid(reason: string): Classified {
  return { kind: 'invalid', reason };
}

function notApplicable(what: string): Classified {
  return { kind: 'not-applicable', what };
}

/** Lists that were cut out of Markdown write `aspnet\_client.aspx`. */
function unescape(name: string): string {
  return name.replaceAll(String.raw`\_`, '_');
}

function unquote(text: string): string {
  return /^(["'`])([^]*)\1$/.exec(text)?.[2]?.trim() ?? text;
}
