/**
 * Why a receiver was not told. `unreachable`: what the system called it. `certificate`: of the receiver, or ours. `status`: an answer that may be another
 * next time; `refused`: one that will not. `closed`: the connection, before all was said. `silent`: no answer in time. `late`: the time for telling was
 * over. `stopped`: the user ended the run. `program`: what it said.
 */
export type NotifyFailure =
  | { readonly why: 'unreachable' | 'certificate'; readonly code: string }
  | { readonly why: 'status' | 'refused'; readonly status: number }
  | { readonly why: 'silent' | 'busy'; readonly seconds: number }
  | { readonly why: 'closed' | 'late' | 'stopped' }
  | { readonly why: 'program'; readonly text: string };

/** What happened when a receiver was told; the place is the receiver. */
export type NotifyProblem =
  | { readonly code: 'NOTIFY_TOLD'; readonly count: number }
  /** It does not say whether anything arrived. */
  | { readonly code: 'NOTIFY_UNCONFIRMED'; readonly count: number }
  | { readonly code: 'NOTIFY_CUT'; readonly count: number; readonly limitBytes: number }
  | { readonly code: 'NOTIFY_WAITING'; readonly count: number; readonly failure: NotifyFailure }
  /** Left out for good, since it took what came behind; `status` is left out where the record itself is none. */
  | { readonly code: 'NOTIFY_SET_ASIDE'; readonly id: string; readonly status?: number };

export const NOTIFY_SEVERITIES = {
  NOTIFY_TOLD: 'info',
  NOTIFY_UNCONFIRMED: 'info',
  NOTIFY_CUT: 'warning',
  NOTIFY_WAITING: 'warning',
  NOTIFY_SET_ASIDE: 'error',
} as const satisfies Record<NotifyProblem['code'], string>;
