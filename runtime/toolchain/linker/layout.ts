/**
 * Where every input section goes: output sections by name, output sections of equal rights into one
 * segment, every segment on pages of its own, so that a kernel can map each frame with exactly its
 * rights. Order: code, constants, data, zero-filled data; with textBase the first address of all. A section
 * with an address of its own lies there, as an output section for itself.
 */
import { alignDown, alignUp } from '../../base/bits.js';
import type { VirtAddr } from '../../base/address.js';
import { virtAddr } from '../../base/address.js';
import type { ObjectFile, ObjectSection } from '../object-file.js';

const pageSizeBits = 12;

export interface PlacedSection {
  readonly section: ObjectSection;
  /** Which object it came from, and its index there. */
  readonly object: number;
  readonly index: number;
  readonly address: VirtAddr;
}

export interface OutputSection {
  readonly name: string;
  readonly address: VirtAddr;
  readonly sizeBytes: number;
  readonly alignmentBits: number;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly isZeroFilled: boolean;
  readonly parts: readonly PlacedSection[];
  /** Where a loader finds it; absent: where it runs. */
  readonly loadAddress?: number;
  /** Bytes that a linker script states. */
  readonly data?: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** What stands in gaps from an offset on: four bytes that repeat, the most significant first; zeros before. */
  readonly fills?: readonly { readonly offset: number; readonly value: number }[];
}

export interface Layout {
  /** In address order. */
  readonly outputs: readonly OutputSection[];
  /** The first address after everything; above 2^32 when it does not fit. */
  readonly end: number;
  /** Symbols of a linker script. Where there is a script, no others are provided but bounds of sections. */
  readonly assigned?: ReadonlyMap<string, AssignedSymbol>;
}

export interface AssignedSymbol {
  readonly value: number;
  /** It stands back where an object defines the name. */
  readonly isProvided: boolean;
}

export function layOut(objects: readonly ObjectFile[], textBase: number): Layout {
  const groups = new Map<string, Group>();
  const fixed: OutputSection[] = [];
  objects.forEach((file, object) => {
    file.sections.forEach((section, index) => {
      if (!section.allocated) return;
      if (section.address !== undefined) {
        fixed.push(placeFixed({ section, object, index }, section.address));
        return;
      }
      const group = groupOf(section);
      const known = groups.get(group.key);
      if (known === undefined)
        groups.set(group.key, { ...group, members: [{ section, object, index }] });
      else known.members.push({ section, object, index });
    });
  });
  const sorted = [...groups.values()].sort((a, b) => a.rank - b.rank);
  const outputs: OutputSection[] = [];
  let at = textBase;
  let rights = sorted[0] && rightsOf(sorted[0]);
  for (const group of sorted) {
    if (rightsOf(group) !== rights) at = alignUp(at, pageSizeBits);
    rights = rightsOf(group);
    const output = place(group, at);
    outputs.push(output);
    at = output.address + output.sizeBytes;
  }
  if (fixed.length === 0) return { outputs, end: at };
  const end = Math.max(at, ...fixed.map(({ address, sizeBytes }) => address + sizeBytes));
  return { outputs: [...outputs, ...fixed].sort((a, b) => a.address - b.address), end };
}

function placeFixed(member: Member, address: VirtAddr): OutputSection {
  const { name, sizeBytes, alignmentBits, writable, executable, kind } = member.section;
  const isZeroFilled = kind === 'nobits';
  const parts = [{ ...member, address }];
  return { name, address, sizeBytes, alignmentBits, writable, executable, isZeroFilled, parts };
}

/** Sections that share a page although their rights differ, or bytes: the second one of each pair. */
export function overlaps({
  outputs,
}: Layout): readonly (readonly [OutputSection, OutputSection])[] {
  const found: [OutputSection, OutputSection][] = [];
  let last: OutputSection | undefined;
  for (const output of outputs) {
    if (output.sizeBytes === 0) continue;
    if (last !== undefined) {
      const lastEnd = last.address + last.sizeBytes;
      const isShared =
        rightsOf(output) === rightsOf(last)
          ? output.address < lastEnd
          : alignDown(output.address, pageSizeBits) < lastEnd;
      if (isShared) found.push([last, output]);
    }
    if (last === undefined || output.address + output.sizeBytes > last.address + last.sizeBytes)
      last = output;
  }
  return found;
}

interface Member {
  readonly section: ObjectSection;
  readonly object: number;
  readonly index: number;
}

interface Group {
  readonly key: string;
  readonly name: string;
  readonly rank: number;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly isZeroFilled: boolean;
  readonly members: Member[];
}

/** Sections of one output name but different rights stay apart: rights are never widened by a merge. */
function groupOf(section: ObjectSection): Omit<Group, 'members'> {
  const { writable, executable } = section;
  const isZeroFilled = section.kind === 'nobits';
  const name = outputName(section.name);
  return {
    key: `${name} ${rightsOf(section)} ${isZeroFilled ? 'z' : 'p'}`,
    name,
    rank: rank(name, { writable, executable, isZeroFilled }),
    writable,
    executable,
    isZeroFilled,
  };
}

/** `.text.unlikely.f` goes to `.text`; small data, which gp would reach, next to the other data. */
function outputName(name: string): string {
  for (const [prefix, output] of prefixes)
    if (name === prefix || name.startsWith(`${prefix}.`)) return output;
  return name;
}

const prefixes: readonly (readonly [string, string])[] = [
  // The code that must come first keeps a section of its own.
  ['.text.init', '.text.init'],
  ['.text', '.text'],
  ['.rodata', '.rodata'],
  ['.srodata', '.rodata'],
  ['.sdata', '.sdata'],
  ['.data', '.data'],
  ['.sbss', '.bss'],
  ['.bss', '.bss'],
  ['COMMON', '.bss'],
];

/** By rights first; within them zero-filled sections last, and the order that GNU ld has. */
function rank(
  name: string,
  kind: {
    readonly writable: boolean;
    readonly executable: boolean;
    readonly isZeroFilled: boolean;
  },
): number {
  const byRights = kind.writable ? (kind.executable ? 3 : 2) : kind.executable ? 0 : 1;
  const order = ['.text.init', '.init', '.text', '.rodata', '.data', '.sdata'].indexOf(name);
  return byRights * 1000 + (kind.isZeroFilled ? 500 : 0) + (order < 0 ? 100 : order);
}

const rightsOf = (section: { readonly writable: boolean; readonly executable: boolean }): string =>
  `${section.writable ? 'w' : '-'}${section.executable ? 'x' : '-'}`;

function place(group: Group, from: number): OutputSection {
  const alignmentBits = Math.max(...group.members.map(({ section }) => section.alignmentBits));
  const address = alignUp(from, alignmentBits);
  const parts: PlacedSection[] = [];
  let at = address;
  for (const member of group.members) {
    at = alignUp(at, member.section.alignmentBits);
    parts.push({ ...member, address: virtAddr(at) });
    at += member.section.sizeBytes;
  }
  return {
    name: group.name,
    address: virtAddr(address),
    sizeBytes: at - address,
    alignmentBits,
    writable: group.writable,
    executable: group.executable,
    isZeroFilled: group.isZeroFilled,
    parts,
  };
}
