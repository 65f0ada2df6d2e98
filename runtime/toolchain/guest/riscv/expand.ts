/**
 * Steps with registers to instructions: constants in one or two, copies in an order, places of the frame as offsets of
 * the stack pointer, entry and exit of the function.
 */
import { at } from './at.js';
import type { Allocation } from './allocate.js';
import { callerSaved, returnAddress, stackPointer } from './calling-convention.js';
import type { Frame } from './frame.js';
import { frameOf } from './frame.js';
import type { CodeBlock, PlacedInstruction } from './instruction-list.js';
import { instruction } from './instruction-list.js';
import type {
  MachineBlock,
  MachineExit,
  MachineFunction,
  Move,
  Place,
  Register,
  Step,
} from './machine-code.js';
import { firstValue, inRegister } from './machine-code.js';
import { orderMoves } from './parallel-moves.js';

export interface Expanded {
  readonly blocks: CodeBlock[];
  readonly frame: Frame;
  /** The number of instructions that a block begins with before those of each of its steps. */
  readonly starts: ReadonlyMap<Step, { readonly block: CodeBlock; readonly index: number }>;
  /** Of the code of the entry that makes the frame. */
  readonly entrySize: number;
  /** How many instructions of it there are up to the one that moves the stack pointer. */
  readonly stackMoved: number;
  readonly blockOf: ReadonlyMap<MachineBlock, CodeBlock>;
  /** The number of instructions before the code that ends a block. */
  readonly exits: ReadonlyMap<MachineBlock, number>;
}

/** Two words for copies that find no free register. */
const spareSlots = 2;

/** Keeps addresses in frames that offsets do not reach. */
export const farRegister: Register = 31;

export function expand(machine: MachineFunction, allocation: Allocation, isFar: boolean): Expanded {
  const used = new Set([...allocation.registers.values(), ...physicalUses(machine)]);
  const frame = frameOf(machine, used, needsSpareSlots(machine, allocation) ? spareSlots : 0);
  const expansion: Expansion = {
    machine,
    allocation,
    frame,
    isFar,
    list: [],
    starts: new Map(),
    exits: new Map(),
    blockOf: new Map(machine.blocks.map((block) => [block, newCodeBlock(block)])),
  };
  const entry = at(machine.blocks, 0);
  let entrySize = 0;
  let stackMoved = 0;
  for (const block of machine.blocks) {
    const code = expansion.blockOf.get(block);
    if (code === undefined) continue;
    expansion.list = code.instructions;
    if (block === entry) {
      enter(expansion, entry.steps[0]?.offset ?? entry.exitOffset);
      entrySize = code.instructions.length;
      stackMoved = code.instructions.findIndex(({ rd }) => rd === stackPointer) + 1;
    }
    expandBlock(expansion, block, code);
  }
  const { starts, blockOf, exits } = expansion;
  return { blocks: [...blockOf.values()], frame, starts, entrySize, stackMoved, blockOf, exits };
}

/** Whether some copies may find less than two free registers for what must wait or pass through. */
function needsSpareSlots({ blocks }: MachineFunction, allocation: Allocation): boolean {
  return blocks.some((block) => {
    const from = allocation.liveness.spans.get(block)?.from ?? 0;
    return block.steps.some(
      ({ kind, moves }, index) =>
        kind === 'moves' && freeRegisters(allocation, moves, from + 2 * index).length < 2,
    );
  });
}

/** Two registers that nothing lives in, neither before nor after the copies. */
function freeRegisters(
  allocation: Allocation,
  moves: readonly Move[],
  position: number,
): Register[] {
  const written = new Set(
    moves.map(({ to }) =>
      to.kind === 'register' ? (allocation.registers.get(to.register) ?? to.register) : 0,
    ),
  );
  const free: Register[] = [];
  for (const register of callerSaved) {
    if (free.length === 2) break;
    if (!written.has(register) && allocation.isFree(register, position, position + 2))
      free.push(register);
  }
  return free;
}

function physicalUses({ blocks }: MachineFunction): Register[] {
  return blocks.flatMap(({ steps }) =>
    steps.flatMap(({ rd }) => (rd !== 0 && rd < firstValue ? [rd] : [])),
  );
}

interface Expansion {
  readonly machine: MachineFunction;
  readonly allocation: Allocation;
  readonly frame: Frame;
  readonly isFar: boolean;
  list: PlacedInstruction[];
  readonly starts: Map<Step, { readonly block: CodeBlock; readonly index: number }>;
  readonly blockOf: ReadonlyMap<MachineBlock, CodeBlock>;
  readonly exits: Map<MachineBlock, number>;
}

