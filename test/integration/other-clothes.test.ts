import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { LEVELS } from '../../src/model/rule.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import { scan } from '../../src/scan.ts';

const SAMPLE = fileURLToPath(new URL('../../samples/contoso-ex01/', import.meta.url));
const EXCHANGE = 'C/Program Files/Microsoft/Exchange Server/V15/Logging';
const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });

/** The logs that the intrusion is seen in, and how many header lines each begins with. */
const LOGS = [
  { file: `${EXCHANGE}/HttpProxy/Ecp/HttpProxy_2021030306-1.LOG`, headers: 6 },
  { file: `${EXCHANGE}/HttpProxy/Owa/HttpProxy_2021030403-1.LOG`, headers: 6 },
  { file: `${EXCHANGE}/ECP/Server/ECPServer20210303-1.LOG`, headers: 5 },
  { file: 'C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log', headers: 4 },
  { file: 'C/inetpub/logs/LogFiles/W3SVC1/u_ex210304.log', headers: 4 },
  { file: 'C/inetpub/logs/LogFiles/W3SVC2/u_ex210303.log', headers: 4 },
] as const;

const planted: readonly { readonly step: string; readonly file: string; readonly line: number }[] = JSON.parse(
  readFileSync(path.join(SAMPLE, '../contoso-ex01.planted.json'), 'utf8'),
);

interface Clothes {
  readonly name: string;
  readonly change: (text: string) => string | Uint8Array;
  /** Lines that the change takes from the top. */
  readonly lost?: (headers: number) => number;
  /** A step that nothing but what was changed gave away. */
  readonly unseen?: RegExp;
}

/** Changes only what an attacker writes: page, path, tool. */
function replace(...pairs: readonly (readonly [RegExp, string])[]): Clothes['change'] {
  return (text) => pairs.reduce((changed, [pattern, by]) => changed.replaceAll(pattern, by), text);
}

const CLOTHES: readonly Clothes[] = [
  { name: 'as it was', change: (text) => text },
  {
    name: 'other page names',
    change: replace(
      [/\/ecp\/y\.js/g, '/ecp/Kb0_7.png'],
      [/RedirSuiteServerProxy\.aspx/g, 'qX91.ashx'],
      [/supp0rt\.aspx/g, 'system_web/a/t.asmx'],
      [/~a\]@/g, '~Administrator@'],
    ),
  },
  {
    name: 'upper case',
    change: replace(
      [/\/ecp\/y\.js/g, '/ECP/Y.JS'],
      [/\/owa\/auth\/Redir\w+\.aspx/g, '/OWA/AUTH/REDIRSUITESERVERPROXY.ASPX'],
      [/ServerInfo~a\][^,]*/g, 'SERVERINFO~A]@EX01:444/ECP/DDI/DDISERVICE.SVC/SETOBJECT?SCHEMA=RESETOABVIRTUALDIRECTORY#'],
      [/Set-OabVirtualDirectory\.ExternalUrl=''http:\/\/f/g, "SET-OABVIRTUALDIRECTORY.EXTERNALURL=''HTTP://F"],
    ),
  },
  {
    name: 'percent-encoded paths',
    change: replace(
      [/\/ecp\/y\.js/g, '/%65cp/y%2ejs'],
      [/\/owa\/auth\/Redir(\w+)\.aspx/g, '/owa/%61uth/Redir$1%2Easpx'],
      [/supp0rt\.aspx/g, '%73upp0rt.asp%78'],
      [/\/ecp\/DDI\/DDIService\.svc\/SetObject\?/g, '/ecp/DDI/%44DIService.svc/Set%4fbject?'],
    ),
  },
  { name: 'percent-encoded twice', change: replace([/\/ecp\/y\.js/g, '/ecp/y%252ejs'], [/supp0rt\.aspx/g, '%2573upp0rt.aspx']) },
  {
    name: 'another user agent',
    change: replace([/python-requests\/2\.25\.1|ExchangeServicesClient\/0\.0\.0\.0|antSword\/v2\.1/g, 'Wget/1.21']),
    unseen: /told by its client/,
  },
  {
    name: 'a path behind the page',
    change: replace(
      [/\/owa\/auth\/Redir\w+\.aspx/g, '/owa/auth/Redir.aspx/info'],
      [/\/aspnet_client\/supp0rt/g, '//aspnet_client//supp0rt'],
    ),
  },
  { name: 'columns in another order', change: turnColumns },
  { name: 'a copy in UTF-16', change: (text) => Buffer.from(`\uFEFF${text.replace(/^\uFEFF/, '')}`, 'utf16le') },
  {
    name: 'a copy in UTF-16 with the high byte first',
    change: (text) => Buffer.from(`\uFEFF${text.replace(/^\uFEFF/, '')}`, 'utf16le').swap16(),
  },
  { name: 'lines that end as on Unix', change: (text) => text.replaceAll('\r\n', '\n') },
  {
    name: 'an excerpt without its header',
    change: (text) =>
      text
        .split('\r\n')
        .filter((line) => !/^\uFEFF?#|^DateTime,/.test(line))
        .join('\r\n'),
    lost: (headers) => headers,
  },
  {
    name: 'comments of an analyst above it',
    change: (text) => text.replace(/^\uFEFF?/, '').replace(/^/, '# case 42\r\n\r\n'),
    lost: () => -2,
  },
];

/** The same log, had it been set up with its columns from last to first. */
function turnColumns(text: string): string {
  const turn = (line: string, separator: string): string => line.split(separator).toReversed().join(separator);
  return text
    .split('\r\n')
    .map((line) => {
      if (line.startsWith('#Fields: ')) return `#Fields: ${turn(line.slice(9), line.includes(',') ? ',' : ' ')}`;
      if (line.startsWith('#') || line.startsWith('\uFEFF') || line === '' || /ECP\.Request/.test(line)) return line;
      return turn(line, /^\d{4}-\d\d-\d\d \d\d:/.test(line) ? ' ' : ',');
    })
    .join('\r\n')
    .replace('#Fields: EventData,EventId,ServerName,TimeStamp', '#Fields: TimeStamp,ServerName,EventId,EventData');
}

describe.each(CLOTHES)('the intrusion in other clothes: $name', ({ change, lost = () => 0, unseen = /^$/ }) => {
  test('is found, line by line', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-clothes-'));
    try {
      for (const { file } of LOGS) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), change(readFileSync(path.join(SAMPLE, file), 'utf8')));
      }
      const { findings } = await scan({ paths: [folder], rules });
      const found = new Map<string, number>();
      for (const { log, rule } of findings) {
        const place = `${log.file.path}:${log.line}`;
        found.set(place, Math.max(found.get(place) ?? 0, LEVELS.indexOf(rule.level)));
      }
      const expected = LOGS.flatMap(({ file, headers }) =>
        planted
          .filter((each) => each.file === file && !unseen.test(each.step))
          .map(({ step, line }) => ({ step, place: `${file}:${line - lost(headers)}` })),
      );
      expect(expected.filter(({ place }) => !found.has(place))).toEqual([]);
      const grave = expected.filter(({ step }) => !/^recon|^ssrf: autodiscover/.test(step));
      expect(grave.filter(({ place }) => (found.get(place) ?? 0) < LEVELS.indexOf('high'))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
