/**
 * What is asked of V8 in a process or thread that compiles. Code that is kept is only good for the same flags, so they
 * are set before the first script is loaded.
 */
import { setFlagsFromString } from 'node:v8';

export function prepareEngine(): void {
  // Binaryen's functions are checked when they are called, and most never are.
  setFlagsFromString('--wasm-lazy-validation');
}
