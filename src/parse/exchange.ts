import { ACCESS_TOKEN_FIELDS } from './access-token.ts';
import { decodeAuditData } from './audit-data.ts';
import { MANAGEMENT, type LogType } from './log-type.ts';
import { parseTimestamp } from './time.ts';

const isTimestamp = (value: string): boolean => parseTimestamp(value) !== undefined;
const isFlag = (value: string): boolean => /^(?:true|false)?$/i.test(value);

const EXCHANGE = {
  dialect: 'csv',
  layouts: [],
  shapes: new Map([['DateTime', isTimestamp]]),
  leastColumn: 'DateTime',
  hostColumn: 'ServerHostName',
} as const satisfies Partial<LogType>;

/** Remote PowerShell's requests: one row each, with the user agent that the client gave (`ClientInfo`). The witness of OWASSRF. */
export const rpsHttp: LogType = {
  ...EXCHANGE,
  id: 'rps-http',
  title: 'Remote PowerShell HTTP log',
  logSources: [{ product: 'exchange', service: 'rps-http' }],
  logTypeLine: 'Rps Http Logs',
  tellingColumns: ['ShellId', 'ContributeToFailFast'],
  // Of the log of cmdlets.
  foreignColumns: ['Cmdlet'],
  path: /(?:^|\/)CmdletInfra\/[^/]+\/Http\/|(?:^|\/)Rps_Http_\d/i,
  fileName: /^Rps_Http_\d.*\.log$/i,
  // Observed in 15.01.1713 and 15.02.1118 alike.
  layouts: [
    (
      'DateTime StartTime RequestId MajorVersion MinorVersion BuildVersion RevisionVersion ClientRequestId UrlHost UrlStem ' +
      'AuthenticationType IsAuthenticated AuthenticatedUser Organization ManagedOrganization ClientIpAddress ServerHostName FrontEndServer ' +
      'HttpStatus SubStatus ErrorCode Action CommandId CommandName SessionId ShellId FailFast ContributeToFailFast RequestBytes ClientInfo ' +
      'CPU Memory ActivityContextLifeTime TotalTime UrlQuery GenericLatency GenericInfo GenericErrors'
    ).split(' '),
  ],
  shapes: new Map<string, (value: string) => boolean>([
    ['DateTime', isTimestamp],
    ['StartTime', (value) => value === '' || isTimestamp(value)],
    ['UrlStem', (value) => value.startsWith('/')],
    ['IsAuthenticated', isFlag],
    ['HttpStatus', (value) => /^(?:\d{3})?$/.test(value)],
  ]),
  leastColumn: 'UrlStem',
  derivedFields: ACCESS_TOKEN_FIELDS,
  mappedFields: {
    'c-ip': { from: 'ClientIpAddress' },
    'cs-bytes': { from: 'RequestBytes' },
    'cs-host': { from: 'UrlHost' },
    'cs-uri-query': { from: 'UrlQuery', map: (query) => query.replace(/^\?/, ''), isPart: true },
    'cs-uri-stem': { from: 'UrlStem' },
    'cs-user-agent': { from: 'ClientInfo' },
    'cs-username': { from: 'AuthenticatedUser' },
    's-computername': { from: 'ServerHostName' },
    'sc-status': { from: 'HttpStatus' },
    'sc-substatus': { from: 'SubStatus' },
    'time-taken': { from: 'TotalTime' },
  },
};

/** Every cmdlet that was run, remotely or on the server, with its parameters. */
export const rpsCmdlet: LogType = {
  ...EXCHANGE,
  id: 'rps-cmdlet',
  title: 'PowerShell cmdlet log',
  logSources: [{ product: 'exchange', service: 'rps-cmdlet' }, MANAGEMENT],
  logTypeLine: 'Rps Cmdlet Logs',
  tellingColumns: ['Cmdlet', 'CmdletUniqueId'],
  path: /(?:^|\/)CmdletInfra\/[^/]+\/Cmdlet\/|(?:^|\/)Rps_Cmdlet_\d/i,
  fileName: /^Rps_Cmdlet_\d.*\.log$/i,
  // Observed in 15.01.1713 and 15.01.2375 alike.
  layouts: [
    (
      'DateTime StartTime RequestId ClientRequestId MajorVersion MinorVersion BuildVersion RevisionVersion ServerHostName ProcessId ' +
      'ProcessName ThreadId CultureInfo Organization AuthenticatedUser ExecutingUserSid EffectiveOrganization UserServicePlan IsAdmin ' +
      'ClientApplication Cmdlet Parameters CmdletUniqueId UserBudgetOnStart ContributeToFailFast RunspaceSettingsCreationHint ' +
      'ADViewEntireForest ADRecipientViewRoot ADConfigurationDomainControllers ADPreferredGlobalCatalogs ADPreferredDomainControllers ' +
      'ADUserConfigurationDomainController ADUserPreferredGlobalCatalog ADuserPreferredDomainControllers ThrottlingInfo DelayInfo ' +
      'ThrottlingDelay IsOutputObjectRedacted CmdletProxyStage CmdletProxyRemoteServer CmdletProxyRemoteServerVersion CmdletProxyMethod ' +
      'ProxiedObjectCount CmdletProxyLatency OutputObjectCount ParameterBinding BeginProcessing ProcessRecord EndProcessing ' +
      'StopProcessing BizLogic PowerShellLatency UserInteractionLatency ProvisioningLayerLatency ActivityContextLifeTime TotalTime ' +
      'ErrorType ExecutionResult CacheHitCount CacheMissCount GenericLatency GenericInfo GenericErrors ObjectGuid ' +
      'ExternalDirectoryOrganizationId ExternalDirectoryObjectId NonPiiParameters'
    ).split(' '),
  ],
  shapes: new Map<string, (value: string) => boolean>([
    ['DateTime', isTimestamp],
    ['ProcessId', (value) => /^\d*$/.test(value)],
    ['ThreadId', (value) => /^\d*$/.test(value)],
    ['IsAdmin', isFlag],
    ['Cmdlet', (value) => /^[A-Za-z]+-[A-Za-z]+$/.test(value)],
  ]),
  leastColumn: 'Cmdlet',
  mappedFields: {
    command: { from: 'Cmdlet' },
    'cs-username': { from: 'AuthenticatedUser' },
    's-computername': { from: 'ServerHostName' },
  },
};

