import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { drawTerminal } from '../../../tools/look/picture.ts';
import { chosenLines } from '../../../tools/look/chosen-lines.ts';

test('the picture in the README is small, asks for nothing and shows a verdict', () => {
  const picture = readFileSync('docs/terminal.svg', 'utf8');
  expect(picture.length).toBeLessThan(100_000);
  expect(picture).not.toMatch(/<script|<foreignObject|href=|url\(|@import/);
  for (const words of ['COMPROMISED', 'Who: addresses', 'Findings by rule', 'What was read', '203.0.113.77'])
    expect(picture).toContain(words);
});

test('a picture has each word where the terminal has it, in its colour, and as text', () => {
  const picture = drawTerminal('A "title"', ['\u001b[1m\u001b[31mhigh\u001b[39m\u001b[22m   <script> & more'], 80);
  expect(picture).toContain('<text x="16.0" y="62" textLength="33.6" class="b" fill="#ff7b72">high</text>');
  expect(picture).toContain('<text x="74.8" y="62" textLength="126.0">&lt;script&gt; &amp; more</text>');
  expect(picture).toContain('aria-label="A &quot;title&quot;"');
});

test('parts are cut where they are long, and a report without a part is not drawn', () => {
  const titles = ['Verdict', 'What happened', 'Who: addresses', 'Findings by rule', 'CRITICAL', 'What was read', 'Builds of Exchange'];
  const report = [...titles.map((title) => `${title}\n${'  line\n'.repeat(20)}`), 'The end.'].join('\n');
  const lines = chosenLines(report);
  expect(lines.filter((line) => line === '  …')).toHaveLength(titles.length);
  expect(lines.at(-1)).toBe('The end.');
  expect(() => chosenLines('Verdict\n')).toThrow('the report has no part What happened');
});
