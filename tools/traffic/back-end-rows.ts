import type { LogTree } from '../samples/log-tree.ts';
import type { Context } from '../samples/context.ts';
import type { Request } from '../samples/request.ts';
import { DOMAIN } from '../samples/server.ts';
import { COLUMNS } from './columns.ts';
import { addRow, versionCells, withoutCommas, type ExchangeLog } from './exchange-log.ts';

const EWS: ExchangeLog = { path: 'Ews/Ews_', name: 'EWS Logs', columns: COLUMNS.ews, span: 'day', isForPowerShell: true };
const MAPI: ExchangeLog = {
  path: 'MapiHttp/Mailbox/MapiHttp_',
  name: 'MAPI Http Logs',
  columns: COLUMNS.mapiHttp,
  span: 'day',
  isForPowerShell: true,
};
const RPC: ExchangeLog = {
  path: 'RpcHttp/W3SVC1/RpcHttp_',
  name: 'RpcHttp Logs',
  columns: COLUMNS.rpcHttp,
  span: 'day',
  isForPowerShell: true,
};
const AUTODISCOVER: ExchangeLog = {
  path: 'Autodiscover/Autodiscover_',
  name: 'Autodiscover Logs',
  columns: COLUMNS.autodiscover,
  span: 'day',
  isForPowerShell: true,
};
const ECP_ACTIVITY: ExchangeLog = {
  path: 'ECP/Activity/ECPActivity_12844_',
  name: 'ECP Activity Context Log',
  columns: 'TimeStamp,ServerName,EventId,EventData',
  span: 'day',
  isForPowerShell: false,
};

const SOAP_ACTIONS = [
  'GetFolder',
  'FindItem',
  'GetItem',
  'CreateItem',
  'GetUserAvailability',
  'ResolveNames',
  'Subscribe',
  'GetStreamingEvents',
  'FindFolder',
  'GetInboxRules',
  'SyncFolderItems',
];

/** What the back end's own logs hold of a request that the front end has sent on. */
export function writeBackEndRows(tree: LogTree, { server, random }: Context, request: Request, id: string): void {
  const { protocol, time, backEnd, address, milliseconds } = request;
  if (backEnd === undefined) return;
  const common = {
    DateTime: new Date(time - 2).toISOString(),
    RequestId: id,
    ...versionCells(server.build),
    AuthenticationType: request.authentication ?? 'FBA',
    IsAuthenticated: backEnd.user !== '-',
    AuthenticatedUser: backEnd.user === '-' ? '' : backEnd.user,
    UserAgent: withoutCommas(request.userAgent),
    ClientIpAddress: address,
    ServerHostName: server.name,
    FrontEndServer: `${server.name}.${DOMAIN.toUpperCase()}`,
    HttpStatus: backEnd.status,
    TotalRequestTime: milliseconds,
    GenericInfo: `BackEndAuthenticator=WindowsAuthenticator;TotalBERehydrationModuleLatency=0;`,
  };
  switch (protocol) {
    case 'Ews':
      // Now and then a row tells the server's own state, and has a time, a name and nothing else.
      if (random.chance(0.02))
        return addRow(tree, server, EWS, {
          time: time - 2,
          values: { DateTime: common.DateTime, ServerHostName: server.name, SoapAction: 'GlobalActivity' },
        });
      return addRow(tree, server, EWS, {
        time: time - 2,
        values: {
          ...common,
          SoapAction: random.pick(SOAP_ACTIONS),
          RequestSize: random.integer(300, 4_000),
          ResponseSize: random.integer(300, 90_000),
          ImpersonatedUser: random.chance(0.1) ? `kim@${DOMAIN}` : '',
          GenericInfo: `${common.GenericInfo}MailboxTypeCacheSize=1;`,
          GenericErrors: backEnd.status === 500 ? 'ErrorItemNotFound=The specified object was not found in the store.;' : '',
        },
      });
    case 'Mapi':
      return addRow(tree, server, MAPI, {
        time: time - 2,
        values: {
          ...common,
          MapiRequestId: `{${random.guid().toUpperCase()}}:${random.integer(1, 90)}`,
          RequestType: random.pick(['Execute', 'Connect', 'NotificationWait', 'Disconnect']),
          HttpStatusCode: backEnd.status,
          ClientSoftware: 'OUTLOOK.EXE',
          ClientSoftwareVersion: '16.0.13801.20266',
          ClientMode: random.pick(['Cached', 'Classic']),
          ActAsUserEmail: backEnd.user,
        },
      });
    case 'RpcHttp':
      return addRow(tree, server, RPC, {
        time: time - 2,
        values: {
          ...common,
          Stage: random.pick(['BegReq', 'EndReq', 'PostAuth']),
          UserName: backEnd.user,
          AuthType: 'Negotiate',
          Status: backEnd.status,
          HttpVerb: request.method,
          UriQueryString: `?${request.query ?? ''}`,
          ServerTarget: `${server.name}.${DOMAIN}:6001`,
          FrontEnd: common.FrontEndServer,
          RequestIds: id,
          ClientIp: address,
        },
      });
    case 'Autodiscover':
      return addRow(tree, server, AUTODISCOVER, {
        time: time - 2,
        values: {
          ...common,
          SoapAction: random.pick(['POX', 'GetUserSettings', 'GetFederationInformation']),
          GenericInfo: `Caller=null;ResolveMethod=FoundBySMTP;RequestedRecipient=${backEnd.user}@${DOMAIN};`,
        },
      });
    case 'Ecp': {
      const url = `${backEnd.stem}${backEnd.query === undefined ? '' : `?${backEnd.query}`}`;
      const items = [
        `S:PSA=<PII>${backEnd.user}</PII>`,
        `S:URL=${url}`,
        `S:FE=${common.FrontEndServer}`,
        'S:ORG=',
        `S:Bld=${server.build}`,
        `S:ActID=${random.guid()}`,
        'Dbl:WLM.TS=2',
        'I32:ADS.C[dc01]=3',
        'F:ADS.AL[dc01]=1.45',
      ];
      const EventData = items.map((item) => (/[;']/.test(item) ? `'${item.replaceAll("'", "''")}'` : item)).join(';');
      return addRow(tree, server, ECP_ACTIVITY, {
        time: time - 2,
        values: {
          TimeStamp: common.DateTime,
          ServerName: server.name,
          EventId: random.pick(['Request', 'Request', 'Request', 'GlobalActivity']),
          EventData,
        },
      });
    }
    default:
      return undefined;
  }
}
