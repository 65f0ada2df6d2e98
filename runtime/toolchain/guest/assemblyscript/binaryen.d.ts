/** What we use of binaryen.js, which comes with `assemblyscript`; see library.d.ts. */
export interface BinaryenModule {
  emitBinary(sourceMapUrl: string): { readonly binary: Uint8Array; readonly sourceMap: string };
  /** 0: there is none. */
  getGlobal(name: string): number;
  addGlobalExport(name: string, exportedAs: string): number;
  dispose(): void;
}

declare const binaryen: {
  setDebugInfo(isWritten: boolean): void;
  /** Whether code is changed once more while it is written: a setting of the library, and not of a module. */
  getGenerateStackIR(): boolean;
  setGenerateStackIR(isOn: boolean): void;
  getOptimizeStackIR(): boolean;
  setOptimizeStackIR(isOn: boolean): void;
  wrapModule(ref: number): BinaryenModule;
  /** Of a block, what is in it; of what drops a value, that. */
  getExpressionInfo(expression: number): {
    readonly children?: readonly number[];
    readonly value?: number;
  };
  getExpressionId(expression: number): number;
  getGlobalInfo(global: number): { readonly mutable: boolean; readonly init: number };
  readonly ConstId: number;
  readonly DropId: number;
};
export default binaryen;
