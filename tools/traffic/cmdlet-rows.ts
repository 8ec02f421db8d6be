import type { LogTree } from '../samples/log-tree.ts';
import type { Random } from '../samples/random.ts';
import { DOMAIN, type Server } from '../samples/server.ts';
import { COLUMNS } from './columns.ts';
import { addRow, versionCells, type ExchangeLog } from './exchange-log.ts';
import type { CmdletRun } from './cmdlets.ts';

const CMDLET: ExchangeLog = {
  path: 'CmdletInfra/Powershell-Proxy/Cmdlet/Rps_Cmdlet_',
  name: 'Rps Cmdlet Logs',
  columns: COLUMNS.rpsCmdlet,
  span: 'day',
  isForPowerShell: true,
};
const LOCAL_CMDLET: ExchangeLog = { ...CMDLET, path: 'CmdletInfra/LocalPowerShell/Cmdlet/Rps_Cmdlet_' };
const HTTP: ExchangeLog = {
  path: 'CmdletInfra/Powershell-Proxy/Http/Rps_Http_',
  name: 'Rps Http Logs',
  columns: COLUMNS.rpsHttp,
  span: 'day',
  isForPowerShell: true,
};
const AUDIT: ExchangeLog = {
  path: 'LocalQueue/Exchange/audit',
  name: 'audit',
  columns: COLUMNS.audit,
  span: 'day',
  isForPowerShell: true,
  software: 'Microsoft Exchange',
};
const ECP_SERVER: ExchangeLog = {
  path: 'ECP/Server/ECPServer',
  name: 'ECP Server Log',
  columns: 'TimeStamp,ServerName,EventId,EventData',
  span: 'day',
  isForPowerShell: false,
};

/** The rows that a cmdlet leaves: of itself, of the requests that carried it, in the audit log, and in that of the control panel. */
export function writeCmdletRows(tree: LogTree, server: Server, run: CmdletRun, random: Random): void {
  writeCmdlet(tree, server, run, random);
  if (run.application.startsWith('Remote-')) writeRequests(tree, server, run, random);
  if (/^(?:New|Set|Add|Remove)-/.test(run.cmdlet)) writeAudit(tree, server, run, random);
  if (/EMC|ECP/.test(run.application)) writeEcp(tree, server, run, random);
}

function writeCmdlet(
  tree: LogTree,
  server: Server,
  { time, cmdlet, parameters, user, sid, application, isSuccess }: CmdletRun,
  random: Random,
): void {
  addRow(tree, server, application.startsWith('Local') ? LOCAL_CMDLET : CMDLET, {
    time,
    values: {
      DateTime: new Date(time).toISOString(),
      StartTime: new Date(time - 31).toISOString(),
      RequestId: random.guid(),
      ...versionCells(server.build),
      ServerHostName: server.name,
      ProcessId: 15_756,
      ProcessName: 'w3wp#MSExchangePowerShellAppPool',
      ThreadId: random.integer(10, 200),
      CultureInfo: 'en-US',
      AuthenticatedUser: user,
      ExecutingUserSid: sid,
      IsAdmin: true,
      ClientApplication: application,
      Cmdlet: cmdlet,
      Parameters: Object.entries(parameters)
        .map(([name, value]) => `-${name} "${value}"`)
        .join(' '),
      CmdletUniqueId: random.guid(),
      TotalTime: 31,
      ErrorType: isSuccess ? '' : 'ManagementObjectNotFoundException',
      ExecutionResult: isSuccess ? 'Success' : 'Error',
      GenericInfo: 'ExecutingUserName=Administrator;Cmdlet.TotalTime=31;LastLogon=11/9/2020 10:29:30 PM;',
      GenericErrors: isSuccess
        ? ''
        : `ExecuteCmdlet=The operation couldn't be performed because object 'x' couldn't be found on 'dc01.${DOMAIN}'.;`,
    },
  });
}

