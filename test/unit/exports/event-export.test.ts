import { describe, expect, test } from '@jest/globals';
import { eventJson } from '../../../src/evtx/event-json.ts';
import { eventsIn, formOfExport, readExport, type ExportedEvent, type ExportForm } from '../../../src/exports/event-export.ts';
import type { Encoding } from '../../../src/model/log-file.ts';

/** Reads an export as many bytes at a time. */
function read(form: ExportForm, bytes: Uint8Array, encoding: Encoding = 'utf-8', blockBytes = bytes.length): ExportedEvent[] {
  const events: ExportedEvent[] = [];
  const reader = readExport(form, encoding, (event) => void events.push(event));
  for (let at = 0; at < bytes.length; at += blockBytes) reader.push(bytes.subarray(at, at + blockBytes));
  reader.end();
  return events;
}

/** The one event of an object: what it says of itself, and its data. */
function readOne(value: unknown): { readonly system: unknown; readonly data: unknown } {
  const text = JSON.stringify(value);
  expect(formOfExport(text)).toBe('json');
  const [found, ...more] = eventsIn(text, 'json', 2);
  expect(more).toEqual([]);
  if (found?.event === undefined) throw new Error('it is no event');
  const { Event: event } = JSON.parse(eventJson(found.event)) as { Event: { System: unknown; EventData?: unknown } };
  return { system: event.System, data: event.EventData };
}

const native = (id: number, more: object = {}): object => ({
  Event: {
    System: { Provider: { Name: 'Test' }, EventID: id, Channel: 'Application', Computer: 'EX01' },
    EventData: { Data: ['é', 'two'] },
    ...more,
  },
});

