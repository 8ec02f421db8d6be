import type { FieldReader, Schema } from '../model/schema.ts';
import { BoundedCache } from './bounded-cache.ts';
import { clockMaker, type ClockMaker } from './clock.ts';
import type { DerivedField, LogType, MappedField } from './log-type.ts';

/** A schema, and where in its columns the parser itself looks; -1 where the header lacks the column. */
export interface BoundSchema {
  readonly schema: Schema;
  readonly hostIndex: number;
  readonly packedIndex: number;
  readonly twinIndex: number;
  readonly createClock: ClockMaker;
}

const schemas = new BoundedCache<BoundSchema>();

/** The schema of a header: the same one for the same columns, so that rules are bound to it once and not once per file. */
export function schemaOf(logType: LogType, columns: readonly string[]): BoundSchema {
  return schemas.get(`${logType.id}\n${columns.join('\n')}`, () => {
    const indexOf = (name: string | undefined): number => columns.findIndex((column) => column.toLowerCase() === name?.toLowerCase());
    const schema = logType.schema ?? createSchema(logType, columns);
    return {
      schema,
      hostIndex: indexOf(logType.hostColumn),
      packedIndex: indexOf(logType.packed?.column),
      twinIndex: indexOf(logType.twinColumn),
      createClock: clockMaker(schema.columns),
    };
  });
}

/** Of a key that is not known to occur, but may: in capitals, or with a part in brackets (`MBX`, `ATE.C[dc]`). */
const OTHER_KEY = /^[A-Z][A-Z0-9._]+$|\[/;

/** Ties the names that rules use to the columns of one header. */
function createSchema(logType: LogType, columns: readonly string[]): Schema {
  const nameOf = logType.columnName ?? ((column: string) => column);
  const named = columns.map(nameOf);
  // The first of two columns with the same name counts.
  const indexes = new Map(named.map((column, index) => [column.toLowerCase(), index] as const).toReversed());
  const aliases = new Map(Object.entries(logType.aliases ?? {}));
  const mapped = new Map(Object.entries(logType.mappedFields).map(([field, to]) => [field.toLowerCase(), to] as const));
  const derived = new Map(Object.entries(logType.derivedFields ?? {}).map(([field, by]) => [field.toLowerCase(), by] as const));
  // What gives several fields is none of them by itself.
  const sources = [...mapped.values()].map(({ from }) => from.toLowerCase());
  const isSole = (from: string): boolean => sources.filter((source) => source === from).length === 1;
  const webNames = new Map([...mapped].map(([field, { from }]) => [from.toLowerCase(), field] as const).filter(([from]) => isSole(from)));

  const indexOf = (field: string): number | undefined => indexes.get(nameOf(field).toLowerCase());
  const ownName = (field: string): string => (indexOf(field) === undefined ? (aliases.get(field.toLowerCase()) ?? field) : field);
  const columnReader = (field: string): FieldReader | undefined => {
    const index = indexOf(field);
    return index === undefined ? undefined : (record) => record.values[index];
  };
  const packedReader = (field: string): FieldReader | undefined => {
    const { packed } = logType;
    if (packed === undefined || columnReader(packed.column) === undefined) return undefined;
    const known = packed.keys.find((each) => each.toLowerCase() === field.toLowerCase());
    const key = known ?? (OTHER_KEY.test(field) ? field : undefined);
    return key === undefined ? undefined : (record) => record.decoded?.get(key);
  };
  const ownReader = (field: string): FieldReader | undefined => columnReader(field) ?? packedReader(field);
  const mappedReader = ({ from, map }: MappedField): FieldReader | undefined => {
    const read = ownReader(from);
    if (read === undefined || map === undefined) return read;
    return (record) => {
      const value = read(record);
      return value === undefined ? undefined : map(value) || undefined;
    };
  };
  const givenReader = (asked: string): FieldReader | undefined => {
    const field = ownName(asked);
    const to = mapped.get(field.toLowerCase());
    return ownReader(field) ?? (to && mappedReader(to));
  };
  const derivedReader = ({ from, make }: DerivedField): FieldReader | undefined => {
    const readers = from.flatMap((field) => givenReader(field) ?? []);
    return readers.length < from.length ? undefined : (record) => make(readers.map((read) => read(record)));
  };

  /** Of a field that is a column, or is made of one. */
  const givenOf = (asked: string): readonly number[] | undefined => {
    const field = ownName(asked);
    const to = mapped.get(field.toLowerCase());
    const column = indexOf(field) ?? (ownReader(field) === undefined && to !== undefined ? indexOf(to.from) : undefined);
    return column === undefined ? undefined : [column];
  };
  const readers = new Map<string, FieldReader | undefined>();

  return {
    logType: logType.id,
    ...(logType.stands && { stands: logType.stands }),
    logSources: logType.logSources,
    columns: named,
    reader: (asked) => {
      if (readers.has(asked)) return readers.get(asked);
      const by = derived.get(asked.toLowerCase());
      const reader = givenReader(asked) ?? (by && derivedReader(by));
      readers.set(asked, reader);
      return reader;
    },
    columnOf: (asked) => {
      const field = ownName(asked);
      const to = mapped.get(field.toLowerCase());
      return indexOf(field) ?? (to !== undefined && to.map === undefined ? indexOf(to.from) : undefined);
    },
    madeOf: (asked) => {
      const given = givenOf(asked);
      const by = derived.get(asked.toLowerCase());
      if (given !== undefined || givenReader(asked) !== undefined || by === undefined) return given;
      const origins = by.from.map(givenOf);
      return origins.includes(undefined) ? undefined : [...new Set(origins.flatMap((origin) => origin ?? []))];
    },
    partOf: (asked) => {
      const to = mapped.get(ownName(asked).toLowerCase());
      return to?.map === undefined || to.isPart === true ? givenOf(asked)?.[0] : indexOf(ownName(asked));
    },
    webName: (asked) => {
      const name = nameOf(ownName(asked)).toLowerCase();
      return mapped.has(name) ? name : (webNames.get(name) ?? name);
    },
  };
}
