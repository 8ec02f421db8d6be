import type { FindingStore } from './finding-store.ts';
import type { LogFile } from './model/log-file.ts';
import type { Progress } from './scan-options.ts';

/** How far a scan is, told to whoever wants to know. */
export class ScanProgress {
  readonly #told: { -readonly [Name in keyof Progress]: Progress[Name] };
  readonly #onProgress: ((progress: Progress) => void) | undefined;

  constructor(logFiles: readonly LogFile[], findings: FindingStore, onProgress: ((progress: Progress) => void) | undefined) {
    const isKnown = logFiles.every(({ begun }) => begun === undefined);
    this.#told = {
      filesRead: 0,
      files: logFiles.length,
      bytes: 0,
      ...(isKnown && { bytesTotal: logFiles.reduce((sum, { bytes }) => sum + bytes, 0) }),
      // Counted when it is asked for, which is seldom.
      get findings() {
        return findings.count;
      },
    };
    this.#onProgress = onProgress;
  }

  add(bytes: number): void {
    this.#told.bytes += bytes;
    this.#onProgress?.(this.#told);
  }

  endFile(): void {
    this.#told.filesRead += 1;
  }
}
