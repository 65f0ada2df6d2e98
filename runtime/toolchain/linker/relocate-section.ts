/**
 * Applies a section's relocations to a copy of its bytes. A PCREL_LO12 names the label of an auipc, not
 * the target: its value is what the PCREL_HI20 at that label computes (psABI, "PC-Relative Symbol
 * Addresses"), which is found by the label's offset.
 */
import type { VirtAddr } from '../../base/address.js';
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation } from '../object-file.js';
import { noRange } from '../text/diagnostic.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { applyRelocation, relocationSizeBytes } from './relocate.js';

export type SymbolValue =
  { readonly kind: 'value'; readonly value: number } | { readonly kind: 'undefined' };

export interface RelocationValues {
  readonly valueOf: (symbol: ObjectSymbol) => SymbolValue;
  /** What gp holds; only code that was relaxed counts from it. */
  readonly globalPointer?: number | undefined;
}

export function relocateSection(
  object: ObjectFile,
  section: ObjectSection,
  address: VirtAddr,
  { valueOf, globalPointer = 0 }: RelocationValues,
): { readonly bytes: Uint8Array; readonly diagnostics: readonly Diagnostic[] } {
  const bytes = new Uint8Array(section.bytes);
  const view = new DataView(bytes.buffer);
  const diagnostics: Diagnostic[] = [];
  const told = new Set<string>();
  const report = (relocation: Relocation, code: string, message: string): void => {
    const place = relocation.place ?? { file: object.name, range: noRange };
    // `la` and `call` make several relocations of one use; it is reported once.
    const { line, character } = place.range.start;
    const key = `${place.file}:${line}:${character}:${message}`;
    if (relocation.place !== undefined && told.has(key)) return;
    told.add(key);
    const isBinary = relocation.place === undefined && section.fileOffset !== undefined;
    const inFile = isBinary ? { offset: (section.fileOffset ?? 0) + relocation.offset } : {};
    diagnostics.push({ ...place, severity: 'error', code, message, ...inFile });
  };
  const highs = new Map<number, Relocation>();
  for (const relocation of section.relocations)
    if (relocation.type === 'R_RISCV_PCREL_HI20') highs.set(relocation.offset, relocation);

  /** S + A, or undefined after a report. */
  const target = (relocation: Relocation): number | undefined => {
    const symbol = object.symbols[relocation.symbol];
    if (symbol === undefined) {
      report(
        relocation,
        'bad-relocation',
        `A relocation names symbol ${relocation.symbol}, which does not exist.`,
      );
      return undefined;
    }
    const found = valueOf(symbol);
    if (found.kind === 'value') return found.value + relocation.addend;
    const where = relocation.place === undefined ? ` (used in ${section.name})` : '';
    report(
      relocation,
      'undefined-symbol',
      `\`${symbol.name}\` is not defined${where}; define it or link the file that does.`,
    );
    return undefined;
  };

  /** The offset that the auipc named by a PCREL_LO12 adds to its own address. */
  const pcRelative = (relocation: Relocation): number | undefined => {
    const label = object.symbols[relocation.symbol];
    const at = label?.definition.kind === 'section' ? label.definition.offset : undefined;
    const isHere =
      label?.definition.kind === 'section' && object.sections[label.definition.section] === section;
    const high = at === undefined || !isHere ? undefined : highs.get(at);
    if (high === undefined) {
      const name = label?.name ?? '';
      report(
        relocation,
        'pcrel-without-auipc',
        `%pcrel_lo(${name}) needs the label of an auipc with %pcrel_hi in the same section; there is none at \`${name}\`.`,
      );
      return undefined;
    }
    const value = target(high);
    return value === undefined ? undefined : value - (address + high.offset) + relocation.addend;
  };

  for (const relocation of section.relocations) {
    const { type, offset } = relocation;
    const sizeBytes = relocationSizeBytes(type);
    if (sizeBytes === 0) continue;
    if (offset + sizeBytes > bytes.length) {
      report(
        relocation,
        'bad-relocation',
        `A relocation ${type} at offset ${offset} of ${section.name} lies outside its ${bytes.length} bytes.`,
      );
      continue;
    }
    const isLow = type === 'R_RISCV_PCREL_LO12_I' || type === 'R_RISCV_PCREL_LO12_S';
    const found = isLow ? pcRelative(relocation) : target(relocation);
    if (found === undefined) continue;
    const value = type.startsWith('R_RISCV_GPREL') ? found - globalPointer : found;
    const problem = applyRelocation(type, { view, offset, place: address + offset }, value);
    if (problem === undefined) continue;
    const name = object.symbols[relocation.symbol]?.name ?? '';
    report(
      relocation,
      'relocation-out-of-range',
      `The offset to \`${name}\` is ${problem} (${type}).`,
    );
  }
  return { bytes, diagnostics };
}
