import type { Problem } from './diagnostic.ts';

/** Something that lay in the evidence. */
export interface EvidenceInput {
  /** As findings name it. */
  readonly path: string;
  readonly originalPath?: string;
  /** Left out of what is no log. */
  readonly logType?: string;
  /** As many as were read, and hashed. */
  readonly bytes?: number;
  /** When it was listed, if that is another number: a log may grow. */
  readonly bytesListed?: number;
  /** When it was written to last; ISO 8601, UTC. */
  readonly modified?: string;
  /** Of all its bytes; left out where they could not all be read. */
  readonly sha256?: string;
  /** Why there is no hash. */
  readonly problem?: Problem;
}

export interface HashedFile {
  readonly path: string;
  readonly sha256?: string;
}

/** What was scanned, with what, and when: for the case file. */
export interface Manifest {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly rules: {
    readonly count: number;
    /** Of the rule files: see docs/outputs.md. */
    readonly sha256: string;
    readonly indicators: readonly HashedFile[];
    /** What kept findings from counting; left out: no such file was given. */
    readonly ignore?: readonly HashedFile[];
    /** What findings were compared with. */
    readonly baseline?: HashedFile;
  };
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly finished: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** What the paths of inputs are relative to. */
  readonly folder?: string;
  readonly complete: boolean;
  readonly exitCode: number;
  /** By path. */
  readonly inputs: readonly EvidenceInput[];
}
