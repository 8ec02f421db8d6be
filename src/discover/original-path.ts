import { decodeName, findDisk, splitPath, supposeDisk, type Disk } from './disk.ts';

/**
 * Folders that Microsoft's ExchangeLogCollector makes, and of what below the folder that Exchange is installed in. Those of IIS and HTTP.sys do not
 * tell: their logs may lie anywhere.
 *
 * @see CSS-Exchange, Diagnostics/ExchangeLogCollector
 */
const COLLECTED_FOLDERS: Readonly<Record<string, string>> = {
  autod_logs: 'Autodiscover',
  autod_proxy_logs: 'HttpProxy\\Autodiscover',
  cmdletinfra_logs: 'CmdletInfra',
  eas_proxy_logs: 'HttpProxy\\Eas',
  ecp_logs: 'ECP',
  ecp_proxy_logs: 'HttpProxy\\Ecp',
  ews_be_logs: 'EWS',
  ews_proxy_logs: 'HttpProxy\\Ews',
  mapi_logs: 'MAPI Client Access',
  mapi_proxy_logs: 'HttpProxy\\Mapi',
  oab_generation_logs: 'OABGeneratorLog',
  oab_proxy_logs: 'HttpProxy\\OAB',
  owa_logs: 'OWA',
  owa_proxy_calendar_logs: 'HttpProxy\\OwaCalendar',
  owa_proxy_logs: 'HttpProxy\\Owa',
  powershell_proxy_logs: 'HttpProxy\\PowerShell',
  rca_logs: 'RPC Client Access',
  rca_proxy_logs: 'HttpProxy\\RpcHttp',
  rpc_http_logs: 'RpcHttp',
};

/**
 * What Windows called a file on the server that wrote it, told by the path of its copy: `uploads/auto/C%3A/inetpub/x.log` was
 * `C:\inetpub\x.log`. `undefined` where nobody can tell.
 *
 * @param path relative to the scanned root, with archives as folders whose names end in `!`
 * @param base the folders above it
 */
export function originalPath(path: string, base: readonly string[] = []): string | undefined {
  const { folders: below, file } = splitPath(path);
  const folders = [...base, ...below];
  const disk = findDisk(folders, base.length) ?? suppose(below, base.length);
  const collected = folders.findLastIndex((folder) => collectedFolder(folder) !== undefined);
  if (collected > (disk?.index ?? -1)) {
    const names = [...folders.slice(collected + 1), file];
    return names.every(isName)
      ? `%ExchangeInstallPath%Logging\\${[collectedFolder(folders[collected] ?? ''), ...names].join('\\')}`
      : undefined;
  }
  if (disk === undefined) return undefined;
  const names = [...folders.slice(disk.index + 1), file].map((name) => (disk.isEncoded ? decodeName(name) : name));
  // What no file of Windows is called was made up.
  return names.every(isName) ? [disk.name, ...names].join('\\') : undefined;
}

function suppose(folders: readonly string[], above: number): Disk | undefined {
  const disk = supposeDisk(folders);
  return disk && { ...disk, index: disk.index + above };
}

/** Each is zipped on its own. */
function collectedFolder(folder: string): string | undefined {
  const name = folder.replace(/\.zip!?$/i, '').toLowerCase();
  return Object.hasOwn(COLLECTED_FOLDERS, name) ? COLLECTED_FOLDERS[name] : undefined;
}

function isName(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- Windows has none in names
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\u0000-\u001F]/.test(name);
}
