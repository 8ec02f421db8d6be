/** Logs of which one is enough; behind a colon, the part of it that has to be there where folders tell parts. */
type AnyOf = readonly string[];

/** For people: `httpproxy (ecp)`. */
export function nameLog(log: string): string {
  return log.replace(/:(.*)/, ' ($1)');
}

/** The front end, which is the first site: what was asked of the server from outside stands nowhere else. */
const WEB: AnyOf = ['iis-w3c:W3SVC1', 'iis-native', 'ncsa'];
const CMDLETS: AnyOf = ['rps-cmdlet', 'audit', 'evtx:MSExchange Management'];
/** No log shows that these were not used: what there are rules for is one trace of several, or what came of it. */
const NONE: AnyOf = ['any log that shows it'];

/** Without a log of each kind no server is called clean: where requests come in, where they are sent on, and where settings are changed. */
export const DECISIVE_FOR_HOST: readonly AnyOf[] = [WEB, ['httpproxy:ecp'], ['ecp-server']];

/**
 * Logs without which nobody can say that a vulnerability was not used, one of each kind; for those not named here any log will do that one of
 * their rules applies to. Sources: the checks of Microsoft's Test-ProxyLogon.ps1, each in the log that it reads; for ProxyShell's export and
 * CVE-2021-42321, where their traces are cmdlets, the logs of cmdlets.
 */
export const DECISIVE_FOR_CVE: ReadonlyMap<string, readonly AnyOf[]> = new Map([
  // The Application event log shows it as well, where it failed.
  ['CVE-2020-0688', [[...WEB, 'httpproxy']]],
  ['CVE-2021-26855', [['httpproxy:ecp']]],
  ['CVE-2021-26857', [['evtx:Application']]],
  ['CVE-2021-26858', [['oab-generator']]],
  ['CVE-2021-27065', [['ecp-server', ...CMDLETS]]],
  ['CVE-2021-31207', [CMDLETS]],
  ['CVE-2021-31196', [NONE]],
  ['CVE-2021-33766', [WEB]],
  ['CVE-2021-42321', [CMDLETS]],
  ['CVE-2022-23277', [NONE]],
  ['CVE-2022-41082', [[...WEB, 'httpproxy']]],
  ['CVE-2023-21529', [NONE]],
  ['CVE-2026-42897', [NONE]],
]);
