// Puts the program into a few files: of the time until the first byte is read, finding and loading two hundred modules took the half.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { noticesOf } from './notices.mjs';

const { metafile } = await build({
  entryPoints: ['src/main.ts', 'src/worker.ts', 'src/index.ts', 'src/parse-rules.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // yargs makes up its help at every start.
  alias: { 'string-width': './tools/plain-width.mjs' },
  // Only loaded for patterns, and for archives.
  external: ['fast-glob', '@zip.js/zip.js', 'fzstd'],
  // Some dependencies are still loaded the old way.
  banner: { js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);" },
  metafile: true,
  logLevel: 'warning',
});

writeFileSync('dist/THIRD-PARTY-NOTICES.txt', noticesOf(metafile));
