/** Where a log says which build of Exchange wrote it. */
export type BuildSource =
  /** The `#Version` line above its records. */
  | 'version-line'
  /** Columns of the records, or a value packed into one. */
  | 'columns'
  /** The number that HttpProxy packs into its rows, of the back end that a request went to. */
  | 'back-end'
  /** Paths that hold the build, in web server logs. */
  | 'paths';

/** A build of Exchange, `15.1.2106.2`; of three numbers where the source has no more. */
export interface SeenBuild {
  readonly build: string;
  readonly source: BuildSource;
}

/** Records between these times were written by the build; milliseconds since 1970. */
export interface BuildSpan extends SeenBuild {
  readonly first: number;
  readonly last: number;
}
