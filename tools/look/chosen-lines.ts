/** Of the terminal in the picture. */
export const COLUMNS = 110;

/** Of each part of the report, so many lines; parts that are not named are left out. */
const PARTS: readonly (readonly [title: string, lines: number])[] = [
  ['Verdict', 12],
  ['What happened', 8],
  ['Who: addresses', 9],
  ['Findings by rule', 13],
  ['CRITICAL', 8],
  ['What was read', 6],
  ['Builds of Exchange', 5],
];

/** The beginning of each part, with … where something is left out, and the last line. */
export function chosenLines(report: string): string[] {
  const parts = report.trimEnd().split(/\n\n(?=\S)/);
  const chosen = PARTS.flatMap(([title, most]) => {
    const part = parts.find((each) => withoutColours(each).startsWith(title));
    if (part === undefined) throw new Error(`the report has no part ${title}`);
    const lines = part.split('\n');
    return [...lines.slice(0, most), ...(lines.length > most ? ['  …'] : []), ''];
  });
  return [...chosen, ...(parts.at(-1)?.split('\n') ?? [])];
}

/** As a reader sees it. */
export function withoutColours(text: string): string {
  // oxlint-disable-next-line no-control-regex -- what chalk writes
  return text.replaceAll(/\u001B\[[\d;]+m/g, '');
}
