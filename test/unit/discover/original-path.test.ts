import { expect, test } from '@jest/globals';
import { originalPath } from '../../../src/discover/original-path.ts';

const LOGS = 'inetpub/logs/LogFiles/W3SVC1/u_ex1.log';
const ON_C = 'C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex1.log';

test.each([
  ['KAPE and CyLR', `C/${LOGS}`, ON_C],
  ['KAPE, below the host', `EX01/C/${LOGS}`, ON_C],
  ['KAPE, another drive', 'EX01/D/Exchange Logs/W3SVC1/u_ex1.log', 'D:\\Exchange Logs\\W3SVC1\\u_ex1.log'],
  ['a share', `EX01/C$/${LOGS}`, ON_C],
  ['a folder called Drive_C', `Drive_C/${LOGS}`, ON_C],
  ['a small letter above a folder of Windows', `c/${LOGS}`, ON_C],
  ['Velociraptor', `uploads/auto/C%3A/${LOGS}`, ON_C],
  ['Velociraptor, device', `uploads/ntfs/%5C%5C.%5CC%3A/${LOGS}`, ON_C],
  ['Velociraptor, names with escapes', 'uploads/auto/D%3A/a%2525b%20%C3%A4/u_ex1.log', 'D:\\a%25b ä\\u_ex1.log'],
  ['Velociraptor, bytes that are no UTF-8', 'uploads/auto/D%3A/a%FFb/u_ex1.log', 'D:\\a%FFb\\u_ex1.log'],
  [
    'Velociraptor, shadow copy',
    `uploads/ntfs/%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy2/${LOGS}`,
    '\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy2\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex1.log',
  ],
  ['acquire', `fs/C:/${LOGS}`, ON_C],
  ['acquire, by the system volume', `fs/sysvol/${LOGS}`, '%SystemDrive%\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex1.log'],
  ['an archive', `cases/triage.zip!/uploads/auto/C%3A/${LOGS}`, ON_C],
  ['an archive in an archive', `outer.zip!/data.zip!/uploads/auto/C%3A/${LOGS}`, ON_C],
  ['an archive on the disk', 'C/inetpub/old.zip!/u_ex1.log', 'C:\\inetpub\\old.zip!\\u_ex1.log'],
  ['an archive that PowerShell wrote', `t.zip!/C\\${LOGS.replaceAll('/', '\\')}`, ON_C],
  ['a copy of a copy', `C/evidence/EX01/C$/${LOGS}`, ON_C],
  ['a copy on a drive', `E/EX01/C/${LOGS}`, ON_C],
  ['ExchangeLogCollector', '20210304/EX01/ECP_Proxy_Logs/x.LOG', '%ExchangeInstallPath%Logging\\HttpProxy\\Ecp\\x.LOG'],
  ['ExchangeLogCollector, with folders', 'EX01/ECP_Logs/Server/x.LOG', '%ExchangeInstallPath%Logging\\ECP\\Server\\x.LOG'],
  ['ExchangeLogCollector, zipped', 'EX01/MAPI_Logs.zip!/x.LOG', '%ExchangeInstallPath%Logging\\MAPI Client Access\\x.LOG'],
])('is told by the copy of %s', (_, path, expected) => {
  expect(originalPath(path)).toBe(expected);
});

test.each([
  ['a flat folder', 'u_ex1.log'],
  ['folders of logs without a disk', 'EX01/inetpub/logs/u_ex1.log'],
  ['a letter that holds files alone', 'C/u_ex1.log'],
  ['a small letter above any folder', 'c/EX01/u_ex1.log'],
  ['a folder for IIS, which may log anywhere', 'EX01/IIS_W3SVC1_Logs/u_ex1.log'],
  ['names that no file of Windows has', 'uploads/auto/C%3A/a%5C..%5Cb/u_ex1.log'],
  ['names with control characters', 'uploads/auto/C%3A/a%0Ab/u_ex1.log'],
  ['names that lead upwards', 'C/inetpub/../u_ex1.log'],
])('is not told by %s', (_, path) => {
  expect(originalPath(path)).toBeUndefined();
});

test.each([
  ['the disk of a copy', ['', 'evidence', 'EX01', 'C'], 'inetpub/u_ex1.log', 'C:\\inetpub\\u_ex1.log'],
  ['a folder on the disk of a copy', ['', 'evidence', 'C%3A', 'inetpub'], 'u_ex1.log', 'C:\\inetpub\\u_ex1.log'],
  ['a folder of a live server', ['C:', 'inetpub', 'logs'], 'LogFiles/u_ex1.log', 'C:\\inetpub\\logs\\LogFiles\\u_ex1.log'],
  ["a folder on a responder's disk", ['D:', 'cases', 'EX01'], 'u_ex1.log', undefined],
  ["a folder on a responder's desktop", ['C:', 'Users', 'me', 'Desktop'], 'u_ex1.log', undefined],
  ["a folder on a responder's mounted disk", ['', 'mnt', 'c', 'Users', 'me'], 'u_ex1.log', undefined],
])('is told, or not, where %s is scanned', (_, base, path, expected) => {
  expect(originalPath(path, base)).toBe(expected);
});
