import { splitCsv, splitTornCsv } from './csv-cells.ts';
import { fits, type LogType } from './log-type.ts';

/** The cells of a line whose header is not known, cut the way the log type writes them. */
export function splitAsWritten(text: string, logType: LogType): string[] {
  if (logType.cut !== undefined) return logType.cut(text);
  if (logType.dialect === 'w3c') return text.trim().split(/[ \t]+/);
  return splitCsv(text, ',') ?? splitTornCsv(text, ',');
}

/** The known layout that a line without a header fits best: one of just its length before a longer or a shorter one. */
export function fittingLayout(logType: LogType, cells: readonly string[]): readonly string[] | undefined {
  const fitting = logType.layouts.filter((layout) => fits(logType, cells, layout));
  return fitting.find((layout) => layout.length === cells.length) ?? fitting[0];
}
