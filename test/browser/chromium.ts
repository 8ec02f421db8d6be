import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Where Debian and others put it; `CHROMIUM` names another. */
const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const CHROMIUM = PLACES.find((place) => place !== undefined && existsSync(place));

export async function startChromium(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('there is no chromium: apt-get install chromium');
  return await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** A report as it lies on a disk, and all that it should not have done. */
export interface OpenReport {
  readonly page: Page;
  /** Errors, warnings and whatever else was told in the console. */
  readonly told: string[];
  /** Everything that was asked for, but for the file itself. */
  readonly asked: string[];
}

export async function openReport(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<OpenReport> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const told: string[] = [];
  const asked: string[] = [];
  const address = pathToFileURL(file).href;
  page.on('console', (message) => told.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => told.push(String(error)));
  page.on('dialog', (dialog) => {
    told.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== address) asked.push(request.url());
  });
  await page.goto(address);
  if (options.javaScriptEnabled !== false) await page.waitForSelector('html[data-ready]');
  return { page, told, asked };
}
