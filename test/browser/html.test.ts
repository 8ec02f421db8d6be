import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import { CHROMIUM, openReport, startChromium } from './chromium.ts';
import { HOSTILE, hostileRun } from './hostile-run.ts';
import { runCli } from '../integration/run-cli.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-html-'));
  const outputs = ['html', 'jsonl', 'csv'].flatMap((format) => ['-o', `${format}=${at(`sample.${format}`)}`]);
  expect(runCli(['scan', 'samples/contoso-ex01', 'samples/contoso-ex02', '-q', ...outputs]).code).toBe(1);
  writeFileSync(at('hostile.jsonl'), hostileRun());
  expect(runCli(['convert', at('hostile.jsonl'), '-o', `html=${at('hostile.html')}`]).code).toBe(1);
  writeFileSync(
    at('u_ex.log'),
    '#Fields: date time cs-method cs-uri-stem c-ip sc-status\r\n2021-03-04 12:00:00 GET /owa/ 203.0.113.9 200\r\n',
  );
  expect(runCli(['scan', at('u_ex.log'), '-q', '-o', `html=${at('empty.html')}`]).code).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('convert and merge make the page that the scan made', () => {
  expect(runCli(['convert', at('sample.jsonl'), '--exit-zero', '-o', `html=${at('converted.html')}`]).code).toBe(0);
  expect(readFileSync(at('converted.html'), 'utf8')).toBe(readFileSync(at('sample.html'), 'utf8'));
  expect(runCli(['merge', at('sample.jsonl'), '--exit-zero', '-o', `html=${at('merged.html')}`]).code).toBe(0);
  expect(readFileSync(at('merged.html'), 'utf8')).toContain('What only an intruder leaves was found');
});

test('a page without findings is below 250 kB', () => {
  expect(statSync(at('empty.html')).size).toBeLessThan(250_000);
});

// Where none is installed these are skipped; the project's own runs count a skipped test as a failed one.
const inChromium = CHROMIUM === undefined ? describe.skip : describe;

