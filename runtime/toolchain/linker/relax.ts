/**
 * Shortens what the compiler had to write before it knew addresses: far calls to near ones, and addresses
 * in two instructions to one that counts from gp or from zero. Only where an R_RISCV_RELAX stands beside a
 * relocation: that is the compiler's word that all distances over it are relocations, too. It goes on
 * until nothing gets shorter. RISC-V psABI, chapter "Linker Relaxation".
 */
import { bits, signExtend } from '../../base/bits.js';
import { encode, findInstruction } from '../../isa/encode.js';
import type { Operands } from '../../isa/instruction.js';
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation } from '../object-file.js';
import { cutObject, type Cut } from './cut.js';
import type { Layout } from './layout.js';
import type { SymbolValue } from './relocate-section.js';
import { sectionAddresses } from './symbol-values.js';

export interface Placement {
  readonly layout: Layout;
  readonly valueOf: (object: number, symbol: ObjectSymbol) => SymbolValue;
  /** `__global_pointer$`, where the program has it in gp. */
  readonly globalPointer: number | undefined;
}

/** Each pass makes the program smaller; so many passes are never needed. */
const mostPasses = 24;

export function relax(
  objects: readonly ObjectFile[],
  place: (objects: readonly ObjectFile[]) => Placement,
): readonly ObjectFile[] {
  if (!objects.some(({ sections }) => sections.some(isRelaxable))) return objects;
  let current = objects;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const placement = place(current);
    const next = relaxOnce(current, placement);
    if (next === undefined) return current;
    current = next;
  }
  return current;
}

const isRelaxable = ({ allocated, relocations }: ObjectSection): boolean =>
  allocated && relocations.some(({ type }) => type === 'R_RISCV_RELAX');

/** Undefined when nothing could be made shorter. */
function relaxOnce(objects: readonly ObjectFile[], placement: Placement): ObjectFile[] | undefined {
  const addresses = sectionAddresses(placement.layout);
  const widest = Math.max(0, ...placement.layout.outputs.map(({ alignmentBits }) => alignmentBits));
  const shorter = new Set<number>();
  const next = objects.map((object, index) => {
    const cutsOf = new Map<number, Cut[]>();
    const reach: Reach = {
      widestAlignment: 2 ** widest,
      globalPointer: placement.globalPointer,
      valueOf: (symbol) => placement.valueOf(index, symbol),
    };
    const bases = absoluteBases(object, reach);
    const sections = object.sections.map((section, sectionIndex) => {
      const placed = addresses[index]?.get(sectionIndex);
      if (placed === undefined || !isRelaxable(section)) return section;
      const shortening = new Shortening(object, section, {
        ...reach,
        address: placed.part.address,
        outputAlignment: 2 ** placed.output.alignmentBits,
        bases,
        isNear: (symbol) => outputOf(addresses, placement, index, symbol) === placed.output,
        isCode: (symbol) => outputOf(addresses, placement, index, symbol)?.executable === true,
      });
      const shortened = shortening.run();
      if (shortening.cuts.length > 0) cutsOf.set(sectionIndex, shortening.cuts);
      return shortened;
    });
    if (cutsOf.size === 0) return object;
    shorter.add(index);
    return cutObject({ ...object, sections }, (section) => cutsOf.get(section) ?? []);
  });
  return shorter.size > 0 ? next : undefined;
}

/** The output section that a symbol of an object lies in, as far as its own object tells or the values do. */
function outputOf(
  addresses: ReturnType<typeof sectionAddresses>,
  placement: Placement,
  object: number,
  symbol: ObjectSymbol,
): Layout['outputs'][number] | undefined {
  if (symbol.definition.kind === 'section' && symbol.binding === 'local')
    return addresses[object]?.get(symbol.definition.section)?.output;
  const found = placement.valueOf(object, symbol);
  if (found.kind !== 'value') return undefined;
  return placement.layout.outputs.find(
    ({ address, sizeBytes }) => found.value >= address && found.value < address + sizeBytes,
  );
}

