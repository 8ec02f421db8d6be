import { spawn } from 'node:child_process';
import { LEVELS } from '../model/rule.ts';
import { VERDICTS } from '../model/verdict.ts';
import { escapeForTerminal } from '../report/escape.ts';
import type { Channel, Outcome, Telling } from './channel.ts';
import { cutText } from './essentials.ts';
import { textAt } from './json.ts';
import { codeOf } from './references.ts';
import type { EventLogTarget } from './target.ts';

/** One event counts so many; one run seldom has more. */
const MOST_RECORDS = 10_000;
/** What `eventcreate` takes at most of a description is more. */
const LIMIT_BYTES = 1_024;
const SAID_CHARACTERS = 300;
const SAID_BYTES = 4_096;

/** Event ids, which `eventcreate` wants between 1 and 1000: 100 to 104 by the worst level, 110 where there is but a verdict. */
const FIRST_ID = 100;
const VERDICT_ID = 110;

/** One event for all that is new, in the Application log: how many, how bad. Nothing out of a log stands in it. */
export function eventLogChannel({ program }: EventLogTarget): Channel {
  return {
    most: MOST_RECORDS,
    limitBytes: LIMIT_BYTES,
    isConfirmed: true,
    prepare: (tellings) => ({
      count: tellings.length,
      cut: 0,
      send: async (signal) => await run(program, argumentsOf(tellings), signal),
    }),
  };
}

/** The words after `eventcreate`. Only numbers differ, and words of ours. */
function argumentsOf(tellings: readonly Telling[]): string[] {
  const levels = countOf(tellings, LEVELS, 'rule', 'level');
  const verdicts = countOf(tellings, VERDICTS, 'verdict');
  const findings = tellings.filter(({ record }) => textAt(record, 'record') === 'finding').length;
  const worst = LEVELS.findLastIndex((level) => levels.has(level));
  const isBad = worst >= LEVELS.indexOf('high') || verdicts.has('exploited') || verdicts.has('compromised');
  const isOdd = worst >= LEVELS.indexOf('low') || verdicts.has('attempted');
  const parts = [
    `exhunt has ${findings} new findings`,
    ...(levels.size > 0 ? [`by level: ${listOf(levels)}`] : []),
    ...(verdicts.size > 0 ? [`hosts by verdict: ${listOf(verdicts)}`] : []),
  ];
  return [
    '/L',
    'APPLICATION',
    '/SO',
    'exhunt',
    '/ID',
    String(worst === -1 ? VERDICT_ID : FIRST_ID + worst),
    '/T',
    isBad ? 'ERROR' : isOdd ? 'WARNING' : 'INFORMATION',
    '/D',
    `${parts.join('; ')}. The reports of this run have them.`,
  ];
}

/** How many have each of these words, the worst first; other words are nobody's. */
function countOf(tellings: readonly Telling[], words: readonly string[], ...keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { record } of tellings) {
    const word = textAt(record, ...keys) ?? '';
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return new Map(words.toReversed().flatMap((word) => (counts.has(word) ? [[word, counts.get(word) ?? 0] as const] : [])));
}

function listOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

/** Without a shell. */
async function run(program: string, words: readonly string[], signal: AbortSignal): Promise<Outcome> {
  return await new Promise<Outcome>((resolve) => {
    const child = spawn(program, words, { shell: false, windowsHide: true, stdio: ['ignore', 'pipe', 'pipe'], signal });
    let said = '';
    const listen = (chunk: Buffer): void => void (said += said.length < SAID_BYTES ? chunk.toString('utf8') : '');
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', (error) => resolve(failed(`eventcreate cannot be run (${codeOf(error)})`)));
    child.once('close', (code) => resolve(code === 0 ? { kind: 'told' } : failed(`eventcreate ended with ${code}: ${tidy(said)}`)));
  });
}

/** It says the same a second later: another source of this name, or no right to write the log. */
function failed(text: string): Outcome {
  return { kind: 'refused', failure: { why: 'program', text } };
}

function tidy(said: string): string {
  const line = said
    .split(/\r?\n/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .join(' ');
  return line === '' ? 'it said nothing' : escapeForTerminal(cutText(line, SAID_CHARACTERS));
}
