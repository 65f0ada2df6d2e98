/**
 * The static linker: objects and archives in, one program out. Total: whatever is wrong with the input is
 * a diagnostic at the place of the use or the definition, and the rest is linked all the same. Objects
 * lose sections and bytes on the way, but keep their order and the indices of their sections.
 */
import { physAddr, virtAddr } from '../../base/address.js';
import type { VirtAddr } from '../../base/address.js';
import type { SystemImage } from '../../image/system-image.js';
import { withCalledLabels } from '../called-labels.js';
import type { ObjectFile, ObjectSymbol } from '../object-file.js';
import { noRange } from '../text/diagnostic.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { withMembers, type Archive } from './archive.js';
import { collectSections, type Collected } from './collect-sections.js';
import { withCommonBlocks } from './common-blocks.js';
import { layOut } from './layout.js';
import type { Layout, OutputSection } from './layout.js';
import type { Linked, LinkedSection } from './linked.js';
import { segmentBytes, segmentSizeBytes } from './linked.js';
import { linesOf, symbolsOf } from './linked-symbols.js';
import { relax, type Placement } from './relax.js';
import { relocateSection } from './relocate-section.js';
import { placeOf, resolveGlobals } from './resolve.js';
import { segmentsOf } from './segments.js';
import type { SectionAddresses } from './symbol-values.js';
import { definedValue, sectionAddresses, symbolValues } from './symbol-values.js';
import { trimPadding } from './trim-padding.js';

export interface LinkOptions {
  /** The program's base name, for messages and titles; the first object's name without it. */
  readonly name?: string;
  readonly entry: string;
  /** The first address of the program. */
  readonly textBase: VirtAddr;
  /** Searched for what the objects do not define. */
  readonly archives?: readonly Archive[];
  /** `keep`: every section is linked, which is what happens without it. */
  readonly unusedSections?: 'keep' | 'drop';
  /** Symbols that are needed from outside, as the entry is. */
  readonly roots?: readonly string[];
  /** `never`: every instruction stays as it was written. */
  readonly relaxation?: 'wherePossible' | 'never';
}

export interface LinkResult {
  readonly linked: Linked;
  readonly image: SystemImage;
  readonly diagnostics: readonly Diagnostic[];
  /** What `--gc-sections` left out. */
  readonly dropped: Collected['dropped'];
}

export function link(inputs: readonly ObjectFile[], options: LinkOptions): LinkResult {
  const { entry: entryName, roots = [], relaxation = 'wherePossible' } = options;
  const needed = withMembers(inputs, options.archives ?? [], [entryName, ...roots]);
  const globals = resolveGlobals(needed);
  const { objects: used, dropped } = usedSections(withCommonBlocks(needed, globals), options);
  const place = (objects: readonly ObjectFile[]): Placement => {
    const layout = layOut(objects, options.textBase);
    const { definitions } = resolveGlobals(objects);
    return {
      layout,
      valueOf: symbolValues(layout, definitions),
      globalPointer: globalPointerOf(objects, symbolValues(layout, definitions)),
    };
  };
  const short = relaxation === 'never' ? used : relax(used, place);
  const objects = short.map(trimPadding);
  const { layout, valueOf } = place(objects);
  const diagnostics: Diagnostic[] = [...globals.diagnostics];
  if (layout.end > 2 ** 32) diagnostics.push(tooLarge(objects, layout));
  const addresses = sectionAddresses(layout);

  const sections = new Map<OutputSection, LinkedSection>();
  for (const output of layout.outputs) {
    const bytes = new Uint8Array(output.isZeroFilled ? 0 : output.sizeBytes);
    for (const part of output.parts) {
      if (output.isZeroFilled) continue;
      const object = objects[part.object];
      if (object === undefined) continue;
      const relocated = relocateSection(object, part.section, part.address, {
        valueOf: (symbol) => valueOf(part.object, symbol),
        globalPointer: globalPointerOf(objects, valueOf),
      });
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

  const entry = entryAddress(objects, entryName, addresses);
  if (!entry.isFound) diagnostics.push(entry.diagnostic);
  const linked: Linked = {
    name: options.name ?? baseName(inputs[0]?.name ?? ''),
    entry: entry.isFound ? entry.address : options.textBase,
    segments: segmentsOf(layout, sections),
    symbols: symbolsOf(objects, layout, addresses, resolveGlobals(objects).definitions),
    lines: linesOf(layout),
  };
  return { linked, image: imageOf(linked), diagnostics, dropped };
}

function usedSections(
  objects: readonly ObjectFile[],
  { unusedSections = 'keep', entry, roots = [] }: LinkOptions,
): Collected {
  if (unusedSections === 'keep') return { objects, dropped: [] };
  return collectSections(objects, resolveGlobals(objects), {
    roots: [entry, ...roots],
    isKept: () => false,
  });
}

const globalPointerName = '__global_pointer$';

/** Only a program that names it has its value in gp. */
function globalPointerOf(
  objects: readonly ObjectFile[],
  valueOf: Placement['valueOf'],
): number | undefined {
  for (const [index, { symbols }] of objects.entries())
    for (const symbol of symbols) {
      if (symbol.name !== globalPointerName || symbol.binding === 'local') continue;
      const found: ReturnType<typeof valueOf> = valueOf(index, symbol satisfies ObjectSymbol);
      return found.kind === 'value' ? found.value : undefined;
    }
  return undefined;
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

const baseName = (path: string): string => (path.split('/').at(-1) ?? path).replace(/\.[^.]+$/, '');
