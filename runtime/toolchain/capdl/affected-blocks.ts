/**
 * Which blocks an edit concerns: those that share a name with a block that it took away or brought, and where the
 * name means what they say of it. A block that only uses a name does not concern others that use it.
 */
import type { BlockLink } from './link-state.js';
import type { NameNode, ObjectNode } from './tree.js';

/** By the names without brackets, so that elements of an array stay together. */
interface TouchedNames {
  /** Declared, also by standing before a `/`. */
  readonly objects: Set<string>;
  /** With a container in `caps`. */
  readonly filled: Set<string>;
  /** Covered by an untyped. */
  readonly covered: Set<string>;
}

/** A chain of names that goes on for longer than this is that of a file where all hangs together. */
const mostRounds = 16;

/** Of `blocks`, which hold those that the edit brought; undefined where it is all of them, or nearly. */
export function affectedBlocks(
  blocks: readonly BlockLink[],
  { removed, added }: { removed: readonly BlockLink[]; added: readonly BlockLink[] },
): readonly BlockLink[] | undefined {
  const touched: TouchedNames = { objects: new Set(), filled: new Set(), covered: new Set() };
  const affected = new Set<BlockLink>([...added, ...blocks.filter(({ hasNames }) => hasNames)]);
  for (const link of [...removed, ...affected]) noteNames(link, touched);
  for (let round = 0; round < mostRounds; round += 1) {
    const found = blocks.filter((link) => isTouched(link, touched) && !affected.has(link));
    if (found.length === 0)
      return [...affected].sort((one, other) => one.placed.start - other.placed.start);
    for (const link of found) {
      affected.add(link);
      noteNames(link, touched);
    }
    if (affected.size > blocks.length / 2 && blocks.length > fewBlocks) return undefined;
  }
  return undefined;
}

const fewBlocks = 64;

function noteNames({ placed: { block } }: BlockLink, touched: TouchedNames): void {
  const { node } = block;
  if (node.kind === 'object') noteObject(node, touched);
  else if (node.kind === 'container' && node.object !== undefined)
    touched.filled.add(node.object.name);
}

function noteObject(node: ObjectNode, touched: TouchedNames): void {
  const { objects, covered } = touched;
  objects.add(node.name.name);
  for (const { name } of node.untypeds) objects.add(name);
  for (const { name } of coveredNames(node)) covered.add(name);
  for (const member of node.members ?? [])
    if (member.kind === 'object') noteObject(member, touched);
}

/** Of the node itself; objects that are declared in its braces have some of their own. */
function* coveredNames({ untypeds, name, members }: ObjectNode): Iterable<NameNode> {
  if (untypeds.length > 0) {
    yield name;
    yield* untypeds.slice(1);
  }
  for (const member of members ?? []) yield member.name;
}

function isTouched({ placed: { block } }: BlockLink, touched: TouchedNames): boolean {
  const { node } = block;
  if (node.kind === 'object') return isObjectTouched(node, touched);
  if (node.kind !== 'container' || node.object === undefined) return false;
  const { objects, filled } = touched;
  const { name } = node.object;
  if (filled.has(name) || objects.has(name)) return true;
  return objects.size > 0 && node.capabilities.some(({ target }) => objects.has(target.name));
}

function isObjectTouched(node: ObjectNode, touched: TouchedNames): boolean {
  const { objects, covered } = touched;
  if (objects.size === 0) return false;
  const { name, untypeds, members } = node;
  if (objects.has(name.name) || untypeds.some((each) => objects.has(each.name))) return true;
  if (untypeds.length === 0 && members === undefined) return false;
  for (const each of coveredNames(node)) {
    if (objects.has(each.name) || covered.has(each.name)) return true;
  }
  return (members ?? []).some(
    (member) => member.kind === 'object' && isObjectTouched(member, touched),
  );
}
