import type { PatternPart } from '../model/rule.ts';
import { spellDashes, toByteText } from './encodings.ts';
import { anyOf, asText, mapValue, plainText, unfit, type Modifier, type Use } from './modified-value.ts';
import { mapText, textLength, VALUE_CHARACTERS } from './pattern.ts';
import { RuleError } from './rule-error.ts';
import type { Value } from './value.ts';

/** More spellings of one value than this are not tried. */
const SPELLING_LIMIT = 1_000;

export function encode(encoder: (byteText: string) => string[]): Modifier {
  return spell((plain, isEncoded) => encoder(toByteText(plain, isEncoded)).filter((text) => text !== ''), false);
}

/** Puts the bytes of an encoding in the place of text: what is made of a text with loose dashes is made of each of its spellings. */
function spell(encoder: (text: string, isEncoded: boolean) => string[], isEncoded: boolean): Modifier {
  return (item, use) => {
    mapValue(item, (value) => {
      const text = asText(value);
      if (text.kind !== 'text') throw unfit(use, 'text');
      const encoded = spellingsOf(text.parts, use).flatMap((parts) => {
        const plain = plainText(parts);
        if (plain === undefined) throw unfit(use, 'text without wildcards');
        return encoder(plain, text.isEncoded);
      });
      // Every text holds the empty one: the rule would match whatever it was given.
      if (encoded.length === 0) throw unfit(use, 'a longer text');
      return anyOf(encoded.map((each) => ({ kind: 'text', parts: [{ kind: 'text', text: each }], isEncoded })));
    });
    limitSpellings(item.value, use);
  };
}

export function utf16(encoder: (text: string) => string, mark = ''): Modifier {
  return (item, use) => {
    mapValue(item, (value) => {
      const text = asText(value);
      if (text.kind !== 'text') throw unfit(use, 'text');
      const spellings = spellingsOf(text.parts, use).map((parts): Value => {
        // A character is two bytes, so `?` is too.
        const encoded = mapText(parts, encoder).flatMap((part): PatternPart[] => (part.kind === 'one' ? [part, part] : [part]));
        return { kind: 'text', parts: mark === '' ? encoded : [{ kind: 'text', text: mark }, ...encoded], isEncoded: true };
      });
      return anyOf(spellings);
    });
    limitSpellings(item.value, use);
  };
}

function spellingsOf(parts: readonly PatternPart[], use: Use): PatternPart[][] {
  const spellings = spellDashes(parts, SPELLING_LIMIT);
  if (spellings === undefined) throw tooMany(use);
  return spellings;
}

function limitSpellings(value: Value, use: Use): void {
  if (value.kind === 'any-of' && value.values.length > SPELLING_LIMIT) throw tooMany(use);
  const values = value.kind === 'any-of' ? value.values : [value];
  // An encoding of an encoding of an encoding grows without end.
  const isLong = values.some((each) => each.kind === 'text' && textLength(each.parts) > VALUE_CHARACTERS);
  if (isLong) throw new RuleError({ code: 'RULE_TOO_COSTLY', what: 'characters in a value', limit: VALUE_CHARACTERS }, use.at.value);
}

function tooMany({ modifier, at }: Use): RuleError {
  return new RuleError({ code: 'RULE_TOO_MANY_VALUES', modifier, limit: SPELLING_LIMIT }, at.value);
}
