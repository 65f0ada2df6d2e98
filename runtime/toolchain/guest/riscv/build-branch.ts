/**
 * Ways to a label. One back to a loop with its test at the beginning compiles the test again there, so that a round has
 * one branch and not two.
 */
import { op } from '../wasm/opcodes.js';
import { at } from './at.js';
import { compilePlain } from './build-plain.js';
import type { Builder } from './builder.js';
import { beginBlock, branchOn, jumpTo, pop } from './builder.js';
import type { Block } from './graph.js';
import { newBlock } from './graph.js';
import { setState, stateOf, type Frame, type RepeatedTest } from './label-frames.js';
import type { LoopTest } from './loop-tests.js';

/** Leads from here to a label, with the values that it takes. */
export function branchTo(builder: Builder, frame: Frame): void {
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

/** A block of its own between a block with several ways out and a label. */
export function edgeTo(builder: Builder, frame: Frame): Block {
  const from = builder.block;
  const edge = newBlock(builder.graph, builder.loop);
  edge.predecessors.push(from);
  beginBlock(builder, edge);
  branchTo(builder, frame);
  builder.block = from;
  return edge;
}

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
export function compileTest(builder: Builder, { instructions, last }: LoopTest, exit: Frame): void {
  const copy = builder.testsCopied++ / mostCopies;
  for (const instruction of instructions) {
    builder.offset = instruction.offset + copy;
    builder.look(builder);
    compilePlain(builder, instruction);
  }
  builder.offset = last.offset + copy;
  builder.look(builder);
  const [condition] = pop(builder);
  const leave = edgeTo(builder, exit);
  leave.predecessors.length = 0;
  const stay = newBlock(builder.graph, builder.loop);
  if (last.opcode === op.if) branchOn(builder, condition, stay, leave);
  else branchOn(builder, condition, leave, stay);
  beginBlock(builder, stay);
}

/** A test that is compiled again has offsets between those of the module, so that what is seen there is told apart. */
const mostCopies = 2 ** 20;
