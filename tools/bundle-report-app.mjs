// Makes the program and the style of the HTML report one text each, with the hashes that the page's policy names.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { noticesOf } from './notices.mjs';

const { outputFiles, metafile } = await build({
  entryPoints: { app: 'report-app/main.tsx', style: 'report-app/style/app.css' },
  outdir: 'dist',
  write: false,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  tsconfig: 'report-app/tsconfig.json',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trimEnd();
const script = textOf('.js');
const style = textOf('.css');
for (const text of [script, style])
  // It stands between tags, and on a terminal as well.
  if (/<\/(?:script|style)|<!--|[^\n\x20-\x7e]/i.test(text)) throw new Error('the report app holds what cannot stand in a page');
const hash = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
const notices = noticesOf(metafile);
writeFileSync('dist/report-app.json', JSON.stringify({ script, style, scriptHash: hash(script), styleHash: hash(style), notices }));
