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
  /** Of the capabilities those that map something, and those that tell how wide a word is. */
  mappings: LinkedCapability[] | undefined;
  guards: LinkedCapability[] | undefined;
  problems: PlacedProblem[] | undefined;
}

export interface LinkState extends ObjectTable {
  readonly architecture: CapdlArchitecture | undefined;
  blocks: BlockLink[];
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

export function newLinkState(architecture: CapdlArchitecture | undefined): LinkState {
  const state: LinkState = {
    architecture,
    blocks: [],
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
        (state.current.problems ??= []).push(problem);
      },
    },
  };
  return state;
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
    mappings: undefined,
    guards: undefined,
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

export function noteUse({ current }: LinkState, object: LinkedObject): void {
  object.uses += 1;
  (current.used ??= []).push(object);
}

/** Takes back what the block gave. Objects of it that others hold are stale from here on. */
export function unlinkBlock(state: LinkState, link: BlockLink): void {
  const { objects, arrays, covered, used, capabilities, problems } = link;
  for (const { container, slot } of capabilities ?? []) container.slots?.delete(slot);
  for (const object of used ?? []) object.uses -= 1;
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
  clearBlockLink(link);
}

/** As if it had never been linked. */
export function clearBlockLink(link: BlockLink): void {
  link.objects = link.arrays = link.covered = link.used = undefined;
  link.capabilities = link.mappings = link.guards = link.problems = undefined;
}

/** The node of a block that declares objects. */
export const objectNodeOf = ({ placed: { block } }: BlockLink): ObjectNode | undefined =>
  block.node.kind === 'object' ? block.node : undefined;
