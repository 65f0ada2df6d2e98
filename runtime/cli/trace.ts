/**
 * What `--trace` prints, one line an event, with the number of instructions before it. `instructions` and
 * `traps` step through the run one by one, which is slow and changes nothing; `kernel` only listens.
 */
import { formatAddress, virtAddr } from '../base/address.js';
import { hartSpace } from '../inspect/address-space.js';
import { instructionBytes, viewInstruction } from '../inspect/disassembly.js';
import { causes } from '../isa/causes.js';
import type { Hart, MachineStop } from '../machine/machine.js';
import type { Platform } from '../platform.js';
import { describeEvent } from './kernel-events.js';

export type TraceKind = 'instructions' | 'traps' | 'kernel';
export const traceKinds: readonly TraceKind[] = ['instructions', 'traps', 'kernel'];

/** A replacement for `platform.run` that prints, and the end of listening. */
export function traceRun(
  platform: Platform,
  kinds: readonly TraceKind[],
  print: (line: string) => void,
): { run(steps: number): MachineStop; dispose(): void } {
  const count = (): string => `${platform.machine.instructions}`.padStart(10);
  const listener = platform.onKernelEvent((event) => {
    if (kinds.includes('kernel')) print(`${count()}  ${describeEvent(platform, event)}`);
  });
  const hart = platform.machine.harts[0];
  const isStepping = kinds.includes('instructions') || kinds.includes('traps');
  const run = (steps: number): MachineStop => {
    if (!isStepping || hart === undefined) return platform.run(steps);
    for (let step = 0; step < steps; step++) {
      const line = kinds.includes('instructions') ? describeInstruction(platform, hart) : undefined;
      const before = { instructions: hart.instructions, pc: hart.pc };
      if (line !== undefined) print(`${count()}  ${line}`);
      const stop = platform.run(1);
      const hasTrapped = hart.instructions === before.instructions && stop.kind === 'limit';
      if (kinds.includes('traps') && hasTrapped)
        print(`${count()}  ${describeTrap(platform, hart, before.pc)}`);
      if (stop.kind !== 'limit') return stop;
    }
    return { kind: 'limit' };
  };
  return {
    run,
    dispose: () => {
      listener.dispose();
    },
  };
}

function describeInstruction(platform: Platform, hart: Hart): string {
  const row = viewInstruction(platform, hartSpace(platform), hart.pc);
  return `${formatAddress(hart.pc)}  ${instructionBytes(row).padEnd(11)}  ${row.text}`;
}

const mcause = 0x342;
const mepc = 0x341;
const mtval = 0x343;
const scause = 0x142;
const sepc = 0x141;
const stval = 0x143;

/** With our kernel attached no CSR tells the cause, since no S-mode software would read it. */
function describeTrap(platform: Platform, hart: Hart, pc: number): string {
  const where = `trap at ${formatAddress(pc)}`;
  if (platform.options.kernel === 'builtin') return `${where}: to the kernel`;
  const isMachine = hart.privilege === 3;
  const cause = hart.readCsr(isMachine ? mcause : scause) ?? 0;
  const value = hart.readCsr(isMachine ? mtval : stval) ?? 0;
  const from = hart.readCsr(isMachine ? mepc : sepc) ?? pc;
  const isInterrupt = cause >>> 31 === 1;
  const code = cause & 0x7fff_ffff;
  const name = causes.find((row) => row.code === code && row.interrupt === isInterrupt)?.name;
  return (
    `trap at ${formatAddress(from)}: ${name ?? `cause ${code}`}, value ${formatAddress(value)}, ` +
    `to ${isMachine ? 'M' : 'S'}-mode at ${formatAddress(virtAddr(hart.pc))}`
  );
}
