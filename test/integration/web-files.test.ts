import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../src/model/finding.ts';
import { filesBelow, makeTar, makeZip } from '../archives.ts';
import { parseJsonl, runCli } from './run-cli.ts';

const FRONT_END = 'EX01/C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy';
const PICTURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0, 1]);

let root: string;
let evidence: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'exhunt-web-files-'));
  evidence = path.join(root, 'evidence');
  write('EX01/C/inetpub/wwwroot/aspnet_client/supp0rt.aspx', 'nothing that runs');
  write('EX01/C/inetpub/wwwroot/aspnet_client/it.zip', makeZip([{ name: 'a.txt', content: Buffer.from('a') }]));
  write('EX01/C/inetpub/wwwroot/iisstart.png', PICTURE);
  write('EX01/C/inetpub/wwwroot/default.aspx', '<html></html>');
  write(`${FRONT_END}/owa/auth/logon.aspx`, 'a page');
  write(`${FRONT_END}/owa/auth/empty.aspx`, '');
  write(`${FRONT_END}/owa/auth/\u001B[31mred.aspx`, '\0\0\u001B]0;x\u0007');
  write(`${FRONT_END}/owa/auth/15.1.2176/themes/resources/logon.css`, 'body {}');
  write(
    'EX01/C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log',
    '#Fields: date time cs-method cs-uri-stem sc-status\n2021-03-03 06:59:13 GET /owa/ 200\n',
  );
  write('EX01/C/inetpub/wwwroot/x.aspx', '#Fields: date time cs-method cs-uri-stem sc-status\n2021-03-03 06:59:13 GET /owa/ 200\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): void {
  const file = path.join(evidence, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function scanned(place: string, ...more: readonly string[]) {
  const { stdout, stderr, code } = runCli(['scan', place, '-o', 'jsonl=-', '--exit-zero', '-q', ...more]);
  const records = parseJsonl(stdout);
  const findings = records.filter(({ record }) => record === 'finding').map((each) => each as unknown as Finding);
  return { code, stderr, stdout, records, findings };
}

function foundOf(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, url, file }) => `${rule.name.replace('Web Root: ', '')}: ${url?.path ?? file?.path ?? ''}`).toSorted();
}

test('scripts that a web root does not have are found by their names, its own are not', () => {
  expect(foundOf(scanned(evidence).findings)).toEqual([
    'Archive or Dump Where Browsers Can Fetch It: /aspnet_client/it.zip',
    'Name of a Known Web Shell: /aspnet_client/supp0rt.aspx',
    'Script in aspnet_client: /aspnet_client/supp0rt.aspx',
    'Script in the Root of the Default Site: /x.aspx',
    'Unknown Script Among the Logon Pages of OWA: /owa/auth/\u001B[31mred.aspx',
    'Unknown Script Among the Logon Pages of OWA: /owa/auth/empty.aspx',
  ]);
});

test('a finding tells the file on the server, its size and hashes, and the copy', () => {
  const finding = scanned(evidence).findings.find(({ url }) => url?.path === '/aspnet_client/supp0rt.aspx');
  expect(finding).toMatchObject({
    host: { name: 'EX01' },
    url: { path: '/aspnet_client/supp0rt.aspx' },
    file: {
      path: 'C:\\inetpub\\wwwroot\\aspnet_client\\supp0rt.aspx',
      size: 17,
      hash: { sha1: createHash('sha1').update('nothing that runs').digest('hex') },
    },
    log: { type: 'web-file', file: { path: 'EX01/C/inetpub/wwwroot/aspnet_client/supp0rt.aspx' }, line: 1, offset: 0 },
  });
  // What a copy need not keep is no time of the finding.
  expect(finding?.['@timestamp']).toBeUndefined();
});

test('every file below a web root is counted, and none is listed as unread', () => {
  const { records } = scanned(evidence);
  const coverage = records.filter((each) => each.record === 'coverage').map(({ log, files, records: count }) => ({ log, files, count }));
  expect(coverage).toEqual([
    { log: { type: 'iis-w3c' }, files: 1, count: 1 },
    { log: { type: 'web-file' }, files: 9, count: 9 },
  ]);
  const told = records.filter(({ record }) => record === 'diagnostic').map(({ code, log }) => `${String(code)} ${JSON.stringify(log)}`);
  expect(told.filter((each) => !each.includes('it.zip!/a.txt'))).toEqual([]);
});

