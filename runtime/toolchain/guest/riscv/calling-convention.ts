/**
 * Where arguments and results are, by the calling convention ilp32 (RISC-V ELF psABI, "Integer Calling Convention"):
 * eight registers a0 to a7, then words of the stack. A 64-bit number takes two, low word first; it may be half in
 * a7 and half in memory, and in memory alone it is aligned to eight bytes.
 */
import type { ValueType } from '../wasm/module.js';

/** One word. */
export type ArgumentPlace =
  | { readonly kind: 'register'; readonly register: number }
  /** Bytes from the stack pointer at the call. */
  | { readonly kind: 'stack'; readonly offset: number };

export const firstArgument = 10;
const argumentRegisters = 8;

export function placeArguments(types: readonly ValueType[]): {
  readonly places: readonly ArgumentPlace[];
  readonly stackBytes: number;
} {
  const places: ArgumentPlace[] = [];
  let registers = 0;
  let stackBytes = 0;
  for (const type of types) {
    const words = type === 'i64' ? 2 : 1;
    if (registers >= argumentRegisters && words === 2) stackBytes = Math.ceil(stackBytes / 8) * 8;
    for (let word = 0; word < words; word++) {
      if (registers < argumentRegisters) {
        places.push({ kind: 'register', register: firstArgument + registers++ });
      } else {
        places.push({ kind: 'stack', offset: stackBytes });
        stackBytes += 4;
      }
    }
  }
  return { places, stackBytes };
}

export const zero = 0;
export const returnAddress = 1;
export const stackPointer = 2;

/** t0–t6, a0–a7 and ra: a call leaves anything in them. */
export const callerSaved: readonly number[] = [
  1, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31,
];

export const calleeSaved: readonly number[] = [8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];
