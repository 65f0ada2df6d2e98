/**
 * What a debugger shows of a program beside its lines: functions with their variables, where those are from
 * instruction to instruction, and types. Plain data; it comes from DWARF or from the guest compiler, and all
 * offsets in a function count from its first byte, so that a linker moves a function by one number.
 * The terms are those of DWARF 5, chapters 2, 3, 5 and 6.4.
 */
import type { VirtAddr } from '../base/address.js';

export interface DebugInformation {
  readonly types: readonly DebugType[];
  /** Sorted by `low`. */
  readonly functions: readonly DebugFunction[];
  readonly globals: readonly DebugGlobal[];
  readonly traps?: readonly DebugTrap[];
  /** What the numbers in the headers of objects stand for. */
  readonly classes?: readonly DebugClass[];
}

/** A class of objects of guest TypeScript. */
export interface DebugClass {
  /** Numbers are those of one module; a program of several has them in order. */
  readonly module: number;
  readonly id: number;
  readonly name: string;
  /** Of what refers to such an object. */
  readonly type: TypeIndex;
}

/** A place at which a guest program stops itself. */
export interface DebugTrap {
  readonly address: VirtAddr;
  readonly reason: TrapReason;
  /** What the user's source says there, when the instruction comes from the standard library. */
  readonly place?: SourcePlace;
}

export type TrapReason =
  | 'unreachable'
  | 'divisionByZero'
  | 'integerOverflow'
  | 'tableIndex'
  | 'nullFunction'
  | 'wrongSignature'
  | 'abort'
  | 'outOfMemory'
  | 'stack'
  | 'index';

/** An index into `DebugInformation.types`. */
export type TypeIndex = number;

export type DebugType =
  | {
      readonly kind: 'base';
      readonly name: string;
      readonly sizeBytes: number;
      readonly encoding: 'signed' | 'unsigned' | 'boolean' | 'float' | 'character' | 'address';
    }
  /** Without a target: an address of nobody knows what. */
  | { readonly kind: 'pointer'; readonly sizeBytes: number; readonly target?: TypeIndex }
  | {
      readonly kind: 'structure' | 'union';
      readonly name?: string;
      readonly sizeBytes: number;
      readonly members: readonly DebugMember[];
    }
  | { readonly kind: 'array'; readonly element: TypeIndex; readonly count?: number }
  | {
      readonly kind: 'enumeration';
      readonly name?: string;
      readonly sizeBytes: number;
      readonly values: readonly { readonly name: string; readonly value: bigint }[];
      readonly place?: SourcePlace;
    }
  /** A typedef, or a qualifier such as `const`, which then stands in the name. */
  | { readonly kind: 'alias'; readonly name: string; readonly target?: TypeIndex }
  /** A guest TypeScript string: UTF-16 units, with their number of bytes in the word before them. */
  | { readonly kind: 'text'; readonly name: string }
  /** A guest TypeScript array: its first words are buffer, start of data, bytes, number of elements. */
  | { readonly kind: 'list'; readonly name: string; readonly element: TypeIndex }
  /** Something that is only named: a function, or what could not be read. */
  | { readonly kind: 'opaque'; readonly name: string };

export interface DebugMember {
  readonly name: string;
  readonly type: TypeIndex;
  readonly offsetBytes: number;
  /** Of a bit field: its first bit, counted from the least significant one at the offset, and its size. */
  readonly bits?: { readonly first: number; readonly count: number };
}

export interface DebugFunction {
  /** As the source spells it, with its class: `Counter#add`. */
  readonly name: string;
  /** The symbol, where it is another one. */
  readonly linkageName?: string;
  readonly low: VirtAddr;
  readonly sizeBytes: number;
  readonly place?: SourcePlace;
  readonly returns?: TypeIndex;
  readonly variables: readonly DebugVariable[];
  /** Calls that were replaced by the body of the function; outer ones first. */
  readonly inlined: readonly InlinedCall[];
  /** How to find the caller, from these offsets on. Empty: it is read off the instructions. */
  readonly frame: readonly FrameRow[];
}

export interface SourcePlace {
  readonly file: string;
  /** Counts from one. */
  readonly line: number;
  /** Counts from one; 0 or absent: nobody knows. */
  readonly column?: number;
}

export interface DebugVariable {
  readonly name: string;
  readonly type?: TypeIndex;
  readonly isParameter: boolean;
  readonly place?: SourcePlace;
  /** Where the name means this variable; empty: in the whole function. */
  readonly scope: readonly OffsetRange[];
  /** Outside all of these it has no value. */
  readonly locations: readonly VariableLocation[];
}

/** Bytes from the function's `low`; `to` is the first one after it. */
export interface OffsetRange {
  readonly from: number;
  readonly to: number;
}

export interface VariableLocation extends OffsetRange {
  readonly at: ValuePlace;
}

export type ValuePlace =
  | { readonly kind: 'register'; readonly register: number }
  /** In memory, bytes from the canonical frame address: sp before the call of this function. */
  | { readonly kind: 'frame'; readonly offset: number }
  /** In memory, bytes from what a register holds. */
  | { readonly kind: 'based'; readonly register: number; readonly offset: number }
  | { readonly kind: 'memory'; readonly address: VirtAddr }
  | { readonly kind: 'constant'; readonly value: bigint }
  /** One after the other, least significant first. */
  | {
      readonly kind: 'pieces';
      readonly pieces: readonly {
        readonly sizeBytes: number;
        /** Undefined for a part that is nowhere. */
        readonly at: ValuePlace | undefined;
      }[];
    };

export interface InlinedCall {
  readonly name: string;
  readonly ranges: readonly OffsetRange[];
  /** Where its code begins, from the function's `low`; absent: at its first range. */
  readonly entry?: number;
  /** Where the call stands in the source. */
  readonly call?: SourcePlace;
  readonly variables: readonly DebugVariable[];
  /** How many inlined calls it is inside of. */
  readonly depth: number;
}

/** From `offset` to the next row: the frame address is a register and a number, callee-saved registers lie below. */
export interface FrameRow {
  readonly offset: number;
  readonly cfa: { readonly register: number; readonly offset: number };
  /** Registers saved in memory, by bytes from the frame address; `ra` is register 1. */
  readonly saved: readonly { readonly register: number; readonly offset: number }[];
}

export interface DebugGlobal {
  readonly name: string;
  readonly type?: TypeIndex;
  /** A constant has no memory of its own. */
  readonly at: GlobalPlace;
  readonly place?: SourcePlace;
}

export type GlobalPlace = Extract<ValuePlace, { readonly kind: 'memory' | 'constant' }>;
