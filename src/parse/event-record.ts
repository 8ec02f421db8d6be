import { eventJson } from '../evtx/event-json.ts';
import { UNNAMED, type WindowsEvent } from '../evtx/event.ts';
import type { Line } from '../model/line.ts';
import type { LogRecord } from '../model/log-record.ts';
import { CMDLETS_CHANNEL, schemaOfEvent } from './event-schema.ts';
import { parseTimestamp } from './time.ts';

/** Where an event stands, and how it is written there. */
export interface EventPlace {
  /** From 1. */
  readonly number: number;
  readonly offset: number;
  /** When it was written to the log, where that is told apart from the event; milliseconds since 1970. */
  readonly written?: number;
  /** As JSON; left out: it is written in another form. */
  readonly json?: () => string;
}

/** What the message of a cmdlet says in front of its name (the spelling is Microsoft's). */
const CMDLET_MESSAGES: ReadonlyMap<string, string> = new Map([
  ['1', 'Cmdlet suceeded.'],
  ['6', 'Cmdlet failed.'],
]);

/** The record of an event. */
export function recordOfEvent(event: WindowsEvent, place: EventPlace): LogRecord {
  const channel = event.get('Channel');
  const eventId = event.get('EventID');
  const schema = schemaOfEvent(channel, eventId, event.data.get('EventType'), event.isPicked);
  const { data: decoded, lists } = schema.part?.startsWith(CMDLETS_CHANNEL) === true ? withMessage(event, eventId ?? '') : event;
  const line = new EventLine(event, place);
  const time = parseTimestamp(event.get('TimeCreated') ?? '') ?? place.written;
  const host = shortName(event.get('Computer'));
  return {
    schema,
    line,
    values: event.system,
    decoded,
    lists,
    ...(time !== undefined && { time }),
    ...(host !== undefined && { host }),
  };
}

/** An event in the place of a line; it is put into words only for who asks. */
class EventLine implements Line {
  readonly number: number;
  readonly offset: number;
  readonly isComplete = true;
  readonly isCut = false;
  readonly #event: WindowsEvent;
  readonly #json: (() => string) | undefined;
  #text: string | undefined;

  constructor(event: WindowsEvent, { number, offset, json }: EventPlace) {
    this.number = number;
    this.offset = offset;
    this.#event = event;
    this.#json = json;
  }

  get text(): string {
    this.#text ??= this.#json?.() ?? eventJson(this.#event);
    return this.#text;
  }
}

/**
 * Public rules look for the words of the message, which the log itself does not hold: they are a field, and one more of the data. Exports may hold nothing but the message,
 * or all data in one text: then the data are read out of it.
 */
function withMessage({ data, lists }: WindowsEvent, eventId: string): Pick<WindowsEvent, 'data' | 'lists'> {
  const given = data.get(MESSAGE);
  const unnamed = cmdletData(lists.get(UNNAMED) ?? [], given ?? '');
  const words = CMDLET_MESSAGES.get(eventId);
  const [cmdlet = '', parameters = ''] = unnamed;
  if (cmdlet === '' || (given === undefined && words === undefined)) return { data, lists };
  const message = given ?? `${words ?? ''} Cmdlet ${cmdlet}, parameters ${parameters}.`;
  return { data: new Map(data).set(MESSAGE, message), lists: new Map(lists).set(UNNAMED, [...unnamed, message]) };
}

/** Cmdlet, parameters and what follows, however the export has them. */
function cmdletData(unnamed: readonly string[], message: string): readonly string[] {
  const [first = ''] = unnamed;
  if (unnamed.length > 1 && CMDLET_NAME.test(first)) return unnamed;
  // EvtxECmd.
  const [, name = '', rest = ''] = unnamed.length === 1 ? (JOINED_DATA.exec(first) ?? []) : [];
  if (name !== '') {
    const [, call = rest, caller] = JOINED_CALLER.exec(rest) ?? [];
    return caller === undefined ? [name, call] : [name, call, caller];
  }
  const [, told = '', call = ''] = CMDLET_MESSAGE.exec(message) ?? CMDLET_MESSAGE_ABROAD.exec(message) ?? [];
  return told === '' ? unnamed : [told, call];
}

const CMDLET_NAME = /^\w{1,40}-\w{1,80}$/;
const JOINED_DATA = /^(\w{1,40}-\w{1,80}), ?([^]*)$/;
/** In front of the SIDs of the caller stands his name. */
const JOINED_CALLER = /^([^]*?), ([^,]*), S-1-\d[\d-]*, /;
const CMDLET_MESSAGE = /^Cmdlet (?:succ?eeded|failed)\. Cmdlet ([\w-]{1,100}), parameters ([^]*?)\.?$/;
/** The same where Windows speaks another language: the name of a cmdlet and its parameters are never translated. */
const CMDLET_MESSAGE_ABROAD =
  /^[^\n-]{0,200}?[\s"'«„“({]([A-Z][A-Za-z]{1,30}-[A-Z]\w{1,80})["'»“”)}]?,[^\n-]{0,60}(-[A-Za-z][^]*?)["'»“”)}]?\.?$/;
const MESSAGE = 'Message';

/** The name of a server without its domain, as its other logs have it; addresses are names too. */
export function shortName(computer: string | undefined): string | undefined {
  if (computer === undefined || computer === '') return undefined;
  return /^[\d.]+$/.test(computer) ? computer : computer.split('.', 1)[0] || undefined;
}
