import { hostname } from 'node:os';
import type { Channel, Outcome, Telling } from './channel.ts';
import { headerHost, syslogMessage } from './syslog-message.ts';
import type { SyslogTarget } from './target.ts';

/** What receivers should take at least: RFC 5426 (2,048), RFC 5425 (8,192). */
const LIMIT_BYTES = { udp: 2_048, tcp: 8_192, tls: 8_192 } as const;
/** Records at once: of a connection, of a burst. */
const MOST_RECORDS = { udp: 50, tcp: 500, tls: 500 } as const;

/** One message for each record. */
export function syslogChannel(target: SyslogTarget): Channel {
  const { transport } = target;
  const limitBytes = LIMIT_BYTES[transport];
  const host = headerHost(hostname());
  return {
    most: MOST_RECORDS[transport],
    limitBytes,
    isConfirmed: transport !== 'udp',
    prepare: (tellings: readonly Telling[]) => {
      const messages = tellings.map(({ record, text }) => syslogMessage(record, text, limitBytes, host));
      const bytes = messages.map((message) => message.bytes);
      return {
        count: messages.length,
        cut: messages.filter(({ isCut }) => isCut).length,
        send: async (signal): Promise<Outcome> => await send(target, bytes, signal),
      };
    },
  };
}

/** What goes over the wire is loaded when something is to be told. */
async function send(target: SyslogTarget, messages: readonly Buffer[], signal: AbortSignal): Promise<Outcome> {
  if (target.transport === 'udp') return await (await import('./syslog-udp.ts')).sendByUdp(target, messages, signal);
  return await (await import('./syslog-stream.ts')).sendByStream(target, messages, signal);
}
