import { describe, expect, test } from '@jest/globals';
import { Matcher } from '../../../src/match/matcher.ts';
import type { LogRecord } from '../../../src/model/log-record.ts';
import { channelsOf, EVENT_SOURCES } from '../../../src/parse/event-sources.ts';
import { schemaOfEvent } from '../../../src/parse/event-schema.ts';
import { LOG_TYPES } from '../../../src/parse/log-types.ts';
import { readExample } from '../../../src/rule-tests.ts';
import { appliesTo } from '../../../src/sigma/log-source.ts';
import { loadRules } from '../../../src/sigma/load.ts';

interface Told {
  readonly channel: string;
  readonly id?: number;
  readonly data?: object;
  readonly computer?: string;
  readonly time?: string;
}

function recordOf({
  channel,
  id = 1,
  data = {},
  computer = 'EX01.contoso.example',
  time = '2021-03-03T06:30:05.1234567Z',
}: Told): LogRecord {
  const event = {
    System: { Provider: { Name: 'P' }, EventID: id, Level: 2, TimeCreated: time, Channel: channel, Computer: computer },
    EventData: data,
  };
  const [record] = readExample({ logType: 'evtx', text: JSON.stringify({ Event: event }) }) ?? [];
  if (record === undefined) throw new Error('no record');
  return record;
}

const valueOf = (record: LogRecord, field: string): string | undefined => record.schema.reader(field)?.(record);

/** Whether a rule with this selection finds a record. */
function finds(selection: string, told: Told, logSource = '{product: windows}'): boolean {
  const record = recordOf(told);
  const text = `title: t\nid: t\nlogsource: ${logSource}\ndetection: {s: ${selection}, condition: s}\n`;
  const { rules, diagnostics } = loadRules('r.yml', text);
  expect(diagnostics).toEqual([]);
  return new Matcher(rules).match(record).length > 0;
}

