/**
 * WebAssembly to a graph: an abstract run over the stack of each instruction. Values merge where branches meet
 * (a phi for each local that differs), so a loop begins with one for each local that is set inside. Locals of a debug
 * build, and of functions too large for that, live in the frame.
 */
import type { FunctionBody, FunctionType, ValueType, WasmInstruction } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { at } from './at.js';
import { beginBlock, branchOn, diamond, endWithTrap, jumpTo, pop } from './builder.js';
import type { Builder, Words } from './builder.js';
import { compileCall } from './build-call.js';
import { compileMemory } from './build-memory.js';
import { compileNumeric } from './build-numeric.js';
import type { LoopTest } from './loop-tests.js';
import { loopTests } from './loop-tests.js';
import { addNode, binaryImmediate, constant, constantOf } from './fold.js';
import type { Block, Graph, GraphNode } from './graph.js';
import { newBlock, newGraph } from './graph.js';
import type { ModuleContext } from './module-context.js';
import { stableGlobals } from './stable-globals.js';
import { trapKinds } from './trap-kinds.js';

export interface BuildOptions {
  readonly usesHomes: boolean;
}

export function buildGraph(
  body: FunctionBody,
  type: FunctionType,
  module: ModuleContext,
  options: BuildOptions,
): Graph {
  const graph = newGraph();
  graph.blocks.push(graph.entry);
  const firstWord: number[] = [];
  let words = 0;
  for (const local of body.locals) {
    firstWord.push(words);
    words += wordsOf(local);
  }
  const builder: Builder = {
    graph,
    block: graph.entry,
    offset: body.offset,
    module,
    stack: [],
    locals: [],
    firstWord,
    localTypes: body.locals,
    usesHomes: options.usesHomes,
    registersLeft: [],
    knownGlobals: new Map(),
    stableGlobals: options.usesHomes
      ? new Set()
      : stableGlobals(module.module, body, module.laterSetGlobals),
    loop: undefined,
  };
  enterFunction(builder, type, words);
  const frames: Frame[] = [functionFrame(builder, type)];
  const sets = setsOfLoops(body, firstWord);
  const tests = options.usesHomes ? new Map<number, LoopTest>() : loopTests(body, module.module);
  for (let index = 0; index < body.instructions.length; index++) {
    const instruction = at(body.instructions, index);
    builder.offset = instruction.offset;
    if (instruction.opcode === op.loop) {
      const test = tests.get(index);
      openLoop(builder, frames, instruction, { setInside: sets.get(index) ?? [], test });
      index = test?.lastIndex ?? index;
    } else if (!compileControl(builder, frames, instruction)) compilePlain(builder, instruction);
  }
  forgetRegions(graph);
  return graph;
}

/** An address that an access has taken its region from is just an address. */
function forgetRegions(graph: Graph): void {
  for (const block of graph.blocks)
    for (const node of block.nodes) if (node.op === 'region') node.replacement = at(node.args, 0);
  for (const block of graph.blocks) block.nodes = block.nodes.filter(({ op }) => op !== 'region');
}

const wordsOf = (type: ValueType): number => (type === 'i64' ? 2 : 1);

function enterFunction(builder: Builder, type: FunctionType, words: number): void {
  const parameterWords = type.parameters.reduce((sum, each) => sum + wordsOf(each), 0);
  const parameters = Array.from({ length: parameterWords }, (_, imm) =>
    addNode(builder, 'parameter', [], { imm }),
  );
  builder.graph.parameters.push(...parameters);
  const zero = constant(builder, 0);
  if (builder.usesHomes) {
    builder.graph.homeWords = words;
    for (let word = 0; word < words; word++)
      addNode(builder, 'writeHome', [parameters[word] ?? zero], { imm: word });
  } else for (let word = 0; word < words; word++) builder.locals.push(parameters[word] ?? zero);
  for (let register = 0; register < 4; register++) builder.registersLeft.push(zero);
}

interface Edge {
  readonly from: Block;
  /** Locals, then what the last system call left, then the values that the branch carries. */
  readonly state: readonly GraphNode[];
  readonly globals: ReadonlyMap<number, Words>;
}

interface Frame {
  readonly opcode: number;
  readonly result: ValueType | undefined;
  /** Of a loop its first block; else the block after it, which is made when something leads there. */
  readonly target: Block;
  /** That lead to the block after it. */
  readonly edges: Edge[];
  /** Of a loop: its phis, by their place in the state. */
  readonly phis: ReadonlyMap<number, GraphNode>;
  /** Of a loop with its test at the end. */
  readonly test: RepeatedTest | undefined;
  /** Of an `if`: the block that its `else` begins with, and the state there. */
  otherwise: Block | undefined;
  readonly state: readonly GraphNode[];
  readonly globals: ReadonlyMap<number, Words>;
  readonly stackHeight: number;
}

