import { describe, expect, test } from '@jest/globals';
import { readBaseline } from '../../../src/indicators/read-baseline.ts';

const MD5 = '0123456789abcdef0123456789abcdef';
const SHA1 = `${MD5}01234567`;
const SHA256 = `${MD5}${MD5}`;
const LOGON = 'frontend\\httpproxy\n/owa/auth/logon.aspx';

function read(text: string) {
  const hashes: [string, string | undefined][] = [];
  const broken: [string, number][] = [];
  readBaseline(text, { onHash: (hash, place) => hashes.push([hash, place]), onBroken: (row, line) => broken.push([row, line]) });
  return { hashes, broken };
}

describe('every form of a list of known files', () => {
  test.each([
    ['sha256sum of media', `${SHA256}  /mnt/Setup/ServerRoles/FrontEnd/HttpProxy/owa/auth/logon.aspx`, SHA256, LOGON],
    ['of 2013, in small letters', `${MD5} */serverroles/frontend/httpproxy/owa/auth/logon.aspx`, MD5, LOGON],
    ['md5sum, binary', `${MD5} *ServerRoles/FrontEnd/HttpProxy/owa/auth/logon.aspx`, MD5, LOGON],
    ['sha1sum of names with backslashes', `\\${SHA1}  C:\\\\x\\\\FrontEnd\\\\HttpProxy\\\\owa\\\\auth\\\\logon.aspx`, SHA1, LOGON],
    ['BSD', `SHA256 (FrontEnd/HttpProxy/owa/auth/logon.aspx) = ${SHA256}`, SHA256, LOGON],
    ["Microsoft's rows", `${SHA256.toUpperCase()},15.2.858.5,FrontEnd\\HttpProxy\\owa\\auth\\logon.aspx`, SHA256, LOGON],
    ["Microsoft's rows with a name alone", `${SHA256},15.2.858.5,logon.aspx`, SHA256, undefined],
    ['a hash alone', SHA256, SHA256, undefined],
    ['what lies below no web root', `${SHA256}  /ServerRoles/bin/x.dll`, SHA256, undefined],
  ])('%s', (_, line, hash, place) => {
    expect(read(`# a comment\r\n\r\n${line}\r\n`)).toEqual({ hashes: [[hash, place]], broken: [] });
  });

  test('what PowerShell makes of Get-FileHash', () => {
    const text = `#TYPE Microsoft.PowerShell.Commands.FileHash\n"Algorithm","Hash","Path"\n"SHA256","${SHA256}","C:\\EX, 1\\FrontEnd\\HttpProxy\\owa\\auth\\logon.aspx"\n`;
    expect(read(text)).toEqual({ hashes: [[SHA256, LOGON]], broken: [] });
  });

  test('a header that names the path before the hashes', () => {
    const text = `FullName;MD5;SHA256;Comment\nFrontEnd\\HttpProxy\\owa\\auth\\logon.aspx;${MD5};${SHA256};from media\n`;
    expect(read(text)).toEqual({
      hashes: [
        [MD5, LOGON],
        [SHA256, LOGON],
      ],
      broken: [],
    });
  });

  test('a build and the folder on media that becomes one are the same place', () => {
    const [media, installed] = ['version', '15.1.2176'].map(
      (name) => read(`${SHA256}  FrontEnd/HttpProxy/owa/auth/${name}/logon.css`).hashes[0]?.[1],
    );
    expect(media).toBe(installed);
    expect(media).toBe('frontend\\httpproxy\n/owa/auth/current/logon.css');
  });
});

test('lines that are no hash are told with their numbers', () => {
  expect(read(`${MD5}  a\nnonsense\n${MD5.slice(1)}  b\n`).broken).toEqual([
    ['nonsense', 2],
    [`${MD5.slice(1)}  b`, 3],
  ]);
});
