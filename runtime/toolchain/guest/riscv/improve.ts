/**
 * Makes a graph smaller without a change of what it does: blocks that nothing leads to go, a test whose outcome is
 * known by the way that led to it is passed by, equal values are computed once, and values that nobody reads are not
 * computed at all.
 */
import { at } from './at.js';
import { dominatorsOf } from './dominators.js';
import type { Dominators } from './dominators.js';
import { decideBranches } from './decided-branches.js';
import { leadOnlyTo } from './edges.js';
import { binary, constantOf } from './fold.js';
import type { Cursor } from './fold.js';
import type { BinaryOp, Block, BranchTest, Exit, Graph, GraphNode } from './graph.js';
import type { MemoryStates } from './memory-states.js';
import { memoryStates } from './memory-states.js';
import { moveInvariants } from './loop-invariants.js';
import { reduceStrength } from './reduce-strength.js';
import { joinTruths, splitBranches } from './truths.js';
import { sinkValues } from './sink.js';
import {
  exitValues,
  hasEffect,
  isPlaceless,
  isPure,
  isStore,
  mapExit,
  resolve,
  successors,
} from './graph.js';

export function improveGraph(graph: Graph): void {
  removeUnreachable(graph);
  removeTrivialPhis(graph);
  shareAndClean(graph);
  sinkValues(graph);
  passTests(graph);
  shareAndClean(graph);
  splitBranches(graph, countUses(graph));
  foldExits(graph);
  mergeChains(graph);
  moveInvariants(graph);
  shareAndClean(graph);
  decideBranches(graph);
  shareAndClean(graph);
  mergeChains(graph);
  sinkValues(graph);
  passTests(graph);
  shareAndClean(graph);
  mergeChains(graph);
  joinTruths(graph);
  shareAndClean(graph);
  mergeChains(graph);
  removeDead(graph);
  reduceStrength(graph);
  moveInvariants(graph);
  shareAndClean(graph);
  removeDead(graph);
  sinkValues(graph);
  markCold(graph);
}

function shareAndClean(graph: Graph): void {
  removeUnreachable(graph);
  removeTrivialPhis(graph);
  shareValues(graph);
  removeUnreachable(graph);
  removeTrivialPhis(graph);
}

/** What every graph needs, also one that is to stay as it was written. */
export function cleanGraph(graph: Graph): void {
  removeUnreachable(graph);
  removeTrivialPhis(graph);
  foldExits(graph);
  removeUnreachable(graph);
  removeTrivialPhis(graph);
  markCold(graph);
}

/** A jump to a block that nothing else leads to is no jump. */
function mergeChains(graph: Graph): void {
  const gone = new Set<Block>();
  for (const block of graph.blocks) {
    if (gone.has(block)) continue;
    while (block.exit.kind === 'jump') {
      const next = block.exit.to;
      if (next === block || next === graph.entry || next.predecessors.length !== 1) break;
      if (next.phis.length > 0 || next.loop !== block.loop) break;
      for (const node of next.nodes) {
        node.block = block;
        block.nodes.push(node);
      }
      block.exit = next.exit;
      block.exitOffset = next.exitOffset;
      for (const after of successors(next.exit))
        after.predecessors = after.predecessors.map((from) => (from === next ? block : from));
      gone.add(next);
    }
  }
  graph.blocks = graph.blocks.filter((block) => !gone.has(block));
}

function removeUnreachable(graph: Graph): void {
  const reached = new Set<Block>([graph.entry]);
  const work = [graph.entry];
  for (let block = work.pop(); block !== undefined; block = work.pop())
    for (const next of successors(block.exit))
      if (!reached.has(next)) {
        reached.add(next);
        work.push(next);
      }
  graph.blocks = graph.blocks.filter((block) => reached.has(block));
  for (const block of graph.blocks) {
    if (block.predecessors.every((from) => reached.has(from))) continue;
    const keep = block.predecessors.map((from) => reached.has(from));
    block.predecessors = block.predecessors.filter((_, index) => keep[index]);
    for (const phi of block.phis) phi.args = phi.args.filter((_, index) => keep[index]);
  }
}