describe('the same ids', () => {
  const idsOf = (place: string, ...more: readonly string[]): string[] =>
    scanned(place, ...more)
      .findings.map(({ id }) => id)
      .toSorted();

  test('from a zip and from a tar.gz as from the folder, whatever becomes of the times', () => {
    const entries = filesBelow(evidence).filter(({ name }) => !name.includes('\u001B'));
    const plain = path.join(root, 'plain');
    for (const { name, content } of entries) {
      mkdirSync(path.dirname(path.join(plain, name)), { recursive: true });
      writeFileSync(path.join(plain, name), content);
    }
    writeFileSync(path.join(root, 'all.zip'), makeZip(entries));
    writeFileSync(path.join(root, 'all.tgz'), gzipSync(makeTar(entries)));
    const ids = idsOf(plain);
    expect(ids.length).toBe(5);
    expect(idsOf(path.join(root, 'all.zip'))).toEqual(ids);
    expect(idsOf(path.join(root, 'all.tgz'))).toEqual(ids);
  });

  test('with any number of threads', () => {
    expect(idsOf(evidence, '--jobs', '3')).toEqual(idsOf(evidence, '--jobs', '1'));
  });
});

test('the folder alone is enough: what lies above what is scanned counts', () => {
  const { findings } = scanned(path.join(evidence, 'EX01/C/inetpub/wwwroot/aspnet_client'));
  expect(foundOf(findings)).toContain('Name of a Known Web Shell: /aspnet_client/supp0rt.aspx');
});

test('a hostile name does not reach the terminal', () => {
  const { stdout } = runCli(['scan', evidence, '--exit-zero', '-q']);
  expect(stdout).toContain('red.aspx');
  expect(stdout).not.toContain('\u001B');
});

test('--manifest lists files below web roots with their hashes', () => {
  const { stdout } = runCli(['scan', evidence, '--exit-zero', '-q', '-o', `jsonl=${path.join(root, 'm.jsonl')}`, '--manifest', '-']);
  const { inputs } = JSON.parse(stdout) as { inputs: { path: string; type?: string; sha256?: string }[] };
  expect(inputs.filter(({ type }) => type === 'web-file').length).toBe(9);
  expect(inputs.find(({ path: name }) => name.endsWith('empty.aspx'))?.sha256).toMatch(/^e3b0c442/);
});

test('a large file is hashed as it streams', () => {
  const large = path.join(root, 'large/inetpub/wwwroot/aspnet_client/x.aspx');
  mkdirSync(path.dirname(large), { recursive: true });
  writeFileSync(large, '');
  truncateSync(large, 300_000_000);
  const [finding] = scanned(path.join(root, 'large')).findings;
  expect(finding?.file?.size).toBe(300_000_000);
});

test('an entry whose size is a lie is told', () => {
  const file = path.join(root, 'lie.zip');
  writeFileSync(file, makeZip([{ name: 'inetpub/wwwroot/aspnet_client/x.aspx', content: Buffer.from('abc'), size: 5_000 }]));
  const { records } = scanned(file);
  expect(records.some(({ record, code }) => record === 'diagnostic' && String(code).startsWith('FILE_ARCHIVE'))).toBe(true);
});

test('explain records shows what is known of a file', () => {
  const { stdout } = runCli(['explain', 'records', path.join(evidence, 'EX01/C/inetpub/wwwroot/aspnet_client/supp0rt.aspx')]);
  expect(JSON.parse(stdout)).toMatchObject({
    line: 1,
    fields: {
      FileName: 'supp0rt.aspx',
      Extension: 'aspx',
      WebRoot: 'inetpub\\wwwroot',
      UrlPath: '/aspnet_client/supp0rt.aspx',
      Size: '17',
    },
  });
});

test('--no-web-files reads logs alone', () => {
  const { records } = scanned(evidence, '--no-web-files');
  expect(records.filter(({ record }) => record === 'coverage').map(({ log }) => log)).toEqual([{ type: 'iis-w3c' }]);
});

test('public rules for files that are made apply, and those that ask for the program are blind', () => {
  const rules = path.join(root, 'rules');
  mkdirSync(rules, { recursive: true });
  const rule = (id: string, test_: string): string =>
    `title: ${id}\nid: ${id}\nlogsource:\n  product: windows\n  category: file_event\ndetection:\n  selection:\n${test_}  condition: selection\nlevel: medium\n`;
  writeFileSync(
    path.join(rules, 'a.yml'),
    rule('by-path', "    TargetFilename|contains: '\\inetpub\\wwwroot\\'\n    TargetFilename|endswith: '.aspx'\n"),
  );
  writeFileSync(path.join(rules, 'b.yml'), rule('by-program', "    Image|endswith: '\\w3wp.exe'\n"));
  const { findings, records } = scanned(evidence, '--rules', rules, '--no-default-rules');
  expect(findings.map(({ rule: { id } }) => id)).toEqual(['by-path', 'by-path', 'by-path']);
  expect(records.find(({ record, log }) => record === 'coverage' && JSON.stringify(log).includes('web-file'))?.['blind']).toEqual([
    'by-program',
  ]);
});

