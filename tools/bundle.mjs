// Puts the program into a few files: of the time until the first byte is read, finding and loading two hundred modules took the half.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { noticesOf } from './notices.mjs';

const { metafile } = await build({
  entryPoints: ['src/main.ts', 'src/worker.ts', 'src/yara-worker.ts', 'src/index.ts', 'src/parse-rules.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  plugins: [{ name: 'plain-width', setup: measureHelpPlainly }],
  // Only loaded for patterns, for archives, for files below web roots, to tell a webhook, and where something is remembered.
  external: ['fast-glob', '@zip.js/zip.js', 'fzstd', '@virustotal/yara-x', 'undici', 'node-sqlite3-wasm'],
  // Some dependencies are still loaded the old way.
  banner: { js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);" },
  metafile: true,
  logLevel: 'warning',
});

/** yargs makes up its help at every start; only what it measures is known to be ASCII. */
function measureHelpPlainly(bundler) {
  const isOfHelp = /[\\/]node_modules[\\/](?:yargs|cliui)[\\/]/;
  bundler.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
    isOfHelp.test(importer) ? { path: path.resolve('tools/plain-width.mjs') } : undefined,
  );
}

writeFileSync('dist/THIRD-PARTY-NOTICES.txt', noticesOf(metafile));