/** A phi of one value and itself is that value. */
function removeTrivialPhis(graph: Graph): void {
  const users = new Map<GraphNode, GraphNode[]>();
  const work: GraphNode[] = [];
  for (const block of graph.blocks)
    for (const phi of block.phis) {
      work.push(phi);
      for (const arg of phi.args) {
        const list = users.get(arg);
        if (list === undefined) users.set(arg, [phi]);
        else list.push(phi);
      }
    }
  for (let phi = work.pop(); phi !== undefined; phi = work.pop()) {
    if (phi.replacement !== undefined) continue;
    const value = onlyValue(phi);
    if (value === undefined) continue;
    phi.replacement = value;
    const list = users.get(phi) ?? [];
    work.push(...list);
    const other = users.get(value);
    if (other === undefined) users.set(value, list);
    else other.push(...list);
  }
  for (const block of graph.blocks) {
    block.phis = block.phis.filter(({ replacement }) => replacement === undefined);
    for (const node of block.phis) node.args = node.args.map(resolve);
    for (const node of block.nodes) node.args = node.args.map(resolve);
    mapExit(block.exit, resolve);
  }
}

function onlyValue(phi: GraphNode): GraphNode | undefined {
  let value: GraphNode | undefined;
  for (const arg of phi.args) {
    const known = resolve(arg);
    if (known === phi || known === value) continue;
    if (value !== undefined && !isEqualConstant(value, known)) return undefined;
    value ??= known;
  }
  return value;
}

const isEqualConstant = (a: GraphNode, b: GraphNode): boolean =>
  a.op === 'const' && b.op === 'const' && a.imm === b.imm;

/** In the order of dominance: simplifies again, and finds equal values that are known here. */
function shareValues(graph: Graph): void {
  const dominators = dominatorsOf(graph);
  const sharing: Sharing = { dominators, memory: memoryStates(dominators), known: new Map() };
  for (const block of dominators.order) {
    const cursor: Cursor = { graph, block, offset: 0 };
    const nodes = block.nodes;
    block.nodes = [];
    for (const node of nodes) {
      node.args = node.args.map(resolve);
      cursor.offset = node.offset;
      if (!isPure(node.op)) {
        foldOffset(node);
        if (sharing.memory.stateOf(node) === undefined) block.nodes.push(node);
        else if (isStore(node.op)) shareStored(block, node, sharing);
        else shareValue(block, node, sharing);
        continue;
      }
      const before = block.nodes.length;
      const simple = isBinary(node)
        ? binary(cursor, node.op as BinaryOp, at(node.args, 0), at(node.args, 1))
        : node;
      if (simple === node) block.nodes.push(node);
      // What simplifying has made may be known, too.
      const made = block.nodes.splice(before);
      for (const fresh of made) shareValue(block, fresh, sharing);
      const value = resolve(simple);
      if (value !== node) node.replacement = value;
    }
    mapExit(block.exit, resolve);
    foldExit(block);
  }
  for (const block of graph.blocks) {
    for (const phi of block.phis) phi.args = phi.args.map(resolve);
    for (const node of block.nodes) node.args = node.args.map(resolve);
    mapExit(block.exit, resolve);
  }
}

const accessBytes: Partial<Record<GraphNode['op'], number>> = {
  ...{ lb: 1, lbu: 1, sb: 1, lh: 2, lhu: 2, sh: 2, lw: 4, sw: 4 },
};

/** A number that is added to the address of an access can stand in the access. */
function foldOffset(node: GraphNode): void {
  const base = node.args[0];
  const sizeBytes = accessBytes[node.op];
  if (sizeBytes === undefined || node.symbol !== undefined || base?.op !== 'add') return;
  const number = constantOf(at(base.args, 1));
  if (number === undefined) return;
  const offset = (number + node.imm) | 0;
  if (offset < -2048 || offset + sizeBytes > 2048) return;
  node.args[0] = at(base.args, 0);
  node.imm = offset;
}

