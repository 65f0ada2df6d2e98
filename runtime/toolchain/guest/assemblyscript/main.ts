/**
 * The compiler of guest TypeScript as the edges load it: `dist/guest-compiler.mjs`. It is a module of its own because
 * the library in it is larger than everything else together, and begins with an `await`.
 */
import type { GuestCompiler } from '../compiler-port.js';
import { compileSource } from './compile-source.js';
import { editorFiles } from './editor-files.js';

export { compileUnit } from '../compile-unit.js';
export { newKeptCode } from '../riscv/kept-code.js';

export const guestCompiler: GuestCompiler = { compile: compileSource, editorFiles };
