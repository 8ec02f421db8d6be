import type { ChalkInstance } from 'chalk';
import { LEVELS } from '../model/rule.ts';
import { NO_TIME, type Story, type StoryStep } from '../model/story.ts';
import { escapeForTerminal as safe } from './escape.ts';

/** So many stories are told, the gravest and earliest; all stand in JSON Lines. */
const TOLD = 8;
const TOLD_STEPS = 10;

/** What happened, step by step. */
export function describeStories(stories: readonly Story[], chalk: ChalkInstance): string {
  if (stories.length === 0) return '';
  const sorted = graveStories(stories);
  if (sorted.length === 0) return '';
  const more = sorted.length > TOLD ? [`  and ${sorted.length - TOLD} more stories; -o jsonl=FILE writes them all`] : [];
  return `${[chalk.bold('What happened'), ...sorted.slice(0, TOLD).flatMap((story) => describeStory(story, chalk)), ...more].join('\n')}\n`;
}

/** Those of level medium and above, the gravest and earliest first. */
export function graveStories(stories: readonly Story[]): Story[] {
  const grave = stories.filter(({ chain }) => chain.level !== 'low' && chain.level !== 'informational');
  return grave.toSorted((a, b) => LEVELS.indexOf(b.chain.level) - LEVELS.indexOf(a.chain.level) || (a.from < b.from ? -1 : 1));
}

/** `ProxyLogon, Then Its Web Shell Used`, and where and when. Not escaped. */
export function sayStory({ chain, host, actors, from, to }: Story): { readonly title: string; readonly where: string } {
  const where = [host && `on ${host.name}`, actors.length > 0 && `from ${actors.join(', ')}`, `${readable(from)} to ${readable(to)}`];
  return {
    title: chain.name.replace(/^Chain: /, ''),
    where: where.filter((part) => part !== undefined && part !== false).join(', '),
  };
}

function describeStory(story: Story, chalk: ChalkInstance): string[] {
  const { steps, more, missing } = story;
  const { title, where } = sayStory(story);
  const rest = steps.length - TOLD_STEPS + more;
  return [
    `  ${chalk.bold(safe(title))}`,
    `    ${safe(where)}`,
    ...steps.slice(0, TOLD_STEPS).flatMap((step) => describeStep(step, chalk)),
    ...(rest > 0 ? [chalk.dim(`      and ${rest} more`)] : []),
    ...(missing.length > 0 ? [chalk.dim(`      not seen: ${safe(missing.join('; '))}`)] : []),
  ];
}

function describeStep({ '@timestamp': time, file: kept, stage, name, log, also = [] }: StoryStep, chalk: ChalkInstance): string[] {
  return [
    `      ${time === undefined ? NO_TIME : readable(time)}  ${(stage ?? '').padEnd(8)}  ${safe(name)}`,
    ...[log, ...also].map(({ file, line }) => chalk.cyan(`        ${safe(`${file.path}:${line}`)}`)),
    ...(kept === undefined ? [] : [chalk.dim(`        ${sayWritten(kept)}`)]),
  ];
}

/** Of a file in a story: a copy may have another time than the file had, and an intruder may have set it. */
export function sayWritten({ mtime }: { readonly mtime: string }): string {
  return `written to last ${readable(mtime)}, as the copy has it`;
}

/** Without the marks of ISO 8601. */
export function readable(time: string): string {
  return safe(time.replace('T', ' ').replace('Z', ''));
}
