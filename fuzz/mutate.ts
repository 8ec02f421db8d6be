import type { Random } from '../tools/samples/random.ts';

/** What readers of logs, of CSV, of YAML and of JSON stumble over. */
const TOKENS = [
  '\0', '\0'.repeat(600), '\r', '\n', '\r\n', '\n\n', '\uFEFF', '\uFFFE', '"', '""', '","', ',', ' ', '\t', ';', "'", '#', '%25', '%', '%u0041', '\\', '/', '..',
  '#Fields: ', '#Fields: date time', '#Software: Microsoft Exchange Server', '#Log-type: HttpProxy Logs', '#Date: 2021-03-03', 'DateTime,AnchorMailbox',
  '2021-03-03T06:59:13.030Z', '2021-03-03 06:59:13', '99999-99-99', '-', '-1', '1e309', '200', 'S:CMD=', 'ServerInfo~', 'X-Rps-CAT=', 'u_ex.log:7:', '\u001b[2J',
  '\u202E', '\u2028', '\uD800', 'é', '\u{1F600}', '&a ', '*a', '[', ']', '{', '}', ': ', '- ', '|', '>', '!!x ', '%YAML 9\n', '---\n', 'null', 'true', '__proto__', 'constructor',
] as const; // prettier-ignore

/** Bytes that went bad: flipped, cut, repeated, spliced with others, put in wide characters, stretched without end. */
export function mutateBytes(random: Random, input: Buffer, other: Buffer): Buffer {
  let bytes = input;
  for (let times = random.integer(1, 5); times > 0; times -= 1) bytes = mutateOnce(random, bytes, other);
  return bytes;
}

function mutateOnce(random: Random, bytes: Buffer, other: Buffer): Buffer {
  const from = random.integer(0, bytes.length);
  const to = Math.min(bytes.length, from + random.integer(0, random.pick([4, 40, 400, 4_000])));
  const [before, part, behind] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
  switch (random.integer(0, 11)) {
    case 0:
      return Buffer.concat([before, behind]);
    case 1:
      return Buffer.concat([before, Buffer.from(part.map((byte) => byte ^ random.integer(1, 255))), behind]);
    case 2:
      return Buffer.concat([before, Buffer.alloc(part.length, random.pick([0, 0, 0x20, 0xff, 0x0d])), behind]);
    case 3:
      return Buffer.concat([before, ...Array<Buffer>(random.integer(2, 20)).fill(part), behind]);
    case 4:
    case 5:
      return Buffer.concat([before, Buffer.from(random.pick(TOKENS)), random.chance(0.5) ? part : Buffer.alloc(0), behind]);
    case 6: {
      const at = random.integer(0, other.length);
      return Buffer.concat([before, other.subarray(at, at + random.integer(0, 2_000)), behind]);
    }
    case 7:
      return before;
    case 8:
      return Buffer.from(bytes.toString('latin1').replaceAll('\n', random.pick(['\r\n', '\r', '\n\n', '\0', '\n\r', ' '])), 'latin1');
    case 9:
      return random.chance(0.3) ? Buffer.concat([before, Buffer.from(part.toString('latin1'), 'utf16le'), behind]) : before;
    case 10:
      return random.chance(0.2) ? inWideCharacters(random, bytes) : bytes;
    default:
      return random.chance(0.02) ? Buffer.concat([before, stretched(random), behind]) : bytes;
  }
}

function inWideCharacters(random: Random, bytes: Buffer): Buffer {
  const wide = Buffer.from(`${random.pick(['\uFEFF', ''])}${bytes.toString('utf8')}`, 'utf16le');
  return random.chance(0.5) ? wide : wide.swap16();
}

/** A line longer than any that a log holds; now and then longer than the limit. */
function stretched(random: Random): Buffer {
  const token = random.pick(TOKENS);
  return Buffer.from(token.repeat(Math.ceil(random.pick([20_000, 100_000, 1_200_000]) / token.length)));
}

