import type { LogRecord } from './log-record.ts';

/** Sigma's `logsource`: a dimension left out is not known or not restricted. */
export interface LogSource {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
}

/** Fields whose values stand in no line, because they are unpacked or reckoned: all logs share the names, so that nobody looks for the values. */
export const DERIVED_FIELDS = [
  'CommonAccessToken-AuthenticationType',
  'CommonAccessToken-LogonName',
  'CommonAccessToken-UserSid',
  'CommonAccessToken-GroupSids',
  'BackEndVersion',
  'BackEndVersionDiffers',
  'EcpCanary',
  'RequestId',
] as const;

/** Gives a record's value of one field, `undefined` where the record has none. */
export type FieldReader = (record: LogRecord) => string | undefined;

/** What one header says of the records below it. Made once per header, not per record. */
export interface Schema {
  readonly logType: string;
  /** Its records tell what is there, not what happened. */
  readonly stands?: true;
  /** What rules may call the log. */
  readonly logSources: readonly LogSource[];
  /** Which of several logs of the type this is (the channel of an event log), where records tell; else paths do. */
  readonly part?: string;
  /** In the order of the log; decoded and mapped fields are not among them. */
  readonly columns: readonly string[];
  /** `undefined`: this log has no such field. Column names are compared without case. */
  readonly reader: (field: string) => FieldReader | undefined;
  /** Gives all values of a field that has several in some record; left out: none has. */
  readonly listReader?: (field: string) => (record: LogRecord) => readonly string[] | undefined;
  /** Index of the column that holds the field as it is; `undefined` where there is none, or its value is made of another. */
  readonly columnOf: (field: string) => number | undefined;
  /** Indexes of all columns that the field's value is made of; `undefined` where nobody can say, or there is no such field. */
  readonly madeOf: (field: string) => readonly number[] | undefined;
  /** Index of the column whose text the field's value is a part of, or all. */
  readonly partOf: (field: string) => number | undefined;
  /** What web server logs call the field, in lower case; its own name where they have none: `UserAgent` is `cs-user-agent`. */
  readonly webName: (field: string) => string;
}
