/** What waits for bytes is told so that nobody wants them any more. */
export class StoppedError extends Error {}

/** What comes until the run is stopped; then, also while it waits, a `StoppedError`. */
export function untilStopped<Item>(items: AsyncIterator<Item>, stop: AbortSignal | undefined): AsyncIterator<Item> {
  if (stop === undefined) return items;
  const stopped = new Promise<never>((_, reject) => {
    const end = (): void => reject(new StoppedError());
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
  // Nobody may be waiting by then.
  stopped.catch(() => undefined);
  return { next: () => Promise.race([items.next(), stopped]) };
}
