import type { EntryPlace, RawEntry } from './raw-entry.ts';

/** What lists call what they say of an entry: names of CSV columns and of members of JSON, without blanks, dashes and case. */
const NAMES = {
  value: 'indicator ioc value indicatorvalue iocvalue observable observablevalue data artifact indicatorofcompromise threatindicator',
  type: 'type indicatortype ioctype valuetype kind iockind datatype observabletype',
  firstSeen: 'firstseen firstseenutc firstobserved seenfirst validfrom starttime first from datefirstseen firstreporteddatetime',
  lastSeen:
    'lastseen lastseenutc lastobserved seenlast validuntil validto expirationdatetime expiration expires last until to datelastseen lastonline lastreporteddatetime',
  description:
    'description comment comments context note notes desc remark remarks details title malware threat threattype tags activity role',
  source: 'source sources reference references feed provider reporter sourcesystem author origin report',
  level: 'level severity severitylevel',
} as const;

/** Columns that hold an entry and say what it is. */
const TYPED =
  'ip ips ipaddress ipaddresses ipv4 ipv6 address addresses ipsrc ipdst networkip networkipv4 networkipv6 networksourceipv4 networkdestinationipv4 ' +
  'dstip srcip sourceip destinationip clientip attackerip cidr network subnet useragent url uri urlpath uristem filename filenames filepath fullpath path file md5 sha1 sha256 sha512 hash filehash ' +
  'filehashvalue domain domainname hostname email emailaddress';

type Field = keyof typeof NAMES;

const fieldNamed = new Map(
  Object.entries(NAMES).flatMap(([field, names]) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its own keys
    names.split(' ').map((name, rank) => [name, { field: field as Field, rank }] as const),
  ),
);
const TYPES: ReadonlyMap<string, string> = new Map(
  TYPED.split(' ').map(
    (name) => [name, name.replace(/^network(?:source|destination)?ip.*$/, 'ip').replace(/^filehashvalue$/, 'hash')] as const,
  ),
);

/** Which of the names of a header say what. */
export interface Columns {
  readonly fields: ReadonlyMap<Field, number>;
  /** Entries by the type that their column is called. */
  readonly typed: readonly (readonly [index: number, type: string])[];
}

/** `undefined` for names of which none is that of an entry. */
export function columnsOf(header: readonly string[]): Columns | undefined {
  const fields = new Map<Field, number>();
  const ranks = new Map<Field, number>();
  const typed: [number, string][] = [];
  for (const [index, cell] of header.entries()) {
    const name = plainName(cell);
    const known = fieldNamed.get(name);
    if (known !== undefined && known.rank < (ranks.get(known.field) ?? Infinity)) {
      fields.set(known.field, index);
      ranks.set(known.field, known.rank);
    }
    const type = TYPES.get(name);
    if (type !== undefined) typed.push([index, type]);
  }
  return fields.has('value') || typed.length > 0 ? { fields, typed } : undefined;
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** The entries of a row: that of its own column, and those of columns that are named for what they hold. */
export function entriesOf(cells: readonly string[], { fields, typed }: Columns, at: EntryPlace): RawEntry[] {
  const cell = (field: Field): string | undefined => {
    const index = fields.get(field);
    return (index === undefined ? undefined : cells[index]?.trim()) || undefined;
  };
  const [firstSeen, lastSeen] = [cell('firstSeen'), cell('lastSeen')];
  const [description, source, level] = [cell('description'), cell('source'), cell('level')];
  const entries: RawEntry[] = [];
  // Written out: a hundred thousand objects made of others by `...` took half a second.
  const add = (value: string, type: string | undefined): void => {
    entries.push({ value, type, firstSeen, lastSeen, description, source, level, at });
  };
  const own = cell('value');
  if (own !== undefined) add(own, cell('type'));
  for (const [index, type] of typed) {
    const text = cells[index]?.trim() ?? '';
    if (text !== '') add(text, type);
  }
  return entries;
}
