/**
 * Links a tree: resolves its names and makes all checks that depend on several declarations. After an edit only
 * the blocks are linked again that it concerns; what is said of single blocks stays with them, and checks of
 * the whole run over lists that are kept. The result is that of linking everything, which a property compares.
 */
import type { SourceFiles } from '../text/source-files.js';
import { nearestNames } from '../text/suggest.js';
import { affectedBlocks } from './affected-blocks.js';
import { checkCapabilities } from './check-capabilities.js';
import { checkDialect, type CapdlDialect } from './check-dialect.js';
import { checkFiles } from './check-files.js';
import { checkMappings, isMapping } from './check-mappings.js';
import { checkMemory } from './check-memory.js';
import { checkThread, type CheckedThread } from './check-threads.js';
import { checkUsage } from './check-usage.js';
import { linkCapabilities } from './link-capabilities.js';
import { linkObjects } from './link-objects.js';
import { linkArchitecture, linkDomains, linkInterrupts } from './link-sections.js';
import {
  clearBlockLink,
  mostProblems,
  newBlockLink,
  newLinkState,
  unlinkBlock,
  type BlockLink,
  type LinkState,
} from './link-state.js';
import type { Linked, LinkedCapability, LinkedObject, Reporter } from './linked.js';
import { syntaxProblems } from './parse.js';
import { movedProblem, problemInText, type PlacedProblem, type Problem } from './problem.js';
import type { CapdlArchitecture } from './spec.js';
import type { CapdlTree, PlacedBlock } from './tree.js';
import { noteGuards, wordBitsOf } from './word-size.js';

export interface LinkOptions {
  readonly path: string;
  /** What the tree was read from. */
  readonly text: string;
  readonly dialect?: CapdlDialect | undefined;
  readonly files?: SourceFiles | undefined;
  /** Called when it turns out that all has to be linked. */
  readonly onWhole?: () => void;
}

/** A tree that is linked. It holds until the tree is edited. */
export interface LinkedTree {
  readonly linked: Linked;
  /** Of the syntax, too; in the order of the text. */
  readonly problems: readonly Problem[];
  /** How many blocks were linked for it, of how many. */
  readonly work: { readonly linkedBlocks: number; readonly allBlocks: number };
  readonly kept: KeptLinks;
}

/** What the next version of the text is linked from. */
export interface KeptLinks {
  readonly state: LinkState;
  readonly word: number;
  readonly mappedInterrupts: readonly LinkedObject[];
  readonly threads: Map<LinkedObject, CheckedThread>;
  /** Of names that nobody declares, the nearest of those that there are. */
  readonly nearest: Map<string, string | undefined>;
}

/** `count` blocks from `first` on were replaced by `added`. */
export interface BlockChange {
  readonly first: number;
  readonly count: number;
  readonly added: readonly PlacedBlock[];
}

/** `before` is used up, also when the work is given up half way. */
export function* linkTree(
  tree: CapdlTree,
  options: LinkOptions,
  before?: { readonly kept: KeptLinks; readonly changes: readonly BlockChange[] },
): Generator<undefined, LinkedTree, undefined> {
  const kept = before?.kept;
  const sections = sectionsOf(tree);
  const architecture = linkArchitecture(sections, newReporter());
  if (kept !== undefined && kept.state.architecture === architecture) {
    const replaced = replaceLinks(kept.state, before?.changes ?? []);
    const relinked = kept.state.mustStartAgain ? undefined : yield* relink(kept, replaced);
    const made = relinked && (yield* checkAll(tree, sections, options, relinked, kept));
    if (made?.kept.state.mustStartAgain === false) return made;
  }
  options.onWhole?.();
  return yield* checkAll(tree, sections, options, yield* linkAll(tree, architecture, kept), kept);
}

/** The tree without objects and containers, which are most of it, but with the first thing of the file. */
function sectionsOf(tree: CapdlTree): CapdlTree {
  let isFirst = true;
  const blocks = tree.blocks.filter(({ block: { node } }) => {
    const wasFirst = isFirst && node.kind !== 'skipped';
    if (wasFirst) isFirst = false;
    return wasFirst || (node.kind !== 'object' && node.kind !== 'container');
  });
  return { isDump: tree.isDump, blocks };
}

/** A state in which the names are resolved, and the blocks that this was done for. */
interface Relinked {
  readonly state: LinkState;
  readonly blocks: readonly BlockLink[];
  /** Objects that are new, or whose slots are others than before; undefined for all. */
  readonly changed: ReadonlySet<LinkedObject> | undefined;
  readonly word: number;
  readonly hasNewNames: boolean;
}