describe('an export as JSON', () => {
  const objects = [native(1), native(2), native(3)];
  const idsOf = (events: readonly ExportedEvent[]): (string | undefined)[] => events.map(({ event }) => event?.get('EventID'));

  test.each<[string, string]>([
    ['one a line', objects.map((each) => `${JSON.stringify(each)}\r\n`).join('')],
    ['in an array', JSON.stringify(objects)],
    ['in an array over many lines', JSON.stringify(objects, null, 4)],
    ['in an object around an array, as PowerShell 5 writes it', JSON.stringify({ value: objects, Count: 3 })],
    ['one behind the other', objects.map((each) => JSON.stringify(each, null, 2)).join('')],
    ['with a byte order mark', `\uFEFF${JSON.stringify(objects)}`],
  ])('%s is read wherever it is cut', (_, text) => {
    const bytes = Buffer.from(text);
    for (const blockBytes of [1, 2, 7, 64, bytes.length]) {
      const events = read('json', bytes, 'utf-8', blockBytes);
      expect(idsOf(events)).toEqual(['1', '2', '3']);
      for (const { offset, json } of events) {
        expect(bytes[offset]).toBe('{'.charCodeAt(0));
        expect(json?.()).toContain('"é"');
      }
    }
    for (const encoding of ['utf-16le', 'utf-16be'] as const) {
      const wide = Buffer.from(text, 'utf16le');
      if (encoding === 'utf-16be') wide.swap16();
      for (const blockBytes of [1, 3, wide.length]) {
        const events = read('json', wide, encoding, blockBytes);
        expect(idsOf(events)).toEqual(['1', '2', '3']);
        expect(events.map(({ offset }) => new TextDecoder(encoding).decode(wide.subarray(offset, offset + 2)))).toEqual(['{', '{', '{']);
      }
    }
  });

  test('with torn lines and other text gives the events around them', () => {
    const [one, two, three] = objects.map((each) => JSON.stringify(each));
    const events = read('json', Buffer.from(`${one}\n${two?.slice(0, 60)}\nand a note\n${three}\n{"a":1}\n{"Event":`));
    expect(events.map(({ event, damage }) => [event?.get('EventID'), damage])).toEqual([
      ['1', undefined],
      [undefined, 'torn'],
      ['3', undefined],
      [undefined, 'form'],
      [undefined, 'torn'],
    ]);
  });

  test('with an object that is too long is read behind it', () => {
    const long = JSON.stringify(native(2, { EventData: { Data: 'x'.repeat(1_100_000) } }));
    const events = read('json', Buffer.from(`${JSON.stringify(native(1))}\n${long}\n${JSON.stringify(native(3))}\n`), 'utf-8', 65_536);
    expect(events.map(({ event, damage }) => [event?.get('EventID'), damage])).toEqual([
      ['1', undefined],
      [undefined, 'long'],
      ['3', undefined],
    ]);
  });

  test('with values in values without end is no event, and those behind it are read', () => {
    const deep = `{"Event":{"System":{"EventID":1,"Channel":"System"},"EventData":{"a":${'['.repeat(300_000)}${']'.repeat(300_000)}}}}`;
    const events = read('json', Buffer.from(`${deep}\n${JSON.stringify(native(2))}`), 'utf-8', 65_536);
    expect(events.map(({ event, damage, json }) => [event?.get('EventID'), damage, json?.().length])).toEqual([
      [undefined, 'form', undefined],
      ['2', undefined, JSON.stringify(native(2)).length],
    ]);
  });

  test('made of brackets without end is no event, and read at once', () => {
    const started = performance.now();
    const events = read('json', Buffer.from(`{"a":${'['.repeat(900_000)}`), 'utf-8', 4_096);
    expect(events.map(({ event }) => event)).toEqual([undefined]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test.each(['{"a":1}', '[]', '{"EventID":4}', 'Event', '[{"client_id":"C.1"}]', '{"log":"iis","message":"GET /"}'])(
    '%s is none',
    (text) => {
      expect(formOfExport(text)).toBeUndefined();
    },
  );

  test('is told by its beginning, also where its first event is longer than that', () => {
    const text = JSON.stringify([native(1, { EventData: { Data: 'x'.repeat(50_000) } })]);
    expect(formOfExport(text.slice(0, 32_768))).toBe('json');
  });
});

describe('the JSON of', () => {
  test('programs that turn XML into JSON is read with attributes as they write them', () => {
    const wanted = {
      system: {
        Provider: { Name: 'MSExchange CmdletLogs', Guid: '{x}' },
        EventID: 6,
        Qualifiers: 49_152,
        Level: 2,
        TimeCreated: '2021-03-03T06:29:53.030Z',
        Execution: { ProcessID: 4, ThreadID: 8 },
        Channel: 'MSExchange Management',
        Computer: 'EX01',
        Security: { UserID: 'S-1-5-18' },
      },
      data: { Data: ['Get-App', '-Identity "x"'] },
    };
    const shape = (named: (attributes: object, text?: unknown) => object): object => ({
      Event: {
        '#attributes': { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
        System: {
          Provider: named({ Name: 'MSExchange CmdletLogs', Guid: '{x}' }),
          EventID: named({ Qualifiers: 49_152 }, 6),
          Level: '2',
          TimeCreated: named({ SystemTime: '2021-03-03T06:29:53.030Z' }),
          Correlation: null,
          Execution: named({ ProcessID: '4', ThreadID: 8 }),
          Channel: 'MSExchange Management',
          Computer: 'EX01',
          Security: named({ UserID: 'S-1-5-18' }),
        },
        EventData: { Data: ['Get-App', '-Identity "x"'] },
      },
    });
    const prefixed = (attributes: object, value?: unknown): object => ({
      ...Object.fromEntries(Object.entries(attributes).map(([key, each]) => [`@${key}`, each as unknown])),
      ...(value !== undefined && { '#text': value }),
    });
    expect(readOne(shape((attributes, value) => ({ '#attributes': attributes, ...(value !== undefined && { '#text': value }) })))).toEqual(
      wanted,
    );
    expect(readOne(shape(prefixed))).toEqual(wanted);
    const beside = (attributes: object, value?: unknown): object => ({ attributes, value });
    const apart = JSON.stringify(shape(beside)).replaceAll(
      /"(\w+)":\{"attributes":(\{[^}]*\})(?:,"value":(\d+))?\}/g,
      (_, name: string, attributes: string, value?: string) =>
        [`"${name}_attributes":${attributes}`, ...(value === undefined ? [] : [`"${name}":${value}`])].join(),
    );
    expect(apart).toContain('"EventID_attributes"');
    expect(readOne(JSON.parse(apart))).toEqual(wanted);
    expect(readOne({ document: { kind: 'evtx', data: shape(prefixed) }, name: 'a rule of chainsaw' })).toEqual(wanted);
  });

  test('data with names may be members or elements with attributes', () => {
    const data = { Image: 'C:\\x.exe', User: 'kim' };
    expect(readOne(native(1, { EventData: data })).data).toEqual(data);
    expect(
      readOne(
        native(1, {
          EventData: {
            Data: [
              { '@Name': 'Image', '#text': 'C:\\x.exe' },
              { '@Name': 'User', '#text': 'kim' },
            ],
          },
        }),
      ).data,
    ).toEqual(data);
    expect(readOne(native(1, { EventData: null, UserData: { EventXML: { '#attributes': { xmlns: 'x' }, ...data } } })).data).toEqual(data);
  });

  test('Get-WinEvent is read, with its times, and the data of Sysmon out of the message', () => {
    const event = {
      Id: 1,
      Version: 5,
      Qualifiers: null,
      Level: 4,
      Task: 1,
      ProviderName: 'Microsoft-Windows-Sysmon',
      LogName: 'Microsoft-Windows-Sysmon/Operational',
      ProcessId: 2_196,
      RecordId: 77,
      MachineName: 'EX01.contoso.example',
      UserId: { BinaryLength: 12, Value: 'S-1-5-18' },
      TimeCreated: '/Date(1614752993030)/',
      Properties: [{ Value: 'x' }],
      Message: 'Process Create:\r\nRuleName: -\r\nImage: C:\\Windows\\System32\\cmd.exe\r\nCommandLine: cmd /c echo: x',
    };
    expect(readOne(event)).toEqual({
      system: {
        Provider: { Name: 'Microsoft-Windows-Sysmon' },
        EventID: 1,
        Version: 5,
        Level: 4,
        Task: 1,
        TimeCreated: '2021-03-03T06:29:53.030Z',
        EventRecordID: 77,
        Execution: { ProcessID: 2_196 },
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        Computer: 'EX01.contoso.example',
        Security: { UserID: 'S-1-5-18' },
      },
      data: { Message: event.Message, RuleName: '-', Image: 'C:\\Windows\\System32\\cmd.exe', CommandLine: 'cmd /c echo: x' },
    });
    const cmdlet = {
      ...event,
      ProviderName: 'MSExchange CmdletLogs',
      LogName: 'MSExchange Management',
      Properties: [{ Value: 'Get-App' }, { Value: '-Identity "x"' }],
    };
    expect(readOne(cmdlet).data).toEqual({ Message: event.Message, Data: ['Get-App', '-Identity "x"'] });
    expect(
      readOne({ TimeCreated: '/Date(1614752993030)/', Id: 1, Message: 'Cmdlet suceeded. Cmdlet Get-App, parameters .' }).system,
    ).toEqual({
      EventID: 1,
      TimeCreated: '2021-03-03T06:29:53.030Z',
      Channel: 'MSExchange Management',
    });
    const service = {
      ...event,
      Id: 7_045,
      ProviderName: 'Service Control Manager',
      LogName: 'System',
      Properties: [{ Value: 'svc' }, { Value: 'C:\\x.exe' }],
    };
    expect(readOne(service).data).toEqual({ Message: event.Message, ServiceName: 'svc', ImagePath: 'C:\\x.exe' });
  });

  test('EvtxECmd is read with the data in its payload', () => {
    const event = {
      PayloadData1: 'Target: CONTOSO\\kim',
      MapDescription: 'Failed logon',
      ChunkNumber: 0,
      Computer: 'EX01.contoso.example',
      Payload: '{"EventData":{"Data":[{"@Name":"TargetUserName","#text":"kim"},{"@Name":"LogonType","#text":"3"},{"@Name":"Empty"}]}}',
      Channel: 'Security',
      Provider: 'Microsoft-Windows-Security-Auditing',
      EventId: 4_625,
      EventRecordId: '88',
      ProcessId: 4,
      ThreadId: 8,
      Level: 'LogAlways',
      Keywords: 'Audit failure',
      SourceFile: 'Security.evtx',
      TimeCreated: '2021-03-03T06:29:53.0301234+00:00',
      RecordNumber: 1,
    };
    expect(readOne(event)).toEqual({
      system: {
        Provider: { Name: 'Microsoft-Windows-Security-Auditing' },
        EventID: 4_625,
        Level: 0,
        Keywords: 'Audit failure',
        TimeCreated: '2021-03-03T06:29:53.0301234+00:00',
        EventRecordID: 88,
        Execution: { ProcessID: 4, ThreadID: 8 },
        Channel: 'Security',
        Computer: 'EX01.contoso.example',
      },
      data: { TargetUserName: 'kim', LogonType: '3', Empty: '' },
    });
    expect(readOne({ ...event, Payload: '{"EventData":{"Data":["a","b"]}}' }).data).toEqual({ Data: ['a', 'b'] });
  });

  test('hayabusa is read with the names and channels that it shortens', () => {
    const event = {
      Timestamp: '2021-03-03 06:29:53.030 +00:00',
      RuleTitle: 'Proc Exec',
      Level: 'info',
      Computer: 'EX01',
      Channel: 'Sysmon',
      EventID: 1,
      RecordID: 9,
      Details: { Cmdline: 'whoami', Proc: 'C:\\Windows\\System32\\whoami.exe', User: 'NT AUTHORITY\\SYSTEM', LID: '0x3e7' },
      ExtraFieldInfo: { ParentImage: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe' },
    };
    const wanted = {
      system: {
        EventID: 1,
        TimeCreated: '2021-03-03T06:29:53.030+00:00',
        EventRecordID: 9,
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        Computer: 'EX01',
      },
      data: {
        ParentImage: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
        CommandLine: 'whoami',
        Image: 'C:\\Windows\\System32\\whoami.exe',
        User: 'NT AUTHORITY\\SYSTEM',
        LogonId: '0x3e7',
      },
    };
    expect(readOne(event)).toEqual(wanted);
    const table = {
      ...event,
      Details: Object.entries(event.Details)
        .map(([key, value]) => `${key}: ${value}`)
        .join(' ¦ '),
    };
    expect(readOne(table)).toEqual(wanted);
    expect(
      readOne({
        ...event,
        Channel: 'Sec',
        Provider: 'Sec',
        EventID: 4_624,
        Details: { Type: 3, TgtUser: 'kim', SrcIP: '198.51.100.23' },
        ExtraFieldInfo: {},
      }),
    ).toMatchObject({
      system: { Channel: 'Security', Provider: { Name: 'Microsoft-Windows-Security-Auditing' } },
      data: { LogonType: '3', TargetUserName: 'kim', IpAddress: '198.51.100.23' },
    });
    expect(readOne({ ...event, Details: {}, ExtraFieldInfo: undefined, AllFieldInfo: { CommandLine: 'whoami' } }).data).toEqual({
      CommandLine: 'whoami',
    });
  });

  test('winlogbeat is read, with its members apart or in one name, and out of Elasticsearch', () => {
    const event = {
      '@timestamp': '2021-03-03T06:29:53.030Z',
      message: 'Cmdlet suceeded. Cmdlet Get-App, parameters .',
      host: { name: 'ex01' },
      log: { level: 'information' },
      event: { code: '1', provider: 'MSExchange CmdletLogs' },
      winlog: {
        channel: 'MSExchange Management',
        event_id: '1',
        provider_name: 'MSExchange CmdletLogs',
        computer_name: 'EX01.contoso.example',
        record_id: 12,
        keywords: ['Classic'],
        process: { pid: 4, thread: { id: 8 } },
        event_data: { param1: 'Get-App', param2: '' },
      },
    };
    const wanted = {
      system: {
        Provider: { Name: 'MSExchange CmdletLogs' },
        EventID: 1,
        Level: 4,
        Keywords: 'Classic',
        TimeCreated: '2021-03-03T06:29:53.030Z',
        EventRecordID: 12,
        Execution: { ProcessID: 4, ThreadID: 8 },
        Channel: 'MSExchange Management',
        Computer: 'EX01.contoso.example',
      },
      data: { Data: ['Get-App', ''], param1: 'Get-App', param2: '', Message: event.message },
    };
    expect(readOne(event)).toEqual(wanted);
    expect(readOne({ _index: 'x', _source: event })).toEqual(wanted);
    const { winlog, ...others } = event;
    const { process: ids, event_data: data, ...plain } = winlog;
    const flat = Object.fromEntries(Object.entries(plain).map(([key, value]) => [`winlog.${key}`, value as unknown]));
    expect(
      readOne({
        ...others,
        ...flat,
        'winlog.process.pid': ids.pid,
        'winlog.process.thread.id': 8,
        'winlog.event_data.param1': 'Get-App',
        'winlog.event_data.param2': data.param2,
      }),
    ).toEqual(wanted);
  });

  test('programs that write all fields side by side is read', () => {
    expect(
      readOne({
        EventID: 4_688,
        Channel: 'Security',
        Hostname: 'EX01',
        SystemTime: '2021-03-03 06:29:53',
        Severity: 'INFO',
        CommandLine: 'whoami',
        Level: 'Error',
      }),
    ).toEqual({
      system: { EventID: 4_688, Level: 2, TimeCreated: '2021-03-03T06:29:53', Channel: 'Security', Computer: 'EX01' },
      data: { Severity: 'INFO', CommandLine: 'whoami' },
    });
  });
});

describe('an export as XML', () => {
  const event = (id: number): string =>
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name="Test &amp; Co" Guid='{x}'/><EventID Qualifiers='16384'>${id}</EventID>` +
    `<Level>4</Level><TimeCreated SystemTime="2021-03-03T06:29:53.0301234Z"/><Channel>Application</Channel><Computer>EX01</Computer><Security/></System>` +
    `<EventData><Data>a &lt;b&gt; &#233; &#x20AC;</Data><Data><![CDATA[<c> & ]]></Data><Data/></EventData>` +
    `<RenderingInfo Culture='en-US'><Message>said</Message><Level>Information</Level></RenderingInfo></Event>`;

  test.each<[string, string]>([
    ['with a root', `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<Events>${[1, 2, 3].map(event).join('')}</Events>`],
    ['without a root, one a line', [1, 2, 3].map((id) => `${event(id)}\r\n`).join('')],
  ])('%s is read wherever it is cut', (_, text) => {
    expect(formOfExport(text)).toBe('xml');
    const narrow = Buffer.from(text);
    const wide = Buffer.from(`\uFEFF${text}`, 'utf16le');
    for (const [bytes, encoding] of [
      [narrow, 'utf-8'],
      [wide, 'utf-16le'],
    ] as const) {
      for (const blockBytes of [1, 2, 5, 1_000, bytes.length]) {
        const events = read('xml', bytes, encoding, blockBytes);
        expect(events.map(({ event: each, damage }) => [each?.get('EventID'), damage])).toEqual([
          ['1', undefined],
          ['2', undefined],
          ['3', undefined],
        ]);
        expect(events.map(({ offset }) => new TextDecoder(encoding).decode(bytes.subarray(offset, offset + 12)).slice(0, 6))).toEqual([
          '<Event',
          '<Event',
          '<Event',
        ]);
      }
    }
    const [first] = read('xml', narrow);
    expect(
      JSON.parse(
        eventJson(
          first?.event ??
            (() => {
              throw new Error('none');
            })(),
        ),
      ),
    ).toEqual({
      Event: {
        System: {
          Provider: { Name: 'Test & Co', Guid: '{x}' },
          EventID: 1,
          Qualifiers: 16_384,
          Level: 4,
          TimeCreated: '2021-03-03T06:29:53.0301234Z',
          Channel: 'Application',
          Computer: 'EX01',
        },
        EventData: { Data: ['a <b> é €', '<c> & ', ''], Message: 'said', RenderingInfo_Level: 'Information' },
      },
    });
  });

  test('that is torn gives what stands in front of the tear, and the events behind it', () => {
    const events = read('xml', Buffer.from(`<Events>${event(1).slice(0, 330)}${event(2)}${event(3).slice(0, 200)}`));
    expect(events.map(({ event: each, damage }) => [each?.get('EventID'), damage])).toEqual([
      ['1', 'torn'],
      ['2', undefined],
      ['3', 'torn'],
    ]);
  });

  test('made of marks that are never closed is read at once', () => {
    const started = performance.now();
    for (const hostile of ['<a "', "<a '", '<a b="', '<!--', '<![CDATA[', '&', '<', '<a b=c '])
      read('xml', Buffer.from(`<Event>${hostile.repeat(120_000)}</Event>`), 'utf-8', 65_536);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
