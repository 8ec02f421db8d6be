import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { HostVerdict } from '../../src/model/verdict.ts';
import type { Story } from '../../src/model/story.ts';
import { filesBelow, makeZip } from '../archives.ts';
import { parseJsonl, runCli } from './run-cli.ts';

const LOGGING = 'C/Program Files/Microsoft/Exchange Server/V15/Logging';
const PLACES = {
  edit: `${LOGGING}/ECP/Server/ECPServer20210303-1.LOG`,
  event: 'C/Windows/System32/winevt/Logs/MSExchange Management.jsonl',
  use: 'C/inetpub/logs/LogFiles/W3SVC1/u_ex210305.log',
  file: 'C/inetpub/wwwroot/aspnet_client/supp0rt.aspx',
} as const;
type Place = keyof typeof PLACES;

const SCRIPT = `http://f/<script language="JScript" runat="server">function Page_Load(){}</script>`;
const CMDLET = {
  Event: {
    System: {
      Provider: { Name: 'MSExchange CmdletLogs' },
      EventID: 1,
      TimeCreated: '2021-03-03T06:59:14.100Z',
      EventRecordID: 48_211,
      Channel: 'MSExchange Management',
      Computer: 'EX01.contoso.example',
    },
    EventData: { Data: ['Set-OabVirtualDirectory', `-ExternalUrl "${SCRIPT}" -Identity "OAB"`, 'contoso.example/Users/kim'] },
  },
};
const CONTENT: Readonly<Record<Place, string>> = {
  edit: `TimeStamp,ServerName,EventId,EventData
#Software: Microsoft Exchange Server
#Log-type: ECP Server Log
#Fields: TimeStamp,ServerName,EventId,EventData
2021-03-03T06:59:13.960Z,EX01,ECP.Request,"S:TIME=96;'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''${SCRIPT.replaceAll('"', '""')}''.Identity=''OAB''';S:REQID=;S:URL=/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory;S:BLD=15.1.2176.2"
`,
  event: `${JSON.stringify(CMDLET)}\n`,
  use: `#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status
2021-03-05 11:00:00 10.1.2.11 POST /aspnet_client/Supp0rt.aspx - 443 - 203.0.113.77 antSword/v2.1 - 200
`,
  file: '<%@ Page Language="C#" %><p>does nothing</p>\n',
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'exhunt-file-stories-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Evidence of one server, of which so much is left. */
function write(name: string, places: readonly Place[], host = 'EX01'): string {
  const evidence = path.join(root, name);
  for (const place of places) {
    const file = path.join(evidence, host, PLACES[place]);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, CONTENT[place].replaceAll('EX01', host));
    utimesSync(file, 1_614_755_000, 1_614_755_000);
  }
  return evidence;
}

function scanned(...args: readonly string[]) {
  const { stdout, stderr } = runCli([...args, '-o', 'jsonl=-', '-q', '--exit-zero']);
  const records = parseJsonl(stdout);
  const of = <Kind>(kind: string): Kind[] => records.filter(({ record }) => record === kind).map((each) => each as unknown as Kind);
  return { stdout, stderr, stories: of<Story>('story'), verdicts: of<HostVerdict>('verdict') };
}

/** Which of the four a story names. */
function named({ steps }: Story): Place[] {
  const paths = steps.flatMap(({ log, also = [] }) => [log, ...also].map(({ file }) => file.path));
  return (['edit', 'event', 'use', 'file'] as const).filter((place) => paths.some((each) => each.endsWith(PLACES[place])));
}

test('with a state the story is told in whole when its last part comes, and not again', () => {
  const tell = (...places: Place[]): Place[][] =>
    scanned('scan', write('in-turn', places), '--state', path.join(root, 'state')).stories.map(named);
  expect(tell('file')).toEqual([]);
  tell('edit', 'event');
  expect(tell('use')).toContainEqual(['edit', 'event', 'use', 'file']);
  expect(tell()).toEqual([]);
});

test('an edit of the address book, its event, the shell and its use are one story, and the server is compromised', () => {
  const { stories, verdicts } = scanned('scan', write('all', ['edit', 'event', 'use', 'file']));
  expect(stories.map((story) => [story.chain.name, named(story), story.verdict])).toEqual([
    ['Chain: ProxyLogon, Then Its Web Shell', ['edit', 'event', 'use', 'file'], 'compromised'],
  ]);
  expect(verdicts).toMatchObject([{ host: { name: 'EX01' }, verdict: 'compromised' }]);
  const [story] = stories;
  // A file has no time, and the time of a copy is no more than told.
  expect(story?.steps.at(-1)).toMatchObject({ log: { type: 'web-file' }, file: { mtime: '2021-03-03T07:03:20.000Z' } });
  expect(story?.steps.at(-1)).not.toHaveProperty('@timestamp');
  expect([story?.from, story?.to]).toEqual(['2021-03-03T06:59:13.960Z', '2021-03-05T11:00:00.000Z']);
});

