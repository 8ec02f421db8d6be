import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { chosenLines, COLUMNS } from './chosen-lines.ts';
import { drawTerminal } from './picture.ts';

const COMMAND = 'scan samples/contoso-ex01 -q --exit-zero';

/** Writes docs/terminal.svg: what a terminal shows of the sample evidence, in parts. `script` of util-linux makes the terminal. */
const line = `stty cols ${COLUMNS}; exec ${process.execPath} dist/main.js ${COMMAND}`;
const { stdout, status } = spawnSync('script', ['-q', '-e', '-c', line, '/dev/null'], {
  encoding: 'utf8',
  env: { PATH: process.env['PATH'], FORCE_COLOR: '1', TERM: 'xterm' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (status !== 0) throw new Error(`exhunt ended with code ${status}`);
const shown = chosenLines(stdout.replaceAll('\r\n', '\n'));
writeFileSync(
  'docs/terminal.svg',
  drawTerminal('exhunt scan in a terminal', [`$ exhunt scan samples/contoso-ex01`, '', ...shown], COLUMNS),
);
