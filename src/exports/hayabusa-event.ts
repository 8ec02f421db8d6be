import type { SystemField, WindowsEvent } from '../evtx/event.ts';
import { addData, isoTime } from './json-data.ts';
import { isObject, member, scalarText, type JsonObject } from './json-value.ts';

/** How hayabusa shortens channels. */
const CHANNELS: Readonly<Record<string, string>> = {
  App: 'Application',
  AppLocker: 'Microsoft-Windows-AppLocker/EXE and DLL',
  BitsCli: 'Microsoft-Windows-Bits-Client/Operational',
  CodeInteg: 'Microsoft-Windows-CodeIntegrity/Operational',
  Defender: 'Microsoft-Windows-Windows Defender/Operational',
  DNS: 'DNS Server',
  'DNS-Svr': 'DNS Server',
  DvrFmwk: 'Microsoft-Windows-DriverFrameworks-UserMode/Operational',
  Exchange: 'MSExchange Management',
  Firewall: 'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall',
  'IIS-Cfg': 'Microsoft-IIS-Configuration/Operational',
  NTLM: 'Microsoft-Windows-NTLM/Operational',
  OpenSSH: 'OpenSSH/Operational',
  PwSh: 'Microsoft-Windows-PowerShell/Operational',
  PwShClassic: 'Windows PowerShell',
  Sec: 'Security',
  SecMitig: 'Microsoft-Windows-Security-Mitigations/KernelMode',
  Sys: 'System',
  Sysmon: 'Microsoft-Windows-Sysmon/Operational',
  TaskSch: 'Microsoft-Windows-TaskScheduler/Operational',
  WMI: 'Microsoft-Windows-WMI-Activity/Operational',
};

/** How it shortens fields in `Details`; `ExtraFieldInfo` and `AllFieldInfo` have their own names. */
const DETAILS: Readonly<Record<string, string>> = {
  Cmdline: 'CommandLine',
  ParentCmdline: 'ParentCommandLine',
  ParentProc: 'ParentImage',
  PID: 'ProcessId',
  ParentPID: 'ParentProcessId',
  PGUID: 'ProcessGuid',
  ParentPGUID: 'ParentProcessGuid',
  LID: 'LogonId',
  ScriptBlock: 'ScriptBlockText',
  Svc: 'ServiceName',
  Hash: 'Hashes',
  Query: 'QueryName',
};

const FIELDS: readonly (readonly [SystemField, string])[] = [
  ['EventID', 'EventID'],
  ['EventRecordID', 'RecordID'],
  ['EventRecordID', 'EventRecordID'],
  ['Computer', 'Computer'],
  ['Provider_Name', 'Provider'],
];

/** hayabusa's timelines: what a rule of its own found, with the fields of the event. Its `Level` is that of its rule. */
export function readHayabusa(object: JsonObject, event: WindowsEvent): boolean {
  if (member(object, 'RuleTitle') === undefined || member(object, 'EventID') === undefined || member(object, 'Channel') === undefined)
    return false;
  for (const [field, name] of FIELDS) event.set(field, scalarText(member(object, name)));
  const channel = scalarText(member(object, 'Channel')) ?? '';
  event.set('Channel', Object.hasOwn(CHANNELS, channel) ? CHANNELS[channel] : channel);
  event.set('TimeCreated', isoTime(scalarText(member(object, 'Timestamp'))));
  const known = new Set<string>();
  for (const name of ['AllFieldInfo', 'ExtraFieldInfo', 'Details']) {
    const fields = fieldsOf(member(object, name));
    for (const [field, value] of fields) {
      const names = name === 'Details' ? detailNames(field, channel) : [field];
      for (const each of names) if (!known.has(each)) addData(value, event, each, 0);
    }
    for (const [field] of fields) known.add(field);
  }
  return true;
}

function detailNames(field: string, channel: string): string[] {
  if (field === 'Proc') return [channel === 'Sec' ? 'NewProcessName' : 'Image'];
  const full = Object.hasOwn(DETAILS, field) ? DETAILS[field] : undefined;
  return full === undefined ? [field] : [full];
}

/** An object, or the text of a table: `Cmdline: whoami ¦ Proc: C:\...`. */
function fieldsOf(value: unknown): (readonly [string, unknown])[] {
  if (isObject(value)) return Object.entries(value);
  if (typeof value !== 'string') return [];
  return value.split(' ¦ ').flatMap((part) => {
    const colon = part.indexOf(': ');
    return colon === -1 ? [] : [[part.slice(0, colon), part.slice(colon + 2)] as const];
  });
}
