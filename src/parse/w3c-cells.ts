/**
 * Cuts one W3C line into its values. Columns are parted by one blank; a value never holds a blank. Two quirks are repaired when the
 * count says so: a double blank is either an empty value or nothing (observed in plaso's iis10_edge_cases.log), and Advanced Logging
 * quotes its values, with `""` for a quote (observed in lnav's logfile_w3c.3).
 */
export function splitW3c(text: string, count: number, isQuoted: boolean): string[] {
  const plain = text.trimEnd().split(' ');
  if (plain.length === count && !isQuoted) return plain;
  if (isQuoted || (text.includes('"') && plain.length !== count)) {
    const quoted = splitQuoted(text);
    if (isQuoted || quoted.length === count) return quoted;
  }
  const collapsed = text.trim().split(/[ \t]+/);
  return collapsed.length === count || collapsed.length < plain.length ? collapsed : plain;
}

const QUOTED_CELL = /"((?:[^"]|"")*)"(?=[ \t]|$)|[^ \t]+/g;

function splitQuoted(text: string): string[] {
  return Array.from(text.matchAll(QUOTED_CELL), ([cell, quoted]) => quoted?.replaceAll('""', '"') ?? cell);
}