inChromium(`in Chromium${CHROMIUM === undefined ? ' (none is installed: apt-get install chromium)' : ''}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** Waits until the table says so: what a filter does is drawn a moment later. */
  const counted = async (page: Page, words: string): Promise<void> => {
    await page.waitForFunction((wanted) => document.querySelector('.count')?.textContent?.startsWith(wanted), words);
  };
  const cells = async (page: Page, name: string, accepts: (text: string) => boolean): Promise<void> => {
    for (let tries = 0; tries < 50; tries += 1) {
      const texts = await page.locator(`.item .${name}`).allInnerTexts();
      if (texts.length > 0 && texts.every(accepts)) return;
      await page.waitForTimeout(100);
    }
    expect([name, await page.locator(`.item .${name}`).allInnerTexts()]).toEqual([name, 'others']);
  };
  const count = async (page: Page): Promise<string> => await page.locator('.count').innerText();
  const rules = async (page: Page): Promise<string[]> => await page.locator('.item .c-rule').allInnerTexts();

  test('it asks for nothing, complains of nothing, and has its rows', async () => {
    const { page, told, asked } = await openReport(browser, at('sample.html'));
    await counted(page, '364 of 364 findings');
    expect(await page.locator('.item').count()).toBeLessThan(80);
    await page.locator('.item .row').nth(3).click();
    expect(await page.locator('.opened .raw').innerText()).toContain('203.0.113');
    await page.locator('.chart .u-over').hover();
    expect([told, asked]).toEqual([[], []]);
    await page.context().close();
  });

  test('without JavaScript the verdict and the stories are there, and it says what is not', async () => {
    const { page } = await openReport(browser, at('sample.html'), { javaScriptEnabled: false });
    const text = await page.locator('main').innerText();
    expect(text).toContain('COMPROMISED');
    expect(text).toContain('ProxyLogon, Then Its Web Shell');
    expect(text).toContain('This part needs JavaScript');
    await page.context().close();
  });

  test('search looks into cells at once and into lines behind them', async () => {
    const { page } = await openReport(browser, at('sample.html'));
    await page.keyboard.press('/');
    await page.keyboard.type('redirsuiteserverproxy "web shell"');
    await page.waitForFunction(
      () => /^\d+ of/.test(document.querySelector('.count')?.textContent ?? '') && !document.querySelector('progress'),
    );
    const found = await rules(page);
    expect(found.length).toBeGreaterThan(2);
    expect(found.filter((name) => !name.toLowerCase().includes('web shell'))).toEqual([]);
    // Only in the line: the name of the front end that served the request.
    await page.fill('#search', 'SharedCacheGuard');
    await page.waitForFunction(
      () => !document.querySelector('.count')?.textContent?.startsWith('0 ') && !document.querySelector('progress'),
    );
    expect(await count(page)).not.toContain('364 of 364');
    await page.fill('#search', 'nowhere-to-be-found');
    await page.waitForFunction(() => document.querySelector('.count')?.textContent?.startsWith('0 of'));
    expect(await page.locator('.none').innerText()).toContain('No finding is shown');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await counted(page, '364 of 364');
    await page.context().close();
  });

  test('filters narrow the table, alone and together', async () => {
    const { page } = await openReport(browser, at('sample.html'));
    await page.getByRole('button', { name: /^critical/ }).click();
    await counted(page, '31 of 364');
    await page.selectOption('#filter-host', 'EX02');
    await counted(page, '0 of 364');
    await page.selectOption('#filter-host', 'EX01');
    await page.fill('#address', '203.0.113.7');
    await cells(page, 'c-address', (address) => address === '203.0.113.77');
    await page.getByLabel('From (UTC)').fill('2021-03-03 06:59:15');
    await page.getByLabel('From (UTC)').blur();
    await cells(page, 'c-time', (time) => time >= '2021-03-03 06:59:15');
    await page.getByLabel('From (UTC)').fill('soon');
    await page.getByLabel('From (UTC)').blur();
    expect(await page.getByRole('alert').innerText()).toContain('Write 2021-03-03');
    await page.context().close();
  });

  test('a click on a column sorts by it, another turns the order', async () => {
    const { page } = await openReport(browser, at('sample.html'));
    const header = page.locator('.grid').getByRole('columnheader', { name: 'Level' });
    await header.getByRole('button').click();
    await cells(page, 'c-level', (level) => level === 'low');
    await header.getByRole('button').click();
    await cells(page, 'c-level', (level) => level === 'critical');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    await page.context().close();
  });

  test('the keyboard walks, opens, marks and closes rows', async () => {
    const { page } = await openReport(browser, at('sample.html'));
    const row = page.locator('.item[tabindex="0"]');
    await row.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    expect(await row.getAttribute('aria-rowindex')).toBe('4');
    expect(await row.getAttribute('aria-expanded')).toBe('true');
    await page.locator('.opened .raw').waitFor();
    expect(await page.locator('.opened mark').first().innerText()).not.toBe('');
    await page.keyboard.press(' ');
    expect(await row.getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    expect(await row.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '365');
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '2');
    await page.context().close();
  });

  test('a story leads to its finding, opened, whatever is filtered', async () => {
    const { page } = await openReport(browser, at('sample.html'));
    await page.fill('#search', 'nowhere-to-be-found');
    await page.waitForFunction(() => document.querySelector('.count')?.textContent?.startsWith('0 of'));
    const step = page.locator('.story').first().locator('li').nth(1);
    const name = await step.locator('b').innerText();
    await step.locator('a').click();
    await page.locator('.opened .raw').waitFor();
    const opened = page.locator('.item.open');
    expect(await opened.locator('.c-rule').innerText()).toBe(name);
    expect(await opened.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.context().close();
  });

  test('the timeline zooms by mouse and keyboard, and a bar filters the table', async () => {
    const { page } = await openReport(browser, at('sample.html'));
    const showAll = page.getByRole('button', { name: 'Show all' });
    expect(await showAll.isDisabled()).toBe(true);
    const chart = page.locator('.chart');
    await chart.scrollIntoViewIfNeeded();
    const box = (await page.locator('.chart .u-over').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(box.x + box.width * 0.4, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Filter table by this span' }).click();
    await page.waitForFunction(() => !document.querySelector('.count')?.textContent?.startsWith('364 of'));
    const narrowed = Number.parseInt(await count(page), 10);
    expect(narrowed).toBeGreaterThan(0);
    expect(narrowed).toBeLessThan(364);
    await showAll.click();
    expect(await showAll.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await chart.focus();
    await page.keyboard.press('+');
    expect(await showAll.isDisabled()).toBe(false);
    await page.keyboard.press('0');
    expect(await showAll.isDisabled()).toBe(true);
    // The first bar of the first lane: the first finding of all.
    const spot = await page.locator('.chart canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data, width } = (canvas.getContext('2d') ?? new CanvasRenderingContext2D()).getImageData(0, 0, canvas.width, canvas.height);
      const colour = Array.from({ length: data.length / 4 }, (_, index) => index).find(
        (index) => (data[index * 4 + 2] ?? 0) - (data[index * 4] ?? 0) > 80 && data[index * 4 + 3] === 255,
      );
      const place = canvas.getBoundingClientRect();
      return { x: place.left + ((colour ?? 0) % width) + 1, y: place.top + Math.floor((colour ?? 0) / width) + 2 };
    });
    await page.mouse.click(spot.x, spot.y);
    await page.waitForFunction(() => !document.querySelector('.count')?.textContent?.startsWith('364 of'));
    const picked = Number.parseInt(await count(page), 10);
    expect(picked).toBeGreaterThan(0);
    expect(picked).toBeLessThan(100);
    await page.context().close();
  });

  test('the CSV of what is shown is that of -o csv, row for row; of a selection, its rows', async () => {
    const { page } = await openReport(browser, at('sample.html'));
    const saved = async (): Promise<string> => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^Save/ }).click()]);
      return readFileSync(await download.path(), 'utf8');
    };
    expect(await saved()).toBe(readFileSync(at('sample.csv'), 'utf8'));
    for (const index of [1, 3]) await page.locator('.item input').nth(index).check();
    const all = parse(readFileSync(at('sample.csv'), 'utf8'));
    expect(parse(await saved())).toEqual([all[0], all[2], all[4]]);
    await page.context().close();
  });

  test('columns can be chosen', async () => {
    const { page } = await openReport(browser, at('sample.html'));
    await page.locator('.menu summary').click();
    await page.getByLabel('File', { exact: true }).check();
    await page.getByLabel('Stage', { exact: true }).uncheck();
    const names = await page.locator('.grid').getByRole('columnheader').allInnerTexts();
    expect(names.some((name) => name.startsWith('File'))).toBe(true);
    expect(names.some((name) => name.startsWith('Stage'))).toBe(false);
    await page.context().close();
  });

  test('100,000 findings open, and are searched, sorted and walked through', async () => {
    writeFileSync(at('many.jsonl'), manyFindings(100_000));
    expect(runCli(['convert', at('many.jsonl'), '--exit-zero', '-o', `html=${at('many.html')}`]).code).toBe(0);
    const { page, told } = await openReport(browser, at('many.html'));
    // A second, on a machine that does nothing else; a page that froze would take minutes.
    expect(Number(await page.evaluate(() => document.documentElement.dataset['ready']))).toBeLessThan(8_000);
    await counted(page, '100,000 of 100,000');
    expect(await page.locator('.item').count()).toBeLessThan(80);
    await page.locator('.grid').getByRole('columnheader', { name: 'Address' }).getByRole('button').click();
    await cells(page, 'c-address', (address) => address.startsWith('10.0.0.'));
    await page.fill('#search', 'needle-in-line-77777');
    await page.waitForFunction(
      () => document.querySelector('.count')?.textContent?.startsWith('1 of') && !document.querySelector('progress'),
    );
    await page.locator('.item .row').first().click();
    expect(await page.locator('.opened .raw').innerText()).toContain('needle-in-line-77777');
    await page.fill('#search', '');
    await page.waitForFunction(() => document.querySelector('.count')?.textContent?.startsWith('100,000'));
    await page.locator('.item[tabindex="0"]').focus();
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '100001');
    expect(told).toEqual([]);
    await page.context().close();
  });

  test('whatever a log holds stays text', async () => {
    const { page, told, asked } = await openReport(browser, at('hostile.html'));
    for (let index = 0; index < HOSTILE.length; index += 1) {
      await page.locator('.item[tabindex="0"]').focus();
      await page.keyboard.press('Home');
      for (let down = 0; down < index; down += 1) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('.item.open .raw').waitFor();
      if (index < 9) expect(await page.locator('.item.open .raw').innerText()).toContain(HOSTILE[index]);
      await page.keyboard.press('Enter');
    }
    await page.locator('summary').evaluateAll((all) => all.forEach((each) => (each as HTMLElement).click()));
    await page.fill('#search', '<script>');
    await page.waitForTimeout(500);
    expect(Number.parseInt(await count(page), 10)).toBeGreaterThanOrEqual(3);
    const found = await page.evaluate(() => ({
      pwned: 'pwned' in window,
      elements: document.querySelectorAll(
        'img, iframe, object, embed, form, base, [onload], [onerror], [onfocus], [onmouseover], main svg *[onload]',
      ).length,
      scripts: [...document.querySelectorAll('script')].filter(({ type }) => type !== 'text/plain').length,
      links: [...document.querySelectorAll('a')].filter((link) => !link.getAttribute('href')?.startsWith('#')).length,
      controls: /[^\P{Cc}\s]|[\u202a-\u202e\u2066-\u2069]/u.test(document.body.innerText),
    }));
    expect(found).toEqual({ pwned: false, elements: 0, scripts: 1, links: 0, controls: false });
    expect([told, asked]).toEqual([[], []]);
    await page.context().close();
  });

  test.each(['sample.html', 'hostile.html', 'empty.html'])('%s is no wider than a phone', async (name) => {
    const { page, told } = await openReport(browser, at(name), { viewport: { width: 390, height: 844 }, hasTouch: true });
    if (name !== 'empty.html') await page.locator('.item .row').first().click();
    await page.locator('summary').evaluateAll((all) => all.forEach((each) => (each as HTMLElement).click()));
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(told).toEqual([]);
    await page.context().close();
  });

  test.each(['light', 'dark'] as const)('text stands out enough, %s', async (colorScheme) => {
    const { page } = await openReport(browser, at('sample.html'), { colorScheme });
    await page.locator('.item .row').nth(1).click();
    await page.locator('.opened .raw').waitFor();
    await page.locator('details:not([open]) > summary').evaluateAll((all) => all.forEach((each) => (each as HTMLElement).click()));
    expect(await page.evaluate(weakTexts)).toEqual([]);
    // The button turns it round, and that holds as well.
    await page.locator('.theme').click();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe(
      colorScheme === 'light' ? 'dark' : 'light',
    );
    expect(await page.evaluate(weakTexts)).toEqual([]);
    await page.context().close();
  });

  test('paper has the verdict, all stories, and the findings that are shown, and tells how many are not', async () => {
    const { page } = await openReport(browser, at('sample.html'));
    await page.selectOption('#filter-host', 'EX01');
    const file = at('report.pdf');
    await page.pdf({ path: file });
    expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('.printed').innerText()).toContain(`of 364 findings passed the filters`);
    expect(await page.locator('.printed tbody tr').count()).toBe(Number.parseInt(await page.locator('.printed p').innerText(), 10));
    expect(await page.locator('details.story:not([open])').count()).toBe(0);
    expect(await page.locator('.scroller').isVisible()).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.locator('.printed tbody tr').count()).toBe(0);
    await page.context().close();
  });

  test('everything that can be used has a name, and the page its landmarks', async () => {
    const { page } = await openReport(browser, at('sample.html'));
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, select, input, summary, a, [role="region"], [role="treegrid"]')]
        .filter((element) => {
          const label = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels?.[0]?.textContent : '';
          return `${element.textContent}${label ?? ''}${element.getAttribute('aria-label') ?? ''}`.trim() === '';
        })
        .map(({ outerHTML }) => outerHTML),
    );
    expect(nameless).toEqual([]);
    for (const role of ['banner', 'navigation', 'main', 'search', 'contentinfo'] as const)
      expect([role, await page.getByRole(role).count()]).toEqual([role, 1]);
    expect(await page.locator('h1').count()).toBe(1);
    await page.context().close();
  });
});

function manyFindings(count: number): string {
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      schema: 'exhunt/1',
      record: 'finding',
      id: index.toString(16).padStart(32, '0'),
      '@timestamp': new Date(Date.UTC(2021, 2, 1) + index * 2_000).toISOString(),
      rule: { id: `r${index % 40}`, name: `Rule ${index % 40}`, level: 'low', stage: 'recon' },
      message: `Rule ${index % 40}: GET /x from somewhere`,
      host: { name: `EX${index % 9}` },
      source: { ip: `10.${(index >> 16) % 256}.${(index >> 8) % 256}.${index % 256}` },
      http: { request: { method: 'GET' }, response: { status_code: 404 } },
      url: { path: `/owa/auth/${index % 500}.aspx` },
      log: { type: 'iis-w3c', file: { path: `u_ex${index % 30}.log` }, line: index, offset: index * 100 },
      event: { original: `2021-03-01 00:00:00 10.0.0.1 GET /owa/auth/${index % 500}.aspx needle-in-line-${index} 443 - 404 0 2 15` },
      matched: [{ field: 'cs-uri-stem', value: `/owa/auth/${index % 500}.aspx`, view: 'raw' }],
    }),
  );
  const summary = { findings: count, byLevel: { informational: 0, low: count, medium: 0, high: 0, critical: 0 } };
  const rest = { files: 1, bytes: 1, lines: count, rules: 40, complete: true, exitCode: 1, durationMs: 1 };
  return [...lines, JSON.stringify({ schema: 'exhunt/1', record: 'summary', ...summary, ...rest }), ''].join('\n');
}

/** Runs in the page: texts whose contrast with what lies behind them is below that of WCAG AA. */
function weakTexts(): string[] {
  const channels = (colour: string): number[] => [...colour.matchAll(/[\d.]+/g)].map(([digits]) => Number(digits));
  const luminance = ([red = 0, green = 0, blue = 0]: readonly number[]): number => {
    const linear = [red, green, blue].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
  };
  const behind = (element: Element | null): readonly number[] => {
    if (element === null) return [255, 255, 255];
    const colour = channels(getComputedStyle(element).backgroundColor);
    return (colour[3] ?? 1) === 0 || colour.length < 3 ? behind(element.parentElement) : colour;
  };
  const weak = new Set<string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (element === null || text === '' || element.closest('script, .skip, .unseen, option, button:disabled') || !element.checkVisibility())
      continue;
    const style = getComputedStyle(element);
    const [front, ground] = [luminance(channels(style.color)), luminance(behind(element))];
    const ratio = (Math.max(front, ground) + 0.05) / (Math.min(front, ground) + 0.05);
    if (ratio < 4.5) weak.add(`${ratio.toFixed(2)} ${element.className || element.tagName}: ${text.slice(0, 40)}`);
  }
  return [...weak];
}