const YAML_VALUES = [
  'null', '~', '1', '-0', '.inf', '0x10', 'true', "''", '""', '[]', '{}', '[a, b]', '{a: b}', '*a', '&a x', '!!int x', '|\n      x', '>-\n      y', "'*'", "'?'", "'\\'",
  '"\\x00"', '1 of them', 'all of *', 'not a', 'a or (', '((a))', 'a | count() > 1', '1 of', "'(a+)+$'", "'[a-'", "'(?=x)'", '999999999999', '10d', '1y', '"\\ud800"',
  'experimental', 'critical', 'temporal', 'event_count', 'value_count', '{gte: 1}', '{gt: x}', '00000000-0000-0000-0000-000000000000', '%user%', '127.0.0.0/33',
] as const; // prettier-ignore
const YAML_KEYS = [
  'title', 'id', 'level', 'logsource', 'category', 'detection', 'condition', 'selection', 'correlation', 'rules', 'group-by', 'timespan', 'type', 'filter', 'exhunt',
  'tests', 'match', 'aliases', 'generate', 'tags', 'cs-method|re', 'cs-uri-stem|contains|all', 'x|cidr', 'x|base64offset|contains', 'x|windash', 'x|fieldref', 'x|exists',
  'x|gt', 'x|minute', 'x|expand', '|', 'x|', '<<', '__proto__', '"a\\0"', '? a', 'action', 'field',
] as const; // prettier-ignore

/** A rule whose lines, keys, values and modifiers changed, and which is still YAML as often as not. */
export function mutateYaml(random: Random, input: Buffer, other: Buffer): Buffer {
  if (random.chance(0.2)) return mutateBytes(random, input, other);
  const lines = input.toString('utf8').split('\n');
  for (let times = random.integer(1, 6); times > 0; times -= 1) {
    const at = random.integer(0, lines.length - 1);
    const line = lines[at] ?? '';
    const changed = [
      () => line.replace(/:.*$/, () => `: ${random.pick(YAML_VALUES)}`),
      () => line.replace(/^(\s*(?:- )?)[^:\s-][^:]*:/, (_, start: string) => `${start}${random.pick(YAML_KEYS)}:`),
      () => `${' '.repeat(random.integer(0, 12))}${line.trimStart()}`,
      () => `${line}\n${line}`,
      () => '',
      () => `${line}\n${random.pick(other.toString('utf8').split('\n'))}`,
      () => line.replace(/- .*$/, () => `- ${random.pick(YAML_VALUES)}`),
      () => `---\n${line}`,
    ];
    lines[at] = random.pick(changed)();
  }
  return Buffer.from(lines.join('\n'));
}

const JSON_VALUES: readonly unknown[] = [
  null, 0, -1, 1e308, '', 'x', '\u001b[31m', '\u202E\0', '=1+1', '2021-03-03T06:59:13.030Z', '9999999', true, [], {}, [null], [[]], [{}], [''], [1],
  { toString: 1 }, { length: 5 }, { name: null }, { id: [] }, Object.fromEntries([['__proto__', 1]]), 'high', 'critical', 'compromised',
]; // prettier-ignore

/** Lines of JSON, or JSON alone, of which a value somewhere was replaced, taken away or put deep into others. */
export function mutateJson(random: Random, input: Buffer, other: Buffer): Buffer {
  if (random.chance(0.15)) return mutateBytes(random, input, other);
  const lines = input.toString('utf8').split('\n');
  for (let times = random.integer(1, 4); times > 0; times -= 1) {
    const at = random.integer(0, lines.length - 1);
    const line = lines[at];
    if (line === undefined || line === '') continue;
    try {
      const changed = JSON.stringify(mutateValue(random, JSON.parse(line) as unknown));
      if (random.chance(0.1)) lines.splice(at, 1);
      else lines[at] = changed.replace('"DEEP"', () => deep(random.pick([10, 3_000, 30_000])));
    } catch {
      // No JSON any more.
    }
  }
  return Buffer.from(lines.join('\n'));
}

function deep(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}

function mutateValue(random: Random, value: unknown): unknown {
  const isInner = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isInner || random.chance(0.08)) return random.chance(0.05) ? 'DEEP' : random.pick(JSON_VALUES);
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  const key = random.pick(Object.keys(copy));
  if (Array.isArray(copy)) {
    copy[Number(key)] = mutateValue(random, copy[Number(key)]);
    return copy;
  }
  const turn = random.integer(0, 9);
  if (turn === 0) copy[random.pick(['x', '__proto__', 'name', 'group'])] = random.pick([...JSON_VALUES, 'DEEP']);
  else if (turn === 1) delete copy[key];
  else copy[key] = mutateValue(random, copy[key]);
  return copy;
}
