// A child of bench.ts: what a script would do. Counts lines that one regular expression matches.
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [literalsFile = '', ...files] = process.argv.slice(2);
const literals = readFileSync(literalsFile, 'utf8').trim().split('\n');
const pattern = new RegExp(literals.map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|'), 'i');
let count = 0;
for (const file of files) {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) if (pattern.test(line)) count += 1;
}
process.stdout.write(String(count));
