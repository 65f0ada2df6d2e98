/**
 * Makes one value of two that are copied into each other and never alive at once, the most frequent copies first.
 * The rest of the copies stay.
 */
import type { Ranges } from './intervals.js';
import { livenessOf, overlap, union } from './intervals.js';
import { firstValue } from './machine-code.js';
import type { MachineExit, MachineFunction, Move, Register, Step } from './machine-code.js';
import { frequencyOf } from './frequency.js';

export function coalesce(machine: MachineFunction): void {
  const intervals = new Map(livenessOf(machine).intervals);
  const names = new Map<Register, Register>();
  for (const { to, from } of copiesByFrequency(machine)) {
    const [a, b] = [nameOf(names, to), nameOf(names, from)];
    if (a === b) continue;
    const [first, second] = [intervals.get(a), intervals.get(b)];
    if (first === undefined || second === undefined || touches(first, second)) continue;
    intervals.set(a, union(first, second));
    intervals.delete(b);
    names.set(b, a);
  }
  if (names.size === 0) return;
  renameRegisters(machine, (register) => nameOf(names, register));
}

const touches = (a: Ranges, b: Ranges): boolean => overlap(a, b);

function nameOf(names: Map<Register, Register>, register: Register): Register {
  let last = register;
  for (let next = names.get(last); next !== undefined; next = names.get(last)) last = next;
  // The way is shortened for the next one who asks.
  for (let at = register; at !== last;) {
    const next = names.get(at) ?? last;
    names.set(at, last);
    at = next;
  }
  return last;
}

function copiesByFrequency({
  blocks,
}: MachineFunction): readonly { readonly to: Register; readonly from: Register }[] {
  const copies: { to: Register; from: Register; frequency: number }[] = [];
  for (const block of blocks) {
    const frequency = frequencyOf(block);
    for (const step of block.steps)
      for (const { to, from } of step.moves)
        if (to.kind === 'register' && from.kind === 'register')
          if (to.register >= firstValue && from.register >= firstValue)
            copies.push({ to: to.register, from: from.register, frequency });
  }
  return copies.sort((a, b) => b.frequency - a.frequency);
}

export function renameRegisters(
  machine: MachineFunction,
  name: (register: Register) => Register,
): void {
  for (const block of machine.blocks) {
    for (const step of block.steps) renameStep(step, name);
    block.steps = block.steps.filter(({ kind, moves }) => kind !== 'moves' || moves.length > 0);
    renameExit(block.exit, name);
  }
}

function renameStep(step: Step, name: (register: Register) => Register): void {
  step.rd = name(step.rd);
  step.rs1 = name(step.rs1);
  step.rs2 = name(step.rs2);
  if (step.kind !== 'moves') return;
  const renamed = step.moves.map(({ to, from, ...rest }): Move => ({
    ...rest,
    to: to.kind === 'register' ? { kind: 'register', register: name(to.register) } : to,
    from: from.kind === 'register' ? { kind: 'register', register: name(from.register) } : from,
  }));
  step.moves = renamed.filter(
    ({ to, from }) =>
      to.kind !== 'register' || from.kind !== 'register' || to.register !== from.register,
  );
}

export function renameExit(exit: MachineExit, name: (register: Register) => Register): void {
  if (exit.kind === 'branch') {
    exit.rs1 = name(exit.rs1);
    exit.rs2 = name(exit.rs2);
  } else if (exit.kind === 'switch') exit.rs1 = name(exit.rs1);
}
