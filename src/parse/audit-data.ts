/**
 * Unpacks the JSON of an audit record: every member by its name, and `Parameters` as a command line would have them, `-Name "value"`, so that
 * what is looked for in cmdlet logs is found here. Text that is no JSON gives nothing; the line itself is still there.
 */
export function decodeAuditData(cell: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  try {
    const data: unknown = JSON.parse(cell);
    if (!isObject(data)) return values;
    for (const [key, value] of Object.entries(data)) {
      values.set(key, key === 'Parameters' && Array.isArray(value) ? value.map(argument).join(' ') : textOf(value));
    }
  } catch (error) {
    // It is no JSON, or nested deeper than can be written again.
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
  }
  return values;
}

function argument(parameter: unknown): string {
  return isObject(parameter) ? `-${textOf(parameter['Name'])} "${textOf(parameter['Value'])}"` : textOf(parameter);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
