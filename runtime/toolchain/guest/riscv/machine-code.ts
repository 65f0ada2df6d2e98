/**
 * A function as instructions whose registers are still to be found. A register is a number: below 32 that of the
 * hart, above a value. x0 reads as 0 and is nobody's. What becomes several instructions, or none, is one step
 * until the end: constants, copies in parallel, places in a frame whose size is not known yet.
 */
import type { GraphNode, Loop } from './graph.js';

export type Register = number;

export const firstValue = 32;

/** Where a word of the frame is; offsets count from the beginning of that part of it. */
export type FramePart = 'incoming' | 'outgoing' | 'home' | 'slot';

export interface Step {
  /**
   * plain: the instruction `name`; constant: rd = imm; address: rd = address of the symbol; moves: all at once;
   * call, callRegister, ecall: read and write the registers of the calling convention.
   */
  readonly kind: 'plain' | 'constant' | 'address' | 'moves' | 'call' | 'callRegister' | 'ecall';
  readonly name: string;
  rd: Register;
  rs1: Register;
  rs2: Register;
  readonly imm: number;
  /** Of a plain step: the part of its address that the instruction holds. */
  readonly symbol?: string;
  readonly part?: 'high' | 'low';
  /** rs1 is the stack pointer, and imm counts from there. */
  readonly frame?: FramePart;
  moves: Move[];
  /** Registers of the hart that a call reads, and those that it gives values in. */
  readonly reads: readonly Register[];
  readonly writes: readonly Register[];
  /** Of the WebAssembly instruction. */
  readonly offset: number;
}

export interface Move {
  to: Place;
  from: Place | { readonly kind: 'constant'; readonly value: number };
  /** The value that this makes, as it was before it became one with others; undefined for what is no value. */
  readonly value?: Register;
}

export type Place =
  | { readonly kind: 'register'; readonly register: Register }
  | { readonly kind: 'slot'; readonly slot: number };

export type MachineExit =
  | { readonly kind: 'jump'; to: MachineBlock }
  | {
      readonly kind: 'branch';
      readonly name: string;
      rs1: Register;
      rs2: Register;
      then: MachineBlock;
      otherwise: MachineBlock;
    }
  /** To the address in a register, which comes from a table with these targets. */
  | {
      readonly kind: 'switch';
      rs1: Register;
      readonly targets: readonly MachineBlock[];
      readonly table: string;
    }
  | { readonly kind: 'return'; readonly reads: readonly Register[] }
  | { readonly kind: 'trap'; readonly trap: number; readonly reads: readonly Register[] };

export interface MachineBlock {
  readonly id: number;
  steps: Step[];
  exit: MachineExit;
  readonly exitOffset: number;
  readonly loop: Loop | undefined;
  readonly isCold: boolean;
}

export interface MachineFunction {
  blocks: MachineBlock[];
  nextRegister: number;
  nextBlock: number;
  /** Bytes at the stack pointer for arguments of calls. */
  outgoingBytes: number;
  homeBytes: number;
  /** Words of the frame for values that have no register. */
  slots: number;
  readonly hasCalls: boolean;
  /** What a node of the graph is computed in; undefined for one that is nowhere. */
  readonly valueOf: (node: GraphNode) => Register | undefined;
  /** What the copies at the end of other blocks give values to, by the block that begins with them. */
  readonly joined: ReadonlyMap<MachineBlock, readonly Register[]>;
}

export const emptyStep: Omit<Step, 'kind' | 'offset' | 'moves'> = {
  name: '',
  rd: 0,
  rs1: 0,
  rs2: 0,
  imm: 0,
  reads: [],
  writes: [],
};

export const step = (
  kind: Step['kind'],
  offset: number,
  fields: Partial<Omit<Step, 'kind' | 'offset'>>,
): Step => ({ ...emptyStep, moves: [], kind, offset, ...fields });

export const inRegister = (register: Register): Place => ({ kind: 'register', register });

export function exitTargets(exit: MachineExit): readonly MachineBlock[] {
  switch (exit.kind) {
    case 'jump':
      return [exit.to];
    case 'branch':
      return [exit.then, exit.otherwise];
    case 'switch':
      return exit.targets;
    case 'return':
    case 'trap':
      return [];
  }
}

/** Registers that a step reads; x0 among them counts for nothing. */
export function readsOf(step: Step): readonly Register[] {
  switch (step.kind) {
    case 'plain':
      return step.frame === undefined ? [step.rs1, step.rs2] : [step.rs2];
    case 'moves': {
      const found: Register[] = [];
      for (const { from } of step.moves) if (from.kind === 'register') found.push(from.register);
      return found;
    }
    case 'callRegister':
      return [step.rs1, ...step.reads];
    case 'call':
    case 'ecall':
      return step.reads;
    case 'constant':
    case 'address':
      return [];
  }
}

export function writesOf(step: Step): readonly Register[] {
  switch (step.kind) {
    case 'plain':
    case 'constant':
    case 'address':
      return step.rd === 0 ? [] : [step.rd];
    case 'moves': {
      const found: Register[] = [];
      for (const { to } of step.moves) if (to.kind === 'register') found.push(to.register);
      return found;
    }
    case 'call':
    case 'callRegister':
    case 'ecall':
      return step.writes;
  }
}

export function exitReads(exit: MachineExit): readonly Register[] {
  switch (exit.kind) {
    case 'branch':
      return [exit.rs1, exit.rs2];
    case 'switch':
      return [exit.rs1];
    case 'return':
    case 'trap':
      return exit.reads;
    case 'jump':
      return [];
  }
}
