/**
 * Which of several logs of one type a file belongs to, by the folder that it lies in: a site of IIS (`W3SVC1` is the front end, `W3SVC2` the back end)
 * or a protocol of HttpProxy; also in the folders that Microsoft's ExchangeLogCollector makes of them. `undefined` where the path does not tell.
 */
export function logPart(logType: string, path: string): string | undefined {
  if (logType === 'httpproxy') {
    const [, folder, collected] = /(?:^|\/)(?:HttpProxy\/([A-Za-z]+)|([A-Za-z]+)_Proxy(?:_Calendar)?_Logs)\//i.exec(path) ?? [];
    return (folder ?? collected)?.toLowerCase();
  }
  const [, site] = /(?:^|\/)(?:IIS_)?(W3SVC\d{1,9})(?:_Logs)?\//i.exec(path) ?? [];
  return site?.toUpperCase();
}
