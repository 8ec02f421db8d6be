import type { EvidenceFile } from '../model/finding.ts';

/**
 * The path that a file had on the server, where it says more than that of the copy: `C/inetpub/x.log` was `C:\inetpub\x.log`, as anyone can see, but
 * who sees it of `uploads/auto/C%3A/...`, or of a file in a folder of its own?
 */
export function tellingOriginalPath({ path, original_path: original }: EvidenceFile): string | undefined {
  if (original === undefined) return undefined;
  const asCopied = original.replace(':', '').replaceAll('\\', '/').toLowerCase();
  const copied = `/${path.replace(/(^|\/)([A-Za-z])[$:]\//, '$1$2/').toLowerCase()}`;
  return copied.endsWith(`/${asCopied}`) ? undefined : original;
}
