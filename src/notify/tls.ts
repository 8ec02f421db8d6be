import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { codeOf } from './references.ts';
import type { TlsFacts } from './target.ts';
import { TargetError } from './target-error.ts';

/** Made once for all connections: reading the certificates that Node knows takes a tenth of a second. */
const CONTEXTS = new WeakMap<TlsFacts, SecureContext>();

/** For Node's TLS. Certificates of others are always checked. */
export function tlsOptions(facts: TlsFacts) {
  const secureContext = CONTEXTS.get(facts) ?? contextOf(facts);
  CONTEXTS.set(facts, secureContext);
  return { rejectUnauthorized: true, secureContext };
}

function contextOf({ ca, client }: TlsFacts): SecureContext {
  return createSecureContext({
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    ...(client !== undefined && { cert: client.cert, key: client.key.reveal() }),
  });
}

/** @throws {TargetError} a key that is none, or belongs to another certificate */
export function checkTls(name: string, facts: TlsFacts): void {
  if (facts.client === undefined) return;
  try {
    tlsOptions(facts);
  } catch (error) {
    throw new TargetError(`${name}: cert= and key= cannot be used together (${codeOf(error)})`, { cause: error });
  }
}

/** @throws {TargetError} a file without a certificate in it: TLS would pass over it without a word */
export function checkTrusted(text: string, file: string): void {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  const isUsable = (block: string): boolean => {
    try {
      return new X509Certificate(block).subject !== '';
    } catch {
      return false;
    }
  };
  if (blocks.length === 0 || !blocks.every(isUsable)) throw new TargetError(`${file} holds no certificate in PEM form that can be read`);
}
