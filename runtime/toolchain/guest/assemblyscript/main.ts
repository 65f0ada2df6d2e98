/**
 * The compiler of guest TypeScript as the edges load it: `dist/guest-compiler.mjs`. It is a module of its own because
 * the library in it is larger than everything else together, and begins with an `await`.
 */
import type { GuestCompiler } from '../compiler-port.js';
import { compileSource, prepareProgram, type PreparedProgram } from './compile-source.js';
import { editorFiles } from './editor-files.js';

export { compileUnit } from '../compile-unit.js';
export { newKeptCode } from '../riscv/kept-code.js';

export const guestCompiler: GuestCompiler = { compile: compileSource, editorFiles };

/** The same; what each program begins with is read already, and the first one that is compiled takes it. */
export function preparedCompiler(): GuestCompiler {
  let prepared: PreparedProgram | undefined = prepareProgram();
  return {
    editorFiles,
    compile: (entries, files, options) => {
      const taken = prepared;
      prepared = undefined;
      return compileSource(entries, files, options, taken);
    },
  };
}
