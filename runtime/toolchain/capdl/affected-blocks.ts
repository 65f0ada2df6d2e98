/**
 * Which blocks an edit concerns: those that share a name with a block that it took away or brought, and where the
 * name means what they say of it. A block that only uses a name does not concern others that use it.
 */
import { inText, type BlockIndex } from './block-index.js';
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
  /** Names that came to one of these, and whose blocks are not looked at yet. */
  readonly open: { readonly name: string; readonly how: HowTouched }[];
}

type HowTouched = 'objects' | 'filled' | 'covered';

/** Among the blocks of the index, which hold those that the edit brought; undefined where it is most of them. */
export function affectedBlocks(
  index: BlockIndex,
  count: number,
  { removed, added }: { removed: readonly BlockLink[]; added: readonly BlockLink[] },
): readonly BlockLink[] | undefined {
  const touched: TouchedNames = {
    objects: new Set(),
    filled: new Set(),
    covered: new Set(),
    open: [],
  };
  const affected = new Set<BlockLink>([...added, ...index.named.blocks]);
  for (const link of [...removed, ...affected]) noteNames(link, touched);
  for (let next = touched.open.pop(); next !== undefined; next = touched.open.pop()) {
    for (const link of index.mentions.get(next.name) ?? []) {
      if (affected.has(link) || !isTouched(link, next)) continue;
      affected.add(link);
      noteNames(link, touched);
    }
    if (affected.size > count / 2 && count > fewBlocks) return undefined;
  }
  return [...affected].sort(inText);
}

const fewBlocks = 64;

function noteNames({ placed: { block } }: BlockLink, touched: TouchedNames): void {
  const { node } = block;
  if (node.kind === 'object') noteObject(node, touched);
  else if (node.kind === 'container' && node.object !== undefined)
    touch(touched, 'filled', node.object);
}

function noteObject(node: ObjectNode, touched: TouchedNames): void {
  touch(touched, 'objects', node.name);
  for (const name of node.untypeds) touch(touched, 'objects', name);
  for (const name of coveredNames(node)) touch(touched, 'covered', name);
  for (const member of node.members ?? [])
    if (member.kind === 'object') noteObject(member, touched);
}

function touch(touched: TouchedNames, how: HowTouched, { name }: NameNode): void {
  if (touched[how].has(name)) return;
  touched[how].add(name);
  touched.open.push({ name, how });
}

/** Of the node itself; objects that are declared in its braces have some of their own. */
function* coveredNames({ untypeds, name, members }: ObjectNode): Iterable<NameNode> {
  if (untypeds.length > 0) {
    yield name;
    yield* untypeds.slice(1);
  }
  for (const member of members ?? []) yield member.name;
}

/** Of a block that mentions the name. */
function isTouched(
  { placed: { block } }: BlockLink,
  { name, how }: { readonly name: string; readonly how: HowTouched },
): boolean {
  const { node } = block;
  if (how === 'objects') return true;
  if (how === 'filled') return node.kind === 'container' && node.object?.name === name;
  return node.kind === 'object' && covers(node, name);
}

function covers(node: ObjectNode, name: string): boolean {
  for (const each of coveredNames(node)) if (each.name === name) return true;
  return (node.members ?? []).some((member) => member.kind === 'object' && covers(member, name));
}
