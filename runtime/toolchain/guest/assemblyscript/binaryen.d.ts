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
  wrapModule(ref: number): BinaryenModule;
  /** Of a block, what is in it. */
  getExpressionInfo(expression: number): { readonly children?: readonly number[] };
};
export default binaryen;
