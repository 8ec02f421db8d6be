import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadBaseline } from '../src/baseline.ts';
import { mergeReports } from '../src/merge-reports.ts';
import { NotNativeError } from '../src/read-reports.ts';
import type { Rule } from '../src/model/rule.ts';
import type { HtmlParts } from '../src/report/html.ts';
import { report } from '../src/report/report.ts';
import { REPORTERS } from '../src/report/reporters.ts';
import { mutateJson } from './mutate.ts';
import { assert, type Target } from './target.ts';

/** What a terminal would obey, but for the ends of lines. */
const OBEYED = /[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/u;

/** Reports of other runs, read by `merge` and `convert`, and every report that is made of them. */
export function reportsTarget(seeds: readonly Buffer[], rules: readonly Rule[], html: HtmlParts): Target {
  const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-fuzz-reports-'));
  const run = async (content: Buffer): Promise<void> => {
    const file = path.join(folder, 'run.jsonl');
    writeFileSync(file, content);
    try {
      const { summaries, ...merged } = await mergeReports([file], rules, { minLevel: 'informational' });
      const [summary] = summaries;
      if (summary === undefined) return;
      const baseline = await loadBaseline(file);
      const twice = await mergeReports([file, file], rules, { minLevel: 'informational', baseline });
      assert(
        twice.changes?.new === 0 || [...merged.findings].some(({ suppression }) => suppression !== undefined),
        'a report is not new to itself',
      );
      assert(twice.findings.counts.total <= merged.findings.counts.total, 'a report adds nothing to itself');
      for (const [format, create] of Object.entries(REPORTERS)) {
        const text = [...report(create({ isTerminal: true, hasColour: false, html }), { ...merged, summary, showsSuppressed: true })].join(
          '',
        );
        assert(!OBEYED.test(text.replaceAll('\r\n', '\n')), `${format} shows nothing that a terminal obeys`);
        if (format === 'jsonl') for (const line of text.split('\n').slice(0, -1)) JSON.parse(line);
      }
    } catch (error) {
      if (!(error instanceof NotNativeError)) throw error;
    }
  };
  return { name: 'reports', seeds, mutate: mutateJson, run };
}
