/**
 * Removes the alignment padding that an assembler left for the linker to cut. With relaxation on, GNU as
 * writes the longest padding that may be needed and an R_RISCV_ALIGN whose addend is its size; "the
 * linker must remove the excess" (RISC-V psABI, "Linker Relaxation"). We relax nothing else. A section
 * begins at a multiple of its largest alignment, so offsets alone decide.
 */
import type { ObjectFile, ObjectSection, Relocation } from '../object-file.js';

interface Cut {
  /** Where bytes vanish, in the section's old offsets. */
  readonly offset: number;
  readonly sizeBytes: number;
}

export function trimPadding(object: ObjectFile): ObjectFile {
  const cuts = object.sections.map(findCuts);
  if (cuts.every((list) => list.length === 0)) return object;
  return {
    ...object,
    sections: object.sections.map((section, index) => cutSection(section, cuts[index] ?? [])),
    symbols: object.symbols.map((symbol) => {
      if (symbol.definition.kind !== 'section') return symbol;
      const { section, offset } = symbol.definition;
      const moved = moveOffset(cuts[section] ?? [], offset);
      return {
        ...symbol,
        definition: { kind: 'section', section, offset: moved },
        sizeBytes: moveOffset(cuts[section] ?? [], offset + symbol.sizeBytes) - moved,
      };
    }),
  };
}

function findCuts(section: ObjectSection): Cut[] {
  const cuts: Cut[] = [];
  let removed = 0;
  for (const { offset, addend } of paddings(section)) {
    const needed = paddingNeeded(offset - removed, addend);
    if (needed >= addend) continue;
    cuts.push({ offset: offset + needed, sizeBytes: addend - needed });
    removed += addend - needed;
  }
  return cuts;
}

/** In order; those of a damaged file that lie outside the bytes or in one another are left alone. */
function paddings(section: ObjectSection): Relocation[] {
  let end = 0;
  return section.relocations
    .filter((relocation) => relocation.type === 'R_RISCV_ALIGN')
    .sort((a, b) => a.offset - b.offset)
    .filter(({ offset, addend }) => {
      const isSound = addend > 0 && offset >= end && offset + addend <= section.bytes.length;
      if (isSound) end = offset + addend;
      return isSound;
    });
}

/** The alignment is the smallest power of two above the longest padding: 2 bytes of it align to 4. */
function paddingNeeded(offset: number, longest: number): number {
  const alignment = 2 ** (32 - Math.clz32(longest));
  return (alignment - (offset % alignment)) % alignment;
}

function cutSection(section: ObjectSection, cuts: readonly Cut[]): ObjectSection {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const cut of cuts) {
    pieces.push(section.bytes.subarray(from, cut.offset));
    from = cut.offset + cut.sizeBytes;
  }
  pieces.push(section.bytes.subarray(from));
  const sizeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  for (const { offset, addend } of paddings(section)) {
    const start = moveOffset(cuts, offset);
    const end = moveOffset(cuts, offset + addend);
    // What is left may begin in the middle of a nop; padding that was not cut stays as it was.
    if (end - start < addend) fillWithNops(bytes, start, end);
  }
  return {
    ...section,
    bytes,
    fileOffset: undefined,
    sizeBytes,
    relocations: section.relocations.map((relocation) => ({
      ...relocation,
      offset: moveOffset(cuts, relocation.offset),
    })),
    lines: section.lines.map((line) => ({ ...line, offset: moveOffset(cuts, line.offset) })),
  };
}

/** `addi x0, x0, 0` for each four bytes and one `c.nop` for two that are left. */
function fillWithNops(bytes: Uint8Array, start: number, end: number): void {
  let at = start;
  for (; at + 4 <= end; at += 4) bytes.set([0x13, 0x00, 0x00, 0x00], at);
  if (at + 2 <= end) bytes.set([0x01, 0x00], at);
}

function moveOffset(cuts: readonly Cut[], offset: number): number {
  let removed = 0;
  for (const cut of cuts) {
    if (cut.offset >= offset) break;
    removed += Math.min(cut.sizeBytes, offset - cut.offset);
  }
  return offset - removed;
}
