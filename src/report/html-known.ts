import type { GoneFinding } from '../model/baseline.ts';
import type { Summary } from '../model/coverage.ts';
import type { SuppressionSource } from '../model/suppression.ts';
import { changeLines } from './changes-text.ts';
import { html, type Markup } from './html-markup.ts';
import { saySuppressed, sourceLines } from './suppressions.ts';

/** What was known before: findings that are suppressed, and what is other than in the report of before. Nothing where neither was asked for. */
export function knownSection(summary: Summary, sources: readonly SuppressionSource[], gone: readonly GoneFinding[]): Markup | undefined {
  const { suppressed } = summary;
  const changes = changeLines(summary, gone);
  if (suppressed === undefined && changes.length === 0) return undefined;
  const list = (lines: readonly string[]): Markup =>
    html`<ul>
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>`;
  return html`<section id="known" aria-labelledby="known-title" tabindex="-1">
    <h2 id="known-title">Known before</h2>
    ${
      changes.length > 0 &&
      html`<h3>Since the report of before</h3>
        ${list(changes)}`
    }
    ${
      suppressed !== undefined &&
      html`<h3>${saySuppressed(suppressed)}</h3>
        ${suppressed.findings > 0 && html`<p>They are in no verdict and no count.</p>`} ${list(sourceLines(sources))}`
    }
  </section> `;
}
