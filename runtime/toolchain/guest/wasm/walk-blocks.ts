/**
 * Goes through a function in the order of its body, with a state that follows the ways of control: it is joined where
 * ways meet, and begins anew where a loop does. What is behind a jump has no state, up to where a way leads to again.
 * Validation is not repeated here: a label that leads nowhere is a way that ends.
 */
import type { WasmInstruction } from './module.js';
import { op } from './opcodes.js';
import { setsOfLoops } from './sets-of-loops.js';

export interface BlockWalk<State> {
  readonly first: State;
  /** Each instruction once, also where nothing leads. Gives the state after it, before where it may lead. */
  visit(
    instruction: WasmInstruction,
    position: number,
    state: State | undefined,
  ): State | undefined;
  /** At the beginning of a loop that sets these locals somewhere inside. */
  enterLoop(state: State, sets: ReadonlySet<number>): State;
  /** Of at least one way. */
  join(states: readonly State[]): State | undefined;
}

interface Frame<State> {
  readonly opcode: number;
  readonly leaving: State[];
  /** Of an `if` without an `else` so far. */
  otherwise: State | undefined;
}

export function walkBlocks<State>(
  instructions: readonly WasmInstruction[],
  walk: BlockWalk<State>,
): void {
  const sets = setsOfLoops(instructions);
  const frames: Frame<State>[] = [{ opcode: op.block, leaving: [], otherwise: undefined }];
  let state: State | undefined = walk.first;
  const leaveTo = (depth: number): void => {
    const frame = frames[frames.length - 1 - depth];
    if (state !== undefined && frame?.opcode !== op.loop) frame?.leaving.push(state);
  };
  instructions.forEach((instruction, position) => {
    const { opcode, index, labels } = instruction;
    state = walk.visit(instruction, position, state);
    switch (opcode) {
      case op.block:
      case op.if:
      case op.loop: {
        frames.push({ opcode, leaving: [], otherwise: opcode === op.if ? state : undefined });
        const set = sets.get(position);
        if (set !== undefined && state !== undefined) state = walk.enterLoop(state, set);
        break;
      }
      case op.else: {
        const frame = frames.at(-1);
        leaveTo(0);
        state = frame?.otherwise;
        if (frame !== undefined) frame.otherwise = undefined;
        break;
      }
      case op.end: {
        const frame = frames.at(-1);
        if (frame?.opcode !== op.loop) {
          leaveTo(0);
          if (frame?.otherwise !== undefined) frame.leaving.push(frame.otherwise);
          const leaving = frame?.leaving ?? [];
          state = leaving.length === 0 ? undefined : walk.join(leaving);
        }
        frames.pop();
        break;
      }
      case op.brIf:
        leaveTo(index);
        break;
      case op.br:
      case op.brTable:
        for (const label of new Set(opcode === op.br ? [index] : labels)) leaveTo(label);
        state = undefined;
        break;
      case op.return:
      case op.unreachable:
        state = undefined;
        break;
    }
  });
}
