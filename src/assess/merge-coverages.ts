import type { Coverage } from '../model/coverage.ts';

/** Adds up what several runs read, per host and log type. The same file read by two runs counts twice: nothing tells. */
export function mergeCoverages(coverages: readonly Coverage[]): Coverage[] {
  const merged = new Map<string, Coverage>();
  for (const coverage of coverages) {
    const key = `${coverage.host?.name.toLowerCase() ?? ''}\n${coverage.log.type}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? coverage : join(known, coverage));
  }
  return [...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, coverage]) => coverage);
}

function join(a: Coverage, b: Coverage): Coverage {
  const first = earliest(a.first, b.first);
  const last = latest(a.last, b.last);
  // A rule that could match in one of the runs was blind in part.
  const blind = a.blind.filter((id) => b.blind.includes(id));
  const partly = union(union(a.blind, b.blind), union(a.partlyBlind, b.partlyBlind)).filter((id) => !blind.includes(id));
  const parts = union(a.parts, b.parts);
  return {
    ...a,
    ...b,
    files: a.files + b.files,
    bytes: a.bytes + b.bytes,
    lines: a.lines + b.lines,
    records: a.records + b.records,
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
    rejected: a.rejected + b.rejected,
    unreadable: union(a.unreadable, b.unreadable),
    blind,
    ...(partly.length > 0 && { partlyBlind: partly }),
    ...(parts.length > 0 && { parts }),
    ...lists(a, b),
  };
}

/** Gaps of one run may be filled by what another read: they are told as those of their runs. */
function lists(a: Coverage, b: Coverage): Partial<Coverage> {
  const gaps = [...(a.gaps ?? []), ...(b.gaps ?? [])].toSorted((x, y) => (x.from < y.from ? -1 : 1));
  const missingFiles = [...(a.missingFiles ?? []), ...(b.missingFiles ?? [])];
  const anomalies = [...(a.anomalies ?? []), ...(b.anomalies ?? [])];
  return {
    ...(gaps.length > 0 && { gaps }),
    ...(missingFiles.length > 0 && { missingFiles }),
    ...(anomalies.length > 0 && { anomalies }),
  };
}

function union(a: readonly string[] = [], b: readonly string[] = []): string[] {
  return [...new Set([...a, ...b])].toSorted();
}

function earliest(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

function latest(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

/** Of a run that others follow: gaps and the like are told by the run that saw them. */
export function withoutOddities({ host, log, parts, files, bytes, lines, records, first, last, rejected, ...others }: Coverage): Coverage {
  const { unreadable, blind, partlyBlind } = others;
  return {
    ...(host !== undefined && { host }),
    log,
    ...(parts !== undefined && { parts }),
    files,
    bytes,
    lines,
    records,
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
    rejected,
    unreadable,
    blind,
    ...(partlyBlind !== undefined && { partlyBlind }),
  };
}
