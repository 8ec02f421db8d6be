// A child of bench.ts: looks for the literals of the pack in a file, on one thread, with nothing around it. Prints seconds.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { Kernel } from '../src/prefilter/kernel.ts';
import { writeTables } from '../src/prefilter/tables.ts';
import { loadRuleSet } from '../src/rule-set.ts';
import { planOf } from './pack.ts';

const [file = '', logType = ''] = process.argv.slice(2);
const { rules } = await loadRuleSet({ folders: ['rules'], hasDefaultRules: false });
const kernel = new Kernel(new WebAssembly.Module(readFileSync('dist/kernel.wasm')));
const { plan, sample } = planOf(file, logType, rules);
const region = [0, plan.form.columns - 1] as const;
// Every line is searched to its end, whatever else is known of it.
const sets = plan.sets.filter(({ literals }) => literals !== undefined).map((set) => ({ ...set, region, start: undefined }));
const tables = writeTables(kernel, { ...plan, sets, columns: [] }, sample);
const descriptor = openSync(file, 'r');

const { input } = kernel;
let [seconds, bytes, stops] = [0, 0, 0];
for (let at = 0; ;) {
  const read = readSync(descriptor, input, 0, input.length, at);
  const length = input.subarray(0, read).lastIndexOf(0x0a) + 1;
  if (length <= 0) break;
  const started = performance.now();
  const end = input.byteOffset + length;
  for (let from = input.byteOffset; from < end;) {
    from = kernel.scan(tables.plan, from, end);
    if (from < end) {
      stops += 1;
      from = kernel.lineEnd + 1;
    }
  }
  seconds += (performance.now() - started) / 1_000;
  bytes += length;
  at += length;
}
closeSync(descriptor);
process.stdout.write(JSON.stringify({ seconds, bytes, stops }));
