import type { IndicatorAccount, IndicatorKind } from '../model/indicator.ts';

const NOUNS: Readonly<Record<IndicatorKind, readonly [one: string, many: string]>> = {
  address: ['address', 'addresses'],
  network: ['network', 'networks'],
  'user-agent': ['user agent', 'user agents'],
  path: ['URL path', 'URL paths'],
  'file-name': ['file name', 'file names'],
  hash: ['hash', 'hashes'],
  file: ['file outside of web roots', 'files outside of web roots'],
};
const LOOKED_FOR: readonly IndicatorKind[] = ['address', 'network', 'user-agent', 'path', 'file-name', 'hash'];
const KEPT: readonly IndicatorKind[] = ['file'];

/** What of a list is looked for, what is kept, and what not. */
export function describeIndicatorAccount({ kinds, duplicates, notApplicable, broken }: IndicatorAccount): string {
  const counted = (among: readonly IndicatorKind[]): string =>
    among
      .flatMap((kind) => {
        const count = kinds[kind] ?? 0;
        return count === 0 ? [] : [`${count.toLocaleString('en-US')} ${NOUNS[kind][count === 1 ? 0 : 1]}`];
      })
      .join(', ');
  const others = Object.entries(notApplicable).map(([what, count]) => `${what} ${count.toLocaleString('en-US')}`);
  const [sought, kept] = [counted(LOOKED_FOR), counted(KEPT)];
  return [
    sought === '' ? 'holds nothing that logs show' : `looked for: ${sought}`,
    kept !== '' && `kept, but not looked for: ${kept}`,
    others.length > 0 && `not applicable to these logs: ${others.join(', ')}`,
    duplicates > 0 && `said more than once: ${duplicates.toLocaleString('en-US')}`,
    broken > 0 && `not understood: ${broken.toLocaleString('en-US')}`,
  ]
    .filter((part) => part !== false)
    .join('; ');
}
