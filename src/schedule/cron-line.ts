import { checkText, ScheduleError, type Job } from './job.ts';
import { checkUser } from './systemd-units.ts';

/** What the oldest cron takes. */
const MOST_CHARACTERS = 998;
/** Away from the full hour, when all others begin. */
const MINUTE = 7;
/** Of what runs once a day. */
const HOUR = 3;

/**
 * A line for `crontab`, or with a user for a file in `/etc/cron.d`. cron mails what a run prints: nothing, unless something is wrong.
 *
 * @throws {ScheduleError}
 */
export function cronLine({ words, everyMinutes, user }: Job): string {
  const command = `nice -n 10 ${words.map(quoteForShell).join(' ')}`;
  if (command.includes('\\')) throw new ScheduleError('one cron keeps a backslash and another takes it away: name files without any');
  const line = `${when(everyMinutes)} ${user === undefined ? '' : `${checkUser(user)} `}${command.replaceAll('%', String.raw`\%`)}`;
  if (line.length > MOST_CHARACTERS)
    throw new ScheduleError(`cron takes no more than ${MOST_CHARACTERS} characters a line: put settings into a file, --config FILE`);
  return `# exhunt: traces of compromise in Microsoft Exchange logs\n${line}\n`;
}

function when(minutes: number): string {
  const hours = minutes / 60;
  if (60 % minutes === 0) return `${minutes === 60 ? MINUTE : minutes === 1 ? '*' : `*/${minutes}`} * * * *`;
  if (Number.isInteger(hours) && 24 % hours === 0) return hours === 24 ? `${MINUTE} ${HOUR} * * *` : `${MINUTE} */${hours} * * *`;
  if (hours === 168) return `${MINUTE} ${HOUR} * * 0`;
  throw new ScheduleError(
    '--every: cron counts from the full hour and the full day: choose a part of an hour (15m), of a day (6h), 1d or 7d',
  );
}

/** A word as a POSIX shell takes it apart, without a backslash: it means something to some crons. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(checkText(word)) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
