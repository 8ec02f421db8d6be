import type { Outcome } from './channel.ts';
import { codeOf } from './references.ts';

const CERTIFICATE = /^(?:ERR_TLS_CERT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH)/;
const CLOSED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE']);

/** What an error of the network comes to. Its code alone is told: messages name hosts, which may be secret. */
export function failureOf(error: unknown): Outcome {
  const code = codeOf(error);
  if (CERTIFICATE.test(code)) return { kind: 'refused', failure: { why: 'certificate', code } };
  return { kind: 'again', failure: CLOSED.has(code) ? { why: 'closed' } : { why: 'unreachable', code } };
}
