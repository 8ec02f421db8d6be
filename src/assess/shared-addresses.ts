import type { Finding } from '../model/finding.ts';
import { LEVELS } from '../model/rule.ts';
import type { Story, StoryStep } from '../model/story.ts';
import { VERDICTS, type AttackVerdict } from '../model/verdict.ts';
import { verdictOf } from './verdicts.ts';

/** More addresses are not followed. */
const ADDRESSES = 100_000;
/** Of one address so many servers are told. */
const SERVERS = 50;

interface Trace {
  readonly first: Finding;
  readonly lastTime: string;
  readonly verdict: AttackVerdict;
}

/** Which addresses were at several servers, with findings of level medium or above. */
export class SharedAddresses {
  readonly #traces = new Map<string, Map<string, Trace>>();

  add(finding: Finding): void {
    const { source, host, rule } = finding;
    const time = finding['@timestamp'];
    if (source === undefined || host === undefined || time === undefined) return;
    if (LEVELS.indexOf(rule.level) < LEVELS.indexOf('medium')) return;
    const ofAddress = this.#traces.get(source.ip) ?? new Map<string, Trace>();
    if (ofAddress.size === 0 && this.#traces.size >= ADDRESSES) return;
    this.#traces.set(source.ip, ofAddress);
    const key = host.name.toLowerCase();
    const known = ofAddress.get(key);
    const verdict = verdictOf(rule);
    if (known === undefined) {
      if (ofAddress.size < SERVERS) ofAddress.set(key, { first: finding, lastTime: time, verdict });
      return;
    }
    const isFirst = time < (known.first['@timestamp'] ?? '~');
    ofAddress.set(key, {
      first: isFirst ? finding : known.first,
      lastTime: time > known.lastTime ? time : known.lastTime,
      verdict: VERDICTS.indexOf(verdict) > VERDICTS.indexOf(known.verdict) ? verdict : known.verdict,
    });
  }

  /** By time, one for each address that was at several servers. */
  stories(): Story[] {
    const shared = [...this.#traces].filter(([, servers]) => servers.size > 1);
    return shared.map(([address, servers]) => tell(address, [...servers.values()])).toSorted((a, b) => (a.from < b.from ? -1 : 1));
  }
}

function tell(address: string, traces: readonly Trace[]): Story {
  const steps = traces
    .map(({ first }): StoryStep => {
      const { id, rule, log, host } = first;
      const { type, file, line } = log;
      return {
        '@timestamp': first['@timestamp'] ?? '',
        ...(rule.stage !== undefined && { stage: rule.stage }),
        name: `${host?.name ?? '?'}: ${rule.name}`,
        log: { type, file, line },
        findings: [id],
      };
    })
    .toSorted((a, b) => ((a['@timestamp'] ?? '') < (b['@timestamp'] ?? '') ? -1 : 1));
  const verdict = traces.reduce<AttackVerdict>(
    (most, each) => (VERDICTS.indexOf(each.verdict) > VERDICTS.indexOf(most) ? each.verdict : most),
    'clean',
  );
  return {
    id: `shared-address/${address}`,
    chain: { id: 'shared-address', name: `The same address at ${traces.length} servers`, level: 'medium' },
    actors: [address],
    from: steps[0]?.['@timestamp'] ?? '',
    to:
      traces
        .map(({ lastTime }) => lastTime)
        .toSorted()
        .at(-1) ?? '',
    steps,
    more: 0,
    missing: [],
    verdict,
  };
}
