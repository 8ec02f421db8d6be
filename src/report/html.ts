import type { RanRule } from '../model/ran-rule.ts';
import { Collector } from './collector.ts';
import { FindingBlocks } from './html-blocks.ts';
import { knownSection } from './html-known.ts';
import { coverageSection, exposureSection, missingSection } from './html-coverage.ts';
import { html, Markup } from './html-markup.ts';
import { leftOutNote, Problems, RuleCounts, summaryTiles } from './html-rules.ts';
import { storySection, verdictSection } from './html-verdicts.ts';
import type { ReportContext, Reporter } from './reporter.ts';

/** What the page is made with: text of the build, and what a report cannot do itself. */
export interface HtmlParts {
  readonly script: string;
  readonly style: string;
  /** `sha256-…` of both, for the policy of the page. */
  readonly scriptHash: string;
  readonly styleHash: string;
  /** Licences of the libraries in the script. */
  readonly notices: string;
  /** Deflates text, and writes it in base64. */
  readonly pack: (text: string) => string;
}

/** One page that needs nothing beside it: what was decided is HTML, the findings are data for the program in it. */
export function createHtmlReporter({ html: parts }: ReportContext): Reporter {
  if (parts === undefined) throw new TypeError('the html report needs its program and style: ReportContext.html, of loadHtmlParts()');
  const blocks = new FindingBlocks(parts.pack);
  const counts = new RuleCounts();
  const problems = new Problems();
  const kept = new Collector();
  const { stories, verdicts, coverages, exposures, suppressions, gone } = kept;
  let rules: readonly RanRule[] = [];
  return {
    begin: () => head(parts),
    finding: (finding) => {
      counts.add(finding);
      return blocks.add(finding);
    },
    ...kept.reporter(),
    diagnostic: (shown) => {
      problems.add(shown);
      return '';
    },
    rules: (ran) => {
      rules = ran;
      return '';
    },
    end: (summary) => {
      const left = leftOutNote(blocks.leftOut, blocks.written);
      const last = blocks.flush();
      const page = html`<main>
          ${summaryTiles(summary, verdicts)} ${verdictSection(verdicts)} ${knownSection(summary, suppressions, gone)}
          ${missingSection(coverages, verdicts)} ${storySection(stories)}
          <section id="timeline" aria-labelledby="timeline-title" tabindex="-1">
            <h2 id="timeline-title">When</h2>
            <div id="timeline-app">${WITHOUT_SCRIPT}</div>
          </section>
          <section id="findings" aria-labelledby="findings-title" tabindex="-1">
            <h2 id="findings-title">Findings</h2>
            ${left}
            <div id="findings-app">${WITHOUT_SCRIPT}</div>
          </section>
          ${coverageSection(coverages, verdicts)} ${exposureSection(exposures)} ${counts.section(rules, coverages, summary)}
          ${problems.section()}
        </main>
        <footer>
          <p>
            Written by exhunt. Times are UTC. Characters of logs that cannot be seen or turn the direction of text are shown as \\x1b or
            \\u202e. This page asks for nothing outside of itself.
          </p>
          <details>
            <summary>Licences of the software in this page</summary>
            <pre>${parts.notices.split('\n').map((line) => html`${line}${NEW_LINE}`)}</pre>
          </details>
        </footer> `;
      return `${last}${page.text}<script>${parts.script}</script>\n</body></html>\n`;
    },
  };
}

const NEW_LINE = new Markup('\n');

const WITHOUT_SCRIPT = html`<p class="note" data-loading>
  This part needs JavaScript, which does not run here; -o csv=FILE writes the same findings for a spreadsheet.
</p>`;

const SECTIONS = [
  ['verdict', 'Verdict'],
  ['missing', 'Missing'],
  ['stories', 'What happened'],
  ['timeline', 'When'],
  ['findings', 'Findings'],
  ['coverage', 'What was read'],
  ['exposure', 'Builds'],
  ['rules', 'Rules'],
  ['problems', 'Problems'],
] as const;

/** The policy comes before anything that it is for: no address is ever asked, and no other script or style than these two works. */
function head({ style, scriptHash, styleHash }: HtmlParts): string {
  const policy = [
    "default-src 'none'",
    `script-src '${scriptHash}'`,
    `style-src '${styleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const page = html`<header>
    <h1 class="brand">exhunt <span>report</span></h1>
    <nav aria-label="Parts of the report">
      <ul>
        ${SECTIONS.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
      </ul>
    </nav>
    <div id="theme-app"></div>
  </header> `;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<title>exhunt report</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
${page.text}`;
}
