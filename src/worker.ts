import { parentPort, workerData } from 'node:worker_threads';
import { remakeIndicatorRules } from './indicators/source.ts';
import type { WorkerOrder, WorkerStart, WorkerWord } from './jobs/messages.ts';
import { Pace } from './jobs/pace.ts';
import { PieceReader } from './jobs/piece-reader.ts';
import type { Piece } from './jobs/piece.ts';
import type { FeedingMatch } from './model/feeding-match.ts';
import type { Finding } from './model/finding.ts';
import { sendFindings, sendMatches } from './packed-finding.ts';
import { remakeRule } from './sigma/load-documents.ts';
import { trustExpressions } from './sigma/regex.ts';
import { yaraRulesOf } from './yara/rules.ts';

/** Words under way that hold findings: a flood of findings waits here until there is room for it. */
const MOST_UNDER_WAY = 2;
/** So many characters of log are in the findings of a word, or little more: they stand there several times, and a text must not grow too long. */
const WORD_CHARACTERS = 1_048_576;
/** Bytes of log between two words about progress. */
const PROGRESS_BYTES = 8_388_608;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- given by crew.ts
const { rules, indicators, expressions, maxCpu, options } = workerData as WorkerStart;
trustExpressions(expressions);
const reader = new PieceReader(
  [
    ...rules.map(remakeRule),
    ...indicators.flatMap(({ source, ids }) => remakeIndicatorRules(source, ids)),
    ...(options.yara ?? []).flatMap((source) => yaraRulesOf(source)),
  ],
  options,
);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has none
const say = (word: WorkerWord): void => parentPort?.postMessage(word);
let underWay = 0;
let isStopped = false;
let goOn: (() => void) | undefined;
const pace = maxCpu === undefined ? undefined : new Pace(maxCpu, () => isStopped);

parentPort?.on('message', (order: WorkerOrder) => {
  if (order.kind === 'read') void read(order.piece);
  else {
    if (order.kind === 'stop') isStopped = true;
    else underWay -= 1;
    goOn?.();
  }
});

/** One word was taken, or more. */
function roomForMore(): Promise<void> {
  return new Promise((resolve) => {
    goOn = resolve;
  });
}

async function read(piece: Piece): Promise<void> {
  pace?.resume();
  let findings: Finding[] = [];
  let feeding: FeedingMatch[] = [];
  let [bytes, characters] = [0, 0];
  const tell = (): void => {
    say({
      kind: 'progress',
      bytes,
      findings: findings.length === 0 ? undefined : sendFindings(findings),
      feeding: feeding.length === 0 ? undefined : sendMatches(feeding),
    });
    underWay += 1;
    findings = [];
    feeding = [];
    [bytes, characters] = [0, 0];
  };
  const reading = await reader.read(piece, {
    onFinding: (finding) => {
      findings.push(finding);
      characters += finding.event.original?.length ?? 0;
      if (characters >= WORD_CHARACTERS) tell();
    },
    onFeed: (match) => feeding.push(match),
    onBlock: (more) => {
      bytes += more;
      if (findings.length > 0 || feeding.length > 0 || bytes >= PROGRESS_BYTES) tell();
    },
    onHead: (state) => say({ kind: 'head', state }),
    beforeBlock: async () => {
      if (pace?.isDue === true) await pace.rest();
      if (underWay >= MOST_UNDER_WAY) {
        await roomForMore();
        pace?.resume();
      }
      return !isStopped;
    },
  });
  tell();
  say({ kind: 'read', reading });
}
