import type { LogTree } from '../samples/log-tree.ts';
import { DAY_MS, HOUR_MS, type Server } from '../samples/server.ts';

/** A log that Exchange writes in CSV, below `Logging/`. */
export interface ExchangeLog {
  /** Folder and beginning of the file names: `Ews/Ews_`. */
  readonly path: string;
  readonly name: string;
  readonly columns: string;
  /** A new file every hour, or every day. */
  readonly span: 'hour' | 'day';
  /** With a byte order mark and without the bare header row, which the logs that PowerShell reads begin with. */
  readonly isForPowerShell: boolean;
  readonly software?: string;
}

export interface ExchangeRow {
  readonly time: number;
  /** By column; the others are empty. */
  readonly values: Readonly<Record<string, string | number | boolean | undefined>>;
}

const LOGGING = 'C/Program Files/Microsoft/Exchange Server/V15/Logging';

export function addRow(tree: LogTree, server: Server, log: ExchangeLog, { time, values }: ExchangeRow): void {
  const digits = new Date(time).toISOString().replaceAll(/[-T:]/g, '');
  const file = `${LOGGING}/${log.path}${digits.slice(0, log.span === 'hour' ? 10 : 8)}-1.LOG`;
  const text = log.columns
    .split(',')
    .map((column) => csvCell(String(values[column] ?? '')))
    .join(',');
  tree.add(file, preamble(server, log, time), { time, text, planted: undefined });
}

function preamble(
  { build }: Server,
  { name, columns, span, isForPowerShell, software = 'Microsoft Exchange Server' }: ExchangeLog,
  time: number,
): string[] {
  const length = span === 'hour' ? HOUR_MS : DAY_MS;
  const lines = [
    `#Software: ${software}`,
    `#Version: ${paddedVersion(build)}`,
    `#Log-type: ${name}`,
    `#Date: ${new Date(Math.floor(time / length) * length + 211).toISOString()}`,
    `#Fields: ${columns}`,
  ];
  return isForPowerShell ? [columns, ...lines] : [`\uFEFF${lines[0] ?? ''}`, ...lines.slice(1)];
}

/** Exchange quotes a cell only if it holds a comma or a quote, and writes line ends as two characters. */
function csvCell(text: string): string {
  const oneLine = text.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
  return /[",]/.test(oneLine) ? `"${oneLine.replaceAll('"', '""')}"` : oneLine;
}

/** What logs of requests do to their values before that. */
export function withoutCommas(text: string): string {
  return text.replaceAll(',', ' ');
}

export function versionCells(build: string): Record<'MajorVersion' | 'MinorVersion' | 'BuildVersion' | 'RevisionVersion', string> {
  const [MajorVersion = '', MinorVersion = '', BuildVersion = '', RevisionVersion = ''] = build.split('.');
  return { MajorVersion, MinorVersion, BuildVersion, RevisionVersion };
}

function paddedVersion(build: string): string {
  const [major = '', minor = '', number = '', revision = ''] = build.split('.');
  return [major, minor.padStart(2, '0'), number.padStart(4, '0'), revision.padStart(3, '0')].join('.');
}
