import type { LogFile } from '../model/log-file.ts';
import { EVENT_LOG } from '../parse/event-schema.ts';
import type { ParserState } from '../parse/log-parser.ts';
import type { Piece, PieceReading, ResumePoint } from './piece.ts';

interface Part {
  readonly from: number;
  readonly to: number;
  /** The piece that it is read as; left out: it waits. */
  piece?: Piece;
  reading?: PieceReading;
  /** What read it died. */
  isLost?: boolean;
}

/** A piece whose place in its file is settled. */
export interface Settled {
  readonly reading: PieceReading;
  readonly number: number;
  readonly linesBefore: number;
}

/**
 * The parts of a file on their way. What the lines before a part mean for it is supposed to be what the lines above it that were read last
 * mean, and held against the end of the part before it once that is known: a part that was read otherwise is read again.
 */
export class FileParts {
  readonly logFile: LogFile;
  /** Numbers of the pieces that were read in vain. */
  readonly dropped: number[] = [];
  readonly #parts: Part[];
  /** Of the first part that is not settled: what is known of its beginning. */
  #index = 0;
  #start: number;
  #state: ParserState | undefined;
  #linesBefore: number;
  /** What parts further on are read with. */
  #supposed: ParserState | undefined;
  #isAbandoned = false;

  /**
   * @param partBytes of a part; a file that is not UTF-8, or in an archive, or below a web root, is read in one, and so are exports of event logs
   * @param resume left out: it is read from its beginning
   */
  constructor(logFile: LogFile, partBytes: number, resume?: ResumePoint) {
    this.logFile = logFile;
    this.#start = resume?.offset ?? 0;
    this.#linesBefore = resume?.lines ?? 0;
    this.#state = resume?.state;
    this.#supposed = resume?.state;
    const [first, bytes] = [this.#start, logFile.bytes - this.#start];
    const isStream = logFile.begun !== undefined || logFile.entry !== undefined;
    const isExport = logFile.logType === EVENT_LOG && logFile.isChunked !== true;
    const isOne = isStream || isExport || logFile.webTarget !== undefined || logFile.encoding !== 'utf-8' || bytes < partBytes * 1.5;
    const count = isOne ? 1 : Math.ceil(bytes / partBytes);
    this.#parts = Array.from({ length: count }, (_, index) => ({
      from: first + index * partBytes,
      to: index === count - 1 ? Infinity : first + (index + 1) * partBytes,
    }));
  }

  get isDone(): boolean {
    return this.#isAbandoned || this.#index === this.#parts.length;
  }

  /** The next piece that can be read now. */
  take(number: number): Piece | undefined {
    if (this.isDone) return undefined;
    const first = this.#parts[this.#index];
    const part = this.#parts.find((each) => each.piece === undefined && (each === first || this.#supposed !== undefined));
    if (part === undefined) return undefined;
    const state = part === first ? this.#state : this.#supposed;
    const from = part === first ? this.#start : part.from;
    const isExact = part === first;
    part.piece = { number, logFile: this.logFile, part: { from, to: part.to }, isExact, ...(state !== undefined && { state }) };
    return part.piece;
  }

  /** The head of the file is read. */
  suppose(state: ParserState): void {
    this.#supposed ??= state;
  }

  put(piece: Piece, reading: PieceReading): void {
    const part = this.#parts.find((each) => each.piece === piece);
    if (part !== undefined) part.reading = reading;
  }

  /** Neither this piece is read nor what comes behind it, unless its part was put off in the meantime. */
  lose(piece: Piece): void {
    const part = this.#parts.find((each) => each.piece === piece);
    // What was passed over is not missed.
    if (part === undefined || this.#parts.indexOf(part) < this.#index) return;
    part.isLost = true;
    this.#parts.splice(this.#parts.indexOf(part) + 1);
  }

  /** Whether a part of the file will never be read. */
  get isLost(): boolean {
    return this.#parts.some(({ isLost }) => isLost === true);
  }

  /** What can be settled now, in order. */
  *settle(): Generator<Settled> {
    for (let part = this.#parts[this.#index]; part !== undefined && !this.#isAbandoned; part = this.#parts[this.#index]) {
      const { piece, reading, from, to } = part;
      if (to <= this.#start && to !== Infinity && part.isLost !== true) {
        // A line from above goes on to behind this part: none begins in it.
        if (piece !== undefined) this.dropped.push(piece.number);
        this.#index += 1;
        continue;
      }
      if (reading === undefined) break;
      const next = this.#parts[this.#index + 1];
      if (reading.start !== this.#start || !isSame(piece?.state, this.#state)) {
        this.#parts[this.#index] = { from, to };
        this.dropped.push(piece?.number ?? 0);
      } else if (next !== undefined && reading.endState === undefined && reading.reading.isWhole) {
        // The file ended here, and then it grew: both are read as one.
        this.#parts.splice(this.#index, 2, { from, to: next.to });
        this.dropped.push(...[piece, next.piece].flatMap((each) => each?.number ?? []));
      } else {
        yield { reading, number: piece?.number ?? 0, linesBefore: this.#linesBefore };
        this.#goOn(reading);
      }
    }
    if (this.#parts[this.#index]?.isLost === true) this.#isAbandoned = true;
  }

  #goOn({ reading, end, endState, lineCount }: PieceReading): void {
    this.#index += 1;
    this.#start = end;
    this.#state = endState;
    this.#supposed = endState ?? this.#supposed;
    this.#linesBefore += lineCount;
    // Behind what the operating system refused nobody knows what the lines mean.
    if (!reading.isWhole) this.#isAbandoned = true;
  }
}

function isSame(a: ParserState | undefined, b: ParserState | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
