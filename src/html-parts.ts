import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import type { HtmlParts } from './report/html.ts';

/** What the build makes of `report-app/`: the program and the style of the HTML report. */
const REPORT_APP = fileURLToPath(new URL('report-app.json', import.meta.url));

/** Better than this is slower, and hardly smaller: measured on log lines. */
const DEFLATE_LEVEL = 5;

/** What an HTML report is made with; read when one is asked for. */
export function loadHtmlParts(file = REPORT_APP): HtmlParts {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by tools/bundle.mjs of the same build
  const built = JSON.parse(readFileSync(file, 'utf8')) as Omit<HtmlParts, 'pack'>;
  return { ...built, pack: (text) => deflateRawSync(text, { level: DEFLATE_LEVEL }).toString('base64') };
}
