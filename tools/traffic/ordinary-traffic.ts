import { type Context } from '../samples/context.ts';
import { writeEcpRows } from '../samples/ecp-rows.ts';
import { writeHttpProxyRow } from '../samples/httpproxy-rows.ts';
import { repeatHeader, writeIisRows, writeProbe } from '../samples/iis-rows.ts';
import { LogTree } from '../samples/log-tree.ts';
import type { Person } from '../samples/people.ts';
import { personsDay } from '../samples/people-traffic.ts';
import { Random } from '../samples/random.ts';
import type { Request } from '../samples/request.ts';
import { DAY_MS, DAYS, FIRST_DAY, HOUR_MS, type Server } from '../samples/server.ts';
import {
  administratorsDay,
  backEndProbes,
  controlPanelProbes,
  frontEndProbes,
  internetNoise,
  serviceAccount,
} from '../samples/server-traffic.ts';
import { writeBackEndRows } from './back-end-rows.ts';
import { writeCmdletRows } from './cmdlet-rows.ts';
import { cmdletRuns } from './cmdlets.ts';
import { writeCmdletEvent, writeOtherEvents } from './event-rows.ts';
import { createCrowd } from './crowd.ts';
import { healthChecks, healthMailboxes, proxiedTraffic } from './machines.ts';
import { writeFullIisRow, writeNativeIisRow, writeNcsaRow } from './iis-formats.ts';
import { writeHttpErrRows, writeOabRows } from './other-rows.ts';
import { addressBookTraffic, autodiscoverTraffic, calendarTraffic, ewsTraffic } from './web-clients.ts';
import { scannersTurnedAway, sharePointTraffic, strayVisitors } from './visitors.ts';
import { controlPanelTraffic, webMailTraffic } from './web-pages.ts';

const EX03: Server = { name: 'EX03', address: '10.1.2.13', build: '15.1.2176.9', seed: 0 };
/** Has web sites that log every field, and in other formats, and nothing else. */
const EX04: Server = { name: 'EX04', address: '10.1.2.14', build: '15.1.2176.9', seed: 0 };

/**
 * Three days of two servers that nobody attacked, in every log that exhunt hunts in. Much of it looks like an attack: what is known to have
 * raised false alarms elsewhere is in here, and so is what a rule might take for its own. The same seed makes the same bytes.
 *
 * Not in here is what no log tells from an attack, and what rules name as false positives for that: the role "Mailbox Import Export" given to
 * somebody, remote PowerShell by other clients than Windows's own, a request for a certificate written to \\localhost.
 *
 * @returns the logs of each server, by its name
 */
export function ordinaryTraffic(seed: number): ReadonlyMap<string, LogTree> {
  const random = new Random(seed);
  const tree = new LogTree();
  const context = { server: EX03, random, day: FIRST_DAY };
  const people = createCrowd(random);
  for (const probe of backEndProbes(EX03, random)) writeProbe(tree, EX03, probe);
  const requests = requestsOf(context, people);
  for (const request of requests) {
    const id = random.guid();
    writeIisRows(tree, EX03, request, id, random);
    writeHttpProxyRow(tree, EX03, request, id, random);
    writeEcpRows(tree, EX03, request, random);
    writeBackEndRows(tree, context, request, id);
  }
  for (const [index, run] of cmdletRuns(context, people, 2_600).entries()) {
    writeCmdletRows(tree, EX03, run, random);
    writeCmdletEvent(tree, EX03, run, index);
  }
  writeOtherEvents(tree, EX03, 300, random);
  writeOabRows(tree, EX03, 1_200, random);
  writeHttpErrRows(tree, EX03, 1_800, random);
  for (const site of ['W3SVC1', 'W3SVC2'] as const) repeatHeader(tree, site, FIRST_DAY + 2 * HOUR_MS);
  const second = new LogTree();
  for (const [index, request] of requests.entries()) {
    if (index % 6 === 0) writeFullIisRow(second, EX04, request, random);
    if (index % 20 === 1) writeNativeIisRow(second, EX04, request, random);
    if (index % 20 === 2) writeNcsaRow(second, random, request);
  }
  return new Map([
    [EX03.name, tree],
    [EX04.name, second],
  ]);
}

function requestsOf(context: Context, people: readonly Person[]): Request[] {
  const days = Array.from({ length: DAYS }, (_, day) => ({ ...context, day: FIRST_DAY + day * DAY_MS }));
  return [
    ...days.flatMap((day) => people.flatMap((person) => personsDay(person, day))).map(withFolder),
    ...days.flatMap((day) => [...administratorsDay(day), ...internetNoise(day)]),
    ...days.flatMap((day) => [
      ...ewsTraffic(day, people, 700),
      ...addressBookTraffic(day, people, 300),
      ...calendarTraffic(day, people, 400),
      ...autodiscoverTraffic(day, people, 1_000),
      ...webMailTraffic(day, people, 2_500),
      ...controlPanelTraffic(day, people, 500),
    ]),
    ...serviceAccount(context),
    ...frontEndProbes(context),
    ...controlPanelProbes(context),
    ...healthChecks(context, 3_000),
    ...healthMailboxes(context, 3_000),
    ...proxiedTraffic(context, people, 4_000),
    ...strayVisitors(context, 1_200),
    ...scannersTurnedAway(context, 300),
    ...sharePointTraffic(context, people, 300),
  ];
}

/** The samples leave out the folders of HttpProxy that their story does not need. */
function withFolder(request: Request): Request {
  if (request.protocol !== undefined) return request;
  if (request.stem.startsWith('/Microsoft-Server-ActiveSync')) return { ...request, protocol: 'Eas' };
  return request.stem.startsWith('/OAB') ? { ...request, protocol: 'Oab' } : request;
}
