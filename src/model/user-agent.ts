/** What different logs write for the same user agent made equal: IIS writes `+` for a blank, HttpProxy a blank for a comma. */
export function normaliseUserAgent(text: string): string {
  return text.replaceAll(/[+,\s]+/g, ' ');
}
