/** What the parts of the graph builder share: the abstract stack, the block that is being made, and ways out of it. */
import type { ValueType } from '../wasm/module.js';
import { at } from './at.js';
import { addNode, constant, constantOf } from './fold.js';
import type { Cursor } from './fold.js';
import type { Block, GraphNode, Loop } from './graph.js';
import { newBlock } from './graph.js';
import type { ModuleContext } from './module-context.js';

/** A value of the stack: one word, or two with the low one first. */
export type Words = readonly GraphNode[];

export const wordsOf = (type: ValueType): number => (type === 'i64' ? 2 : 1);

export interface Builder extends Cursor {
  readonly module: ModuleContext;
  readonly stack: Words[];
  /** Words of all locals; empty when they live in the frame. */
  readonly locals: GraphNode[];
  /** Where each local begins in words. */
  readonly firstWord: readonly number[];
  readonly localTypes: readonly ValueType[];
  readonly usesHomes: boolean;
  /** What the last system call left in a2 to a5; read by instructions of their own. */
  readonly registersLeft: GraphNode[];
  /** Globals whose words are known here: read or set since the last call, and since ways met. */
  knownGlobals: Map<number, Words>;
  readonly stableGlobals: ReadonlySet<number>;
  loop: Loop | undefined;
  /** Notes what locals are before the instruction at `offset`, for a debugger. */
  readonly look: (builder: Builder) => void;
  /** How many tests of loops have been compiled so far, each time counted. */
  testsCopied: number;
}

/** Goes on at a block, which from now on has its place among the others. */
export function beginBlock(builder: Builder, block: Block): void {
  builder.graph.blocks.push(block);
  builder.block = block;
}

/** Ends the block with a branch that is taken when the value is not 0; goes on in neither. */
export function branchOn(builder: Builder, value: GraphNode, then: Block, otherwise: Block): void {
  const { block } = builder;
  block.exit = {
    kind: 'branch',
    test: 'bne',
    left: value,
    right: constant(builder, 0),
    then,
    otherwise,
  };
  block.exitOffset = builder.offset;
  then.predecessors.push(block);
  otherwise.predecessors.push(block);
}

export function jumpTo(builder: Builder, to: Block): void {
  builder.block.exit = { kind: 'jump', to };
  builder.block.exitOffset = builder.offset;
  to.predecessors.push(builder.block);
}

/** A trap on a path of its own, when the value is not 0. */
export function trapWhen(builder: Builder, value: GraphNode, trap: number): void {
  if (constantOf(value) === 0) return;
  const cold = newBlock(builder.graph, builder.loop);
  const next = newBlock(builder.graph, builder.loop);
  branchOn(builder, value, cold, next);
  beginBlock(builder, cold);
  endWithTrap(builder, trap, []);
  beginBlock(builder, next);
}

export function endWithTrap(builder: Builder, trap: number, values: readonly GraphNode[]): void {
  builder.block.exit = { kind: 'trap', trap, values: [...values] };
  builder.block.exitOffset = builder.offset;
  builder.block.isCold = true;
}

/** For values that differ by the way that led here; both sides end in the block that is begun. */
export function diamond(
  builder: Builder,
  condition: GraphNode,
  whenTrue: () => Words,
  whenFalse: () => Words,
): Words {
  const [then, otherwise, join] = [0, 1, 2].map(() => newBlock(builder.graph, builder.loop));
  if (then === undefined || otherwise === undefined || join === undefined) return [];
  branchOn(builder, condition, then, otherwise);
  beginBlock(builder, then);
  const left = whenTrue();
  jumpTo(builder, join);
  beginBlock(builder, otherwise);
  const right = whenFalse();
  jumpTo(builder, join);
  beginBlock(builder, join);
  return left.map((word, index) => {
    const other = at(right, index);
    return word === other ? word : addNode(builder, 'phi', [word, other]);
  });
}

export const pop = (builder: Builder): readonly [GraphNode, ...GraphNode[]] => {
  const words = builder.stack.pop() ?? [];
  return [at(words, 0), ...words.slice(1)];
};

export function push(builder: Builder, ...words: readonly GraphNode[]): void {
  builder.stack.push(words);
}
