import type { DerivedFields } from './log-type.ts';

/**
 * The build of the back end that a request was routed to, which HttpProxy packs into one number (`FEAuth=BEVersion-1942063431` is
 * 15.1.2375: six bits, six bits, fifteen bits; source: rows of known builds), and whether it is another than that of the row's own server.
 */
export const BACK_END_VERSION_FIELDS: DerivedFields = {
  BackEndVersion: { from: ['GenericInfo'], make: ([info]) => backEndVersion(info) },
  BackEndVersionDiffers: {
    from: ['GenericInfo', 'MajorVersion', 'MinorVersion', 'BuildVersion'],
    make: ([info, ...own]) => {
      const version = backEndVersion(info);
      return version === undefined || own.includes(undefined) ? undefined : String(version !== own.map(Number).join('.'));
    },
  },
};

function backEndVersion(info: string | undefined): string | undefined {
  const [, digits] = /(?:^|;)FEAuth=BEVersion-(\d{1,10})(?:;|$)/i.exec(info ?? '') ?? [];
  if (digits === undefined) return undefined;
  const packed = Number(digits);
  return `${(packed >>> 22) & 63}.${(packed >>> 16) & 63}.${packed & 0x7f_ff}`;
}
