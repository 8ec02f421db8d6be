import type { Finding } from './finding.ts';

/** A rule that a run had, as its findings name it. */
export type RanRule = Finding['rule'];
