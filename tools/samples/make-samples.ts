import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Context } from './context.ts';
import { writeEcpRows } from './ecp-rows.ts';
import { writeHttpProxyRow } from './httpproxy-rows.ts';
import { repeatHeader, writeIisRows, writeProbe } from './iis-rows.ts';
import { intrusion } from './intrusion.ts';
import { LogTree } from './log-tree.ts';
import { createPeople } from './people.ts';
import { personsDay } from './people-traffic.ts';
import { Random } from './random.ts';
import type { Request } from './request.ts';
import { scanners } from './scanners.ts';
import { DAY_MS, DAYS, EX01, EX02, FIRST_DAY, HOUR_MS, type Server } from './server.ts';
import { administratorsDay, backEndProbes, controlPanelProbes, frontEndProbes, internetNoise, serviceAccount } from './server-traffic.ts';

/** Writes samples/contoso-ex01 and contoso-ex02, and beside each what a scan of it has to find. */
function makeSamples(folder: string): void {
  makeServer(folder, EX01, intrusion);
  makeServer(folder, EX02, scanners);
}

function makeServer(folder: string, server: Server, guests: (context: Context) => Request[]): void {
  const random = new Random(server.seed);
  const tree = new LogTree();
  const context = { server, random, day: FIRST_DAY };
  for (const probe of backEndProbes(server, random)) writeProbe(tree, server, probe);
  for (const request of [...ordinaryTraffic(context), ...guests(context)]) {
    const id = random.guid();
    writeIisRows(tree, server, request, id, random);
    writeHttpProxyRow(tree, server, request, id, random);
    writeEcpRows(tree, server, request, random);
  }
  for (const site of ['W3SVC1', 'W3SVC2'] as const) repeatHeader(tree, site, FIRST_DAY + 2 * HOUR_MS);
  const name = `contoso-${server.name.toLowerCase()}`;
  const planted = tree.write(path.join(folder, name));
  writeFileSync(path.join(folder, `${name}.planted.json`), `${JSON.stringify(planted, undefined, 2)}\n`);
  process.stdout.write(`${name}: ${tree.rows} rows, ${planted.length} of them planted\n`);
}

/** Three days of what honest people and programs do with an Exchange server. */
function ordinaryTraffic(context: Context): Request[] {
  const people = createPeople(context.random);
  const days = Array.from({ length: DAYS }, (_, day) => ({ ...context, day: FIRST_DAY + day * DAY_MS }));
  return [
    ...days.flatMap((day) => people.flatMap((person) => personsDay(person, day))),
    ...days.flatMap((day) => administratorsDay(day)),
    ...days.flatMap((day) => internetNoise(day)),
    ...serviceAccount(context),
    ...frontEndProbes(context),
    ...controlPanelProbes(context),
  ];
}

makeSamples(process.argv[2] ?? 'samples');
