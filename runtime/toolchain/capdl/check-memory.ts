/**
 * Where objects are in memory: whether what an untyped covers fits it, and whether two objects claim the same
 * physical addresses. Sizes that depend on the kernel's configuration count with the least.
 */
import { declaredAt, placed, type LinkedObject, type Reporter } from './linked.js';
import { placedProblem as problem, type PlacedProblem, type PlacedSpan } from './problem.js';
import type { CapdlArchitecture } from './spec.js';
import { newProblemTable, noCheck, type WholeCheck } from './whole-check.js';

export function memoryCheck(architecture: CapdlArchitecture | undefined): WholeCheck {
  if (architecture === undefined) return noCheck;
  const open = new Set<LinkedObject>();
  const problems = newProblemTable<LinkedObject>();
  /** In the order of addresses. */
  let extents: PlacedExtent[] = [];
  const added: PlacedExtent[] = [];
  let overlaps: readonly PlacedProblem[] = [];
  let isMoved = false;
  const gone = new Set<LinkedObject>();

  return {
    leave: ({ objects, covered }) => {
      if (covered !== undefined) isMoved = true;
      for (const object of objects ?? []) {
        open.delete(object);
        problems.set(object, []);
        if (object.declaration.physicalAddress !== undefined) gone.add(object);
      }
    },
    enter: ({ objects, covered }) => {
      if (covered !== undefined) isMoved = true;
      for (const object of objects ?? []) {
        if (object.covers !== undefined) open.add(object);
        const extent = extentOf(object);
        if (extent !== undefined) added.push({ object, ...extent });
      }
    },
    *update() {
      for (const untyped of open) {
        const found: PlacedProblem[] = [];
        const reporter = { add: (problem: PlacedProblem) => found.push(problem) };
        checkCovers(untyped, untyped.covers ?? [], architecture, reporter);
        problems.set(untyped, found);
        yield;
      }
      open.clear();
      if (!isMoved && gone.size === 0 && added.length === 0) return;
      if (gone.size > 0) extents = extents.filter(({ object }) => !gone.has(object));
      if (added.length > 0) extents = [...extents, ...added].sort(byAddress);
      yield;
      overlaps = overlapsOf(extents);
      added.length = 0;
      gone.clear();
      isMoved = false;
    },
    *problems() {
      yield* problems.all();
      yield* overlaps;
    },
  };
}

/** log2 of the bytes that it takes at the least; undefined for what takes none, or where it is not said. */
export function leastSizeBits(
  { declaration: { kind, sizeBits, type } }: LinkedObject,
  architecture: CapdlArchitecture,
): number | undefined {
  const size = kind?.size?.(architecture);
  if (size === undefined) return undefined;
  if (type === 'sc') return Math.max(size.leastBits, sizeBits ?? 0);
  if (size.isScaled !== true) return size.leastBits;
  return sizeBits === undefined ? undefined : size.leastBits + sizeBits;
}

function checkCovers(
  untyped: LinkedObject,
  covers: readonly LinkedObject[],
  architecture: CapdlArchitecture,
  reporter: Reporter,
): void {
  const { sizeBits, type, physicalAddress } = untyped.declaration;
  if (type !== undefined && type !== 'ut') {
    const first = covers[0]?.coveredAt;
    if (first !== undefined) {
      reporter.add({
        ...problem(
          first,
          'error',
          'not-an-untyped',
          `Objects are made from untypeds, and \`${untyped.name}\` is of kind \`${type}\`.`,
        ),
        related: [{ ...declaredAt(untyped), message: 'Declared here.' }],
      });
    }
    return;
  }
  if (sizeBits === undefined || sizeBits > 63) return;
  const size = 2 ** sizeBits;
  let sum = 0;
  let watermark = 0;
  for (const object of covers) {
    const bits = leastSizeBits(object, architecture);
    if (bits !== undefined) {
      const bytes = 2 ** bits;
      sum += bytes;
      watermark = Math.ceil(watermark / bytes) * bytes + bytes;
    }
    if (physicalAddress !== undefined) checkInside(untyped, object, reporter);
  }
  const span = declaredAt(untyped);
  const covered = `what \`${untyped.name}\` covers`;
  if (sum > size) {
    reporter.add(
      problem(
        span,
        'error',
        'untyped-too-small',
        `${bytesText(sum)} at the least are ${covered}, and it has ${bytesText(size)} (${sizeBits} bits).`,
      ),
    );
  } else if (watermark > size) {
    reporter.add(
      problem(
        span,
        'warning',
        'untyped-order',
        `In this order and with the alignment of each, ${covered} takes ${bytesText(watermark)}, and it has ${bytesText(size)}. Name large objects first.`,
      ),
    );
  }
}

