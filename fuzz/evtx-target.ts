import type { WindowsEvent } from '../src/evtx/event.ts';
import { EventLog, isEventLog } from '../src/evtx/event-log.ts';
import { CHUNK_BYTES, CHUNK_CHARACTERS, FILE_HEADER_BYTES, RECORD_CHARACTERS } from '../src/evtx/limits.ts';
import { formOfExport, readExport } from '../src/exports/event-export.ts';
import { recordOfEvent } from '../src/parse/event-record.ts';
import { element, joinChunks, writeEventLog, type WrittenEvent } from '../test/evtx-writer.ts';
import { mutateBytes } from './mutate.ts';
import { assert, type Target } from './target.ts';

const CMDLET: WrittenEvent = {
  provider: 'MSExchange CmdletLogs',
  qualifiers: 16_384,
  channel: 'MSExchange Management',
  data: ['Set-OabVirtualDirectory', '-ExternalUrl "http://f/"', 'contoso.example/Users/kim', ''],
};
const NAMED: WrittenEvent = { eventId: 4_688, channel: 'Security', data: { NewProcessName: 'C:\\Windows\\x.exe', CommandLine: 'x /all' } };
const CLEARED: WrittenEvent = {
  eventId: 1_102,
  channel: 'Security',
  userData: [element('LogFileCleared', { xmlns: 'x' }, element('SubjectUserName', {}, 'kim'))],
};
const JSON_LINE =
  '{"Event":{"System":{"Provider":{"Name":"P"},"EventID":{"#text":1,"#attributes":{"Qualifiers":4}},"Channel":"Application","Computer":"EX01"},"EventData":{"Data":["a","b"]}}}\n';
const XML =
  '<Events><Event xmlns="x"><System><Provider Name="P"/><EventID>1</EventID><Channel>System</Channel></System><EventData><Data Name="A">1 &lt; 2</Data></EventData></Event></Events>';

/** Where the header of a file and the first bytes of a chunk end: what follows is worth most changes. */
const SHORT_BYTES = FILE_HEADER_BYTES + 8_192;

const SEEDS: readonly Buffer[] = [
  writeEventLog([CMDLET, NAMED, CLEARED, CMDLET, NAMED]),
  writeEventLog([CMDLET, NAMED, CLEARED, CMDLET], { perChunk: 2, isDirty: true, chunksTold: 1 }),
  writeEventLog([NAMED, NAMED, NAMED], { withChecksums: false }).subarray(0, SHORT_BYTES),
  writeEventLog([CLEARED, CMDLET]).subarray(FILE_HEADER_BYTES, FILE_HEADER_BYTES + 4_096),
  joinChunks([]),
  Buffer.from(JSON_LINE.repeat(3)),
  Buffer.from(
    `{"value":[${JSON_LINE},{"Id":1,"ProviderName":"P","LogName":"System","Properties":[{"Value":"v"}],"TimeCreated":"/Date(1614752993030)/"}],"Count":2}`,
  ),
  Buffer.from(XML.repeat(2)),
];

/** Event logs and their exports: each record has its place and can be written, nothing grows without end, and it makes no difference where they are cut. */
export const evtxTarget: Target = {
  name: 'evtx',
  seeds: SEEDS,
  mutate: mutateBytes,
  run: (input) => {
    const whole = readAll(input, input.length);
    assert(JSON.stringify(readAll(input, 1_000)) === JSON.stringify(whole), 'where blocks are cut makes no difference');
    let last = -1;
    let characters = 0;
    for (const { offset, text } of whole) {
      assert(offset > last && offset < input.length, `records stand one behind the other: ${offset} behind ${last}`);
      JSON.parse(text);
      last = offset;
      characters += text.length;
    }
    const chunks = Math.ceil(input.length / CHUNK_BYTES);
    // JSON writes a character in six at the most.
    assert(
      characters <= 6 * (chunks * CHUNK_CHARACTERS + 4 * input.length) + whole.length * (4_096 + 6 * RECORD_CHARACTERS),
      `${characters} characters are too many`,
    );
  },
};

function readAll(input: Buffer, blockBytes: number): { readonly offset: number; readonly text: string }[] {
  const records: { offset: number; text: string }[] = [];
  const take = (offset: number, event: WindowsEvent): void => {
    const { line, time = 0 } = recordOfEvent(event, { number: records.length + 1, offset });
    assert(Number.isFinite(time), 'a time is a number');
    records.push({ offset, text: line.text });
  };
  const reader = isEventLog(input)
    ? new EventLog({ onRecord: ({ offset, event }) => take(offset, event), onDamage: () => undefined })
    : readExport(formOfExport(input.toString('utf8')) ?? 'json', 'utf-8', ({ offset, event }) => {
        if (event !== undefined) take(offset, event);
      });
  for (let at = 0; at < input.length; at += blockBytes) reader.push(input.subarray(at, at + blockBytes));
  reader.end();
  return records;
}
