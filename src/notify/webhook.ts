import { createHash, createHmac } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { retryAfterMs } from './backoff.ts';
import type { Channel, Message, Outcome, Telling } from './channel.ts';
import { essentialsOf } from './essentials.ts';
import { failureOf } from './failure.ts';
import { textAt } from './json.ts';
import { isLoopback } from './loopback.ts';
import type { WebhookTarget } from './target.ts';
import { tlsOptions } from './tls.ts';

const MOST_RECORDS = 100;
const LIMIT_BYTES = 262_144;
/** Of a text in a record that is cut. */
const SHORT_CHARACTERS = 1_024;
/** Of an answer, which nobody reads. */
const ANSWER_BYTES = 65_536;

const HEAD = '{"schema":"exhunt/1","records":[';
const TAIL = ']}';

/** The request itself is what cannot be taken, and not who sends it. */
const UNFIT: ReadonlySet<number> = new Set([400, 413, 422]);
/** May be another next time. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** Records in a POST: `{"schema":"exhunt/1","records":[…]}`, signed as Standard Webhooks has it. */
export function webhookChannel(target: WebhookTarget): Channel {
  let dispatcher: Dispatcher | undefined;
  const post = async (body: Buffer, id: string, signal: AbortSignal): Promise<Outcome> => {
    const { Agent, EnvHttpProxyAgent, request } = await import('undici');
    const url = new URL(target.url.reveal());
    const tls = tlsOptions(target.tls);
    // What is said to this machine goes through no proxy, which would see a token in the clear.
    dispatcher ??= isLoopback(url.hostname) ? new Agent({ connect: tls }) : new EnvHttpProxyAgent({ connect: tls, requestTls: tls });
    try {
      const answer = await request(url, { method: 'POST', headers: headersOf(target, body, id), body, signal, dispatcher });
      // The status says it all; what comes behind may break off.
      await answer.body.dump({ limit: ANSWER_BYTES, signal }).catch(() => undefined);
      const { 'retry-after': retryAfter } = answer.headers;
      return outcomeOf(answer.statusCode, Array.isArray(retryAfter) ? retryAfter[0] : retryAfter);
    } catch (error) {
      return failureOf(error);
    }
  };
  return {
    most: MOST_RECORDS,
    limitBytes: LIMIT_BYTES,
    isConfirmed: true,
    prepare: (tellings, isShort) => prepare(tellings, isShort, post),
    close: async () => await dispatcher?.destroy(),
  };
}

type Post = (body: Buffer, id: string, signal: AbortSignal) => Promise<Outcome>;

function prepare(tellings: readonly Telling[], isShort: boolean, post: Post): Message {
  const texts: string[] = [];
  let bytes = HEAD.length + TAIL.length;
  let cut = 0;
  for (const telling of tellings) {
    const isTooLong = Buffer.byteLength(telling.text) + HEAD.length + TAIL.length > LIMIT_BYTES;
    const text = isShort || isTooLong ? JSON.stringify(essentialsOf(telling.record, SHORT_CHARACTERS)) : telling.text;
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > LIMIT_BYTES && texts.length > 0) break;
    texts.push(text);
    if (text !== telling.text) cut++;
  }
  const body = Buffer.from(`${HEAD}${texts.join(',')}${TAIL}`);
  const id = keyOf(tellings.slice(0, texts.length));
  return { count: texts.length, cut, send: async (signal) => await post(body, id, signal) };
}

/** The same for the same records, whenever they are told again. */
function keyOf(tellings: readonly Telling[]): string {
  const hash = createHash('sha256');
  for (const { record, text } of tellings) hash.update(`${textAt(record, 'id') ?? text}\n`);
  return `exhunt_${hash.digest('hex')}`;
}

function headersOf({ token, hmacKey }: WebhookTarget, body: Buffer, id: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  return {
    'content-type': 'application/json',
    'user-agent': 'exhunt',
    'idempotency-key': id,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(token !== undefined && { authorization: `Bearer ${token.reveal()}` }),
    ...(hmacKey !== undefined && { 'webhook-signature': `v1,${sign(`${id}.${timestamp}.`, body, hmacKey.reveal())}` }),
  };
}

/** @see https://www.standardwebhooks.com, whose libraries check it */
function sign(head: string, body: Buffer, key: string): string {
  const [, encoded] = /^whsec_(.+)$/s.exec(key) ?? [];
  const bytes = encoded === undefined ? Buffer.from(key) : Buffer.from(encoded, 'base64');
  return createHmac('sha256', bytes).update(head).update(body).digest('base64');
}

function outcomeOf(status: number, retryAfter: string | undefined): Outcome {
  if (status >= 200 && status < 300) return { kind: 'told' };
  if (UNFIT.has(status)) return { kind: 'unfit', status };
  if (status < 500 && !PASSING.has(status)) return { kind: 'refused', failure: { why: 'refused', status } };
  const waitMs = retryAfterMs(retryAfter, Date.now());
  return { kind: 'again', failure: { why: 'status', status }, ...(waitMs !== undefined && { waitMs }) };
}
