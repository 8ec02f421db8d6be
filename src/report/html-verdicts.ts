import { LEVELS, type Level } from '../model/rule.ts';
import { NO_TIME, type Story, type StoryStep } from '../model/story.ts';
import type { HostVerdict, Verdict } from '../model/verdict.ts';
import { html, type Markup } from './html-markup.ts';
import { graveStories, readable, sayStory, sayWritten } from './story-text.ts';
import { hitsOf, sayHit, sayOthers, saySpan } from './verdict-text.ts';

/** So many of each are told; the others are counted. */
const TOLD_HOSTS = 300;
const TOLD_STORIES = 200;
const TOLD_STEPS = 100;
const TOLD_ACTORS = 50;
/** So many stories lie open. */
const OPEN_STORIES = 4;

const WORST_FIRST = ['compromised', 'exploited', 'attempted', 'scanned', 'not assessed', 'clean'] as const satisfies readonly Verdict[];

/** The answer, host by host, the worst first; of many hosts a table in front. */
export function verdictSection(verdicts: readonly HostVerdict[]): Markup {
  const sorted = verdicts.toSorted((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict));
  const more = sorted.length - TOLD_HOSTS;
  return html`<section id="verdict" aria-labelledby="verdict-title" tabindex="-1">
    <h2 id="verdict-title">Verdict</h2>
    ${verdicts.length === 0 && html`<p>No host was seen in the evidence: that says nothing of any server.</p>`}
    ${sorted.length > 1 && hostTable(sorted.slice(0, TOLD_HOSTS))}
    <div class="verdicts">${sorted.slice(0, TOLD_HOSTS).map(hostCard)}</div>
    ${more > 0 && html`<p class="note">${more} more hosts are not shown here; -o jsonl=FILE writes them all.</p>`}
  </section> `;
}

function hostCard({ host, verdict, reason, from, to, cve }: HostVerdict): Markup {
  const hits = hitsOf(cve);
  return html`<article class="verdict v-${verdictClass(verdict)}">
    <h3><bdi>${host?.name ?? '?'}</bdi> <span class="badge v-${verdictClass(verdict)}">${verdict.toUpperCase()}</span></h3>
    <p class="span">${saySpan(from, to)}</p>
    <p class="reason">${reason}</p>
    ${
      hits.length > 0 &&
      html`<ul class="hits">
        ${hits.map((hit) => html`<li class="v-${verdictClass(hit.verdict)}">${sayHit(hit)}</li>`)}
      </ul>`
    }
    <ul class="others">
      ${sayOthers(cve).map((words) => html`<li>${words}</li>`)}
    </ul>
  </article> `;
}

function hostTable(verdicts: readonly HostVerdict[]): Markup {
  return html`<div class="wide" role="region" aria-label="Hosts and verdicts" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Host</th>
          <th scope="col">Verdict</th>
          <th scope="col">Logs from</th>
          <th scope="col">to</th>
          <th scope="col">Worst finding</th>
          <th scope="col" class="number">Not assessed</th>
        </tr>
      </thead>
      <tbody>
        ${verdicts.map(
          ({ host, verdict, from, to, worst, cve }) =>
            html`<tr>
              <th scope="row">${host?.name ?? '?'}</th>
              <td><span class="badge v-${verdictClass(verdict)}">${verdict}</span></td>
              <td class="time">${shortTime(from)}</td>
              <td class="time">${shortTime(to)}</td>
              <td>${worst === undefined ? '-' : html`${levelBadge(worst.level)} ${worst.rule}`}</td>
              <td class="number">${cve.filter(({ assessed }) => !assessed).length}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What happened, as sequences; those of low level below the others. */
export function storySection(stories: readonly Story[]): Markup {
  const grave = graveStories(stories);
  const low = stories.filter(({ chain }) => chain.level === 'low' || chain.level === 'informational');
  const told = [...grave, ...low].slice(0, TOLD_STORIES);
  const more = stories.length - told.length;
  return html`<section id="stories" aria-labelledby="stories-title" tabindex="-1">
    <h2 id="stories-title">What happened</h2>
    ${stories.length === 0 && html`<p>No chain of events of an attack was found.</p>`}
    ${told.map((story, index) => storyCard(story, index < Math.min(OPEN_STORIES, grave.length)))}
    ${more > 0 && html`<p class="note">${more} more stories are not shown here; -o jsonl=FILE writes them all.</p>`}
  </section> `;
}

function storyCard(story: Story, isOpen: boolean): Markup {
  const { actors } = story;
  const { title, where } = sayStory({ ...story, actors: actors.slice(0, TOLD_ACTORS) });
  const { id, chain, steps, more, missing, verdict } = story;
  const rest = steps.length - TOLD_STEPS;
  const beyond = Math.max(0, rest) + more;
  return html`<details class="story" ${isOpen && html`open`}>
    <summary>
      <h3>${title}</h3>
      ${levelBadge(chain.level)} <span class="badge v-${verdictClass(verdict)}">${verdict}</span>
      <p>${where}${actors.length > TOLD_ACTORS && ` and ${actors.length - TOLD_ACTORS} more addresses`}</p>
    </summary>
    <p class="links">${findingLink(id, 'Show this chain in the table')}</p>
    <ol>
      ${steps.slice(0, TOLD_STEPS).map(stepItem)}
    </ol>
    ${beyond > 0 && html`<p class="note">and ${beyond} more</p>`}
    ${missing.length > 0 && html`<p class="note">not seen: ${missing.join('; ')}</p>`}
  </details> `;
}

function stepItem({ '@timestamp': time, file: kept, stage, name, log, also = [], findings }: StoryStep): Markup {
  const [first] = findings;
  return html`<li>
    <p class="what">
      <time>${time === undefined ? NO_TIME : readable(time)}</time>
      ${stage !== undefined && html`<span class="stage s-${stage}">${stage}</span>`}
      <b>${name}</b> ${first !== undefined && findingLink(first, 'Show in the table')}
    </p>
    ${[log, ...also].map(({ file, line }) => html`<p class="place">${`${file.path}:${line}`}</p>`)}
    ${kept !== undefined && html`<p class="note">${sayWritten(kept)}</p>`}
  </li>`;
}

/** Where the report's own program is at work, it leads to the row; an anchor within the page and nowhere else. */
export function findingLink(id: string, words: string): Markup {
  return html`<a class="to-finding" href="#findings" data-finding="${id}">${words}</a>`;
}

export function levelBadge(level: Level): Markup {
  return html`<span class="badge l-${level}">${level}</span>`;
}

export function verdictClass(verdict: Verdict): string {
  return verdict.replace(' ', '-');
}

export function shortTime(time: string | undefined): string {
  return time === undefined ? '-' : time.slice(0, 16).replace('T', ' ');
}

/** `2 critical, 15 high`, the worst first. */
export function countsByLevel(byLevel: Readonly<Record<string, number>>): Markup[] {
  return LEVELS.toReversed().flatMap((level) => {
    const count = byLevel[level] ?? 0;
    return count > 0 ? [html`<li>${levelBadge(level)} <b>${count.toLocaleString('en-US')}</b></li>`] : [];
  });
}
