import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { ARCHIVE_LIMITS } from '../src/model/archive.ts';
import type { Rule } from '../src/model/rule.ts';
import { scan } from '../src/scan.ts';
import { makeTar, makeZip } from '../test/archives.ts';
import { mutateBytes } from './mutate.ts';
import { assert, type Target } from './target.ts';

/** What `zstd -19` makes of three lines of IIS. */
const ZSTD = Buffer.from(
  'KLUv/QRoVQIA4kQQEaBvYEXEQKGaUkGhGVb10SYPILibzu6mScOU9ClLoZW8j4/joxg3IPy1zf5w3xPaH7He8a7hjLahba/XPwkjEwEBAIcIVRS71nZ/',
  'base64',
);
/** More than any of the seeds needs, and soon over. */
const LIMITS = { ...ARCHIVE_LIMITS, 'entry-bytes': 20_000_000, 'total-bytes': 40_000_000, entries: 2_000, seconds: 10 };
const SEED_BYTES = 3_000;

/** Scans of damaged archives: they stay within their limits, tell where nothing is read, and name nothing outside of the archive. */
export function archivesTarget(logs: readonly Buffer[], rules: readonly Rule[]): Target {
  const evidence = path.join(mkdtempSync(path.join(tmpdir(), 'exhunt-fuzz-archives-')), 'evidence');
  const files = logs.slice(0, 4).map((log, index) => ({
    name: `C/inetpub/logs/LogFiles/W3SVC${index}/u_ex210303.log`,
    content: log.subarray(0, log.lastIndexOf('\n', SEED_BYTES) + 1),
  }));
  const [first = { name: 'x.log', content: Buffer.alloc(0) }] = files;
  const zip = makeZip(files);
  const seeds = [
    zip,
    makeZip(files.map((file) => ({ ...file, method: 0, isStreamed: true }))),
    makeZip([
      { name: 'in.tar.gz', content: gzipSync(makeTar(files)) },
      { name: 'in.zip', content: zip, method: 0 },
    ]),
    makeTar([...files, { name: 'a link', content: Buffer.alloc(0), type: '2', target: '../../etc/passwd' }]),
    makeTar([
      { name: 'in.zip', content: zip },
      { name: `${'long/'.repeat(40)}x.log`, content: first.content },
    ]),
    gzipSync(makeTar([...files, { name: 'in.zip', content: zip }])),
    Buffer.concat([gzipSync(first.content), gzipSync(first.content)]),
    ZSTD,
  ];
  let count = 0;
  const read = async (jobs: number) => {
    const { findings, ...others } = await scan({ paths: [evidence], rules, jobs, archives: { limits: LIMITS } });
    return { ...others, findings: [...findings] };
  };
  const run = async (content: Buffer): Promise<void> => {
    count += 1;
    rmSync(evidence, { recursive: true, force: true });
    mkdirSync(evidence);
    writeFileSync(path.join(evidence, 'evidence.archive'), content);
    const result = await read(1);
    assert(readdirSync(evidence).join() === 'evidence.archive', 'nothing is written beside the evidence');
    for (const { bytes } of result.coverages) assert(bytes <= LIMITS['total-bytes'], 'no more is read than the limit');
    assert(result.files > 0 || result.diagnostics.length > 0, 'where nothing was read, something is told');
    const paths = [
      ...result.findings.map(({ log }) => log.file.path),
      ...result.diagnostics.map(({ diagnostic }) => diagnostic.place.path),
    ];
    for (const each of paths)
      assert(/^evidence\.archive(?:!\/|$)/.test(each) && !each.split('/').includes('..'), `names stay in the archive: ${each}`);
    if (count % 8 === 0) assert(JSON.stringify(await read(2)) === JSON.stringify(result), 'two threads make no difference');
  };
  return { name: 'archives', seeds, mutate: mutateBytes, run };
}
