/** Node's own WebAssembly engine, to compare with. TypeScript knows only the part of it that the machine uses. */
export interface WasmInstance {
  call(name: string, ...values: readonly (number | bigint)[]): unknown;
  global(name: string): number | bigint;
  memory(): DataView;
}

interface Engine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  validate(bytes: Uint8Array): boolean;
}

const engine = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly;

export const isValidWasm = (bytes: Uint8Array): boolean => engine.validate(bytes);

export function instantiate(bytes: Uint8Array, imports: object = {}): WasmInstance {
  const { exports } = new engine.Instance(new engine.Module(bytes), imports);
  return {
    call: (name, ...values) =>
      (exports[name] as (...values: readonly (number | bigint)[]) => unknown)(...values),
    global: (name) => (exports[name] as { readonly value: number | bigint }).value,
    memory: () => new DataView((exports['memory'] as { readonly buffer: ArrayBuffer }).buffer),
  };
}
