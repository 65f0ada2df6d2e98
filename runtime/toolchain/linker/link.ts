/**
 * The static linker: objects in, one program out. Total: whatever is wrong with the input is a
 * diagnostic at the place of the use or the definition, and the rest is linked all the same.
 * No relaxation, so every instruction stays as it was written.
 */
import { physAddr, virtAddr } from '../../base/address.js';
import type { VirtAddr } from '../../base/address.js';
import { compareLineRows } from '../../image/line-order.js';
import { compareSymbols } from '../../image/symbol-order.js';
import type { LineRow, SystemImage } from '../../image/system-image.js';
import { withCalledLabels } from '../called-labels.js';
import { endRow } from '../dwarf/line-program.js';
import type { ObjectFile, ObjectSection, ObjectSymbol } from '../object-file.js';
import { noRange } from '../text/diagnostic.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { layOut } from './layout.js';
import type { Layout, OutputSection, PlacedSection } from './layout.js';
import type { Linked, LinkedSection, LinkedSegment, LinkedSymbol } from './linked.js';
import { segmentBytes, segmentSizeBytes } from './linked.js';
import { relocateSection } from './relocate-section.js';
import type { SymbolValue } from './relocate-section.js';
import type { Globals } from './resolve.js';
import { placeOf, providedSymbol, resolveGlobals } from './resolve.js';
import { trimPadding } from './trim-padding.js';

export interface LinkOptions {
  /** The program's base name, for messages and titles; the first object's name without it. */
  readonly name?: string;
  readonly entry: string;
  /** The first address of the program. */
  readonly textBase: VirtAddr;
}

export interface LinkResult {
  readonly linked: Linked;
  readonly image: SystemImage;
  readonly diagnostics: readonly Diagnostic[];
}

export function link(inputs: readonly ObjectFile[], options: LinkOptions): LinkResult {
  const globals = resolveGlobals(inputs);
  const objects = withCommonBlocks(inputs.map(trimPadding), globals);
  const layout = layOut(objects, options.textBase);
  const diagnostics: Diagnostic[] = [...globals.diagnostics];
  if (layout.end > 2 ** 32) diagnostics.push(tooLarge(objects, layout));

  const addresses = sectionAddresses(layout);
  const final = resolveGlobals(objects).definitions;
  const valueOf = (object: number, symbol: ObjectSymbol): SymbolValue => {
    const target = symbol.binding === 'local' ? undefined : final.get(symbol.name);
    const definition = target ?? { object, symbol };
    const value = definedValue(definition.object, definition.symbol, addresses);
    if (value !== undefined) return { kind: 'value', value };
    const provided = providedSymbol(symbol.name, layout);
    if (provided !== undefined) return { kind: 'value', value: provided };
    return symbol.binding === 'weak' ? { kind: 'value', value: 0 } : { kind: 'undefined' };
  };

  const sections = new Map<OutputSection, LinkedSection>();
  for (const output of layout.outputs) {
    const bytes = new Uint8Array(output.isZeroFilled ? 0 : output.sizeBytes);
    for (const part of output.parts) {
      if (output.isZeroFilled) continue;
      const object = objects[part.object];
      if (object === undefined) continue;
      const relocated = relocateSection(object, part.section, part.address, (symbol) =>
        valueOf(part.object, symbol),
      );
      bytes.set(relocated.bytes, part.address - output.address);
      diagnostics.push(...relocated.diagnostics);
    }
    sections.set(output, {
      name: output.name,
      address: output.address,
      alignmentBits: output.alignmentBits,
      bytes,
      sizeBytes: output.sizeBytes,
      isZeroFilled: output.isZeroFilled,
    });
  }

  const entry = entryAddress(objects, options.entry, addresses);
  if (!entry.isFound) diagnostics.push(entry.diagnostic);
  const linked: Linked = {
    name: options.name ?? baseName(inputs[0]?.name ?? ''),
    entry: entry.isFound ? entry.address : options.textBase,
    segments: segmentsOf(layout, sections),
    symbols: symbolsOf(objects, layout, addresses, final),
    lines: linesOf(layout),
  };
  return { linked, image: imageOf(linked), diagnostics };
}