/** Observed in 15.01.2375. */
const EWS_COLUMNS = (
  'DateTime RequestId MajorVersion MinorVersion BuildVersion RevisionVersion Ring ClientRequestId AuthenticationType ' +
  'IsAuthenticated AuthenticatedUser Organization UserAgent VersionInfo ClientIpAddress ServerHostName FrontEndServer SoapAction ' +
  'HttpStatus RequestSize ResponseSize ErrorCode ImpersonatedUser ProxyAsUser ActAsUser Cookie CorrelationGuid ' +
  'PrimaryOrProxyServer TaskType RemoteBackendCount LocalMailboxCount RemoteMailboxCount LocalIdCount RemoteIdCount ' +
  'BeginBudgetConnections EndBudgetConnections BeginBudgetHangingConnections EndBudgetHangingConnections BeginBudgetAD ' +
  'EndBudgetAD BeginBudgetCAS EndBudgetCAS BeginBudgetRPC EndBudgetRPC BeginBudgetFindCount EndBudgetFindCount ' +
  'BeginBudgetSubscriptions EndBudgetSubscriptions MDBResource MDBHealth MDBHistoricalLoad ThrottlingPolicy ThrottlingDelay ' +
  'ThrottlingRequestType TotalDCRequestCount TotalDCRequestLatency TotalMBXRequestCount TotalMBXRequestLatency ' +
  'RecipientLookupLatency ExchangePrincipalLatency HttpPipelineLatency CheckAccessCoreLatency AuthModuleLatency ' +
  'CallContextInitLatency PreExecutionLatency CoreExecutionLatency TotalRequestTime DetailedExchangePrincipalLatency ' +
  'ClientStatistics GenericInfo AuthenticationErrors GenericErrors Puid StartTime ProcessId TimeInGC StartTotalMemory ' +
  'EndTotalMemory StartGCCounts EndGCCounts TokenBasedThrottlingPolicy BudgetKey CoinsCharged CoinsChargedMethod SidBudgetInfo ' +
  'AppBudgetInfo TenantBudgetInfo ResourceAccessed ResourceHealthBasedThreshold ThrottledBy BackoffHint WorkClassification'
).split(' ');
/** Those that 15.00.1104 does not have yet. */
const NEWER_EWS_COLUMNS: ReadonlySet<string> = new Set(
  (
    'Ring StartTime ProcessId TimeInGC StartTotalMemory EndTotalMemory StartGCCounts EndGCCounts TokenBasedThrottlingPolicy ' +
    'BudgetKey CoinsCharged CoinsChargedMethod SidBudgetInfo AppBudgetInfo TenantBudgetInfo ResourceAccessed ' +
    'ResourceHealthBasedThreshold ThrottledBy BackoffHint WorkClassification'
  ).split(' '),
);

