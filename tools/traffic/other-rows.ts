import type { LogTree } from '../samples/log-tree.ts';
import type { Random } from '../samples/random.ts';
import { DAY_MS, DAYS, FIRST_DAY, type Server } from '../samples/server.ts';
import { COLUMNS } from './columns.ts';
import { addRow, type ExchangeLog } from './exchange-log.ts';

const OAB: ExchangeLog = {
  path: 'OABGeneratorLog/OABGenerator',
  name: 'OAB Generator Log',
  columns: COLUMNS.oabGenerator,
  span: 'day',
  isForPowerShell: false,
  software: 'Microsoft Exchange',
};

/** The address book is made anew, with downloads that fail and are tidied up in the generator's own folder. */
export function writeOabRows(tree: LogTree, server: Server, count: number, random: Random): void {
  const folder = random.pick([
    'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\OAB',
    'E:\\Exchange 2016 (prod)\\ClientAccess\\OAB',
  ]);
  for (let row = 0; row < count; row += 1) {
    const time = FIRST_DAY + random.integer(0, DAYS * DAY_MS - 1);
    const file = `${folder}\\${random.pick(['Temp', '0d1f0b1e-5c1f-4f5e-8a3c-1d0c3b2a1f00'])}\\${random.pick([`LZX${random.hex(4).toUpperCase()}.tmp`, `${random.guid()}-data-3.lzx`, 'oab.xml'])}`;
    const message = random.pick([
      'Generation of the offline address book began',
      `Download failed and temporary file '${file}' needs to be removed`,
      `Downloading ${file} from EX02`,
      'OABFile: 3120 records written, "Default Global Address List"',
      `The file '${file}' is up to date`,
      'Generation ended, no errors',
    ]);
    addRow(tree, server, OAB, {
      time,
      values: {
        'date-time': new Date(time).toISOString(),
        'server-name': server.name,
        'process-id': 9_120,
        'oab-guid': '0d1f0b1e-5c1f-4f5e-8a3c-1d0c3b2a1f00',
        'activity-id': random.guid(),
        event: 'Information',
        message,
      },
    });
  }
}

const HTTPERR_FIELDS = 'date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename';

/** Connections that went quiet, requests that a pool did not take, and what was no HTTP at all. */
export function writeHttpErrRows(tree: LogTree, server: Server, count: number, random: Random): void {
  for (let row = 0; row < count; row += 1) {
    const time = FIRST_DAY + random.integer(0, DAYS * DAY_MS - 1);
    const [version, method, uri, status, site, reason, queue] = random.pick([
      ['-', '-', '-', '-', '-', 'Timer_ConnectionIdle', '-'],
      ['-', '-', '-', '-', '-', 'Timer_MinBytesPerSecond', '-'],
      [
        'HTTP/1.1',
        'POST',
        '/Microsoft-Server-ActiveSync?Cmd=Ping&User=CONTOSO%5Ckim&DeviceId=ABC&DeviceType=iPhone',
        '-',
        '1',
        'Connection_Dropped',
        'MSExchangeSyncAppPool',
      ],
      [
        'HTTP/1.1',
        'POST',
        '/mapi/emsmdb/?MailboxId=0d1f0b1e-5c1f-4f5e-8a3c-1d0c3b2a1f00@contoso.example',
        '-',
        '1',
        'Connection_Abandoned_By_ReqQueue',
        'MSExchangeMapiFrontEndAppPool',
      ],
      [
        'HTTP/1.1',
        'GET',
        '/owa/auth/logon.aspx?url=https%3a%2f%2fmail.contoso.example%2fowa',
        '-',
        '1',
        'Connection_Dropped',
        'MSExchangeOWAAppPool',
      ],
      ['HTTP/1.1', 'POST', '/powershell?PSVersion=5.1.14393.3866', '503', '2', 'AppOffline', 'MSExchangePowerShellAppPool'],
      ['HTTP/1.1', 'GET', '/ecp/', '503', '1', 'Disabled', 'MSExchangeECPAppPool'],
      ['HTTP/1.1', 'GET', '/', '400', '-', 'Hostname', '-'],
      ['HTTP/1.1', 'GET', '/index.php?s=/index/x', '400', '-', 'Invalid_CR/LF', '-'],
      ['HTTP/1.0', 'GET', '/\\x16\\x03', '400', '-', 'URL', '-'],
      [
        'HTTP/1.1',
        'RPC_IN_DATA',
        '/rpc/rpcproxy.dll?0d1f0b1e@contoso.example:6001',
        '-',
        '1',
        'Timer_EntityBody',
        'MSExchangeRpcProxyFrontEndAppPool',
      ],
      [
        'HTTP/2.0',
        'GET',
        '/owa/calendar/anna.cerny@contoso.example/Calendar/calendar.html',
        '-',
        '1',
        'Connection_Dropped_List_Full',
        'MSExchangeOWACalendarAppPool',
      ],
    ] as const);
    const [date, clock] = new Date(time).toISOString().slice(0, 19).split('T');
    const address = random.pick(['198.51.100.44', '192.0.2.90', '10.1.5.31', 'fe80::1d2c:3b4a:5968:7786%3']);
    const cells = [
      date,
      clock,
      address,
      random.integer(1_025, 65_000),
      server.address,
      random.pick([443, 444]),
      version,
      method,
      uri,
      '-',
      status,
      site,
      reason,
      queue,
    ];
    const preamble = [
      '#Software: Microsoft HTTP API 2.0',
      '#Version: 1.0',
      `#Date: ${new Date(FIRST_DAY).toISOString().slice(0, 10)} 00:00:12`,
      `#Fields: ${HTTPERR_FIELDS}`,
    ];
    tree.add('C/Windows/System32/LogFiles/HTTPERR/httperr1.log', preamble, { time, text: cells.join(' '), planted: undefined });
  }
}