/** What the machine runs of a linked program. */
function imageOf(linked: Linked): SystemImage {
  return withCalledLabels({
    name: linked.name,
    entry: linked.entry,
    segments: linked.segments.map((segment) => ({
      virtualAddress: segment.address,
      physicalAddress: physAddr(segment.address),
      bytes: segmentBytes(segment),
      memorySizeBytes: segmentSizeBytes(segment),
      readable: true,
      writable: segment.writable,
      executable: segment.executable,
    })),
    symbols: linked.symbols,
    lines: linked.lines,
  });
}

/** Gives each common block that won a place in a zero-filled section of its own. */
function withCommonBlocks(objects: readonly ObjectFile[], { definitions }: Globals): ObjectFile[] {
  return objects.map((object, index) => {
    const blocks: ObjectSection[] = [];
    const symbols = object.symbols.map((symbol): ObjectSymbol => {
      if (symbol.definition.kind !== 'common') return symbol;
      const { sizeBytes, alignmentBytes } = symbol.definition;
      const isChosen = symbol.binding === 'local' || definitions.get(symbol.name)?.object === index;
      if (!isChosen || isShadowed(definitions, symbol))
        return { ...symbol, definition: { kind: 'undefined' } };
      blocks.push(commonSection(sizeBytes, alignmentBytes));
      const section = object.sections.length + blocks.length - 1;
      return { ...symbol, sizeBytes, definition: { kind: 'section', section, offset: 0 } };
    });
    return blocks.length === 0 && symbols.every((symbol, at) => symbol === object.symbols[at])
      ? object
      : { ...object, sections: [...object.sections, ...blocks], symbols };
  });
}

/** True when another kind of definition won in the same object. */
function isShadowed(definitions: Globals['definitions'], symbol: ObjectSymbol): boolean {
  return (
    symbol.binding !== 'local' && definitions.get(symbol.name)?.symbol.definition.kind !== 'common'
  );
}

const commonSection = (sizeBytes: number, alignmentBytes: number): ObjectSection => ({
  name: '.bss',
  kind: 'nobits',
  allocated: true,
  writable: true,
  executable: false,
  alignmentBits: Math.max(0, Math.ceil(Math.log2(Math.max(1, alignmentBytes)))),
  bytes: new Uint8Array(0),
  sizeBytes,
  relocations: [],
  lines: [],
});

/** By object, then by section index: where the section is, with the output section it went into. */
type SectionAddresses = readonly ReadonlyMap<
  number,
  { part: PlacedSection; output: OutputSection }
>[];

function sectionAddresses(layout: Layout): SectionAddresses {
  const byObject: Map<number, { part: PlacedSection; output: OutputSection }>[] = [];
  for (const output of layout.outputs)
    for (const part of output.parts)
      (byObject[part.object] ??= new Map()).set(part.index, { part, output });
  return byObject;
}

function definedValue(
  object: number,
  { definition }: ObjectSymbol,
  addresses: SectionAddresses,
): number | undefined {
  switch (definition.kind) {
    case 'absolute':
      return definition.value;
    case 'section': {
      // A section that is not loaded (.debug_*) counts from 0.
      const address = addresses[object]?.get(definition.section)?.part.address ?? 0;
      return address + definition.offset;
    }
    case 'common':
    case 'undefined':
      return undefined;
  }
}

function entryAddress(
  objects: readonly ObjectFile[],
  name: string,
  addresses: SectionAddresses,
):
  | { readonly isFound: true; readonly address: VirtAddr }
  | { readonly isFound: false; readonly diagnostic: Diagnostic } {
  let local: { object: number; symbol: ObjectSymbol } | undefined;
  for (const [object, { symbols }] of objects.entries())
    for (const symbol of symbols) {
      if (symbol.name !== name) continue;
      const value = definedValue(object, symbol, addresses);
      if (value === undefined) continue;
      if (symbol.binding !== 'local') return { isFound: true, address: virtAddr(value) };
      local ??= { object, symbol };
    }
  const place = local ? placeOf(objects, local) : { file: objects[0]?.name ?? '', range: noRange };
  return {
    isFound: false,
    diagnostic: {
      ...place,
      severity: 'error',
      code: 'missing-entry',
      message: local
        ? `The entry \`${name}\` is a local symbol; add \`.globl ${name}\` so that the linker sees it.`
        : `The program has no entry: no file defines \`${name}\`. Label its first instruction \`${name}:\` and add \`.globl ${name}\`.`,
    },
  };
}

