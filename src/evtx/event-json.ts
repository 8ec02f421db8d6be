import { SYSTEM_FIELDS, UNNAMED, type SystemField, type WindowsEvent } from './event.ts';

/** Where the fields of `System` stand in JSON. */
const PLACES = {
  Provider_Name: ['Provider', 'Name'],
  Provider_Guid: ['Provider', 'Guid'],
  Provider_EventSourceName: ['Provider', 'EventSourceName'],
  EventID: ['EventID'],
  Qualifiers: ['Qualifiers'],
  Version: ['Version'],
  Level: ['Level'],
  Task: ['Task'],
  Opcode: ['Opcode'],
  Keywords: ['Keywords'],
  TimeCreated: ['TimeCreated'],
  EventRecordID: ['EventRecordID'],
  Correlation_ActivityID: ['Correlation', 'ActivityID'],
  Correlation_RelatedActivityID: ['Correlation', 'RelatedActivityID'],
  Execution_ProcessID: ['Execution', 'ProcessID'],
  Execution_ThreadID: ['Execution', 'ThreadID'],
  Channel: ['Channel'],
  Computer: ['Computer'],
  Security_UserID: ['Security', 'UserID'],
} as const satisfies Readonly<Record<SystemField, readonly [string] | readonly [string, string]>>;

/** An event in one line, as programs that turn event logs into JSON write it: `{"Event":{"System":{...},"EventData":{...}}}`. */
export function eventJson(event: WindowsEvent): string {
  const system: string[] = [];
  for (let index = 0; index < SYSTEM_FIELDS.length;) {
    const [outer, isInner] = placeAt(index);
    const members: string[] = [];
    let next = index;
    for (; next < SYSTEM_FIELDS.length && placeAt(next)[0] === outer; next += 1) {
      const value = event.system[next];
      const [, inner] = placeAt(next);
      if (value !== undefined) members.push(inner === undefined ? scalar(value) : `${JSON.stringify(inner)}:${scalar(value)}`);
    }
    if (members.length > 0) system.push(`"${outer}":${isInner === undefined ? members.join() : `{${members.join()}}`}`);
    index = next;
  }
  const data = Array.from(event.data, ([name, value]) => {
    const list = event.lists.get(name);
    const isList = list !== undefined && (list.length > 1 || name === UNNAMED);
    return `${JSON.stringify(name)}:${isList ? JSON.stringify(list) : JSON.stringify(value)}`;
  });
  const parts = [`"System":{${system.join()}}`, ...(data.length > 0 ? [`"EventData":{${data.join()}}`] : [])];
  return `{"Event":{${parts.join()}}}`;
}

function placeAt(index: number): readonly [string, string?] {
  return PLACES[SYSTEM_FIELDS[index] ?? 'EventID'];
}

/** Numbers as numbers, as long as JSON holds them. */
function scalar(value: string): string {
  return /^(?:0|[1-9]\d{0,14})$/.test(value) ? value : JSON.stringify(value);
}
