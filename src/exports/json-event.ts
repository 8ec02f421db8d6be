import { WindowsEvent, type SystemField } from '../evtx/event.ts';
import { readElastic } from './elastic-event.ts';
import { readFlat } from './flat-event.ts';
import { readHayabusa } from './hayabusa-event.ts';
import { addData, isoTime, levelNumber, type ShapeReader } from './json-data.ts';
import { attribute, isObject, member, scalarText, type JsonObject } from './json-value.ts';
import { readPowershell } from './powershell-event.ts';

/** From the most telling shape to the least. */
const SHAPES: readonly ShapeReader[] = [readNative, readEvtxEcmd, readElastic, readHayabusa, readPowershell, readFlat];

/** The event that a JSON object says; `undefined` where it is none. */
export function eventOfJson(value: unknown): WindowsEvent | undefined {
  const object = unwrap(value);
  if (object === undefined) return undefined;
  for (const read of SHAPES) {
    const event = new WindowsEvent();
    if (read(object, event)) return event.end();
  }
  return undefined;
}

/** Of what programs put around an event: Elasticsearch `_source`, chainsaw `document.data`. */
function unwrap(value: unknown): JsonObject | undefined {
  for (const inner of [member(value, '_source'), member(member(value, 'document'), 'data')]) if (isObject(inner)) return inner;
  return isObject(value) ? value : undefined;
}

/** `{"Event":{"System":{...},"EventData":{...}}}`, as XML is turned into JSON; also without `Event`. */
function readNative(object: JsonObject, event: WindowsEvent): boolean {
  const root = member(object, 'Event') ?? object;
  const system = member(root, 'System');
  if (!isObject(system) || !isObject(root)) return false;
  readSystem(system, event);
  for (const [name, part] of Object.entries(root)) {
    if (name === 'System' || name.startsWith('#') || name.startsWith('@') || name === 'xmlns') continue;
    if (name === 'RenderingInfo') readRendering(part, event);
    else addData(part, event, name, 0);
  }
  return event.get('EventID') !== undefined;
}

function readSystem(system: JsonObject, event: WindowsEvent): void {
  // evtx_dump may write attributes beside their element.
  const elementOf = (name: string): unknown => member(system, `${name}_attributes`) ?? member(system, name);
  const provider = elementOf('Provider');
  event.set('Provider_Name', attribute(provider, 'Name') ?? scalarText(provider));
  event.set('Provider_Guid', attribute(provider, 'Guid'));
  event.set('Provider_EventSourceName', attribute(provider, 'EventSourceName'));
  const id = member(system, 'EventID');
  event.set('EventID', scalarText(id));
  event.set('Qualifiers', attribute(elementOf('EventID'), 'Qualifiers') ?? scalarText(member(system, 'Qualifiers')));
  const time = elementOf('TimeCreated');
  event.set('TimeCreated', isoTime(attribute(time, 'SystemTime') ?? scalarText(time)));
  for (const field of ['Version', 'Level', 'Task', 'Opcode', 'Keywords', 'EventRecordID', 'Channel', 'Computer'] as const)
    event.set(field, scalarText(member(system, field)));
  const places: readonly (readonly [SystemField, string, string])[] = [
    ['Correlation_ActivityID', 'Correlation', 'ActivityID'],
    ['Correlation_RelatedActivityID', 'Correlation', 'RelatedActivityID'],
    ['Execution_ProcessID', 'Execution', 'ProcessID'],
    ['Execution_ThreadID', 'Execution', 'ThreadID'],
    ['Security_UserID', 'Security', 'UserID'],
  ];
  for (const [field, outer, inner] of places) event.set(field, attribute(elementOf(outer), inner));
}

function readRendering(part: unknown, event: WindowsEvent): void {
  if (!isObject(part)) return;
  for (const [name, value] of Object.entries(part)) {
    const text = scalarText(value);
    if (text !== undefined) event.add(name === 'Message' ? name : `RenderingInfo_${name.replace(/^@/, '')}`, text);
  }
}

/** EvtxECmd: what stands in `Payload` is JSON itself. */
function readEvtxEcmd(object: JsonObject, event: WindowsEvent): boolean {
  const payload = scalarText(member(object, 'Payload'));
  if (payload === undefined || scalarText(member(object, 'EventId')) === undefined || member(object, 'Channel') === undefined) return false;
  const fields: readonly (readonly [SystemField, string])[] = [
    ['EventID', 'EventId'],
    ['Provider_Name', 'Provider'],
    ['Channel', 'Channel'],
    ['Computer', 'Computer'],
    ['EventRecordID', 'EventRecordId'],
    ['Keywords', 'Keywords'],
    ['Execution_ProcessID', 'ProcessId'],
    ['Execution_ThreadID', 'ThreadId'],
    ['Security_UserID', 'UserId'],
  ];
  for (const [field, name] of fields) event.set(field, scalarText(member(object, name)));
  event.set('Level', levelNumber(scalarText(member(object, 'Level'))));
  event.set('TimeCreated', isoTime(scalarText(member(object, 'TimeCreated'))));
  const data = parse(payload);
  if (isObject(data)) for (const [name, part] of Object.entries(data)) addData(part, event, name, 0);
  else event.add('Payload', payload);
  return true;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
