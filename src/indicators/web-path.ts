/**
 * Folders of an Exchange server and the URL paths that IIS serves them as, the first that fits. `HttpProxy` is the front end,
 * `ClientAccess` the back end.
 */
const WEB_ROOTS: readonly (readonly [folder: RegExp, path: string])[] = [
  [/^.*?\/inetpub\/wwwroot(?=\/)/i, ''],
  [/^.*?\/frontend\/httpproxy(?=\/)/i, ''],
  [/^.*?\/clientaccess\/exchweb(?=\/)/i, ''],
  [/^.*?\/clientaccess(?=\/)/i, ''],
];

/** The folder of a build (`15.1.2176`) is asked for as `Current`, or by its own name. */
const BUILD = /^(\/owa\/auth\/)\d+\.\d+\.\d+(?:\.\d+)?(?=\/)/i;

/** A path that only Windows writes: a drive, a share, an environment variable in front, or backslashes. */
export function isWindowsPath(text: string): boolean {
  return /^(?:[a-z]:[\\/]|\\|%[a-z()\d_]+%)/i.test(text) || (text.includes('\\') && !/[\s;]/.test(text));
}

/**
 * The URL paths that a file of a Windows server is asked for by: `C:\inetpub\wwwroot\aspnet_client\x.aspx` is `/aspnet_client/x.aspx`. None
 * for a file that IIS serves nowhere.
 */
export function webPathsOf(windowsPath: string): string[] {
  // `%ExchangeInstallPath%` ends in a backslash of its own.
  const slashed = `/${windowsPath.replace(/^%[^%]*%/, '')}`.replaceAll(/[\\/]+/g, '/');
  for (const [folder, path] of WEB_ROOTS) {
    const [root] = folder.exec(slashed) ?? [];
    if (root === undefined) continue;
    const served = `${path}${slashed.slice(root.length)}`;
    const current = served.replace(BUILD, '$1Current');
    return current === served ? [served] : [served, current];
  }
  return [];
}

/** Pages and folders that a healthy server has: to meet one of them says little. */
const OWN_NAMES: ReadonlySet<string> = new Set(
  (
    'default.aspx default.htm error.aspx error2.aspx errorfe.aspx expiredpassword.aspx favicon.ico flogon.js frowny.aspx getidtoken.htm ' +
    'global.asax iisstart.htm iisstart.png index.html index.htm logoff.aspx logon.aspx outlookcn.aspx redirsuiteserviceproxy.aspx robots.txt ' +
    'signout.aspx svmfeedback.aspx timeoutlogout.aspx web.config exchange.asmx autodiscover.xml autodiscover.json autodiscover.svc'
  ).split(' '),
);

/** Where `default.aspx` and the others are a shell's, their folder says so. */
const SHELL_FOLDERS =
  /^\/(?:aspnet_client\/|oab\/|owa\/auth\/(?:current\/)?(?:default|timeoutlogout)\.aspx$|ecp\/auth\/(?!timeoutlogout\.aspx$))/i;

/** Whether a healthy server answers to this path, or to this name of a file. */
export function isExchangesOwn(pathOrName: string): boolean {
  const name = pathOrName.toLowerCase().split('/').at(-1) ?? '';
  return (
    (name === '' || OWN_NAMES.has(name) || /^\/(?:owa|ecp|ews|rpc|mapi|powershell)$/i.test(pathOrName)) && !SHELL_FOLDERS.test(pathOrName)
  );
}