function writeRequests(tree: LogTree, server: Server, { time, cmdlet, user, address, application }: CmdletRun, random: Random): void {
  const session = random.guid();
  const client = application.slice('Remote-'.length).split('-')[0] ?? '';
  for (const [after, status, clientInfo] of [
    [-60, 401, 'Microsoft WinRM Client'],
    [-55, 200, 'Microsoft WinRM Client'],
    [4, 200, random.pick(['Microsoft WinRM Client', 'Exchange BackEnd Probes', ''])],
  ] as const) {
    addRow(tree, server, HTTP, {
      time: time + after,
      values: {
        DateTime: new Date(time + after).toISOString(),
        StartTime: new Date(time + after - 12).toISOString(),
        RequestId: random.guid(),
        ...versionCells(server.build),
        UrlHost: `${server.name.toLowerCase()}.${DOMAIN}`,
        UrlStem: '/powershell',
        AuthenticationType: 'Kerberos',
        IsAuthenticated: status === 200,
        AuthenticatedUser: status === 200 ? user : '',
        ClientIpAddress: `${address} ${server.address}`,
        ServerHostName: server.name,
        FrontEndServer: server.name,
        HttpStatus: status,
        SubStatus: 0,
        Action: 'Command',
        CommandName: cmdlet,
        SessionId: session,
        ShellId: random.guid().toUpperCase(),
        ClientInfo: clientInfo,
        TotalTime: 12,
        UrlQuery: `?serializationLevel=Full;ExchClientVer=${server.build};clientApplication=${client};X-Rps-CAT=VgEAVAdXaW5kb3dzQwBBCEtlcmJlcm9z&Email=autodiscover`,
        GenericInfo: 'OnEndRequest.End.ContentType=application/soap+xml charset UTF-8;S:ServiceCommonMetadata.HttpMethod=POST;',
      },
    });
  }
  // A row about the server's own state has no time.
  if (random.chance(0.02))
    addRow(tree, server, HTTP, {
      time: time + 5,
      values: { RequestId: random.guid(), ...versionCells(server.build), ServerHostName: server.name, GenericInfo: 'GlobalActivity;' },
    });
}

function writeAudit(
  tree: LogTree,
  server: Server,
  { time, cmdlet, parameters, user, address, isSuccess }: CmdletRun,
  random: Random,
): void {
  const id = random.guid();
  const data = {
    CreationTime: new Date(time).toISOString().slice(0, 19),
    Id: id,
    Operation: cmdlet,
    OrganizationId: '00000000-0000-0000-0000-000000000000',
    RecordType: 1,
    ResultStatus: isSuccess ? 'True' : 'False',
    UserKey: user,
    UserType: 3,
    Version: 1,
    Workload: 'Exchange',
    ClientIP: address,
    ObjectId: parameters['Identity'] ?? '',
    UserId: user === 'NT AUTHORITY\\SYSTEM' ? 'AUTORITE NT\\Système' : user,
    ExternalAccess: false,
    OrganizationName: 'Contoso',
    OriginatingServer: `${server.name} (${server.build})`,
    Parameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })),
  };
  addRow(tree, server, AUDIT, {
    time: time + 150,
    values: {
      Timestamp: new Date(time + 150).toISOString(),
      Server: server.name,
      TenantId: data.OrganizationId,
      RecordType: 'ExchangeAdmin',
      Data: JSON.stringify(data),
      UserKey: user,
      RecordId: id,
      Operation: cmdlet,
      Workload: 'Exchange',
      ResultStatus: data.ResultStatus,
      Version: 1,
      Scope: 'Online',
    },
  });
}

function writeEcp(
  tree: LogTree,
  server: Server,
  { time, cmdlet, parameters, user, application, isSuccess }: CmdletRun,
  random: Random,
): void {
  const command = [cmdlet, ...Object.entries(parameters).map(([name, value]) => `${name}=${value === '' ? '$null' : `'${value}'`}`)].join(
    '.',
  );
  const pipeline = random.chance(0.1) ? 'Pipeline.1|' : '';
  const url = application.includes('ECP')
    ? `/ecp/RulesEditor/InboxRules.svc/GetList?msExchEcpCanary=${random.hex(22)}.`
    : `/ecp/DDI/DDIService.svc/SetObject?ActivityCorrelationID=${random.guid()}&schema=${cmdlet.split('-')[1] ?? ''}&msExchEcpCanary=${random.hex(22)}.`;
  const items: readonly (readonly [string, string | number])[] = [
    ['TIME', random.integer(4, 900)],
    ['SID', random.guid()],
    ['CMD', pipeline + command],
    ['REQID', ''],
    ['URL', url],
    ['REFERRER', `https://mail.${DOMAIN}:443/ecp/?rfr=owa`],
    [
      'EX',
      isSuccess
        ? ''
        : `Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException: '${user}' couldn't be found; try again.\r\n   at Task.Run()`,
    ],
    ['ACTID', random.guid()],
    ['RS', 0],
    ['BLD', server.build],
    ['TNAME', '<null>'],
    ['TID', ''],
    ['USID', random.guid()],
    ['EDOID', ''],
    ['ACID', ''],
  ];
  const EventData = items
    .map(([key, value]) => `S:${key}=${value}`)
    .map((item) => (/[;']/.test(item) ? `'${item.replaceAll("'", "''")}'` : item))
    .join(';');
  addRow(tree, server, ECP_SERVER, {
    time,
    values: { TimeStamp: new Date(time).toISOString(), ServerName: server.name, EventId: 'ECP.Request', EventData },
  });
}
