// Pictures of the HTML report on the sample evidence: `npm run screenshots` after `npm run build`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const folder = process.argv[2] ?? 'docs';
const work = mkdtempSync(path.join(tmpdir(), 'exhunt-screenshots-'));
const report = path.join(work, 'report.html');
const args = ['dist/main.js', 'scan', 'samples/contoso-ex01', 'samples/contoso-ex02', '--exit-zero', '-q', '-o', `html=${report}`];
const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
if (status !== 0) throw new Error(stderr);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  for (const { name, width, height, colorScheme, at } of [
    { name: 'report', width: 1400, height: 1000, colorScheme: 'light' },
    { name: 'report-dark', width: 1400, height: 1000, colorScheme: 'dark', at: '#timeline' },
    { name: 'report-phone', width: 390, height: 844, colorScheme: 'light' },
  ]) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(pathToFileURL(report).href);
    await page.waitForSelector('html[data-ready]');
    if (at !== undefined) {
      await page.locator(at).evaluate((section) => section.scrollIntoView());
      await page.locator('.item').nth(2).focus();
    }
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(work, { recursive: true });
}
