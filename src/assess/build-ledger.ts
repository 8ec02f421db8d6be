import type { BuildSpan } from '../model/build.ts';
import { joinBuilds, MOST_BUILDS } from './file-reading.ts';

interface HostBuilds {
  readonly host: string | undefined;
  readonly spans: readonly BuildSpan[];
}

/** The builds of Exchange that the logs of each host name. */
export class BuildLedger {
  readonly #hosts = new Map<string, HostBuilds>();

  add(host: string | undefined, spans: readonly BuildSpan[]): void {
    if (spans.length > MOST_BUILDS) return;
    const key = host?.toLowerCase() ?? '';
    const known = this.#hosts.get(key) ?? { host, spans: [] };
    this.#hosts.set(key, { host: known.host, spans: joinBuilds([...known.spans, ...spans]) });
  }

  /** By name. */
  get hosts(): HostBuilds[] {
    return [...this.#hosts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  }
}