interface Reach {
  readonly widestAlignment: number;
  readonly globalPointer: number | undefined;
  readonly valueOf: (symbol: ObjectSymbol) => SymbolValue;
}

type Base = typeof zero | typeof gp;

interface Surroundings extends Reach {
  readonly address: number;
  readonly outputAlignment: number;
  /** By symbol, of those whose `lui` can go everywhere in the object. */
  readonly bases: ReadonlyMap<number, Base>;
  /** In the same output section: its alignment alone can move one from the other. */
  readonly isNear: (symbol: ObjectSymbol) => boolean;
  readonly isCode: (symbol: ObjectSymbol) => boolean;
}

const zero = 0;
const sp = 2;
const gp = 3;

/** One pass over one section. */
class Shortening {
  /** In order of offset. */
  readonly cuts: Cut[] = [];
  private readonly object: ObjectFile;
  private readonly section: ObjectSection;
  private readonly around: Surroundings;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly relaxed: ReadonlySet<number>;
  /** What a relocation becomes, by its index; undefined for none at all. */
  private readonly changes = new Map<number, Relocation | undefined>();

  constructor(object: ObjectFile, section: ObjectSection, around: Surroundings) {
    this.object = object;
    this.section = section;
    this.around = around;
    this.bytes = new Uint8Array(section.bytes);
    this.view = new DataView(this.bytes.buffer);
    this.relaxed = relaxedOffsets(section);
  }

  run(): ObjectSection {
    const { relocations } = this.section;
    const relative = this.relativeUses();
    relocations.forEach((relocation, index) => {
      if (!this.relaxed.has(relocation.offset) || !this.isInside(relocation)) return;
      if (relocation.type === 'R_RISCV_CALL' || relocation.type === 'R_RISCV_CALL_PLT')
        this.shortenCall(relocation, index);
      else if (absoluteTypes.has(relocation.type)) this.shortenAbsolute(relocation, index);
    });
    for (const uses of relative) this.shortenRelative(uses);
    this.cuts.sort((a, b) => a.offset - b.offset);
    if (this.cuts.length === 0) return this.section;
    return {
      ...this.section,
      bytes: this.bytes,
      relocations: relocations.flatMap((relocation, index) => {
        if (!this.changes.has(index)) return [relocation];
        const changed = this.changes.get(index);
        return changed === undefined ? [] : [changed];
      }),
    };
  }

  private isInside({ offset }: Relocation): boolean {
    return offset >= 0 && offset + 4 <= this.bytes.length;
  }

  private symbolOf(relocation: Relocation): ObjectSymbol | undefined {
    return this.object.symbols[relocation.symbol];
  }

  private valueOf(relocation: Relocation): number | undefined {
    const symbol = this.symbolOf(relocation);
    const found = symbol && this.around.valueOf(symbol);
    return found?.kind === 'value' ? found.value + relocation.addend : undefined;
  }

  /** The auipc and jalr of a far call or jump. */
  private shortenCall(relocation: Relocation, index: number): void {
    const { offset } = relocation;
    const symbol = this.symbolOf(relocation);
    const value = this.valueOf(relocation);
    if (symbol === undefined || value === undefined || offset + 8 > this.bytes.length) return;
    const distance = value - (this.around.address + offset);
    const slack = this.around.isNear(symbol)
      ? this.around.outputAlignment
      : this.around.widestAlignment;
    const farthest = distance < 0 ? distance - slack : distance + slack;
    if (!fits(farthest, 21)) return;
    const link = bits(this.view.getUint32(offset + 4, true), 11, 7);
    const isShort =
      this.object.usesCompressed === true && fits(farthest, 12) && (link === 0 || link === 1);
    if (isShort) {
      this.write(offset, link === 0 ? 'c.j' : 'c.jal', {});
      this.changes.set(index, { ...relocation, type: 'R_RISCV_RVC_JUMP' });
      this.cuts.push({ offset: offset + 2, sizeBytes: 6 });
    } else {
      this.write(offset, 'jal', { rd: link });
      this.changes.set(index, { ...relocation, type: 'R_RISCV_JAL' });
      this.cuts.push({ offset: offset + 4, sizeBytes: 4 });
    }
    this.dropRelax(offset);
  }

