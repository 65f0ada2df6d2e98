/**
 * Removes the alignment padding that an assembler left for the linker to cut. With relaxation on, GNU as
 * writes the longest padding that may be needed and an R_RISCV_ALIGN whose addend is its size; "the
 * linker must remove the excess" (RISC-V psABI, "Linker Relaxation"). A section begins at a multiple of
 * its largest alignment, so offsets alone decide. After all other relaxation: this one makes no room.
 */
import type { ObjectFile, ObjectSection, Relocation } from '../object-file.js';
import { cutObject, moveOffset, type Cut } from './cut.js';

export function trimPadding(object: ObjectFile): ObjectFile {
  const cuts = object.sections.map(findCuts);
  if (cuts.every((list) => list.length === 0)) return object;
  const cut = cutObject(object, (section) => cuts[section] ?? []);
  return {
    ...cut,
    sections: cut.sections.map((section, index) => {
      const old = object.sections[index];
      return old === undefined ? section : refill(section, old, cuts[index] ?? []);
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

/** What is left may begin in the middle of a nop; padding that was not cut stays as it was. */
function refill(section: ObjectSection, old: ObjectSection, cuts: readonly Cut[]): ObjectSection {
  if (cuts.length === 0) return section;
  for (const { offset, addend } of paddings(old)) {
    const start = moveOffset(cuts, offset);
    const end = moveOffset(cuts, offset + addend);
    if (end - start < addend) fillWithNops(section.bytes, start, end);
  }
  return section;
}

/** `addi x0, x0, 0` for each four bytes and one `c.nop` for two that are left. */
function fillWithNops(bytes: Uint8Array, start: number, end: number): void {
  let at = start;
  for (; at + 4 <= end; at += 4) bytes.set([0x13, 0x00, 0x00, 0x00], at);
  if (at + 2 <= end) bytes.set([0x01, 0x00], at);
}
