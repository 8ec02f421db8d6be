/** A made-up Exchange server, with the addresses and names that its logs repeat. */
export interface Server {
  readonly name: string;
  readonly address: string;
  /** `major.minor.build.revision`, as paths write it. */
  readonly build: string;
  readonly seed: number;
}

export const DOMAIN = 'contoso.example';
export const MAIL_HOST = `mail.${DOMAIN}`;

/** Exchange 2016 CU19, without the update of March 2021, and with it. */
export const EX01: Server = { name: 'EX01', address: '10.1.2.11', build: '15.1.2176.2', seed: 26_855 };
export const EX02: Server = { name: 'EX02', address: '10.1.2.12', build: '15.1.2176.9', seed: 27_065 };

export const FIRST_DAY = Date.UTC(2021, 2, 2);
export const DAYS = 3;
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** Back-end version as Exchange packs it into cookies and logs: 6 bits major, 6 bits minor, 1 bit set, 15 bits build. */
export function packedVersion(build: string): number {
  const [major = 0, minor = 0, number = 0] = build.split('.').map(Number);
  return ((1 << 30) | (3 << 28) | (major << 22) | (minor << 16) | (1 << 15) | number) >>> 0;
}
