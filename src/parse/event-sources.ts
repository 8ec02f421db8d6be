import type { LogSource } from '../model/schema.ts';

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

/** Channels of Windows event logs by what Sigma calls the service. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  application: ['Application'],
  applocker: [
    'Microsoft-Windows-AppLocker/EXE and DLL',
    'Microsoft-Windows-AppLocker/MSI and Script',
    'Microsoft-Windows-AppLocker/Packaged app-Deployment',
    'Microsoft-Windows-AppLocker/Packaged app-Execution',
  ],
  'appmodel-runtime': ['Microsoft-Windows-AppModel-Runtime/Admin'],
  'appxdeployment-server': ['Microsoft-Windows-AppXDeploymentServer/Operational'],
  'appxpackaging-om': ['Microsoft-Windows-AppxPackaging/Operational'],
  'bits-client': ['Microsoft-Windows-Bits-Client/Operational'],
  capi2: ['Microsoft-Windows-CAPI2/Operational'],
  'certificateservicesclient-lifecycle-system': ['Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational'],
  'codeintegrity-operational': ['Microsoft-Windows-CodeIntegrity/Operational'],
  'diagnosis-scripted': ['Microsoft-Windows-Diagnosis-Scripted/Operational'],
  dhcp: ['Microsoft-Windows-DHCP-Server/Operational'],
  'dns-client': ['Microsoft-Windows-DNS Client Events/Operational'],
  'dns-server': ['DNS Server'],
  'dns-server-analytic': ['Microsoft-Windows-DNS-Server/Analytical'],
  'dns-server-audit': ['Microsoft-Windows-DNS-Server/Audit'],
  'driver-framework': ['Microsoft-Windows-DriverFrameworks-UserMode/Operational'],
  'firewall-as': ['Microsoft-Windows-Windows Firewall With Advanced Security/Firewall'],
  'hyper-v-worker': ['Microsoft-Windows-Hyper-V-Worker-Admin', 'Microsoft-Windows-Hyper-V-Worker-Operational'],
  'iis-configuration': ['Microsoft-IIS-Configuration/Operational'],
  ldap: ['Microsoft-Windows-LDAP-Client/Debug'],
  'lsa-server': ['Microsoft-Windows-LSA/Operational'],
  'microsoft-servicebus-client': ['Microsoft-ServiceBus-Client/Admin', 'Microsoft-ServiceBus-Client/Operational'],
  'msexchange-management': ['MSExchange Management'],
  ntfs: ['Microsoft-Windows-Ntfs/Operational'],
  ntlm: ['Microsoft-Windows-NTLM/Operational'],
  openssh: ['OpenSSH/Operational'],
  powershell: ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'],
  'powershell-classic': ['Windows PowerShell'],
  'printservice-admin': ['Microsoft-Windows-PrintService/Admin'],
  'printservice-operational': ['Microsoft-Windows-PrintService/Operational'],
  security: ['Security'],
  'security-mitigations': [
    'Microsoft-Windows-Security-Mitigations/KernelMode',
    'Microsoft-Windows-Security-Mitigations/UserMode',
    'Microsoft-Windows-Security-Mitigations/Kernel Mode',
    'Microsoft-Windows-Security-Mitigations/User Mode',
  ],
  'shell-core': ['Microsoft-Windows-Shell-Core/Operational'],
  'smbclient-connectivity': ['Microsoft-Windows-SmbClient/Connectivity'],
  'smbclient-security': ['Microsoft-Windows-SmbClient/Security'],
  'smbserver-connectivity': ['Microsoft-Windows-SMBServer/Connectivity'],
  sysmon: [SYSMON],
  system: ['System'],
  taskscheduler: ['Microsoft-Windows-TaskScheduler/Operational'],
  'terminalservices-localsessionmanager': ['Microsoft-Windows-TerminalServices-LocalSessionManager/Operational'],
  vhdmp: ['Microsoft-Windows-VHDMP-Operational', 'Microsoft-Windows-VHDMP/Operational'],
  windefend: ['Microsoft-Windows-Windows Defender/Operational'],
  wmi: ['Microsoft-Windows-WMI-Activity/Operational'],
};

/** What Sigma calls a category: events of a channel by their ids; where they have an `EventType`, perhaps some of these only. */
interface Category {
  readonly category: string;
  readonly service: string;
  readonly eventIds: readonly number[];
  readonly eventTypes?: readonly string[];
}

const ofSysmon = (category: string, ...eventIds: readonly number[]): Category => ({ category, service: 'sysmon', eventIds });
const ofRegistry = (category: string, eventId: number, ...eventTypes: readonly string[]): Category => ({
  ...ofSysmon(category, eventId),
  eventTypes,
});

