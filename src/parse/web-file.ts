import { extensionOf, webPlaceOf } from '../model/web-place.ts';
import type { LogType } from './log-type.ts';

/** What is known of a file below a web root; the rest follows from its path. */
export interface WebFileFacts {
  /** Its path on the server, as far as it is known. */
  readonly TargetFilename: string;
  readonly Size: number;
  readonly md5?: string;
  readonly sha1?: string;
  readonly sha256?: string;
  /** Of its first bytes, in hexadecimal digits. */
  readonly Head?: string;
  /** As the copy has it; ISO 8601, UTC. */
  readonly ModifiedUtcTime?: string;
  /** `known`: its hash stands in a list of good files. `changed`: its path does, with other hashes. */
  readonly Baseline?: string;
  readonly BaselineName?: string;
}

const COLUMNS = [
  'TargetFilename',
  'FileName',
  'Extension',
  'WebRoot',
  'UrlPath',
  'Size',
  'md5',
  'sha1',
  'sha256',
  'Head',
  'ModifiedUtcTime',
  'Baseline',
  'BaselineName',
  'content',
] as const;

/** A file below a web root: one record, written as one line of JSON. `content` is what YARA rules look at; it is in no line. */
export const webFile: LogType = {
  id: 'web-file',
  title: 'File below a web root',
  logSources: [{ category: 'file_event', product: 'windows', service: 'web-file' }],
  tellingColumns: [],
  path: /^$/,
  fileName: /^$/,
  dialect: 'csv',
  cut,
  layouts: [COLUMNS],
  shapes: new Map([['TargetFilename', (value: string) => value !== '']]),
  leastColumn: 'content',
  hostColumn: '',
  stands: true,
  mappedFields: { 'cs-uri-stem': { from: 'UrlPath' } },
};

/** The line of a file. */
export function webFileLine(facts: WebFileFacts): string {
  return JSON.stringify(facts);
}

/** None where the line is no object with the path of a file. */
function cut(text: string): string[] {
  if (!text.startsWith('{"TargetFilename"') && !text.startsWith('{')) return [];
  let facts: unknown;
  try {
    facts = JSON.parse(text);
  } catch {
    return [];
  }
  const given = new Map(typeof facts === 'object' && facts !== null ? Object.entries(facts) : []);
  const target: unknown = given.get('TargetFilename');
  if (typeof target !== 'string' || target === '') return [];
  const name = target.split(/[/\\]/).at(-1) ?? '';
  const place = webPlaceOf(target);
  const told: Readonly<Record<string, string | undefined>> = {
    FileName: name,
    Extension: extensionOf(name),
    WebRoot: place?.webRoot,
    UrlPath: place?.urlPath,
  };
  return COLUMNS.map((column) => {
    const value: unknown = column === 'content' ? undefined : (given.get(column) ?? told[column]);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  });
}
