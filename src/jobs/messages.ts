import type { IndicatorSource } from '../model/indicator.ts';
import type { ParserState } from '../parse/log-parser.ts';
import type { RuleSource } from '../sigma/load-documents.ts';
import type { PieceReaderOptions } from './piece-reader.ts';
import type { Piece, PieceReading } from './piece.ts';

/** What a worker begins with. */
export interface WorkerStart {
  readonly rules: readonly RuleSource[];
  /** Lists, and the ids of the rules that are made of them. */
  readonly indicators: readonly { readonly source: IndicatorSource; readonly ids: ReadonlySet<string> }[];
  /** Regular expressions that can be compiled: see sigma/regex.ts. */
  readonly expressions: readonly string[];
  /** See `ScanOptions`. */
  readonly maxCpu?: number | undefined;
  readonly options: PieceReaderOptions;
}

/** To a worker: a piece to read, that findings were taken, or to end the piece where it is. */
export type WorkerOrder = { readonly kind: 'read'; readonly piece: Piece } | { readonly kind: 'taken' } | { readonly kind: 'stop' };

/** From a worker, of the piece that it reads. */
export type WorkerWord =
  | { readonly kind: 'head'; readonly state: ParserState }
  | {
      readonly kind: 'progress';
      readonly bytes: number;
      /** As `sendFindings` writes them; left out: none. */
      readonly findings: string | undefined;
      /** What feeds correlations, as `sendMatches` writes it. */
      readonly feeding: string | undefined;
    }
  | { readonly kind: 'read'; readonly reading: PieceReading };