describe('an event as a record', () => {
  test('has a time to the millisecond, and the server without its domain', () => {
    const record = recordOf({ channel: 'System' });
    expect([record.time, record.host]).toEqual([Date.parse('2021-03-03T06:30:05.123Z'), 'EX01']);
    expect(recordOf({ channel: 'System', computer: '10.1.2.11' }).host).toBe('10.1.2.11');
    expect(recordOf({ channel: 'System', time: 'yesterday' }).time).toBeUndefined();
  });

  test('gives what it says of itself in any case, and data as they are spelled', () => {
    const record = recordOf({ channel: 'System', data: { Image: 'x', EventID: '9', Task: 'own' } });
    expect(['eventid', 'EventID', 'Provider', 'Level', 'Image', 'image', 'Task'].map((field) => valueOf(record, field))).toEqual([
      '1',
      '1',
      'P',
      '2',
      'x',
      undefined,
      'own',
    ]);
  });

  test.each<[string, boolean]>([
    [`{Data: two}`, true],
    [`{Data|contains: tw}`, true],
    [`{Data|contains|all: [one, two]}`, true],
    [`{Data|startswith: two}`, true],
    [`{Data|contains: 'one two'}`, false],
    [`{Data: three}`, false],
    [`{Data|re: '^two$'}`, true],
  ])('%s asks each of the data without a name: %s', (selection, expected) => {
    expect(finds(selection, { channel: 'Application', data: { Data: ['one', 'two'] } })).toBe(expected);
  });

  test.each<[string, object, boolean]>([
    [`{User: null}`, { User: '' }, true],
    [`{User: ''}`, { User: '' }, true],
    [`{User: null}`, {}, true],
    [`{User|exists: true}`, { User: '' }, true],
    [`{User|exists: false}`, {}, true],
    [`{User: '-'}`, { User: '-' }, true],
    [`{User: null}`, { User: 'kim' }, false],
  ])('%s of %j: %s', (selection, data, expected) => {
    expect(finds(selection, { channel: 'Security', data })).toBe(expected);
  });

  test('of a cmdlet has it, its parameters, and the words of its message', () => {
    const record = recordOf({ channel: 'MSExchange Management', id: 6, data: { Data: ['Get-App', '-Identity "x"', 'contoso/kim'] } });
    const fields = ['Cmdlet', 'Parameters', 'Caller', 'ExecutionResult', 'Message', 'command', 'cs-username'];
    expect(fields.map((field) => valueOf(record, field))).toEqual([
      'Get-App',
      '-Identity "x"',
      'contoso/kim',
      'Error',
      'Cmdlet failed. Cmdlet Get-App, parameters -Identity "x".',
      'Get-App -Identity "x"',
      'contoso/kim',
    ]);
    expect(record.line.text).not.toContain('Cmdlet failed');
    expect(
      finds(`{Data|contains: 'Cmdlet failed. Cmdlet Get-App, '}`, {
        channel: 'MSExchange Management',
        id: 6,
        data: { Data: ['Get-App', 'x'] },
      }),
    ).toBe(true);
    expect(valueOf(recordOf({ channel: 'Application', data: { Data: ['Get-App'] } }), 'Cmdlet')).toBeUndefined();
  });

  test('of a cmdlet whose data an export has put into one text has the same fields', () => {
    const text =
      'Set-OabVirtualDirectory, -ExternalUrl "http://f/, x" -Identity "x, y", contoso.example/Users/kim, S-1-5-18, S-1-5-18, w3wp, ';
    const record = recordOf({ channel: 'MSExchange Management', data: { Data: text } });
    expect(['Cmdlet', 'Parameters', 'Caller'].map((field) => record.schema.reader(field)?.(record))).toEqual([
      'Set-OabVirtualDirectory',
      '-ExternalUrl "http://f/, x" -Identity "x, y"',
      'contoso.example/Users/kim',
    ]);
  });

  test.each([
    ['German', 'Cmdlet erfolgreich. Cmdlet "Set-OabVirtualDirectory", Parameter "-ExternalUrl "http://f/" -Identity "x"".'],
    [
      'French',
      'L\'applet de commande a réussi. Applet de commande Set-OabVirtualDirectory, paramètres -ExternalUrl "http://f/" -Identity "x".',
    ],
    [
      'Japanese',
      'コマンドレットは成功しました。コマンドレット Set-OabVirtualDirectory, パラメーター -ExternalUrl "http://f/" -Identity "x".',
    ],
  ])('of a cmdlet of which the message alone is told has the same fields in %s', (_, Message) => {
    const record = recordOf({ channel: 'MSExchange Management', data: { Message } });
    expect(record.schema.reader('Cmdlet')?.(record)).toBe('Set-OabVirtualDirectory');
    expect(record.schema.reader('Parameters')?.(record)).toMatch(/^-ExternalUrl "http:\/\/f\/" -Identity "x/);
  });

  test('of a cmdlet of which the message alone is told has the same fields', () => {
    const message = 'Cmdlet suceeded. Cmdlet Set-OabVirtualDirectory, parameters -ExternalUrl "http://f/" -Identity "x".';
    const record = recordOf({ channel: 'MSExchange Management', data: { Message: message } });
    expect(['Cmdlet', 'Parameters', 'Message'].map((field) => valueOf(record, field))).toEqual([
      'Set-OabVirtualDirectory',
      '-ExternalUrl "http://f/" -Identity "x"',
      message,
    ]);
    expect(finds(`{Data|contains: ' -ExternalUrl '}`, { channel: 'MSExchange Management', data: { Message: message } })).toBe(true);
  });

  test('of a process that Windows wrote of answers to the names of Sysmon', () => {
    const data = {
      NewProcessName: 'C:\\a.exe',
      ParentProcessName: 'C:\\w3wp.exe',
      SubjectUserName: 'kim',
      SubjectDomainName: 'CONTOSO',
      MandatoryLabel: 'S-1-16-12288',
    };
    const record = recordOf({ channel: 'Security', id: 4_688, data });
    expect(['Image', 'ParentImage', 'User', 'IntegrityLevel'].map((field) => valueOf(record, field))).toEqual([
      'C:\\a.exe',
      'C:\\w3wp.exe',
      'CONTOSO\\kim',
      'High',
    ]);
    expect(valueOf(recordOf({ channel: 'Security', id: 4_689, data }), 'Image')).toBeUndefined();
  });
});

describe('rules are asked', () => {
  const applies = (logSource: object, channel: string, id: number, eventType?: string): boolean =>
    appliesTo(logSource, schemaOfEvent(channel, String(id), eventType).logSources);

  test.each<[object, [channel: string, id: number, eventType: string | undefined], boolean]>([
    [{ product: 'windows', service: 'security' }, ['Security', 1, undefined], true],
    [{ product: 'windows', service: 'security' }, ['System', 1, undefined], false],
    [{ product: 'windows', service: 'sysmon' }, ['Microsoft-Windows-Sysmon/Operational', 255, undefined], true],
    [{ product: 'windows', service: 'windefend' }, ['microsoft-windows-windows defender/operational', 1_116, undefined], true],
    [{ product: 'windows', category: 'process_creation' }, ['Microsoft-Windows-Sysmon/Operational', 1, undefined], true],
    [{ product: 'windows', category: 'process_creation' }, ['Security', 4_688, undefined], true],
    [{ product: 'windows', category: 'process_creation' }, ['Security', 4_624, undefined], false],
    [{ product: 'windows', category: 'process_creation' }, ['Application', 1, undefined], false],
    [{ category: 'file_event', product: 'windows' }, ['Microsoft-Windows-Sysmon/Operational', 11, undefined], true],
    [{ category: 'file_event', product: 'linux' }, ['Microsoft-Windows-Sysmon/Operational', 11, undefined], false],
    [{ product: 'windows', category: 'registry_add' }, ['Microsoft-Windows-Sysmon/Operational', 12, 'CreateKey'], true],
    [{ product: 'windows', category: 'registry_add' }, ['Microsoft-Windows-Sysmon/Operational', 12, 'DeleteKey'], false],
    [{ product: 'windows', category: 'registry_event' }, ['Microsoft-Windows-Sysmon/Operational', 14, undefined], true],
    [{ product: 'windows', category: 'ps_script' }, ['PowerShellCore/Operational', 4_104, undefined], true],
    [{ product: 'windows' }, ['A Channel That Nobody Knows', 7, undefined], true],
    [{ product: 'windows', service: 'iis' }, ['Application', 1, undefined], false],
    [{ category: 'webserver' }, ['Application', 1, undefined], false],
    [{ product: 'windows', category: 'file_access' }, ['Microsoft-Windows-Sysmon/Operational', 11, undefined], false],
  ])('of %j in %j: %s', (logSource, [channel, id, eventType], expected) => {
    expect(applies(logSource, channel, id, eventType)).toBe(expected);
  });

  test('in the channels that their log source names', () => {
    expect(channelsOf({ service: 'msexchange-management' })).toEqual(['MSExchange Management']);
    expect(channelsOf({ category: 'process_creation' })).toEqual(['Security', 'Microsoft-Windows-Sysmon/Operational']);
    expect(channelsOf({ category: 'process_creation', service: 'system' })).toEqual([]);
    for (const source of EVENT_SOURCES) expect(channelsOf(source).length).toBeGreaterThan(0);
  });

  test('by one schema for a channel and a kind of event, however many there are', () => {
    expect(schemaOfEvent('Security', '1', undefined)).toBe(schemaOfEvent('Security', '2', undefined));
    expect(schemaOfEvent('Security', '4688', undefined)).not.toBe(schemaOfEvent('Security', '2', undefined));
    const many = new Set(Array.from({ length: 3_000 }, (_, index) => schemaOfEvent(`channel ${index}`, '1', undefined)));
    expect(many.size).toBeLessThanOrEqual(513);
    expect(schemaOfEvent('SECURITY', '4624', undefined)).toBe(schemaOfEvent('Security', '4624', undefined));
    expect(schemaOfEvent('SECURITY', '4624', undefined).part).toBe('Security');
    // Of a log of which somebody picked events nobody can say what is not in it.
    expect(schemaOfEvent('Security', '4624', undefined, true).part).toBe('Security (picked)');
  });

  test('of no other log because of them', () => {
    const text = LOG_TYPES.filter(({ id }) => id !== 'evtx').filter(({ logSources }) =>
      appliesTo({ product: 'windows', service: 'security' }, logSources),
    );
    expect(text).toEqual([]);
  });
});
