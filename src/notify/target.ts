import type { Secret } from './secret.ts';

/** Whom the other side of TLS has to be, and who we are. */
export interface TlsFacts {
  /** Certificates that are trusted besides the usual ones. */
  readonly ca?: string;
  readonly client?: { readonly cert: string; readonly key: Secret };
}

export interface WebhookTarget {
  readonly kind: 'webhook';
  /** The name in the spool and in messages, without secrets. */
  readonly receiver: string;
  readonly url: Secret;
  readonly token?: Secret;
  readonly hmacKey?: Secret;
  readonly tls: TlsFacts;
}

export interface SyslogTarget {
  readonly kind: 'syslog';
  readonly receiver: string;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFacts;
}

export interface EventLogTarget {
  readonly kind: 'eventlog';
  readonly receiver: string;
  /** `eventcreate`. */
  readonly program: string;
}

/** Whom to tell. */
export type Target = WebhookTarget | SyslogTarget | EventLogTarget;
