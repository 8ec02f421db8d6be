import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { discover } from '../../../src/discover/discover.ts';
import { missingPaths } from '../../../src/discover/roots.ts';
import { classify } from '../../../src/parse/classify.ts';

const IIS = '#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time cs-method cs-uri-stem sc-status\r\n';
const HTTPPROXY = 'DateTime,AnchorMailbox,ServerHostName\r\n2021-03-03T06:59:13.030Z,Sid~1,';

let root: string;
let problems: string[];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'exhunt-discover-'));
  problems = [];
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), content);
}

async function found(paths: readonly string[] = [root], host?: string) {
  const report = ({ code }: { readonly code: string }, where: string): void => void problems.push(`${code} ${where}`);
  return await discover(paths, { classify, report, ...(host !== undefined && { host }) });
}

describe('files', () => {
  test('are found in all folders, whatever their ending, in the order of their paths', async () => {
    write('b/u_ex2.LOG', IIS);
    write('a/deep/er/u_ex1.log', IIS);
    write('c/export.csv', HTTPPROXY);
    expect((await found()).map(({ path: name, logType }) => [name, logType])).toEqual([
      ['a/deep/er/u_ex1.log', 'iis-w3c'],
      ['b/u_ex2.LOG', 'iis-w3c'],
      ['c/export.csv', 'httpproxy'],
    ]);
  });

  test('that are named several times are found once', async () => {
    write('a/x.log', IIS);
    expect(await found([root, path.join(root, 'a'), path.join(root, 'a/x.log')])).toHaveLength(1);
  });

  test('of several paths are named from the folder that holds them all', async () => {
    write('one/x.log', IIS);
    write('two/x.log', IIS);
    const paths = ['one', 'two/x.log'].map((name) => path.join(root, name));
    expect((await found(paths)).map(({ path: name }) => name)).toEqual(['one/x.log', 'two/x.log']);
  });

  test('can be named by a pattern, in any case', async () => {
    write('W3SVC1/u_ex1.LOG', IIS);
    write('W3SVC1/u_ex2.log', IIS);
    write('W3SVC2/u_ex1.log', IIS);
    expect(await found([path.join(root, 'W3SVC1/u_ex*.log')])).toHaveLength(2);
  });

  test('keep their name when it looks like a pattern', async () => {
    write('Program Files (x86)/[1].log', IIS);
    expect(await found([path.join(root, 'Program Files (x86)')])).toHaveLength(1);
    expect(await found([path.join(root, 'Program Files (x86)/[1].log')])).toHaveLength(1);
  });

  test('in UTF-16 are told apart from those that are not text', async () => {
    write('a.log', Buffer.from(`\uFEFF${IIS}`, 'utf16le'));
    write('b.log', Buffer.from(IIS, 'utf16le'));
    write('c.log', Buffer.from(`\uFEFF${IIS}`, 'utf16le').swap16());
    expect((await found()).map(({ encoding }) => encoding)).toEqual(['utf-16le', 'utf-16le', 'utf-16be']);
  });

  test('that are no logs are reported for what they are, and not read', async () => {
    write('notes.txt', 'Dear team\n');
    write('tracking.log', '#Log-type: Message Tracking Log\n');
    write('picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 2, 3]));
    write('old.zip', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
    write('old.log.gz', Buffer.from([0x1f, 0x8b, 8, 0]));
    write('empty.log', '');
    expect(await found()).toEqual([]);
    expect(problems).toEqual([
      'FILE_EMPTY empty.log',
      'FILE_NOT_UNDERSTOOD notes.txt',
      'FILE_ARCHIVE_DAMAGED old.log.gz!/old.log',
      'FILE_ARCHIVE_DAMAGED old.zip',
      'FILE_NOT_TEXT picture.png',
      'FILE_OTHER_LOG tracking.log',
    ]);
  });
});

describe('what lies beside logs', () => {
  test('is not read for its place, but for what it holds or is called', async () => {
    write('W3SVC1/u_ex1.log', IIS);
    write('W3SVC1/notes.txt', 'Dear team\n');
    write('W3SVC1/u_ex1.log.sha256', '0123456789abcdef u_ex1.log\n');
    write('W3SVC1/u_ex2.log', 'nothing that tells\n');
    write('W3SVC1/u_ex3.zip', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
    write('HttpProxy/Ecp/HttpProxy_2021030306-1.LOG', Buffer.from([0x1f, 0x8b, 8, 0]));
    write('W3SVC1/._u_ex1.log', Buffer.from([0, 5, 0x16, 7, 0, 2, 0, 0]));
    expect((await found()).map(({ path: name }) => name)).toEqual(['W3SVC1/u_ex1.log', 'W3SVC1/u_ex2.log']);
    expect(problems).toEqual([
      'FILE_ARCHIVE_DAMAGED HttpProxy/Ecp/HttpProxy_2021030306-1.LOG!/HttpProxy_2021030306-1.LOG',
      'FILE_NOT_TEXT W3SVC1/._u_ex1.log',
      'FILE_NOT_UNDERSTOOD W3SVC1/notes.txt',
      'FILE_NOT_UNDERSTOOD W3SVC1/u_ex1.log.sha256',
      'FILE_ARCHIVE_DAMAGED W3SVC1/u_ex3.zip',
    ]);
  });
});

describe('links', () => {
  test('that loop, leave the folder or point nowhere are not followed', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'exhunt-outside-'));
    writeFileSync(path.join(outside, 'secret.log'), IIS);
    write('a/x.log', IIS);
    symlinkSync(root, path.join(root, 'a/loop'));
    symlinkSync(outside, path.join(root, 'out'));
    symlinkSync(path.join(outside, 'secret.log'), path.join(root, 'secret.log'));
    symlinkSync(path.join(root, 'nothing'), path.join(root, 'broken.log'));
    expect((await found()).map(({ path: name }) => name)).toEqual(['a/x.log']);
    expect(problems.toSorted()).toEqual(['FILE_LINK broken.log', 'FILE_LINK out', 'FILE_LINK secret.log']);
    rmSync(outside, { recursive: true });
  });

  test('within the folder are not read a second time', async () => {
    write('a/x.log', IIS);
    symlinkSync(path.join(root, 'a'), path.join(root, 'b'));
    symlinkSync(path.join(root, 'a/x.log'), path.join(root, 'y.log'));
    expect(await found()).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  test('that the user names are followed', async () => {
    write('a/x.log', IIS);
    symlinkSync(path.join(root, 'a'), path.join(root, 'b'));
    expect(await found([path.join(root, 'b')])).toHaveLength(1);
  });
});

describe('the host', () => {
  async function hosts(given?: string) {
    return Object.fromEntries((await found([root], given)).map(({ path: name, host }) => [name, host]));
  }

  test('is what the records say', async () => {
    write('x/HttpProxy/a.LOG', `${HTTPPROXY}EX07\r\n`);
    expect(await hosts('OTHER')).toEqual({ 'x/HttpProxy/a.LOG': 'EX07' });
  });

  test('of logs that do not say it is what other logs of the same copy say', async () => {
    write('case/C/inetpub/logs/LogFiles/W3SVC1/u_ex1.log', IIS);
    write('case/C/Exchange/Logging/HttpProxy/Owa/a.LOG', `${HTTPPROXY}EX07\r\n`);
    expect(Object.values(await hosts('OTHER'))).toEqual(['EX07', 'EX07']);
  });

  test('is the folder above the disk', async () => {
    write('EX05/C$/inetpub/logs/LogFiles/W3SVC1/u_ex1.log', IIS);
    write('EX06/inetpub/W3SVC1/u_ex1.log', IIS);
    expect(Object.values(await hosts('OTHER'))).toEqual(['EX05', 'EX06']);
  });

  test('is what the user says where neither tells, also above a folder that only says evidence', async () => {
    write('u_ex1.log', IIS);
    write('uploads/C/inetpub/logs/LogFiles/W3SVC1/u_ex1.log', IIS);
    expect(Object.values(await hosts('EX09'))).toEqual(['EX09', 'EX09']);
    expect(Object.values(await hosts())).toEqual([undefined, undefined]);
  });

  test('is the folder below the site, or above one that only says what lies in it', async () => {
    write('ECP/Server/a.LOG', `${HTTPPROXY}EX01\r\n`);
    write('W3SVC1/EX02/u_ex1.log', IIS);
    write('EX03/IISLogs/W3SVC1/u_ex1.log', IIS);
    write('EX04/Drive_C/inetpub/u_ex1.log', IIS);
    expect(Object.values(await hosts())).toEqual(['EX01', 'EX03', 'EX04', 'EX02']);
  });

  test('is the folder above what collectors put there, and never the name of an archive', async () => {
    write('EX05/uploads/auto/C%3A/inetpub/logs/LogFiles/W3SVC1/u_ex1.log', IIS);
    write('EX06/fs/C:/inetpub/u_ex1.log', IIS);
    write('EX07.zip!/C/inetpub/u_ex1.log', IIS);
    write('EX08/ECP_Logs.zip!/u_ex1.log', IIS);
    write('case/Collection-EX09-2021-03-04T12_00_00Z/uploads/auto/C%3A/inetpub/u_ex1.log', IIS);
    write('E/EX10/C/inetpub/u_ex1.log', IIS);
    expect(Object.values(await hosts())).toEqual(['EX10', 'EX05', 'EX06', undefined, 'EX08', undefined]);
  });

  test('is the folder above a disk, or above the one that the scanned folder lies on', async () => {
    write('EX05/C/inetpub/logs/u_ex1.log', IIS);
    write('EX06/uploads/auto/C%3A/inetpub/logs/u_ex1.log', IIS);
    write('EX07/C$/logs/u_ex1.log', IIS);
    const host = async (folder: string) => (await found([path.join(root, folder)]))[0]?.host;
    expect(await host('EX05')).toBe('EX05');
    expect(await host('EX05/C')).toBe('EX05');
    expect(await host('EX05/C/inetpub')).toBe('EX05');
    expect(await host('EX06/uploads/auto/C%3A/inetpub/logs')).toBe('EX06');
    expect(await host('EX07/C$/logs/u_ex1.log')).toBe('EX07');
  });

  test('is what Velociraptor wrote beside its uploads, before the names of folders and after the records', async () => {
    write('T1.zip!/client_info.json', '{"Hostname":"EX05","Fqdn":"ex05.contoso.com"}');
    write('T1.zip!/uploads/auto/C%3A/inetpub/u_ex1.log', IIS);
    write('T1.zip!/uploads/ntfs/%5C%5C.%5CD%3A/logs/u_ex1.log', IIS);
    write('EX06/client_info.json', '\uFEFF{"Fqdn":"EX07.contoso.com"}');
    write('EX06/uploads/auto/C%3A/inetpub/u_ex1.log', IIS);
    write('EX06/elsewhere/u_ex1.log', IIS);
    write('EX08/client_info.json', '{"os_info":{"hostname":"EX09"}}');
    write('EX08/uploads/auto/C%3A/inetpub/u_ex1.log', IIS);
    write('EX08/uploads/auto/C%3A/a/HttpProxy/Owa/a.LOG', `${HTTPPROXY}EX10\r\n`);
    expect(await hosts()).toEqual({
      'EX06/elsewhere/u_ex1.log': undefined,
      'EX06/uploads/auto/C%3A/inetpub/u_ex1.log': 'EX07',
      'EX08/uploads/auto/C%3A/a/HttpProxy/Owa/a.LOG': 'EX10',
      'EX08/uploads/auto/C%3A/inetpub/u_ex1.log': 'EX10',
      'T1.zip!/uploads/auto/C%3A/inetpub/u_ex1.log': 'EX05',
      'T1.zip!/uploads/ntfs/%5C%5C.%5CD%3A/logs/u_ex1.log': 'EX05',
    });
    expect(problems).toEqual(['EX06', 'EX08', 'T1.zip!'].map((folder) => `FILE_CLIENT_INFO ${folder}/client_info.json`));
  });

  test.each([
    ['no server name', '{"Hostname":"../../etc","Fqdn":"<script>.contoso.com"}'],
    ['an address of nothing', '{"Hostname":"2021-03-04"}'],
    ['no JSON', '{"Hostname":"EX01"'],
    ['another kind of value', '["EX01"]'],
    ['a prototype', '{"__proto__":{"Hostname":"EX01"}}'],
    ['too much', `{"Hostname":"EX01","x":"${'x'.repeat(40_000)}"}`],
  ])('is not what a client_info.json with %s says', async (_, info) => {
    write('client_info.json', info);
    write('uploads/auto/C%3A/inetpub/u_ex1.log', IIS);
    expect(await hosts('OTHER')).toEqual({ 'uploads/auto/C%3A/inetpub/u_ex1.log': 'OTHER' });
    expect(problems).toEqual(['FILE_CLIENT_INFO_UNUSABLE client_info.json']);
  });

  test('is not what a client_info.json says that lay on the server itself', async () => {
    write('C/inetpub/client_info.json', '{"Hostname":"EX66"}');
    write('C/inetpub/uploads/u_ex1.log', IIS);
    expect(await hosts('OTHER')).toEqual({ 'C/inetpub/uploads/u_ex1.log': 'OTHER' });
    expect(problems).toEqual(['FILE_NOT_UNDERSTOOD C/inetpub/client_info.json']);
  });

  test('of flat folders with logs of several servers stays open', async () => {
    write('u_ex1.log', IIS);
    write('a.LOG', `${HTTPPROXY}EX01\r\n`);
    expect(await hosts()).toEqual({ 'a.LOG': 'EX01', 'u_ex1.log': undefined });
  });
});

test('a path that does not exist is missing, a pattern is not', () => {
  expect(missingPaths(['-', root, path.join(root, 'none'), path.join(root, '*.none')])).toEqual([path.join(root, 'none')]);
});