const newCodeBlock = ({ id, exitOffset, loop, isCold }: MachineBlock): CodeBlock => ({
  id,
  instructions: [],
  exit: { kind: 'return' },
  exitOffset,
  loop,
  isCold,
});

function emit(
  expansion: Expansion,
  name: string,
  offset: number,
  fields: Partial<Omit<PlacedInstruction, 'row' | 'offset'>>,
): void {
  expansion.list.push(instruction(name, offset, fields));
}

/** Any number: `addi`, `lui`, or both. */
function emitConstant(expansion: Expansion, offset: number, rd: Register, value: number): void {
  const low = (value << 20) >> 20;
  const upper = (value - low) | 0;
  if (upper === 0) {
    emit(expansion, 'addi', offset, { rd, imm: low });
    return;
  }
  emit(expansion, 'lui', offset, { rd, imm: upper });
  if (low !== 0) emit(expansion, 'addi', offset, { rd, rs1: rd, imm: low });
}

/** A load or store at bytes from the stack pointer. */
function emitFrame(
  expansion: Expansion,
  access: { readonly name: string; readonly offset: number; readonly register: Register },
  bytes: number,
): void {
  const { name, offset, register } = access;
  const value = name === 'sw' ? { rs2: register } : { rd: register };
  if (bytes < 2048) {
    emit(expansion, name, offset, { ...value, rs1: stackPointer, imm: bytes });
    return;
  }
  const low = (bytes << 20) >> 20;
  emit(expansion, 'lui', offset, { rd: farRegister, imm: bytes - low });
  emit(expansion, 'add', offset, { rd: farRegister, rs1: farRegister, rs2: stackPointer });
  emit(expansion, name, offset, { ...value, rs1: farRegister, imm: low });
}

function moveStack(expansion: Expansion, offset: number, bytes: number): void {
  if (bytes === 0) return;
  if (bytes >= -2048 && bytes <= 2047) {
    emit(expansion, 'addi', offset, { rd: stackPointer, rs1: stackPointer, imm: bytes });
    return;
  }
  emitConstant(expansion, offset, farRegister, bytes);
  emit(expansion, 'add', offset, { rd: stackPointer, rs1: stackPointer, rs2: farRegister });
}

/** A page next to a stack is a guard that nothing maps, so no frame may reach beyond it without touching it. */
const guardBytes = 4096;
/** Nothing is in it yet when a function begins. */
const probeRegister: Register = 30;

function touchPages(expansion: Expansion, offset: number, sizeBytes: number): void {
  if (sizeBytes < guardBytes) return;
  emit(expansion, 'lui', offset, { rd: farRegister, imm: -guardBytes });
  let from: Register = stackPointer;
  for (let bytes = guardBytes; bytes <= sizeBytes; bytes += guardBytes) {
    emit(expansion, 'add', offset, { rd: probeRegister, rs1: from, rs2: farRegister });
    emit(expansion, 'lw', offset, { rs1: probeRegister });
    from = probeRegister;
  }
}

function enter(expansion: Expansion, offset: number): void {
  const { sizeBytes, saved } = expansion.frame;
  touchPages(expansion, offset, sizeBytes);
  moveStack(expansion, offset, -sizeBytes);
  for (const { register, offset: below } of saved)
    emitFrame(expansion, { name: 'sw', offset, register }, sizeBytes + below);
}

function leave(expansion: Expansion, offset: number): void {
  const { sizeBytes, saved } = expansion.frame;
  for (const { register, offset: below } of saved)
    emitFrame(expansion, { name: 'lw', offset, register }, sizeBytes + below);
  moveStack(expansion, offset, sizeBytes);
}

function expandBlock(expansion: Expansion, block: MachineBlock, code: CodeBlock): void {
  const from = expansion.allocation.liveness.spans.get(block)?.from ?? 0;
  block.steps.forEach((step, index) => {
    expansion.starts.set(step, { block: code, index: code.instructions.length });
    expandStep(expansion, step, from + 2 * index);
  });
  expansion.exits.set(block, code.instructions.length);
  code.exit = expandExit(expansion, block.exit);
  if (code.exit.kind === 'return') leave(expansion, block.exitOffset);
}

const place = ({ allocation }: Expansion, register: Register): Register =>
  register < firstValue ? register : (allocation.registers.get(register) ?? 0);

