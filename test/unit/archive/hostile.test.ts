import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ArchiveLimits } from '../../../src/model/archive.ts';
import { scan } from '../../../src/scan.ts';
import { makeTar, makeZip } from '../../archives.ts';

const FIELDS = '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\r\n';
const log = (rows: number, path_ = '/owa/'): Buffer =>
  Buffer.from(
    FIELDS +
      Array.from(
        { length: rows },
        (_, row) =>
          `2021-03-03 06:59:13 10.1.2.11 GET ${path_} id=${(row * 2_654_435_761) % 4_294_967_296} 443 - 203.0.113.7 Mozilla/5.0 200\r\n`,
      ).join(''),
  );

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What was read of an archive, file by file, and what was told. */
async function read(name: string, content: Buffer, limits: Partial<ArchiveLimits> = {}) {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  try {
    const { coverages, diagnostics, isComplete, files } = await scan({ paths: [file], rules: [], archives: { limits } });
    return {
      files,
      records: coverages.reduce((sum, { records }) => sum + records, 0),
      unreadable: coverages.flatMap(({ unreadable }) => unreadable),
      told: diagnostics.map(({ diagnostic: { problem, place } }) => {
        const which =
          'damage' in problem
            ? ` ${problem.damage}`
            : 'limit' in problem
              ? ` ${problem.limit}`
              : 'kind' in problem
                ? ` ${problem.kind}`
                : '';
        return `${problem.code}${which} ${place.path}`;
      }),
      isComplete,
    };
  } finally {
    rmSync(file);
  }
}

describe('names', () => {
  const NAMES = [
    '../../etc/u_ex1.log',
    '/absolute/u_ex2.log',
    'C:\\inetpub\\u_ex3.log',
    '\\\\server\\share\\u_ex4.log',
    'CON',
    'nul\0byte/u_ex5.log',
    'turn\u202e/u_ex6.log',
    'colour\u001b[31m/u_ex7.log',
    '',
    'a//./b/u_ex8.log',
    '__proto__',
    'x'.repeat(3_000),
  ];
  const SHOWN = [
    '%2E%2E/%2E%2E/etc/u_ex1.log',
    'absolute/u_ex2.log',
    'C:/inetpub/u_ex3.log',
    'server/share/u_ex4.log',
    'CON',
    'nul%00byte/u_ex5.log',
    'turn%E2%80%AE/u_ex6.log',
    'colour%1B[31m/u_ex7.log',
    'without-a-name',
    'a/b/u_ex8.log',
    '__proto__',
    'x'.repeat(2_048),
  ];

  test.each([
    ['zip', makeZip(NAMES.map((name) => ({ name, content: log(3) })))],
    // Here a name ends at its first NUL.
    ['tar', makeTar(NAMES.map((name) => ({ name: name.replace('nul\0byte', 'nul%00byte'), content: log(3) })))],
  ])('of whatever kind in a %s hide no entry and lead nowhere', async (kind, content) => {
    const file = path.join(folder, `names.${kind}`);
    writeFileSync(file, content);
    const { coverages, isComplete } = await scan({ paths: [file], rules: [] });
    expect({ isComplete, records: coverages[0]?.records }).toEqual({ isComplete: true, records: 3 * NAMES.length });
    rmSync(file);
  });

  test('are shown without what a terminal or a program could obey', async () => {
    const { told } = await read('shown.zip', makeZip(NAMES.map((name) => ({ name, content: Buffer.from('nothing to see'), method: 0 }))));
    expect(told.map((each) => each.slice(each.indexOf(' ') + 1)).toSorted()).toEqual(SHOWN.map((name) => `shown.zip!/${name}`).toSorted());
  });

  test('that stand there twice are told, and both entries read', async () => {
    const content = makeZip(['a/u_ex1.log', 'a\\u_ex1.log', 'a/u_ex1.log'].map((name) => ({ name, content: log(5) })));
    expect(await read('twice.zip', content)).toMatchObject({
      records: 15,
      told: ['FILE_ARCHIVE_TWICE twice.zip!/(2)/a/u_ex1.log', 'FILE_ARCHIVE_TWICE twice.zip!/(3)/a/u_ex1.log'],
      isComplete: true,
    });
  });
});

