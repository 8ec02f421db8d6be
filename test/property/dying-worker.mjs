// A worker that does its work, but for one file.
import { parentPort } from 'node:worker_threads';

// Only then: a message is delivered once, to those who listen by then.
await import('../../dist/worker.js');

parentPort.on('message', ({ kind, piece }) => {
  if (kind === 'read' && piece.logFile.path.includes('deadly')) process.exit(7);
});
