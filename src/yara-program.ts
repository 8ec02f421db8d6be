/** The program of the thread that looks at contents; of a run from its sources, that of the build. */
export const YARA_PROGRAM = new URL('../dist/yara-worker.js', import.meta.url);
