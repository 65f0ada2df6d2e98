/**
 * The static linker: objects and archives in, one program out. Total: whatever is wrong with the input is
 * a diagnostic at the place of the use or the definition, and the rest is linked all the same. Objects
 * lose sections and bytes on the way, but keep their order and the indices of their sections.
 */
import { formatAddress, physAddr, virtAddr } from '../../base/address.js';
import type { VirtAddr } from '../../base/address.js';
import type { SystemImage } from '../../image/system-image.js';
import { withCalledLabels } from '../called-labels.js';
import type { ObjectFile, ObjectSymbol } from '../object-file.js';
import { noRange } from '../text/diagnostic.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { withMembers, type Archive } from './archive.js';
import { collectSections, type Collected } from './collect-sections.js';
import { withCommonBlocks } from './common-blocks.js';
import { layOut, overlaps } from './layout.js';
import type { Layout, OutputSection } from './layout.js';
import type { Linked, LinkedSection } from './linked.js';
import { segmentBytes, segmentSizeBytes } from './linked.js';
import { debugOf } from './linked-debug.js';
import { linesOf, symbolsOf } from './linked-symbols.js';
import { relax, type Placement } from './relax.js';
import { relocateSection } from './relocate-section.js';
import { placeOf, resolveGlobals } from './resolve.js';
import { layOutByScript, type ScriptLayout } from './script/lay-out.js';
import { sortInput } from './script/sort-input.js';
import type { LinkerScript } from './script/tree.js';
import { segmentsOf } from './segments.js';
import type { SectionAddresses } from './symbol-values.js';
import { definedValue, sectionAddresses, symbolValues } from './symbol-values.js';
import { trimPadding } from './trim-padding.js';

export interface LinkOptions {
  /** The program's base name, for messages and titles; the first object's name without it. */
  readonly name?: string;
  /** Where it starts; without it what a script says, or `_start`. */
  readonly entry?: string;
  /** The first address of the program; a script says its own. */
  readonly textBase: VirtAddr;
  /** Where sections go, in place of our own layout. */
  readonly script?: LinkerScript;
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
  /** What the output sections are made of, for the map. */
  readonly parts: readonly LinkedPart[];
}

export interface LinkedPart {
  readonly output: string;
  readonly section: string;
  readonly object: string;
  readonly address: VirtAddr;
  readonly sizeBytes: number;
}

