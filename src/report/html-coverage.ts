import type { Coverage } from '../model/coverage.ts';
import type { Exposure } from '../model/exposure.ts';
import type { HostVerdict } from '../model/verdict.ts';
import { html, type Markup } from './html-markup.ts';
import { findingLink, shortTime } from './html-verdicts.ts';
import { named } from './verdict-text.ts';
import { sayAnomaly, sayExposure, sayGap, sayMissing } from './text-assessment.ts';

/** So many logs of hosts, and sentences about builds, are shown; the others are counted. */
const SHOWN_LOGS = 1_000;
const SHOWN_SENTENCES = 500;
/** Of each log, so many gaps, missing files and anomalies lie open, the others behind them. */
const OPEN_ODDITIES = 8;

interface Oddity {
  readonly host: string;
  readonly log: string;
  readonly words: string;
  readonly near?: string;
  readonly nearFinding?: string;
}

/** What the logs do not show, though they should; nothing where nothing is odd. */
export function missingSection(coverages: readonly Coverage[], verdicts: readonly HostVerdict[]): Markup {
  const logs = coverages.slice(0, SHOWN_LOGS).map((coverage) => ({ coverage, oddities: odditiesOf(coverage) }));
  const odd = logs.filter(({ coverage, oddities }) => oddities.some(({ near }) => near === undefined) || coverage.unreadable.length > 0);
  const lacking = verdicts.filter(({ missing }) => missing.length > 0);
  const near = logs.flatMap(({ oddities }) => oddities.filter((each) => each.near !== undefined));
  return html`<section id="missing" aria-labelledby="missing-title" tabindex="-1">
    <h2 id="missing-title">What is missing</h2>
    ${odd.length + lacking.length + near.length === 0 && html`<p>No gap, missing file or odd time was found in the logs that were read. <a href="#coverage">What was read</a></p>`}
    ${
      near.length > 0 &&
      html`<div class="callout">
        <h3>Possible log deletion</h3>
        <ul>
          ${near
            .slice(0, SHOWN_SENTENCES)
            .map(
              (each) =>
                html`<li>
                  <b>${each.host} ${each.log}</b>: ${each.words}. ${each.near}
                  ${each.nearFinding !== undefined && findingLink(each.nearFinding, 'Show in the table')}
                </li>`,
            )}
        </ul>
      </div>`
    }
    ${
      lacking.length > 0 &&
      html`<ul>
        ${lacking
          .slice(0, SHOWN_SENTENCES)
          .map(
            ({ host, missing }) =>
              html`<li><b>${host?.name ?? '?'}</b>: no log of ${named(missing)}; without it nobody can be called clean</li>`,
          )}
      </ul>`
    }
    ${odd.map(({ coverage, oddities }) => oddLog(coverage, oddities))}
  </section> `;
}

function oddLog({ host, log, unreadable, notListed = 0 }: Coverage, oddities: readonly Oddity[]): Markup {
  const items = [
    // Those near a finding stand above.
    ...oddities.flatMap(({ words, near }) => (near === undefined ? [html`<li>${words}</li>`] : [])),
    ...unreadable.slice(0, SHOWN_SENTENCES).map((path) => html`<li>not read to its end: <span class="place">${path}</span></li>`),
  ];
  const more = notListed + Math.max(0, unreadable.length - SHOWN_SENTENCES);
  return html`<div class="odd">
    <h3><bdi>${host?.name ?? '?'}</bdi> ${log.type}</h3>
    <ul>
      ${items.slice(0, OPEN_ODDITIES)}
    </ul>
    ${
      items.length > OPEN_ODDITIES &&
      html`<details>
        <summary>${items.length - OPEN_ODDITIES} more</summary>
        <ul>
          ${items.slice(OPEN_ODDITIES)}
        </ul>
      </details>`
    }
    ${more > 0 && html`<p class="note">and ${more} more, which are not listed</p>`}
  </div>`;
}

function odditiesOf({ host, log, gaps = [], missingFiles = [], anomalies = [], gapsUnknown }: Coverage): Oddity[] {
  const at = { host: host?.name ?? '?', log: log.type };
  return [
    ...gaps.map((gap): Oddity => {
      const { line, near } = sayGap(gap);
      return {
        ...at,
        words: line,
        ...(near !== undefined && { near }),
        ...(gap.nearFinding !== undefined && { nearFinding: gap.nearFinding }),
      };
    }),
    ...missingFiles.map((missing): Oddity => ({ ...at, words: sayMissing(missing) })),
    ...anomalies.map((anomaly): Oddity => ({ ...at, words: sayAnomaly(anomaly) })),
    ...(gapsUnknown === true ? [{ ...at, words: 'records of too many days to look for gaps in; no server wrote them' }] : []),
  ];
}

/** What was read, log by log, as bars over one line of time. */
export function coverageSection(coverages: readonly Coverage[], verdicts: readonly HostVerdict[]): Markup {
  const axis = axisOf(coverages, verdicts);
  const more = coverages.length - SHOWN_LOGS;
  return html`<section id="coverage" aria-labelledby="coverage-title" tabindex="-1">
    <h2 id="coverage-title">What was read</h2>
    ${coverages.length === 0 && html`<p>No log was read: that says nothing of any server.</p>`}
    ${
      axis !== undefined &&
      html`<p class="key">
        <svg class="bar" viewBox="0 0 24 12" aria-hidden="true">
          <rect class="track" width="24" height="12" />
          <rect class="read" width="24" height="12" />
        </svg>
        records
        <svg class="bar" viewBox="0 0 24 12" aria-hidden="true">
          <rect class="track" width="24" height="12" />
          <rect class="gap" width="24" height="12" />
        </svg>
        silent
        <svg class="bar" viewBox="0 0 24 12" aria-hidden="true">
          <rect class="track" width="24" height="12" />
          <rect class="near" width="24" height="12" />
        </svg>
        silent near a finding <span class="axis">${day(axis.from)} to ${day(axis.to)}, UTC</span>
      </p>`
    }
    <ul class="logs">
      ${coverages.slice(0, SHOWN_LOGS).map((coverage) => logItem(coverage, axis))}
    </ul>
    ${more > 0 && html`<p class="note">${more} more logs are not shown here; -o jsonl=FILE writes them all.</p>`}
  </section> `;
}

