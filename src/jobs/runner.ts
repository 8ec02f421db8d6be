import type { FeedingMatch } from '../model/feeding-match.ts';
import type { Finding } from '../model/finding.ts';
import type { ParserState } from '../parse/log-parser.ts';
import type { Piece, PieceReading } from './piece.ts';

/** Told of what is found as it is found. */
export interface RunListener {
  readonly onFinding: (finding: Finding, piece: number) => void;
  /** Told of matches that feed correlations. */
  readonly onFeed: (match: FeedingMatch, piece: number) => void;
  readonly onBlock: (bytes: number) => void;
}

/** Reads pieces, some at a time. */
export interface Runner {
  /** How many at a time. */
  readonly hands: number;
  /** How many of them begin at once; the others join where reading takes long. */
  readonly promptHands: number;
  /** Whether the run was stopped: what is being read ends where it is, and nothing more is begun. */
  readonly isStopped: boolean;
  /** @throws {ReaderDiedError} */
  readonly run: (piece: Piece, onHead: (state: ParserState) => void) => Promise<PieceReading>;
  readonly close: () => Promise<void>;
}

/** What read a piece came to an end in the middle of it. */
export class ReaderDiedError extends Error {}