interface RepeatedTest {
  readonly test: LoopTest;
  /** Where it leads when there is no other round. */
  readonly exit: Frame;
  /** What follows the loop. */
  readonly behind: Frame;
}

const functionFrame = (builder: Builder, type: FunctionType): Frame => ({
  opcode: op.block,
  result: type.result,
  target: newBlock(builder.graph, undefined),
  edges: [],
  phis: new Map(),
  test: undefined,
  otherwise: undefined,
  state: [],
  globals: new Map(),
  stackHeight: 0,
});

const stateOf = (builder: Builder): GraphNode[] => [...builder.locals, ...builder.registersLeft];

function setState(builder: Builder, state: readonly GraphNode[]): void {
  const { locals, registersLeft } = builder;
  for (let index = 0; index < locals.length; index++) locals[index] = at(state, index);
  for (let index = 0; index < registersLeft.length; index++)
    registersLeft[index] = at(state, locals.length + index);
}

/** Starts a block that nothing leads to: what follows a trap in the same block is left out by whoever cleans up. */
function beginUnreachable(builder: Builder): void {
  beginBlock(builder, newBlock(builder.graph, builder.loop));
}

/** Leads from here to a label, with the values that it takes. */
function branchTo(builder: Builder, frame: Frame): void {
  const from = builder.block;
  if (frame.opcode === op.loop) {
    if (frame.test === undefined) branchBack(builder, frame);
    else testAgain(builder, frame, frame.test);
    return;
  }
  const state = stateOf(builder);
  if (frame.result !== undefined) state.push(...at(builder.stack, builder.stack.length - 1));
  jumpTo(builder, frame.target);
  frame.edges.push({ from, state, globals: new Map(builder.knownGlobals) });
}

const frameAt = (frames: readonly Frame[], depth: number): Frame =>
  at(frames, frames.length - 1 - depth);

function branchBack(builder: Builder, { target, phis }: Frame): void {
  const state = stateOf(builder);
  jumpTo(builder, target);
  for (const [index, phi] of phis) phi.args.push(at(state, index));
}

/** The next round, if there is one. What the test sets is not seen by who goes on here. */
function testAgain(builder: Builder, frame: Frame, { test, exit }: RepeatedTest): void {
  const [state, globals] = [stateOf(builder), builder.knownGlobals];
  const { offset } = builder;
  builder.knownGlobals = new Map(globals);
  compileTest(builder, test, exit);
  branchBack(builder, frame);
  setState(builder, state);
  builder.knownGlobals = globals;
  builder.offset = offset;
}

/** Goes on in the block for another round. */
function compileTest(builder: Builder, { instructions, last }: LoopTest, exit: Frame): void {
  for (const instruction of instructions) {
    builder.offset = instruction.offset;
    compilePlain(builder, instruction);
  }
  builder.offset = last.offset;
  const [condition] = pop(builder);
  const leave = edgeTo(builder, exit);
  leave.predecessors.length = 0;
  const stay = newBlock(builder.graph, builder.loop);
  if (last.opcode === op.if) branchOn(builder, condition, stay, leave);
  else branchOn(builder, condition, leave, stay);
  beginBlock(builder, stay);
}

/** A block of its own between a block with several ways out and a label. */
function edgeTo(builder: Builder, frame: Frame): Block {
  const from = builder.block;
  const edge = newBlock(builder.graph, builder.loop);
  edge.predecessors.push(from);
  beginBlock(builder, edge);
  branchTo(builder, frame);
  builder.block = from;
  return edge;
}