describe('--baseline-hashes', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const list = (name: string, text: string): string => {
    const file = path.join(root, name);
    writeFileSync(file, text);
    return file;
  };

  test('a file that is known is not judged by its name, and is told', () => {
    const known = list('SHA256', `${sha256('nothing that runs')}  ServerRoles/ClientAccess/x/supp0rt.aspx\n`);
    const { findings, records } = scanned(evidence, '--baseline-hashes', known);
    expect(foundOf(findings).filter((each) => each.includes('supp0rt'))).toEqual([]);
    expect(foundOf(findings)).toContain('Unknown Script Among the Logon Pages of OWA: /owa/auth/empty.aspx');
    const told = records
      .filter(({ code }) => String(code).startsWith('BASELINE_'))
      .map(({ code, message }) => `${String(code)} ${String(message)}`);
    expect(told).toEqual([
      `BASELINE_READ ${known}: 1 hashes of known files`,
      `BASELINE_KNOWN ${known}: knows EX01/C/inetpub/wwwroot/aspnet_client/supp0rt.aspx by its hash: not judged by its name`,
    ]);
  });

  test('a file that lies where another should is a finding, whatever it is called', () => {
    const media = list('media.csv', `${sha256('another')},15.1.2176.2,FrontEnd\\HttpProxy\\owa\\auth\\LOGON.aspx\n`);
    const { findings } = scanned(evidence, '--baseline-hashes', media, '--jobs', '2');
    expect(foundOf(findings)).toContain('File Is Not the One of the Baseline: /owa/auth/logon.aspx');
    expect(foundOf(scanned(evidence).findings)).not.toContain('File Is Not the One of the Baseline: /owa/auth/logon.aspx');
  });

  test('a list without a hash ends the run, and says why', () => {
    const { code, stderr } = runCli(['scan', evidence, '--baseline-hashes', list('empty.txt', 'ok\nwhat is this\n')]);
    expect(code).toBe(2);
    expect(stderr).toContain('empty.txt:2: is no hash of a file: what is this');
    expect(runCli(['scan', evidence, '--baseline-hashes', path.join(root, 'nowhere')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ENOENT'),
    });
  });
});

test('what a healthy server has is silent: own pages, other languages, health pages, customised SharePoint', () => {
  const exchange = 'healthy/EX02/C/Program Files/Microsoft/Exchange Server/V15';
  const layouts = 'healthy/SP01/C/Program Files/Common Files/microsoft shared/Web Server Extensions/16/TEMPLATE/LAYOUTS';
  const page =
    '<%@ Page Language="C#" AutoEventWireup="true" %>\n<html><body><% Response.Write(Server.HtmlEncode(Request.QueryString["url"])); %></body></html>\n';
  const pages = [
    ...'errorFE expiredpassword frowny logoff logon OutlookCN RedirSuiteServiceProxy signout SvmFeedback'
      .split(' ')
      .map((name) => `${exchange}/FrontEnd/HttpProxy/owa/auth/${name}.aspx`),
    `${exchange}/FrontEnd/HttpProxy/owa/auth/GetIdToken.htm`,
    `${exchange}/FrontEnd/HttpProxy/owa/auth/15.2.858/scripts/premium/flogon.js`,
    `${exchange}/FrontEnd/HttpProxy/owa/auth/15.2.858/themes/resources/owafont_zh_cht.css`,
    `${exchange}/FrontEnd/HttpProxy/ecp/auth/TimeoutLogout.aspx`,
    ...'autodiscover ecp ews mapi oab owa powershell rpc sync'
      .split(' ')
      .map((name) => `${exchange}/FrontEnd/HttpProxy/${name}/global.asax`),
    ...'error error2 expiredpassword logoff signout'.split(' ').map((name) => `${exchange}/ClientAccess/owa/auth/${name}.aspx`),
    `${exchange}/ClientAccess/owa/auth/owaauth.dll`,
    `${exchange}/ClientAccess/ecp/UsersGroups/NewInAnUpdate.aspx`,
    `${exchange}/ClientAccess/exchweb/ews/Exchange.asmx`,
    `${exchange}/ClientAccess/Autodiscover/Autodiscover.svc`,
    `${exchange}/ClientAccess/OAB/Temp/LZX1F.tmp`,
    ...'default.aspx Default.fr.aspx health.aspx lbcheck.asp iisstart.htm web.config aspnet_client/system_web/1_1_4322/SmartNav.js'
      .split(' ')
      .map((name) => `healthy/EX02/C/inetpub/wwwroot/${name}`),
    'healthy/EX02/C/inetpub/wwwroot/_wmcs/licensing/license.asmx',
    'healthy/EX02/C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/owa/1/2/logon.aspx.f5dba9b9.compiled',
    `${layouts}/Contoso/Orders/Overview.aspx`,
    `${layouts}/start.aspx`,
    'healthy/SP01/C/inetpub/wwwroot/wss/VirtualDirectories/80/global.asax',
  ];
  for (const name of pages) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, page);
  }
  const { findings, records } = scanned(path.join(root, 'healthy'));
  expect(foundOf(findings)).toEqual([]);
  expect(records.filter((each) => each.record === 'coverage').map(({ host, files }) => [host, files])).toEqual([
    [{ name: 'EX02' }, pages.length - 3],
    [{ name: 'SP01' }, 3],
  ]);
});
