/** Control characters, and those that turn the direction of text or are not seen. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;
const MOST_CHARACTERS = 2_048;

/**
 * What findings call an entry: parted by `/`, without empty parts and `.`; what a program or a terminal could obey is written as `%2E%2E` or `%1B`. A name is
 * never a place here: nothing is written, and nothing is opened by it.
 */
export function entryName(name: string): string {
  const parts = name
    .slice(-MOST_CHARACTERS)
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (part === '..' ? '%2E%2E' : part.replaceAll(UNSAFE, escapeCharacter)));
  return parts.length === 0 ? 'without-a-name' : parts.join('/');
}

function escapeCharacter(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** What the one file in a compressed one is called: its name without what the compression added. */
export function unpackedName(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  const short = name.replace(/\.t([gz]z|zst)$/i, '.tar').replace(/\.(?:gz|gzip|zst|zstd|z)$/i, '');
  return short === '' ? 'without-a-name' : short;
}

/** Names an archive's entries, each otherwise. */
export class EntryNames {
  readonly #archive: string;
  readonly #used = new Map<string, number>();

  /** @param archive its path */
  constructor(archive: string) {
    this.#archive = archive;
  }

  /** @returns its path, and whether the name was there before */
  add(name: string): { readonly path: string; readonly name: string; readonly isTwice: boolean } {
    const own = entryName(name);
    const count = (this.#used.get(own) ?? 0) + 1;
    this.#used.set(own, count);
    return { path: `${this.#archive}!/${count === 1 ? own : `(${count})/${own}`}`, name: own, isTwice: count > 1 };
  }

  has(name: string): boolean {
    return this.#used.has(entryName(name));
  }
}
