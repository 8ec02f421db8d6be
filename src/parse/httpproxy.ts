import { ACCESS_TOKEN_FIELDS } from './access-token.ts';
import { BACK_END_VERSION_FIELDS } from './back-end-version.ts';
import { ecpCanaryFrom } from './ecp-canary.ts';
import type { LogType } from './log-type.ts';
import { PROXY_NAMES } from './proxy-names.ts';
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
const isNumber = (value: string): boolean => /^\d*$/.test(value);

/** The front end's proxy log: one row per request, with the back end it was sent to. The witness of CVE-2021-26855. */
export const httpproxy: LogType = {
  id: 'httpproxy',
  title: 'Exchange HttpProxy log',
  logSources: [{ category: 'webserver', product: 'exchange', service: 'httpproxy' }, { category: 'proxy' }],
  logTypeLine: 'HttpProxy Logs',
  tellingColumns: ['AnchorMailbox', 'RoutingHint', 'BackEndCookie', 'ProxyAction', 'UrlStem'],
  // Remote PowerShell's own log has a UrlStem too.
  foreignColumns: ['ShellId', 'FailFast', 'ManagedOrganization'],
  path: /(?:^|\/)(?:HttpProxy|[A-Za-z]+_Proxy(?:_Calendar)?_Logs)\/|(?:^|\/)HttpProxy2?_\d{8}/i,
  fileName: /^HttpProxy2?_\d{8}.*\.log$/i,
  dialect: 'csv',
  // Early builds of Exchange 2013 have no UrlHost and no RoutingType (observed: 15.0.516).
  layouts: [
    COLUMNS,
    COLUMNS.slice(0, 70),
    COLUMNS.slice(0, 69),
    COLUMNS.filter((column) => column !== 'UrlHost' && column !== 'RoutingType'),
  ],
  shapes: new Map<string, (value: string) => boolean>([
    ['DateTime', (value) => value === '' || parseTimestamp(value) !== undefined],
    ['RequestId', (value) => GUID.test(value)],
    ['MajorVersion', isNumber],
    ['MinorVersion', isNumber],
    ['BuildVersion', isNumber],
    ['Protocol', (value) => /^[A-Za-z]{2,30}$/.test(value)],
    ['UrlStem', (value) => value.startsWith('/')],
    ['IsAuthenticated', (value) => /^(?:true|false)?$/i.test(value)],
    ['HttpStatus', (value) => /^(?:\d{3})?$/.test(value)],
  ]),
  leastColumn: 'UrlStem',
  hostColumn: 'ServerHostName',
  aliases: PROXY_NAMES,
  derivedFields: { ...ACCESS_TOKEN_FIELDS, ...BACK_END_VERSION_FIELDS, ...ecpCanaryFrom('AnchorMailbox') },
  mappedFields: {
    'c-ip': { from: 'ClientIpAddress' },
    'cs-bytes': { from: 'RequestBytes' },
    'cs-host': { from: 'UrlHost' },
    'cs-method': { from: 'Method' },
    'cs-uri-query': { from: 'UrlQuery', map: (query) => query.replace(/^\?/, ''), isPart: true },
    'cs-uri-stem': { from: 'UrlStem' },
    'cs-user-agent': { from: 'UserAgent' },
    'cs-username': { from: 'AuthenticatedUser' },
    's-computername': { from: 'ServerHostName' },
    'sc-bytes': { from: 'ResponseBytes' },
    'sc-status': { from: 'HttpStatus' },
    'time-taken': { from: 'TotalRequestTime' },
  },
};
