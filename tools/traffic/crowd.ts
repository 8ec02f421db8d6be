import { createPeople, type Person } from '../samples/people.ts';
import type { Random } from '../samples/random.ts';
import { DOMAIN } from '../samples/server.ts';

/** Names of people, rooms and service mailboxes that look like something else to a rule: as logged in, and the part before the `@`. */
const DIFFICULT_NAMES: readonly (readonly [login: string, mail: string])[] = [
  ['powershell', 'powershell'],
  ['svc-powershell', 'powershell-jobs'],
  ['autodiscover.json', 'autodiscover.json'],
  ['ecp', 'ecp'],
  ['mapi', 'mapi'],
  ["sean.o'neill", "sean.o'neill"],
  ['jörg.müller', 'joerg.mueller'],
  ['山田太郎', 'yamada'],
  ['anna.cerny', 'anna.cerny'],
  ['greta.plath', 'greta.plath'],
  ['svc.aspx', 'aspx.team'],
  ['r&d', 'r&d'],
  ['eval(test)', 'eval+test'],
  ['shell', 'web.shell'],
];

/** Everybody with a mailbox: the people of the samples, and those with difficult names. */
export function createCrowd(random: Random): Person[] {
  const people = createPeople(random);
  const difficult = DIFFICULT_NAMES.map(([login, mail], index): Person => {
    const like = random.pick(people);
    return {
      ...like,
      login: `CONTOSO\\${login}`,
      mail: `${mail}@${DOMAIN}`,
      sid: `S-1-5-21-1004336348-1177238915-682003330-${2_601 + index}`,
      mailbox: random.guid(),
      officeAddress: `10.1.6.${20 + index}`,
    };
  });
  return [...people, ...difficult];
}
