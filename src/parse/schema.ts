import type { FieldReader, Schema } from '../model/schema.ts';
import type { LogType, MappedField } from './log-type.ts';

/** A schema, and where in its columns the parser itself looks; -1 where the header lacks the column. */
export interface BoundSchema {
  readonly schema: Schema;
  readonly hostIndex: number;
  readonly packedIndex: number;
}

/** Headers are few and files are many; hostile headers may be endless. */
const CACHED_SCHEMAS = 256;
const cache = new Map<string, BoundSchema>();

/** The schema of a header: the same one for the same columns, so that rules are bound to it once and not once per file. */
export function schemaOf(logType: LogType, columns: readonly string[]): BoundSchema {
  const key = `${logType.id}\n${columns.join('\n')}`;
  let bound = cache.get(key);
  if (bound === undefined) {
    if (cache.size >= CACHED_SCHEMAS) cache.clear();
    const indexOf = (name: string | undefined): number => columns.findIndex((column) => column.toLowerCase() === name?.toLowerCase());
    bound = {
      schema: createSchema(logType, columns),
      hostIndex: indexOf(logType.hostColumn),
      packedIndex: indexOf(logType.packed?.column),
    };
    cache.set(key, bound);
  }
  return bound;
}

/** Ties the names that rules use to the columns of one header. */
function createSchema(logType: LogType, columns: readonly string[]): Schema {
  const name = logType.columnName ?? ((column: string) => column);
  const named = columns.map(name);
  const indexes = new Map(named.map((column, index) => [column.toLowerCase(), index] as const).toReversed());
  const mapped = new Map(Object.entries(logType.mappedFields).map(([field, to]) => [field.toLowerCase(), to] as const));

  const columnReader = (column: string): FieldReader | undefined => {
    const index = indexes.get(name(column).toLowerCase());
    return index === undefined ? undefined : (record) => record.values[index];
  };
  const mappedReader = ({ column, map }: MappedField): FieldReader | undefined => {
    const read = columnReader(column);
    if (read === undefined || map === undefined) return read;
    return (record) => {
      const value = read(record);
      return value === undefined ? undefined : map(value);
    };
  };
  const packedReader = (key: string): FieldReader | undefined => {
    if (logType.packed === undefined || columnReader(logType.packed.column) === undefined) return undefined;
    return (record) => record.decoded?.get(key);
  };

  return {
    logType: logType.id,
    logSource: logType.logSource,
    columns: named,
    reader: (field) => {
      const direct = columnReader(field);
      if (direct !== undefined) return direct;
      const to = mapped.get(field.toLowerCase());
      return to === undefined ? packedReader(field) : mappedReader(to);
    },
  };
}