function compileControl(builder: Builder, frames: Frame[], instruction: WasmInstruction): boolean {
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

const blockFrame = (builder: Builder, opcode: number, result: ValueType | undefined): Frame => ({
  opcode,
  result,
  target: newBlock(builder.graph, builder.loop),
  edges: [],
  phis: new Map(),
  test: undefined,
  otherwise: undefined,
  state: [],
  globals: new Map(),
  stackHeight: builder.stack.length,
});

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
function openLoop(
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

/** What stands for a value where nothing ever leads. */
const nothing = (builder: Builder, type: ValueType): Words =>
  Array.from({ length: wordsOf(type) }, () => constant(builder, 0));

/** Joins the states of all edges to the block; the words of the result, if any edge carries one. */
function merge(builder: Builder, { edges }: Frame): Words | undefined {
  const [first] = edges;
  if (first === undefined) {
    builder.knownGlobals = new Map();
    return undefined;
  }
  const state = first.state.map((node, index) => {
    if (edges.every((edge) => edge.state[index] === node)) return node;
    return addNode(
      builder,
      'phi',
      edges.map((edge) => at(edge.state, index)),
    );
  });
  setState(builder, state);
  builder.knownGlobals = commonGlobals(edges);
  return state.slice(builder.locals.length + builder.registersLeft.length);
}

/** What all edges know the same words of. */
function commonGlobals(edges: readonly Edge[]): Map<number, Words> {
  const [first, ...others] = edges;
  const common = new Map<number, Words>();
  for (const [index, words] of first?.globals ?? [])
    if (others.every(({ globals }) => isSame(globals.get(index), words))) common.set(index, words);
  return common;
}

const isSame = (a: Words | undefined, b: Words): boolean =>
  a?.every((word, index) => word === b[index]) === true;

function compilePlain(builder: Builder, instruction: WasmInstruction): void {
  const { opcode, index } = instruction;
  // After a jump nothing is left to compile, but the stack must stay as the checker saw it.
  switch (opcode) {
    case op.localGet:
      builder.stack.push(readLocal(builder, index));
      return;
    case op.localSet:
    case op.localTee: {
      const words = builder.stack[builder.stack.length - 1] ?? [];
      if (opcode === op.localSet) builder.stack.pop();
      writeLocal(builder, index, words);
      return;
    }
    case op.drop:
      builder.stack.pop();
      return;
    case op.select: {
      const [condition] = pop(builder);
      const otherwise = builder.stack.pop() ?? [];
      const then = builder.stack.pop() ?? [];
      builder.stack.push(select(builder, condition, then, otherwise));
      return;
    }
    default:
      if (compileNumeric(builder, instruction)) return;
      if (compileMemory(builder, instruction)) return;
      compileCall(builder, instruction);
  }
}

function select(builder: Builder, condition: GraphNode, then: Words, otherwise: Words): Words {
  const known = constantOf(condition);
  if (known !== undefined) return known === 0 ? otherwise : then;
  if (then.length === 1) {
    const values = `${constantOf(at(then, 0)) ?? ''} ${constantOf(at(otherwise, 0)) ?? ''}`;
    if (values === '1 0') return [binaryImmediate(builder, 'sne', condition, 0)];
    if (values === '0 1') return [binaryImmediate(builder, 'seq', condition, 0)];
  }
  return diamond(
    builder,
    condition,
    () => then,
    () => otherwise,
  );
}

function readLocal(builder: Builder, local: number): Words {
  const first = at(builder.firstWord, local);
  return Array.from({ length: wordsOf(at(builder.localTypes, local)) }, (_, word) =>
    builder.usesHomes
      ? addNode(builder, 'readHome', [], { imm: first + word })
      : at(builder.locals, first + word),
  );
}

function writeLocal(builder: Builder, local: number, words: Words): void {
  const first = at(builder.firstWord, local);
  words.forEach((node, word) => {
    if (builder.usesHomes) addNode(builder, 'writeHome', [node], { imm: first + word });
    else builder.locals[first + word] = node;
  });
}

/** For each loop, by the position of its instruction: words of locals that are set inside, each once. */
function setsOfLoops(
  { instructions, locals }: FunctionBody,
  firstWord: readonly number[],
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, readonly number[]>();
  const open: { readonly at: number; readonly sets: Set<number> | undefined }[] = [];
  instructions.forEach(({ opcode, index }, at) => {
    if (opcode === op.loop) open.push({ at, sets: new Set() });
    else if (opcode === op.block || opcode === op.if) open.push({ at, sets: undefined });
    else if (opcode === op.end) {
      const closed = open.pop();
      if (closed?.sets === undefined) return;
      found.set(closed.at, [...closed.sets]);
      const outer = open.findLast(({ sets }) => sets !== undefined);
      for (const word of closed.sets) outer?.sets?.add(word);
    } else if (opcode === op.localSet || opcode === op.localTee) {
      const inner = open.findLast(({ sets }) => sets !== undefined);
      const first = firstWord[index] ?? 0;
      inner?.sets?.add(first);
      if (locals[index] === 'i64') inner?.sets?.add(first + 1);
    }
  });
  return found;
}
