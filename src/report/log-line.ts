import { LEVELS } from '../model/rule.ts';
import { VERDICTS, type HostVerdict } from '../model/verdict.ts';
import { escapeForTerminal } from './escape.ts';
import { SILENT_REPORTER, type ReportContext, type Reporter } from './reporter.ts';

/** Hosts that are named, the worst first; the others are counted. */
const NAMED_HOSTS = 5;

/** One line a run, for the log of a scheduled task: `name=value`, the time first. */
export function createLogLineReporter({ time }: ReportContext): Reporter {
  const verdicts: HostVerdict[] = [];
  return {
    ...SILENT_REPORTER,
    verdict: (verdict) => {
      verdicts.push(verdict);
      return '';
    },
    end: ({ findings, byLevel, baseline, suppressed, files, lines, bytes, complete, exitCode, durationMs }) => {
      const fresh = baseline?.byLevel ?? byLevel;
      const levels = LEVELS.toReversed().flatMap((level) => ((fresh[level] ?? 0) > 0 ? [`${level}:${fresh[level]}`] : []));
      const parts = {
        verdict: sayVerdicts(verdicts),
        new: levels.join(',') || 'none',
        findings,
        ...(suppressed !== undefined && { suppressed: suppressed.findings }),
        files,
        lines,
        bytes,
        complete: complete ? 'yes' : 'no',
        exit: exitCode,
        ms: durationMs,
      };
      const said = Object.entries(parts).map(([name, value]) => `${name}=${value}`);
      return `${[...(time === undefined ? [] : [time]), 'exhunt', ...said].join(' ')}\n`;
    },
  };
}

/** `compromised:EX01,clean:EX02`; `none` where there is no host. */
function sayVerdicts(verdicts: readonly HostVerdict[]): string {
  const worstFirst = verdicts.toSorted((a, b) => rank(b) - rank(a));
  const named = worstFirst
    .slice(0, NAMED_HOSTS)
    .map(({ host, verdict }) => `${verdict.replaceAll(' ', '-')}:${oneWord(host?.name ?? '-')}`);
  const more = worstFirst.length - named.length;
  return [...named, ...(more > 0 ? [`+${more}`] : [])].join(',') || 'none';
}

function rank({ verdict }: HostVerdict): number {
  return VERDICTS.findIndex((each) => each === verdict);
}

/** A name of a host comes from logs and paths: nothing in it looks like another part of the line. */
function oneWord(name: string): string {
  return escapeForTerminal(name).replaceAll(/[\s,:=]/gu, '_');
}
