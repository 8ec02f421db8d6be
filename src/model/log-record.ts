import type { Line } from './line.ts';
import type { Schema } from './schema.ts';

/** One record of a log, bound to the header above it. */
export interface LogRecord {
  readonly schema: Schema;
  /** The line it stands on, or begins on. */
  readonly line: Line;
  /** In the order of `schema.columns`; empty cells and `-` are `undefined`. */
  readonly values: readonly (string | undefined)[];
  /** Key and value pairs packed inside a column (ECP EventData), in their order. */
  readonly decoded?: ReadonlyMap<string, string>;
  /** Of fields with several values: a test is passed if one of them passes. */
  readonly lists?: ReadonlyMap<string, readonly string[]>;
  /** What tells it from other records, where its line holds what copies need not keep. */
  readonly identity?: string;
  /** Milliseconds since 1970, UTC. */
  readonly time?: number;
  /** The server that the record names. */
  readonly host?: string;
}
