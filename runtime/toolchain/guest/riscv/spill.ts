/**
 * Moves values into the frame: each use gets a value of its own, loaded right before it, and each definition one
 * that is stored right after it. A value that is always the same constant or address is made again instead.
 */
import { stackPointer } from './calling-convention.js';
import { exitReads, inRegister, readsOf, step, writesOf } from './machine-code.js';
import type { MachineBlock, MachineFunction, Move, Place, Register, Step } from './machine-code.js';
import { renameExit } from './coalesce.js';

/** The values that this makes are added to `short`. */
export function spill(
  machine: MachineFunction,
  values: readonly Register[],
  short: Set<Register>,
): void {
  const chosen = new Set(values);
  const remade = onlyDefinitions(machine, chosen);
  const slots = new Map<Register, number>();
  for (const value of chosen) if (!remade.has(value)) slots.set(value, machine.slots++);
  const spilling: Spilling = { machine, chosen, remade, slots, short };
  for (const block of machine.blocks) spillBlock(spilling, block);
}

interface Spilling {
  readonly machine: MachineFunction;
  readonly chosen: ReadonlySet<Register>;
  /** How to make a value again. */
  readonly remade: ReadonlyMap<Register, Step>;
  readonly slots: ReadonlyMap<Register, number>;
  readonly short: Set<Register>;
}

/** For those that one step defines which needs nothing: that step. */
function onlyDefinitions(
  { blocks }: MachineFunction,
  chosen: ReadonlySet<Register>,
): ReadonlyMap<Register, Step> {
  const found = new Map<Register, Step>();
  const others = new Set<Register>();
  for (const { steps } of blocks)
    for (const each of steps)
      for (const register of writesOf(each)) {
        if (!chosen.has(register)) continue;
        if (isRemakable(each) && !found.has(register)) found.set(register, each);
        else others.add(register);
      }
  for (const register of others) found.delete(register);
  return found;
}

const isRemakable = ({ kind, name }: Step): boolean =>
  kind === 'constant' || kind === 'address' || (kind === 'plain' && name === 'lui');

function spillBlock(spilling: Spilling, block: MachineBlock): void {
  const { chosen, remade } = spilling;
  if (!touches(spilling, block)) return;
  const steps: Step[] = [];
  for (const each of block.steps) {
    if (isRemakable(each) && remade.get(each.rd) !== undefined) continue;
    const reads = each.kind === 'moves' ? [] : readsOf(each).filter((r) => chosen.has(r));
    const writes = each.kind === 'moves' ? [] : writesOf(each).filter((r) => chosen.has(r));
    if (each.kind === 'moves') {
      spillMoves(spilling, each, steps);
      continue;
    }
    const fresh = loadAll(spilling, reads, each.offset, steps);
    const stored = new Map<Register, Register>();
    for (const register of writes) stored.set(register, newShort(spilling));
    // A value that is read and written has two registers here.
    if (each.kind === 'plain' || each.kind === 'callRegister') {
      each.rs1 = fresh.get(each.rs1) ?? each.rs1;
      each.rs2 = fresh.get(each.rs2) ?? each.rs2;
    }
    each.rd = stored.get(each.rd) ?? each.rd;
    steps.push(each);
    for (const [value, register] of stored)
      steps.push(slotStep('sw', register, spilling.slots.get(value) ?? 0, each.offset));
  }
  const fresh = loadAll(
    spilling,
    exitReads(block.exit).filter((register) => chosen.has(register)),
    block.exitOffset,
    steps,
  );
  renameExit(block.exit, (register) => fresh.get(register) ?? register);
  block.steps = steps;
}

const touches = ({ chosen }: Spilling, { steps, exit }: MachineBlock): boolean =>
  exitReads(exit).some((register) => chosen.has(register)) ||
  steps.some(
    (each) =>
      readsOf(each).some((register) => chosen.has(register)) ||
      writesOf(each).some((register) => chosen.has(register)),
  );

function newShort({ machine, short }: Spilling): Register {
  const register = machine.nextRegister++;
  short.add(register);
  return register;
}

function loadAll(
  spilling: Spilling,
  values: readonly Register[],
  offset: number,
  steps: Step[],
): ReadonlyMap<Register, Register> {
  const fresh = new Map<Register, Register>();
  for (const value of new Set(values)) {
    const register = newShort(spilling);
    const again = spilling.remade.get(value);
    steps.push(
      again === undefined
        ? slotStep('lw', register, spilling.slots.get(value) ?? 0, offset)
        : { ...again, rd: register, offset },
    );
    fresh.set(value, register);
  }
  return fresh;
}

function slotStep(name: 'lw' | 'sw', register: Register, slot: number, offset: number): Step {
  const rest = { rs1: stackPointer, imm: 4 * slot, frame: 'slot' } as const;
  return step(
    'plain',
    offset,
    name === 'lw' ? { name, rd: register, ...rest } : { name, rs2: register, ...rest },
  );
}

/** Copies read and write the frame themselves. */
function spillMoves(spilling: Spilling, each: Step, steps: Step[]): void {
  const { chosen, remade, slots } = spilling;
  const place = (register: Register): Place => {
    const slot = slots.get(register);
    return slot === undefined ? inRegister(register) : { kind: 'slot', slot };
  };
  each.moves = each.moves.map(({ to, from, ...rest }): Move => {
    const target = to.kind === 'register' && chosen.has(to.register) ? place(to.register) : to;
    if (from.kind !== 'register' || !chosen.has(from.register))
      return { ...rest, to: target, from };
    const again = remade.get(from.register);
    if (again === undefined) return { ...rest, to: target, from: place(from.register) };
    if (again.kind === 'constant')
      return { ...rest, to: target, from: { kind: 'constant', value: again.imm } };
    const register = newShort(spilling);
    steps.push({ ...again, rd: register, offset: each.offset });
    return { ...rest, to: target, from: inRegister(register) };
  });
  steps.push(each);
}
