import type { Random } from './random.ts';
import { DOMAIN } from './server.ts';

/** Someone with a mailbox, and what they read their mail with. */
export interface Person {
  readonly login: string;
  readonly mail: string;
  readonly sid: string;
  readonly mailbox: string;
  readonly officeAddress: string;
  readonly homeAddress: string;
  readonly outlook: string;
  readonly browser: string;
  readonly phone: { readonly agent: string; readonly type: string; readonly id: string } | undefined;
  readonly usesMac: boolean;
}

const NAMES =
  'adele amir anika bruno chen daria elif emeka farid greta hana igor joana karim kim lena luis mei nadia oleg priya rosa samir tove'.split(' ');

const OUTLOOKS = [
  'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13801; Pro)',
  'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13628; Pro)',
  'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.4266; Pro)',
  'Microsoft Office/15.0 (Windows NT 6.1; Microsoft Outlook 15.0.5275; Pro)',
];

const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.190 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.182 Safari/537.36 Edg/88.0.705.81',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:86.0) Gecko/20100101 Firefox/86.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0.3 Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko',
];

const PHONES = [
  { agent: 'Apple-iPhone12C1/1804.66', type: 'iPhone' },
  { agent: 'Outlook-iOS-Android/1.0', type: 'Outlook' },
  { agent: 'Android-SAMSUNG-SM-G973F/101.110000', type: 'SAMSUNGSMG973F' },
];

export function createPeople(random: Random): Person[] {
  return NAMES.map((name, index) => ({
    login: `CONTOSO\\${name}`,
    mail: `${name}@${DOMAIN}`,
    sid: `S-1-5-21-1004336348-1177238915-682003330-${1_601 + index}`,
    mailbox: random.guid(),
    officeAddress: `10.1.5.${20 + index}`,
    homeAddress: `${random.pick(['198.51.100', '192.0.2'])}.${random.integer(2, 120)}`,
    outlook: random.pick(OUTLOOKS),
    browser: random.pick(BROWSERS),
    phone: index % 2 === 0 ? { ...random.pick(PHONES), id: random.hex(32).toUpperCase() } : undefined,
    usesMac: index % 4 === 1,
  }));
}

export const ADMINISTRATOR = {
  login: 'CONTOSO\\administrator',
  sid: 'S-1-5-21-1004336348-1177238915-682003330-500',
  address: '10.1.5.12',
  browser: BROWSERS[0] ?? '',
} as const;