const CATEGORIES: readonly Category[] = [
  ofSysmon('process_creation', 1),
  ofSysmon('file_change', 2),
  ofSysmon('network_connection', 3),
  ofSysmon('sysmon_status', 4, 16),
  ofSysmon('process_termination', 5),
  ofSysmon('driver_load', 6),
  ofSysmon('image_load', 7),
  ofSysmon('create_remote_thread', 8),
  ofSysmon('raw_access_thread', 9),
  ofSysmon('process_access', 10),
  ofSysmon('file_event', 11),
  ofRegistry('registry_add', 12, 'CreateKey'),
  ofRegistry('registry_delete', 12, 'DeleteKey', 'DeleteValue'),
  ofSysmon('registry_set', 13),
  ofSysmon('registry_rename', 14),
  ofSysmon('registry_event', 12, 13, 14),
  ofSysmon('create_stream_hash', 15),
  ofSysmon('pipe_created', 17, 18),
  ofSysmon('wmi_event', 19, 20, 21),
  ofSysmon('dns_query', 22),
  ofSysmon('file_delete', 23, 26),
  ofSysmon('clipboard_capture', 24),
  ofSysmon('process_tampering', 25),
  ofSysmon('file_block_executable', 27),
  ofSysmon('file_block_shredding', 28),
  ofSysmon('file_executable_detected', 29),
  ofSysmon('sysmon_error', 255),
  { category: 'process_creation', service: 'security', eventIds: [4_688] },
  { category: 'network_connection', service: 'security', eventIds: [5_156] },
  { category: 'registry_event', service: 'security', eventIds: [4_657] },
  { category: 'registry_set', service: 'security', eventIds: [4_657] },
  { category: 'ps_module', service: 'powershell', eventIds: [4_103] },
  { category: 'ps_script', service: 'powershell', eventIds: [4_104] },
  { category: 'ps_classic_start', service: 'powershell-classic', eventIds: [400] },
  { category: 'ps_classic_provider_start', service: 'powershell-classic', eventIds: [600] },
  { category: 'ps_classic_script', service: 'powershell-classic', eventIds: [800] },
];

const PRODUCT = 'windows';

/** All that a rule for an event log may name. */
export const EVENT_SOURCES: readonly LogSource[] = [
  ...Object.keys(SERVICES).map((service) => ({ product: PRODUCT, service })),
  ...CATEGORIES.map(({ category, service }) => ({ category, product: PRODUCT, service })),
];

const KNOWN_CHANNELS: ReadonlyMap<string, { readonly service: string; readonly channel: string }> = new Map(
  Object.entries(SERVICES).flatMap(([service, channels]) =>
    channels.map((channel) => [channel.toLowerCase(), { service, channel }] as const),
  ),
);

/** By service: this is asked of every event. */
const CATEGORIES_OF: ReadonlyMap<string, readonly Category[]> = new Map(
  Object.keys(SERVICES).map((service) => [service, CATEGORIES.filter((each) => each.service === service)] as const),
);
const NONE: readonly Category[] = [];

/** What a log source is called for those that name several: `process_creation` is in two channels. */
export interface EventKind {
  /** The same for the same log sources. */
  readonly key: string;
  readonly service: string | undefined;
  readonly categories: readonly string[];
  /** As Windows spells it, where it is known. */
  readonly channel: string;
}

/** What Sigma calls an event. */
export function kindOfEvent(channel: string, eventId: string | undefined, eventType: string | undefined): EventKind {
  const known = KNOWN_CHANNELS.get(channel.toLowerCase());
  const service = known?.service;
  const id = Number(eventId);
  const categories = (service === undefined ? NONE : (CATEGORIES_OF.get(service) ?? NONE))
    .filter(
      ({ eventIds, eventTypes }) =>
        eventIds.includes(id) && (eventTypes === undefined || eventType === undefined || eventTypes.includes(eventType)),
    )
    .map(({ category }) => category);
  return { key: categories.join(), service, categories, channel: known?.channel ?? channel };
}

export function sourcesOfKind({ service, categories }: EventKind): LogSource[] {
  const base = { product: PRODUCT, ...(service !== undefined && { service }) };
  return [base, ...categories.map((category) => ({ ...base, category }))];
}

/** The channels in which events of a log source are written. */
export function channelsOf({ service: asked, category }: LogSource): string[] {
  const services = Object.keys(SERVICES).filter((service) => {
    if (asked !== undefined && asked !== service) return false;
    return category === undefined || CATEGORIES.some((each) => each.category === category && each.service === service);
  });
  return services.flatMap((service) => SERVICES[service] ?? []);
}
