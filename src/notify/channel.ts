import type { NotifyFailure } from '../model/notify-problem.ts';
import type { JsonObject } from './json.ts';

/** A notice that was read: its line, and what stands in it. */
export interface Telling {
  readonly number: number;
  readonly text: string;
  readonly record: JsonObject;
}

/** How a message ended. `again`: perhaps later. `refused`: not in this run. `unfit`: this one; fewer records at once may do. */
export type Outcome =
  | { readonly kind: 'told' }
  | { readonly kind: 'again'; readonly failure: NotifyFailure; readonly waitMs?: number }
  | { readonly kind: 'refused'; readonly failure: NotifyFailure }
  | { readonly kind: 'unfit'; readonly status: number };

/** What goes to a receiver at once. */
export interface Message {
  /** How many of the tellings are in it: the first so many. */
  readonly count: number;
  /** Of them, how many lost text to a limit. */
  readonly cut: number;
  /** Never rejects for what the other side does. */
  readonly send: (signal: AbortSignal) => Promise<Outcome>;
}

/** A way to a receiver. */
export interface Channel {
  /** Records at once, at most. */
  readonly most: number;
  /** Bytes of a message, at most. */
  readonly limitBytes: number;
  /** Whether it answers. */
  readonly isConfirmed: boolean;
  /** @param isShort whether each record is cut to its essentials */
  readonly prepare: (tellings: readonly Telling[], isShort: boolean) => Message;
  /** Lets go of what it keeps open. */
  readonly close?: () => Promise<void>;
}
