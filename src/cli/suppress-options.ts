import { loadBaseline, type Baseline } from '../baseline.ts';
import { IgnoreFileError, loadIgnoreFiles } from '../load-ignore-file.ts';
import { NotNativeError } from '../read-reports.ts';
import type { IgnoreList } from '../suppress/ignore-list.ts';
import { existsSync, statSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

/** What of the findings counts, and what they are compared with, as yargs hands it over. */
export interface SuppressArguments {
  readonly ignore: readonly string[];
  readonly baseline: string | undefined;
  readonly showSuppressed: boolean;
}

/** @throws {UsageError} a file that cannot be used, with the line and the reason */
export async function usableSuppressions({ ignore, baseline }: SuppressArguments): Promise<{ ignore?: IgnoreList; baseline?: Baseline }> {
  try {
    if (baseline !== undefined && (!existsSync(baseline) || !statSync(baseline).isFile()))
      throw new UsageError(`--baseline: there is no file ${baseline}`);
    return {
      ...(ignore.length > 0 && { ignore: await loadIgnoreFiles(ignore, Date.now()) }),
      ...(baseline !== undefined && { baseline: await loadBaseline(baseline) }),
    };
  } catch (error) {
    if (error instanceof IgnoreFileError) throw new UsageError(`--ignore: a file that cannot be used\n${error.message}`, { cause: error });
    if (error instanceof NotNativeError) throw new UsageError(`--baseline: ${error.message}`, { cause: error });
    throw error;
  }
}
