import { readFileSync } from 'node:fs';

/** Made by the build from `kernel/`; the same place from the sources and from what is built of them. */
const KERNEL = new URL('../dist/kernel.wasm', import.meta.url);
/** The same with relaxed SIMD, which Node knows from 21 on. */
const RELAXED_KERNEL = new URL('../dist/kernel-relaxed.wasm', import.meta.url);

let compiled: WebAssembly.Module | undefined;

/** The prefilter's compiled scanner, in the fastest form that this Node knows. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= compile();
  return compiled;
}

function compile(): WebAssembly.Module {
  try {
    return new WebAssembly.Module(readFileSync(RELAXED_KERNEL));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CompileError') throw error;
    return new WebAssembly.Module(readFileSync(KERNEL));
  }
}
