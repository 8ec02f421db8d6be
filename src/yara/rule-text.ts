/** A rule in a file of YARA rules, by its text alone: what is wrong in it does not matter here. */
export interface YaraRuleText {
  readonly name: string;
  readonly isPrivate: boolean;
  readonly tags: readonly string[];
  /** Of what is given more than once, the last. */
  readonly meta: ReadonlyMap<string, string>;
  /** From 1. */
  readonly lineNumber: number;
  /** Place in the text; `to` is behind its closing brace. */
  readonly from: number;
  readonly to: number;
}

const BLANKS = /\s+|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/y;
const STRING = /"(?:[^"\\\n]|\\.)*(?:"|$)?/y;
const REGEX = /\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[is]*/y;
const HEAD = /((?:(?:private|global)\s+)*)rule\s+([A-Za-z_]\w*)\s*(?::([\w\s]*))?\{/y;
/** What needs no closer look. */
const WORD = /[^\s"/{}=(]+/y;
const META = /^\s*([A-Za-z_]\w*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|(-?\w+))/;

/** The rules of a text, in their order. */
export function rulesIn(text: string): YaraRuleText[] {
  const rules: YaraRuleText[] = [];
  let line = 1;
  let counted = 0;
  for (let at = 0; at < text.length;) {
    const head = take(HEAD, text, at);
    const isWord = at > 0 && /\w/.test(text[at - 1] ?? '');
    if (head === undefined || isWord) {
      at += (take(BLANKS, text, at) ?? take(STRING, text, at))?.[0].length || 1;
      continue;
    }
    const [whole, modifiers = '', name = '', tags = ''] = head;
    const to = endOfBody(text, at + whole.length);
    for (; counted < at; counted += 1) if (text[counted] === '\n') line += 1;
    rules.push({
      name,
      isPrivate: modifiers.includes('private'),
      tags: tags.split(/\s+/).filter((tag) => tag !== ''),
      meta: metaOf(text.slice(at + whole.length, to)),
      lineNumber: line,
      from: at,
      to,
    });
    at = to;
  }
  return rules;
}

/** The text with blanks in the place of some of its rules: lines stay where they are. */
export function withoutRules(text: string, rules: readonly YaraRuleText[]): string {
  let left = text;
  for (const { from, to } of rules) left = left.slice(0, from) + left.slice(from, to).replaceAll(/[^\n]/g, ' ') + left.slice(to);
  return left;
}

function take(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** Behind the brace that closes a rule; braces in strings, comments and regular expressions close nothing, those of hexadecimal strings themselves. */
function endOfBody(text: string, start: number): number {
  let depth = 1;
  let last = '';
  for (let at = start; at < text.length;) {
    const skipped = take(BLANKS, text, at) ?? take(STRING, text, at) ?? (/[=(]$|matches$/.test(last) ? take(REGEX, text, at) : undefined);
    if (skipped !== undefined && skipped[0] !== '') {
      if (!/^\s/.test(skipped[0]) && !/^\/[/*]/.test(skipped[0])) last = '';
      at += skipped[0].length;
      continue;
    }
    const [word = text[at] ?? ''] = take(WORD, text, at) ?? [];
    if (word === '{') depth += 1;
    if (word === '}') depth -= 1;
    at += word.length;
    if (depth === 0) return at;
    last = (last + word).slice(-8);
  }
  return text.length;
}

function metaOf(body: string): Map<string, string> {
  const meta = new Map<string, string>();
  const [, section = ''] = /^(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*meta\s*:((?:[^]*?))(?=\b(?:strings|variables|condition)\s*:)/.exec(body) ?? [];
  for (const line of section.split('\n')) {
    const [, key, quoted, bare] = META.exec(line) ?? [];
    const value = quoted?.replaceAll(/\\(["\\])/g, '$1') ?? bare;
    if (key !== undefined && value !== undefined) meta.set(key.toLowerCase(), value);
  }
  return meta;
}
