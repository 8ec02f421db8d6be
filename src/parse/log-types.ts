import { ecpActivity, ecpServer } from './ecp.ts';
import { evtx } from './evtx.ts';
import { audit, autodiscover, ews, mapiHttp, oabGenerator, rpcHttp, rpsCmdlet, rpsHttp } from './exchange.ts';
import { httperr } from './httperr.ts';
import { httpproxy } from './httpproxy.ts';
import { iisNative, ncsa } from './iis-text.ts';
import { iisW3c } from './iis-w3c.ts';
import type { LogType } from './log-type.ts';
import { webFile } from './web-file.ts';

/** Every log that exhunt hunts in. A new one is a file beside this one and a row here. */
export const LOG_TYPES: readonly LogType[] = [
  iisW3c,
  httpproxy,
  ecpServer,
  ecpActivity,
  rpsHttp,
  rpsCmdlet,
  ews,
  audit,
  oabGenerator,
  mapiHttp,
  rpcHttp,
  autodiscover,
  httperr,
  iisNative,
  ncsa,
  evtx,
  webFile,
];

/** @throws when no row of the table has that id */
export function logTypeById(id: string): LogType {
  const logType = LOG_TYPES.find((row) => row.id === id);
  if (logType === undefined) throw new Error(`no log type is called ${id}`);
  return logType;
}
