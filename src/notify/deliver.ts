import { setTimeout as delay } from 'node:timers/promises';
import type { NotifyFailure, NotifyProblem } from '../model/notify-problem.ts';
import type { Outbox } from '../model/outbox.ts';
import { backoffMs } from './backoff.ts';
import type { Channel } from './channel.ts';
import { Queue } from './queue.ts';
import type { Target } from './target.ts';

/** All receivers together get so long in a run; what is left waits for the next. */
export const DELIVERY_MS = 60_000;
/** One message gets so long. */
const ATTEMPT_MS = 10_000;
/** Where it is told again and again: the rest between. */
const REST_MS = 15_000;
const REFUSED_REST_MS = 300_000;

export interface DeliverOptions {
  /** Ends the telling: what was not told waits. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take in all; left out: a minute. */
  readonly deadlineMs?: number;
  /** How long one message may take; left out: ten seconds. */
  readonly attemptMs?: number;
  /** Of whoever delivers again and again: until when receivers that could not be told are left alone, in milliseconds since 1970. */
  readonly rests?: Map<string, number>;
  readonly report: (problem: NotifyProblem, receiver: string) => void;
}

interface Run {
  readonly endsAt: number;
  readonly attemptMs: number;
  /** Of the user. */
  readonly signal: AbortSignal;
  readonly report: (problem: NotifyProblem) => void;
}

/** Tells receivers what waits for them, each in order and beside the others. Whatever is not told stays in the outbox, and a diagnostic says why. */
export async function deliver(targets: readonly Target[], outbox: Outbox, options: DeliverOptions): Promise<void> {
  const { signal = new AbortController().signal, deadlineMs = DELIVERY_MS, attemptMs = ATTEMPT_MS, rests, report } = options;
  const endsAt = Date.now() + deadlineMs;
  const endings = await Promise.allSettled(
    targets.map(async (target) => {
      const { receiver } = target;
      if (outbox.count(receiver) === 0 || (rests?.get(receiver) ?? 0) > Date.now()) return;
      const channel = await openChannel(target);
      const run = { endsAt, attemptMs, signal, report: (problem: NotifyProblem) => report(problem, receiver) };
      const failure = await tell(new Queue(outbox, receiver, channel, run.report), channel, run).finally(
        async () => await channel.close?.(),
      );
      if (failure !== undefined) rests?.set(receiver, Date.now() + restMs(failure));
    }),
  );
  // One that breaks does not keep the others from being told.
  for (const ending of endings) if (ending.status === 'rejected') throw ending.reason;
}

async function openChannel(target: Target): Promise<Channel> {
  if (target.kind === 'webhook') return (await import('./webhook.ts')).webhookChannel(target);
  if (target.kind === 'syslog') return (await import('./syslog.ts')).syslogChannel(target);
  return (await import('./event-log.ts')).eventLogChannel(target);
}

/** @returns why some were not told */
async function tell(queue: Queue, channel: Channel, run: Run): Promise<NotifyFailure | undefined> {
  const failure = await tellAll(queue, run);
  if (queue.told > 0) run.report({ code: channel.isConfirmed ? 'NOTIFY_TOLD' : 'NOTIFY_UNCONFIRMED', count: queue.told });
  if (queue.cut > 0) run.report({ code: 'NOTIFY_CUT', count: queue.cut, limitBytes: channel.limitBytes });
  if (failure !== undefined) run.report({ code: 'NOTIFY_WAITING', count: queue.waiting, failure });
  return failure;
}

/** @returns why it did not come to its end */
async function tellAll(queue: Queue, run: Run): Promise<NotifyFailure | undefined> {
  let failures = 0;
  let last: NotifyFailure = { why: 'late' };
  for (;;) {
    const message = queue.next();
    if (message === undefined) return queue.refusal;
    const left = run.endsAt - Date.now();
    if (run.signal.aborted) return { why: 'stopped' };
    if (left <= 0) return last;
    const attemptMs = Math.min(run.attemptMs, left);
    const attempt = AbortSignal.any([run.signal, AbortSignal.timeout(attemptMs)]);
    const outcome = await message.send(attempt);
    if (outcome.kind === 'told') {
      queue.settle(message);
      failures = 0;
      last = { why: 'late' };
    } else if (outcome.kind === 'unfit') {
      if (!queue.shrink(message, outcome.status)) return { why: 'refused', status: outcome.status };
    } else {
      if (run.signal.aborted) return { why: 'stopped' };
      last = attempt.aborted ? { why: 'silent', seconds: Math.ceil(attemptMs / 1_000) } : outcome.failure;
      if (outcome.kind === 'refused' && !attempt.aborted) return last;
      const asked = outcome.kind === 'again' ? outcome.waitMs : undefined;
      const waitMs = Math.max(backoffMs(++failures), asked ?? 0);
      if (Date.now() + waitMs >= run.endsAt) return longWait(asked, run.endsAt) ?? last;
      await delay(waitMs, undefined, { signal: run.signal }).catch(() => undefined);
    }
  }
}

/** A receiver that refuses is asked seldom, and one that asks for time gets it. */
function restMs(failure: NotifyFailure): number {
  if (failure.why === 'busy') return failure.seconds * 1_000;
  return failure.why === 'refused' || failure.why === 'certificate' || failure.why === 'program' ? REFUSED_REST_MS : REST_MS;
}

/** Where what the receiver asks for is the reason. */
function longWait(waitMs: number | undefined, endsAt: number): NotifyFailure | undefined {
  return waitMs !== undefined && Date.now() + waitMs >= endsAt ? { why: 'busy', seconds: Math.ceil(waitMs / 1_000) } : undefined;
}
