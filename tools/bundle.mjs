// Puts the program into a few files: of the time until the first byte is read, finding and loading two hundred modules took the half.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const { metafile } = await build({
  entryPoints: ['src/main.ts', 'src/worker.ts', 'src/yara-worker.ts', 'src/index.ts', 'src/parse-rules.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // yargs makes up its help at every start.
  alias: { 'string-width': './tools/plain-width.mjs' },
  // Only loaded for patterns, for archives, and for files below web roots.
  external: ['fast-glob', '@zip.js/zip.js', 'fzstd', '@virustotal/yara-x'],
  // Some dependencies are still loaded the old way.
  banner: { js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);" },
  metafile: true,
  logLevel: 'warning',
});

/** The licences of what is in the files ask to go with them. */
const packages = new Set(Object.keys(metafile.inputs).flatMap((name) => /^(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1] ?? []));
const notices = [...packages].toSorted().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return `${name} ${version} (${license})\n\n${licenceText(folder)}`;
});
writeFileSync('dist/THIRD-PARTY-NOTICES.txt', notices.join(`\n${'-'.repeat(80)}\n\n`));

function licenceText(folder) {
  for (const name of ['LICENSE', 'LICENSE.txt', 'LICENSE.md', 'license', 'LICENCE', 'LICENSE-MIT.txt', 'license.txt']) {
    try {
      return readFileSync(path.join(folder, name), 'utf8');
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${folder} has no licence to go with it`);
}
