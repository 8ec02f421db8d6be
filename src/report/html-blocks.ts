import type { Finding } from '../model/finding.ts';
import { LEVELS, type Level } from '../model/rule.ts';

/** A report holds so many findings and so many characters of them; those of high and critical have all of the room, the others less. */
export const MOST_FINDINGS = 250_000;
export const MOST_CHARACTERS = 400_000_000;
const SHARE: Readonly<Record<Level, number>> = { informational: 0.5, low: 0.6, medium: 0.8, high: 1, critical: 1 };
/** Of one cell so many characters are in the report; as many as a cell of a spreadsheet holds. */
export const CELL_CHARACTERS = 32_767;
/** So much of a cell is in the table, and of a request; the rest is behind it. */
const SHOWN_CHARACTERS = 1_000;
const REQUEST_CHARACTERS = 300;
/** A block of findings is read as a whole when one of its lines is looked at. */
const BLOCK_FINDINGS = 2_048;
const BLOCK_CHARACTERS = 4_000_000;

/** What the table, its filters and the timeline need of a finding; the rest is unpacked when a finding is opened. */
export const CELLS = {
  level: ({ rule }: Finding) => rule.level,
  stage: ({ rule }: Finding) => rule.stage,
  rule: ({ rule }: Finding) => rule.name,
  ruleId: ({ rule }: Finding) => rule.id,
  host: ({ host }: Finding) => host?.name,
  address: ({ source }: Finding) => source?.ip,
  forwarded: ({ network }: Finding) => network?.forwarded_ip,
  user: ({ user }: Finding) => user?.name ?? user?.effective?.name,
  method: ({ http }: Finding) => http?.request?.method,
  request: requestOf,
  status: ({ http }: Finding) => http?.response?.status_code.toString(),
  agent: (finding: Finding) => finding.user_agent?.original.slice(0, REQUEST_CHARACTERS),
  cve: ({ vulnerability }: Finding) => vulnerability?.id.join(' '),
  technique: ({ threat }: Finding) => threat?.technique.id.join(' '),
  logType: ({ log }: Finding) => log.type,
  file: ({ log }: Finding) => log.file.path,
  state: ({ suppression, baseline }: Finding) => (suppression === undefined ? baseline : 'suppressed'),
} as const satisfies Record<string, (finding: Finding) => string | undefined>;

export type CellName = keyof typeof CELLS;
export const CELL_NAMES = Object.keys(CELLS).filter((name): name is CellName => Object.hasOwn(CELLS, name));

/** The values of one cell, each once, and which of them each finding has. */
export interface Column {
  readonly values: readonly string[];
  readonly at: readonly number[];
}

/** Findings column by column, in the order of the report. */
export interface RowBlock {
  readonly ids: readonly string[];
  /** Milliseconds from `base`, which is a Unix time; `null`: the record has no time. */
  readonly base: number;
  readonly times: readonly (number | null)[];
  readonly lines: readonly number[];
  readonly cells: Readonly<Record<CellName, Column>>;
}

/** A finding without its id, which stands in the row. */
export type FindingDetail = Omit<Finding, 'id'>;

/** What of the findings is not in the report. */
export interface LeftOut {
  readonly byLevel: Readonly<Record<Level, number>>;
  /** Cells that were longer than a cell may be. */
  readonly cutCells: number;
}

/** Writes findings block by block: what is not yet written is bounded, whatever there is to find. */
export class FindingBlocks {
  readonly #pack: (text: string) => string;
  readonly #mostFindings: number;
  readonly #left: Record<Level, number> = { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
  #cutCells = 0;
  #written = 0;
  #characters = 0;
  #open: Finding[] = [];
  #openDetails: string[] = [];
  #openCharacters = 0;

  /** @param pack deflated, in base64 */
  constructor(pack: (text: string) => string, mostFindings = MOST_FINDINGS) {
    this.#pack = pack;
    this.#mostFindings = mostFindings;
  }

