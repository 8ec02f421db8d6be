import path from 'node:path';
import { isLoopback } from './loopback.ts';
import { lookUp, readSmall } from './references.ts';
import { Secret } from './secret.ts';
import type { EventLogTarget, SyslogTarget, Target, WebhookTarget } from './target.ts';
import { TargetError } from './target-error.ts';
import { checkTls, checkTrusted } from './tls.ts';
import { checkWritten, parseReference, splitTarget, type Extra } from './written-target.ts';

export interface Around {
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** A file of certificates that are trusted besides the usual ones. */
  readonly ca?: string | undefined;
}

type Extras = Partial<Readonly<Record<Extra, string>>>;

const SYSLOG = /^syslog\+(udp|tcp|tls):\/\/(.+)$/i;
const TRANSPORTS = ['udp', 'tcp', 'tls'] as const;
/** RFC 5426, RFC 6587 (IANA's syslog-conn), RFC 5425. */
const PORTS = { udp: 514, tcp: 601, tls: 6514 } as const;

/**
 * Whom `--notify` names. `ADDRESS[,NAME=REFERENCE]...`
 *
 * @throws {TargetError}
 */
export function parseTargets(texts: readonly string[], around: Around): Target[] {
  const trusted = around.ca === undefined ? undefined : readSmall(around.ca);
  if (trusted !== undefined) checkTrusted(trusted, around.ca ?? '');
  const targets = texts.map((text) => parseTarget(text, around, trusted));
  const twice = targets.find(({ receiver }, index) => targets.findIndex((each) => each.receiver === receiver) !== index);
  if (twice !== undefined) throw new TargetError(`${twice.receiver} is named twice`);
  return targets;
}

function parseTarget(text: string, around: Around, trusted: string | undefined): Target {
  checkWritten(text);
  const [address = '', ...parts] = splitTarget(text);
  const names = Object.fromEntries(parts.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
  if (Object.keys(names).length < parts.length) throw new TargetError('the same is said twice behind an address');
  const values: Extras = Object.fromEntries(
    Object.entries(names).map(([name, reference]) => [name, within(`${name}=`, () => lookUp(reference, around.environment))]),
  );
  if (/^eventlog:$/i.test(address)) return eventLog(around, values);
  const syslog = SYSLOG.exec(address);
  if (syslog !== null) return parseSyslog(address, values, trusted);
  if (parseReference(address) === undefined) return webhook(address, { address, values, trusted, isSecret: false });
  return webhook(lookUp(address, around.environment), { address, values, trusted, isSecret: true });
}

/** Which of the parts of a target is meant. */
function within<Result>(where: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof TargetError) throw new TargetError(`${where}: ${error.message}`, { cause: error });
    throw error;
  }
}

interface Written {
  readonly address: string;
  readonly values: Extras;
  readonly trusted: string | undefined;
  /** Whether the address is a reference to the URL. */
  readonly isSecret: boolean;
}

function webhook(text: string, { address, values, trusted, isSecret }: Written): WebhookTarget {
  // The URL may be a secret: it is named by what stands on the command line, and otherwise not repeated unless it is known to hold none.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new TargetError(isSecret ? `${address} holds no http or https URL` : 'wanted eventlog: without anything behind it');
  const name = isSecret ? address : `${url.origin}${url.pathname}`;
  if (url.username !== '' || url.password !== '')
    throw new TargetError(`a name or a password in the URL of ${name} is not used: ,token=env:NAME names a token`);
  url.hash = '';
  const isPlain = url.protocol === 'http:';
  if (isPlain && values.token !== undefined && !isLoopback(url.hostname))
    throw new TargetError(`${name}: a token would travel in the clear: https is needed`);
  if (isPlain && (values.cert !== undefined || values.key !== undefined)) throw new TargetError(`${name}: certificates are for https`);
  if (values.token !== undefined && !/^[\x21-\x7e]+$/.test(values.token))
    throw new TargetError(`${name}: token= names what cannot be a token: it holds blanks, line ends or more than ASCII`);
  const { token, hmac } = values;
  return {
    kind: 'webhook',
    receiver: name,
    url: new Secret(url.href),
    ...(token !== undefined && { token: new Secret(token) }),
    ...(hmac !== undefined && { hmacKey: new Secret(hmac) }),
    tls: tlsFacts(name, values, trusted),
  };
}

function parseSyslog(address: string, values: Extras, trusted: string | undefined): SyslogTarget {
  const [, scheme = '', rest = ''] = SYSLOG.exec(address) ?? [];
  const transport = TRANSPORTS.find((each) => each === scheme.toLowerCase()) ?? 'tls';
  // As http, so that the URL's host is read as all know it.
  const text = `http://${rest}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.host === '' || url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '')
    throw new TargetError(`syslog+${transport}: wanted syslog+${transport}://HOST or syslog+${transport}://HOST:PORT`);
  const [, written = ''] = /:(\d+)\/?$/.exec(rest) ?? [];
  const port = written === '' ? PORTS[transport] : Number(written);
  const receiver = `syslog+${transport}://${url.hostname}:${port}`;
  if (values.token !== undefined || values.hmac !== undefined) throw new TargetError(`${receiver}: token and hmac are for webhooks`);
  if (transport !== 'tls' && (values.cert !== undefined || values.key !== undefined))
    throw new TargetError(`${receiver}: certificates are for syslog+tls`);
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  return { kind: 'syslog', receiver, transport, host, port, tls: tlsFacts(receiver, values, trusted) };
}

function tlsFacts(name: string, { cert, key }: Extras, ca: string | undefined) {
  if ((cert === undefined) !== (key === undefined)) throw new TargetError(`${name}: cert= and key= belong together`);
  const facts = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && key !== undefined && { client: { cert, key: new Secret(key) } }),
  };
  checkTls(name, facts);
  return facts;
}

function eventLog({ platform, environment }: Around, values: Extras): EventLogTarget {
  if (platform !== 'win32') throw new TargetError('eventlog: is for Windows: there is no event log here');
  if (Object.keys(values).length > 0) throw new TargetError('eventlog: takes nothing behind it');
  // By its whole path: whoever may write into the working folder must not choose what runs.
  const windows = environment['SystemRoot'] ?? String.raw`C:\Windows`;
  return { kind: 'eventlog', receiver: 'eventlog:', program: path.win32.join(windows, 'System32', 'eventcreate.exe') };
}
