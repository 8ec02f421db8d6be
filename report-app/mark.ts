import type { Matched } from '../src/model/finding.ts';

/** A stretch of a line, from one place to before another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A text made of another, and from which place of that each of its characters is. */
interface Spelled {
  readonly text: string;
  /** One more than there are characters: the last is the end. */
  readonly at: readonly number[];
}

/** Of each value, so many places are marked. */
const MOST_PLACES = 20;
/** A value this short is marked where it stands alone: `200` is not in `1200`. */
const SHORT = 5;

/**
 * Where the values that a rule matched stand in the line: as they are, in quotes of CSV, or percent-encoded, once or twice, with `+` for a blank. Of
 * a value that joins a path and its query, both are looked for. Sorted, and none over another.
 */
export function markMatched(line: string, matched: readonly Matched[]): Span[] {
  const spellings = spellingsOf(line);
  const spans = matched.flatMap(({ value, field, view }) => {
    if (value === '' || field === 'event.original' || value.length >= line.length) return [];
    const whole = placesOf(value, spellings);
    if (whole.length > 0 || !view.includes('joined')) return whole;
    const query = value.indexOf('?');
    return query === -1 ? [] : [value.slice(0, query), value.slice(query + 1)].flatMap((part) => placesOf(part, spellings));
  });
  return withoutOverlaps(spans);
}

function placesOf(value: string, spellings: readonly Spelled[]): Span[] {
  const wanted = value.toLowerCase();
  if (wanted === '') return [];
  for (const { text, at } of spellings) {
    const found: Span[] = [];
    for (
      let place = text.indexOf(wanted);
      place !== -1 && found.length < MOST_PLACES;
      place = text.indexOf(wanted, place + wanted.length)
    ) {
      const end = place + wanted.length;
      if (wanted.length < SHORT && (isWord(text[place - 1]) || isWord(text[end]))) continue;
      found.push({ from: at[place] ?? 0, to: at[end] ?? 0 });
    }
    if (found.length > 0) return found;
  }
  return [];
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

function withoutOverlaps(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = joined.at(-1);
    if (last !== undefined && span.from <= last.to) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else joined.push(span);
  }
  return joined;
}

/** In lower case, nearest to the line first. */
function spellingsOf(line: string): Spelled[] {
  const raw: Spelled = { text: foldCase(line), at: Array.from({ length: line.length + 1 }, (_, index) => index) };
  const unquoted = replaced(raw, /""/g, () => '"');
  const once = percentDecoded(unquoted);
  const twice = percentDecoded(once);
  const blanks = (spelled: Spelled): Spelled => replaced(spelled, /\+/g, () => ' ');
  return [raw, unquoted, once, blanks(once), twice, blanks(twice)];
}

/** Keeps the places: of what would become longer, case stays. */
function foldCase(text: string): string {
  const folded = text.toLowerCase();
  return folded.length === text.length ? folded : text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function percentDecoded(spelled: Spelled): Spelled {
  return replaced(spelled, /(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return foldCase(decodeURIComponent(run));
    } catch {
      // No UTF-8: byte by byte.
      return foldCase(run.replaceAll(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
    }
  });
}

/** A run whose replacement has other places in it counts, but for its ends, as evenly spread: of percent-encoded ASCII that is exact. */
function replaced({ text, at }: Spelled, pattern: RegExp, replace: (run: string) => string): Spelled {
  let made = '';
  const places: number[] = [];
  let last = 0;
  for (const { 0: run, index } of text.matchAll(pattern)) {
    for (let place = last; place < index; place += 1) places.push(at[place] ?? 0);
    const put = replace(run);
    for (let place = 0; place < put.length; place += 1) places.push(at[index + Math.floor((place * run.length) / put.length)] ?? 0);
    made += text.slice(last, index) + put;
    last = index + run.length;
  }
  for (let place = last; place <= text.length; place += 1) places.push(at[place] ?? 0);
  return { text: made + text.slice(last), at: places };
}
