/** The part of the WebAssembly API that we use: TypeScript keeps it among the browser's declarations. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Global {
    constructor(descriptor: { readonly value: 'i32'; readonly mutable: false }, value: number);
    readonly value: number;
  }
  const Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  /** A function's parameters are numbers; its result is made one. */
  type Import = Memory | Global | ((...values: never[]) => unknown);
  class Instance {
    constructor(
      module: object,
      imports: Readonly<Record<string, Readonly<Record<string, Import>>>>,
    );
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