function checkInside(untyped: LinkedObject, object: LinkedObject, reporter: Reporter): void {
  const outer = extentOf(untyped);
  const inner = extentOf(object);
  if (outer === undefined || inner === undefined || object.coveredAt === undefined) return;
  if (inner.start >= outer.start && inner.end <= outer.end) return;
  reporter.add({
    ...problem(
      object.coveredAt,
      'error',
      'covered-outside',
      `\`${object.name}\` is at ${rangeText(inner)} and cannot be made from \`${untyped.name}\`, which is ${rangeText(outer)}.`,
    ),
    related: [
      { ...declaredAt(object), message: `\`${object.name}\` is declared here.` },
      { ...declaredAt(untyped), message: `\`${untyped.name}\` is declared here.` },
    ],
  });
}

interface Extent {
  readonly start: bigint;
  readonly end: bigint;
}

function extentOf({
  declaration: { physicalAddress: start, sizeBits },
}: LinkedObject): Extent | undefined {
  if (start === undefined || sizeBits === undefined || sizeBits > 63) return undefined;
  return { start, end: start + (1n << BigInt(sizeBits)) };
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;
const rangeText = ({ start, end }: Extent): string => `${hex(start)} to ${hex(end - 1n)}`;

const bytesText = (bytes: number): string =>
  bytes >= 2 ** 20 && bytes % 2 ** 20 === 0
    ? `${bytes / 2 ** 20} MiB`
    : bytes >= 1024 && bytes % 1024 === 0
      ? `${bytes / 1024} KiB`
      : `${bytes} bytes`;

interface PlacedExtent extends Extent {
  readonly object: LinkedObject;
}

/** What begins at the same address and is as large comes in the order of the text. */
function byAddress(one: PlacedExtent, other: PlacedExtent): number {
  if (one.start !== other.start) return one.start < other.start ? -1 : 1;
  if (one.end !== other.end) return one.end > other.end ? -1 : 1;
  return one.object.declaration.at.start - other.object.declaration.at.start;
}

/** Of all that are in the order of addresses: each is compared with those that are open, and an untyped may hold what it covers. */
function overlapsOf(sorted: readonly PlacedExtent[]): readonly PlacedProblem[] {
  const found: PlacedProblem[] = [];
  const open: PlacedExtent[] = [];
  for (const each of sorted) {
    while ((open.at(-1)?.end ?? each.end) <= each.start) open.pop();
    const around = open.at(-1);
    open.push(each);
    if (around !== undefined && !isCoveredBy(each.object, around.object)) {
      reportOverlap(around, each, { add: (problem) => found.push(problem) });
    }
  }
  return found;
}

function isCoveredBy(object: LinkedObject, untyped: LinkedObject): boolean {
  let depth = 0;
  for (let outer = object.coveredBy; outer !== undefined && depth < 256; outer = outer.coveredBy) {
    if (outer === untyped) return true;
    depth += 1;
  }
  return false;
}

function reportOverlap(first: PlacedExtent, second: PlacedExtent, reporter: Reporter): void {
  // Elements of one array with a `paddr` all have the same; that is said once.
  const isArray = first.object.declaration === second.object.declaration;
  const isSame = first.start === second.start && first.end === second.end;
  const bothUntyped =
    first.object.declaration.type === 'ut' && second.object.declaration.type === 'ut';
  const span = addressSpan(second.object);
  if (isArray && !second.object.name.endsWith('[1]')) return;
  const names = `\`${second.object.name}\` and \`${first.object.name}\``;
  reporter.add({
    ...problem(
      span,
      bothUntyped ? 'error' : 'warning',
      isSame ? 'same-paddr' : 'overlapping-memory',
      isSame
        ? `${names} are at the same physical address ${hex(second.start)}: a loader makes one of them. To share memory, use one object in both places.`
        : `${names} overlap in memory: they are ${rangeText(second)} and ${rangeText(first)}.`,
    ),
    related: [{ ...addressSpan(first.object), message: `\`${first.object.name}\` is here.` }],
  });
}

function addressSpan(object: LinkedObject): PlacedSpan {
  const { at, node } = object.declaration;
  const parameter = node?.parameters.find(({ word }) => word === 'paddr');
  return parameter === undefined ? declaredAt(object) : placed(at, parameter);
}
