/** What of it is used here; the types of Node 20 lack it. */
declare namespace WebAssembly {
  // oxlint-disable-next-line typescript/no-extraneous-class -- nobody looks into a module
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: object;
    constructor(module: Module);
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
}
