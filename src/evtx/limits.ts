/** Of a chunk; the format knows no other. */
export const CHUNK_BYTES = 65_536;
/** What a file begins with. */
export const FILE_HEADER_BYTES = 4_096;

/** Elements within elements, and templates within values of templates; Windows writes eight at the most. */
export const MOST_DEPTH = 32;
/** Of an element or a datum; Windows's longest have some sixty. */
export const NAME_CHARACTERS = 256;
/** Tokens of binary XML of a chunk, of its templates and of its records: each takes a byte at least, so no honest chunk has a quarter as many. */
export const CHUNK_TOKENS = 262_144;
/** Elements and values of all records of a chunk once their templates are filled in; an honest chunk has some 30,000. */
export const CHUNK_STEPS = 524_288;
/** Characters of them; values may be named again and again. */
export const CHUNK_CHARACTERS = 4_194_304;
/** So much of each of these a record may have whatever was in front of it: one that was made to hurt costs the others nothing. */
export const RECORD_TOKENS = 4_096;
export const RECORD_STEPS = 4_096;
export const RECORD_CHARACTERS = 65_536;
/** Tokens, and elements and values, of one event that was exported. */
export const EXPORT_STEPS = 65_536;
