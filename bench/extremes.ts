import { closeSync, openSync, writeSync } from 'node:fs';

/** Rules as others write them: fifty literals each, in the query, in the path or anywhere in the line. */
export function foreignRules(literals: number): string {
  const documents = Array.from({ length: Math.ceil(literals / 50) }, (_, rule) => {
    const values = Array.from({ length: 50 }, (_each, index) => `'${word(rule * 50 + index)}'`).join(', ');
    const search = [`cs-uri-query|contains: [${values}]`, `cs-uri-stem|contains: [${values}]`, `- [${values}]`][rule % 3] ?? '';
    const selection = search.startsWith('- ') ? `  s: ${search.slice(2)}` : `  s:\n    ${search}`;
    return `title: Foreign ${rule}\nid: foreign-${rule}\nlevel: low\nlogsource:\n  category: webserver\ndetection:\n${selection}\n  condition: s\n`;
  });
  return documents.join('---\n');
}

/** Letters that look like those of other programs: eight to fifteen of them. */
function word(index: number): string {
  const syllables = [
    'shell',
    'cmd',
    'exec',
    'eval',
    'load',
    'dump',
    'pass',
    'conf',
    'upl',
    'adm',
    'wp-',
    'cgi',
    'php',
    'jndi',
    'etc',
    'win',
  ];
  const pick = (shift: number): string => syllables[(index >> shift) & 15] ?? '';
  return `${pick(0)}${pick(4)}_${pick(8)}${index.toString(36)}`;
}

/**
 * Lines that hold what the rules for web shells look for, each with another path, and that none of them matches: no value is met twice.
 *
 * @returns how many bytes were written
 */
export function hostileLog(file: string, wanted: number): number {
  const descriptor = openSync(file, 'w');
  let bytes = writeSync(
    descriptor,
    '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n',
  );
  for (let number = 0; bytes < wanted;) {
    const lines = Array.from({ length: 2_000 }, () => {
      number += 1;
      const path = `/owa/auth/logon.aspx/${((number * 2_654_435_761) % 4_294_967_296).toString(16)}/x${number}`;
      return `2021-03-03 06:59:13 10.1.2.11 POST ${path} &CorrelationID=<empty>;&cafeReqId=${number}-schema=virtualdirectory; 443 - 203.0.113.77 Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/88.0.4324.182+Safari/537.36 - 200 0 0 118`;
    });
    bytes += writeSync(descriptor, `${lines.join('\r\n')}\r\n`);
  }
  closeSync(descriptor);
  return bytes;
}
