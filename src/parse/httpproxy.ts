import type { LogType } from './log-type.ts';
import { parseTimestamp } from './time.ts';

/** Exchange 2016 15.01.2375 and later (observed in artefacts.help); 2013 CU23 ends with GenericErrors. */
const COLUMNS = (
  'DateTime RequestId MajorVersion MinorVersion BuildVersion RevisionVersion ClientRequestId Protocol UrlHost UrlStem ProtocolAction ' +
  'AuthenticationType IsAuthenticated AuthenticatedUser Organization AnchorMailbox UserAgent ClientIpAddress ServerHostName HttpStatus ' +
  'BackEndStatus ErrorCode Method ProxyAction TargetServer TargetServerVersion RoutingType RoutingHint BackEndCookie ServerLocatorHost ' +
  'ServerLocatorLatency RequestBytes ResponseBytes TargetOutstandingRequests AuthModulePerfContext HttpPipelineLatency ' +
  'CalculateTargetBackEndLatency GlsLatencyBreakup TotalGlsLatency AccountForestLatencyBreakup TotalAccountForestLatency ' +
  'ResourceForestLatencyBreakup TotalResourceForestLatency ADLatency SharedCacheLatencyBreakup TotalSharedCacheLatency ' +
  'ActivityContextLifeTime ModuleToHandlerSwitchingLatency ClientReqStreamLatency BackendReqInitLatency BackendReqStreamLatency ' +
  'BackendProcessingLatency BackendRespInitLatency BackendRespStreamLatency ClientRespStreamLatency KerberosAuthHeaderLatency ' +
  'HandlerCompletionLatency RequestHandlerLatency HandlerToModuleSwitchingLatency ProxyTime CoreLatency RoutingLatency ' +
  'HttpProxyOverhead TotalRequestTime RouteRefresherLatency UrlQuery BackEndGenericInfo GenericInfo GenericErrors EdgeTraceId ' +
  'DatabaseGuid UserADObjectGuid PartitionEndpointLookupLatency RoutingStatus'
).split(' ');

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The front end's proxy log: one row per request, with the back end it was sent to. The witness of CVE-2021-26855. */
export const httpproxy: LogType = {
  id: 'httpproxy',
  title: 'Exchange HttpProxy log',
  logSource: { category: 'webserver', product: 'exchange', service: 'httpproxy' },
  logTypeLine: 'HttpProxy Logs',
  tellingColumns: ['AnchorMailbox', 'RoutingHint', 'BackEndCookie', 'ProxyAction'],
  path: /(?:^|\/)HttpProxy\/|(?:^|\/)HttpProxy2?_\d{8}/i,
  dialect: 'csv',
  layouts: [COLUMNS],
  fits: (cells) =>
    parseTimestamp(cells[0] ?? '') !== undefined && GUID.test(cells[1] ?? '') && /^\d+$/.test(cells[2] ?? '') && cells.length > 12,
  hostColumn: 'ServerHostName',
  mappedFields: {
    'c-ip': { column: 'ClientIpAddress' },
    'cs-bytes': { column: 'RequestBytes' },
    'cs-host': { column: 'UrlHost' },
    'cs-method': { column: 'Method' },
    'cs-uri-query': { column: 'UrlQuery', map: (query) => query.replace(/^\?/, '') },
    'cs-uri-stem': { column: 'UrlStem' },
    'cs-user-agent': { column: 'UserAgent' },
    'cs-username': { column: 'AuthenticatedUser' },
    's-computername': { column: 'ServerHostName' },
    'sc-bytes': { column: 'ResponseBytes' },
    'sc-status': { column: 'HttpStatus' },
    'time-taken': { column: 'TotalRequestTime' },
  },
};
