import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { element, joinChunks, writeEventLog, type WrittenEvent } from '../evtx-writer.ts';
import { parseJsonl, runCli, type JsonlRecord } from './run-cli.ts';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-events-'));
const at = (name: string): string => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cmdlet = (data: readonly string[], more: Partial<WrittenEvent> = {}): WrittenEvent => ({
  provider: 'MSExchange CmdletLogs',
  eventId: 1,
  qualifiers: 16_384,
  channel: 'MSExchange Management',
  computer: 'EX01.contoso.example',
  data,
  ...more,
});
const SHELL = cmdlet(
  [
    'Set-OabVirtualDirectory',
    `-ExternalUrl "http://f/<script language='JScript' runat='server'>function Page_Load(){}</script>" -Identity "OAB"`,
    'contoso.example/Users/kim',
  ],
  {
    time: '2021-03-03T06:30:05.123Z',
  },
);
const MANAGEMENT: readonly WrittenEvent[] = [cmdlet(['Get-Mailbox', '-Identity "kim"'], { time: '2021-03-03T06:00:00.000Z' }), SHELL];
const PROCESSES: readonly WrittenEvent[] = [
  {
    provider: 'Microsoft-Windows-Sysmon',
    eventId: 1,
    channel: 'Microsoft-Windows-Sysmon/Operational',
    time: '2021-03-03T06:40:00.000Z',
    data: {
      Image: 'C:\\Windows\\System32\\cmd.exe',
      ParentImage: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
      CommandLine: 'cmd /c whoami',
      User: 'NT AUTHORITY\\SYSTEM',
    },
  },
  {
    provider: 'Microsoft-Windows-Sysmon',
    eventId: 11,
    channel: 'Microsoft-Windows-Sysmon/Operational',
    time: '2021-03-03T06:41:00.000Z',
    data: { Image: 'System', TargetFilename: 'C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx' },
  },
  {
    provider: 'Microsoft-Windows-Security-Auditing',
    eventId: 4_688,
    channel: 'Security',
    time: '2021-03-03T06:42:00.000Z',
    data: {
      SubjectUserName: 'SYSTEM',
      NewProcessName: 'C:\\Windows\\System32\\whoami.exe',
      ParentProcessName: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
      CommandLine: 'whoami /all',
    },
  },
  {
    provider: 'Microsoft-Windows-Eventlog',
    eventId: 1_102,
    channel: 'Security',
    time: '2021-03-03T06:43:00.000Z',
    userData: [element('LogFileCleared', { xmlns: 'x' }, element('SubjectUserName', {}, 'kim'))],
  },
];

const RULES = `title: Worker Process Runs
id: process
logsource: {category: process_creation, product: windows}
detection: {s: {ParentImage|endswith: '\\w3wp.exe'}, condition: s}
level: high
---
title: File In Web Root
id: file
logsource: {category: file_event, product: windows}
detection: {s: {TargetFilename|contains: '\\inetpub\\'}, condition: s}
level: high
---
title: Log Cleared
id: cleared
logsource: {product: windows, service: security}
detection: {s: {EventID: 1102, SubjectUserName: kim, Provider_Name: Microsoft-Windows-Eventlog}, condition: s}
level: high
---
title: Datum
id: datum
logsource: {product: windows, service: msexchange-management}
detection: {s: {EventID: 1, Data|contains: 'Cmdlet Set-OabVirtualDirectory, parameters '}, t: {Data: 'Set-OabVirtualDirectory'}, condition: s and t}
level: high
---
title: Words
id: words
logsource: {product: windows, service: msexchange-management}
detection: {s: {'|all': ['OabVirtualDirectory', ' -ExternalUrl ', 'Page_Load']}, condition: s}
level: high
---
title: Another Service
id: other
logsource: {product: windows, service: system}
detection: {s: {Provider_Name|contains: '*'}, condition: s}
level: critical
`;

interface Found extends JsonlRecord {
  readonly rule: { readonly id: string; readonly name: string };
  readonly host?: { readonly name: string };
  readonly user?: { readonly name?: string };
  readonly message: string;
  readonly '@timestamp': string;
  readonly log: { readonly type: string; readonly line: number; readonly offset: number; readonly file: { readonly path: string } };
  readonly event: { readonly original: string };
  readonly matched: readonly { readonly field: string; readonly value: string }[];
}

const isFinding = (record: JsonlRecord): record is Found => record.record === 'finding';

function scan(...args: string[]) {
  const run = runCli(['scan', ...args, '--rules', at('rules.yml'), '--no-default-rules', '--exit-zero', '-o', 'jsonl=-']);
  const records = parseJsonl(run.stdout);
  const findings = records.filter(isFinding);
  return { ...run, records, findings, of: (kind: string) => records.filter(({ record }) => record === kind) };
}

