/**
 * What each local of a function holds before its instructions: a number for each value that was put into it, the same
 * number exactly where it is the same value. Where ways meet with different values, and where a loop begins that sets
 * the local, there is a new one (static single assignment, told by the instruction).
 */
import type { FunctionBody, FunctionType, WasmInstruction } from './module.js';
import { op } from './opcodes.js';
import { walkBlocks } from './walk-blocks.js';

/** By the place of each local among those that are asked for. */
export type LocalStates = readonly number[];

export interface InstructionState {
  readonly instruction: WasmInstruction;
  readonly before: LocalStates;
  /** Of an instruction that sets one of the locals: the number of what is in it after. */
  readonly made: number | undefined;
}

export interface StatesOfLocals {
  /** In the order of the body. */
  readonly instructions: readonly InstructionState[];
  /** Values that are constants. */
  readonly constants: ReadonlyMap<number, bigint>;
}

export function statesOfLocals(
  { instructions, locals }: FunctionBody,
  { parameters }: FunctionType,
  asked: readonly number[],
): StatesOfLocals {
  const placeOf = new Map(asked.map((local, place) => [local, place]));
  const constants = new Map<number, bigint>();
  const found: InstructionState[] = [];
  let numbers = 0;
  const first = asked.map((local): number => {
    const number = numbers++;
    if (local >= parameters.length && local < locals.length) constants.set(number, 0n);
    return number;
  });
  walkBlocks<LocalStates>(instructions, {
    first,
    visit: (instruction, position, state) => {
      const { opcode, index } = instruction;
      const place = isSet(opcode) ? placeOf.get(index) : undefined;
      const made = place === undefined ? undefined : numbers++;
      if (state !== undefined) found.push({ instruction, before: state, made });
      if (place === undefined || made === undefined) return state;
      const value = instructions[position - 1];
      if (value?.opcode === op.i32Const || value?.opcode === op.i64Const)
        constants.set(made, value.value);
      return state?.with(place, made);
    },
    enterLoop: (state, sets) =>
      state.map((number, place) => (sets.has(asked[place] ?? -1) ? numbers++ : number)),
    join: (states) =>
      states[0]?.map((number, place) =>
        states.every((each) => each[place] === number) ? number : numbers++,
      ),
  });
  return { instructions: found, constants };
}

const isSet = (opcode: number): boolean => opcode === op.localSet || opcode === op.localTee;
