import type { ChalkInstance } from 'chalk';
import type { Finding } from '../model/finding.ts';
import type { Suppressed, Suppression, SuppressionSource } from '../model/suppression.ts';
import { escapeForTerminal as safe } from './escape.ts';
import type { ReportContent } from './report.ts';
import type { Reporter } from './reporter.ts';

/** So many filters and entries are named; the others are counted. */
const NAMED = 20;

/**
 * The findings that a report is given: the native one all of them as they are, the others those that count; suppressed ones only where they are asked
 * for, and then each says so in its message, whatever else the format makes of them.
 */
export function* shownFindings(
  { isNative }: Pick<Reporter, 'isNative'>,
  { findings, showsSuppressed = false }: Pick<ReportContent, 'findings' | 'showsSuppressed'>,
): Generator<Finding> {
  for (const finding of findings) {
    const { suppression, message } = finding;
    if (suppression === undefined || isNative === true) yield finding;
    else if (showsSuppressed) yield { ...finding, message: `[suppressed: ${whySuppressed(suppression)}] ${message}` };
  }
}

/** In a few words. */
export function whySuppressed({ by, name, reason, file, line }: Suppression): string {
  return `${by === 'filter' ? `filter ${name ?? ''}` : (reason ?? '')}, ${file}:${line}`;
}

/**
 * How many findings were suppressed, and by what; nothing where nothing could.
 *
 * @param areShown whether they stand above
 */
export function describeSuppressions(
  suppressed: Suppressed | undefined,
  sources: readonly SuppressionSource[],
  { chalk, areShown }: { readonly chalk: ChalkInstance; readonly areShown: boolean },
): string {
  if (suppressed === undefined) return '';
  const hint = areShown ? '' : '; --show-suppressed shows them';
  const title = saySuppressed(suppressed);
  const lines = sourceLines(sources).map((line) => `  ${safe(line)}\n`);
  return `${chalk.bold(title)}${suppressed.findings > 0 ? `, in no verdict and no count${hint}` : ''}\n${lines.join('')}`;
}

export function saySuppressed({ findings }: Suppressed): string {
  return `${plural(findings, 'finding')} suppressed`;
}

/** What the filters and entries did, those that did the most first. */
export function sourceLines(sources: readonly SuppressionSource[]): string[] {
  const used = sources.filter(({ findings, matches }) => findings + matches > 0).toSorted((a, b) => b.findings - a.findings);
  const unused = sources.length - used.length;
  const more = used.length > NAMED ? [`and ${used.length - NAMED} other filters and entries; -o jsonl=FILE lists them all`] : [];
  return [
    ...used.slice(0, NAMED).map(describeSource),
    ...more,
    ...(unused > 0 ? [`${unused} of ${sources.length} filters and entries suppressed nothing`] : []),
  ];
}

function describeSource({ by, name, reason, until, author, file, line, findings, matches }: SuppressionSource): string {
  const who = by === 'filter' ? `filter ${name ?? ''} (${file}:${line})` : `${file}:${line}`;
  const facts = [reason, until && `until ${until}`, author && `by ${author}`].filter((fact) => fact !== undefined && fact !== '');
  const kept = matches > 0 ? `, and ${plural(matches, 'match', 'matches')} kept from correlations` : '';
  return `${findings.toLocaleString('en-US')} by ${who}${kept}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}`;
}

function plural(count: number, noun: string, several = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : several}`;
}
