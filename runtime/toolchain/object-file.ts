/**
 * What the assembler makes and the linker takes: sections, symbols, relocations and lines, in memory.
 * The shape of an ELF relocatable, without its encoding; `elf/` reads and writes that.
 */
import type { VirtAddr } from '../base/address.js';
import type {
  DebugClass,
  DebugFunction,
  DebugGlobal,
  DebugType,
  SourcePlace,
  TrapReason,
} from '../image/debug-information.js';
import type { Range } from './text/diagnostic.js';

export interface ObjectFile {
  /** The source's path, for messages. */
  readonly name: string;
  readonly sections: readonly ObjectSection[];
  readonly symbols: readonly ObjectSymbol[];
  /** Its code may have compressed instructions, so a linker may make some. Absent: no. */
  readonly usesCompressed?: boolean;
  /** What a compiler knows about functions and types; an assembler knows nothing. */
  readonly debug?: ObjectDebug;
}

export interface ObjectDebug {
  readonly types: readonly DebugType[];
  readonly functions: readonly ObjectFunction[];
  readonly globals: readonly ObjectGlobal[];
  readonly traps?: readonly ObjectTrap[];
  readonly classes?: readonly Omit<DebugClass, 'module'>[];
}

/** Where a guest program stops itself, at an offset of a section. */
export interface ObjectTrap {
  readonly section: number;
  readonly offset: number;
  readonly reason: TrapReason;
  readonly place?: SourcePlace;
}

/** A function whose `low` is 0: it lies at an offset of a section until the linker places that. */
export interface ObjectFunction {
  readonly section: number;
  readonly offset: number;
  readonly function: DebugFunction;
}

/** A variable outside of functions, at an offset of a section; a constant is in none. */
export interface ObjectGlobal {
  readonly section: number | undefined;
  readonly offset: number;
  /** Its address, where it has one, is 0 until the linker places the section. */
  readonly global: DebugGlobal;
}

export interface ObjectSection {
  readonly name: string;
  readonly kind: 'progbits' | 'nobits' | 'note';
  readonly allocated: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  /** It must lie exactly here, wherever the others go; two that overlap are an error. */
  readonly address?: VirtAddr;
  /** log2 of the alignment in bytes. */
  readonly alignmentBits: number;
  /** `sizeBytes` long for progbits, empty for nobits. */
  readonly bytes: Uint8Array;
  /** Where the bytes stand in the file that the object was read from, while they are as they were there. */
  readonly fileOffset?: number | undefined;
  readonly sizeBytes: number;
  readonly relocations: readonly Relocation[];
  /** SHF_GNU_RETAIN: it stays even if nothing refers to it. */
  readonly isRetained?: boolean;
  /** Which source line made the bytes from `offset` on; sorted by offset. */
  readonly lines: readonly ObjectLine[];
}

export interface ObjectLine {
  readonly offset: number;
  readonly file: string;
  /** Counts from one, as in DWARF. */
  readonly line: number;
  readonly column: number;
}

export interface ObjectSymbol {
  readonly name: string;
  readonly binding: 'local' | 'global' | 'weak';
  readonly kind: 'none' | 'function' | 'object' | 'section' | 'file';
  /** A section's index with an offset in it, a number, a common block, or a name to be found elsewhere. */
  readonly definition:
    | { readonly kind: 'section'; readonly section: number; readonly offset: number }
    | { readonly kind: 'absolute'; readonly value: number }
    | { readonly kind: 'common'; readonly sizeBytes: number; readonly alignmentBytes: number }
    | { readonly kind: 'undefined' };
  readonly sizeBytes: number;
  /** Where the source defines it, or first uses an undefined one. Absent in an object read from disk. */
  readonly place?: { readonly file: string; readonly range: Range };
}

export interface Relocation {
  readonly offset: number;
  /** The psABI's name: `R_RISCV_HI20`, `R_RISCV_PCREL_LO12_I`, `R_RISCV_32`. */
  readonly type: RelocationType;
  /** Index into the object's symbols. */
  readonly symbol: number;
  readonly addend: number;
  readonly place?: { readonly file: string; readonly range: Range };
}

/** Numbers are those of the RISC-V psABI, chapter "Relocations". */
export const relocationTypes = {
  R_RISCV_NONE: 0,
  R_RISCV_32: 1,
  R_RISCV_BRANCH: 16,
  R_RISCV_JAL: 17,
  R_RISCV_CALL: 18,
  R_RISCV_CALL_PLT: 19,
  R_RISCV_PCREL_HI20: 23,
  R_RISCV_PCREL_LO12_I: 24,
  R_RISCV_PCREL_LO12_S: 25,
  R_RISCV_HI20: 26,
  R_RISCV_LO12_I: 27,
  R_RISCV_LO12_S: 28,
  R_RISCV_ADD8: 33,
  R_RISCV_ADD16: 34,
  R_RISCV_ADD32: 35,
  R_RISCV_SUB8: 37,
  R_RISCV_SUB16: 38,
  R_RISCV_SUB32: 39,
  R_RISCV_ALIGN: 43,
  R_RISCV_RVC_BRANCH: 44,
  R_RISCV_RVC_JUMP: 45,
  /** This one and the next two are made by relaxation alone; no object has them. */
  R_RISCV_RVC_LUI: 46,
  R_RISCV_GPREL_I: 47,
  R_RISCV_GPREL_S: 48,
  R_RISCV_RELAX: 51,
  R_RISCV_SUB6: 52,
  R_RISCV_SET6: 53,
  R_RISCV_SET8: 54,
  R_RISCV_SET16: 55,
  R_RISCV_SET32: 56,
  R_RISCV_32_PCREL: 57,
} as const;

export type RelocationType = keyof typeof relocationTypes;
