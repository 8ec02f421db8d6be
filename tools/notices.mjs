// The licences of what is in a bundle ask to go with it.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const NAMES = ['LICENSE', 'LICENSE.txt', 'LICENSE.md', 'license', 'LICENCE', 'LICENSE-MIT.txt', 'license.txt'];

/** @param metafile of esbuild: which files are in the bundle */
export function noticesOf({ inputs }) {
  const packages = new Set(Object.keys(inputs).flatMap((name) => /^(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1] ?? []));
  const notices = [...packages].toSorted().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})\n\n${licenceText(folder)}`;
  });
  return notices.join(`\n${'-'.repeat(80)}\n\n`);
}

function licenceText(folder) {
  for (const name of NAMES) {
    try {
      return readFileSync(path.join(folder, name), 'utf8');
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${folder} has no licence to go with it`);
}
