/** The part of the WebAssembly JavaScript interface that linear memory needs; the library of ES2023 has none. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum: number });
    readonly buffer: ArrayBuffer;
  }
}
