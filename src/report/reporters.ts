import { createCsvReporter } from './csv.ts';
import { createEcsReporter } from './ecs.ts';
import { createJsonlReporter } from './jsonl.ts';
import { createMarkdownReporter } from './markdown.ts';
import { createMispReporter } from './misp.ts';
import { createOcsfReporter } from './ocsf.ts';
import type { ReportContext, Reporter } from './reporter.ts';
import { createStixReporter } from './stix.ts';
import { createTextReporter } from './text.ts';
import { createTimesketchCsvReporter, createTimesketchReporter } from './timesketch.ts';

/** Every output format. A new one is a file beside this one and a row here. */
export const REPORTERS = {
  text: createTextReporter,
  csv: createCsvReporter,
  jsonl: createJsonlReporter,
  markdown: createMarkdownReporter,
  timesketch: createTimesketchReporter,
  'timesketch-csv': createTimesketchCsvReporter,
  ecs: createEcsReporter,
  ocsf: createOcsfReporter,
  stix: createStixReporter,
  misp: createMispReporter,
} as const satisfies Record<string, (context: ReportContext) => Reporter>;

export type ReportFormat = keyof typeof REPORTERS;

/** Where who reads a format tells it by the name of the file. */
export const FILE_ENDINGS: Readonly<Partial<Record<ReportFormat, string>>> = { timesketch: '.jsonl', 'timesketch-csv': '.csv' };