  /** @returns a block that is full by now, or nothing */
  add(finding: Finding): string {
    const { level } = finding.rule;
    const share = SHARE[level];
    if (this.#written >= this.#mostFindings * share || this.#characters >= MOST_CHARACTERS * share) {
      this.#left[level] += 1;
      return '';
    }
    const { id: _, ...detail } = finding;
    const whole = JSON.stringify(detail);
    const text = whole.length > CELL_CHARACTERS ? JSON.stringify(detail, (_key, value: unknown) => this.#short(value)) : whole;
    this.#open.push(finding);
    this.#openDetails.push(text);
    this.#written += 1;
    this.#characters += text.length;
    this.#openCharacters += text.length;
    return this.#open.length >= BLOCK_FINDINGS || this.#openCharacters >= BLOCK_CHARACTERS ? this.flush() : '';
  }

  flush(): string {
    if (this.#open.length === 0) return '';
    const rows = this.#pack(JSON.stringify(rowBlock(this.#open)));
    const details = this.#pack(`[${this.#openDetails.join(',')}]`);
    this.#open = [];
    this.#openDetails = [];
    this.#openCharacters = 0;
    return `<script type="text/plain" data-block="rows">${rows}</script>\n<script type="text/plain" data-block="details">${details}</script>\n`;
  }

  get written(): number {
    return this.#written;
  }

  get leftOut(): LeftOut {
    return { byLevel: this.#left, cutCells: this.#cutCells };
  }

  #short(text: unknown): unknown {
    if (typeof text !== 'string' || text.length <= CELL_CHARACTERS) return text;
    this.#cutCells += 1;
    return `${text.slice(0, CELL_CHARACTERS)}… (${text.length - CELL_CHARACTERS} more characters are not in this report)`;
  }
}

function rowBlock(findings: readonly Finding[]): RowBlock {
  const times = findings.map((finding) => Date.parse(finding['@timestamp'] ?? ''));
  const base = times.find((time) => !Number.isNaN(time)) ?? 0;
  return {
    ids: findings.map(({ id }) => id),
    base,
    times: times.map((time) => (Number.isNaN(time) ? null : time - base)),
    lines: findings.map(({ log }) => log.line),
    cells: cellColumns((cell) => columnOf(findings, cell)),
  };
}

function cellColumns(make: (cell: (finding: Finding) => string | undefined) => Column): Record<CellName, Column> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each name has a column
  return Object.fromEntries(CELL_NAMES.map((name) => [name, make(CELLS[name])])) as Record<CellName, Column>;
}

function columnOf(findings: readonly Finding[], cell: (finding: Finding) => string | undefined): Column {
  const places = new Map<string, number>();
  const at = findings.map((finding) => {
    const value = (cell(finding) ?? '').slice(0, SHOWN_CHARACTERS);
    const place = places.get(value) ?? places.size;
    places.set(value, place);
    return place;
  });
  return { values: [...places.keys()], at };
}

/** What Exchange appends to the query in IIS's log, and nothing else: it stands in the line. */
const EXCHANGE_SUFFIX = /(?:[?&]+(?:CorrelationID=<empty>|cafeReqId=[0-9a-f-]{36}|encoding=);)+$/i;

/** Of a correlation, what its events share. */
function requestOf({ url, correlation }: Finding): string {
  if (correlation !== undefined) {
    const shared = Object.entries(correlation.group ?? {}).map(([field, value]) => `${field} ${value}`);
    return [`${correlation.count} ${correlation.count === 1 ? 'event' : 'events'}`, ...shared].join(', ').slice(0, REQUEST_CHARACTERS);
  }
  const query = url?.query === undefined ? '' : `?${url.query}`.replace(EXCHANGE_SUFFIX, '');
  return `${url?.path ?? ''}${query}`.slice(0, REQUEST_CHARACTERS);
}

/** `1,204 low and 3 informational`; nothing where nothing is left out. */
export function sayLeftOut({ byLevel }: LeftOut): string | undefined {
  const counts = LEVELS.toReversed().flatMap((level) => (byLevel[level] > 0 ? [`${byLevel[level].toLocaleString('en-US')} ${level}`] : []));
  return counts.length === 0 ? undefined : counts.join(', ');
}
