import type { Expression } from '../model/rule.ts';
import type { Schema } from '../model/schema.ts';
import { UNSAFE } from './clauses.ts';

/** One of these cells begins with one of these literals, case folded, behind any question marks. */
export interface Start {
  readonly columns: readonly number[];
  readonly literals: readonly string[];
}

/** The literals have their length in a byte. */
const LONGEST = 100;
const MOST = 32;
const QUERY = 'cs-uri-query';
const STEM = 'cs-uri-stem';

/** How cells begin in an ASCII line of which a condition is true; each of the starts is there. */
export function startsOf(expression: Expression, schema: Schema): readonly Start[] {
  return fieldStarts(expression).flatMap(({ field, literals }) => {
    const columns = columnsOf(field, schema, schema.columnOf);
    return columns === undefined || literals.length > MOST ? [] : [{ columns, literals }];
  });
}

export function hasStart(cells: readonly string[], { columns, literals }: Start): boolean {
  return columns.some((column) => literals.some((literal) => cells[column]?.toLowerCase().startsWith(literal)));
}

interface FieldStart {
  readonly field: string;
  readonly literals: readonly string[];
}

function fieldStarts(expression: Expression): readonly FieldStart[] {
  switch (expression.kind) {
    case 'and':
      return expression.parts.flatMap(fieldStarts);
    case 'or': {
      const [first, ...others] = expression.parts.map((part) => fieldStarts(part)[0]);
      if (first === undefined || others.some((other) => other?.field !== first.field)) return [];
      return [{ field: first.field, literals: [...new Set([first, ...others].flatMap((each) => each?.literals ?? []))] }];
    }
    case 'field': {
      const { field, test } = expression;
      const [part] = test.kind === 'pattern' ? test.parts : [];
      const literal = part?.kind === 'text' ? beginning(part.text) : '';
      return literal === '' ? [] : [{ field, literals: [literal] }];
    }
    case 'not':
    case 'keyword':
      return [];
  }
}

/** What a log or a view may write in another way ends it. */
function beginning(text: string): string {
  const [own = ''] = text.toLowerCase().replace(/^\?+/, '').split(UNSAFE, 1);
  // An escape in a cell is not decoded, but may be that of any letter.
  const [plain = ''] = own.split('%', 1);
  return plain.slice(0, LONGEST);
}

/** The columns that a field is read from, as `columnOf` tells of one; a query is also looked at behind its path. `undefined` where nobody can say. */
function columnsOf(field: string, schema: Schema, columnOf: (name: string) => number | undefined): readonly number[] | undefined {
  return sourcesOf(field, schema, (name) => {
    const column = columnOf(name);
    return column === undefined ? undefined : [column];
  });
}

/** The columns whose values a field's value depends on. */
export function madeOf(field: string, schema: Schema): readonly number[] | undefined {
  return sourcesOf(field, schema, schema.madeOf);
}

/** The columns of which one holds what a literal of a field stands in. */
export function placesOf(field: string, schema: Schema): readonly number[] | undefined {
  return columnsOf(field, schema, schema.partOf);
}

function sourcesOf(field: string, schema: Schema, ofOne: (name: string) => readonly number[] | undefined): readonly number[] | undefined {
  const isQuery = schema.webName(field) === QUERY && schema.reader(STEM) !== undefined;
  const columns = [field, ...(isQuery ? [STEM] : [])].map(ofOne);
  if (columns.includes(undefined)) return undefined;
  return [...new Set(columns.flatMap((each) => each ?? []))].toSorted((a, b) => a - b);
}
