import { readList } from './indicator-lists.ts';
import { DiagnosticLedger } from './assess/diagnostic-ledger.ts';
import { readBaseline } from './indicators/read-baseline.ts';
import type { KnownFiles } from './model/known-files.ts';
import type { ShownDiagnostic } from './model/diagnostic.ts';

export interface BaselineLists {
  readonly knownFiles: KnownFiles;
  readonly diagnostics: readonly ShownDiagnostic[];
  /** Files without a single hash. */
  readonly unusable: readonly string[];
}

/** All files of all builds of Exchange that lists were published of have some 500,000 hashes. */
const MOST_HASHES = 4_000_000;
const SHOWN_CHARACTERS = 80;

/** Reads lists of known good files, all into one. */
export function loadBaselines(files: readonly string[]): BaselineLists {
  const hashes = new Map<string, string>();
  const places = new Map<string, string>();
  const ledger = new DiagnosticLedger();
  const unusable: string[] = [];
  for (const file of new Set(files)) {
    const text = readList(file);
    if (typeof text !== 'string') {
      ledger.add(text, file);
      unusable.push(file);
      continue;
    }
    let entries = 0;
    let left = 0;
    readBaseline(text, {
      onHash: (hash, place) => {
        if (hashes.size >= MOST_HASHES) {
          left += 1;
          return;
        }
        entries += 1;
        if (!hashes.has(hash)) hashes.set(hash, file);
        if (place !== undefined && !places.has(place)) places.set(place, file);
      },
      onBroken: (row, lineNumber) => ledger.add({ code: 'BASELINE_LINE', text: row.slice(0, SHOWN_CHARACTERS) }, file, lineNumber),
    });
    if (left > 0) ledger.add({ code: 'BASELINE_TOO_MANY', limit: MOST_HASHES, left }, file);
    if (entries === 0) unusable.push(file);
    else ledger.add({ code: 'BASELINE_READ', hashes: entries }, file);
  }
  return { knownFiles: { hashes, places }, diagnostics: ledger.shown(), unusable };
}
