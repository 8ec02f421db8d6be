import type { BuildSource, BuildSpan } from '../model/build.ts';
import type { Exposure, OpenCve } from '../model/exposure.ts';
import type { BuildTable, Fix, KnownBuild } from './build-table.ts';

const DAY_MS = 86_400_000;
/** The surest first: the others count only where it is absent. */
const SOURCES: readonly (readonly BuildSource[])[] = [['version-line', 'columns'], ['back-end'], ['paths']];

type State = 'open' | 'fixed' | 'unknown' | 'not concerned';

interface Assessed {
  readonly id: string;
  readonly fix: Fix;
  /** Of each build. */
  readonly states: readonly State[];
}

/**
 * What a host was open to, by the builds that its logs name.
 *
 * @param cves those to be told of
 * @returns `undefined` where nothing names a build
 */
export function exposureOf(
  host: string | undefined,
  seen: readonly BuildSpan[],
  table: BuildTable,
  cves: readonly string[],
): Exposure | undefined {
  const spans = oneForEach(surest(seen));
  if (spans.length === 0) return undefined;
  const assessed = cves.toSorted().flatMap((id): Assessed[] => {
    const fix = table.fixes.findLast(({ cve }) => cve === id);
    return fix === undefined ? [] : [{ id, fix, states: spans.map(({ build }) => stateOf(build, fix, table)) }];
  });
  const withState = (is: (states: readonly State[]) => boolean): string[] => assessed.flatMap(({ id, states }) => (is(states) ? [id] : []));
  return {
    ...(host !== undefined && { host: { name: host } }),
    builds: spans.map(({ build, first, last, source }) => {
      const name = nameOf(build, table);
      return { build, ...(name !== undefined && { name }), from: iso(first), to: iso(last), source };
    }),
    cves: assessed.flatMap((each) => openCve(each, spans, table) ?? []),
    fixed: withState((states) => !states.includes('open') && !states.includes('unknown') && states.includes('fixed')),
    unknown: withState((states) => !states.includes('open') && states.includes('unknown')),
  };
}

function surest(seen: readonly BuildSpan[]): readonly BuildSpan[] {
  for (const sources of SOURCES) {
    const found = seen.filter(({ source }) => sources.includes(source));
    if (found.length > 0) return found;
  }
  return [];
}

/** By the time of the first record. */
function oneForEach(seen: readonly BuildSpan[]): readonly BuildSpan[] {
  const joined = new Map<string, BuildSpan>();
  for (const span of seen) {
    const { first, last, source: before } = joined.get(span.build) ?? span;
    const source = span.source === 'version-line' ? span.source : before;
    joined.set(span.build, { build: span.build, source, first: Math.min(first, span.first), last: Math.max(last, span.last) });
  }
  return [...joined.values()].toSorted((a, b) => a.first - b.first || (a.build < b.build ? -1 : 1));
}

/** The builds of the table that a text of four numbers, or of fewer, may stand for. */
function candidates(build: string, { builds }: BuildTable): readonly KnownBuild[] {
  const isWhole = build.split('.').length > 3;
  return builds.filter((known) => (isWhole ? known.build === build : known.build.startsWith(`${build}.`)));
}

function nameOf(build: string, table: BuildTable): string | undefined {
  const known = candidates(build, table);
  const [first] = known;
  if (first === undefined) return undefined;
  const update = known.findLast(({ build: other }) => other === build)?.update ?? '';
  return [first.product, first.cumulativeUpdate, update].filter((part) => part !== '').join(' ');
}

function stateOf(build: string, fix: Fix, table: BuildTable): State {
  const states = new Set(candidates(build, table).map((known) => stateOfKnown(known, fix, table)));
  const [state = 'unknown'] = states;
  return states.size === 1 ? state : 'unknown';
}

/** A cumulative update holds every fix from before its day; an update those of itself and of the updates before it for the same one. */
function stateOfKnown({ product, cumulativeUpdate, build }: KnownBuild, { update, products }: Fix, { builds }: BuildTable): State {
  if (!products.includes(product.replace('Exchange ', ''))) return 'not concerned';
  const ofSame = builds.filter((known) => known.product === product && known.cumulativeUpdate === cumulativeUpdate);
  const fixing = ofSame.find((known) => known.update === update);
  if (fixing !== undefined) return revision(build) >= revision(fixing.build) ? 'fixed' : 'open';
  const [begun, fixed] = [ofSame.find((known) => known.update === '')?.released ?? '', releaseOf(update, builds)];
  if (begun === '' || fixed === '') return 'unknown';
  return begun >= fixed ? 'fixed' : 'open';
}

function openCve({ id, fix, states }: Assessed, spans: readonly BuildSpan[], table: BuildTable): OpenCve | undefined {
  const open = spans.filter((_, index) => states[index] === 'open');
  const latest = open.toSorted((a, b) => b.last - a.last)[0];
  if (latest === undefined) return undefined;
  const [from, to] = [Math.min(...open.map(({ first }) => first)), latest.last];
  const released = releaseOf(fix.update, table.builds);
  const days = Math.floor((to - Date.parse(released)) / DAY_MS);
  const fixedByBuild = updateFor(latest.build, fix, table)?.build;
  return {
    id,
    open: { from: iso(from), to: iso(to) },
    fixedBy: fix.update,
    ...(fixedByBuild !== undefined && { fixedByBuild }),
    ...(released !== '' && { updateReleased: released }),
    ...(days >= 0 && { daysAfterUpdate: days }),
    isOpenAtTheEnd: !spans.some(({ last }, index) => last > to && states[index] !== 'open'),
  };
}

function updateFor(build: string, { update }: Fix, table: BuildTable): KnownBuild | undefined {
  const [{ product, cumulativeUpdate } = { product: '', cumulativeUpdate: '' }] = candidates(build, table);
  return table.builds.find((known) => known.product === product && known.cumulativeUpdate === cumulativeUpdate && known.update === update);
}

function releaseOf(update: string, builds: readonly KnownBuild[]): string {
  return builds.find((known) => known.update === update && known.released !== '')?.released ?? '';
}

function revision(build: string): number {
  return Number(build.split('.')[3]);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
