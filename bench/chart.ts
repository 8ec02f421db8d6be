export interface Bar {
  readonly name: string;
  /** Gigabytes a second. */
  readonly speed: number;
}

const WIDTH = 720;
const LABEL = 250;
const ROW = 34;

/** A bar for each contestant, as a picture that a page about the project can show. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const most = bars.reduce((max, { speed }) => Math.max(max, speed), 0);
  const rows = bars.map(({ name, speed }, index) => {
    const y = 48 + index * ROW;
    const width = Math.max(2, ((WIDTH - LABEL - 110) * speed) / most);
    return [
      `<text x="${LABEL - 12}" y="${y + 15}" text-anchor="end">${name}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="22" rx="3" fill="${index === 0 ? '#2563eb' : '#94a3b8'}"/>`,
      `<text x="${(LABEL + width + 8).toFixed(1)}" y="${y + 15}">${speed.toFixed(2)} GB/s</text>`,
    ].join('\n  ');
  });
  const height = 60 + bars.length * ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}" font-family="sans-serif" font-size="14">
  <rect width="100%" height="100%" fill="#ffffff"/>
  <text x="16" y="28" font-size="16" font-weight="600">${title}</text>
  ${rows.join('\n  ')}
</svg>
`;
}
