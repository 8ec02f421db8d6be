import type { Coverage, Summary } from '../model/coverage.ts';
import { SEVERITY_NAMES, type Severity, type ShownDiagnostic } from '../model/diagnostic.ts';
import type { Finding } from '../model/finding.ts';
import type { RanRule } from '../model/ran-rule.ts';
import { LEVELS } from '../model/rule.ts';
import { describeDiagnostic } from './describe.ts';
import { sayLeftOut, type LeftOut } from './html-blocks.ts';
import { html, type Markup, type Piece } from './html-markup.ts';
import { countsByLevel, levelBadge } from './html-verdicts.ts';

/** So many rules are told apart, and so many problems of each severity are listed; the others are counted. */
const TOLD_RULES = 5_000;
const LISTED_PROBLEMS = 500;
const BLIND_LOGS = 8;

interface Found {
  readonly rule: RanRule;
  count: number;
}

/** How often which rule found something. */
export class RuleCounts {
  readonly #found = new Map<string, Found>();
  #others = 0;

  add({ rule }: Finding): void {
    const found = this.#found.get(rule.id);
    if (found !== undefined) found.count += 1;
    else if (this.#found.size < TOLD_RULES) this.#found.set(rule.id, { rule, count: 1 });
    else this.#others += 1;
  }

  /** @param rules all that ran, where that is known */
  section(rules: readonly RanRule[], coverages: readonly Coverage[], { rules: ran }: Summary): Markup {
    const found = [...this.#found.values()].toSorted(
      (a, b) => LEVELS.indexOf(b.rule.level) - LEVELS.indexOf(a.rule.level) || b.count - a.count,
    );
    const blind = blindOf(coverages);
    const byId = new Map(rules.map((rule) => [rule.id, rule]));
    const silent = rules.filter(({ id }) => !this.#found.has(id));
    return html`<section id="rules" aria-labelledby="rules-title" tabindex="-1">
      <h2 id="rules-title">Rules</h2>
      <p>
        ${ran.toLocaleString('en-US')} rules ran; ${this.#found.size.toLocaleString('en-US')} of them found something, and ${blind.length}
        could not match in some log, because it lacks a field that they need.
      </p>
      ${
        found.length > 0 &&
        ruleTable(
          'Rules that found something',
          found.map(({ rule, count }) => ruleRow(rule, count.toLocaleString('en-US'))),
          'Findings',
        )
      }
      ${this.#others > 0 && html`<p class="note">${this.#others} findings are of rules beyond the first ${TOLD_RULES}; -o jsonl=FILE writes them all.</p>`}
      ${
        blind.length > 0 &&
        html`<details id="blind">
          <summary>
            <h3>Blind rules</h3>
            <span class="dim">${blind.length}</span>
          </summary>
          ${ruleTable(
            'Rules that were blind',
            blind.map(({ id, logs, isPartly }) => ruleRow(byId.get(id) ?? id, `${isPartly ? 'in part: ' : ''}${logs}`)),
            'Blind in',
          )}
        </details>`
      }
      ${
        silent.length > 0 &&
        html`<details>
          <summary>
            <h3>Rules that ran and found nothing</h3>
            <span class="dim">${silent.length}</span>
          </summary>
          ${ruleTable(
            'Rules that found nothing',
            silent.map((rule) => ruleRow(rule, '0')),
            'Findings',
          )}
        </details>`
      }
      ${rules.length === 0 && html`<p class="note">The report that this was made of does not name the rules that found nothing.</p>`}
    </section> `;
  }
}

function ruleTable(caption: string, rows: readonly Markup[], last: string): Markup {
  const more = rows.length - TOLD_RULES;
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Level</th>
          <th scope="col">Rule</th>
          <th scope="col">Stage</th>
          <th scope="col">${last}</th>
          <th scope="col">Id and origin</th>
        </tr>
      </thead>
      <tbody>
        ${rows.slice(0, TOLD_RULES)}
      </tbody>
    </table>
    ${more > 0 && html`<p class="note">and ${more} more; -o jsonl=FILE writes them all</p>`}
  </div>`;
}

function ruleRow(rule: RanRule | string, last: string): Markup {
  if (typeof rule === 'string')
    return html`<tr>
      <td>-</td>
      <th scope="row">${rule}</th>
      <td>-</td>
      <td>${last}</td>
      <td class="id">${rule}</td>
    </tr>`;
  const { id, name, level, stage, author, license } = rule;
  const origin = [author?.join(', '), license].filter((part) => part !== undefined && part !== '').join(' · ');
  return html`<tr>
    <td>${levelBadge(level)}</td>
    <th scope="row">${name}</th>
    <td>${stage === undefined ? '-' : html`<span class="stage s-${stage}">${stage}</span>`}</td>
    <td>${last}</td>
    <td><span class="id">${id}</span>${origin !== '' && html`<br /><span class="dim">${origin}</span>`}</td>
  </tr>`;
}

function blindOf(coverages: readonly Coverage[]): { readonly id: string; readonly logs: string; readonly isPartly: boolean }[] {
  const wholly = new Map<string, Set<string>>();
  const partly = new Map<string, Set<string>>();
  const note = (where: Map<string, Set<string>>, id: string, log: string): void => {
    const logs = where.get(id) ?? new Set();
    where.set(id, logs.add(log));
  };
  for (const { host, log, blind, partlyBlind = [] } of coverages) {
    const name = `${host?.name ?? '?'} ${log.type}`;
    for (const id of blind) note(wholly, id, name);
    for (const id of partlyBlind) note(partly, id, name);
  }
  const told = (logs: ReadonlySet<string>): string =>
    logs.size > BLIND_LOGS ? `${[...logs].slice(0, BLIND_LOGS).join(', ')} and ${logs.size - BLIND_LOGS} more` : [...logs].join(', ');
  return [
    ...[...wholly].map(([id, logs]) => ({ id, logs: told(logs), isPartly: false })),
    ...[...partly].filter(([id]) => !wholly.has(id)).map(([id, logs]) => ({ id, logs: told(logs), isPartly: true })),
  ];
}

/** Problems, some of each severity. */
export class Problems {
  readonly #listed: Record<Severity, string[]> = { error: [], warning: [], info: [] };
  readonly #counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 };

  add({ diagnostic, more }: ShownDiagnostic): void {
    const { severity } = diagnostic;
    this.#counts[severity] += 1 + more;
    if (this.#listed[severity].length >= LISTED_PROBLEMS) return;
    const words = describeDiagnostic(diagnostic);
    this.#listed[severity].push(more > 0 ? `${words} (and ${more} more of the kind in this file)` : words);
  }

  section(): Markup {
    const names = { error: 'Errors', warning: 'Warnings', info: 'Notes' } as const satisfies Record<Severity, string>;
    const counts = this.#counts;
    return html`<section id="problems" aria-labelledby="problems-title" tabindex="-1">
      <h2 id="problems-title">Problems</h2>
      ${SEVERITY_NAMES.every((severity) => counts[severity] === 0) && html`<p>None.</p>`}
      ${SEVERITY_NAMES.filter((severity) => counts[severity] > 0).map((severity) => {
        const listed = this.#listed[severity];
        return html`<details ${severity === 'error' && html`open`}>
          <summary>
            <h3>${names[severity]}</h3>
            <span class="dim">${counts[severity].toLocaleString('en-US')}</span>
          </summary>
          <ul class="problems">
            ${listed.map((words) => html`<li>${words}</li>`)}
          </ul>
          ${listed.length === LISTED_PROBLEMS && html`<p class="note">No more than ${LISTED_PROBLEMS} are listed; -o jsonl=FILE writes the others.</p>`}
        </details> `;
      })}
    </section> `;
  }
}

/** Numbers at the top: how much was found, and in how much. */
export function summaryTiles(summary: Summary, verdicts: readonly { readonly verdict: string }[]): Markup {
  const { findings, byLevel, files, lines, bytes, rules, complete, span } = summary;
  const number = (count: number): string => count.toLocaleString('en-US');
  const hosts = new Map<string, number>();
  for (const { verdict } of verdicts) hosts.set(verdict, (hosts.get(verdict) ?? 0) + 1);
  const tile = (name: string, value: Piece, more: Piece): Markup =>
    html`<div class="tile">
      <dt>${name}</dt>
      <dd><b>${value}</b>${more}</dd>
    </div> `;
  const ends = [span?.from && `from ${span.from}`, span?.to && `to ${span.to}`].filter((end) => end !== undefined && end !== '').join(' ');
  return html`<dl class="tiles">
    ${tile('Hosts', verdicts.length, html`<span>${[...hosts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}</span>`)}
    ${tile(
      'Findings',
      number(findings),
      html`<ul class="levels">
        ${countsByLevel(byLevel)}
      </ul>`,
    )}
    ${tile('Read', `${number(files)} files`, html`<span>${number(lines)} lines, ${(bytes / 1e6).toFixed(1)} MB, ${number(rules)} rules</span>`)}
    ${tile('Evidence', complete ? 'complete' : 'incomplete', html`<span>${sayCompleteness(complete, files)}</span>`)}
    ${span !== undefined && tile('Asked for', `${number(span.records)} records`, html`<span>${ends} only</span>`)}
  </dl> `;
}

function sayCompleteness(isComplete: boolean, files: number): string {
  if (!isComplete) return 'some of it could not be read';
  return files === 0 ? 'there was no log to read: that says nothing of any server' : 'every log was read to its end';
}

/** What of the findings is not in this report, in plain words; nothing where all are. */
export function leftOutNote(leftOut: LeftOut, written: number): Markup | undefined {
  const left = sayLeftOut(leftOut);
  if (left === undefined && leftOut.cutCells === 0) return undefined;
  return html`<p class="callout" id="left-out">
    ${
      left !== undefined &&
      html`<b>Not all findings are in this report.</b> It holds ${written.toLocaleString('en-US')}, the first in time of each level; left
        out are ${left}. -o csv=FILE and -o jsonl=FILE write them all. `
    }${leftOut.cutCells > 0 && html`${leftOut.cutCells.toLocaleString('en-US')} values longer than 32,767 characters are cut, and say so.`}
  </p>`;
}
