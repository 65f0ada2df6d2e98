/** Instructions with their registers, in blocks that have not been put in order: what the steps become. */
import { invariant } from '../../../base/invariant.js';
import { findInstruction } from '../../../isa/encode.js';
import type { Instruction } from '../../../isa/instruction.js';
import type { Loop } from './graph.js';
import type { Register } from './machine-code.js';
import type { RelocationType } from '../../object-file.js';

export interface PlacedInstruction {
  readonly row: Instruction;
  readonly rd: Register;
  readonly rs1: Register;
  readonly rs2: Register;
  readonly imm: number;
  readonly relocation?: { readonly type: RelocationType; readonly symbol: string };
  /** Of the WebAssembly instruction. */
  readonly offset: number;
}

export interface CodeBlock {
  readonly id: number;
  readonly instructions: PlacedInstruction[];
  exit: CodeExit;
  readonly exitOffset: number;
  readonly loop: Loop | undefined;
  readonly isCold: boolean;
}

export type CodeExit =
  | { readonly kind: 'jump'; to: CodeBlock }
  | {
      readonly kind: 'branch';
      readonly name: string;
      readonly rs1: Register;
      readonly rs2: Register;
      then: CodeBlock;
      otherwise: CodeBlock;
    }
  | {
      readonly kind: 'switch';
      readonly table: string;
      targets: CodeBlock[];
      readonly register: Register;
    }
  | { readonly kind: 'return' }
  | { readonly kind: 'trap'; readonly trap: number };

export function codeTargets(exit: CodeExit): readonly CodeBlock[] {
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

export function rowOf(name: string): Instruction {
  const row = findInstruction(name);
  invariant(row !== undefined, 'GUEST-2', () => `there is no instruction ${name}`);
  return row;
}

export const instruction = (
  name: string,
  offset: number,
  fields: Partial<Omit<PlacedInstruction, 'row' | 'offset'>>,
): PlacedInstruction => ({ row: rowOf(name), rd: 0, rs1: 0, rs2: 0, imm: 0, offset, ...fields });
