import type { NotifyFailure, NotifyProblem } from '../model/notify-problem.ts';
import type { Problem } from '../model/diagnostic.ts';

export function isNotifyProblem(problem: Problem): problem is NotifyProblem {
  return problem.code.startsWith('NOTIFY_');
}

/** What happened when a receiver was told, in words. */
export function describeNotify(problem: NotifyProblem): string {
  switch (problem.code) {
    case 'NOTIFY_TOLD':
      return `was told ${problem.count}`;
    case 'NOTIFY_UNCONFIRMED':
      return `was sent ${problem.count} by UDP, which does not say whether anything arrived; syslog+tcp and syslog+tls do better`;
    case 'NOTIFY_CUT':
      return `${problem.count} were longer than a message may be (${problem.limitBytes} bytes), and were told without their log lines; the id finds them in the reports`;
    case 'NOTIFY_WAITING':
      return `${problem.count} wait to be told: ${describeFailure(problem.failure)}; the next run tries again`;
    case 'NOTIFY_SET_ASIDE':
      return problem.status === undefined
        ? `${problem.id} is no record that can be read, and is not told`
        : `refused ${problem.id} alone and without its log line (HTTP ${problem.status}), but took what came behind: it is not told again; the reports have it`;
  }
}

function describeFailure(failure: NotifyFailure): string {
  switch (failure.why) {
    case 'unreachable':
      return `it cannot be reached (${failure.code})`;
    case 'certificate':
      return `the certificate is not trusted or does not fit (${failure.code}); --notify-ca FILE names one that is`;
    case 'status':
      return `it answers HTTP ${failure.status}`;
    case 'refused':
      return failure.status >= 300 && failure.status < 400
        ? `it sends elsewhere (HTTP ${failure.status}), which is not followed`
        : `it refuses (HTTP ${failure.status})`;
    case 'busy':
      return `it asks to wait ${failure.seconds} s, which is longer than this run does`;
    case 'silent':
      return `it did not answer within ${failure.seconds} s`;
    case 'closed':
      return 'it closed the connection before all was said';
    case 'late':
      return 'the time for telling was over';
    case 'stopped':
      return 'the run was stopped';
    case 'program':
      return failure.text;
  }
}
