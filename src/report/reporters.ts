import { createCsvReporter } from './csv.ts';
import { createHtmlReporter } from './html.ts';
import { createJsonlReporter } from './jsonl.ts';
import type { ReportContext, Reporter } from './reporter.ts';
import { createTextReporter } from './text.ts';

/** Every output format. A new one is a file beside this one and a row here. */
export const REPORTERS = {
  text: createTextReporter,
  csv: createCsvReporter,
  jsonl: createJsonlReporter,
  html: createHtmlReporter,
} as const satisfies Record<string, (context: ReportContext) => Reporter>;

export type ReportFormat = keyof typeof REPORTERS;
