import { readFileSync } from 'node:fs';

/** Made by the build from `kernel/`; the same place from the sources and from what is built of them. */
const KERNEL = new URL('../dist/kernel.wasm', import.meta.url);

let compiled: WebAssembly.Module | undefined;

/** The prefilter's compiled scanner. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(KERNEL));
  return compiled;
}
