/** Every output format. What makes them (`reporters.ts`) is loaded when a report is written: no scan waits for it. */
export const FORMATS = ['text', 'csv', 'jsonl'] as const;

export type ReportFormat = (typeof FORMATS)[number];
