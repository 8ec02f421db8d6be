import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeZip } from '../archives.ts';

const LOGGING = 'Program Files/Microsoft/Exchange Server/V15/Logging';
const FOLDERS = [
  'inetpub/logs/LogFiles/W3SVC1',
  'inetpub/logs/LogFiles/W3SVC2',
  `${LOGGING}/ECP/Server`,
  `${LOGGING}/HttpProxy/Ecp`,
  `${LOGGING}/HttpProxy/Owa`,
];
/** What the rules look for stays; of the rest so many lines stand for all. */
const TELLING =
  /aspnet_client|ExchangeServicesClient\/0|python|ServerInfo|AnchorMailbox|\/ecp\/[a-z]\.js|DDIService|VirtualDirectory|\.aspx|\/rpc\//i;
const HONEST_SHARE = 12;
const LONG_HEAD = 1_000;

/** Numbers that look random, and are the same for a seed. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

/** A log as its server means to write it. */
interface Day {
  readonly name: string;
  readonly head: string;
  readonly records: readonly string[];
}

/** The days of a folder; files of an hour are put together. */
function daysOf(folder: string, random: (below: number) => number): Day[] {
  const days = new Map<string, { name: string; head: string; records: string[] }>();
  for (const name of readdirSync(folder).toSorted()) {
    const lines =
      readFileSync(path.join(folder, name), 'utf8')
        .replace(/^\ufeff/, '')
        .match(/[^\n]*\n/g) ?? [];
    const first = lines.findIndex((line) => /^\d{4}-/.test(line));
    const date = /\d{6,8}/.exec(name)?.[0] ?? name;
    const day = days.get(date) ?? { name, head: lines.slice(0, first).join(''), records: [] };
    days.set(date, day);
    day.records.push(
      ...recordsOf(lines.slice(first)).filter(
        (each) => TELLING.test(each) || each.includes('\n', each.indexOf('\n') + 1) || random(HONEST_SHARE) === 0,
      ),
    );
  }
  return [...days.values()].map((day) => (day.name.startsWith('u_ex') ? { ...day, records: planted(day, random) } : day));
}

/** A record may go on over several lines. */
function recordsOf(lines: readonly string[]): string[] {
  const records: string[] = [];
  let open = '';
  for (const line of lines) {
    open += line;
    if ((open.split('"').length - 1) % 2 === 1) continue;
    records.push(open);
    open = '';
  }
  return open === '' ? records : [...records, open];
}

/** Web shells that are used here and there, each under a name of its own. */
function planted({ name, records }: Day, random: (below: number) => number): string[] {
  return records.flatMap((record) => {
    if (random(25) > 0) return [record];
    const time = record.slice(0, 19);
    const shell = `${time} 10.1.2.11 POST /aspnet_client/${name.slice(4, 10)}${random(1e9).toString(36)}.aspx - 443 - 203.0.113.${random(200)} Mozilla/5.0 - 200 0 0 ${random(900)}\r\n`;
    return [record, shell];
  });
}

/** A writer of one folder's logs. */
class Stream {
  readonly #folder: string;
  readonly #days: Day[];
  readonly #encoding: 'utf8' | 'utf16le';
  readonly #random: (below: number) => number;
  readonly #start: number;
  #day = 0;
  #record = 0;
  /** Where the writer's handle points to; `undefined` before the first line of a day. */
  #file: string | undefined;
  /** In the writer's buffer. */
  #held = Buffer.alloc(0);
  /** Nobody writes to these any more. */
  #closed: string[] = [];
  /** By the tick in which they arrive. */
  readonly #late = new Map<number, { readonly file: string; readonly bytes: Buffer }>();
  #suffix = 0;
  #begun = 0;
  /** Whether all that lies in the current file was read by a run that came to its end. */
  isSeen = false;

