/**
 * The frames and page tables of one program: its segments cut into pages, with the pages of its regions in
 * their places. A page of a region is not filled from the file beyond what its segment has there. Frames and
 * tables are numbered in the order in which the reference tool makes them, which counts holes, too.
 */
import type { FrameFill, Origin } from '../../capdl/spec.js';
import type { AddressSpace, Region, RegionPage } from './address-space.js';
import type { Architecture } from './architecture.js';
import { smallPageBytes } from './architecture.js';
import type { ComponentLayout, LayoutSegment } from './component-layout.js';
import type { DraftCapability, DraftObject, ObjectSpace } from './object-space.js';
import { obtainObject } from './object-space.js';

export interface ProgramProblem {
  readonly kind: 'no-symbol' | 'misaligned' | 'outside' | 'too-large';
  readonly region: Region | undefined;
}

interface Page {
  readonly address: number;
  readonly bits: number;
  isReadable: boolean;
  isWritable: boolean;
  isExecutable: boolean;
  readonly fill: FrameFill[];
}

interface PlacedPage {
  readonly address: number;
  readonly bits: number;
  readonly page: RegionPage;
  readonly region: Region;
}

/** More pages than that are a mistake in an assembly or layout. */
const maximumPages = 1 << 18;

export function mapProgram(
  space: AddressSpace,
  layout: ComponentLayout,
  architecture: Architecture,
  objects: ObjectSpace,
  origin: Origin,
): readonly ProgramProblem[] {
  const problems: ProgramProblem[] = [];
  const placed = placedPages(space, layout, problems);
  const pages = new Map<number, Page>();
  for (const segment of layout.segments) {
    if (!addPages(pages, segment, layout.file, placed, architecture)) {
      problems.push({ kind: 'too-large', region: undefined });
      break;
    }
  }
  for (const { address, region } of placed.values())
    if (!pages.has(address) && !problems.some((problem) => problem.region === region))
      problems.push({ kind: 'outside', region });
  makeTables(space, placed, pages, architecture, objects, origin);
  return problems;
}

/** By address, ascending. */
function placedPages(
  space: AddressSpace,
  layout: ComponentLayout,
  problems: ProgramProblem[],
): ReadonlyMap<number, PlacedPage> {
  const placed: PlacedPage[] = [];
  for (const region of space.regions.values()) {
    if (region.pages.length === 0) continue;
    const symbol = layout.symbols.get(region.symbol);
    const pageBytes = 2 ** region.pageBits;
    if (symbol === undefined || symbol.sizeBytes < pageBytes * region.pages.length)
      problems.push({ kind: 'no-symbol', region });
    else if (symbol.address % pageBytes !== 0) problems.push({ kind: 'misaligned', region });
    else
      region.pages.forEach((page, index) => {
        const address = symbol.address + index * pageBytes;
        placed.push({ address, bits: region.pageBits, page, region });
      });
  }
  placed.sort((left, right) => left.address - right.address);
  return new Map(placed.map((page) => [page.address, page]));
}

function addPages(
  pages: Map<number, Page>,
  segment: LayoutSegment,
  file: string,
  placed: ReadonlyMap<number, PlacedPage>,
  architecture: Architecture,
): boolean {
  const end = segment.address + segment.memoryBytes;
  const add = (address: number, bits: number): boolean => {
    const page = pages.get(address) ?? newPage(address, bits);
    page.isReadable ||= segment.isReadable;
    page.isWritable ||= segment.isWritable;
    page.isExecutable ||= segment.isExecutable;
    const fill = fillOf(address, 2 ** bits, segment, file);
    if (fill !== undefined) page.fill.push(fill);
    pages.set(address, page);
    return pages.size <= maximumPages;
  };
  const addPlain = (from: number, to: number): boolean => {
    let address = from - (from % smallPageBytes);
    while (address < to) {
      const bits = plainPageBits(address, to - address, architecture);
      if (!add(address, bits)) return false;
      address += 2 ** bits;
    }
    return true;
  };
  let at = segment.address;
  for (const { address, bits } of placed.values()) {
    if (address < segment.address || address >= end) continue;
    if (!addPlain(at, address) || !add(address, bits)) return false;
    at = address + 2 ** bits;
  }
  return addPlain(at, end);
}

