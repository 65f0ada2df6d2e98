/**
 * What a guest program is between its front end and its back end: a WebAssembly module with the places and
 * types that its debugger needs. A module names what it takes from outside by where it imports from:
 *   env.NAME         a function with this symbol; calling convention ilp32
 *   address.SYMBOL   () -> i32: the address of a symbol, put in as a constant by the linker
 *   riscv.ecall      (a0, a1, a2, a3, a4, a5, a6, a7: i32) -> i64: the environment call; a0 and then a1 as it left them
 *   riscv.ecall_t0   the same with a last parameter for t0
 *   riscv.a2 … a5    () -> i32: what the last environment call of the same function left in that register
 *   riscv.fence      (): orders memory accesses, as between a driver and its device
 *   riscv.check      (index, length: i32): a trap of kind 10 unless index < length, both without a sign
 *   riscv.fixed, riscv.field, riscv.element  (address: i32) -> i32: the address itself. An access to it reaches a word of an
 *                    object that never changes once somebody has the object (the size at -4 among them); a word of one that
 *                    can change; the content of an array or text. So none is a device, and they do not overlap
 *   riscv.sized      (object, bytes: i32) -> i32: the object itself, whose size is this number
 *   trap.out_of_memory  (bytes: i32): a trap of kind 8, with its argument in a0; it does not come back
 * `env.abort` (message, file, line, column: i32) is a trap of kind 7 with its arguments in a0 to a3.
 * The initialisation of the module is the function that it exports as `__guest_start`; it has no start section.
 * Linear memory is the address space itself: an address of the module is a virtual address.
 */
import type { DebugClass, DebugType, TypeIndex } from '../../image/debug-information.js';

export interface GuestModule {
  /** The path of the source that the program begins with: names the object, and is the place of what has none. */
  readonly name: string;
  /** WebAssembly 1.0 with sign extension, mutable globals, bulk memory and saturating conversions. */
  readonly wasm: Uint8Array;
  /** Sorted by offset; each holds up to the next one. */
  readonly lines: readonly GuestLine[];
  /** By index in the module, imports included. A function without one has no name in any source. */
  readonly functions: ReadonlyMap<number, GuestFunction>;
  readonly types: readonly DebugType[];
  /** Variables and constants outside of functions. */
  readonly globals?: readonly GuestGlobal[];
  /** What the numbers in the headers of objects stand for. */
  readonly classes?: readonly Omit<DebugClass, 'module'>[];
  /** Calls that were replaced by the body of the function; outer ones come before those in them. */
  readonly inlined?: readonly GuestInlinedCall[];
  /** Where static data is, with zeros that are in no segment; the module's own word without it. */
  readonly staticData?: AddressRange;
  /** Every local can be read at every line of a debug build. */
  readonly isDebug: boolean;
}

/** From the first byte to the one behind the last. */
export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

export interface GuestLine {
  /** Of the instruction's first byte in `wasm`. */
  readonly offset: number;
  readonly file: string;
  /** Counts from one; 0: from here on the code has no line, the compiler made it. */
  readonly line: number;
  readonly column: number;
  /** The innermost of the replaced calls that the code is in, by its index in `inlined`. */
  readonly inlined?: number;
}

/** A call that was replaced by the body of the function. */
export interface GuestInlinedCall {
  /** The function, as the source spells it. */
  readonly name: string;
  /** Where the call stands; absent where several could be meant. */
  readonly call?: { readonly file: string; readonly line: number };
  /** Where the function stands, for the lines of its locals; absent: they hold in all of it. */
  readonly file?: string;
  /** The replaced call that this one is in. */
  readonly outer?: number;
  readonly locals: readonly GuestLocal[];
}

export interface GuestFunction {
  /** As the source spells it: `Counter#add`. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly returns?: TypeIndex;
  readonly locals: readonly GuestLocal[];
  /**
   * In an optimised module: how many parameters the source declares, `this` among them. Where the function has as
   * many, a local at one of their indices is that parameter, to which the source never assigns.
   */
  readonly parameterCount?: number;
}

export interface GuestGlobal {
  /** As the module names it; a constant has no place in the module. */
  readonly symbol: string;
  /** As the source spells it, with its class or namespace: `Counter.limit`. */
  readonly name: string;
  readonly type?: TypeIndex;
  readonly file: string;
  readonly line: number;
  /** Of a constant that the code has in itself. */
  readonly value?: bigint;
}

export interface GuestLocal {
  /**
   * Its index among the locals of the function in the module, parameters first; or the value of a constant; or, in an
   * optimised module, where it is at which instructions. Undefined for one that the module keeps nowhere.
   */
  readonly at:
    number | { readonly constant: bigint } | { readonly held: readonly HeldLocal[] } | undefined;
  readonly name: string;
  readonly type?: TypeIndex;
  readonly isParameter?: boolean;
  /** Lines, both inclusive, on which the name means this local; undefined: all of the function. */
  readonly scope?: { readonly firstLine: number; readonly lastLine: number };
}

/** Before an instruction whose first byte is in this range, the value of a variable of the source is there. */
export interface HeldLocal {
  /** Offsets in `wasm`; the first byte of an instruction, and the first byte after the last one. */
  readonly offset: number;
  readonly to: number;
  /** A local of the module, as it is before the instruction; or a constant. */
  readonly at: number | { readonly constant: bigint };
}
