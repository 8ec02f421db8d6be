import { UNNAMED, type SystemField, type WindowsEvent } from '../evtx/event.ts';
import { addData, isoTime, levelNumber } from './json-data.ts';
import { isObject, member, scalarText, type JsonObject } from './json-value.ts';

const PROCESS = 'winlog.process';
const FIELDS: readonly (readonly [SystemField, string])[] = [
  ['Channel', 'winlog.channel'],
  ['EventID', 'winlog.event_id'],
  ['EventID', 'event.code'],
  ['Provider_Name', 'winlog.provider_name'],
  ['Provider_Name', 'event.provider'],
  ['Provider_Guid', 'winlog.provider_guid'],
  ['EventRecordID', 'winlog.record_id'],
  ['Computer', 'winlog.computer_name'],
  ['Computer', 'host.name'],
  ['Version', 'winlog.version'],
  ['Task', 'winlog.task'],
  ['Opcode', 'winlog.opcode'],
  ['Correlation_ActivityID', 'winlog.activity_id'],
  ['Correlation_RelatedActivityID', 'winlog.related_activity_id'],
  ['Execution_ProcessID', `${PROCESS}.pid`],
  ['Execution_ThreadID', `${PROCESS}.thread.id`],
  ['Security_UserID', 'winlog.user.identifier'],
];

/** Winlogbeat and Elastic Agent: `winlog.*`, as objects in objects or with dots in their names. */
export function readElastic(object: JsonObject, event: WindowsEvent): boolean {
  if (!isObject(member(object, 'winlog')) && !Object.keys(object).some((name) => name.startsWith('winlog.'))) return false;
  for (const [field, path] of FIELDS) event.set(field, scalarText(valueAt(object, path)));
  event.set('Level', levelNumber(scalarText(valueAt(object, 'winlog.level')) ?? scalarText(valueAt(object, 'log.level'))));
  event.set('TimeCreated', isoTime(scalarText(valueAt(object, 'winlog.time_created')) ?? scalarText(member(object, '@timestamp'))));
  const keywords = valueAt(object, 'winlog.keywords');
  event.set('Keywords', Array.isArray(keywords) ? keywords.map((each) => scalarText(each) ?? '').join(', ') : scalarText(keywords));
  for (const prefix of ['winlog.event_data', 'winlog.user_data']) {
    const data = valueAt(object, prefix);
    if (isObject(data)) for (const [name, value] of Object.entries(data)) addNamed(name, value, event);
    for (const [name, value] of Object.entries(object))
      if (name.startsWith(`${prefix}.`)) addNamed(name.slice(prefix.length + 1), value, event);
  }
  const message = scalarText(member(object, 'message'));
  if (message !== undefined) event.add('Message', message);
  return event.get('EventID') !== undefined;
}

/** Data without names are called `param1`, `param2` and so on. */
function addNamed(name: string, value: unknown, event: WindowsEvent): void {
  const isUnnamed = /^param\d{1,4}$/.test(name);
  addData(value, event, isUnnamed ? UNNAMED : name, 0);
  if (isUnnamed) addData(value, event, name, 0);
}

/** A value below members, whose names may hold several steps at once. */
function valueAt(object: unknown, path: string): unknown {
  const whole = member(object, path);
  if (whole !== undefined) return whole;
  for (let dot = path.lastIndexOf('.'); dot !== -1; dot = dot === 0 ? -1 : path.lastIndexOf('.', dot - 1)) {
    const inner = member(object, path.slice(0, dot));
    const value = inner === undefined ? undefined : valueAt(inner, path.slice(dot + 1));
    if (value !== undefined) return value;
  }
  return undefined;
}
