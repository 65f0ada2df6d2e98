/**
 * What `--trace` prints, one line an event, with the number of instructions before it. `instructions` and
 * `traps` step through the run one by one, which is slow and changes nothing; `kernel` only listens, `refusal`
 * only to what the kernel refuses; `steps` is what the kernel does in between: IPC, invocations, derivation; `device`
 * is each access of the guest to a device register, and what models of missing hardware say of themselves; `loader`
 * is one line when the root server has made the system.
 */
import { formatAddress, virtAddr } from '../base/address.js';
import { hartSpace } from '../inspect/address-space.js';
import { describeDeviceEvent } from '../inspect/device-sentences.js';
import { describeEvent, describeStep } from '../inspect/event-sentences.js';
import { watchLoading } from '../inspect/loading-progress.js';
import { instructionBytes, viewInstruction } from '../inspect/disassembly.js';
import { causes } from '../isa/causes.js';
import type { Hart, MachineStop } from '../machine/machine.js';
import type { SupervisorTrap } from '../machine/ports.js';
import type { Platform } from '../platform.js';

export type TraceKind =
  'instructions' | 'traps' | 'kernel' | 'steps' | 'refusal' | 'device' | 'loader';
export const traceKinds: readonly TraceKind[] = [
  'instructions',
  'traps',
  'kernel',
  'steps',
  'refusal',
  'device',
  'loader',
];

/** A replacement for `platform.run` that prints, and the end of listening. */
export function traceRun(
  platform: Platform,
  kinds: readonly TraceKind[],
  print: (line: string) => void,
): { run(steps: number): MachineStop; dispose(): void } {
  const count = (): string => `${platform.machine.instructions}`.padStart(10);
  const listener = platform.onKernelEvent((event) => {
    const isAsked =
      kinds.includes('kernel') || (kinds.includes('refusal') && event.kind === 'refused');
    if (isAsked) print(`${count()}  ${describeEvent(platform, event)}`);
  });
  const stepListener = kinds.includes('steps')
    ? platform.onKernelTrace((event) => {
        print(`${count()}  ${describeStep(platform, event)}`);
      })
    : undefined;
  const deviceListener = kinds.includes('device')
    ? platform.onDeviceEvent((event) => {
        print(`${count()}  ${describeDeviceEvent(platform, event)}`);
      })
    : undefined;
  const loaderListener = kinds.includes('loader')
    ? watchLoading(platform, (sentence) => {
        print(`${count()}  ${sentence}`);
      })
    : undefined;
  let taken: SupervisorTrap | undefined;
  const trapListener = kinds.includes('traps')
    ? platform.onSupervisorTrap((trap) => {
        taken = trap;
      })
    : undefined;
  const hart = platform.machine.harts[0];
  const isStepping = kinds.includes('instructions') || kinds.includes('traps');
  const run = (steps: number): MachineStop => {
    if (!isStepping || hart === undefined) return platform.run(steps);
    for (let step = 0; step < steps; step++) {
      const line = kinds.includes('instructions') ? describeInstruction(platform, hart) : undefined;
      const before = { instructions: hart.instructions, pc: hart.pc };
      if (line !== undefined) print(`${count()}  ${line}`);
      taken = undefined;
      const stop = platform.run(1);
      const hasTrapped = hart.instructions === before.instructions && stop.kind === 'limit';
      if (kinds.includes('traps') && hasTrapped)
        print(`${count()}  ${describeTrap(hart, before.pc, taken)}`);
      if (stop.kind !== 'limit') return stop;
    }
    return { kind: 'limit' };
  };
  return {
    run,
    dispose: () => {
      listener.dispose();
      trapListener?.dispose();
      stepListener?.dispose();
      deviceListener?.dispose();
      loaderListener?.dispose();
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

/** Our kernel takes a trap as a call, with no CSR that tells the cause; other software finds it in the CSRs. */
function describeTrap(hart: Hart, pc: number, taken: SupervisorTrap | undefined): string {
  if (taken !== undefined) return `${describeCause(pc, taken)}, to the kernel`;
  const isMachine = hart.privilege === 3;
  const cause = hart.readCsr(isMachine ? mcause : scause) ?? 0;
  const value = hart.readCsr(isMachine ? mtval : stval) ?? 0;
  const from = hart.readCsr(isMachine ? mepc : sepc) ?? pc;
  const to = `${isMachine ? 'M' : 'S'}-mode at ${formatAddress(virtAddr(hart.pc))}`;
  return `${describeCause(from, { cause, value })}, to ${to}`;
}

function describeCause(pc: number, { cause, value }: SupervisorTrap): string {
  const isInterrupt = cause >>> 31 === 1;
  const code = cause & 0x7fff_ffff;
  const name = causes.find((row) => row.code === code && row.interrupt === isInterrupt)?.name;
  return `trap at ${formatAddress(pc)}: ${name ?? `cause ${code}`}, value ${formatAddress(value)}`;
}
