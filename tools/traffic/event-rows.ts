import type { LogTree } from '../samples/log-tree.ts';
import { DOMAIN, type Server } from '../samples/server.ts';
import type { CmdletRun } from './cmdlets.ts';

const FILE = 'C/Windows/System32/winevt/Logs/MSExchange Management.jsonl';

/**
 * What a cmdlet leaves in the event log, exported as one JSON object a line.
 *
 * @param index among all of them
 */
export function writeCmdletEvent(
  tree: LogTree,
  { name }: Server,
  { time, cmdlet, parameters, user, sid, application, isSuccess }: CmdletRun,
  index: number,
): void {
  const call = Object.entries(parameters)
    .map(([parameter, value]) => `-${parameter} "${value}"`)
    .join(' ');
  const event = {
    Event: {
      System: {
        Provider: { Name: 'MSExchange CmdletLogs' },
        EventID: isSuccess ? 1 : 6,
        Qualifiers: isSuccess ? 16_384 : 49_152,
        Level: isSuccess ? 4 : 2,
        Task: 1,
        Keywords: '0x80000000000000',
        TimeCreated: new Date(time).toISOString(),
        EventRecordID: 48_201 + index,
        Channel: 'MSExchange Management',
        Computer: `${name}.${DOMAIN}`,
      },
      EventData: {
        Data: [
          cmdlet,
          call,
          user,
          sid,
          sid,
          application,
          '15756 w3wp#MSExchangePowerShellAppPool',
          '',
          '85',
          '00:00:00.0310000',
          'View Entire Forest: False',
        ],
      },
    },
  };
  tree.add(FILE, [], { time, text: JSON.stringify(event), planted: undefined });
}
