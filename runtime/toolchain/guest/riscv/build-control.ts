/** Blocks, loops, branches and tables of branches: what opens and closes labels, and leads to them. */
import type { ValueType, WasmInstruction } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { at } from './at.js';
import { branchTo, compileTest, edgeTo } from './build-branch.js';
import type { Builder, Words } from './builder.js';
import { beginBlock, branchOn, endWithTrap, jumpTo, pop, wordsOf } from './builder.js';
import { addNode, constant } from './fold.js';
import type { Block, GraphNode } from './graph.js';
import { newBlock } from './graph.js';
import {
  blockFrame,
  frameAt,
  merge,
  setState,
  stateOf,
  type Frame,
  type RepeatedTest,
} from './label-frames.js';
import type { LoopTest } from './loop-tests.js';
import { trapKinds } from './trap-kinds.js';

export function compileControl(
  builder: Builder,
  frames: Frame[],
  instruction: WasmInstruction,
): boolean {
  switch (instruction.opcode) {
    case op.block:
    case op.if:
      openBlock(builder, frames, instruction);
      return true;
    case op.else:
      openElse(builder, frames);
      return true;
    case op.end:
      closeBlock(builder, frames);
      return true;
    case op.br:
      branchTo(builder, frameAt(frames, instruction.index));
      beginUnreachable(builder);
      return true;
    case op.brIf: {
      const [condition] = pop(builder);
      const from = builder.block;
      const then = edgeTo(builder, frameAt(frames, instruction.index));
      const next = newBlock(builder.graph, builder.loop);
      builder.block = from;
      then.predecessors.length = 0;
      branchOn(builder, condition, then, next);
      beginBlock(builder, next);
      return true;
    }
    case op.brTable:
      compileTable(builder, frames, instruction);
      return true;
    case op.return: {
      branchTo(builder, at(frames, 0));
      beginUnreachable(builder);
      return true;
    }
    case op.unreachable:
      endWithTrap(builder, trapKinds.unreachable, []);
      beginUnreachable(builder);
      return true;
    default:
      return false;
  }
}

function compileTable(
  builder: Builder,
  frames: readonly Frame[],
  { labels }: WasmInstruction,
): void {
  const [index] = pop(builder);
  const from = builder.block;
  const edges = new Map<number, Block>();
  const blocks = labels.map((label) => {
    const edge = edges.get(label) ?? edgeTo(builder, frameAt(frames, label));
    edges.set(label, edge);
    return edge;
  });
  from.exit = {
    kind: 'switch',
    index,
    targets: blocks.slice(0, -1),
    otherwise: at(blocks, blocks.length - 1),
  };
  from.exitOffset = builder.offset;
  beginUnreachable(builder);
}

function openBlock(builder: Builder, frames: Frame[], { opcode, result }: WasmInstruction): void {
  const frame = blockFrame(builder, opcode, result);
  frames.push(frame);
  if (opcode !== op.if) return;
  const [condition] = pop(builder);
  const then = newBlock(builder.graph, builder.loop);
  const otherwise = newBlock(builder.graph, builder.loop);
  branchOn(builder, condition, then, otherwise);
  frames[frames.length - 1] = {
    ...frame,
    otherwise,
    state: stateOf(builder),
    globals: new Map(builder.knownGlobals),
    stackHeight: builder.stack.length,
  };
  beginBlock(builder, then);
}

function openElse(builder: Builder, frames: Frame[]): void {
  const frame = at(frames, frames.length - 1);
  fallOut(builder, frame);
  builder.stack.length = frame.stackHeight;
  const { otherwise } = frame;
  frame.otherwise = undefined;
  setState(builder, frame.state);
  builder.knownGlobals = new Map(frame.globals);
  beginBlock(builder, otherwise ?? newBlock(builder.graph, builder.loop));
}

interface LoopOpening {
  readonly setInside: readonly number[];
  readonly test: LoopTest | undefined;
}

function repeatedTest(builder: Builder, frames: readonly Frame[], test: LoopTest): RepeatedTest {
  const behind = blockFrame(builder, op.block, undefined);
  const exit = test.exitDepth === undefined ? behind : frameAt(frames, test.exitDepth);
  return { test, exit, behind };
}

