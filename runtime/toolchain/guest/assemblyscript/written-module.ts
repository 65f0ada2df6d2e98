/** A module of the library as WebAssembly with its source map, as it is or optimised by binaryen. */
import type { Module } from 'assemblyscript';
import binaryen, { type BinaryenModule } from 'assemblyscript/binaryen';

type Written = ReturnType<BinaryenModule['emitBinary']>;

/** As binaryen counts: code is made fast before it is made small. */
export const optimizeLevel = 2;
export const shrinkLevel = 1;

export const writtenModule = (module: Module): Written =>
  binaryen.wrapModule(module.ref).emitBinary('guest');

/** To optimise one module sets how each later one is written, too; so that is set back. */
export function optimizedModule(module: Module): Written {
  const [isGenerated, isOptimized] = [binaryen.getGenerateStackIR(), binaryen.getOptimizeStackIR()];
  try {
    module.optimize(optimizeLevel, shrinkLevel, true, false);
    return writtenModule(module);
  } finally {
    binaryen.setGenerateStackIR(isGenerated);
    binaryen.setOptimizeStackIR(isOptimized);
  }
}
