import type { CoverageLedger } from './assess/coverage-ledger.ts';
import type { DiagnosticLedger } from './assess/diagnostic-ledger.ts';
import { joinReadings, UNREAD, type FileReading } from './assess/file-reading.ts';
import type { EvidenceInputs } from './evidence-inputs.ts';
import type { Found } from './found.ts';
import type { Settled } from './jobs/file-parts.ts';
import type { FilesListener } from './jobs/read-files.ts';
import type { LogFile } from './model/log-file.ts';
import type { Memory } from './memory.ts';

/** Who is told of what. */
export interface Ledgers {
  readonly found: Found;
  readonly diagnostics: DiagnosticLedger;
  readonly coverage: CoverageLedger;
  readonly inputs: EvidenceInputs;
  readonly memory: Memory | undefined;
  readonly onFile: () => void;
}

/** What is read of the files, entered where it belongs: pieces of files are read in any order, and told in theirs. */
export class ReadingLedger {
  recordsInSpan = 0;
  readonly #ledgers: Ledgers;
  #whole: FileReading | undefined;

  constructor(ledgers: Ledgers) {
    this.#ledgers = ledgers;
  }

  listener(): FilesListener {
    const { found, diagnostics, memory } = this.#ledgers;
    return {
      resumeOf: (logFile) => memory?.resumeOf(logFile),
      onPiece: (logFile, settled) => this.#takePiece(logFile, settled),
      onDropped: (piece) => found.drop(piece),
      onLost: (logFile, problem) => {
        diagnostics.add(problem, logFile.path);
        this.#whole = joinReadings(this.#whole, UNREAD);
      },
      onFile: (logFile) => this.#endFile(logFile),
    };
  }

  #takePiece(logFile: LogFile, settled: Settled): void {
    const { reading, number, linesBefore } = settled;
    const { found, diagnostics, coverage, inputs, memory } = this.#ledgers;
    memory?.takePiece(logFile, settled);
    inputs.addDigest(logFile, reading.sha256, reading.reading.bytes);
    found.settle(number, linesBefore, reading.filtered);
    diagnostics.addKept(reading.diagnostics, linesBefore);
    for (const { logType, blind } of reading.headers) coverage.addHeader(logFile, logType, blind);
    this.recordsInSpan += reading.recordsInSpan;
    this.#whole = joinReadings(this.#whole, reading.reading);
  }

  #endFile(logFile: LogFile): void {
    const { coverage, memory, onFile } = this.#ledgers;
    memory?.endFile(logFile, this.#whole?.isWhole === true);
    coverage.addFile(logFile, this.#whole ?? UNREAD);
    this.#whole = undefined;
    onFile();
  }
}
