import type { LogTree } from './log-tree.ts';
import type { Random } from './random.ts';
import type { Request } from './request.ts';
import { DAY_MS, type Server } from './server.ts';

/** The rows that a request leaves in the ECP Server log: one per cmdlet. */
export function writeEcpRows(tree: LogTree, server: Server, request: Request, random: Random): void {
  for (const { after, command, planted } of request.ecp ?? []) {
    const time = request.time + after;
    const day = new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
    const file = `C/Program Files/Microsoft/Exchange Server/V15/Logging/ECP/Server/ECPServer${day}-1.LOG`;
    const url = request.backEnd === undefined ? request.stem : `${request.backEnd.stem}${request.backEnd.query ? `?${request.backEnd.query}` : ''}`;
    const text = `${new Date(time).toISOString()},${server.name},ECP.Request,${csvCell(eventData(server, { command, url }, random))}`;
    tree.add(file, preamble(time), { time, text, planted });
  }
}

/** With a byte order mark, and the version of an assembly that never changes. */
function preamble(time: number): string[] {
  const started = new Date(Math.floor(time / DAY_MS) * DAY_MS + 153_938).toISOString();
  return [
    '\uFEFF#Software: Microsoft Exchange Server',
    '#Version: 15.0.0.0',
    '#Log-type: ECP Server Log',
    `#Date: ${started}`,
    '#Fields: TimeStamp,ServerName,EventId,EventData',
  ];
}

interface Event {
  readonly command: string;
  readonly url: string;
}

function eventData({ build }: Server, { command, url }: Event, random: Random): string {
  const values = [
    ['TIME', random.integer(4, 900)],
    ['SID', random.guid()],
    ['CMD', command],
    ['REQID', ''],
    ['URL', url],
    ['REFERRER', ''],
    ['EX', ''],
    ['ACTID', random.guid()],
    ['RS', 0],
    ['BLD', build],
    ['TNAME', '<null>'],
    ['TID', ''],
    ['USID', random.guid()],
    ['EDOID', ''],
    ['ACID', ''],
  ] as const;
  return values.map(([key, value]) => item(`S:${key}=${value}`)).join(';');
}

function item(text: string): string {
  return /[;']/.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
}

function csvCell(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