function tooLarge(objects: readonly ObjectFile[], layout: Layout): Diagnostic {
  const start = layout.outputs[0]?.address ?? 0;
  return {
    file: objects[0]?.name ?? '',
    range: noRange,
    severity: 'error',
    code: 'program-too-large',
    message: `The program takes ${layout.end - start} bytes from 0x${start.toString(16)} on, which goes past the end of the 32-bit address space.`,
  };
}

/** A wider gap, made by a large alignment, is left out of the file by starting another segment. */
const longestGapBytes = 0x1_0000;

const endOf = (segment: LinkedSegment): number => segment.address + segmentSizeBytes(segment);

function segmentsOf(
  layout: Layout,
  sections: ReadonlyMap<OutputSection, LinkedSection>,
): LinkedSegment[] {
  const segments: (Omit<LinkedSegment, 'sections'> & { sections: LinkedSection[] })[] = [];
  for (const output of layout.outputs) {
    const section = sections.get(output);
    if (section === undefined || output.sizeBytes === 0) continue;
    const { writable, executable } = output;
    const last = segments.at(-1);
    const gapBytes = output.address - (last === undefined ? 0 : endOf(last));
    if (
      last?.writable === writable &&
      last.executable === executable &&
      gapBytes <= longestGapBytes
    )
      last.sections.push(section);
    else segments.push({ address: output.address, writable, executable, sections: [section] });
  }
  return segments;
}

/** Every defined symbol but the assembler's own (`.L…`) and the definitions that lost. */
function symbolsOf(
  objects: readonly ObjectFile[],
  layout: Layout,
  addresses: SectionAddresses,
  definitions: Globals['definitions'],
): LinkedSymbol[] {
  const symbols: LinkedSymbol[] = [];
  const wanted = new Map<string, number>();
  for (const [object, file] of objects.entries())
    for (const symbol of file.symbols) {
      const { name, definition } = symbol;
      const provided =
        definition.kind === 'undefined' && !definitions.has(name)
          ? providedSymbol(name, layout)
          : undefined;
      if (provided !== undefined) wanted.set(name, provided);
      const isKept = symbol.binding === 'local' || definitions.get(name)?.symbol === symbol;
      const value = definedValue(object, symbol, addresses);
      if (!isKept || value === undefined || !isNamed(symbol)) continue;
      const output =
        definition.kind === 'section'
          ? addresses[object]?.get(definition.section)?.output
          : undefined;
      if (definition.kind === 'section' && output === undefined) continue;
      symbols.push({
        name,
        address: virtAddr(value),
        sizeBytes: symbol.sizeBytes,
        kind: kindOf(symbol),
        binding: symbol.binding,
        section: output?.name,
      });
    }
  for (const [name, value] of wanted)
    symbols.push({
      name,
      address: virtAddr(value),
      sizeBytes: 0,
      kind: 'absolute',
      binding: 'global',
      section: undefined,
    });
  return symbols.sort(compareSymbols);
}

const isNamed = ({ name, kind }: ObjectSymbol): boolean =>
  name !== '' && kind !== 'section' && !name.startsWith('.L') && !/^\$[xd]/.test(name);

function kindOf(symbol: ObjectSymbol): LinkedSymbol['kind'] {
  if (symbol.kind === 'none') return symbol.definition.kind === 'absolute' ? 'absolute' : 'label';
  return symbol.kind;
}

/** One sequence for each section that has lines, ended where the section ends. */
function linesOf(layout: Layout): LineRow[] {
  const rows: LineRow[] = [];
  for (const output of layout.outputs)
    for (const { section, address } of output.parts) {
      if (section.lines.length === 0 || section.sizeBytes === 0) continue;
      for (const { offset, file, line, column } of section.lines)
        rows.push({
          address: virtAddr(address + offset),
          file,
          line,
          column,
          isStatement: true,
          endSequence: false,
        });
      rows.push(endRow(address + section.sizeBytes));
    }
  return rows.sort(compareLineRows);
}

const baseName = (path: string): string => (path.split('/').at(-1) ?? path).replace(/\.[^.]+$/, '');