const isBinary = (node: GraphNode): boolean => isPure(node.op) && node.args.length === 2;

interface Sharing {
  readonly dominators: Dominators;
  readonly memory: MemoryStates;
  readonly known: Map<string, Known[]>;
}

/** A value, and the block from which on it is known. */
interface Known {
  readonly value: GraphNode;
  readonly block: Block;
}

function shareValue(block: Block, node: GraphNode, { known, dominators, memory }: Sharing): void {
  node.args = node.args.map(resolve);
  const key = keyOf(node.op, node, node.args, memory);
  const candidates = known.get(key);
  // The newest one that lies on every way to here; a bounded look back.
  const equal = isPlaceless(node.op)
    ? candidates?.[0]
    : candidates?.findLast((other) => dominators.dominates(other.block, block));
  if (equal !== undefined) {
    node.replacement = equal.value;
    return;
  }
  block.nodes.push(node);
  remember(known, key, { value: node, block });
}

/** Who loads a word that has just been stored gets what was stored. */
function shareStored(block: Block, node: GraphNode, { known, memory }: Sharing): void {
  block.nodes.push(node);
  if (node.op !== 'sw') return;
  const key = keyOf('lw', node, node.args.slice(0, 1), memory);
  remember(known, key, { value: at(node.args, 1), block });
}

const keyOf = (
  op: GraphNode['op'],
  node: GraphNode,
  args: readonly GraphNode[],
  memory: MemoryStates,
): string =>
  [op, node.imm, node.symbol ?? '', memory.stateOf(node) ?? '', ...args.map(({ id }) => id)].join(
    ' ',
  );

function remember(known: Map<string, Known[]>, key: string, found: Known): void {
  const candidates = known.get(key);
  if (candidates === undefined) known.set(key, [found]);
  else {
    candidates.push(found);
    if (candidates.length > 16) candidates.shift();
  }
}

function foldExits(graph: Graph): void {
  for (const block of graph.blocks) foldExit(block);
}

/** Looks through the comparison that a branch tests, and takes a branch that is always taken. */
function foldExit(block: Block): void {
  const { exit } = block;
  if (exit.kind === 'switch') {
    const index = constantOf(exit.index);
    if (index === undefined) return;
    const to = exit.targets[index >>> 0] ?? exit.otherwise;
    leadOnlyTo(block, to);
    return;
  }
  if (exit.kind !== 'branch') return;
  while (lookThrough(exit));
  const [left, right] = [constantOf(exit.left), constantOf(exit.right)];
  if (left === undefined || right === undefined) return;
  leadOnlyTo(block, holds(exit.test, left, right) ? exit.then : exit.otherwise);
}

function holds(test: BranchTest, a: number, b: number): boolean {
  switch (test) {
    case 'beq':
      return a === b;
    case 'bne':
      return a !== b;
    case 'blt':
      return a < b;
    case 'bge':
      return a >= b;
    case 'bltu':
      return a >>> 0 < b >>> 0;
    case 'bgeu':
      return a >>> 0 >= b >>> 0;
  }
}

/** True when the branch got simpler: it tests what a comparison compares, and not its outcome. */
function lookThrough(exit: Exit & { readonly kind: 'branch' }): boolean {
  if ((exit.test !== 'bne' && exit.test !== 'beq') || constantOf(exit.right) !== 0) return false;
  const isTrueTaken = exit.test === 'bne';
  const { left: truth } = exit;
  const tests: Partial<Record<string, readonly [whenTrue: BranchTest, whenFalse: BranchTest]>> = {
    seq: ['beq', 'bne'],
    sne: ['bne', 'beq'],
    slt: ['blt', 'bge'],
    sltu: ['bltu', 'bgeu'],
  };
  const row = tests[truth.op];
  if (row === undefined) return false;
  exit.test = isTrueTaken ? row[0] : row[1];
  exit.left = at(truth.args, 0);
  exit.right = at(truth.args, 1);
  return true;
}

/**
 * A block that only tests its phi: whoever brings a constant there goes where the test leads. That is what `&&` and
 * `||` become.
 */
