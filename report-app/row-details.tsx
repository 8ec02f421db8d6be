import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Finding } from '../src/model/finding.ts';
import { sayIndicator } from '../src/model/indicator.ts';
import { NO_TIME } from '../src/model/story.ts';
import { escapeForTerminal } from '../src/report/escape.ts';
import { tellingOriginalPath } from '../src/report/original-path.ts';
import type { CellName } from '../src/report/html-blocks.ts';
import type { FindingData } from './blocks.ts';
import { copyText, jsonOf } from './export.ts';
import type { Filter } from './filter.ts';
import { markMatched } from './mark.ts';
import { cellOf } from './rows.ts';

/** Of a value so much is shown: longer words take a browser minutes to break. The line is whole. */
const SHOWN_CHARACTERS = 2_000;

export interface RowActions {
  readonly narrow: (filter: Partial<Filter>) => void;
  readonly say: (words: string) => void;
  readonly reveal: (id: string) => void;
}

/** All that is known of one finding; unpacked when it is opened. */
export function RowDetails({
  findings,
  row,
  actions,
}: {
  readonly findings: FindingData;
  readonly row: number;
  readonly actions: RowActions;
}) {
  const [finding, setFinding] = useState<Finding>();
  useEffect(() => {
    let isWanted = true;
    const show = async (): Promise<void> => {
      const found = await findings.finding(row);
      if (isWanted) setFinding(found);
    };
    void show();
    return () => {
      isWanted = false;
    };
  }, [findings, row]);
  if (finding === undefined) return <p class="dim">…</p>;
  const { message, event } = finding;
  const own = (cell: CellName): string => cellOf(findings.rows, cell, row);
  const copy = async (text: string, what: string): Promise<void> => {
    actions.say((await copyText(text)) ? `${what} copied` : 'This browser does not allow to copy');
  };
  return (
    <div class="opened">
      <p class="message">{visible(message)}</p>
      {event.original !== undefined && <RawLine line={event.original} finding={finding} />}
      <Evidence finding={finding} reveal={actions.reveal} />
      <dl class="facts">
        {factsOf(finding).map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} is`}>{visible(value)}</dd>])}
      </dl>
      <p class="buttons">
        {event.original !== undefined && (
          <button type="button" onClick={() => void copy(event.original ?? '', 'Line')}>
            Copy line
          </button>
        )}
        <button type="button" onClick={() => void copy(jsonOf(finding), 'Finding')}>
          Copy as JSON
        </button>
        <button type="button" onClick={() => actions.narrow({ rule: own('rule') })}>
          Only this rule
        </button>
        {own('address') !== '' && (
          <button type="button" onClick={() => actions.narrow({ address: own('address') })}>
            Only this address
          </button>
        )}
        {own('host') !== '' && (
          <button type="button" onClick={() => actions.narrow({ host: own('host') })}>
            Only this host
          </button>
        )}
      </p>
    </div>
  );
}

function visible(text: string): string {
  const more = text.length - SHOWN_CHARACTERS;
  return more <= 0
    ? escapeForTerminal(text)
    : `${escapeForTerminal(text.slice(0, SHOWN_CHARACTERS))}… (${more} more characters: Copy as JSON)`;
}

function RawLine({ line, finding }: { readonly line: string; readonly finding: Finding }) {
  const parts: JSX.Element[] = [];
  let last = 0;
  for (const { from, to } of markMatched(line, finding.matched)) {
    parts.push(
      <span key={last}>{escapeForTerminal(line.slice(last, from))}</span>,
      <mark key={`m${from}`}>{escapeForTerminal(line.slice(from, to))}</mark>,
    );
    last = to;
  }
  return (
    <pre class="raw" aria-label="Line of the log">
      {parts}
      {escapeForTerminal(line.slice(last))}
    </pre>
  );
}

function Evidence({ finding: { matched, correlation }, reveal }: { readonly finding: Finding; readonly reveal: (id: string) => void }) {
  const indicators = new Set(matched.flatMap(({ indicator }) => (indicator === undefined ? [] : [sayIndicator(indicator)])));
  return (
    <>
      {matched.length > 0 && (
        <dl class="matched">
          {matched.map(({ field, value, view }, index) => [
            // oxlint-disable-next-line react/no-array-index-key -- a list that never changes
            <dt key={`${index} name`}>
              {visible(field)}
              {view !== 'raw' && <span class="dim"> ({visible(view)})</span>}
            </dt>,
            <dd key={`${index} value`}>{visible(value)}</dd>,
          ])}
        </dl>
      )}
      {[...indicators].map((words) => (
        <p key={words} class="note">
          {visible(words)}
        </p>
      ))}
      {correlation !== undefined && (
        <ol class="records">
          {correlation.records.map(({ '@timestamp': time, rule, log }, index) => (
            <li key={`${log.file.path}:${log.offset}:${rule.id}`}>
              <time>{visible(time?.replace('T', ' ').replace('Z', '') ?? NO_TIME)}</time>{' '}
              <span class="place">{visible(`${log.file.path}:${log.line}`)}</span>{' '}
              {correlation.findings[index] !== undefined && correlation.findings.length === correlation.records.length && (
                <button type="button" class="link" onClick={() => reveal(correlation.findings[index] ?? '')}>
                  Show in the table
                </button>
              )}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function factsOf(finding: Finding): [name: string, value: string][] {
  const { rule, log, vulnerability, threat, user, network, user_agent: agent, http, event, correlation } = finding;
  const facts: [string, string | undefined][] = [
    ['Place', `${log.file.path}:${log.line}, byte ${log.offset}`],
    ['On the server', tellingOriginalPath(log.file)],
    ['Log type', log.type],
    ['Events', correlation === undefined ? undefined : `${correlation.count}, from ${event.start ?? '?'} to ${event.end ?? '?'}`],
    ['User', user?.name],
    ['Acts for', [user?.effective?.name, user?.effective?.id].filter(Boolean).join(' ') || undefined],
    ['Forwarded for', network?.forwarded_ip],
    ['User agent', agent?.original],
    ['Request id', http?.request?.id],
    ['Vulnerability', vulnerability?.id.join(', ')],
    ['Technique', threat?.technique.id.join(', ')],
    ['Rule', [rule.id, rule.author?.join(', '), rule.license].filter((part) => part !== undefined).join(' · ')],
    ['Finding', finding.id],
  ];
  return facts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]]));
}
