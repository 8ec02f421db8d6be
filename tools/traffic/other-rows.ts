import type { LogTree } from '../samples/log-tree.ts';
import type { Random } from '../samples/random.ts';
import type { Request } from '../samples/request.ts';
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

const ALL_FIELDS =
  'date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken';

/** The row of a web site that logs every field, cookies too, and the name that a load balancer spoke for. */
export function writeFullIisRow(tree: LogTree, server: Server, request: Request, random: Random): void {
  const { time, method, stem, query, user, userAgent, referer, host, status, milliseconds } = request;
  const [date, clock] = new Date(time).toISOString().slice(0, 19).split('T');
  const plus = (text: string): string => text.replaceAll(' ', '+') || '-';
  const cells = [
    date,
    clock,
    'W3SVC1',
    server.name,
    server.address,
    method,
    stem,
    query ?? '-',
    443,
    user ?? '-',
    '10.1.9.2',
    'HTTP/1.1',
    plus(userAgent),
    cookie(server, random),
    plus(referer ?? ''),
    host,
  ];
  const text = [...cells, status, 0, 0, random.integer(200, 90_000), random.integer(200, 9_000), milliseconds, request.address].join(' ');
  const day = new Date(time).toISOString().slice(2, 10).replaceAll('-', '');
  const preamble = [
    '#Software: Microsoft Internet Information Services 10.0',
    '#Version: 1.0',
    `#Date: 20${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4)} 00:00:01`,
    `#Fields: ${ALL_FIELDS} X-Forwarded-For`,
  ];
  tree.add(`C/inetpub/logs/LogFiles/W3SVC1/u_ex${day}_x.log`, preamble, { time, text, planted: undefined });
}

function cookie({ name }: Server, random: Random): string {
  const parts = [
    `ClientId=${random.hex(32).toUpperCase()}`,
    `X-BackEndCookie=S-1-5-21-1004336348-1177238915-682003330-1604=u56Lnp2ejJqBz${random.hex(40)}/@==`,
    `X-BEResource=${name.toLowerCase()}.contoso.example~1942063232`,
    `X-OWA-CANARY=${random.hex(30)}/a@b].`,
    `cadata=${random.hex(180)}==`,
    'PrivateComputer=true',
    `X-AnonResource=true;+X-AnonResource-Backend=${name.toLowerCase()}~1942063232`,
    `UC=${random.hex(32)}`,
  ];
  return random.chance(0.2) ? '-' : parts.filter(() => random.chance(0.7)).join(';+') || '-';
}
