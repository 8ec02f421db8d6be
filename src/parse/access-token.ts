import type { DerivedField, DerivedFields } from './log-type.ts';

/** What the token says in which Exchange's front end tells remote PowerShell on whose behalf it asks. */
interface AccessToken {
  readonly AuthenticationType?: string;
  readonly LogonName?: string;
  readonly UserSid?: string;
  /** Parted by blanks. */
  readonly GroupSids?: string;
}

/** More than any token that a server has room for in an address. */
const TOKEN_CHARACTERS = 16_384;
const GROUPS = 1_000;

/**
 * The fields of the token in a query (`X-Rps-CAT`), which ProxyShell forges. It is Base64 of tagged values: version, type, compression,
 * authentication, logon name, SID of the user, SIDs of groups with their attributes (source: a token of a published exploit, decoded, and
 * https://www.zerodayinitiative.com/blog/2021/8/17/from-pwn2own-2021-a-new-attack-surface-on-microsoft-exchange-proxyshell).
 */
export const ACCESS_TOKEN_FIELDS: DerivedFields = {
  'CommonAccessToken-AuthenticationType': fieldOf('AuthenticationType'),
  'CommonAccessToken-LogonName': fieldOf('LogonName'),
  'CommonAccessToken-UserSid': fieldOf('UserSid'),
  'CommonAccessToken-GroupSids': fieldOf('GroupSids'),
};

function fieldOf(name: keyof AccessToken): DerivedField {
  return { from: ['cs-uri-query'], make: ([query]) => tokenIn(query)?.[name] };
}

function tokenIn(query: string | undefined): AccessToken | undefined {
  const [, encoded] = /(?:^|[?&;])X-Rps-CAT=([^&;]{4,})/i.exec(query ?? '') ?? [];
  return encoded === undefined ? undefined : decodeAccessToken(encoded.slice(0, TOKEN_CHARACTERS));
}

/** As far as it can be read: a token that was cut gives what stands in front of the cut. */
export function decodeAccessToken(encoded: string): AccessToken {
  const bytes = Buffer.from(withoutEscapes(encoded), 'base64');
  let at = 0;
  const tag = (letter: string): boolean => {
    if (bytes[at] !== letter.charCodeAt(0)) return false;
    at += 1;
    return true;
  };
  const text = (): string | undefined => {
    const length = bytes[at] ?? 0;
    const value = bytes.subarray(at + 1, at + 1 + length);
    at += 1 + length;
    return value.length < length || length === 0 ? undefined : value.toString('utf8');
  };
  const named = (name: keyof AccessToken, letter: string): AccessToken => {
    const value = tag(letter) ? text() : undefined;
    return value === undefined ? {} : { [name]: value };
  };
  const skip = (letter: string, length: number): void => {
    if (tag(letter)) at += length;
  };
  const groups = (): AccessToken => {
    if (!tag('G') || at + 4 > bytes.length) return {};
    const count = Math.min(bytes.readUInt32LE(at), GROUPS);
    at += 4;
    const sids: string[] = [];
    while (sids.length < count && at + 4 < bytes.length) {
      // Its attributes.
      at += 4;
      const sid = text();
      if (sid === undefined) break;
      sids.push(sid);
    }
    return sids.length === 0 ? {} : { GroupSids: sids.join(' ') };
  };

  skip('V', 2);
  if (tag('T')) text();
  skip('C', 1);
  return { ...named('AuthenticationType', 'A'), ...named('LogonName', 'L'), ...named('UserSid', 'U'), ...groups() };
}

/** Escapes of the address, and of escapes: `%252B`, `%2B` and `+` are the same. */
function withoutEscapes(encoded: string): string {
  const decode = (text: string): string =>
    text.replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return decode(decode(encoded));
}
