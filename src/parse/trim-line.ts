/** Without a byte order mark, and blanks and carriage returns at the end. Tabs stay: they may part empty cells. */
export function trimLine(text: string): string {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  let end = text.length;
  while (end > start && (text[end - 1] === ' ' || text[end - 1] === '\r')) end -= 1;
  return text.slice(start, end);
}