interface Replaced {
  readonly removed: readonly BlockLink[];
  readonly added: readonly BlockLink[];
}

function replaceLinks(state: LinkState, changes: readonly BlockChange[]): Replaced {
  const removed = new Set<BlockLink>();
  let added: BlockLink[] = [];
  for (const change of changes) {
    const { blocks, architecture } = state;
    const end = change.first + change.count;
    const links = change.added.map((placed) => newBlockLink(placed, architecture));
    for (const link of blocks.slice(change.first, end)) removed.add(link);
    state.blocks = blocks.slice(0, change.first).concat(links, blocks.slice(end));
    added = [...added, ...links].filter((link) => !removed.has(link));
  }
  return { removed: [...removed], added };
}

/** Undefined where all has to be linked anew. */
function* relink(
  { state, word, mappedInterrupts }: KeptLinks,
  replaced: Replaced,
): Generator<undefined, Relinked | undefined, undefined> {
  const blocks = affectedBlocks(state.blocks, replaced);
  if (blocks === undefined) return undefined;
  yield;
  forgetDerivations(state);
  for (const object of mappedInterrupts) object.uses -= 1;
  const changed = new Set<LinkedObject>();
  for (const link of [...replaced.removed, ...blocks]) {
    noteChanged(link, changed);
    unlinkBlock(state, link);
  }
  yield;
  yield* linkObjects(state, blocks);
  yield* linkCapabilities(state, blocks);
  if (state.mustStartAgain) return undefined;
  for (const link of blocks) noteChanged(link, changed);
  yield* noteGuards(blocks);
  if (wordBitsOf(state) !== word) return undefined;
  const hasNewNames = [...replaced.removed, ...blocks].some(
    ({ placed }) => placed.block.node.kind === 'object',
  );
  return { state, blocks, changed, word, hasNewNames };
}

function noteChanged({ objects, capabilities }: BlockLink, changed: Set<LinkedObject>): void {
  for (const object of objects ?? []) changed.add(object);
  for (const { container } of capabilities ?? []) changed.add(container);
}

/** They are made anew each time, from the blocks that say them. */
function forgetDerivations(state: LinkState): void {
  for (const { child } of state.derivations) {
    const capability = child.object.slots?.get(child.slot);
    if (capability !== undefined) capability.parent = undefined;
  }
  state.derivations = [];
  state.names.clear();
  state.copies.clear();
}

function* linkAll(
  tree: CapdlTree,
  architecture: CapdlArchitecture | undefined,
  kept: KeptLinks | undefined,
): Generator<undefined, Relinked, undefined> {
  const state = newLinkState(architecture);
  if (kept !== undefined && kept.state.architecture === architecture) {
    state.blocks = kept.state.blocks;
    state.blocks.forEach(clearBlockLink);
  } else {
    for (const placed of tree.blocks) {
      state.blocks.push(newBlockLink(placed, architecture));
      yield;
    }
  }
  yield* linkObjects(state, state.blocks);
  yield* linkCapabilities(state, state.blocks);
  yield* noteGuards(state.blocks);
  const word = wordBitsOf(state);
  return { state, blocks: state.blocks, changed: undefined, word, hasNewNames: true };
}

function linkedWith(state: LinkState, irqs: Linked['irqs'], domains: Linked['domains']): Linked {
  const { architecture, objects, arrays, names, derivations } = state;
  const { blocks } = state;
  let orderedObjects: LinkedObject[] | undefined;
  let capabilities: LinkedCapability[] | undefined;
  return {
    architecture,
    objects,
    arrays,
    get orderedObjects() {
      return (orderedObjects ??= allOf(blocks, (link) => link.objects));
    },
    get capabilities() {
      return (capabilities ??= allOf(blocks, (link) => link.capabilities));
    },
    capabilityNames: names,
    derivations,
    irqs,
    domains,
  };
}

function allOf<Item>(
  blocks: readonly BlockLink[],
  itemsOf: (link: BlockLink) => readonly Item[] | undefined,
): Item[] {
  const all: Item[] = [];
  for (const link of blocks) for (const item of itemsOf(link) ?? none) all.push(item);
  return all;
}

const none: readonly never[] = [];

