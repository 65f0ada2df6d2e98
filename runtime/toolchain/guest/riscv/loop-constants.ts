/**
 * Constants and addresses that a loop needs in registers are made before the outermost loop around, the most frequent
 * ones first. Those that then find no register are made again where they are needed (`spill.ts`), as before.
 */
import { renameRegisters } from './coalesce.js';
import { frequencyOf } from './frequency.js';
import type { Loop } from './graph.js';
import { exitTargets } from './machine-code.js';
import type { MachineBlock, MachineFunction, Register, Step } from './machine-code.js';

const mostMoved = 10;

interface Found {
  readonly step: Step;
  readonly registers: Register[];
  frequency: number;
}

export function moveConstants(machine: MachineFunction): void {
  const names = new Map<Register, Register>();
  const gone = new Set<Step>();
  for (const [loop, found] of constantsOfLoops(machine)) {
    const before = blockBefore(machine, loop);
    if (before === undefined) continue;
    const chosen = [...found.values()]
      .sort((a, b) => b.frequency - a.frequency)
      .slice(0, mostMoved);
    for (const { step, registers } of chosen) {
      const rd = machine.nextRegister++;
      const last = before.steps[before.steps.length - 1];
      const index = before.steps.length - (last?.kind === 'moves' ? 1 : 0);
      before.steps.splice(index, 0, { ...step, rd, offset: before.exitOffset });
      for (const register of registers) names.set(register, rd);
    }
    for (const block of machine.blocks)
      for (const step of block.steps) if (names.has(step.rd) && isConstant(step)) gone.add(step);
  }
  if (names.size === 0) return;
  for (const block of machine.blocks) block.steps = block.steps.filter((step) => !gone.has(step));
  renameRegisters(machine, (register) => names.get(register) ?? register);
}

const isConstant = ({ kind, name, part }: Step): boolean =>
  kind === 'constant' ||
  kind === 'address' ||
  (kind === 'plain' && name === 'lui' && part === 'high');

function constantsOfLoops({ blocks }: MachineFunction): ReadonlyMap<Loop, Map<string, Found>> {
  const loops = new Map<Loop, Map<string, Found>>();
  for (const block of blocks) {
    let loop = block.loop;
    while (loop?.outer !== undefined) loop = loop.outer;
    if (loop === undefined || block.isCold) continue;
    const found = loops.get(loop) ?? new Map<string, Found>();
    loops.set(loop, found);
    for (const step of block.steps) {
      if (!isConstant(step)) continue;
      const key = `${step.kind} ${step.imm} ${step.symbol ?? ''}`;
      const known = found.get(key) ?? { step, registers: [], frequency: 0 };
      found.set(key, known);
      known.registers.push(step.rd);
      known.frequency += frequencyOf(block);
    }
  }
  return loops;
}

/** The one block that leads into a loop from outside. */
function blockBefore({ blocks }: MachineFunction, loop: Loop): MachineBlock | undefined {
  const header = blocks.find(({ id }) => id === loop.header?.id);
  if (header === undefined) return undefined;
  const outside = blocks.filter(
    (block) => exitTargets(block.exit).includes(header) && !isInside(block, loop),
  );
  const [before] = outside;
  return outside.length === 1 && before?.exit.kind === 'jump' ? before : undefined;
}

function isInside(block: MachineBlock, loop: Loop): boolean {
  let inner = block.loop;
  while (inner !== undefined && inner.depth > loop.depth) inner = inner.outer;
  return inner === loop;
}
