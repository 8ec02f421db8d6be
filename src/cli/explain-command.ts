import { DiagnosticLedger } from '../assess/diagnostic-ledger.ts';
import { discover } from '../discover/discover.ts';
import { missingPaths } from '../discover/roots.ts';
import type { LogFile } from '../model/log-file.ts';
import type { LogRecord } from '../model/log-record.ts';
import { classify } from '../parse/classify.ts';
import { readWebFile } from '../read-web-file.ts';
import { readLogFile } from '../read-log-file.ts';
import { escapeForTerminal, escapeInJson } from '../report/escape.ts';
import { EXIT } from './exit-code.ts';
import { tellDiagnostics } from './notes.ts';
import type { StandardStreams } from './standard-streams.ts';
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
export async function runExplain({ what, file }: ExplainArguments, streams: StandardStreams): Promise<number> {
  if (missingPaths([file]).length > 0) throw new UsageError(`there is no ${file}`);
  const diagnostics = new DiagnosticLedger();
  const report: DiagnosticLedger['add'] = (problem, path, lineNumber) => {
    // What nobody wants to read any more is not lost.
    if (problem.code !== 'FILE_STOPPED') diagnostics.add(problem, path, lineNumber);
  };
  const logFiles = await discover([file], { classify, report });
  for (const logFile of logFiles) {
    if (streams.isClosed) break;
    await explainFile(logFile, what, report, streams);
  }
  tellDiagnostics(diagnostics.shown(), (text) => streams.note(text));
  if (diagnostics.hasLoss) return EXIT.incomplete;
  return logFiles.length === 0 ? EXIT.nothing : EXIT.clean;
}

async function explainFile(
  logFile: LogFile,
  what: ExplainArguments['what'],
  report: DiagnosticLedger['add'],
  streams: StandardStreams,
): Promise<void> {
  const { path, logType, encoding, host = 'not known' } = logFile;
  streams.note(`${escapeForTerminal(path)}: ${logType}, ${encoding}, host ${escapeForTerminal(host)}\n`);
  let text = '';
  /** What was read so far has to be written before more is read: a reader may be slow, or gone. */
  const flush = async (): Promise<boolean> => {
    await streams.write(text);
    await streams.flush();
    text = '';
    return !streams.isClosed;
  };
  if (logFile.webTarget !== undefined) {
    // Its one record is made of the file as a whole.
    const { record } = await readWebFile(logFile, { report });
    text =
      what === 'records' ? `${escapeInJson(JSON.stringify(asJson(record)))}\n` : `1\t0\trecord\t${escapeForTerminal(record.line.text)}\n`;
    await flush();
    return;
  }
  await readLogFile(logFile, {
    report,
    beforeBlock: flush,
    onRecord: (record) => {
      if (what === 'records') text += `${escapeInJson(JSON.stringify(asJson(record)))}\n`;
    },
    onLine: (line, kind) => {
      if (what === 'lines') text += `${line.number}\t${line.offset}\t${kind}\t${escapeForTerminal(line.text)}\n`;
    },
  });
  await flush();
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
