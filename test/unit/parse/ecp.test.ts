import { describe, expect, test } from '@jest/globals';
import { cmdletOf, parametersOf } from '../../../src/parse/ecp-command.ts';
import { decodeEventData } from '../../../src/parse/ecp-event-data.ts';
import { parseText, valuesOf } from '../../parse-text.ts';

const PREAMBLE =
  '\uFEFF#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: ECP Server Log\r\n#Date: 2021-03-03T00:02:33.938Z\r\n#Fields: TimeStamp,ServerName,EventId,EventData\r\n';

describe('EventData', () => {
  test('is type, key and value, parted by semicolons', () => {
    expect([...decodeEventData('S:TIME=13;I32:ATE.C[dc]=2;S:CMD=Get-InboxRule;S:REQID=')]).toEqual([
      ['TIME', '13'],
      ['ATE.C[dc]', '2'],
      ['CMD', 'Get-InboxRule'],
      ['REQID', ''],
    ]);
  });

  test('wraps an item with a semicolon or a quote, and doubles the quotes inside', () => {
    const decoded = decodeEventData("S:TIME=1;'S:CMD=Set-X.Url=''a;b''.Id=''c''';S:URL=/ecp/x?a=b=c");
    expect(decoded.get('CMD')).toBe("Set-X.Url='a;b'.Id='c'");
    expect(decoded.get('URL')).toBe('/ecp/x?a=b=c');
  });

  test('that is torn inside a wrapped item keeps what is there', () => {
    expect(decodeEventData("S:TIME=1;'S:CMD=Set-X.Url=''<script>").get('CMD')).toBe("Set-X.Url='<script>");
  });

  test('hides nothing by naming a key twice', () => {
    expect(decodeEventData('S:CMD=one;S:CMD=two').get('CMD')).toBe('one\ntwo');
  });

  test('that is no EventData gives nothing', () => {
    expect([...decodeEventData('nothing;here')]).toEqual([]);
  });
});

describe('ECP Server', () => {
  const row = `2021-03-03T06:59:17.960Z,EX01,ECP.Request,"S:TIME=96;'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/<script language=""JScript"">''.Identity=''x''';S:URL=/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory"\r\n`;

  test('is decoded in its two levels: CSV, then items', () => {
    const parsed = parseText('ecp-server', PREAMBLE + row);
    expect(valuesOf(parsed, 'CMD')).toEqual([`Set-OabVirtualDirectory.ExternalUrl='http://f/<script language="JScript">'.Identity='x'`]);
    expect(valuesOf(parsed, 'URL')).toEqual(['/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory']);
    expect(parsed.records[0]).toMatchObject({ time: Date.UTC(2021, 2, 3, 6, 59, 17, 960), host: 'EX01' });
  });

  test('has any key that a rule may name, and the columns themselves', () => {
    const parsed = parseText('ecp-server', PREAMBLE + row);
    expect(valuesOf(parsed, 'EventId')).toEqual(['ECP.Request']);
    expect(valuesOf(parsed, 'NOSUCHKEY')).toEqual([undefined]);
  });

  test('is read without a header too, even where only time and data are left', () => {
    const full = parseText('ecp-server', row);
    const excerpt = parseText(
      'ecp-server',
      "2021-03-03T06:49:53.772Z,'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/<script>''';;S:EX=\n",
    );
    expect(valuesOf(full, 'URL')).toEqual(['/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory']);
    expect(valuesOf(excerpt, 'CMD')).toEqual(["Set-OabVirtualDirectory.ExternalUrl='http://f/<script>'"]);
  });

  test('has a time column under any name that says so', () => {
    const parsed = parseText(
      'ecp-activity',
      '#Fields: MyTimeStamp,ServerName,EventId,EventData\n2017-06-28T00:01:37.052Z,EX13,GlobalActivity,S:Bld=15.0.1104.5\n',
    );
    expect(parsed.records[0]?.time).toBe(Date.UTC(2017, 5, 28, 0, 1, 37, 52));
    expect(valuesOf(parsed, 'Bld')).toEqual(['15.0.1104.5']);
  });
});

describe('the command', () => {
  test.each([
    [
      "Set-OabVirtualDirectory.ExternalUrl='http://f/a''b.c=d'.Identity='x'",
      'Set-OabVirtualDirectory',
      `-ExternalUrl "http://f/a'b.c=d" -Identity "x"`,
    ],
    ['Pipeline.1|Get-MailboxRegionalConfiguration', 'Get-MailboxRegionalConfiguration', ''],
    [
      'Remove-OABVirtualDirectory.Force=$true.Identity=EX01.contoso',
      'Remove-OABVirtualDirectory',
      '-Force "$true" -Identity "EX01.contoso"',
    ],
    ["New-InboxRule.ForwardTo='x@example.net", 'New-InboxRule', `-ForwardTo "'x@example.net"`],
    ['', '', ''],
  ])('%s', (command, cmdlet, parameters) => {
    expect([cmdletOf(command), parametersOf(command)]).toEqual([cmdlet, parameters]);
  });

  test('is read in time, however long', () => {
    for (const piece of [".A='", ".A=''", "'.A=", '.A=']) expect(parametersOf(piece.repeat(200_000)).length).toBeLessThan(1_000_000);
  });
});

test('rules for logs of cmdlets apply to the ECP Server log', () => {
  const row = (data: string): string => `2021-03-03T06:59:13.030Z,EX01,ECP.Request,"${data}"\n`;
  const log = `#Fields: TimeStamp,ServerName,EventId,EventData\n${row("S:CMD=New-InboxRule.ForwardTo='x@example.net'")}${row("S:CMD=Set-Mailbox.Identity='kim';S:EX=denied")}${row('S:CMD=Get-Mailbox;S:EX=')}`;
  const parsed = parseText('ecp-server', log);
  expect(valuesOf(parsed, 'Parameters')).toEqual(['-ForwardTo "x@example.net"', '-Identity "kim"', undefined]);
  expect(valuesOf(parsed, 'ExecutionResult')).toEqual([undefined, 'Error', undefined]);
});
