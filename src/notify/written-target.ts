/** What may stand behind an address, each as `,NAME=env:NAME` or `,NAME=file:PATH`. */
export const EXTRAS = ['token', 'hmac', 'cert', 'key'] as const;
export type Extra = (typeof EXTRAS)[number];

/** An address, and what stands behind it. */
export function splitTarget(text: string): string[] {
  return text.split(new RegExp(`,(?=(?:${EXTRAS.join('|')})=)`));
}

/** The same target with its files elsewhere. */
export function placeFiles(text: string, place: (file: string) => string): string {
  const parts = splitTarget(text).map((part) => {
    const [, head, file] = /^((?:\w+=)?file:)(.+)$/s.exec(part) ?? [];
    return head === undefined || file === undefined ? part : head + place(file);
  });
  return parts.join(',');
}