test('what is left of it is told, of each server its own', () => {
  const left: readonly (readonly [host: string, places: readonly Place[]])[] = [
    ['EX02', ['edit', 'file']],
    ['EX03', ['event', 'file']],
    ['EX04', ['edit', 'use']],
    ['EX05', ['use', 'file']],
    ['EX06', ['edit', 'event']],
    // Not those of another server.
    ['EX07', ['file']],
    ['EX08', ['edit']],
  ];
  const [evidence = ''] = left.map(([host, places]) => write('left', places, host));
  const { stories } = scanned('scan', evidence);
  const expected = left.slice(0, 3).map(([host, places]) => [host, places]);
  const byHost = stories.toSorted((a, b) => (a.host?.name ?? '').localeCompare(b.host?.name ?? ''));
  expect(byHost.map((story) => [story.host?.name, named(story)])).toEqual(expected);
});

test('the story is the same from an archive, for any number of threads, and when reports are merged', () => {
  const evidence = write('ways', ['edit', 'event', 'use', 'file']);
  const [story] = scanned('scan', evidence).stories;
  expect(scanned('scan', evidence, '--jobs', '2').stories).toEqual([story]);
  const zip = path.join(root, 'ways.zip');
  writeFileSync(zip, makeZip(filesBelow(evidence).map(({ name, content }) => ({ name, content }))));
  expect(scanned('scan', zip).stories.map(({ id }) => id)).toEqual([story?.id]);
  const reports = ['a', 'b'].map((name) => path.join(root, `${name}.jsonl`));
  runCli(['scan', evidence, '-q', '--exit-zero', '-o', `jsonl=${reports[0]}`]);
  runCli(['scan', write('other', ['use'], 'EX02'), '-q', '--exit-zero', '-o', `jsonl=${reports[1]}`]);
  const merged = scanned('merge', ...reports);
  expect(merged.stories.find(({ id }) => id === story?.id)).toEqual(story);
  expect(merged.verdicts).toMatchObject([{ host: { name: 'EX01' }, verdict: 'compromised' }, { host: { name: 'EX02' } }]);
});

test('every format tells it, and says of the file that it is there', () => {
  const evidence = write('formats', ['edit', 'event', 'use', 'file']);
  const { stdout } = runCli(['scan', evidence, '-q', '--exit-zero', '--no-color']);
  expect(stdout).toMatch(
    /is there, since unknown {2}webshell .*\n.*supp0rt\.aspx:1\n *written to last 2021-03-03 07:03:20\.000, as the copy has it/,
  );
  const formats = ['html', 'markdown', 'csv', 'assessment-csv', 'timesketch', 'ecs', 'ocsf', 'stix', 'misp'];
  const reportOf = (format: string): string => path.join(root, `report-${format}.jsonl`);
  const { code } = runCli(['scan', evidence, '-q', '--exit-zero', ...formats.flatMap((format) => ['-o', `${format}=${reportOf(format)}`])]);
  expect(code).toBe(0);
  for (const format of formats) {
    const text = readFileSync(reportOf(format), 'utf8');
    // The program in the HTML report has words of its own.
    expect([format, text.includes('supp0rt.aspx'), format !== 'html' && /undefined|Invalid Date/.test(text)]).toEqual([
      format,
      true,
      false,
    ]);
  }
});

test('an Application log decides CVE-2021-26857, any other does not', () => {
  const write26857 = (name: string, channel: string, Data: readonly string[]): string => {
    const file = path.join(root, name, `${channel}.jsonl`);
    mkdirSync(path.dirname(file), { recursive: true });
    const System = {
      Provider: { Name: 'MSExchange Unified Messaging' },
      EventID: 1_081,
      TimeCreated: '2021-03-03T07:00:00.000Z',
      Channel: channel,
      Computer: 'EX01',
    };
    writeFileSync(file, `${JSON.stringify({ Event: { System, EventData: { Data } } })}\n`);
    return path.dirname(file);
  };
  const verdictOf = (folder: string) => scanned('scan', folder).verdicts[0]?.cve.find(({ id }) => id === 'CVE-2021-26857');
  expect(verdictOf(write26857('um-none', 'Application', ['The service started.']))).toMatchObject({ verdict: 'clean', assessed: true });
  expect(verdictOf(write26857('um-security', 'Security', ['x']))).toMatchObject({
    verdict: 'not assessed',
    assessed: false,
    missing: ['evtx:Application'],
  });
  expect(verdictOf(write26857('um-exploited', 'Application', ['x System.InvalidCastException: x']))).toMatchObject({
    verdict: 'exploited',
  });
});
