import type { LogTree } from './log-tree.ts';
import type { Random } from './random.ts';
import type { Request } from './request.ts';
import { DOMAIN, HOUR_MS, packedVersion, type Server } from './server.ts';

const COLUMNS =
  'DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,Protocol,UrlHost,UrlStem,ProtocolAction,' +
  'AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,' +
  'BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,TargetServerVersion,RoutingType,RoutingHint,BackEndCookie,ServerLocatorHost,' +
  'ServerLocatorLatency,RequestBytes,ResponseBytes,TargetOutstandingRequests,AuthModulePerfContext,HttpPipelineLatency,' +
  'CalculateTargetBackEndLatency,GlsLatencyBreakup,TotalGlsLatency,AccountForestLatencyBreakup,TotalAccountForestLatency,' +
  'ResourceForestLatencyBreakup,TotalResourceForestLatency,ADLatency,SharedCacheLatencyBreakup,TotalSharedCacheLatency,' +
  'ActivityContextLifeTime,ModuleToHandlerSwitchingLatency,ClientReqStreamLatency,BackendReqInitLatency,BackendReqStreamLatency,' +
  'BackendProcessingLatency,BackendRespInitLatency,BackendRespStreamLatency,ClientRespStreamLatency,KerberosAuthHeaderLatency,' +
  'HandlerCompletionLatency,RequestHandlerLatency,HandlerToModuleSwitchingLatency,ProxyTime,CoreLatency,RoutingLatency,' +
  'HttpProxyOverhead,TotalRequestTime,RouteRefresherLatency,UrlQuery,BackEndGenericInfo,GenericInfo,GenericErrors,EdgeTraceId,' +
  'DatabaseGuid,UserADObjectGuid,PartitionEndpointLookupLatency,RoutingStatus';

/** The front end's row in the folder of its protocol. Anonymous requests that were refused leave none. */
export function writeHttpProxyRow(tree: LogTree, server: Server, request: Request, id: string, random: Random): void {
  const { protocol, time, user, status, authentication = 'FBA', planted } = request;
  if (protocol === undefined || (user === undefined && status === 401 && authentication === 'Anonymous')) return;
  const hour = new Date(time).toISOString().slice(0, 13).replaceAll(/[-T]/g, '');
  const file = `C/Program Files/Microsoft/Exchange Server/V15/Logging/HttpProxy/${protocol}/HttpProxy_${hour}-1.LOG`;
  tree.add(file, preamble(server, time), { time, text: row(server, request, id, random), planted });
}

/** A CSV header row comes first, so that PowerShell can read the file; only then the lines that begin with #. */
function preamble({ build }: Server, time: number): string[] {
  const version = versionParts(build);
  const started = new Date(Math.floor(time / HOUR_MS) * HOUR_MS + 130).toISOString();
  return [
    COLUMNS,
    '#Software: Microsoft Exchange Server',
    `#Version: ${version.padded}`,
    '#Log-type: HttpProxy Logs',
    `#Date: ${started}`,
    `#Fields: ${COLUMNS}`,
  ];
}

function row(server: Server, request: Request, id: string, random: Random): string {
  const { time, protocol, host, stem, query, user, userAgent, address, status, method, anchor, routingHint, milliseconds, backEnd } = request;
  const { major, minor, number, revision, padded } = versionParts(server.build);
  const isProxied = backEnd !== undefined;
  const target = `${server.name}.${DOMAIN}`;
  const values: Readonly<Record<string, string | number>> = {
    DateTime: new Date(time).toISOString(),
    RequestId: id,
    MajorVersion: major,
    MinorVersion: minor,
    BuildVersion: number,
    RevisionVersion: revision,
    Protocol: protocol ?? '',
    UrlHost: host,
    UrlStem: stem,
    AuthenticationType: request.authentication ?? 'FBA',
    IsAuthenticated: String(user !== undefined),
    AuthenticatedUser: user ?? '',
    AnchorMailbox: anchor ?? '',
    UserAgent: userAgent,
    ClientIpAddress: address,
    ServerHostName: server.name,
    HttpStatus: status,
    BackEndStatus: backEnd?.status ?? '',
    Method: method,
    ProxyAction: isProxied ? 'Proxy' : '',
    TargetServer: isProxied ? target : '',
    TargetServerVersion: isProxied ? `${padded.slice(0, -3)}000` : '',
    RoutingType: isProxied ? 'IntraForest' : '',
    RoutingHint: routingHint ?? '',
    RequestBytes: random.integer(0, 4_000),
    ResponseBytes: random.integer(120, 22_000),
    ActivityContextLifeTime: milliseconds,
    TotalRequestTime: milliseconds,
    UrlQuery: query === undefined ? '' : `?${query}`,
    GenericInfo: genericInfo(server, request),
    RoutingStatus: isProxied ? 'CafeV1' : '',
  };
  // Exchange takes commas and line ends out of values before it writes them.
  return COLUMNS.split(',')
    .map((column) => String(values[column] ?? '').replaceAll(/[,\r\n]/g, ' '))
    .join(',');
}

function genericInfo({ name, build }: Server, { time, milliseconds, backEnd }: Request): string {
  const at = (millisecondsBefore: number): string => new Date(time - millisecondsBefore).toISOString();
  const packed = packedVersion(build);
  const begin = [`BeginRequest=${at(milliseconds)}`, 'CorrelationID=<empty>'];
  const proxied = [
    'ProxyState-Run=None',
    `RandomBE=${name}.${DOMAIN}~${packed}`,
    `FEAuth=BEVersion-${packed}`,
    `BeginGetResponse=${at(Math.floor(milliseconds / 2))}`,
    `OnResponseReady=${at(1)}`,
    `EndGetResponse=${at(1)}`,
    'ProxyState-Complete=ProxyResponseData',
  ];
  return `${[...begin, ...(backEnd === undefined ? [] : proxied), 'SharedCacheGuard=0', `EndRequest=${at(0)}`].join(';')};`;
}

function versionParts(build: string) {
  const [major = '', minor = '', number = '', revision = ''] = build.split('.');
  const padded = [major, minor.padStart(2, '0'), number, revision.padStart(3, '0')].join('.');
  return { major, minor, number, revision, padded };
}
