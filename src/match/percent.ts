const ESCAPES = /(?:%[0-9a-f]{2})+|%u[0-9a-f]{4}/gi;

/** Whether decoding would change the text. */
export function hasPercentEscape(text: string): boolean {
  return text.includes('%') && text.search(ESCAPES) !== -1;
}

/**
 * Decodes percent-encoded bytes as UTF-8; bytes that are no UTF-8 become U+FFFD, and a `%` that begins no escape stays. HTTP.sys also reads
 * `%uXXXX` unless it is told not to, so attackers write it.
 */
export function percentDecode(text: string): string {
  return text.replaceAll(ESCAPES, (escapes) => {
    const code = escapes.length === 3 ? Number.parseInt(escapes.slice(1), 16) : BEYOND_ASCII;
    if (code < BEYOND_ASCII) return String.fromCharCode(code);
    if (escapes[1] === 'u' || escapes[1] === 'U') return String.fromCharCode(Number.parseInt(escapes.slice(2), 16));
    const bytes = Uint8Array.from(escapes.slice(1).split('%'), (hex) => Number.parseInt(hex, 16));
    return UTF8.decode(bytes);
  });
}

/** Most escapes stand alone, for one character of ASCII. */
const BEYOND_ASCII = 0x80;
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
