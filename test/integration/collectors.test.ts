import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadRuleSet } from '../../src/rule-set.ts';
import { scan } from '../../src/scan.ts';

const SAMPLE = fileURLToPath(new URL('../../samples/contoso-ex01/', import.meta.url));
const LOGGING = 'C/Program Files/Microsoft/Exchange Server/V15/Logging';
const IIS = 'C/inetpub/logs/LogFiles';
const { rules, correlations } = await loadRuleSet({ folders: [], hasDefaultRules: true });

/** What ExchangeLogCollector calls the folders. */
const FLAT: readonly (readonly [folder: string, called: string])[] = [
  [`${LOGGING}/HttpProxy/Autodiscover`, 'AutoD_Proxy_Logs'],
  [`${LOGGING}/HttpProxy/Ecp`, 'ECP_Proxy_Logs'],
  [`${LOGGING}/HttpProxy/Ews`, 'EWS_Proxy_Logs'],
  [`${LOGGING}/HttpProxy/Mapi`, 'MAPI_Proxy_Logs'],
  [`${LOGGING}/HttpProxy/Owa`, 'OWA_Proxy_Logs'],
  [`${LOGGING}/ECP`, 'ECP_Logs'],
  [`${IIS}/W3SVC1`, 'IIS_W3SVC1_Logs'],
  [`${IIS}/W3SVC2`, 'IIS_W3SVC2_Logs'],
];

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'exhunt-collectors-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Copies the sample's disk to where a collector would. */
function copyDisk(to: string): void {
  cpSync(path.join(SAMPLE, 'C'), path.join(root, to), { recursive: true });
}

async function outcome(folder: string) {
  const result = await scan({ paths: [folder], rules, correlations });
  const findings = [...result.findings];
  return {
    findings: findings.map(({ id, host, rule }) => ({ id, host, rule: rule.id })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    stories: result.stories.map(({ id, host, verdict }) => ({ id, host, verdict })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    verdicts: result.verdicts.map(({ host, verdict, findings: ids, cve }) => ({ host, verdict, ids: ids.toSorted(), cve })),
    lines: result.coverages.map(({ host, log, lines, records }) => ({ host, log, lines, records })),
    originals: new Set(findings.map(({ log }) => log.file.original_path)),
    isComplete: result.isComplete,
  };
}

/** Of findings of the same time, which one carries the verdict goes by the path. */
function bare({ verdicts, findings, stories, lines }: Awaited<ReturnType<typeof outcome>>) {
  return { findings, stories, lines, verdicts: verdicts.map(({ host, verdict, cve }) => ({ host, verdict, cve })) };
}

const plain = await outcome(SAMPLE);

test.each([
  ['Velociraptor tree', 'velociraptor', 'velociraptor/uploads/auto/C%3A'],
  ["Velociraptor tree that was read past Windows' locks", 'ntfs', 'ntfs/uploads/ntfs/%5C%5C.%5CC%3A'],
  ['KAPE tree', 'kape', 'kape/EX01/C'],
  ['copied share', 'share', 'share/EX01/C$'],
  ['tree of acquire', 'acquire', 'acquire/fs/C:'],
])('a %s gives the same findings, verdicts and original paths as the folder', async (_, folder, disk) => {
  mkdirSync(path.join(root, folder), { recursive: true });
  if (disk.includes('uploads')) writeFileSync(path.join(root, folder, 'client_info.json'), '{"Hostname":"EX01"}');
  copyDisk(disk);
  expect(await outcome(path.join(root, folder))).toEqual(plain);
  expect(plain.findings.length).toBeGreaterThan(50);
  expect([...plain.originals].every((name) => name?.startsWith('C:\\') === true)).toBe(true);
});

test('the flat folders of ExchangeLogCollector give the same findings and verdicts', async () => {
  for (const [folder, called] of FLAT)
    cpSync(path.join(SAMPLE, folder), path.join(root, 'flat/20210304/EX01', called), { recursive: true });
  const flat = await outcome(path.join(root, 'flat'));
  expect(bare(flat)).toEqual(bare(plain));
  expect(flat.originals).toContain('%ExchangeInstallPath%Logging\\HttpProxy\\Ecp\\HttpProxy_2021030306-1.LOG');
});

test('several hosts in one tree are told apart', async () => {
  copyDisk('many/EX01/C');
  cpSync(path.join(SAMPLE, '../contoso-ex02/C'), path.join(root, 'many/T2/uploads/auto/C%3A'), { recursive: true });
  const { verdicts } = await outcome(path.join(root, 'many'));
  expect(verdicts.map(({ host, verdict }) => [host?.name, verdict])).toEqual([
    ['EX01', 'compromised'],
    ['EX02', 'attempted'],
  ]);
});
