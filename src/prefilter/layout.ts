/**
 * Where everything lies in the kernel's memory: read by the kernel, which is AssemblyScript, and by what fills its tables. The memory never
 * grows: pages that nothing touches cost nothing. Numbers have 32 bits, times are floats of 64, and sets of rules have a bit for each.
 */

/** What a scan came to, and of the line it stopped at why. */
export const RESULT = 0x8000;
export const RESULT_REASON = 0;
export const RESULT_SKIPPED = 4;
export const RESULT_IN_SPAN = 8;
export const RESULT_LINE_END = 12;
export const RESULT_FIRST = 16;
export const RESULT_LAST = 24;
export const RESULT_TIME = 32;
export const RESULT_LEFT = 40;
export const RESULT_DICTIONARY = 48;
export const RESULT_CELL = 52;
export const RESULT_CELL_END = 56;
/** Where the hour of the last time that was read is counted: see ACTIVITY. */
export const RESULT_ACTIVITY = 60;
/** Of a value that is to be remembered: the rules that it leaves, and those of which a literal may stand in it. */
export const RESULT_RULES = 64;
export const RESULT_HAVING = 72;

/** The first 16 bytes of a line of the hour that the last time was of. */
export const HOUR = 0x8100;

/** Addresses of pairs of bytes that are looked for: 32 bits each. */
export const ASKED = 0x8200;

/** 16 bytes in which pairs may begin. */
export const HITS = 0x8a00;

/** A value with its GUIDs masked: room for the longest that is remembered, and what is read behind it. */
export const MASKED = 0x9000;

/** What stands in front of each cell of a line, 32 bits each: room for MOST_COLUMNS of kernel.ts, and the delimiters of 64 bytes. */
export const CELLS = 0x30000;

/** Pieces with percent-encoded characters are decoded here, once and twice. */
export const DECODED = 0x10000;
export const DECODED_BYTES = 0x10000;

/**
 * How many records there are in each hour, in the order of the lines: an hour is written down when a line is of another than the line above
 * it. Its number since 1970, then the records in each ten minutes of it. A plain line has 20 bytes and more: there is room for a block of
 * kernel.ts in which each line is of another hour than the last.
 */
export const ACTIVITY = 0x3e0_0000;
export const ACTIVITY_COUNTS = 8;
export const ACTIVITY_BYTES = 32;

/** A plan, one for each header. */
export const PLAN_IS_ISO = 0;
export const PLAN_DELIMITER = 4;
/** Whether quotes mean anything in the log: then they make a line odd. */
export const PLAN_HAS_QUOTES = 8;
export const PLAN_COLUMNS = 12;
/** 0: no literals of seven bytes and more. */
export const PLAN_GRAMS = 16;
export const PLAN_HEADS = 20;
export const PLAN_DICTIONARIES = 32;
export const PLAN_DICTIONARY_COUNT = 36;
/** Rules that could match a line without any literal. */
export const PLAN_ALWAYS = 40;
/** Rules that want a literal. */
export const PLAN_LITERAL_RULES = 48;
export const PLAN_LONGEST_LITERAL = 56;
/** Addresses of what the rules want cells to begin with, one for each rule. */
export const PLAN_STARTS = 64;
/** Where literals are searched for. */
export const PLAN_REGIONS = 68;
/** Of the rules that want a literal, those that want a long one and those that want a short one. */
export const PLAN_GRAM_RULES = 72;
export const PLAN_SHORT_RULES = 80;
/** A bit for each ASCII character that decoding has to look at: see percent.ts. */
export const PLAN_ALPHABET = 88;
export const PLAN_REGION_COUNT = 60;
/** Rules that want a cell to begin in some way. */
export const PLAN_START_RULES = 104;
/** Lists of addresses, 0: none, and the rules that ask for nothing else. */
export const PLAN_ADDRESSES = 112;
export const PLAN_ADDRESS_RULES = 120;
/** Rules whose literals may stand in cells of dictionaries only. */
export const PLAN_COVERED = 128;
/** Dictionaries behind the others that are for lines for which rules are left. */
export const PLAN_LATE_COUNT = 136;
export const PLAN_BYTES = 140;

/**
 * Lists of addresses: how many columns hold addresses, by how much hashes are shifted, a filter of keys, a bit for each first 16 bits of IPv4 and
 * of IPv6; then the columns. See addresses.ts.
 */
export const ADDRESSES_COLUMN_COUNT = 0;
export const ADDRESSES_SHIFT = 4;
export const ADDRESSES_KEYS = 8;
export const ADDRESSES_IPV4_STARTS = 12;
export const ADDRESSES_IPV6_STARTS = 16;
export const ADDRESSES_COLUMNS = 20;

/**
 * A dictionary, of a column: the table and how many entries it has less one, a byte for each hash of a value that
 * was met once, the next free byte for keys and the end of their space, how many values it holds and how many it may hold; the rules
 * that it can rule out, those whose literals may stand in the column, and whether GUIDs are masked.
 */
export const DICTIONARY_COLUMN = 0;
export const DICTIONARY_TABLE = 8;
export const DICTIONARY_MASK = 12;
export const DICTIONARY_SEEN = 16;
export const DICTIONARY_KEYS = 20;
export const DICTIONARY_KEYS_END = 24;
export const DICTIONARY_COUNT = 28;
export const DICTIONARY_LIMIT = 32;
export const DICTIONARY_RULES = 40;
export const DICTIONARY_PLACES = 48;
export const DICTIONARY_IS_MASKED = 56;
export const DICTIONARY_EMPTY = 64;
export const DICTIONARY_EMPTY_HAVING = 72;
export const DICTIONARY_BYTES = 80;
/** An entry of its table: as many as a line of a processor's cache has. */
export const DICTIONARY_ENTRY_BYTES = 64;
/** A power of two. */
export const DICTIONARY_SEEN_BYTES = 8192;

/**
 * Cells next to each other in which literals may stand: the rules that want them, the first and the last column, the pairs of bytes that
 * shorter literals are told by, and, where these are many, their buckets: see pairs.ts.
 */
export const REGION_RULES = 0;
export const REGION_FIRST = 8;
export const REGION_LAST = 12;
export const REGION_PAIRS = 16;
export const REGION_PAIR_COUNT = 20;
export const REGION_BUCKETS = 24;
/** Not 0: the pairs tell the longer literals, too. */
export const REGION_HAS_ALL = 28;
export const REGION_BYTES = 32;

/** A pair: its rules, how many literals have it, where their addresses lie; then both bytes, folded, sixteen times. */
export const PAIR_RULES = 0;
export const PAIR_LITERAL_COUNT = 8;
export const PAIR_LITERALS = 12;
export const PAIR_FIRST = 16;
export const PAIR_SECOND = 32;
export const PAIR_BYTES = 48;
/** Tables of 16 bytes for the halves of three bytes of pairs in eight buckets; then the first pair and the end of each bucket. */
export const BUCKETS = 8;
export const BUCKETS_RANGES = 96;
export const BUCKETS_BYTES = 160;
