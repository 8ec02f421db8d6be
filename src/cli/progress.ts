import type { Progress } from '../scan-options.ts';

const TERMINAL_INTERVAL_MS = 200;
const LOG_INTERVAL_MS = 30_000;

/** Says how far the scan is: on one line of a terminal that is written over, elsewhere a line every half minute. */
export function createProgress(stream: NodeJS.WriteStream): { readonly show: (progress: Progress) => void; readonly clear: () => void } {
  const interval = stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
  let last = Date.now();
  let isShown = false;
  return {
    show: ({ filesRead, files, bytes }) => {
      if (Date.now() - last < interval) return;
      last = Date.now();
      isShown = true;
      const text = `${filesRead} of ${files} files, ${(bytes / 1e6).toFixed(0)} MB`;
      stream.write(stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    },
    clear: () => {
      if (isShown && stream.isTTY) stream.write('\r\u001b[K');
      isShown = false;
    },
  };
}
