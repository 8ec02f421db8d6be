import type { BuildSource } from './build.ts';

/** A build of Exchange that a host ran, as its logs say. */
export interface RanBuild {
  readonly build: string;
  /** `Exchange 2016 CU18 Mar21SU`; left out: the build is not in the table. */
  readonly name?: string;
  /** ISO 8601, UTC, of the first and the last record under it. */
  readonly from: string;
  readonly to: string;
  readonly source: BuildSource;
}

/** A vulnerability that a host was open to. */
export interface OpenCve {
  readonly id: string;
  readonly open: { readonly from: string; readonly to: string };
  /** The update that closes it. */
  readonly fixedBy: string;
  /** Its build, where there is one for the same cumulative update. */
  readonly fixedByBuild?: string;
  /** The day it was released, where that is known. */
  readonly updateReleased?: string;
  /** Whole days for which the update was there and not installed; left out: the logs end before it came. */
  readonly daysAfterUpdate?: number;
  /** No later record is of a build without it. */
  readonly isOpenAtTheEnd: boolean;
}

/** What the builds that one host ran were open to, of the vulnerabilities that rules name. */
export interface Exposure {
  readonly host?: { readonly name: string };
  /** By time. */
  readonly builds: readonly RanBuild[];
  readonly cves: readonly OpenCve[];
  /** Fixed in all builds that are known. */
  readonly fixed: readonly string[];
  /** Nobody can say, for a build is unknown or not told to its last number. */
  readonly unknown: readonly string[];
}
