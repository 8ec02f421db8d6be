import { DiagnosticLedger } from '../assess/diagnostic-ledger.ts';
import { discover } from '../discover/discover.ts';
import { missingPaths } from '../discover/paths.ts';
import type { LogRecord } from '../model/log-record.ts';
import { classify } from '../parse/classify.ts';
import type { LineCounts } from '../parse/log-parser.ts';
import { readLogFile } from '../read-log-file.ts';
import { escapeForTerminal } from '../report/escape.ts';
import { EXIT } from './exit-code.ts';
import { tellDiagnostics } from './notes.ts';
import { UsageError } from './usage-error.ts';

/** The command line of `explain`, as yargs hands it over. */
export interface ExplainArguments {
  readonly what: 'lines' | 'records';
  readonly file: string;
}

/**
 * Shows what the stages before the rules make of a file: its lines with their places and kinds, or its records as JSON.
 *
 * @returns the exit code
 */
export async function runExplain({ what, file }: ExplainArguments): Promise<number> {
  if (missingPaths([file]).length > 0) throw new UsageError(`there is no ${file}`);
  const diagnostics = new DiagnosticLedger();
  const report: DiagnosticLedger['add'] = (problem, path, lineNumber) => diagnostics.add(problem, path, lineNumber);
  const write = (text: string): void => void process.stdout.write(text);
  const logFiles = await discover([file], { classify, report });
  for (const logFile of logFiles) {
    const counts = { records: 0, headers: 0, rejected: 0 };
    process.stderr.write(
      `${escapeForTerminal(logFile.path)}: ${logFile.logType}, ${logFile.encoding}, host ${escapeForTerminal(logFile.host ?? 'not known')}\n`,
    );
    await readLogFile(logFile, {
      report,
      onRecord: (record) => void (what === 'records' && write(`${JSON.stringify(asJson(record))}\n`)),
      onLine: (line, after) => {
        if (what === 'lines') write(`${line.number}\t${line.offset}\t${kindOf(counts, after)}\t${escapeForTerminal(line.text)}\n`);
        Object.assign(counts, after);
      },
    });
  }
  tellDiagnostics(diagnostics.shown(), (text) => void process.stderr.write(text));
  return logFiles.length === 0 ? EXIT.nothing : EXIT.clean;
}

function kindOf(before: Omit<LineCounts, 'lines'>, after: Readonly<LineCounts>): string {
  if (after.headers > before.headers) return 'header';
  if (after.rejected > before.rejected) return 'rejected';
  // A record that goes on over the next line is counted when it ends.
  return after.records > before.records ? 'record' : 'begins a record';
}

function asJson({ line, time, host, schema, values, decoded }: LogRecord): object {
  const named = schema.columns.flatMap((column, index) => (values[index] === undefined ? [] : [[column, values[index]] as const]));
  return {
    line: line.number,
    offset: line.offset,
    ...(time !== undefined && { time: new Date(time).toISOString() }),
    ...(host !== undefined && { host }),
    fields: Object.fromEntries(named),
    ...(decoded !== undefined && { decoded: Object.fromEntries(decoded) }),
  };
}