describe('damage', () => {
  test('of gzip: what stands in front of it is read, and it is told', async () => {
    const whole = gzipSync(log(20_000));
    const cut = await read('cut.log.gz', whole.subarray(0, -5_000));
    expect(cut).toMatchObject({ files: 1, unreadable: ['cut.log.gz!/cut.log'], isComplete: false });
    expect(cut.told).toContain('FILE_ARCHIVE_DAMAGED truncated cut.log.gz!/cut.log');
    expect(cut.records).toBeGreaterThan(15_000);
    const changed = Buffer.from(whole);
    changed.fill(0xff, whole.length - 9_000, whole.length - 8_900);
    const corrupt = await read('corrupt.log.gz', changed);
    expect(corrupt.told.filter((each) => each.startsWith('FILE_'))).toHaveLength(1);
    expect(corrupt.records).toBeGreaterThan(10_000);
  });

  test('of a small gzip costs no more than what stands behind it', async () => {
    const content = log(300);
    const whole = gzipSync(content);
    const changed = Buffer.from(whole);
    changed.fill(0xff, whole.length - 300, whole.length - 200);
    const { records, isComplete } = await read('small.log.gz', changed);
    expect({ isComplete, isMost: records > 150 }).toEqual({ isComplete: false, isMost: true });
  });

  test('of what cannot be told to be a log is told too', async () => {
    const text = Buffer.from(Array.from({ length: 5_000 }, (_, row) => `${(row * 2_654_435_761) % 4_294_967_296}\n`).join(''));
    const { told, isComplete } = await read('cut.txt.gz', gzipSync(text).subarray(0, 2_000));
    expect({ told, isComplete }).toEqual({
      told: ['FILE_NOT_UNDERSTOOD cut.txt.gz!/cut.txt', 'FILE_ARCHIVE_DAMAGED truncated cut.txt.gz!/cut.txt'],
      isComplete: false,
    });
  });

  test('of a sum is told behind all that was read', async () => {
    const gz = gzipSync(log(50));
    gz[gz.length - 8] = (gz.at(-8) ?? 0) ^ 1;
    expect(await read('sum.log.gz', gz)).toMatchObject({ records: 50, told: ['FILE_ARCHIVE_DAMAGED checksum sum.log.gz!/sum.log'] });
    const zip = makeZip([
      { name: 'a.log', content: log(50), crc: 1 },
      { name: 'b.log', content: log(50), crc: 1, method: 0 },
      { name: 'c.log', content: log(50), size: 100 },
    ]);
    expect(await read('sum.zip', zip)).toMatchObject({
      records: 150,
      told: [
        'FILE_ARCHIVE_DAMAGED checksum sum.zip!/a.log',
        'FILE_ARCHIVE_DAMAGED checksum sum.zip!/b.log',
        'FILE_ARCHIVE_DAMAGED size sum.zip!/c.log',
      ],
    });
  });

  test('members of gzip are read to the last', async () => {
    const content = log(3_000);
    const parts = Array.from({ length: 10 }, (_, index) =>
      content.subarray((index * content.length) / 10, ((index + 1) * content.length) / 10),
    );
    const packed = Buffer.concat([...parts.map((part) => gzipSync(part)), Buffer.alloc(700)]);
    expect(gunzipSync(packed).length).toBe(content.length);
    expect(await read('members.log.gz', packed)).toMatchObject({ records: 3_000, isComplete: true, told: [] });
  });

  test.each([true, false])('of the list of a zip: entries are found by their headers (sizes behind them: %s)', async (isStreamed) => {
    const entries = ['a.log', 'b.log', 'c.log'].map((name) => ({ name, content: log(200), isStreamed }));
    expect(await read('lost.zip', makeZip(entries, { hasDirectory: false }))).toMatchObject({
      files: 3,
      records: 600,
      told: ['FILE_ARCHIVE_DAMAGED directory lost.zip'],
      isComplete: false,
    });
    const half = makeZip(entries);
    const cut = await read('half.zip', half.subarray(0, half.length / 2));
    expect(cut).toMatchObject({ files: 2, isComplete: false });
    expect(cut.records).toBeGreaterThan(250);
    expect(cut.told[0]).toBe('FILE_ARCHIVE_DAMAGED directory half.zip');
  });

  test('of the list: entries that it leaves out are found between those that it names', async () => {
    const entries = ['a.log', 'b.log', 'c.log'].map((name) => ({ name, content: log(200) }));
    const whole = makeZip(entries);
    const [all, one] = [whole.subarray(0, whole.indexOf('PK\x01\x02')), makeZip(entries.slice(0, 1))];
    const directory = Buffer.from(one.subarray(one.indexOf('PK\x01\x02')));
    directory.writeUInt32LE(all.length, directory.length - 6);
    expect(await read('hidden.zip', Buffer.concat([all, directory]))).toMatchObject({
      files: 3,
      records: 600,
      told: ['FILE_ARCHIVE_DAMAGED directory hidden.zip'],
    });
  });

  test('of one entry hides no other', async () => {
    const zip = makeZip(['a.log', 'b.log', 'c.log'].map((name) => ({ name, content: log(2_000) })));
    const second = zip.indexOf('b.log');
    zip.fill(0xff, second + 5, second + 300);
    const outcome = await read('middle.zip', zip);
    expect(outcome.records).toBeGreaterThanOrEqual(4_000);
    expect(outcome.told).toEqual(['FILE_ARCHIVE_DAMAGED corrupt middle.zip!/b.log']);
  });

  test('of a tar: what is behind the damaged header is found, and a cut is told', async () => {
    const names = ['a.log', 'b.log', 'c.log'];
    const tar = makeTar(names.map((name) => ({ name, content: log(50) })));
    const holed = Buffer.from(tar);
    holed.fill(0x41, tar.indexOf('b.log'), tar.indexOf('b.log') + 100);
    expect(await read('holed.tar', holed)).toMatchObject({ files: 2, records: 100, told: ['FILE_ARCHIVE_DAMAGED corrupt holed.tar'] });
    const zeroed = Buffer.from(tar);
    zeroed.fill(0, tar.indexOf('b.log'), tar.indexOf('b.log') + 512);
    expect(await read('zeroed.tar', zeroed)).toMatchObject({ files: 2, isComplete: false });
    const cut = await read('cut.tar', tar.subarray(0, tar.indexOf('c.log') + 1_500));
    expect(cut).toMatchObject({ files: 3, unreadable: ['cut.tar!/c.log'], isComplete: false });
  });

  test.each(['gz', 'zst', 'zip', 'tar'])('nothing but the first bytes of a .%s is told', async (kind) => {
    const heads: Readonly<Record<string, Buffer>> = {
      gz: Buffer.from('1f8b08', 'hex'),
      zst: Buffer.from('28b52ffd00', 'hex'),
      zip: Buffer.from('PK\x03\x04'),
      tar: makeTar([{ name: 'a.log', content: log(9) }]).subarray(0, 512),
    };
    const { told, isComplete } = await read(`head.${kind}`, heads[kind] ?? Buffer.alloc(0));
    expect(isComplete).toBe(false);
    expect(told.length).toBeGreaterThan(0);
  });
});

