import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';

/** An update, or a cumulative update as it came. */
export interface KnownBuild {
  readonly product: string;
  readonly cumulativeUpdate: string;
  /** Empty: the cumulative update itself. */
  readonly update: string;
  readonly build: string;
  /** `2021-03-02`; empty: not known. */
  readonly released: string;
}

/** What an update fixed. */
export interface Fix {
  readonly update: string;
  readonly cve: string;
  /** Years: `2016`, `SE`. */
  readonly products: readonly string[];
}

export interface BuildTable {
  readonly builds: readonly KnownBuild[];
  readonly fixes: readonly Fix[];
}

/** The text of one file of the table. */
export interface TableText {
  /** What messages call it. */
  readonly name: string;
  readonly kind: 'builds' | 'fixes';
  readonly text: string;
}

const COLUMNS = {
  builds: ['product', 'cumulative_update', 'security_update', 'build', 'released', 'source'],
  fixes: ['security_update', 'cve', 'products', 'source'],
} as const;

const SHAPES: Readonly<Record<string, RegExp>> = {
  product: /^Exchange \w+$/,
  cumulative_update: /^(?:CU\d+|RTM|SP\d+(?: RU\d+)?)$/,
  build: /^\d+\.\d+\.\d+\.\d+$/,
  released: /^(?:\d{4}-\d\d-\d\d)?$/,
  cve: /^CVE-\d{4}-\d+$/,
  products: /^\w+(?: \w+)*$/,
};

/** Reads tables; of two rows for the same build the first counts. A row that is none is told and left out. */
export function readBuildTable(texts: readonly TableText[]): { readonly table: BuildTable; readonly diagnostics: readonly Diagnostic[] } {
  const builds = new Map<string, KnownBuild>();
  const fixes = new Map<string, Fix>();
  const diagnostics: Diagnostic[] = [];
  for (const { name, kind, text } of texts) {
    for (const row of rowsOf(text, COLUMNS[kind])) {
      if (row.wanted !== undefined) {
        diagnostics.push(diagnostic({ code: 'RULE_BUILD_ROW', wanted: row.wanted }, { path: name, lineNumber: row.lineNumber }));
        continue;
      }
      const cell = (column: string): string => row.cells.get(column) ?? '';
      const update = cell('security_update');
      if (kind === 'fixes') {
        const fix = { update, cve: cell('cve'), products: cell('products').split(' ') };
        const key = `${fix.cve} ${fix.update}`;
        if (!fixes.has(key)) fixes.set(key, fix);
      } else {
        const [product, cumulativeUpdate, build] = [cell('product'), cell('cumulative_update'), cell('build')];
        const key = `${build} ${update}`;
        if (!builds.has(key)) builds.set(key, { product, cumulativeUpdate, update, build, released: cell('released') });
      }
    }
  }
  return { table: { builds: [...builds.values()], fixes: [...fixes.values()] }, diagnostics };
}

interface Row {
  /** From 1. */
  readonly lineNumber: number;
  readonly cells: ReadonlyMap<string, string>;
  /** What should have stood there. */
  readonly wanted?: string;
}

function* rowsOf(text: string, columns: readonly string[]): Generator<Row> {
  let header: readonly string[] | undefined;
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const lineNumber = index + 1;
    const cells = line.split(',').map((cell) => cell.trim());
    if (header === undefined) {
      header = cells;
      if (cells.join() === columns.join()) continue;
      yield { lineNumber, cells: new Map(), wanted: `the columns ${columns.join(',')}` };
      return;
    }
    if (cells.length !== columns.length) {
      yield { lineNumber, cells: new Map(), wanted: `${columns.length} values` };
      continue;
    }
    const named = new Map(columns.map((column, place) => [column, cells[place] ?? ''] as const));
    const odd = columns.find((column) => SHAPES[column]?.test(named.get(column) ?? '') === false);
    yield { lineNumber, cells: named, ...(odd !== undefined && { wanted: `another ${odd} than "${named.get(odd) ?? ''}"` }) };
  }
}
