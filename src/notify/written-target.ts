import { TargetError } from './target-error.ts';

/** What may stand behind an address, each as `,NAME=env:NAME` or `,NAME=file:PATH`. */
export const EXTRAS = ['token', 'hmac', 'cert', 'key'] as const;
export type Extra = (typeof EXTRAS)[number];

/** `env:NAME` or `file:PATH`: where something stands that is not for the command line. */
const REFERENCE = /^(env|file):(.+)$/s;

const PROTOCOLS: ReadonlySet<string> = new Set(['https:', 'http:', 'syslog+udp:', 'syslog+tcp:', 'syslog+tls:', 'eventlog:']);

/** A reference to something, taken apart; `undefined` where a text is none. */
export function parseReference(text: string): { readonly kind: 'env' | 'file'; readonly name: string } | undefined {
  const [, kind, name] = REFERENCE.exec(text) ?? [];
  return kind === undefined || name === undefined ? undefined : { kind: kind === 'env' ? 'env' : 'file', name };
}

/** An address, and what stands behind it. */
export function splitTarget(text: string): string[] {
  return text.split(new RegExp(`,(?=(?:${EXTRAS.join('|')})=)`));
}

/**
 * Looks at a target as it is written: no secret stands in it.
 *
 * @throws {TargetError}
 */
export function checkWritten(text: string): void {
  const [address = '', ...parts] = splitTarget(text);
  if (/,[\w-]+=(?:env|file):/.test(address))
    throw new TargetError(`behind an address stands one of ${EXTRAS.join(', ')}, as in ,token=env:NAME`);
  const references = parts.map((part) => part.slice(part.indexOf('=') + 1));
  // What was written in the place of a reference may be the secret itself, and is not repeated.
  const at = parts.find((_, index) => parseReference(references[index] ?? '') === undefined);
  if (at !== undefined)
    throw new TargetError(`${at.slice(0, at.indexOf('='))}=: wanted env:NAME or file:PATH: secrets do not stand on the command line`);
  for (const each of [address, ...references]) {
    const reference = parseReference(each);
    if (reference?.kind === 'env' && !/^[A-Za-z_][\w.()-]*$/.test(reference.name))
      throw new TargetError('env: wanted the name of a variable behind it');
  }
  if (parseReference(address) !== undefined) return;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !PROTOCOLS.has(url.protocol))
    throw new TargetError(
      'wanted https://…, http://…, env:NAME, file:PATH, syslog+udp://HOST, syslog+tcp://HOST, syslog+tls://HOST or eventlog:',
    );
  if (url.username !== '' || url.password !== '')
    throw new TargetError(`a name or a password in the URL of ${url.host} is not used: ,token=env:NAME names a token`);
  if (url.search !== '')
    throw new TargetError(
      `a query as that behind ${url.origin}${url.pathname} may hold a secret: put the URL into the environment or a file, env:NAME or file:PATH`,
    );
}

/** A target for the eyes of others. */
export function shownTarget(text: string): string {
  try {
    checkWritten(text);
    return text;
  } catch {
    return '(not shown: it may hold a secret)';
  }
}

/** The same target with its files elsewhere. */
export function placeFiles(text: string, place: (file: string) => string): string {
  const parts = splitTarget(text).map((part) => {
    const [, head, file] = /^((?:\w+=)?file:)(.+)$/s.exec(part) ?? [];
    return head === undefined || file === undefined ? part : head + place(file);
  });
  return parts.join(',');
}