function* checkAll(
  tree: CapdlTree,
  sections: CapdlTree,
  { path, text, dialect, files }: LinkOptions,
  { state, blocks, changed, word, hasNewNames }: Relinked,
  before: KeptLinks | undefined,
): Generator<undefined, LinkedTree, undefined> {
  const whole = newReporter();
  const architecture = linkArchitecture(sections, whole);
  for (const link of blocks) {
    state.current = link;
    const capabilities = link.capabilities ?? none;
    link.mappings = undefined;
    for (const capability of capabilities)
      if (isMapping(capability)) (link.mappings ??= []).push(capability);
    checkCapabilities(capabilities, { architecture, word }, state.reporter);
    if (dialect !== undefined) checkDialect(link.placed, capabilities, dialect, state.reporter);
    yield;
  }
  const tables = { objects: state.objects, arrays: state.arrays, reporter: whole };
  const { irqs, used } = linkInterrupts(sections, tables);
  for (const object of used) object.uses += 1;
  const linked: Linked = linkedWith(state, irqs, linkDomains(sections, whole));
  yield;
  checkMappings(
    allOf(state.blocks, (link) => link.mappings),
    tables,
  );
  yield;
  yield* checkMemory(linked.orderedObjects, architecture, whole);
  yield;
  const threads =
    (changed === undefined ? undefined : before?.threads) ?? new Map<LinkedObject, CheckedThread>();
  yield* checkThreads(linked, threads, changed, whole);
  if (files !== undefined) checkFiles(state.blocks, { path, files }, whole);
  const syntax = syntaxProblems(tree, text);
  // After a fault in the syntax much is unused that would not be.
  if (syntax.length === 0) checkUsage(linked, whole);
  yield;
  const nearest =
    (hasNewNames ? undefined : before?.nearest) ?? new Map<string, string | undefined>();
  return {
    linked,
    problems: problemsInText(state, syntax, whole.problems, nearest),
    work: { linkedBlocks: blocks.length, allBlocks: state.blocks.length },
    kept: { state, word, mappedInterrupts: used, threads, nearest },
  };
}

/** A thread is looked at again when its slots, or those of a table on the way to its memory, have changed. */
function* checkThreads(
  { architecture, orderedObjects }: Linked,
  threads: Map<LinkedObject, CheckedThread>,
  changed: ReadonlySet<LinkedObject> | undefined,
  reporter: Reporter,
): Generator<undefined, void, undefined> {
  if (architecture === undefined) return;
  for (const object of changed ?? []) threads.delete(object);
  for (const object of orderedObjects) {
    if (object.declaration.type !== 'tcb') continue;
    let checked = threads.get(object);
    if (checked === undefined || hasAny(checked.lookedAt, changed)) {
      checked = checkThread(object, architecture);
      threads.set(object, checked);
      yield;
    }
    checked.problems.forEach(reporter.add);
  }
}

function hasAny(
  some: ReadonlySet<LinkedObject>,
  others: ReadonlySet<LinkedObject> | undefined,
): boolean {
  if (others === undefined) return true;
  for (const each of some) if (others.has(each)) return true;
  return false;
}

interface ProblemList extends Reporter {
  readonly problems: readonly PlacedProblem[];
}

function newReporter(): ProblemList {
  const problems: PlacedProblem[] = [];
  return {
    problems,
    add: (problem) => {
      if (problems.length < mostProblems) problems.push(problem);
    },
  };
}

/** Looking for a similar name takes long: it is done for the first few. */
const mostGuesses = 20;

function problemsInText(
  state: LinkState,
  syntax: readonly Problem[],
  whole: readonly PlacedProblem[],
  nearest: Map<string, string | undefined>,
): readonly Problem[] {
  const found: { readonly start: number; readonly problem: Problem | PlacedProblem }[] = [];
  const add = (problem: Problem | PlacedProblem): void => {
    const start = 'in' in problem ? problem.in.start + problem.start : problem.start;
    found.push({ start, problem });
  };
  syntax.forEach(add);
  for (const { own, placed, problems } of state.blocks) {
    for (const problem of own) add(movedProblem(problem, placed.start));
    problems?.forEach(add);
  }
  whole.forEach(add);
  found.sort((one, other) => one.start - other.start);
  let guesses = 0;
  return found.slice(0, mostProblems).map(({ problem }) => {
    if (!('in' in problem)) return problem;
    if (problem.guess === undefined || guesses === mostGuesses) return problemInText(problem);
    guesses += 1;
    const { name, among } = problem.guess;
    const key = `${among} ${name}`;
    const names = among === 'capabilities' ? state.names : state[among];
    // The names are in no order, and the answer must not depend on it.
    if (among === 'capabilities' || !nearest.has(key))
      nearest.set(key, nearestNames(name, names.keys()).toSorted()[0]);
    return problemInText(problem, nearest.get(key));
  });
}
