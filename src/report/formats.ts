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
] as const;

export type ReportFormat = (typeof FORMATS)[number];

/** Where who reads a format tells it by the name of the file. */
export const FILE_ENDINGS: Readonly<Partial<Record<ReportFormat, string>>> = { timesketch: '.jsonl', 'timesketch-csv': '.csv' };
