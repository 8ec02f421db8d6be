import type { Problem, ProblemCode, ShownDiagnostic } from './model/diagnostic.ts';
import type { LogFile } from './model/log-file.ts';
import type { EvidenceInput } from './model/manifest.ts';
import { hashFile } from './read/hash-file.ts';

/** Problems of what has no hash. */
const WITHOUT_HASH: ReadonlySet<ProblemCode> = new Set([
  'FILE_UNREADABLE',
  'FILE_READER_DIED',
  'FILE_STOPPED',
  'FILE_VANISHED',
  'FILE_LINK',
  'FILE_SPECIAL',
]);

/** A file that lies in the evidence. */
export type OtherFile = Pick<LogFile, 'location' | 'path' | 'originalPath'>;

/** All that lay in the evidence, for the manifest. Logs are hashed by who reads them, what is no log here, and only then is it read. */
export class EvidenceInputs {
  readonly #others: OtherFile[] = [];
  readonly #isWanted: boolean;
  readonly #stop: AbortSignal | undefined;
  readonly #digests = new Map<string, { readonly sha256: string; readonly bytes: number }>();

  /**
   * @param isWanted otherwise nothing is listed, and what is no log not read
   * @param stop from then on nothing more is hashed
   */
  constructor(isWanted: boolean, stop?: AbortSignal) {
    this.#isWanted = isWanted;
    this.#stop = stop;
  }

  /** Takes note of a file that is no log. */
  readonly onOther = (file: OtherFile): void => {
    if (this.#isWanted) this.#others.push(file);
  };

  /** @param sha256 left out where not all of it was read */
  addDigest({ path }: LogFile, sha256: string | undefined, bytes: number): void {
    if (sha256 !== undefined) this.#digests.set(path, { sha256, bytes });
  }

  /** By path. */
  async list(logFiles: readonly LogFile[], shown: readonly ShownDiagnostic[]): Promise<EvidenceInput[]> {
    if (!this.#isWanted) return [];
    const problems = new Map<string, Problem>();
    for (const { diagnostic } of shown)
      if (WITHOUT_HASH.has(diagnostic.problem.code)) problems.set(diagnostic.place.path, diagnostic.problem);
    const inputs = logFiles.map((logFile) => this.#ofLog(logFile, problems.get(logFile.path)));
    for (const file of this.#others) inputs.push(await this.#ofOther(file));
    const listed = new Set(inputs.map(({ path }) => path));
    for (const [path, problem] of problems) if (!listed.has(path)) inputs.push({ path, problem });
    return inputs.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  #ofLog(logFile: LogFile, problem: Problem = { code: 'FILE_UNREADABLE', reason: 'not to its end' }): EvidenceInput {
    const { path, logType, modifiedMs, bytes: bytesListed, begun } = logFile;
    const digest = this.#digests.get(path);
    const bytes = digest?.bytes ?? bytesListed;
    return {
      path,
      ...originalOf(logFile),
      logType,
      bytes,
      ...(bytes !== bytesListed && begun === undefined && { bytesListed }),
      ...(modifiedMs !== undefined && { modified: new Date(modifiedMs).toISOString() }),
      ...(digest === undefined ? { problem } : { sha256: digest.sha256 }),
    };
  }

  async #ofOther(file: OtherFile): Promise<EvidenceInput> {
    const known = { path: file.path, ...originalOf(file) };
    if (this.#stop?.aborted === true) return { ...known, problem: { code: 'FILE_STOPPED' } };
    const hashed = await hashFile(file.location);
    if ('reason' in hashed) return { ...known, problem: { code: 'FILE_UNREADABLE', reason: hashed.reason } };
    const { sha256, bytes, modifiedMs } = hashed;
    return { ...known, bytes, modified: new Date(modifiedMs).toISOString(), sha256 };
  }
}

function originalOf({ originalPath }: OtherFile): { originalPath?: string } {
  return originalPath === undefined ? {} : { originalPath };
}
