import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeEventLog, type WrittenEvent } from '../test/evtx-writer.ts';
import { EventLog } from '../src/evtx/event-log.ts';
import { median, run } from './measure.ts';

/**
 * What event logs cost: the chunks of a log again and again, read alone and scanned with the bundled rules. Without a file the chunks are of our own making.
 * `tsc -p bench && node build/bench/bench/event-logs.js --mebibytes 150 --file SAMPLE.evtx`.
 */
const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '150' },
    runs: { type: 'string', default: '5' },
    file: { type: 'string' },
    folder: { type: 'string', default: path.join(tmpdir(), 'exhunt-bench-event-logs') },
  },
});
const HEADER_BYTES = 4_096;
const CHUNK_BYTES = 65_536;
const BLOCK_BYTES = 524_288;
const MB = 1_000_000;

/** The header, and those chunks of a log that are in use, as often as it takes. */
function makeLog(sample: Buffer, bytes: number): Buffer {
  const chunks: Buffer[] = [];
  for (let at = HEADER_BYTES; at + CHUNK_BYTES <= sample.length; at += CHUNK_BYTES) {
    const chunk = sample.subarray(at, at + CHUNK_BYTES);
    if (chunk.toString('latin1', 0, 7) === 'ElfChnk') chunks.push(chunk);
  }
  const all = Buffer.concat(chunks);
  return Buffer.concat([sample.subarray(0, HEADER_BYTES), ...Array.from({ length: Math.ceil(bytes / all.length) }, () => all)]);
}

const events = Array.from({ length: 500 }, (_, index): WrittenEvent => {
  const data = {
    SubjectUserName: `user${index}`,
    IpAddress: '198.51.100.23',
    LogonType: '3',
    ProcessName: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
  };
  return { provider: 'Microsoft-Windows-Security-Auditing', eventId: 4_624, channel: 'Security', data };
});
const log = makeLog(values.file === undefined ? writeEventLog(events) : readFileSync(values.file), Number(values.mebibytes) * 1_048_576);
mkdirSync(values.folder, { recursive: true });
const file = path.join(values.folder, 'bench.evtx');
writeFileSync(file, log);

function readAlone(): { readonly records: number; readonly cpuSeconds: number } {
  let records = 0;
  const before = process.cpuUsage();
  const reader = new EventLog({ onRecord: () => (records += 1), onDamage: () => undefined });
  for (let at = 0; at < log.length; at += BLOCK_BYTES) reader.push(log.subarray(at, at + BLOCK_BYTES));
  reader.end();
  return { records, cpuSeconds: process.cpuUsage(before).user / 1e6 };
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const rate = (seconds: number): string => `${(log.length / MB / seconds).toFixed(0)} MB/s of processor time`;
const rounds = Array.from({ length: Number(values.runs) });
const alone = rounds.map(readAlone);
say(`${(log.length / MB).toFixed(0)} MB, ${alone[0]?.records ?? 0} records`);
say(`read alone: ${rate(median(alone.map(({ cpuSeconds }) => cpuSeconds)))}`);
const scans: number[] = [];
for (const _ of rounds)
  scans.push((await run(process.execPath, ['dist/main.js', 'scan', file, '--jobs', '1', '-q', '--exit-zero', '-o', 'jsonl=-'])).cpuSeconds);
say(`scan with the bundled rules, start included: ${rate(median(scans))}`);
