/**
 * Links a tree: resolves its names and makes all checks that depend on several declarations. After an edit only
 * the blocks are linked again that it concerns; what is said of single blocks stays with them, and checks of
 * the whole keep what they found of the rest. The result is that of linking everything, which a property compares.
 */
import type { SourceFiles } from '../text/source-files.js';
import { affectedBlocks } from './affected-blocks.js';
import { blocksInOrder, enterBlock, leaveBlock } from './block-index.js';
import { checkCapabilities } from './check-capabilities.js';
import { checkDialect, type CapdlDialect } from './check-dialect.js';
import { missingFiles } from './check-files.js';
import { checkMappingParameters, mappingCheck } from './check-mappings.js';
import { memoryCheck } from './check-memory.js';
import { threadCheck } from './check-threads.js';
import { unusedNames, usageCheck } from './check-usage.js';
import { linkCapabilities } from './link-capabilities.js';
import { linkObjects } from './link-objects.js';
import { linkArchitecture, linkDomains, linkInterrupts, type Interrupts } from './link-sections.js';
import {
  changeUses,
  clearBlockLink,
  newBlockLink,
  newBlockLinks,
  newLinkState,
  unlinkBlock,
  type BlockLink,
  type BlocksOfTree,
  type LinkState,
} from './link-state.js';
import type { Linked, LinkedCapability, LinkedObject, Reporter } from './linked.js';
import { syntaxProblems } from './parse.js';
import type { PlacedProblem, Problem } from './problem.js';
import { problemsInText } from './problems-in-text.js';
import type { CapdlArchitecture } from './spec.js';
import type { BlockNode, CapdlTree, PlacedBlock } from './tree.js';
import type { WholeCheck } from './whole-check.js';
import { noteWidths, wordBitsOf } from './word-size.js';

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
  readonly interrupts: KeptInterrupts;
  readonly checks: WholeChecks;
  /** Of names that nobody declares, the nearest of those that there are. */
  readonly nearest: Map<string, string | undefined>;
}

interface KeptInterrupts extends Interrupts {
  readonly isDump: boolean;
  readonly problems: readonly PlacedProblem[];
}

interface WholeChecks {
  readonly mappings: WholeCheck;
  readonly memory: WholeCheck;
  readonly threads: WholeCheck;
  readonly usage: WholeCheck;
  /** The objects that interrupts are mapped to. */
  readonly numbered: Set<LinkedObject>;
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
  let blocks: BlocksOfTree | undefined;
  if (kept !== undefined) {
    const replaced = replaceLinks(kept.state, before?.changes ?? []);
    const sections = sectionsOf(tree, kept.state);
    if (kept.state.architecture === linkArchitecture(sections, silent)) {
      blocks = replaced.state;
      const relinked = kept.state.mustStartAgain ? undefined : yield* relink(kept, replaced, tree);
      const made = relinked && (yield* checkAll(sections, options, relinked));
      if (made?.kept.state.mustStartAgain === false) return made;
      blocks.blocks.forEach(clearBlockLink);
    }
  }
  options.onWhole?.();
  // What a declaration says by itself depends on the architecture.
  const architecture = linkArchitecture(allSectionsOf(tree), silent);
  blocks ??= yield* newBlockLinks(tree.blocks, architecture);
  const sections = sectionsOf(tree, blocks);
  return yield* checkAll(sections, options, yield* linkAll(blocks, architecture));
}

const silent: Reporter = { add: () => undefined };

/** The tree without objects and containers, which are most of it, but with the first thing of the file. */
function sectionsOf(tree: CapdlTree, { index }: BlocksOfTree): CapdlTree {
  const blocks = blocksInOrder(index.sections).map(({ placed }) => placed);
  const first = tree.blocks.find(({ block: { node } }) => node.kind !== 'skipped');
  const isIn = first === undefined || first === blocks[0];
  return { isDump: tree.isDump, blocks: isIn ? blocks : [first, ...blocks] };
}

function allSectionsOf({ isDump, blocks }: CapdlTree): CapdlTree {
  let isFirst = true;
  return {
    isDump,
    blocks: blocks.filter(({ block: { node } }) => {
      if (node.kind === 'skipped') return false;
      const wasFirst = isFirst;
      isFirst = false;
      return wasFirst || (node.kind !== 'object' && node.kind !== 'container');
    }),
  };
}

/** A state in which the names are resolved, and the blocks that this was done for. */
interface Relinked {
  readonly state: LinkState;
  readonly blocks: readonly BlockLink[];
  /** Objects that came or went, or whose slots are others than before. */
  readonly changed: ReadonlySet<LinkedObject>;
  readonly word: number;
  readonly checks: WholeChecks;
  /** Undefined where they have to be made anew. */
  readonly interrupts: KeptInterrupts | undefined;
  readonly nearest: Map<string, string | undefined>;
}

interface Replaced {
  readonly state: LinkState;
  readonly removed: readonly BlockLink[];
  readonly added: readonly BlockLink[];
}

/** With a state whose blocks are those of the tree. */
function replaceLinks(before: LinkState, changes: readonly BlockChange[]): Replaced {
  const { architecture, index } = before;
  const removed = new Set<BlockLink>();
  let { blocks } = before;
  let added: BlockLink[] = [];
  for (const change of changes) {
    const end = change.first + change.count;
    const links = change.added.map((placed) => newBlockLink(placed, architecture));
    for (const link of blocks.slice(change.first, end)) {
      removed.add(link);
      leaveBlock(index, link);
    }
    for (const link of links) enterBlock(index, link);
    blocks = blocks.slice(0, change.first).concat(links, blocks.slice(end));
    added = [...added, ...links].filter((link) => !removed.has(link));
  }
  before.blocks = blocks;
  return { state: before, removed: [...removed], added };
}

