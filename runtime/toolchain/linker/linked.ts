/**
 * A linked program with everything that an executable on disk says: what `link` makes and
 * `elf/write-executable.ts` writes. The SystemImage is the part of it that the machine runs.
 */
import type { VirtAddr } from '../../base/address.js';
import type { DebugInformation } from '../../image/debug-information.js';
import type { ImageSymbol, LineRow } from '../../image/system-image.js';

export interface Linked {
  /** The program's base name. */
  readonly name: string;
  readonly entry: VirtAddr;
  /** In address order; each begins on a page of its own. */
  readonly segments: readonly LinkedSegment[];
  readonly symbols: readonly LinkedSymbol[];
  /** As in SystemImage. */
  readonly lines: readonly LineRow[];
  readonly debug?: DebugInformation;
}

export interface LinkedSegment {
  readonly address: VirtAddr;
  /** Where a loader puts it; absent: at its address. */
  readonly loadAddress?: number;
  readonly writable: boolean;
  readonly executable: boolean;
  /** In address order; zero-filled sections last. */
  readonly sections: readonly LinkedSection[];
}

export interface LinkedSection {
  readonly name: string;
  readonly address: VirtAddr;
  readonly alignmentBits: number;
  /** Empty for a zero-filled section. */
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  readonly isZeroFilled: boolean;
}

export interface LinkedSymbol extends ImageSymbol {
  /** The name of the output section it lies in; undefined for an absolute one. */
  readonly section: string | undefined;
}

/** How many bytes of memory a segment covers. */
export function segmentSizeBytes(segment: LinkedSegment): number {
  const last = segment.sections.at(-1);
  return last === undefined ? 0 : last.address + last.sizeBytes - segment.address;
}

/** The bytes of a segment up to its zero-filled tail, gaps filled with zeros. */
export function segmentBytes(segment: LinkedSegment): Uint8Array {
  const filled = segment.sections.filter((section) => !section.isZeroFilled);
  const last = filled.at(-1);
  const bytes = new Uint8Array(
    last === undefined ? 0 : last.address + last.sizeBytes - segment.address,
  );
  for (const section of filled) bytes.set(section.bytes, section.address - segment.address);
  return bytes;
}
