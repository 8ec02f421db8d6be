/** Where a file lies that a web server serves, compiles or is configured by. */
export interface WebPlace {
  /** Which of the folders that IIS serves, as the log type `web-file` calls it. */
  readonly webRoot: WebRootName;
  /** The Windows path from the web root on, with names as Windows takes them. */
  readonly below: string;
  /** What URL reaches it, where one does. */
  readonly urlPath?: string;
}

interface WebRoot {
  readonly name: string;
  /** Of a path in small letters with `/` in front; the first group is what lies below. The last of several counts. */
  readonly folders: RegExp;
  /** In front of what lies below; left out: no URL reaches it. */
  readonly url?: string;
}

/** The first that fits. The folders of a copy may lack what is above them, as far as they are not named like others. */
const WEB_ROOTS = [
  { name: 'IIS configuration', folders: /.*\/(?:inetsrv\/config|inetpub\/history\/cfghistory_[^/]*)\/([^/]+\.config)$/ },
  { name: 'IIS configuration', folders: /.*\/(applicationhost\.config)$/ },
  { name: 'Temporary ASP.NET Files', folders: /.*\/temporary asp\.net files\/(.+)/ },
  { name: 'FrontEnd\\HttpProxy', folders: /.*\/frontend\/httpproxy\/(.+)/, url: '/' },
  { name: 'FrontEnd\\HttpProxy', folders: /.*\/httpproxy\/((?:owa|ecp)\/auth\/.+)/, url: '/' },
  { name: 'ClientAccess', folders: /.*\/clientaccess\/(?:exchweb\/(?=ews\/))?(.+)/, url: '/' },
  { name: 'SharePoint LAYOUTS', folders: /.*\/web server extensions\/\d\d\/template\/layouts\/(.+)/, url: '/_layouts/' },
  { name: 'SharePoint LAYOUTS', folders: /.*\/web server extensions\/\d\d\/template\/admin\/(.+)/, url: '/_admin/' },
  { name: 'SharePoint LAYOUTS', folders: /.*\/web server extensions\/\d\d\/isapi\/(.+)/, url: '/_vti_bin/' },
  { name: 'inetpub\\wwwroot', folders: /.*\/wwwroot\/wss\/virtualdirectories\/[^/]+\/(.+)/, url: '/' },
  { name: 'inetpub\\wwwroot', folders: /.*\/wwwroot\/(.+)/, url: '/' },
  { name: 'inetpub\\wwwroot', folders: /.*\/(aspnet_client\/.+)/, url: '/' },
] as const satisfies readonly WebRoot[];

type WebRootName = (typeof WEB_ROOTS)[number]['name'];

/** Exchange names a folder of the logon page for its build, and serves it as `Current` too. */
const BUILD = /^(\/owa\/auth\/)(?:\d+\.\d+\.\d+(?:\.\d+)?|version)(?=\/)/i;

/**
 * Where a file lies below a web root, by its path: on the server, of its copy, or on the installation media. `undefined` for all others.
 *
 * @param path parted by `/` or `\`
 */
export function webPlaceOf(path: string): WebPlace | undefined {
  const names = path.split(/[/\\]/).map(withoutTail);
  const slashed = `/${names.join('/')}`;
  const lower = lowered(slashed);
  for (const { name: webRoot, folders, ...served } of WEB_ROOTS) {
    const [, found] = folders.exec(lower) ?? [];
    if (found === undefined) continue;
    const below = slashed.slice(slashed.length - found.length);
    const place = { webRoot, below: below.replaceAll('/', '\\') };
    return 'url' in served ? { ...place, urlPath: `${served.url}${below}`.replace(BUILD, '$1Current') } : place;
  }
  return undefined;
}

/** Folders that web roots consist of: what lies above them says nothing of a file where its path on the server is not known. */
const ROOT_FOLDERS =
  /^(?:inetpub|wwwroot|wss|virtualdirectories|frontend|httpproxy|clientaccess|exchweb|web server extensions|template|layouts|admin|isapi|temporary asp\.net files|inetsrv|config|history|cfghistory_.*|\d+)$/i;

/** What a file below a web root is called on its server as far as the path of a copy tells: from the first folder of the web root on. */
export function targetOf(path: string, { below }: WebPlace): string {
  const names = path.split(/[/\\]/);
  let from = names.length - below.split('\\').length;
  while (from > 0 && ROOT_FOLDERS.test(names[from - 1] ?? '')) from -= 1;
  return `\\${names.slice(from).join('\\')}`;
}

/** As long as the text, so that places in one are places in the other. */
function lowered(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Windows takes no dots and blanks at the end of a name, and `::$DATA` is the file itself. */
function withoutTail(name: string): string {
  return name.replace(/(?::+\$data)?[. ]*$/i, '') || name;
}

/** The extension by which IIS chooses what to do with a file, in small letters and without its dot; empty where there is none. */
export function extensionOf(name: string): string {
  const own = withoutTail(name);
  const [, extension = ''] = /\.([^.:;]*)$/.exec(own) ?? [];
  return extension.toLowerCase();
}
