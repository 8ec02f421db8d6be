import { render } from 'preact';
import { App } from './app.tsx';
import { FindingData } from './blocks.ts';
import { ThemeButton } from './theme.tsx';

const page = document.documentElement;
const place = (id: string): HTMLElement | null => document.querySelector(`#${id}`);

for (const note of document.querySelectorAll('[data-loading]')) note.textContent = 'Unpacking the findings…';
const theme = place('theme-app');
if (theme !== null) render(<ThemeButton />, theme);

/** Tells on the page why there is no table: nobody looks into the console. */
function tellFailure(error: unknown): void {
  for (const note of document.querySelectorAll('[data-loading]'))
    note.textContent = `The findings of this report cannot be unpacked (${error instanceof Error ? error.message : String(error)}): the file may have been cut, or the browser may be too old (Chrome 103, Firefox 113, Safari 16.4 and later can).`;
}

async function start(): Promise<void> {
  const findings = await FindingData.read(document);
  const table = place('findings-app');
  const timeline = place('timeline-app');
  table?.replaceChildren();
  timeline?.replaceChildren();
  if (table !== null) render(<App findings={findings} timelinePlace={timeline} />, table);
  // Told when what is drawn is on the screen; tests and measurements wait for it.
  requestAnimationFrame(() => setTimeout(() => (page.dataset['ready'] = String(Math.round(performance.now())))));
}

start().catch(tellFailure);

addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement) return;
  const search = place('search');
  if (search === null) return;
  event.preventDefault();
  search.focus();
});
