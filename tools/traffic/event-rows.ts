import type { Random } from '../samples/random.ts';
import type { LogTree } from '../samples/log-tree.ts';
import { DAY_MS, DAYS, DOMAIN, FIRST_DAY, type Server } from '../samples/server.ts';
import type { CmdletRun } from './cmdlets.ts';

const FILE = 'C/Windows/System32/winevt/Logs/MSExchange Management.jsonl';

/**
 * What a cmdlet leaves in the event log, exported as one JSON object a line.
 *
 * @param index among all of them
 */
export function writeCmdletEvent(
  tree: LogTree,
  { name }: Server,
  { time, cmdlet, parameters, user, sid, application, isSuccess }: CmdletRun,
  index: number,
): void {
  const call = Object.entries(parameters)
    .map(([parameter, value]) => `-${parameter} "${value}"`)
    .join(' ');
  const event = {
    Event: {
      System: {
        Provider: { Name: 'MSExchange CmdletLogs' },
        EventID: isSuccess ? 1 : 6,
        Qualifiers: isSuccess ? 16_384 : 49_152,
        Level: isSuccess ? 4 : 2,
        Task: 1,
        Keywords: '0x80000000000000',
        TimeCreated: new Date(time).toISOString(),
        EventRecordID: 48_201 + index,
        Channel: 'MSExchange Management',
        Computer: `${name}.${DOMAIN}`,
      },
      EventData: {
        Data: [
          cmdlet,
          call,
          user,
          sid,
          sid,
          application,
          '15756 w3wp#MSExchangePowerShellAppPool',
          '',
          '85',
          '00:00:00.0310000',
          'View Entire Forest: False',
        ],
      },
    },
  };
  tree.add(FILE, [], { time, text: JSON.stringify(event), planted: undefined });
}

interface OrdinaryEvent {
  readonly provider: string;
  readonly eventId: number;
  readonly data: readonly string[] | Readonly<Record<string, string>>;
}

const VIEW_STATE = '/wEPDwUKLTM2NzMyNzE4NWRkJ0fJc0n4cXQyXkqzr1pQ0w7oLqY=';

/** What healthy servers write of themselves, in which names stand that attacks are known by. */
const APPLICATION: readonly OrdinaryEvent[] = [
  { provider: 'MSExchange Common', eventId: 106, data: ['Latency', 'System.InvalidOperationException: x'] },
  {
    provider: 'MSExchange Common',
    eventId: 4999,
    data: ['9', 'E12', 'c-RTL-AMD64', '15.01.2176.009', 'MSExchangeTransport', 'x', 'System.NullReferenceException'],
  },
  {
    provider: 'MSExchange Control Panel',
    eventId: 4,
    data: [
      'contoso.example/Users/kim',
      "Request for URL 'https://mail.contoso.example/ecp/default.aspx?p=Mailboxes' failed with the following error: System.Web.HttpException: The client disconnected.",
    ],
  },
  { provider: 'MSExchange RBAC', eventId: 258, data: ['w3wp.exe', 'x'] },
  { provider: 'MSExchange Unified Messaging', eventId: 1093, data: ['The Unified Messaging server started.'] },
  { provider: 'MSExchange ADAccess', eventId: 2080, data: ['x'] },
  {
    provider: 'ASP.NET 4.0.30319.0',
    eventId: 1309,
    data: ['3005', 'An unhandled exception has occurred.', '/owa', '/owa/auth.owa', 'HttpException'],
  },
  {
    provider: 'ASP.NET 4.0.30319.0',
    eventId: 1316,
    data: ['4009', 'Viewstate verification failed.', '50203', '/ecp/', `PersistedState: ${VIEW_STATE}`],
  },
  { provider: 'IIS-W3SVC-WP', eventId: 2303, data: ['x'] },
];

const CONFIGURATION = 'Microsoft-Windows-IIS-Configuration';
const changed = (Configuration: string, OldValue: string, NewValue: string): OrdinaryEvent => ({
  provider: CONFIGURATION,
  eventId: 29,
  data: { Configuration, EffectiveLocationPath: 'MACHINE/WEBROOT/APPHOST', OldValue, NewValue },
});

/** What setup and updates of Exchange change of IIS. */
const IIS: readonly OrdinaryEvent[] = [
  changed(
    '/system.webServer/globalModules/add[@name="exppw"]/@image',
    '',
    'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\owa\\auth\\exppw.dll',
  ),
  changed('/system.webServer/modules/add[@name="WindowsAuthenticationModule"]/@name', '', 'WindowsAuthenticationModule'),
  changed('/system.applicationHost/sites/site[@name="Default Web Site" and @id="1"]/logFile/@directory', '', 'D:\\iis-logs'),
  changed(
    '/system.applicationHost/sites/site[@name="Exchange Back End" and @id="2"]/application[@path="/ecp"]/virtualDirectory[@path="/"]/@physicalPath',
    '',
    'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\ecp',
  ),
];

/** Ordinary events of other logs, exported as one JSON object a line. */
export function writeOtherEvents(tree: LogTree, { name }: Server, count: number, random: Random): void {
  for (const [channel, events] of [
    ['Application', APPLICATION],
    ['Microsoft-IIS-Configuration/Operational', IIS],
  ] as const) {
    for (let index = 0; index < count; index += 1) {
      const { provider, eventId, data } = random.pick(events);
      const time = FIRST_DAY + random.integer(0, DAYS * DAY_MS - 1);
      const event = {
        Event: {
          System: {
            Provider: { Name: provider },
            EventID: eventId,
            Level: 3,
            TimeCreated: new Date(time).toISOString(),
            EventRecordID: index + 1,
            Channel: channel,
            Computer: `${name}.${DOMAIN}`,
          },
          EventData: Array.isArray(data) ? { Data: data } : data,
        },
      };
      tree.add(`C/Windows/System32/winevt/Logs/${channel.replace('/', '%4')}.jsonl`, [], {
        time,
        text: JSON.stringify(event),
        planted: undefined,
      });
    }
  }
}
