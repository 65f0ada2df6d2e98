/**
 * The narrow waist: what the toolchain makes and the machine runs. Plain immutable data; no methods,
 * no references to sources or to the machine. An ELF file with symbols and a DWARF line table is its
 * form on disk, so an image from another toolchain is read into the same shape.
 */
import type { PhysAddr, VirtAddr } from '../base/address.js';
import type { DebugInformation } from './debug-information.js';

export interface SystemImage {
  /** For messages and titles: the program's base name. */
  readonly name: string;
  readonly entry: VirtAddr;
  readonly segments: readonly Segment[];
  /** Sorted by address, then by name. */
  readonly symbols: readonly ImageSymbol[];
  /** Sorted by address, ends of sequences first. Empty for an image without debug information. */
  readonly lines: readonly LineRow[];
  /** Absent where the producer told nothing of variables and types. */
  readonly debug?: DebugInformation;
}

export interface Segment {
  readonly virtualAddress: VirtAddr;
  /** Where a bare-metal loader puts it (ELF p_paddr); the kernel's boot ignores it. */
  readonly physicalAddress: PhysAddr;
  readonly bytes: Uint8Array;
  /** At least `bytes.length`; the rest is zero. */
  readonly memorySizeBytes: number;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
}

export interface ImageSymbol {
  readonly name: string;
  readonly address: VirtAddr;
  /** 0 when the producer did not say; a lookup then reaches to the next symbol. */
  readonly sizeBytes: number;
  /** `absolute` is a number with a name (`.equ`): its `address` is a value and names no place in memory. */
  readonly kind: 'function' | 'object' | 'label' | 'absolute' | 'section' | 'file';
  readonly binding: 'local' | 'global' | 'weak';
}

export interface LineRow {
  readonly address: VirtAddr;
  /** Path as the producer recorded it, joined with its directory; absolute where it was absolute. */
  readonly file: string;
  /** Counts from one, as DWARF does; `column` 0 means unknown. */
  readonly line: number;
  readonly column: number;
  readonly isStatement: boolean;
  /** The first address after a sequence; such a row names no line. */
  readonly endSequence: boolean;
}