/** Undefined where all has to be linked anew. */
function* relink(
  { word, checks, interrupts, nearest }: KeptLinks,
  replaced: Replaced,
  { isDump }: CapdlTree,
): Generator<undefined, Relinked | undefined, undefined> {
  const { state, removed } = replaced;
  const blocks = affectedBlocks(state.index, state.blocks.length, replaced);
  if (blocks === undefined) return undefined;
  yield;
  forgetDerivations(state);
  const changed = new Set<LinkedObject>();
  const unlinked = [...removed, ...blocks];
  for (const link of unlinked) {
    noteChanged(link, changed);
    for (const check of wholeChecks(checks)) check.leave(link);
  }
  const hasInterrupts = unlinked.some(({ placed: { block } }) => saysInterrupts(block.node));
  const hasObjects = unlinked.some(({ placed: { block } }) => block.node.kind === 'object');
  for (const link of unlinked) unlinkBlock(state, link);
  yield;
  yield* linkObjects(state, blocks);
  yield* linkCapabilities(state, blocks);
  if (state.mustStartAgain) return undefined;
  for (const link of blocks) noteChanged(link, changed);
  yield* noteWidths(state, blocks);
  if (wordBitsOf(state) !== word) return undefined;
  // In a dump the names of objects say numbers.
  const isSame = !hasInterrupts && interrupts.isDump === isDump && !(hasObjects && isDump);
  if (!isSame) for (const object of interrupts.used) changeUses(state, object, -1);
  return {
    state,
    blocks,
    changed,
    word,
    checks,
    interrupts: isSame ? interrupts : undefined,
    nearest: hasObjects ? new Map<string, string | undefined>() : nearest,
  };
}

const saysInterrupts = ({ kind }: BlockNode): boolean =>
  kind === 'interrupt' || kind === 'sectionStart' || kind === 'sectionEnd';

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
  blocks: BlocksOfTree,
  architecture: CapdlArchitecture | undefined,
): Generator<undefined, Relinked, undefined> {
  const state = newLinkState(architecture, blocks);
  yield* linkObjects(state, state.blocks);
  yield* linkCapabilities(state, state.blocks);
  yield* noteWidths(state, state.blocks);
  return {
    state,
    blocks: state.blocks,
    changed: new Set(),
    word: wordBitsOf(state),
    checks: newChecks(state),
    interrupts: undefined,
    nearest: new Map(),
  };
}

function newChecks(state: LinkState): WholeChecks {
  const { architecture } = state;
  const numbered = new Set<LinkedObject>();
  return {
    mappings: mappingCheck(state),
    memory: memoryCheck(architecture),
    threads: threadCheck(architecture),
    usage: usageCheck(state, (object) => numbered.has(object)),
    numbered,
  };
}

const wholeChecks = ({ mappings, memory, threads, usage }: WholeChecks): readonly WholeCheck[] => [
  mappings,
  memory,
  threads,
  usage,
];

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
  sections: CapdlTree,
  { path, text, dialect, files }: LinkOptions,
  { state, blocks, changed, word, checks, nearest, ...before }: Relinked,
): Generator<undefined, LinkedTree, undefined> {
  const { index } = state;
  const whole: PlacedProblem[] = [];
  const reporter = { add: (problem: PlacedProblem) => whole.push(problem) };
  const architecture = linkArchitecture(sections, reporter);
  for (const link of blocks) {
    state.current = link;
    const capabilities = link.capabilities ?? none;
    checkMappingParameters(capabilities, state);
    checkCapabilities(capabilities, { architecture, word }, state.reporter);
    if (dialect !== undefined) checkDialect(link.placed, capabilities, dialect, state.reporter);
    for (const check of wholeChecks(checks)) check.enter(link);
    yield;
  }
  const interrupts = before.interrupts ?? newInterrupts(sections, state, checks);
  const linked: Linked = linkedWith(state, interrupts.irqs, linkDomains(sections, reporter));
  yield;
  const changes = { slots: changed, uses: state.recounted };
  for (const check of wholeChecks(checks)) yield* check.update(changes);
  state.recounted.clear();
  const { mappings, memory, threads, usage } = checks;
  whole.push(...interrupts.problems);
  for (const check of [mappings, memory, threads]) addAll(whole, check.problems());
  if (files !== undefined) addAll(whole, missingFiles(index.files, { path, files }));
  const notable = blocksInOrder(index.notable);
  const syntax = syntaxProblems({ blocks: notable.map((link) => link.placed) }, text);
  // After a fault in the syntax much is unused that would not be.
  if (syntax.length === 0) {
    addAll(whole, usage.problems());
    addAll(whole, unusedNames(state.names.values()));
  }
  yield;
  return {
    linked,
    problems: problemsInText(state, syntax, whole, nearest),
    work: { linkedBlocks: blocks.length, allBlocks: state.blocks.length },
    kept: { state, word, interrupts, checks, nearest },
  };
}

function addAll<Item>(to: Item[], items: Iterable<Item>): void {
  for (const item of items) to.push(item);
}

function newInterrupts(
  sections: CapdlTree,
  state: LinkState,
  { numbered }: WholeChecks,
): KeptInterrupts {
  const problems: PlacedProblem[] = [];
  const reporter = { add: (problem: PlacedProblem) => problems.push(problem) };
  const { objects, arrays } = state;
  const { irqs, used } = linkInterrupts(sections, { objects, arrays, reporter });
  for (const object of used) changeUses(state, object, 1);
  numbered.clear();
  for (const { object } of irqs.values()) numbered.add(object);
  return { irqs, used, problems, isDump: sections.isDump };
}
