/**
 * What Sigma calls the fields of a web proxy, by the names that the same fields have in web server logs: public rules for proxies look at the
 * same requests from the other side. A whole address is asked of the query, which is also looked at behind its path.
 */
export const PROXY_NAMES: Readonly<Record<string, string>> = {
  'c-uri': 'cs-uri-query',
  'c-uri-query': 'cs-uri-query',
  'c-uri-stem': 'cs-uri-stem',
  'c-useragent': 'cs-user-agent',
  'cs-referrer': 'cs-referer',
  'cs-uri': 'cs-uri-query',
  dst_ip: 's-ip',
  'r-dns': 'cs-host',
  src_ip: 'c-ip',
};
