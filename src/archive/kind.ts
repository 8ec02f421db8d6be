import { isTar } from './tar.ts';

export type ArchiveKind = 'zip' | 'gzip' | 'zstd' | 'tar';

/** Archives that are told apart and not opened. */
export type ForeignKind = '7z' | 'rar' | 'xz' | 'bzip2' | 'lz4';

const MAGICS: readonly { readonly kind: ArchiveKind | ForeignKind; readonly magic: readonly number[] }[] = [
  { kind: 'zip', magic: [0x50, 0x4b, 0x03, 0x04] },
  // Empty, or of several parts.
  { kind: 'zip', magic: [0x50, 0x4b, 0x05, 0x06] },
  { kind: 'zip', magic: [0x50, 0x4b, 0x07, 0x08] },
  { kind: 'zip', magic: [0x50, 0x4b, 0x30, 0x30, 0x50, 0x4b] },
  { kind: 'gzip', magic: [0x1f, 0x8b] },
  { kind: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: '7z', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { kind: 'rar', magic: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07] },
  { kind: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { kind: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { kind: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18] },
];

/** The kind of archive that bytes begin, by what they are and not by their name. */
export function archiveKind(head: Uint8Array): ArchiveKind | ForeignKind | undefined {
  const found = MAGICS.find(({ magic }) => magic.every((byte, index) => head[index] === byte));
  return found?.kind ?? (isTar(head) ? 'tar' : undefined);
}

export function isForeign(kind: ArchiveKind | ForeignKind): kind is ForeignKind {
  return kind !== 'zip' && kind !== 'gzip' && kind !== 'zstd' && kind !== 'tar';
}

/** Documents and programs that are archives inside: nobody packs logs so. */
const PACKED_DOCUMENT =
  /\.(?:docx|docm|dotx|xlsx|xlsm|xltx|pptx|pptm|ppsx|vsdx|od[tspg]|epub|jar|war|ear|apk|nupkg|vsix|xap|appx|msix|whl|crx|xpi|svgz)$/i;

export function isPackedDocument(path: string): boolean {
  return PACKED_DOCUMENT.test(path);
}
