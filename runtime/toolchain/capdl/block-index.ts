/**
 * The blocks of a tree by what stands in them, whatever the rest of the file says of it: an edit takes blocks out
 * and puts others in, and nobody looks through all of them.
 */
import type { BlockLink } from './link-state.js';
import { isDeclaration } from './parse.js';
import type { NameNode, ObjectNode, PlacedBlock } from './tree.js';

export interface BlockIndex {
  /** By each name of an object that a block says, without brackets. */
  readonly mentions: Map<string, Mentioning>;
  /** All that is neither an object nor a container. */
  readonly sections: BlockList;
  /** Those that name, copy or derive capabilities. */
  readonly named: BlockList;
  /** Those with problems that they have by themselves, and those that are no declarations. */
  readonly notable: BlockList;
  /** Those that fill frames, by each file that they do it from. */
  readonly files: Map<string, Set<BlockLink>>;
}

type Mentioning = BlockLink[] | Set<BlockLink>;

/** Blocks that are asked for in the order of the text. */
export interface BlockList {
  readonly blocks: Set<BlockLink>;
  ordered: readonly BlockLink[] | undefined;
}

export const newBlockList = (): BlockList => ({ blocks: new Set(), ordered: [] });

export function addToList(list: BlockList, link: BlockLink): void {
  list.blocks.add(link);
  list.ordered = undefined;
}

export function removeFromList(list: BlockList, link: BlockLink): void {
  if (list.blocks.delete(link)) list.ordered = undefined;
}

export const blocksInOrder = (list: BlockList): readonly BlockLink[] =>
  (list.ordered ??= [...list.blocks].sort(inText));

/** Which of two comes first. */
export const inText = (one: BlockLink, other: BlockLink): number =>
  one.placed.start - other.placed.start;

export const newBlockIndex = (): BlockIndex => ({
  mentions: new Map(),
  sections: newBlockList(),
  named: newBlockList(),
  notable: newBlockList(),
  files: new Map(),
});

export function enterBlock(index: BlockIndex, link: BlockLink): void {
  for (const name of namesIn(link.placed)) enterMention(index.mentions, name, link);
  const { block } = link.placed;
  const { kind } = block.node;
  if (kind !== 'object' && kind !== 'container' && kind !== 'skipped')
    addToList(index.sections, link);
  if (link.hasNames) addToList(index.named, link);
  if (link.own.length > 0 || block.problems.length > 0 || !isDeclaration(block.node))
    addToList(index.notable, link);
  for (const { file } of link.files) {
    const known = index.files.get(file);
    if (known === undefined) index.files.set(file, new Set([link]));
    else known.add(link);
  }
}

export function leaveBlock(index: BlockIndex, link: BlockLink): void {
  for (const name of namesIn(link.placed)) leaveMention(index.mentions, name, link);
  for (const list of [index.sections, index.named, index.notable]) removeFromList(list, link);
  for (const { file } of link.files) {
    const known = index.files.get(file);
    known?.delete(link);
    if (known?.size === 0) index.files.delete(file);
  }
}

/** Most names are said by two or three blocks, for which a list is small and fast. */
const mostInList = 8;

function enterMention(mentions: BlockIndex['mentions'], name: string, link: BlockLink): void {
  const known = mentions.get(name);
  if (known === undefined) mentions.set(name, [link]);
  else if (known instanceof Set) known.add(link);
  else {
    known.push(link);
    if (known.length > mostInList) mentions.set(name, new Set(known));
  }
}

function leaveMention(mentions: BlockIndex['mentions'], name: string, link: BlockLink): void {
  const known = mentions.get(name);
  if (known === undefined) return;
  if (known instanceof Set) known.delete(link);
  else if (known.includes(link)) known.splice(known.indexOf(link), 1);
  if ((known instanceof Set ? known.size : known.length) === 0) mentions.delete(name);
}

/** Each once. */
function namesIn({ block: { node } }: PlacedBlock): Iterable<string> {
  if (node.kind === 'interrupt') return [node.object.name];
  const names = new Set<string>();
  const add = ({ name }: NameNode): void => {
    names.add(name);
  };
  const addObject = ({ untypeds, name, members }: ObjectNode): void => {
    untypeds.forEach(add);
    add(name);
    for (const member of members ?? []) {
      if (member.kind === 'object') addObject(member);
      else add(member.name);
    }
  };
  if (node.kind === 'object') addObject(node);
  else if (node.kind === 'container') {
    if (node.object !== undefined) add(node.object);
    for (const { target, parameters } of node.capabilities) {
      add(target);
      for (const { value } of parameters) if (value?.kind === 'slotReference') add(value.object);
    }
  }
  return names;
}
