import type { Progress } from './scan-options.ts';

/** How far a scan is, told to whoever wants to know. */
export class ScanProgress {
  readonly #told: { -readonly [Name in keyof Progress]: Progress[Name] };
  readonly #onProgress: ((progress: Progress) => void) | undefined;

  constructor(files: number, onProgress: ((progress: Progress) => void) | undefined) {
    this.#told = { filesRead: 0, files, bytes: 0 };
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