function logItem(coverage: Coverage, axis: Axis | undefined): Markup {
  const {
    host,
    log,
    parts = [],
    files,
    lines,
    records,
    rejected,
    first,
    last,
    blind,
    partlyBlind = [],
    gaps = [],
    missingFiles = [],
  } = coverage;
  const number = (count: number): string => count.toLocaleString('en-US');
  const odd = [
    gaps.length > 0 && plural(gaps.length, 'gap'),
    missingFiles.length > 0 &&
      `${plural(
        missingFiles.reduce((sum, each) => sum + each.files, 0),
        'file',
      )} missing`,
    coverage.anomalies !== undefined && coverage.anomalies.length > 0 && `${coverage.anomalies.length} with odd times`,
    coverage.unreadable.length > 0 && `${plural(coverage.unreadable.length, 'file')} not read to the end`,
    rejected > 0 && `${plural(rejected, 'line')} rejected`,
    blind.length > 0 && `${plural(blind.length, 'rule')} blind`,
    partlyBlind.length > 0 && `${plural(partlyBlind.length, 'rule')} blind in part`,
  ].filter((words) => words !== false);
  const span = first === undefined ? 'no record has a time' : `${shortTime(first)} to ${shortTime(last)}`;
  return html`<li>
    <div class="name">
      <b><bdi>${host?.name ?? '?'}</bdi></b>
      ${log.type}${parts.length > 0 && html` <span class="dim">${parts.slice(0, 6).join(', ')}${parts.length > 6 && ` and ${parts.length - 6} more`}</span>`}
    </div>
    ${axis !== undefined && bar(coverage, axis, `${host?.name ?? '?'} ${log.type}: ${span}${gaps.length > 0 ? `, ${plural(gaps.length, 'gap')}` : ''}`)}
    <div class="facts">
      <span class="time">${span}</span> · ${plural(files, 'file')} · ${number(lines)} lines · ${number(records)}
      records${odd.length > 0 && html` · <strong>${odd.join(', ')}</strong>`}
    </div>
  </li>`;
}

interface Axis {
  readonly from: number;
  readonly to: number;
}

/** From the first to the last of the logs that decide, where there are any: one record of a wrong year would squeeze all bars. */
function axisOf(coverages: readonly Coverage[], verdicts: readonly HostVerdict[]): Axis | undefined {
  const ofVerdicts = extent(verdicts.flatMap(({ from, to }) => [from, to]));
  const regular = coverages.filter(({ anomalies = [] }) => anomalies.every(({ kind }) => kind !== 'far-off'));
  return (
    ofVerdicts ??
    extent(regular.flatMap(({ first, last }) => [first, last])) ??
    extent(coverages.flatMap(({ first, last }) => [first, last]))
  );
}

function extent(times: readonly (string | undefined)[]): Axis | undefined {
  const [from, to] = times.reduce<readonly [number, number]>(
    ([least, most], time) => {
      const value = Date.parse(time ?? '');
      return Number.isNaN(value) ? [least, most] : [Math.min(least, value), Math.max(most, value)];
    },
    [Infinity, -Infinity],
  );
  return from < to ? { from, to } : undefined;
}

const BAR = 1_000;

/** SVG, because its places are attributes and no styles. */
function bar({ first, last, gaps = [] }: Coverage, { from, to }: Axis, label: string): Markup {
  const place = (time: string): number => {
    const share = (Date.parse(time) - from) / (to - from);
    return Number.isNaN(share) ? 0 : Math.round(Math.min(1, Math.max(0, share)) * BAR);
  };
  const rect = (name: string, start: string, end: string): Markup => {
    const x = place(start);
    return html`<rect class="${name}" x="${x}" y="0" width="${Math.max(2, place(end) - x)}" height="12" />`;
  };
  return html`<svg class="bar" role="img" aria-label="${label}" viewBox="0 0 ${BAR} 12" preserveAspectRatio="none">
    <rect class="track" width="${BAR}" height="12" />
    ${
      first !== undefined && last !== undefined && rect('read', first, last)
    }${gaps.map((gap) => rect(gap.nearFinding === undefined ? 'gap' : 'near', gap.from, gap.to))}
  </svg>`;
}

/** Which builds of Exchange ran, and what they were open to. */
export function exposureSection(exposures: readonly Exposure[]): Markup {
  const sentences = exposures.flatMap(sayExposure);
  return html`<section id="exposure" aria-labelledby="exposure-title" tabindex="-1">
    <h2 id="exposure-title">Builds of Exchange</h2>
    ${sentences.length === 0 && html`<p>No log names a build of Exchange.</p>`}
    <ul>
      ${sentences.slice(0, SHOWN_SENTENCES).map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
    ${sentences.length > SHOWN_SENTENCES && html`<p class="note">and ${sentences.length - SHOWN_SENTENCES} more; -o jsonl=FILE writes them all</p>`}
  </section> `;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