/** Exchange Web Services on the back end: one row for each SOAP request. */
export const ews: LogType = {
  ...EXCHANGE,
  id: 'ews',
  title: 'Exchange Web Services log',
  logSources: [{ product: 'exchange', service: 'ews' }],
  logTypeLine: 'EWS Logs',
  tellingColumns: ['SoapAction', 'ImpersonatedUser', 'ProxyAsUser'],
  // Of HttpProxy, whose EWS folder has files of like names and many of the same columns.
  foreignColumns: ['UrlStem', 'ProxyAction', 'AnchorMailbox', 'RoutingHint', 'BackEndCookie'],
  path: /(?:^|\/)(?:Logging\/Ews|EWS_BE_Logs)\/|(?:^|\/)Ews_\d/i,
  fileName: /^Ews_\d.*\.log$/i,
  layouts: [EWS_COLUMNS, EWS_COLUMNS.filter((column) => !NEWER_EWS_COLUMNS.has(column))],
  shapes: new Map<string, (value: string) => boolean>([
    ['DateTime', isTimestamp],
    ['MajorVersion', (value) => /^\d*$/.test(value)],
    ['IsAuthenticated', isFlag],
    ['SoapAction', (value) => /^[A-Za-z_]*$/.test(value)],
    ['HttpStatus', (value) => /^(?:\d{3})?$/.test(value)],
  ]),
  leastColumn: 'HttpStatus',
  mappedFields: {
    'c-ip': { from: 'ClientIpAddress' },
    'cs-bytes': { from: 'RequestSize' },
    'cs-user-agent': { from: 'UserAgent' },
    'cs-username': { from: 'AuthenticatedUser' },
    's-computername': { from: 'ServerHostName' },
    'sc-bytes': { from: 'ResponseSize' },
    'sc-status': { from: 'HttpStatus' },
    'time-taken': { from: 'TotalRequestTime' },
  },
};

/** What administrators did, as Exchange audits it: the cmdlet, and JSON with all its arguments. */
export const audit: LogType = {
  ...EXCHANGE,
  id: 'audit',
  title: 'Exchange administrator audit log',
  logSources: [{ product: 'exchange', service: 'audit' }, MANAGEMENT],
  logTypeLine: 'audit',
  tellingColumns: ['RecordType'],
  path: /(?:^|\/)(?:LocalQueue|CosmosQueue)\/|(?:^|\/)audit\d{8}/i,
  fileName: /^audit\d{8}.*\.log$/i,
  layouts: ['Timestamp Server TenantId RecordType Data UserKey RecordId Operation Workload ResultStatus Version Scope'.split(' ')],
  shapes: new Map([
    ['Timestamp', isTimestamp],
    ['Data', (value) => value.startsWith('{')],
  ]),
  leastColumn: 'Data',
  hostColumn: 'Server',
  mappedFields: { Cmdlet: { from: 'Operation' }, 'c-ip': { from: 'ClientIP' }, 'cs-username': { from: 'UserKey' } },
  packed: {
    column: 'Data',
    keys: 'Parameters CreationTime ObjectId UserId UserType ExternalAccess ClientIP OrganizationName OriginatingServer'.split(' '),
    decode: decodeAuditData,
  },
};

/** Logs of which no list of columns was published: each is read by its own header, and rules may name any of its columns. */
const BY_HEADER = {
  ...EXCHANGE,
  tellingColumns: [],
  takesAnyColumns: true,
  mappedFields: { 'c-ip': { from: 'ClientIpAddress' }, 's-computername': { from: 'ServerHostName' } },
} as const;

/** The offline address book's generator. A file that it could not download, outside of its folder, is what CVE-2021-26858 left. */
export const oabGenerator: LogType = {
  ...BY_HEADER,
  id: 'oab-generator',
  title: 'OAB generator log',
  logSources: [{ product: 'exchange', service: 'oab-generator' }],
  logTypeLine: /^OAB ?Generator/i,
  path: /(?:^|\/)(?:OABGenerator(?:Simple)?Log|OAB_Generation_Logs)\//i,
  fileName: /^OABGenerator(?:Simple)?(?:Log)?_?\d.*\.log$/i,
};

export const mapiHttp: LogType = {
  ...BY_HEADER,
  id: 'mapi-http',
  title: 'MAPI over HTTP log of the back end',
  logSources: [{ product: 'exchange', service: 'mapi-http' }],
  logTypeLine: /^MAPI ?(?:over ?)?Http/i,
  tellingColumns: ['MapiRequestId'],
  path: /(?:^|\/)(?:MapiHttp|MAPI_Logs)\//i,
  fileName: /^MapiHttp_\d.*\.log$/i,
};

export const rpcHttp: LogType = {
  ...BY_HEADER,
  id: 'rpc-http',
  title: 'Outlook Anywhere log of the back end',
  logSources: [{ product: 'exchange', service: 'rpc-http' }],
  logTypeLine: /^RPC ?(?:over ?)?Http/i,
  path: /(?:^|\/)(?:Logging\/RpcHttp|RPC_Http_Logs)\//i,
  fileName: /^RpcHttp_?\d.*\.log$/i,
};

export const autodiscover: LogType = {
  ...BY_HEADER,
  id: 'autodiscover',
  title: 'Autodiscover log of the back end',
  logSources: [{ product: 'exchange', service: 'autodiscover' }],
  logTypeLine: /^Autodiscover/i,
  path: /(?:^|\/)(?:Logging\/Autodiscover|AutoD_Logs)\//i,
  fileName: /^Autodiscover_?\d.*\.log$/i,
};