const newPage = (address: number, bits: number): Page => ({
  address,
  bits,
  isReadable: false,
  isWritable: false,
  isExecutable: false,
  fill: [],
});

/** Large pages are taken wherever one fits. */
const plainPageBits = (address: number, rest: number, { pageBits }: Architecture): number =>
  pageBits.findLast((bits) => rest >= 2 ** bits && address % 2 ** bits === 0) ??
  Math.log2(smallPageBytes);

function fillOf(
  address: number,
  pageBytes: number,
  segment: LayoutSegment,
  file: string,
): FrameFill | undefined {
  const destinationOffset = Math.max(segment.address - address, 0);
  const inSegment = address + destinationOffset - segment.address;
  if (inSegment >= segment.fileBytes) return undefined;
  return {
    destinationOffset,
    lengthBytes: Math.min(pageBytes - destinationOffset, segment.fileBytes - inSegment),
    source: { kind: 'file', file, offset: segment.fileOffset + inSegment },
  };
}

function makeTables(
  space: AddressSpace,
  placed: ReadonlyMap<number, PlacedPage>,
  pages: ReadonlyMap<number, Page>,
  architecture: Architecture,
  objects: ObjectSpace,
  origin: Origin,
): void {
  const suffix = `${space.key.replace(/[^A-Za-z0-9]/g, '_')}_group_bin`;
  const tables = new Map<string, DraftObject>();
  let frameNumber = 0;
  let tableNumber = 0;
  for (const page of pages.values()) {
    const region = placed.get(page.address);
    const capability =
      region === undefined
        ? ownFrame(page, `frame_${suffix}_${fourDigits(frameNumber)}`, objects, origin)
        : region.page.capability;
    frameNumber += 1;
    let table = space.root;
    let depth = 0;
    for (const { type, coverageBits } of architecture.levels.slice(1)) {
      if (page.bits >= coverageBits) break;
      const slot = indexIn(architecture, depth, page.address);
      depth += 1;
      const base = page.address - (page.address % 2 ** coverageBits);
      const key = `${String(depth)}:${String(base)}`;
      let next = tables.get(key);
      if (next === undefined) {
        next = obtainObject(objects, `${type}_${suffix}_${fourDigits(tableNumber)}`, type, origin);
        tableNumber += 1;
        tables.set(key, next);
        table.slots.set(slot, { object: next.name, origin });
      }
      table = next;
    }
    tableNumber += 1;
    if (capability === undefined) continue;
    const slot = indexIn(architecture, depth, page.address);
    table.slots.set(slot, { ...capability });
    if (region?.page.isInCNode === true) capability.mapping = { object: table.name, slot };
    const frame = objects.byName.get(capability.object);
    if (frame !== undefined && page.fill.length > 0)
      frame.fill = [...page.fill, ...(frame.fill ?? [])];
  }
}

function ownFrame(page: Page, name: string, objects: ObjectSpace, origin: Origin): DraftCapability {
  const frame = obtainObject(objects, name, 'frame', origin, { sizeBits: page.bits });
  const rights = {
    read: page.isReadable,
    write: page.isWritable,
    grant: page.isExecutable,
    grantReply: false,
  };
  return { object: frame.name, rights, origin };
}

/** The slot of the table at this depth that an address falls in. */
function indexIn({ levels }: Architecture, depth: number, address: number): number {
  const coverage = 2 ** (levels[depth]?.coverageBits ?? 0);
  const part = 2 ** (levels[depth + 1]?.coverageBits ?? Math.log2(smallPageBytes));
  return Math.floor((address % coverage) / part);
}

const fourDigits = (number: number): string => String(number).padStart(4, '0');
