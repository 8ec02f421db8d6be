import { expect, test } from '@jest/globals';
import { StopSignal } from '../../../src/cli/stop-signal.ts';

test('a time that is over ends the reading, and is not the user who ends the run', async () => {
  const stop = new StopSignal(() => undefined);
  try {
    const aborted = new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
    stop.stopAfter(0, () => undefined);
    await aborted;
    expect([stop.signal.aborted, stop.userSignal.aborted]).toEqual([true, false]);
  } finally {
    stop.release();
  }
});
