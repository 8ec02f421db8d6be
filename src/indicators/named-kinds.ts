/** What lists call their entries, as far as it matters how they are read. */
export type NamedKind =
  | { readonly kind: 'address' | 'url' | 'user-agent' | 'hash' | 'file' }
  /** No log here shows it. */
  | { readonly kind: 'not-applicable'; readonly what: string };

const KINDS: Readonly<Record<'address' | 'url' | 'user-agent' | 'hash' | 'file', string>> = {
  address:
    'ip ips ipv4 ipv6 ipaddr ipaddress ipaddresses address addresses ipv4address ipv6address ipv4addr ipv6addr ipsrc ipdst ipsrcport ipdstport ' +
    'networkip srcip dstip sourceip destinationip clientip attackerip c2ip cidr cidrs network networks subnet range ipv4cidr ipv6cidr iprange ipport hostip',
  url: 'url urls uri uris link urlpath urlpaths uripath uristem urlstem webpath requestpath',
  'user-agent': 'useragent useragents ua httpuseragent httprequestuseragent',
  hash: 'md5 sha1 sha224 sha256 sha384 sha512 hash hashes filehash filehashmd5 filehashsha1 filehashsha256 filemd5 filesha1 filesha256 filesha512',
  file: 'filename filenames file files filepath filepaths fullpath fullpaths pathname attachment malwaresample',
};

const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  domain: 'domain domains domainname hostname host fqdn dns',
  email: 'email emails emailaddr emailaddress emailsrc emaildst emailsubject emailreplyto emailattachment mailfrom',
  registry: 'registry registrykey windowsregistrykey regkey regkeyvalue',
  mutex: 'mutex',
  text: 'string strings text comment other pattern',
  'fuzzy hash': 'ssdeep imphash tlsh pehash authentihash impfuzzy vhash jarmfingerprint ja3fingerprintmd5 ja3 hasshmd5',
  rule: 'yara snort sigma suricata',
  process: 'process processname commandline service windowsscheduledtask windowsservicename',
  'network object': 'as asn port mac macaddress macaddr',
};

const named = new Map<string, NamedKind>([
  ...Object.entries(KINDS).flatMap(([kind, names]) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its own keys
    names.split(' ').map((name) => [name, { kind: kind as keyof typeof KINDS }] as const),
  ),
  ...Object.entries(NOT_APPLICABLE).flatMap(([what, names]) =>
    names.split(' ').map((name) => [name, { kind: 'not-applicable', what }] as const),
  ),
]);

/** `undefined` for a name that nobody knows, and for `path`, which may be one of a URL or of a file. */
export function kindNamed(type: string): NamedKind | undefined {
  return named.get(type) ?? named.get(type.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
}
