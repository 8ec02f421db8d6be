import type { ChalkInstance } from 'chalk';
import type { Finding } from '../model/finding.ts';
import { LEVELS, type Level } from '../model/rule.ts';
import { layDated, type DatedTable } from './dated-table.ts';
import type { Cell, Column } from './table.ts';
import { addAnswer, addDistinct, atLeast, colourLevel, describeAnswers, DISTINCT_LIMIT, onlyOrCount, safe } from './text-words.ts';

/** So many addresses and accounts are shown; the others are counted. */
const SHOWN = 10;

interface Actor {
  worst: Level;
  findings: number;
  readonly rules: Set<string>;
  readonly hosts: Set<string>;
  readonly answers: Map<number, number>;
  first: string | undefined;
  last: string | undefined;
}

/** Who is behind the findings: the addresses and the accounts that they name, in bounded memory. */
export class Actors {
  readonly #addresses = new ActorLedger();
  readonly #accounts = new ActorLedger();

  add(finding: Finding): void {
    this.#addresses.add(finding.source?.ip, finding);
    this.#accounts.add(finding.user?.name, finding);
  }

  describe(width: number, chalk: ChalkInstance): string {
    return [this.#addresses.describe('address', 'addresses', width, chalk), this.#accounts.describe('account', 'accounts', width, chalk)]
      .filter((part) => part !== '')
      .join('\n');
  }
}

class ActorLedger {
  readonly #actors = new Map<string, Actor>();
  /** Of each level so many are followed: a flood of harmless ones hides no other. */
  readonly #followed = new Map<Level, number>();
  #isFull = false;

  add(name: string | undefined, finding: Finding): void {
    if (name === undefined) return;
    const actor = this.#actors.get(name) ?? this.#follow(name, finding);
    if (actor === undefined) return;
    if (LEVELS.indexOf(finding.rule.level) > LEVELS.indexOf(actor.worst)) actor.worst = finding.rule.level;
    actor.findings += 1;
    addDistinct(actor.rules, finding.rule.id);
    addDistinct(actor.hosts, finding.host?.name);
    addAnswer(actor.answers, finding.http?.response?.status_code);
    // Findings come by time.
    actor.first ??= finding['@timestamp'];
    actor.last = finding['@timestamp'] ?? actor.last;
  }

  #follow(name: string, { rule: { level } }: Finding): Actor | undefined {
    const followed = this.#followed.get(level) ?? 0;
    if (followed >= DISTINCT_LIMIT) {
      this.#isFull = true;
      return undefined;
    }
    this.#followed.set(level, followed + 1);
    const actor: Actor = {
      worst: level,
      findings: 0,
      rules: new Set(),
      hosts: new Set(),
      answers: new Map(),
      first: undefined,
      last: undefined,
    };
    this.#actors.set(name, actor);
    return actor;
  }

  describe(noun: string, plural: string, width: number, chalk: ChalkInstance): string {
    if (this.#actors.size === 0) return '';
    const sorted = [...this.#actors].toSorted(
      ([, a], [, b]) => LEVELS.indexOf(b.worst) - LEVELS.indexOf(a.worst) || b.findings - a.findings,
    );
    const more = sorted.length - SHOWN;
    const shown = sorted.slice(0, SHOWN);
    const rows: DatedTable['rows'] = (write) => shown.map(([name, actor]) => actorRow(name, actor, write, chalk));
    const times = shown.flatMap(([, { first, last }]) => [first, last]);
    const table = layDated({ title: `Who: ${plural}`, times, columns: columns(noun), rows }, width, chalk);
    const rest =
      more > 0
        ? chalk.dim(
            `  and ${this.#isFull ? 'at least ' : ''}${more.toLocaleString('en-US')} more ${plural}; -o csv=FILE or -o jsonl=FILE writes all findings\n`,
          )
        : '';
    return table + rest;
  }
}

function columns(noun: string): Column[] {
  return [
    { name: noun, isTitle: true },
    { name: 'worst', isTitle: true },
    { name: 'count', isNumber: true },
    { name: 'rules', isNumber: true },
    { name: 'hosts', least: 12 },
    { name: 'answered', least: 8 },
    { name: 'first' },
    { name: 'last' },
  ];
}

function actorRow(
  name: string,
  { worst, findings, rules, hosts, answers, first, last }: Actor,
  write: (time: string | undefined) => string,
  chalk: ChalkInstance,
): Cell[] {
  return [
    { text: safe(name) },
    { text: worst, paint: colourLevel(worst, chalk) },
    { text: findings.toLocaleString('en-US') },
    { text: atLeast(rules.size) },
    { text: onlyOrCount(hosts) },
    { text: describeAnswers(answers) || '-' },
    { text: write(first) },
    { text: write(last) },
  ];
}