/** With its test, the blocks up to there are open, too. */
export function openLoop(
  builder: Builder,
  frames: Frame[],
  { opcode, result }: WasmInstruction,
  { setInside, test }: LoopOpening,
): void {
  const repeated = test && repeatedTest(builder, frames, test);
  if (repeated !== undefined) compileTest(builder, repeated.test, repeated.exit);
  builder.loop = { outer: builder.loop, depth: (builder.loop?.depth ?? 0) + 1, header: undefined };
  const target = newBlock(builder.graph, builder.loop);
  builder.loop.header = target;
  jumpTo(builder, target);
  beginBlock(builder, target);
  builder.knownGlobals = new Map(
    [...builder.knownGlobals].filter(([index]) => builder.stableGlobals.has(index)),
  );
  const phis = new Map<number, GraphNode>();
  const state = stateOf(builder);
  const phiFor = (index: number): void => {
    phis.set(index, addNode(builder, 'phi', [at(state, index)]));
  };
  if (!builder.usesHomes) setInside.forEach(phiFor);
  for (let index = builder.locals.length; index < state.length; index++) phiFor(index);
  setState(
    builder,
    state.map((node, index) => phis.get(index) ?? node),
  );
  frames.push({
    opcode,
    result,
    target,
    edges: [],
    phis,
    test: repeated,
    otherwise: undefined,
    state: [],
    globals: new Map(),
    stackHeight: builder.stack.length,
  });
  if (test === undefined) return;
  for (let block = 0; block < test.blocks; block++)
    frames.push(blockFrame(builder, op.block, undefined));
  if (test.last.opcode === op.if) frames.push(blockFrame(builder, op.block, undefined));
}

function closeBlock(builder: Builder, frames: Frame[]): void {
  const frame = at(frames, frames.length - 1);
  if (frame.opcode === op.loop) {
    // A loop's end is not where its label leads; the code just goes on.
    frames.pop();
    builder.loop = builder.loop?.outer;
    if (frame.test !== undefined) {
      fallOut(builder, frame.test.behind);
      builder.stack.length = frame.stackHeight;
      beginBlock(builder, frame.test.behind.target);
      merge(builder, frame.test.behind);
      return;
    }
    const reachable = isReachable(builder);
    const results = frame.result === undefined || !reachable ? undefined : pop(builder);
    builder.stack.length = frame.stackHeight;
    const next = newBlock(builder.graph, builder.loop);
    if (reachable) jumpTo(builder, next);
    beginBlock(builder, next);
    if (frame.result !== undefined) builder.stack.push(results ?? nothing(builder, frame.result));
    return;
  }
  fallOut(builder, frame);
  if (frame.otherwise !== undefined) {
    setState(builder, frame.state);
    builder.knownGlobals = new Map(frame.globals);
    beginBlock(builder, frame.otherwise);
    builder.stack.length = frame.stackHeight;
    const from = builder.block;
    jumpTo(builder, frame.target);
    frame.edges.push({ from, state: stateOf(builder), globals: new Map(builder.knownGlobals) });
  }
  frames.pop();
  builder.stack.length = frame.stackHeight;
  beginBlock(builder, frame.target);
  const merged = merge(builder, frame);
  if (frames.length > 0) {
    if (frame.result !== undefined) builder.stack.push(merged ?? nothing(builder, frame.result));
    return;
  }
  const values = merged ?? (frame.result === undefined ? [] : nothing(builder, frame.result));
  builder.block.exit = { kind: 'return', values: [...values] };
  builder.block.exitOffset = builder.offset;
}

/** Leads from the end of a block to what follows it. */
function fallOut(builder: Builder, frame: Frame): void {
  const state = stateOf(builder);
  if (!isReachable(builder)) return;
  if (frame.result !== undefined) state.push(...at(builder.stack, builder.stack.length - 1));
  const from = builder.block;
  jumpTo(builder, frame.target);
  frame.edges.push({ from, state, globals: new Map(builder.knownGlobals) });
}

/** False in a block that only stands after a jump. */
const isReachable = ({ block, graph }: Builder): boolean =>
  block === graph.entry || block.predecessors.length > 0;

/** What stands for a value where nothing ever leads. */
const nothing = (builder: Builder, type: ValueType): Words =>
  Array.from({ length: wordsOf(type) }, () => constant(builder, 0));

/** Starts a block that nothing leads to: what follows a trap in the same block is left out by whoever cleans up. */
function beginUnreachable(builder: Builder): void {
  beginBlock(builder, newBlock(builder.graph, builder.loop));
}
