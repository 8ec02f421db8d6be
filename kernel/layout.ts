/**
 * Where everything lies in the kernel's memory; src/prefilter/kernel.ts has the same figures. The memory never grows: pages that nothing
 * touches cost nothing. Numbers have 32 bits, times are floats of 64, and sets of rules have a bit for each.
 */

/** What a scan came to, and of the line it stopped at why. */
export const RESULT: usize = 0x8000;
export const RESULT_REASON: usize = 0;
export const RESULT_SKIPPED: usize = 4;
export const RESULT_IN_SPAN: usize = 8;
export const RESULT_LINE_END: usize = 12;
export const RESULT_FIRST: usize = 16;
export const RESULT_LAST: usize = 24;
export const RESULT_TIME: usize = 32;
export const RESULT_LEFT: usize = 40;
export const RESULT_DICTIONARY: usize = 48;
export const RESULT_CELL: usize = 52;
export const RESULT_CELL_END: usize = 56;

/** The first 16 bytes of the last line with a time: date, hour and minute. */
export const MINUTE: usize = 0x8100;

/** Addresses of pairs of bytes that are looked for: 32 bits each. */
export const ASKED: usize = 0x8200;

/** Where the cells of the line at hand begin: 32 bits each, for at most MOST_COLUMNS of src/prefilter/kernel.ts. */
export const CELLS: usize = 0x9000;

/** Where the delimiters are in what is scanned: a bit for each byte. Room for a block of src/prefilter/kernel.ts with what is in front of it. */
export const DELIMITERS: usize = 0x30000;

/** Pieces with percent-encoded characters are decoded here, once and twice. */
export const DECODED: usize = 0x10000;
export const DECODED_BYTES: usize = 0x10000;

/** A plan, one for each header. */
export const PLAN_IS_ISO: usize = 0;
export const PLAN_DELIMITER: usize = 4;
/** Whether quotes mean anything in the log: then they make a line odd. */
export const PLAN_HAS_QUOTES: usize = 8;
export const PLAN_COLUMNS: usize = 12;
/** 0: no literals of seven bytes and more. */
export const PLAN_GRAMS: usize = 16;
export const PLAN_HEADS: usize = 20;
/** Pairs of bytes that shorter literals begin with, and how many. */
export const PLAN_PAIRS: usize = 24;
export const PLAN_PAIR_COUNT: usize = 28;
export const PLAN_DICTIONARIES: usize = 32;
export const PLAN_DICTIONARY_COUNT: usize = 36;
/** Rules that could match a line without any literal. */
export const PLAN_ALWAYS: usize = 40;
/** Rules that want a literal. */
export const PLAN_LITERAL_RULES: usize = 48;
export const PLAN_LONGEST_LITERAL: usize = 56;
/** Addresses of what the rules want cells to begin with, one for each rule. */
export const PLAN_STARTS: usize = 64;
/** For each rule that wants a literal, the first and the last of the columns that it may stand in, of 16 bits each. */
export const PLAN_REGIONS: usize = 68;
/** Of the rules that want a literal, those that want a long one and those that want a short one. */
export const PLAN_GRAM_RULES: usize = 72;
export const PLAN_SHORT_RULES: usize = 80;
/** A bit for each ASCII character that decoding has to look at: see percent.ts. */
export const PLAN_ALPHABET: usize = 88;
/** Rules that want a cell to begin in some way. */
export const PLAN_START_RULES: usize = 104;