  /** A `lui` and what uses its result: they change together, in all sections, or not at all. */
  private shortenAbsolute(relocation: Relocation, index: number): void {
    const base = this.around.bases.get(relocation.symbol);
    if (relocation.type !== 'R_RISCV_HI20') {
      if (base !== undefined) this.rebase(relocation, index, base);
    } else if (base !== undefined) this.remove(relocation, index);
    else this.compressUpper({ relocation, index });
  }

  private isRelaxed({ relocation }: Use): boolean {
    return this.relaxed.has(relocation.offset) && this.isInside(relocation);
  }

  /** `c.lui` where six bits of the upper part do, with a page to spare for what may move. */
  private compressUpper({ relocation, index }: Use): void {
    const value = this.valueOf(relocation);
    const symbol = this.symbolOf(relocation);
    if (value === undefined || symbol === undefined || this.object.usesCompressed !== true) return;
    const rd = bits(this.view.getUint32(relocation.offset, true), 11, 7);
    if (rd === zero || rd === sp) return;
    const upper = (address: number): number => signExtend((address + 0x800) >>> 12, 20);
    if (!isCompressedUpper(upper(value)) || !isCompressedUpper(upper(value + 0x1000))) return;
    this.write(relocation.offset, 'c.lui', { rd, imm: upper(value) << 12 });
    this.changes.set(index, { ...relocation, type: 'R_RISCV_RVC_LUI' });
    this.cuts.push({ offset: relocation.offset + 2, sizeBytes: 2 });
    this.dropRelax(relocation.offset);
  }

  /** Each `auipc` with the instructions that name its label. */
  private relativeUses(): { readonly high: Use; readonly lows: readonly Use[] }[] {
    const highs = new Map<number, { high: Use; lows: Use[] }>();
    this.section.relocations.forEach((relocation, index) => {
      if (relocation.type === 'R_RISCV_PCREL_HI20')
        highs.set(relocation.offset, { high: { relocation, index }, lows: [] });
    });
    this.section.relocations.forEach((relocation, index) => {
      if (!relativeLows.has(relocation.type)) return;
      const label = this.symbolOf(relocation)?.definition;
      if (label?.kind !== 'section' || this.object.sections[label.section] !== this.section) return;
      highs.get(label.offset)?.lows.push({ relocation, index });
    });
    return [...highs.values()];
  }

  private shortenRelative({ high, lows }: { high: Use; lows: readonly Use[] }): void {
    const symbol = this.symbolOf(high.relocation);
    if (symbol === undefined || lows.length === 0 || this.around.isCode(symbol)) return;
    if (!this.isRelaxed(high) || !lows.every((use) => this.isRelaxed(use))) return;
    // A low part counts from what its auipc computes: the same target, with the sum of the addends.
    const targets = lows.map(({ relocation }) => ({
      ...relocation,
      symbol: high.relocation.symbol,
      addend: high.relocation.addend + relocation.addend,
    }));
    const base = baseOf(this.object, [high.relocation, ...targets], this.around);
    if (base === undefined) return;
    this.remove(high.relocation, high.index);
    lows.forEach(({ index }, at) => {
      const target = targets[at];
      if (target !== undefined) this.rebase(target, index, base);
    });
  }

  private remove({ offset }: Relocation, index: number): void {
    this.cuts.push({ offset, sizeBytes: 4 });
    this.changes.set(index, undefined);
    this.dropRelax(offset);
  }

  /** Makes the second instruction count from another register than the one that is gone. */
  private rebase(relocation: Relocation, index: number, base: Base): void {
    const { offset } = relocation;
    const isStore = storeTypes.has(relocation.type);
    const word = this.view.getUint32(offset, true);
    this.view.setUint32(offset, (word & ~(0x1f << 15)) | (base << 15), true);
    const type =
      base === gp
        ? isStore
          ? 'R_RISCV_GPREL_S'
          : 'R_RISCV_GPREL_I'
        : isStore
          ? 'R_RISCV_LO12_S'
          : 'R_RISCV_LO12_I';
    this.changes.set(index, { ...relocation, type });
    this.dropRelax(offset);
  }

