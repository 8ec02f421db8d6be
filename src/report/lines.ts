import { Chalk } from 'chalk';
import type { ReportContext, Reporter } from './reporter.ts';
import { SILENT_REPORTER } from './reporter.ts';
import { colourLevel, readable, safe } from './text-words.ts';

const LEVEL_CHARACTERS = 13;

/** One line a finding, as it is found: for the eye and for `grep`. */
export function createLinesReporter({ hasColour }: ReportContext): Reporter {
  const chalk = new Chalk({ level: hasColour ? 1 : 0 });
  return {
    ...SILENT_REPORTER,
    finding: (finding) => {
      const { '@timestamp': time, rule, host, message, log, baseline } = finding;
      const level = colourLevel(rule.level, chalk)(rule.level.toUpperCase()) + ' '.repeat(LEVEL_CHARACTERS - rule.level.length);
      const when = time === undefined ? 'no time' : readable(time);
      return `${when}  ${level}  ${safe(host?.name ?? '-')}  ${safe(message)}${baseline === 'new' ? '  (new)' : ''}  ${chalk.dim(`(${safe(log.file.path)}:${log.line})`)}\n`;
    },
  };
}
