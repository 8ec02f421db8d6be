import type { BuildSpan, SeenBuild } from '../model/build.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { Schema } from '../model/schema.ts';
import { parseDateAndTime } from './time.ts';

/** Of so many records below a header, one has to tell the build, where no line above them does. */
export const TELLING_RECORDS = 16;

const COLUMNS = ['MajorVersion', 'MinorVersion', 'BuildVersion', 'RevisionVersion'];

/** Whether the records below a header may tell the build that wrote them. */
export function mayTellBuild({ reader }: Schema): boolean {
  return [COLUMNS[0], 'BackEndVersion', 'BLD'].some((field = '') => reader(field) !== undefined);
}

/** The build of a `#Version` line; `undefined` where it is that of a format (`1.0`) or of no build at all (ECP's `15.0.0.0`). */
export function buildOfVersionLine(value: string): SeenBuild | undefined {
  const build = buildOf(value);
  return build === undefined ? undefined : { build, source: 'version-line' };
}

/** The build that a record names. */
export function buildOfRecord(record: LogRecord): SeenBuild | undefined {
  const value = (field: string): string => record.schema.reader(field)?.(record) ?? '';
  const own = buildOf(COLUMNS.map(value).join('.')) ?? buildOf(value('BLD'));
  if (own !== undefined) return { build: own, source: 'columns' };
  const backEnd = buildOf(`${value('BackEndVersion')}.0`)?.replace(/\.0$/, '');
  return backEnd === undefined ? undefined : { build: backEnd, source: 'back-end' };
}

/** Four numbers, without the zeros that logs write in front of them. Exchange 2007 was the first with such logs: 8. */
function buildOf(text: string): string | undefined {
  const [, ...parts] = /^(\d{1,2})\.(\d{1,2})\.(\d{1,5})\.(\d{1,5})$/.exec(text) ?? [];
  const numbers = parts.map(Number);
  const [major = 0, , build = 0] = numbers;
  return major >= 8 && build > 0 ? numbers.join('.') : undefined;
}

/** Only what was there: anyone can ask for any path. */
const PATH =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) [^\r\n]{0,300}?\/(?:owa|ecp)\/(?:auth\/)?(1\d\.\d{1,2}\.\d{2,5}(?:\.\d{1,5})?)\/[^\r\n]* 200 /gim;

/** The builds in the paths of a piece of an IIS log: Exchange keeps scripts and pictures of its pages in folders named for it. */
export function buildsInPaths(text: string): BuildSpan[] {
  return [...text.matchAll(PATH)].flatMap(([, date = '', time = '', build = '']) => {
    const at = parseDateAndTime(date, time);
    return at === undefined ? [] : [{ build: build.split('.').map(Number).join('.'), source: 'paths' as const, first: at, last: at }];
  });
}
