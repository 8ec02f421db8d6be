import { createAssessmentCsvReporter } from './assessment-csv.ts';
import { createCsvReporter } from './csv.ts';
import { createEcsReporter } from './ecs.ts';
import { createHtmlReporter } from './html.ts';
import { createJsonlReporter } from './jsonl.ts';
import type { ReportFormat } from './formats.ts';
import { createLogLineReporter } from './log-line.ts';
import { createMarkdownReporter } from './markdown.ts';
import { createMispReporter } from './misp.ts';
import { createOcsfReporter } from './ocsf.ts';
import type { ReportContext, Reporter } from './reporter.ts';
import { createStixReporter } from './stix.ts';
import { createTextReporter } from './text.ts';
import { createTimesketchCsvReporter, createTimesketchReporter } from './timesketch.ts';

/** What makes each output format. A new one is a file beside this one, a row here, and its name in `formats.ts`. */
export const REPORTERS = {
  text: createTextReporter,
  csv: createCsvReporter,
  'assessment-csv': createAssessmentCsvReporter,
  jsonl: createJsonlReporter,
  html: createHtmlReporter,
  markdown: createMarkdownReporter,
  timesketch: createTimesketchReporter,
  'timesketch-csv': createTimesketchCsvReporter,
  ecs: createEcsReporter,
  ocsf: createOcsfReporter,
  stix: createStixReporter,
  misp: createMispReporter,
  'log-line': createLogLineReporter,
} as const satisfies Record<ReportFormat, (context: ReportContext) => Reporter>;
