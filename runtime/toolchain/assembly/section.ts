/**
 * Sections while a file is assembled: fragments of known bytes, each followed by at most one part of
 * unknown size (a branch, an alignment, a computed gap). Distances inside a fragment are known at once;
 * all others only after layout.
 */
import type { Instruction, Operands } from '../../isa/instruction.js';
import type { RelocationType } from '../object-file.js';
import type { Place } from '../text/source-line.js';
import type { Expression } from './expression.js';
import type { AssemblySymbol } from './symbol.js';

export interface AssemblySection {
  readonly name: string;
  readonly index: number;
  kind: 'progbits' | 'nobits' | 'note';
  allocated: boolean;
  writable: boolean;
  executable: boolean;
  alignmentBits: number;
  readonly subsections: Map<number, Fragment[]>;
}

export interface Fragment {
  readonly section: AssemblySection;
  /** The known bytes; of a nobits section only their count is kept. */
  bytes: Uint8Array;
  size: number;
  readonly fixups: Fixup[];
  readonly lines: FragmentLine[];
  tail: Tail | undefined;
  /** Set by layout, as is the size of the tail. */
  address: number;
  tailSize: number;
}

/** The source position of the instruction at `offset`; an offset of `size` means the tail. */
export interface FragmentLine {
  readonly offset: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place in the bytes that waits for a value. */
export type Fixup =
  | {
      readonly kind: 'data';
      readonly offset: number;
      readonly sizeBytes: 1 | 2 | 4 | 8;
      readonly expression: Expression;
      readonly place: Place;
    }
  | {
      readonly kind: 'relocation';
      readonly offset: number;
      readonly type: RelocationType;
      /** Undefined for an absolute target. */
      readonly symbol: AssemblySymbol | undefined;
      readonly addend: number;
      readonly place: Place;
    };

export type Tail =
  | {
      readonly kind: 'branch';
      readonly row: Instruction;
      readonly operands: Operands;
      /** The two-byte row to try first, where the compressed extension is on. */
      readonly compressed: Instruction | undefined;
      readonly isJump: boolean;
      readonly symbol: AssemblySymbol | undefined;
      readonly addend: number;
      readonly place: Place;
    }
  | {
      readonly kind: 'align';
      readonly alignment: number;
      readonly fill: readonly number[] | undefined;
      readonly mostBytes: number;
      /** In code without a fill value the gap is made of `nop`s. */
      readonly isCode: boolean;
    }
  | {
      readonly kind: 'org';
      readonly expression: Expression;
      readonly fill: number;
      readonly place: Place;
    }
  | {
      readonly kind: 'space';
      readonly expression: Expression;
      readonly fill: number;
      readonly place: Place;
    }
  | {
      readonly kind: 'leb128';
      readonly expression: Expression;
      readonly signed: boolean;
      readonly place: Place;
    };

export function newFragment(section: AssemblySection): Fragment {
  return {
    section,
    bytes: new Uint8Array(0),
    size: 0,
    fixups: [],
    lines: [],
    tail: undefined,
    address: 0,
    tailSize: 0,
  };
}

/** Makes room for `count` more bytes, zeroed, and returns their offset. */
export function extend(fragment: Fragment, count: number): number {
  const offset = fragment.size;
  fragment.size += count;
  if (fragment.section.kind !== 'nobits' && fragment.size > fragment.bytes.length) {
    const grown = new Uint8Array(Math.max(fragment.size, fragment.bytes.length * 2, 32));
    grown.set(fragment.bytes);
    fragment.bytes = grown;
  }
  return offset;
}

export function putLittleEndian(
  bytes: Uint8Array,
  offset: number,
  sizeBytes: number,
  value: bigint | number,
): void {
  if (typeof value === 'number') {
    for (let index = 0; index < sizeBytes; index += 1) {
      bytes[offset + index] = index < 4 ? value >>> (8 * index) : value < 0 ? 0xff : 0;
    }
    return;
  }
  for (let index = 0; index < sizeBytes; index += 1) {
    bytes[offset + index] = Number((value >> BigInt(8 * index)) & 0xffn);
  }
}

/** What the name of a section says about it, where the source does not. */
export function defaultSection(
  name: string,
): Pick<AssemblySection, 'kind' | 'allocated' | 'writable' | 'executable'> {
  const is = (...prefixes: string[]): boolean =>
    prefixes.some((prefix) => name === prefix || name.startsWith(`${prefix}.`));
  const data = { kind: 'progbits', allocated: true, writable: true, executable: false } as const;
  if (is('.text', '.init', '.fini')) return { ...data, writable: false, executable: true };
  if (is('.bss', '.sbss', '.tbss')) return { ...data, kind: 'nobits' };
  if (is('.rodata', '.srodata', '.eh_frame')) return { ...data, writable: false };
  if (is('.data', '.sdata', '.tdata', '.init_array', '.fini_array', '.preinit_array')) return data;
  if (is('.note')) return { kind: 'note', allocated: false, writable: false, executable: false };
  return { ...data, allocated: false, writable: false };
}
