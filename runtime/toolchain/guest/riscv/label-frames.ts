/**
 * The labels that are open while a function is compiled, and what each way to the block after one carries: the locals,
 * what the last system call left, then the value of the block. Where the ways differ, a phi is there afterwards.
 */
import type { FunctionType, ValueType } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { at } from './at.js';
import type { Builder, Words } from './builder.js';
import { addNode } from './fold.js';
import type { Block, GraphNode } from './graph.js';
import { newBlock } from './graph.js';
import type { LoopTest } from './loop-tests.js';

interface Edge {
  readonly from: Block;
  /** Locals, then what the last system call left, then the values that the branch carries. */
  readonly state: readonly GraphNode[];
  readonly globals: ReadonlyMap<number, Words>;
}

export interface Frame {
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

export interface RepeatedTest {
  readonly test: LoopTest;
  /** Where it leads when there is no other round. */
  readonly exit: Frame;
  /** What follows the loop. */
  readonly behind: Frame;
}

export const functionFrame = (builder: Builder, type: FunctionType): Frame => ({
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

export const blockFrame = (
  builder: Builder,
  opcode: number,
  result: ValueType | undefined,
): Frame => ({
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

export const frameAt = (frames: readonly Frame[], depth: number): Frame =>
  at(frames, frames.length - 1 - depth);

export const stateOf = (builder: Builder): GraphNode[] => [
  ...builder.locals,
  ...builder.registersLeft,
];

export function setState(builder: Builder, state: readonly GraphNode[]): void {
  const { locals, registersLeft } = builder;
  for (let index = 0; index < locals.length; index++) locals[index] = at(state, index);
  for (let index = 0; index < registersLeft.length; index++)
    registersLeft[index] = at(state, locals.length + index);
}

/** Joins the states of all edges to the block; the words of the result, if any edge carries one. */
export function merge(builder: Builder, { edges }: Frame): Words | undefined {
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
