import type { Problem } from '../model/diagnostic.ts';
import type { YaraMatch, YaraSource } from '../model/yara.ts';

/** What the thread that scans begins with. */
export interface YaraStart {
  readonly sources: readonly YaraSource[];
}

/** What is wrong with a file of rules; lines from 1. */
export interface YaraTrouble {
  readonly file: string;
  readonly kind: 'broken' | 'slow';
  readonly lineNumber: number;
  readonly reason: string;
}

/** From the thread: once when its rules are compiled, and of each content. */
export type YaraWord =
  | {
      readonly kind: 'ready';
      /** Without what cannot be compiled. */
      readonly sources: readonly YaraSource[];
      readonly troubles: readonly YaraTrouble[];
    }
  | { readonly kind: 'scanned'; readonly matches: readonly YaraMatch[] };

/** What is told of it. */
export function problemOf({ kind, reason }: YaraTrouble): Problem {
  return { code: kind === 'broken' ? 'RULE_YARA' : 'RULE_YARA_SLOW', reason };
}
