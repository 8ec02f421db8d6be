import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

const SAMPLE = 'samples/contoso-ex01';
const EXCHANGE = 'C/Program Files/Microsoft/Exchange Server/V15/Logging/HttpProxy';
const FIRST_DAY = Date.UTC(2021, 2, 2);
const DAY_MS = 86_400_000;
/** Days in the sample. */
const DAYS = 3;
const FILES = 8;

export interface Corpus {
  readonly folder: string;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly lines: number;
  /** Lines that a scan has to find, and no others of level high and above. */
  readonly planted: number;
}

interface Kind {
  readonly name: string;
  readonly header: string;
  readonly rows: readonly string[];
  /** A trace of the intrusion, at a time. */
  readonly trace: (date: string) => string;
}

/**
 * Writes IIS and HttpProxy logs, so many bytes of each in eight files: the honest rows of the sample server, day after day, each time with
 * other ids, and among them traces of an intrusion. The same for the same seed.
 */
export function makeCorpus(folder: string, bytesOfEach: number, seed: number): Corpus {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const random = createRandom(seed);
  const written = [iis(), httpProxy()].flatMap((kind) =>
    Array.from({ length: FILES }, (_, index) =>
      writeFile(path.join(folder, `${kind.name}-${index}.log`), kind, bytesOfEach / FILES, random),
    ),
  );
  const total = (key: 'bytes' | 'lines' | 'planted'): number => written.reduce((sum, each) => sum + each[key], 0);
  return { folder, files: written.map(({ file }) => file), bytes: total('bytes'), lines: total('lines'), planted: total('planted') };
}

function writeFile(file: string, { header, rows, trace }: Kind, wanted: number, random: () => number) {
  const descriptor = openSync(file, 'w');
  let [lines, planted] = [header.split('\r\n').length - 1, 0];
  const write = (text: string): number => writeSync(descriptor, text, undefined, 'latin1');
  let bytes = write(header);
  for (let round = Math.floor(random() * 1_000); bytes < wanted; round += 1) {
    const dates = Array.from({ length: DAYS }, (_, day) => new Date(FIRST_DAY + (round * DAYS + day) * DAY_MS).toISOString().slice(0, 10));
    const place = Math.floor(random() * rows.length);
    const text: string[] = [];
    for (const [index, row] of rows.entries()) {
      const day = Number(row.slice(8, 10)) - 2;
      if (index === place) text.push(trace(dates[day] ?? ''));
      text.push(`${dates[day] ?? ''}${renewIds(row.slice(10), random)}`);
    }
    planted += 1;
    lines += text.length;
    bytes += write(`${text.join('\r\n')}\r\n`);
  }
  closeSync(descriptor);
  return { file, bytes, lines, planted };
}

/** The first part of each id, so that no two requests have the same; ids in paths are those of address books, and stay. */
function renewIds(row: string, random: () => number): string {
  return row.replaceAll(/(?<![/\w])[0-9a-f]{8}(?=-[0-9a-f]{4}-)/g, () =>
    Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0'),
  );
}

function iis(): Kind {
  const trace = (date: string): string =>
    `${date} 06:59:13 10.1.2.11 POST /owa/auth/RedirSuiteServerProxy.aspx &CorrelationID=<empty>; 443 - 203.0.113.77 Mozilla/5.0+(X11;+Linux) - 200 0 0 118`;
  return { name: 'iis', ...read('C/inetpub/logs/LogFiles', /^u_ex.*\.log$/, 4), trace };
}

function httpProxy(): Kind {
  const { header, rows } = read(EXCHANGE, /^HttpProxy_.*\.LOG$/, 6);
  const columns = header.split('\r\n', 1)[0]?.split(',') ?? [];
  const trace = (date: string): string => {
    const values: Readonly<Record<string, string>> = {
      DateTime: `${date}T06:59:13.030Z`,
      UrlStem: '/ecp/y.js',
      AnchorMailbox: 'ServerInfo~a]@EX01.contoso.example:444/ecp/proxyLogon.ecp?#',
      Method: 'POST',
      HttpStatus: '241',
    };
    return columns.map((column) => values[column] ?? '').join(',');
  };
  return { name: 'httpproxy', header, rows, trace };
}

/** The honest rows of all logs of a kind, by time, and the header of the first. */
function read(folder: string, name: RegExp, headerLines: number): Pick<Kind, 'header' | 'rows'> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by tools/samples
  const planted = JSON.parse(readFileSync(`${SAMPLE}.planted.json`, 'utf8')) as { readonly file: string; readonly line: number }[];
  const isPlanted = new Set(planted.map(({ file, line }) => `${file}:${line}`));
  const files = readdirSync(path.join(SAMPLE, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
    name.test(path.basename(file)),
  );
  const texts = files.map((file) => {
    const location = path.posix.join(folder, file.replaceAll(path.sep, '/'));
    return { location, lines: readFileSync(path.join(SAMPLE, location), 'latin1').split('\r\n') };
  });
  const rows = texts.flatMap(({ location, lines }) =>
    lines.filter((line, index) => /^\d{4}-/.test(line) && !isPlanted.has(`${location}:${index + 1}`)),
  );
  const header =
    texts[0]?.lines
      .slice(0, headerLines)
      .map((line) => `${line}\r\n`)
      .join('') ?? '';
  return { header, rows: rows.toSorted() };
}

/** Mulberry32, by Tommy Ettinger: small, and good enough for logs. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
