/** Every output format. What makes them (`reporters.ts`) is loaded when a report is written: no scan waits for it. */
export const FORMATS = [
  'text',
  'csv',
  'assessment-csv',
  'jsonl',
  'html',
  'markdown',
  'timesketch',
  'timesketch-csv',
  'ecs',
  'ocsf',
  'stix',
  'misp',
  'log-line',
] as const;

export type ReportFormat = (typeof FORMATS)[number];

/** Where who reads a format tells it by the name of the file. */
export const FILE_ENDINGS: Readonly<Partial<Record<ReportFormat, string>>> = { timesketch: '.jsonl', 'timesketch-csv': '.csv' };

/** How records lie in a file that several runs may append to. `json`: an object a line; `table`: rows below one header; `text`: lines. */
export type AppendedForm = 'json' | 'table' | 'text';

/** Formats that may be appended to: what one run writes can stand behind what another wrote. */
export const APPENDED_FORMS: Readonly<Partial<Record<ReportFormat, AppendedForm>>> = {
  csv: 'table',
  jsonl: 'json',
  timesketch: 'json',
  'timesketch-csv': 'table',
  ecs: 'json',
  ocsf: 'json',
  'log-line': 'text',
};
