import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { BuildLedger } from './assess/build-ledger.ts';
import { readBuildTable, type TableText } from './assess/build-table.ts';
import { exposureOf } from './assess/exposure.ts';
import { diagnostic, type Diagnostic, type Problem, type ShownDiagnostic } from './model/diagnostic.ts';
import type { Exposure } from './model/exposure.ts';
import type { LogFile } from './model/log-file.ts';
import type { Rule } from './model/rule.ts';
import { systemErrorCode } from './model/system-error.ts';
import { buildsInPaths } from './parse/build.ts';
import { readSamples } from './read/samples.ts';
import { BUNDLED } from './rule-set.ts';

interface Exposures {
  readonly exposures: readonly Exposure[];
  /** Those that were shown already, and those of the tables. */
  readonly diagnostics: readonly ShownDiagnostic[];
}

interface ExposureOptions {
  readonly logFiles: readonly LogFile[];
  /** Whose vulnerabilities are told of. */
  readonly rules: readonly Rule[];
  /** Folders with tables of the user's own. */
  readonly folders: readonly string[];
  readonly shown: readonly ShownDiagnostic[];
}

/** What the hosts were open to. The tables are read only where a build was seen. */
export async function tellExposures(builds: BuildLedger, { logFiles, rules, folders, shown }: ExposureOptions): Promise<Exposures> {
  await sampleOthers(builds, logFiles);
  const { hosts } = builds;
  if (hosts.every(({ spans }) => spans.length === 0)) return { exposures: [], diagnostics: shown };
  const { table, diagnostics } = tablesOf(folders);
  const cves = new Set(
    rules.flatMap(({ tags }) => tags.flatMap((tag) => (/^cve\.\d{4}-\d+$/.test(tag) ? [tag.replace('.', '-').toUpperCase()] : []))),
  );
  return {
    exposures: hosts.flatMap(({ host, spans }) => exposureOf(host, spans, table, [...cves]) ?? []),
    diagnostics: [...shown, ...diagnostics.map((each) => ({ diagnostic: each, more: 0 }))],
  };
}

type Tables = ReturnType<typeof readBuildTable>;

/** Read once in a run of the program. */
const tables = new Map<string, Tables>();

function tablesOf(folders: readonly string[]): Tables {
  const key = folders.join('\n');
  let known = tables.get(key);
  if (known === undefined) {
    const own = folders.map((folder) => [folder, folder] as const);
    const read = [...own, [path.join(BUNDLED, 'builds'), 'rules/builds'] as const].map(readTables);
    const { table, diagnostics } = readBuildTable(read.flatMap(({ texts }) => texts));
    known = { table, diagnostics: [...read.flatMap((each) => each.diagnostics), ...diagnostics] };
    tables.set(key, known);
  }
  return known;
}

/** Web server logs name the build in paths: looked for only where no log of Exchange names it, in a sample of each file. */
async function sampleOthers(builds: BuildLedger, logFiles: readonly LogFile[]): Promise<void> {
  const known = new Set(builds.hosts.filter(({ spans }) => spans.length > 0).map(({ host }) => host?.toLowerCase()));
  for (const logFile of logFiles) {
    if (logFile.logType !== 'iis-w3c' || known.has(logFile.host?.toLowerCase())) continue;
    builds.add(logFile.host, (await readSamples(logFile)).flatMap(buildsInPaths));
  }
}

/** The bundled tables hold some 30 KB. */
const TABLE_LIMIT_BYTES = 4_194_304;

/** A pipe would be waited for. */
function unfit(file: string): Problem | undefined {
  const stats = statSync(file);
  if (!stats.isFile()) return { code: 'RULE_FILE_UNREADABLE', reason: 'no regular file' };
  if (stats.size <= TABLE_LIMIT_BYTES) return undefined;
  return { code: 'RULE_FILE_TOO_LARGE', bytes: stats.size, limitBytes: TABLE_LIMIT_BYTES };
}

const KINDS = ['builds', 'fixes'] as const;

/** A folder may hold one of the files and not the other. */
function readTables([folder, name]: readonly [folder: string, name: string]): {
  readonly texts: TableText[];
  readonly diagnostics: Diagnostic[];
} {
  const texts: TableText[] = [];
  const diagnostics: Diagnostic[] = [];
  const there = KINDS.filter((kind) => existsSync(path.join(folder, `${kind}.csv`)));
  for (const kind of there.length === 0 ? KINDS : there) {
    const shown = `${name}/${kind}.csv`;
    try {
      const problem = unfit(path.join(folder, `${kind}.csv`));
      if (problem !== undefined) diagnostics.push(diagnostic(problem, { path: shown }));
      else texts.push({ name: shown, kind, text: readFileSync(path.join(folder, `${kind}.csv`), 'utf8') });
    } catch (error) {
      diagnostics.push(diagnostic({ code: 'RULE_FILE_UNREADABLE', reason: systemErrorCode(error) }, { path: shown }));
    }
  }
  return { texts, diagnostics };
}