export function link(inputs: readonly ObjectFile[], options: LinkOptions): LinkResult {
  const { script, relaxation = 'wherePossible' } = options;
  const roots = rootsOf(options);
  const [entryName = ''] = roots;
  const needed = withMembers(inputs, options.archives ?? [], roots);
  const globals = resolveGlobals(needed);
  const { objects: used, dropped } = usedSections(
    withCommonBlocks(needed, globals),
    options,
    roots,
  );
  const place = (objects: readonly ObjectFile[]): ScriptedPlacement => {
    const layout: ScriptLayout =
      script === undefined
        ? { ...layOut(objects, options.textBase), diagnostics: [] }
        : layOutByScript(script, objects);
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
  const diagnostics: Diagnostic[] = [...globals.diagnostics, ...layout.diagnostics];
  if (layout.end > 2 ** 32) diagnostics.push(tooLarge(objects, layout));
  if (script === undefined)
    for (const [first, second] of overlaps(layout))
      diagnostics.push(overlap(objects, first, second));
  const addresses = sectionAddresses(layout);

  const sections = new Map<OutputSection, LinkedSection>();
  for (const output of layout.outputs) {
    const bytes = filledBytes(output);
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

  const entry = entryAddress(objects, entryName, addresses, layout);
  if (!entry.isFound) diagnostics.push(entry.diagnostic);
  const debug = debugOf(objects, addresses);
  const linked: Linked = {
    name: options.name ?? baseName(inputs[0]?.name ?? ''),
    entry: entry.isFound ? entry.address : options.textBase,
    segments: segmentsOf(layout, sections),
    symbols: symbolsOf(objects, layout, addresses, resolveGlobals(objects).definitions),
    lines: linesOf(layout),
    ...(debug === undefined ? {} : { debug }),
  };
  return { linked, image: imageOf(linked), diagnostics, dropped, parts: partsOf(layout, objects) };
}

const partsOf = ({ outputs }: Layout, objects: readonly ObjectFile[]): LinkedPart[] =>
  outputs.flatMap(({ name, parts }) =>
    parts.map(({ section, object, address }) => ({
      output: name,
      section: section.name,
      object: objects[object]?.name ?? '',
      address,
      sizeBytes: section.sizeBytes,
    })),
  );

interface ScriptedPlacement extends Placement {
  readonly layout: ScriptLayout;
}

/** The entry first. */
const rootsOf = ({ entry, script, roots = [] }: LinkOptions): readonly string[] => [
  entry ?? script?.entry?.name ?? '_start',
  ...(script?.externs ?? []),
  ...roots,
];

function usedSections(
  objects: readonly ObjectFile[],
  { unusedSections = 'keep', script }: LinkOptions,
  roots: readonly string[],
): Collected {
  if (unusedSections === 'keep') return { objects, dropped: [] };
  const isKept = script === undefined ? () => false : sortInput(script, objects).isKept;
  return collectSections(objects, resolveGlobals(objects), { roots, isKept });
}

/** The bytes of an output section before its parts are put in: what a script states, and what fills the gaps. */
function filledBytes(output: OutputSection): Uint8Array {
  const { isZeroFilled, sizeBytes, address, parts, data = [], fills = [] } = output;
  const bytes = new Uint8Array(isZeroFilled ? 0 : sizeBytes);
  if (isZeroFilled) return bytes;
  for (const { offset, bytes: stated } of data) bytes.set(stated, offset);
  if (fills.length === 0) return bytes;
  const used = [
    ...parts.map((part) => [part.address - address, part.section.sizeBytes] as const),
    ...data.map((each) => [each.offset, each.bytes.length] as const),
    [sizeBytes, 0] as const,
  ].sort(([a], [b]) => a - b);
  let gap = 0;
  for (const [offset, length] of used) {
    const start = gap;
    const fill = fills.findLast((each) => each.offset <= start)?.value ?? 0;
    for (let at = start; at < offset; at += 1)
      bytes[at] = (fill >>> (24 - 8 * ((at - start) % 4))) & 0xff;
    gap = Math.max(gap, offset + length);
  }
  return bytes;
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
      physicalAddress: physAddr(segment.loadAddress ?? segment.address),
      bytes: segmentBytes(segment),
      memorySizeBytes: segmentSizeBytes(segment),
      readable: true,
      writable: segment.writable,
      executable: segment.executable,
    })),
    symbols: linked.symbols,
    lines: linked.lines,
    ...(linked.debug === undefined ? {} : { debug: linked.debug }),
  });
}

function entryAddress(
  objects: readonly ObjectFile[],
  name: string,
  addresses: SectionAddresses,
  layout: Layout,
):
  | { readonly isFound: true; readonly address: VirtAddr }
  | { readonly isFound: false; readonly diagnostic: Diagnostic } {
  const assigned = layout.assigned?.get(name);
  if (assigned !== undefined) return { isFound: true, address: virtAddr(assigned.value) };
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

/** Two sections that need the same memory; one of them at least must lie where it is. */
function overlap(
  objects: readonly ObjectFile[],
  first: OutputSection,
  second: OutputSection,
): Diagnostic {
  const [part] = (second.parts[0]?.section.address === undefined ? first : second).parts;
  const span = ({ name, address, sizeBytes }: OutputSection): string =>
    `\`${name}\` (${sizeBytes} bytes from ${formatAddress(address)})`;
  return {
    file: objects[part?.object ?? 0]?.name ?? '',
    range: noRange,
    severity: 'error',
    code: 'section-overlap',
    message: `${span(second)} would share memory with ${span(first)}; move the program or the data of the module apart.`,
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
