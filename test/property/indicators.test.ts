import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadList } from '../../src/indicators/source.ts';
import type { ScanOptions, Workings } from '../../src/scan-options.ts';
import { scan } from '../../src/scan.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-indicators-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function resultOf(options: Omit<ScanOptions, 'paths'>, workings: Workings = {}) {
  const { findings, ...others } = await scan({ paths: [folder], ...options }, workings);
  return JSON.parse(JSON.stringify({ ...others, findings: [...findings] })) as { readonly findings: readonly unknown[] };
}

const byte = fc.constantFrom(0, 1, 2, 10, 113, 203, 255);
const ipv4 = fc.tuple(fc.constantFrom(10, 203), byte, byte, byte).map((bytes) => bytes.join('.'));
const group = fc.constantFrom('0', '1', 'db8', 'ffff', 'cb00');
const ipv6 = fc
  .tuple(fc.constantFrom('2001', 'fe80', '2', ''), fc.array(group, { minLength: 1, maxLength: 2 }))
  .map(([start, groups]) => `${start}::${groups.join(':')}`);
const network = fc.tuple(byte, byte, fc.constantFrom(9, 16, 17, 23, 24, 25, 31, 32)).map(([a, b, bits]) => {
  const number = ((203 * 2 ** 24 + a * 2 ** 16 + b * 2 ** 8) & (-1 << (32 - bits))) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')}/${bits}`;
});
const stem = fc.constantFrom('/owa/auth/x.aspx', '/aspnet_client/y.aspx', '/aspnet_client/%79.aspx', '/y.aspx/z', '/', '/ecp/default.aspx');
const agent = fc.constantFrom('curl/7', 'Mozilla/5.0+(X11;+Linux)', 'antSword/v2.1', '-');

const entry = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(ipv4, ipv6, network, fc.constantFrom('2001:db8::/32', '2000::/3', '::ffff:203.0.113.5', '::1')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('y.aspx', '/aspnet_client/y.aspx', 'x.aspx', 'curl/7', 'Mozilla/5.0 (X11; Linux)', 'evil.example'),
  },
);
const dates = fc.constantFrom(',,', ',2021-03-02,2021-03-03', ',,2021-03-01', ',2021-03-03,');
const list = fc
  .array(fc.tuple(entry, dates), { minLength: 1, maxLength: 12 })
  .map((rows) => `value,first_seen,last_seen\n${rows.map((row) => row.join('')).join('\n')}\n`);

const client = fc.oneof(
  ipv4,
  ipv6,
  ipv4.map((address) => `${address}:443`),
  ipv4.map((address) => `::ffff:${address}`),
  ipv6.map((address) => `[${address}]:80`),
  fc.tuple(ipv6, fc.constantFrom('%3', '%12', '%2c203.0.113.5', '%253', '%2C')).map((parts) => parts.join('')),
  fc.constantFrom('-', '::1', '::1%0', '999.1.1.1', '1.2.3', '01.2.3.4', '203.0.113', 'x', '10.0.0.1,+203.0.113.5', '2001:,203.0.113.5'),
);
const line = fc
  .tuple(fc.constantFrom('01', '02', '03', '04'), stem, client, agent, fc.oneof(fc.constant('-'), client))
  .map(([day, ...cells]) => `2021-03-${day} 06:59:13 GET ${cells[0]} - ${cells[1]} ${cells[2]} ${cells[3]} 200`);
const HEADER = '#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) X-Forwarded-For sc-status';

test('lists find the same with and without the prefilter', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(list, fc.array(line, { minLength: 20, maxLength: 120 }), async (text, lines) => {
      const { rules } = loadList({ name: 'list', text }, () => undefined);
      fc.pre(rules.length > 0);
      // Twice: values are new at first, then remembered.
      writeFileSync(path.join(folder, 'u_ex.log'), `${[HEADER, ...lines, ...lines].join('\n')}\n`);
      const full = await resultOf({ rules, hasPrefilter: false });
      expect(await resultOf({ rules })).toEqual(full);
      found += full.findings.length;
    }),
    { numRuns: 75, seed: 26_855 },
  );
  expect(found).toBeGreaterThan(1_000);
});

test('workers make the same rules of a list again', async () => {
  const lines = fc.sample(line, { numRuns: 400, seed: 1 });
  writeFileSync(path.join(folder, 'u_ex.log'), `${[HEADER, ...lines].join('\n')}\n`);
  const { rules } = loadList({ name: 'list', text: fc.sample(list, { numRuns: 1, seed: 3 })[0] ?? '' }, () => undefined);
  const alone = await resultOf({ rules, jobs: 1 });
  expect(alone.findings.length).toBeGreaterThan(10);
  expect(await resultOf({ rules, jobs: 3 }, { partBytes: 5_000 })).toEqual(alone);
  // Of a list whose rules are not all run, workers run no others.
  const some = rules.slice(0, 1);
  expect(await resultOf({ rules: some, jobs: 3 }, { partBytes: 5_000 })).toEqual(await resultOf({ rules: some }));
});
