import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from './channel.ts';
import { failureOf } from './failure.ts';
import type { SyslogTarget } from './target.ts';

/** A receiver's buffer is small, often 200 KB: after so many messages it gets a rest. */
const BURST = 20;
const REST_MS = 10;
/** A machine that is there and has no such port says so, a moment later. */
const LISTEN_MS = 50;

/** One datagram for each message (RFC 5426). All that can be known is that nobody said no. */
export async function sendByUdp({ host, port }: SyslogTarget, messages: readonly Buffer[], signal: AbortSignal): Promise<Outcome> {
  let socket: Socket | undefined;
  try {
    const { address, family } = await lookup(host);
    socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    const failed = new Promise<never>((_, reject) => {
      socket?.once('error', reject);
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
    await Promise.race([sendAll(socket, { address, port, messages, signal }), failed]);
    return { kind: 'told' };
  } catch (error) {
    return failureOf(error);
  } finally {
    // What comes late is for nobody.
    socket?.on('error', () => undefined).close();
  }
}

interface Sending {
  readonly address: string;
  readonly port: number;
  readonly messages: readonly Buffer[];
  readonly signal: AbortSignal;
}

async function sendAll(socket: Socket, { address, port, messages, signal }: Sending): Promise<void> {
  await new Promise<void>((resolve) => socket.connect(port, address, resolve));
  for (const [index, message] of messages.entries()) {
    if (index > 0 && index % BURST === 0) await delay(REST_MS, undefined, { signal });
    await new Promise<void>((resolve, reject) => socket.send(message, (error) => (error === null ? resolve() : reject(error))));
  }
  await delay(LISTEN_MS, undefined, { signal });
}
