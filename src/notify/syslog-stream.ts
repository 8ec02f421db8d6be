import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Outcome } from './channel.ts';
import { failureOf } from './failure.ts';
import type { SyslogTarget } from './target.ts';
import { tlsOptions } from './tls.ts';

/** Before our side is ended, at least so long, and as long as two ways there and back take. */
const LISTEN_MS = 20;

/**
 * Messages over a connection of their own, each behind its length (octet counting: RFC 6587, 3.4.1; RFC 5425, 4.3).
 *
 * Syslog has no answers. What comes nearest: we end our side, and the receiver, who reads to the end, then ends its own; where it goes away with something
 * unread, its system says so (a reset). So messages were told when both sides ended in that order. A receiver that ends first, as one does that takes a
 * connection and closes it, was told nothing: hence the pause before our end, in which that is heard.
 */
export async function sendByStream(target: SyslogTarget, messages: readonly Buffer[], signal: AbortSignal): Promise<Outcome> {
  const bytes = Buffer.concat(messages.flatMap((message) => [Buffer.from(`${message.length} `), message]));
  return await new Promise<Outcome>((resolve) => {
    let isSaid = false;
    let pause: NodeJS.Timeout | undefined;
    let listenMs = LISTEN_MS;
    const socket = open(target, () => {
      socket.write(bytes, () => {
        pause = setTimeout(() => {
          isSaid = true;
          socket.end();
        }, listenMs);
      });
    });
    const begun = performance.now();
    const end = (outcome: Outcome): void => {
      clearTimeout(pause);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(outcome);
    };
    const onAbort = (): void => end(failureOf(new Error('aborted')));
    signal.addEventListener('abort', onAbort, { once: true });
    let isEnded = false;
    socket.once('end', () => {
      isEnded = isSaid;
      if (!isSaid) end({ kind: 'again', failure: { why: 'closed' } });
    });
    socket.once('error', (error) => end(failureOf(error)));
    socket.once('close', () => end(isEnded ? { kind: 'told' } : { kind: 'again', failure: { why: 'closed' } }));
    // Of TLS too, this is when TCP is there: a way there and back.
    socket.once('connect', () => {
      listenMs = Math.max(LISTEN_MS, 2 * (performance.now() - begun));
    });
    // Whatever a receiver says is read and means nothing.
    socket.resume();
    if (signal.aborted) onAbort();
  });
}

function open({ host, port, transport, tls }: SyslogTarget, onOpen: () => void): Socket {
  return transport === 'tls'
    ? connectTls({ host, port, ...tlsOptions(tls) }, onOpen)
    : connectPlain({ host, port, allowHalfOpen: true }, onOpen);
}