  private dropRelax(offset: number): void {
    this.section.relocations.forEach((relocation, index) => {
      if (relocation.type === 'R_RISCV_RELAX' && relocation.offset === offset)
        this.changes.set(index, undefined);
    });
  }

  private write(offset: number, name: string, operands: Partial<Operands>): void {
    const row = findInstruction(name);
    const word = row && encode(row, operands);
    if (row === undefined || word?.ok !== true) return;
    if (name.startsWith('c.')) this.view.setUint16(offset, word.value, true);
    else this.view.setUint32(offset, word.value, true);
  }
}

/** By symbol: from where all its uses can be reached, if all may be changed. */
function absoluteBases(object: ObjectFile, reach: Reach): Map<number, Base> {
  const uses = new Map<number, { isFree: boolean; isUpper: boolean; relocations: Relocation[] }>();
  for (const section of object.sections) {
    if (!isRelaxable(section)) continue;
    const relaxed = relaxedOffsets(section);
    for (const relocation of section.relocations) {
      const { type, symbol, offset } = relocation;
      if (!absoluteTypes.has(type)) continue;
      let known = uses.get(symbol);
      if (known === undefined)
        uses.set(symbol, (known = { isFree: true, isUpper: false, relocations: [] }));
      known.relocations.push(relocation);
      if (type === 'R_RISCV_HI20') known.isUpper = true;
      if (!relaxed.has(offset) || offset + 4 > section.bytes.length) known.isFree = false;
    }
  }
  const bases = new Map<number, Base>();
  for (const [symbol, { isFree, isUpper, relocations }] of uses) {
    const base = isFree && isUpper ? baseOf(object, relocations, reach) : undefined;
    if (base !== undefined) bases.set(symbol, base);
  }
  return bases;
}

/** The register from which 12 bits reach all of these, with room for what may still move. */
function baseOf(
  object: ObjectFile,
  relocations: readonly Relocation[],
  { globalPointer, widestAlignment, valueOf }: Reach,
): Base | undefined {
  const values: number[] = [];
  for (const { symbol, addend } of relocations) {
    const named = object.symbols[symbol];
    const found = named && valueOf(named);
    if (found?.kind !== 'value') return undefined;
    values.push(found.value + addend);
  }
  if (values.every((value) => fits(value | 0, 12))) return zero;
  if (globalPointer === undefined) return undefined;
  const reaches = values.every((value) => {
    const distance = value - globalPointer;
    return fits(distance < 0 ? distance - widestAlignment : distance + widestAlignment, 12);
  });
  return reaches ? gp : undefined;
}

const relaxedOffsets = ({ relocations }: ObjectSection): ReadonlySet<number> =>
  new Set(relocations.flatMap(({ type, offset }) => (type === 'R_RISCV_RELAX' ? [offset] : [])));

interface Use {
  readonly relocation: Relocation;
  /** Among the relocations of the section. */
  readonly index: number;
}

const absoluteTypes: ReadonlySet<string> = new Set([
  'R_RISCV_HI20',
  'R_RISCV_LO12_I',
  'R_RISCV_LO12_S',
]);
const relativeLows: ReadonlySet<string> = new Set(['R_RISCV_PCREL_LO12_I', 'R_RISCV_PCREL_LO12_S']);
const storeTypes: ReadonlySet<string> = new Set(['R_RISCV_LO12_S', 'R_RISCV_PCREL_LO12_S']);

/** In a signed field of so many bits; offsets of jumps count their lowest bit. */
const fits = (value: number, width: number): boolean =>
  value >= -(2 ** (width - 1)) && value < 2 ** (width - 1);

const isCompressedUpper = (upper: number): boolean => upper !== 0 && fits(upper, 6);