beforeAll(() => {
  writeFileSync(at('rules.yml'), RULES);
  mkdirSync(at('logs'));
  writeFileSync(at('logs/MSExchange Management.evtx'), writeEventLog(MANAGEMENT));
  writeFileSync(at('logs/Microsoft-Windows-Sysmon%4Operational.evtx'), writeEventLog(PROCESSES, { isDirty: true, chunksTold: 0 }));
});

describe('event logs', () => {
  test('are read, with each rule asked of the events that it is for', () => {
    const { findings, of, stderr } = scan(at('logs'));
    expect(findings.map(({ rule, log, host }) => [rule.id, log.file.path.slice(0, 2), log.line, host?.name])).toEqual([
      ['datum', 'MS', 2, 'EX01'],
      ['words', 'MS', 2, 'EX01'],
      ['process', 'Mi', 1, 'EX01'],
      ['file', 'Mi', 2, 'EX01'],
      ['process', 'Mi', 3, 'EX01'],
      ['cleared', 'Mi', 4, 'EX01'],
    ]);
    const [first] = findings;
    expect(first).toMatchObject({
      '@timestamp': '2021-03-03T06:30:05.123Z',
      user: { name: 'contoso.example/Users/kim' },
      log: { type: 'evtx', line: 2 },
    });
    expect(first?.message).toContain('Set-OabVirtualDirectory -ExternalUrl');
    expect(JSON.parse(first?.event.original ?? '')).toMatchObject({
      Event: { System: { EventID: 1, Channel: 'MSExchange Management' }, EventData: { Data: SHELL.data } },
    });
    expect(findings[4]?.matched).toEqual([{ field: 'ParentImage', value: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe', view: 'raw' }]);
    expect(of('coverage')).toMatchObject([
      {
        host: { name: 'EX01' },
        log: { type: 'evtx' },
        files: 2,
        records: 6,
        rejected: 0,
        blind: [],
        first: '2021-03-03T06:00:00.000Z',
        last: '2021-03-03T06:43:00.000Z',
        parts: ['MSExchange Management', 'Microsoft-Windows-Sysmon/Operational', 'Security'],
      },
    ]);
    expect(of('summary')).toMatchObject([{ complete: true }]);
    expect(stderr).toContain('was open when it was copied');
  });

  test('are the same under another name, in an archive, and on standard input', () => {
    const log = readFileSync(at('logs/MSExchange Management.evtx'));
    mkdirSync(at('named'));
    writeFileSync(at('named/copy.bin'), log);
    writeFileSync(at('named/packed.evtx.gz'), gzipSync(log));
    const { findings } = scan(at('named'));
    expect(findings.map(({ rule, log: { file, line, offset } }) => [rule.id, file.path, line, offset])).toEqual(
      ['copy.bin', 'packed.evtx.gz!/packed.evtx']
        .flatMap((name) => ['datum', 'words'].map((id) => [id, name, 2, scan(at('logs')).findings[0]?.log.offset]))
        .toSorted((a, b) => String(a[1]).localeCompare(String(b[1]))),
    );
    const piped = runCli(['scan', '-', '--rules', at('rules.yml'), '--no-default-rules', '--exit-zero', '-o', 'jsonl=-'], { input: log });
    expect(parseJsonl(piped.stdout).filter(isFinding)).toHaveLength(2);
  });

  test('are the same with any number of threads, with and without the prefilter', () => {
    const events = Array.from({ length: 3_000 }, (_, index) =>
      cmdlet([`Get-Mailbox`, `-Identity "${index}"`], { time: new Date(Date.UTC(2021, 2, 3) + index * 1_000).toISOString() }),
    );
    mkdirSync(at('many'));
    writeFileSync(at('many/a.evtx'), writeEventLog([...events, SHELL]));
    writeFileSync(at('many/b.evtx'), writeEventLog([SHELL, ...events]));
    const outputs = [['--jobs', '1'], ['--jobs', '2'], ['--no-prefilter']].map((args) =>
      runCli([
        'scan',
        at('many'),
        ...args,
        '--rules',
        at('rules.yml'),
        '--no-default-rules',
        '--exit-zero',
        '-q',
        '-o',
        'jsonl=-',
      ]).stdout.replace(/"durationMs":\d+/, ''),
    );
    expect(outputs[0]).toContain('"line":3001');
    expect(new Set(outputs).size).toBe(1);
  });

  test('are hashed for the manifest, and cut to a span of time', () => {
    const { records } = scan(
      at('logs'),
      '--from',
      '2021-03-03T06:40:00Z',
      '--to',
      '2021-03-03T06:41:30Z',
      '--manifest',
      at('manifest.json'),
      '--force',
    );
    expect(records.filter(isFinding).map(({ rule }) => rule.id)).toEqual(['process', 'file']);
    const digest = createHash('sha256')
      .update(readFileSync(at('logs/MSExchange Management.evtx')))
      .digest('hex');
    expect(readFileSync(at('manifest.json'), 'utf8')).toContain(digest);
  });

  test('that are damaged give what is left, and say what is lost', () => {
    const log = writeEventLog([...MANAGEMENT, ...MANAGEMENT, SHELL], { perChunk: 2 });
    log.fill(0, 4_096 + 65_536, 4_096 + 65_536 + 8);
    mkdirSync(at('damaged'));
    writeFileSync(at('damaged/x.evtx'), log);
    const { findings, of, stderr } = scan(at('damaged'));
    // The second of them lies in the damaged chunk.
    expect(findings.filter(({ rule }) => rule.id === 'datum').map(({ log: { line } }) => line)).toEqual([2, 4, 5]);
    expect(of('coverage')).toMatchObject([{ lines: 5, records: 3, rejected: 0 }]);
    expect(of('summary')).toMatchObject([{ complete: false }]);
    expect(stderr).toContain('x.evtx: chunk 2 does not begin as one');
    expect(stderr).toContain('chunk 2: 2 more records lie behind damage');
  });

  test('without an event are logs all the same', () => {
    mkdirSync(at('empty'));
    writeFileSync(at('empty/Application.evtx'), joinChunks([]));
    const { of } = scan(at('empty'));
    expect(of('coverage')).toMatchObject([{ log: { type: 'evtx' }, files: 1, records: 0 }]);
    expect(of('diagnostic')).toEqual([]);
  });
});

describe('exports of event logs', () => {
  test('are the same log: JSON and XML, also as UTF-16, with places in the file', () => {
    const events = scan(at('logs')).findings.map(({ event }) => event.original);
    const [shell = ''] = events;
    const xml = `<Events><Event xmlns="x"><System><Provider Name="MSExchange CmdletLogs"/><EventID>1</EventID><TimeCreated SystemTime="2021-03-03T06:30:05.123Z"/><Channel>MSExchange Management</Channel><Computer>EX01</Computer></System><EventData><Data>Set-OabVirtualDirectory</Data><Data>-ExternalUrl "http://f/#&lt;script&gt;Page_Load"</Data></EventData></Event></Events>`;
    mkdirSync(at('exports'));
    writeFileSync(at('exports/a.jsonl'), `{"Event":{"System":{"EventID":9,"Channel":"System"}}}\n${shell}\n`);
    writeFileSync(at('exports/b.json'), Buffer.from(`\uFEFF[\r\n${shell}\r\n]`, 'utf16le'));
    writeFileSync(at('exports/c.xml'), xml);
    const { findings, of } = scan(at('exports'));
    expect(
      findings.filter(({ rule }) => rule.id === 'words').map(({ log: { file, type, line, offset } }) => [file.path, type, line, offset]),
    ).toEqual([
      ['a.jsonl', 'evtx', 2, 54],
      ['b.json', 'evtx', 1, 8],
      ['c.xml', 'evtx', 1, 8],
    ]);
    expect(findings.filter(({ rule }) => rule.id === 'other')).toHaveLength(0);
    expect(of('summary')).toMatchObject([{ complete: true }]);
  });

  test('with lines that are none say so', () => {
    mkdirSync(at('torn'));
    writeFileSync(at('torn/a.jsonl'), '{"Event":{"System":{"EventID":9,"Channel":"System"}}}\nnote\n{"Event":{"Sys');
    const { of, stderr } = scan(at('torn'));
    expect(of('coverage')).toMatchObject([{ lines: 3, records: 1, rejected: 2 }]);
    expect(stderr).toContain('a.jsonl:2: is no event: note');
  });
});

const withSigmaHq = existsSync(path.join(SHARED, 'sigmahq')) ? test : test.skip;

withSigmaHq('public Windows rules find their words in event logs (skipped where ../shared/sigmahq is not there)', () => {
  const { stdout } = runCli([
    'scan',
    at('logs'),
    '--rules',
    path.join(SHARED, 'sigmahq'),
    '--no-default-rules',
    '--exit-zero',
    '-q',
    '-o',
    'jsonl=-',
  ]);
  const names = parseJsonl(stdout).flatMap((record) => (isFinding(record) ? [record.rule.name] : []));
  expect(names).toEqual(
    expect.arrayContaining([
      'Exchange Set OabVirtualDirectory ExternalUrl Property',
      'Suspicious Process By Web Server Process',
      'Security Eventlog Cleared',
    ]),
  );
});
