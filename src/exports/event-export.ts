import type { WindowsEvent } from '../evtx/event.ts';
import type { Encoding } from '../model/log-file.ts';
import type { Documents, Piece } from './documents.ts';
import { JsonDocuments } from './json-documents.ts';
import { eventOfJson } from './json-event.ts';
import { XmlDocuments } from './xml-documents.ts';
import { eventOfXmlText } from './xml-event.ts';

/** An event of an export, or a piece of the export that is none. */
export interface ExportedEvent {
  readonly offset: number;
  /** `undefined`: it is none. */
  readonly event: WindowsEvent | undefined;
  /** As compact JSON, where the export is JSON. */
  readonly json?: () => string;
  /** What the piece begins with, where it is no event. */
  readonly text?: string;
  readonly damage?: 'long' | 'torn' | 'form';
}

export type ExportForm = 'json' | 'xml';

const XML_START = /^\uFEFF?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^]{0,2000}?-->\s*)?<Events?[\s>]/;
const JSON_START = /^\uFEFF?\s*(?:\[\s*)?\{/;
/** Of an object that is longer than the head of a file: it names both of these. */
const EVENT_ID = /"(?:EventID|EventId|event_id|Id|EventCode)"\s*:/;
const EVENT_SOURCE = /"(?:Channel|LogName|channel|ProviderName|provider_name|Provider)"\s*:/;
const SHOWN_CHARACTERS = 60;

/** The form of an export of event logs, by the beginning of its text; `undefined` where it is none. */
export function formOfExport(head: string): ExportForm | undefined {
  if (XML_START.test(head)) return head.includes('<System') ? 'xml' : undefined;
  if (!JSON_START.test(head)) return undefined;
  const [first] = eventsIn(head, 'json', 1);
  const isCutOff = first?.damage !== undefined && EVENT_ID.test(head) && EVENT_SOURCE.test(head);
  return first?.event !== undefined || isCutOff ? 'json' : undefined;
}

/** The first events in a text, and what of it is none. */
export function eventsIn(text: string, form: ExportForm, most: number): ExportedEvent[] {
  const found: ExportedEvent[] = [];
  const reader = readExport(form, 'utf-8', (event) => {
    if (found.length < most) found.push(event);
  });
  reader.push(Buffer.from(text));
  reader.end();
  return found;
}

/** Reads an export of event logs from blocks of bytes. Memory: one event of at most 1 MiB. */
export function readExport(form: ExportForm, encoding: Encoding, onEvent: (event: ExportedEvent) => void): Documents {
  const read = form === 'json' ? readJson : readXml;
  const onPiece = (piece: Piece): void => onEvent(read(piece));
  return form === 'json' ? new JsonDocuments(encoding, onPiece) : new XmlDocuments(encoding, onPiece);
}

function readJson({ offset, text, isCut, isWhole, isDeep }: Piece): ExportedEvent {
  const value = isWhole && !isCut && isDeep !== true ? parse(text) : undefined;
  const event = value === undefined ? undefined : eventOfJson(value);
  if (event !== undefined) return { offset, event, json: () => JSON.stringify(value) };
  return { offset, event, text: text.slice(0, SHOWN_CHARACTERS), damage: isCut ? 'long' : isWhole ? 'form' : 'torn' };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of XML that is torn, what stands in front of the tear counts. */
function readXml({ offset, text, isCut, isWhole }: Piece): ExportedEvent {
  const read = eventOfXmlText(text);
  const damage = isCut ? 'long' : !isWhole ? 'torn' : read === undefined || read.isDamaged ? 'form' : undefined;
  return { offset, event: read?.event, text: text.slice(0, SHOWN_CHARACTERS), ...(damage !== undefined && { damage }) };
}
