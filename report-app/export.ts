import type { Finding } from '../src/model/finding.ts';
import { createCsvReporter } from '../src/report/csv.ts';
import type { FindingData } from './blocks.ts';
import { blockOf } from './rows.ts';

/** The same file that `-o csv=FILE` writes, of some findings in the order of the table. */
export async function csvOf(findings: FindingData, rows: ArrayLike<number>): Promise<string[]> {
  const reporter = createCsvReporter({ hasColour: false, isTerminal: false });
  const texts: string[] = Array.from({ length: rows.length }, () => '');
  for (const [block, places] of placesByBlock(findings, rows)) {
    const details = await findings.block(block);
    const start = findings.rows.blockStarts[block] ?? 0;
    for (const place of places) {
      const row = rows[place] ?? 0;
      const detail = details[row - start];
      if (detail !== undefined) texts[place] = reporter.finding({ id: findings.rows.ids[row] ?? '', ...detail });
    }
  }
  return [reporter.begin(), ...texts];
}

/** Each block is unpacked once, however the table is sorted. */
function placesByBlock({ rows: { blockStarts }, rows: all }: FindingData, rows: ArrayLike<number>): Map<number, number[]> {
  const places = new Map<number, number[]>(blockStarts.map((_, block) => [block, []]));
  for (let place = 0; place < rows.length; place += 1) places.get(blockOf(all, rows[place] ?? 0))?.push(place);
  return new Map([...places].filter(([, each]) => each.length > 0));
}

/** Nothing is asked for: the file is made here. */
export function saveText(parts: readonly string[], name: string): void {
  const address = URL.createObjectURL(new Blob([...parts], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A page that was opened from a disk may not be allowed the newer way. @returns whether it was copied */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'unseen';
    document.body.append(area);
    area.select();
    // oxlint-disable-next-line typescript/no-deprecated -- the only other way
    const isCopied = document.execCommand('copy');
    area.remove();
    return isCopied;
  }
}

export function jsonOf(finding: Finding): string {
  return JSON.stringify(finding, undefined, 2);
}