function passTests(graph: Graph): void {
  const uses = countUses(graph);
  for (const block of graph.blocks) passJoin(block, uses);
  for (const block of graph.blocks) {
    const { exit, phis } = block;
    const [phi] = phis;
    if (exit.kind !== 'branch' || phis.length !== 1 || phi === undefined) continue;
    const right = constantOf(exit.right);
    if (exit.left !== phi || right === undefined || uses.get(phi) !== 1) continue;
    if (block.nodes.some(({ op }) => !isPlaceless(op))) continue;
    for (const from of [...block.predecessors]) {
      const index = block.predecessors.indexOf(from);
      const value = constantOf(at(phi.args, index));
      if (value === undefined || from.exit.kind !== 'jump' || from === block) continue;
      const to = holds(exit.test, value, right) ? exit.then : exit.otherwise;
      // A block with several ways in and a phi would need values for the new way.
      if (to.phis.length > 0 || to === block) continue;
      from.exit.to = to;
      to.predecessors.push(from);
      removeEdge(block, index);
    }
  }
}

/** A block that only joins values, for the block after it to join with others: its ways in lead there at once. */
function passJoin(block: Block, uses: ReadonlyMap<GraphNode, number>): void {
  const { exit, phis } = block;
  if (exit.kind !== 'jump' || phis.length === 0) return;
  const next = exit.to;
  const index = next.predecessors.indexOf(block);
  if (next === block || next.loop !== block.loop || next.loop?.header === next) return;
  if (block.nodes.some(({ op }) => !isPlaceless(op))) return;
  const isOnlyPassed = (phi: GraphNode): boolean =>
    uses.get(phi) === 1 && next.phis.some(({ args }) => args[index] === phi);
  if (!phis.every(isOnlyPassed)) return;
  block.predecessors.forEach((from, way) => {
    if (from.exit.kind !== 'jump') return;
    for (const phi of next.phis) {
      const arg = at(phi.args, index);
      phi.args.push(phis.includes(arg) ? at(arg.args, way) : arg);
    }
    next.predecessors.push(from);
    from.exit.to = next;
  });
  block.predecessors = [];
  block.phis = [];
  removeEdge(next, index);
}

function countUses(graph: Graph): Map<GraphNode, number> {
  const uses = new Map<GraphNode, number>();
  const use = (node: GraphNode): void => void uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const block of graph.blocks) {
    for (const phi of block.phis) phi.args.forEach(use);
    for (const node of block.nodes) node.args.forEach(use);
    exitValues(block.exit).forEach(use);
  }
  return uses;
}

function removeEdge(block: Block, index: number): void {
  block.predecessors.splice(index, 1);
  for (const phi of block.phis) phi.args.splice(index, 1);
}

/** A block from which every way leads to a trap is not worth registers or a good place. */
function markCold(graph: Graph): void {
  for (const block of [...graph.blocks].reverse()) {
    const next = successors(block.exit);
    if (block.exit.kind === 'trap') block.isCold = true;
    else if (next.length > 0 && next.every(({ isCold }) => isCold)) block.isCold = true;
  }
}

/** How often each node is read, counting only what must be computed; others are removed. */
export function removeDead(graph: Graph): ReadonlyMap<GraphNode, number> {
  const uses = new Map<GraphNode, number>();
  const work: GraphNode[] = [];
  const use = (node: GraphNode): void => {
    const count = uses.get(node);
    uses.set(node, (count ?? 0) + 1);
    if (count === undefined) work.push(node);
  };
  for (const block of graph.blocks) {
    for (const node of block.nodes) if (hasEffect(node)) node.args.forEach(use);
    exitValues(block.exit).forEach(use);
  }
  for (let node = work.pop(); node !== undefined; node = work.pop())
    if (!hasEffect(node)) node.args.forEach(use);
  for (const block of graph.blocks) {
    block.phis = block.phis.filter((phi) => uses.has(phi));
    block.nodes = block.nodes.filter((node) => uses.has(node) || hasEffect(node));
  }
  return uses;
}
