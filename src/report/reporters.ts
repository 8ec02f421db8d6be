import { createCsvReporter } from './csv.ts';
import { createJsonlReporter } from './jsonl.ts';
import type { ReportFormat } from './formats.ts';
import type { ReportContext, Reporter } from './reporter.ts';
import { createTextReporter } from './text.ts';

/** What makes each output format. A new one is a file beside this one, a row here, and its name in `formats.ts`. */
export const REPORTERS = {
  text: createTextReporter,
  csv: createCsvReporter,
  jsonl: createJsonlReporter,
} as const satisfies Record<ReportFormat, (context: ReportContext) => Reporter>;
