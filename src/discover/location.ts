import nodePath, { type PlatformPath } from 'node:path';

/** Whether a location is a folder or lies below it. Both absolute. */
export function isInside(location: string, folder: string, path: PlatformPath = nodePath): boolean {
  const relative = path.relative(folder, location);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}

/** The deepest folder that holds all folders; `undefined` where there is none, as on two drives. All absolute. */
export function deepestCommon(folders: readonly string[], path: PlatformPath = nodePath): string | undefined {
  let [common] = folders;
  while (common !== undefined && !folders.every((folder) => isInside(folder, common ?? '', path))) {
    const above: string = path.dirname(common);
    common = above === common ? undefined : above;
  }
  return common;
}

/** What messages and findings call a location: relative to a folder where there is one, parted by `/` on every system. */
export function displayPath(location: string, base: string | undefined, path: PlatformPath = nodePath): string {
  const relative = base === undefined ? location : path.relative(base, location);
  return relative.split(path.sep).join('/') || '.';
}
