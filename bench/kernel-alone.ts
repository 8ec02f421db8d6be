// A child of bench.ts: looks for what the pack looks for in files, on one thread, with nothing around it. Prints seconds.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { Kernel } from '../src/prefilter/kernel.ts';
import { Prefilter } from '../src/prefilter/prefilter.ts';
import { writeTables } from '../src/prefilter/tables.ts';
import { loadRuleSet } from '../src/rule-set.ts';
import { planOf, rareLiterals, type Pack } from './pack.ts';

const [what, logType = '', ...files] = process.argv.slice(2);
const { rules } = await loadRuleSet({ folders: ['rules'], hasDefaultRules: false });
const kernel = new Kernel(new WebAssembly.Module(readFileSync('dist/kernel.wasm')));
const pack = planOf(files[0] ?? '', logType, rules);
const skip = what === 'literals' ? literalsOnly(pack) : asInAScan(pack);

/** Every line is searched to its end, whatever else is known of it. Both tell where the line ends that they stopped at. */
function literalsOnly(all: Pack) {
  const { plan, sample } = all;
  const regions = [[0, plan.form.columns - 1]] as const;
  const rare = new Set(rareLiterals(all));
  const wanted = plan.sets.map((set) => ({
    ...set,
    literals: set.literals?.filter((literal) => rare.has(literal)),
    regions,
    start: undefined,
  }));
  const sets = wanted.filter(({ literals = [] }) => literals.length > 0);
  const tables = writeTables(kernel, { ...plan, sets, dictionaries: { early: [], late: [] } }, sample);
  return (from: number, to: number): number => (kernel.scan(tables.plan, from, to) < to ? kernel.lineEnd + 1 : to);
}

/** With all that the plan knows, and the rules asked where they are left. */
function asInAScan({ plan, applied, head }: Pack) {
  const prefilter = new Prefilter(kernel, plan.form, applied, head);
  return (from: number, to: number): number => {
    const { end } = prefilter.skip(kernel.input, from - kernel.input.byteOffset, to - kernel.input.byteOffset);
    return end + kernel.input.byteOffset < to ? kernel.input.indexOf(0x0a, end) + 1 + kernel.input.byteOffset : to;
  };
}

const { input } = kernel;
let [seconds, bytes, stops] = [0, 0, 0];
for (const file of files) scan(file);
process.stdout.write(JSON.stringify({ seconds, bytes, stops }));

function scan(file: string): void {
  const descriptor = openSync(file, 'r');
  for (let at = 0; ;) {
    const read = readSync(descriptor, input, 0, input.length, at);
    const length = input.subarray(0, read).lastIndexOf(0x0a) + 1;
    if (length <= 0) break;
    const started = performance.now();
    const end = input.byteOffset + length;
    for (let from = input.byteOffset; from < end;) {
      from = skip(from, end);
      if (from < end) stops += 1;
    }
    kernel.takeActivity();
    seconds += (performance.now() - started) / 1_000;
    bytes += length;
    at += length;
  }
  closeSync(descriptor);
}
