/**
 * What is known of a tree whose names are resolved, block by block: a block can be taken out of it and put in
 * again, and what is left is as if it had never been there. `linker.ts` says which blocks an edit concerns.
 */
import { declarationProblems } from './check-declaration.js';
import { filledFrom, type FilledFrom } from './check-files.js';
import type {
  CapabilityName,
  LinkedCapability,
  LinkedDerivation,
  LinkedObject,
  Reporter,
} from './linked.js';
import {
  addToList,
  enterBlock,
  newBlockIndex,
  newBlockList,
  removeFromList,
  type BlockIndex,
  type BlockList,
} from './block-index.js';
import type { PlacedProblem, PlacedSpan, Problem } from './problem.js';
import type { CapdlArchitecture } from './spec.js';
import type { ContainerNode, ObjectNode, PlacedBlock } from './tree.js';

/** A block with what it gave to the whole. */
export interface BlockLink {
  readonly placed: PlacedBlock;
  /** What is wrong with the declaration by itself, with offsets of the block. */
  readonly own: readonly Problem[];
  /** The files that it fills frames from. */
  readonly files: readonly FilledFrom[];
  /** Whether it names, copies or derives capabilities, which may depend on any other block. */
  readonly hasNames: boolean;
  objects: LinkedObject[] | undefined;
  arrays: string[] | undefined;
  /** What its untypeds cover. */
  covered: LinkedObject[] | undefined;
  /** Objects of which it counts as a use, once for each. */
  used: LinkedObject[] | undefined;
  capabilities: LinkedCapability[] | undefined;
  /** What it tells of how wide a word is. */
  width: WidthHint | undefined;
  problems: PlacedProblem[] | undefined;
}

/** How many guards fill a word of 32 and of 64 bits, and which of the two the objects say. */
export interface WidthHint {
  readonly narrow: number;
  readonly wide: number;
  readonly ofMemory: 32 | 64 | undefined;
}

export interface LinkState extends ObjectTable {
  readonly architecture: CapdlArchitecture | undefined;
  blocks: readonly BlockLink[];
  readonly index: BlockIndex;
  /** Blocks in which linking has found problems. */
  readonly faulty: BlockList;
  /** Blocks that tell how wide a word is. */
  readonly telling: BlockList;
  /** Objects that were used more or less often since this was last cleared. */
  readonly recounted: Set<LinkedObject>;
  /** The block that is linked just now. */
  current: BlockLink;
  readonly names: Map<string, CapabilityName>;
  /** Copies, with what they copy. */
  readonly copies: Map<LinkedCapability, CopySource>;
  derivations: LinkedDerivation[];
  capabilityCount: number;
  problemCount: number;
  /** Something was left out because there is too much, or depends on the order of everything. */
  mustStartAgain: boolean;
}

/** The blocks of a tree, in its order, and the index of them. */
export interface BlocksOfTree {
  readonly blocks: readonly BlockLink[];
  readonly index: BlockIndex;
}

/** Work that is done piece by piece, none of which takes long. */
export type Steps = Generator<undefined, void, undefined>;

export interface ObjectTable {
  readonly objects: Map<string, LinkedObject>;
  readonly arrays: Map<string, LinkedObject[]>;
  readonly reporter: Reporter;
}

export interface CopySource {
  readonly name: CapabilityName | undefined;
  readonly at: PlacedSpan;
  readonly block: BlockLink;
}

/** More objects than this are no system. */
export const mostObjects = 1_000_000;

/** More problems than this help nobody. */
export const mostProblems = 5000;

export function newLinkState(
  architecture: CapdlArchitecture | undefined,
  { blocks, index }: BlocksOfTree,
): LinkState {
  const state: LinkState = {
    architecture,
    blocks,
    index,
    faulty: newBlockList(),
    telling: newBlockList(),
    recounted: new Set(),
    current: nowhere,
    objects: new Map(),
    arrays: new Map(),
    names: new Map(),
    copies: new Map(),
    derivations: [],
    capabilityCount: 0,
    problemCount: 0,
    mustStartAgain: false,
    reporter: {
      add: (problem) => {
        if (state.problemCount >= mostProblems) {
          state.mustStartAgain = true;
          return;
        }
        state.problemCount += 1;
        const { current } = state;
        if (current.problems === undefined) {
          current.problems = [];
          addToList(state.faulty, current);
        }
        current.problems.push(problem);
      },
    },
  };
  return state;
}

/** Of all blocks of a tree. */
export function* newBlockLinks(
  placed: readonly PlacedBlock[],
  architecture: CapdlArchitecture | undefined,
): Generator<undefined, BlocksOfTree, undefined> {
  const index = newBlockIndex();
  const blocks: BlockLink[] = [];
  for (const each of placed) {
    const link = newBlockLink(each, architecture);
    blocks.push(link);
    enterBlock(index, link);
    yield;
  }
  return { blocks, index };
}

export function newBlockLink(
  placed: PlacedBlock,
  architecture: CapdlArchitecture | undefined,
): BlockLink {
  const { node } = placed.block;
  const isObject = node.kind === 'object';
  return {
    placed,
    own: isObject ? declarationProblems(node, architecture) : none,
    files: isObject ? filledFrom(node) : none,
    hasNames:
      node.kind === 'capabilityName' ||
      node.kind === 'derivation' ||
      (node.kind === 'container' && namesCapabilities(node)),
    objects: undefined,
    arrays: undefined,
    covered: undefined,
    used: undefined,
    capabilities: undefined,
    width: undefined,
    problems: undefined,
  };
}

const none: readonly never[] = [];

const namesCapabilities = ({ capabilities }: ContainerNode): boolean =>
  capabilities.some(
    ({ isCopy, name, parent }) => isCopy || name !== undefined || parent !== undefined,
  );

const nowhere: BlockLink = newBlockLink(
  {
    start: 0,
    block: {
      length: 0,
      reach: 0,
      before: 'top',
      after: 'top',
      node: { kind: 'skipped', start: 0, end: 0 },
      problems: [],
    },
  },
  undefined,
);

export function noteUse(state: LinkState, object: LinkedObject): void {
  changeUses(state, object, 1);
  (state.current.used ??= []).push(object);
}

export function changeUses({ recounted }: LinkState, object: LinkedObject, by: 1 | -1): void {
  object.uses += by;
  recounted.add(object);
}

/** Takes back what the block gave. Objects of it that others hold are stale from here on. */
export function unlinkBlock(state: LinkState, link: BlockLink): void {
  const { objects, arrays, covered, used, capabilities, problems } = link;
  for (const { container, slot } of capabilities ?? []) container.slots?.delete(slot);
  for (const object of used ?? []) changeUses(state, object, -1);
  for (const object of covered ?? []) {
    object.coveredBy = undefined;
    object.coveredAt = undefined;
  }
  for (const object of objects ?? []) {
    if (state.objects.get(object.name) === object) state.objects.delete(object.name);
  }
  for (const name of arrays ?? []) state.arrays.delete(name);
  state.capabilityCount -= capabilities?.length ?? 0;
  state.problemCount -= problems?.length ?? 0;
  removeFromList(state.faulty, link);
  removeFromList(state.telling, link);
  clearBlockLink(link);
}

/** As if it had never been linked. */
export function clearBlockLink(link: BlockLink): void {
  link.objects = link.arrays = link.covered = link.used = undefined;
  link.capabilities = link.width = link.problems = undefined;
}

/** The node of a block that declares objects. */
export const objectNodeOf = ({ placed: { block } }: BlockLink): ObjectNode | undefined =>
  block.node.kind === 'object' ? block.node : undefined;