  constructor(folder: string, days: Day[], random: (below: number) => number, ticks: number) {
    this.#folder = folder;
    this.#days = days;
    this.#random = random;
    this.#encoding = random(4) === 0 ? 'utf16le' : 'utf8';
    this.#start = random(Math.ceil(ticks / 3));
    // An older log that is brought later, and never written to.
    if (days.length > 1 && random(2) === 0) {
      const [late] = days.splice(random(days.length - 1), 1);
      if (late !== undefined)
        this.#late.set(this.#start + 1 + random(ticks - this.#start - 1), {
          file: path.join(folder, late.name),
          bytes: this.#encode(late.head + late.records.join(''), true),
        });
    }
  }

  /** What was meant to be written, untouched. */
  writeWhole(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const { name, head, records } of this.#days) writeFileSync(path.join(folder, name), this.#encode(head + records.join(''), true));
    for (const { file, bytes } of this.#late.values()) writeFileSync(path.join(folder, path.basename(file)), bytes);
  }

  /** Writes its share; in the last tick all that is left. */
  tick(tick: number, ticks: number): void {
    if (tick < this.#start) return;
    mkdirSync(this.#folder, { recursive: true });
    const late = this.#late.get(tick);
    if (late !== undefined) {
      this.#late.delete(tick);
      writeFileSync(late.file, late.bytes);
      this.#closed.push(late.file);
    }
    const isLast = tick === ticks - 1;
    const left = this.#days.slice(this.#day).reduce((sum, { records }) => sum + records.length, -this.#record);
    let count = isLast ? left : Math.ceil(((left / (ticks - tick)) * this.#random(200)) / 100);
    while (count > 0) count = this.#writeSome(count);
    if (isLast) this.#flush(0);
  }

  /** Something that is done to logs. */
  disturb(): void {
    if (this.#file === undefined) return;
    const what = this.#random(9);
    if (what === 0) this.#rotate();
    else if (what === 1) this.#copyAndTruncate();
    else if (what === 2 && this.isSeen) this.#beginAgain('truncate');
    else if (what === 3 && this.isSeen) this.#beginAgain('replace');
    else if (what === 4 || what === 5) this.#compress('gz');
    else if (what === 6) this.#compress('zip');
    else if (what === 7) this.#renameClosed();
  }

  #writeSome(count: number): number {
    const day = this.#days[this.#day];
    if (day === undefined) return 0;
    if (this.#file === undefined) this.#begin(path.join(this.#folder, day.name));
    const records = day.records.slice(this.#record, this.#record + count);
    this.#record += records.length;
    this.#held = Buffer.concat([this.#held, this.#encode(records.join(''), false)]);
    const isEnd = this.#record === day.records.length;
    this.#flush(isEnd ? 0 : this.#random(300));
    if (isEnd) {
      if (this.#file !== undefined) this.#closed.push(this.#file);
      this.#file = undefined;
      this.#day += 1;
      this.#record = 0;
    }
    return count - Math.max(1, records.length);
  }

  #begin(file: string): void {
    this.#file = file;
    const head = this.#days[this.#day]?.head ?? '';
    this.#begun += 1;
    // Long headers say when they were written; those of IIS are the same for all that begins within a second.
    const own =
      head.length > LONG_HEAD ? head.replace(/(#Date: .*?)\d\d(?=\.\d+Z)/, `$1${String(this.#begun % 60).padStart(2, '0')}`) : head;
    appendFileSync(file, this.#encode(own, true));
  }

  /** All but the last bytes: buffers end anywhere. */
  #flush(keptBytes: number): void {
    if (this.#file === undefined) return;
    const length = Math.max(0, this.#held.length - keptBytes);
    if (length > 0) this.isSeen = false;
    appendFileSync(this.#file, this.#held.subarray(0, length));
    this.#held = this.#held.subarray(length);
  }

  /** The writer goes on with its line under the other name, and then begins a new file. */
  #rotate(): void {
    const file = this.#file;
    if (file === undefined) return;
    const rotated = this.#freeName(file);
    renameSync(file, rotated);
    this.#file = rotated;
    this.#flush(0);
    this.#closed.push(rotated);
    this.#begin(file);
  }

  #copyAndTruncate(): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#flush(0);
    const copy = this.#freeName(file);
    cpSync(file, `${this.#folder}.copying`);
    renameSync(`${this.#folder}.copying`, copy);
    truncateSync(file, 0);
    this.#closed.push(copy);
    this.#begin(file);
  }

  #beginAgain(how: 'truncate' | 'replace'): void {
    const file = this.#file;
    if (file === undefined) return;
    // What is in the buffer goes into the new one.
    if (!this.#endsWithLine(file)) return;
    if (how === 'truncate') truncateSync(file, 0);
    else rmSync(file);
    this.#begin(file);
  }

  #endsWithLine(file: string): boolean {
    const bytes = readFileSync(file);
    return this.#encoding === 'utf8' ? bytes.at(-1) === 10 : bytes.at(-2) === 10 && bytes.at(-1) === 0 && bytes.length % 2 === 0;
  }

  #compress(how: 'gz' | 'zip'): void {
    const [file] = this.#closed.splice(this.#random(this.#closed.length), 1);
    if (file === undefined) return;
    const name = path.basename(file);
    const to = how === 'gz' ? `${file}.gz` : path.join(this.#folder, `old${this.#suffix++}.zip`);
    const bytes = how === 'gz' ? gzipSync(readFileSync(file)) : makeZip([{ name, content: readFileSync(file) }]);
    writeFileSync(`${this.#folder}.packing`, bytes);
    renameSync(`${this.#folder}.packing`, to);
    rmSync(file);
  }

  #renameClosed(): void {
    const index = this.#random(this.#closed.length);
    const file = this.#closed[index];
    if (file === undefined) return;
    const to = this.#freeName(file);
    renameSync(file, to);
    this.#closed[index] = to;
  }

  #freeName(file: string): string {
    const { dir, name, ext } = path.parse(file);
    for (;;) {
      this.#suffix += 1;
      const to = path.join(dir, this.#random(2) === 0 ? `${name}.${this.#suffix}${ext}` : `${name}${ext}-202103${10 + this.#suffix}`);
      if (!existsSync(to)) return to;
    }
  }

  #encode(text: string, isBegin: boolean): Buffer {
    if (this.#encoding === 'utf8') return Buffer.from(text);
    return Buffer.concat([...(isBegin ? [Buffer.from([0xff, 0xfe])] : []), Buffer.from(text, 'utf16le')]);
  }
}

/** The logs of two servers, written while they are watched. */
export class WeekWriter {
  readonly streams: readonly Stream[];
  readonly #ticks: number;

  /**
   * @param live where logs are written, rotated and so on
   * @param untouched where all lines lie that are ever written
   */
  constructor({
    live,
    untouched,
    random,
    ticks,
  }: {
    readonly live: string;
    readonly untouched: string;
    readonly random: (below: number) => number;
    readonly ticks: number;
  }) {
    this.#ticks = ticks;
    this.streams = ['ex01', 'ex02'].flatMap((host) =>
      FOLDERS.map((folder) => {
        const days = daysOf(path.join('samples', `contoso-${host}`, 'C', folder), random);
        const stream = new Stream(path.join(live, host.toUpperCase(), folder), days, random, ticks);
        stream.writeWhole(path.join(untouched, host.toUpperCase(), folder));
        return stream;
      }),
    );
  }

  tick(tick: number): void {
    for (const stream of this.streams) stream.tick(tick, this.#ticks);
  }

  disturb(): void {
    for (const stream of this.streams) stream.disturb();
  }

  /** A run came to its end, and nothing was written since before it began. */
  seen(): void {
    for (const stream of this.streams) stream.isSeen = true;
  }
}