function expandExit(expansion: Expansion, exit: MachineExit): CodeBlock['exit'] {
  const block = (target: MachineBlock): CodeBlock =>
    expansion.blockOf.get(target) ?? newCodeBlock(target);
  switch (exit.kind) {
    case 'jump':
      return { kind: 'jump', to: block(exit.to) };
    case 'branch':
      return {
        kind: 'branch',
        name: exit.name,
        rs1: place(expansion, exit.rs1),
        rs2: place(expansion, exit.rs2),
        then: block(exit.then),
        otherwise: block(exit.otherwise),
      };
    case 'switch': {
      const { table, targets, rs1 } = exit;
      const register = place(expansion, rs1);
      return { kind: 'switch', table, targets: targets.map(block), register };
    }
    case 'return':
      return { kind: 'return' };
    case 'trap':
      return { kind: 'trap', trap: exit.trap };
  }
}

function expandStep(expansion: Expansion, step: Step, position: number): void {
  const { offset, imm, symbol } = step;
  const [rd, rs1, rs2] = [step.rd, step.rs1, step.rs2].map((register) =>
    place(expansion, register),
  );
  switch (step.kind) {
    case 'plain': {
      if (step.frame !== undefined) {
        const register = (step.name === 'sw' ? rs2 : rd) ?? 0;
        const bytes = expansion.frame.starts[step.frame] + imm;
        emitFrame(expansion, { name: step.name, offset, register }, bytes);
        return;
      }
      const relocation = symbol === undefined ? {} : { relocation: partOf(step, symbol) };
      emit(expansion, step.name, offset, {
        rd: rd ?? 0,
        rs1: rs1 ?? 0,
        rs2: rs2 ?? 0,
        imm,
        ...relocation,
      });
      return;
    }
    case 'constant':
      emitConstant(expansion, offset, rd ?? 0, imm);
      return;
    case 'address': {
      const register = rd ?? 0;
      const name = symbol ?? '';
      emit(expansion, 'lui', offset, {
        rd: register,
        relocation: { type: 'R_RISCV_HI20', symbol: name },
      });
      emit(expansion, 'addi', offset, {
        rd: register,
        rs1: register,
        imm,
        relocation: { type: 'R_RISCV_LO12_I', symbol: name },
      });
      return;
    }
    case 'moves':
      expandMoves(expansion, step, position);
      return;
    case 'call':
      emit(expansion, 'jal', offset, {
        rd: returnAddress,
        relocation: { type: 'R_RISCV_JAL', symbol: symbol ?? '' },
      });
      return;
    case 'callRegister':
      emit(expansion, 'jalr', offset, { rd: returnAddress, rs1: rs1 ?? 0 });
      return;
    case 'ecall':
      emit(expansion, 'ecall', offset, {});
  }
}

function partOf(
  { part, name }: Step,
  symbol: string,
): NonNullable<PlacedInstruction['relocation']> {
  if (part === 'high') return { type: 'R_RISCV_HI20', symbol };
  const isStore = name === 'sb' || name === 'sh' || name === 'sw';
  return { type: isStore ? 'R_RISCV_LO12_S' : 'R_RISCV_LO12_I', symbol };
}

function expandMoves(expansion: Expansion, { moves, offset }: Step, position: number): void {
  const placed = moves.map(({ to, from }): Move => ({
    to: to.kind === 'register' ? inRegister(place(expansion, to.register)) : to,
    from: from.kind === 'register' ? inRegister(place(expansion, from.register)) : from,
  }));
  const [free, second] = freeRegisters(expansion.allocation, moves, position);
  const { slots } = expansion.machine;
  const waitingPlace: Place =
    second === undefined ? { kind: 'slot', slot: slots } : inRegister(second);
  const slotBytes = (slot: number): number => expansion.frame.starts.slot + 4 * slot;
  const access = (name: 'lw' | 'sw', register: Register, slot: number): void => {
    emitFrame(expansion, { name, offset, register }, slotBytes(slot));
  };
  /** Through a register that is free, or that is put aside for as long as it takes. */
  const through = (use: (register: Register) => void): void => {
    const register = free ?? 5;
    if (free === undefined) access('sw', register, slots + 1);
    use(register);
    if (free === undefined) access('lw', register, slots + 1);
  };
  const copies = orderMoves(placed, () => waitingPlace);
  for (const { to, from } of copies) {
    if (to.kind === 'register') {
      if (from.kind === 'constant') emitConstant(expansion, offset, to.register, from.value);
      else if (from.kind === 'slot') access('lw', to.register, from.slot);
      else emit(expansion, 'addi', offset, { rd: to.register, rs1: from.register });
    } else if (from.kind === 'register') access('sw', from.register, to.slot);
    else if (from.kind === 'constant' && from.value === 0) access('sw', 0, to.slot);
    else
      through((register) => {
        if (from.kind === 'constant') emitConstant(expansion, offset, register, from.value);
        else access('lw', register, from.slot);
        access('sw', register, to.slot);
      });
  }
}