describe('malice', () => {
  test('a bomb ends at the ratio, and the entries beside it are read', async () => {
    const bomb = Buffer.concat([log(20), Buffer.alloc(120_000_000)]);
    const outcome = await read(
      'bomb.zip',
      makeZip([
        { name: 'a.log', content: log(20) },
        { name: 'b.log', content: bomb },
      ]),
    );
    expect(outcome.told).toContain('FILE_ARCHIVE_LIMIT ratio bomb.zip!/b.log');
    expect(outcome.records).toBeGreaterThanOrEqual(39);
    expect(outcome.isComplete).toBe(false);
  });

  test('what is nested too deep is told, and the rest is read', async () => {
    let inner = makeZip([{ name: 'deep.log', content: log(5) }]);
    for (let depth = 0; depth < 3; depth += 1)
      inner = makeZip([
        { name: 'in.zip', content: inner },
        { name: 'x.log', content: log(5) },
      ]);
    const outcome = await read('deep.zip', inner);
    expect(outcome).toMatchObject({ records: 15, told: ['FILE_ARCHIVE_LIMIT depth deep.zip!/in.zip!/in.zip!/in.zip'], isComplete: false });
    expect(await read('deep.zip', inner, { depth: 4 })).toMatchObject({ records: 20, told: [], isComplete: true });
  });

  test('a zip of more entries than are allowed is read up to there', async () => {
    const zip = makeZip(Array.from({ length: 30 }, (_, index) => ({ name: `${index}.log`, content: log(2) })));
    expect(await read('many.zip', zip, { entries: 20 })).toMatchObject({ files: 20, told: ['FILE_ARCHIVE_LIMIT entries many.zip'] });
  });

  test('an entry, and all together, end at their bytes', async () => {
    const zip = makeZip([
      { name: 'a.log', content: log(500) },
      { name: 'b.log', content: log(5) },
    ]);
    expect(await read('large.zip', zip, { 'entry-bytes': 10_000 })).toMatchObject({ unreadable: ['large.zip!/a.log'], isComplete: false });
    const total = await read('large.zip', zip, { 'total-bytes': 30_000 });
    expect(total.told.some((each) => each.startsWith('FILE_ARCHIVE_LIMIT total-bytes'))).toBe(true);
  });

  test('an archive that takes too long ends', async () => {
    const { told, isComplete } = await read('slow.zip', makeZip([{ name: 'a.log', content: log(5_000) }]), { seconds: 0 });
    expect({ isComplete, first: told[0]?.split(' ').slice(0, 2) }).toEqual({ isComplete: false, first: ['FILE_ARCHIVE_LIMIT', 'seconds'] });
  });

  test('entries that share their bytes are told', async () => {
    const zip = makeZip([
      { name: 'a.log', content: log(10) },
      { name: 'b.log', content: log(10), sameAs: 1 },
    ]);
    expect(await read('shared.zip', zip)).toMatchObject({ records: 20, told: ['FILE_ARCHIVE_OVERLAP shared.zip!/b.log'] });
  });

  test('links, devices and foreign archives are told', async () => {
    const nothing = Buffer.alloc(0);
    const tar = makeTar([
      { name: 'logs/a.log', content: log(4) },
      { name: 'logs/same.log', content: nothing, type: '2', target: 'a.log' },
      { name: 'logs/out.log', content: nothing, type: '2', target: '../../etc/passwd' },
      { name: 'pipe', content: nothing, type: '6' },
      { name: 'x.7z', content: Buffer.from('377abcaf271c0004', 'hex') },
      { name: 'doc.docx', content: makeZip([{ name: 'word.xml', content: nothing }]) },
    ]);
    expect(await read('kinds.tar', tar)).toMatchObject({
      records: 4,
      told: [
        'FILE_SPECIAL kinds.tar!/pipe',
        'FILE_ARCHIVE_KIND 7z kinds.tar!/x.7z',
        'FILE_NOT_TEXT kinds.tar!/doc.docx',
        'FILE_LINK kinds.tar!/logs/out.log',
      ],
    });
  });

  test.each([0x41, 0x1])('an entry that says it is encrypted (%s) and is not keeps nobody waiting', async (flags) => {
    const zip = makeZip([
      { name: 'a.log', content: log(40) },
      { name: 'b.log', content: log(4) },
    ]);
    for (const at of [zip.indexOf('PK\x03\x04') + 6, zip.indexOf('PK\x01\x02') + 8]) zip.writeUInt16LE(flags, at);
    const file = path.join(folder, 'flags.zip');
    writeFileSync(file, zip);
    const { coverages, isComplete } = await scan({ paths: [file], rules: [], archives: { password: 'infected' } });
    expect({ isComplete, records: coverages[0]?.records }).toEqual({ isComplete: false, records: 4 });
    rmSync(file);
  });

  test('a way of packing that is not read is told of its entry', async () => {
    const zip = makeZip([
      { name: 'a.log', content: log(4), method: 14 },
      { name: 'b.log', content: log(4) },
    ]);
    expect(await read('lzma.zip', zip)).toMatchObject({ records: 4, told: ['FILE_ARCHIVE_METHOD lzma.zip!/a.log'], isComplete: false });
  });
});
