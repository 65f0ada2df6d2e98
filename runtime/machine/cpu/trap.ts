/**
 * Traps: which one is due, where it goes, and how a hart comes back. A trap counts as one step, so
 * that a guest which only traps uses up its budget; the trapping instruction does not retire.
 * Privileged spec 3.1.6–3.1.9, 3.3, 4.1.
 */
import { hartWord } from '../memory/layout.js';
import { accessFault, access, pageFault } from './access.js';
import {
  allInterrupts,
  cause as causes,
  interrupt,
  mstatus,
  supervisorInterrupts,
} from './csr-bits.js';
import type { HartCore } from './hart-core.js';

const interruptFlag = 0x80000000;

/** The exception of the instruction at `pc`, which has had no effect. */
export function raise(core: HartCore, cause: number, value: number): void {
  const { block, block64 } = core;
  const isFetch = cause === accessFault(access.fetch) || cause === pageFault(access.fetch);
  // A handler that cannot be fetched would trap to itself for ever. The first trap stays described in
  // mepc, mcause and mtval.
  if (
    isFetch &&
    block[hartWord.privilege] === 3 &&
    block64[hartWord.trapStep >> 1] === core.steps &&
    block[hartWord.pc] === handler(block[hartWord.mtvec]!, block[hartWord.mcause]!)
  ) {
    core.stop = 'lockedUp';
    // Not a step: the interpreter is about to count one.
    core.remaining += 1;
    core.leaveInterpreter();
    return;
  }
  take(core, cause, value);
}

/** The enabled interrupt of highest priority, as its cause number; -1 when none is due. */
export function dueInterrupt(core: HartCore): number {
  const { block } = core;
  const pending = block[hartWord.lines]! | block[hartWord.mipSoftware]!;
  if (pending === 0) return -1;
  const privilege = block[hartWord.privilege]!;
  if (core.supervisor !== undefined && privilege !== 3) {
    return highestPriority(pending & supervisorInterrupts);
  }
  const enabled = pending & block[hartWord.mie]!;
  const delegated = block[hartWord.mideleg]!;
  const status = block[hartWord.mstatus]!;
  // "An interrupt i will trap to M-mode if … either the current privilege mode is M and the MIE bit in
  // the mstatus register is set, or the current privilege mode has less privilege than M-mode".
  if (privilege < 3 || (status & mstatus.mie) !== 0) {
    const due = highestPriority(enabled & ~delegated);
    if (due >= 0) return due;
  }
  if (privilege < 1 || (privilege === 1 && (status & mstatus.sie) !== 0)) {
    return highestPriority(enabled & delegated);
  }
  return -1;
}

/** Whether WFI would go on: "even if the interrupt is globally disabled". */
export function isWoken(core: HartCore): boolean {
  const { block } = core;
  const pending = block[hartWord.lines]! | block[hartWord.mipSoftware]!;
  const mask =
    core.supervisor !== undefined && block[hartWord.privilege] !== 3
      ? supervisorInterrupts
      : block[hartWord.mie]!;
  return (pending & mask) !== 0;
}

export function takeInterrupt(core: HartCore, number: number): void {
  take(core, interruptFlag | number, 0);
}

/** MEI, MSI, MTI, SEI, SSI, STI: "multiple simultaneous interrupts … are handled in the following decreasing priority order". */
function highestPriority(bits: number): number {
  if ((bits & allInterrupts) === 0) return -1;
  if ((bits & (1 << interrupt.meip)) !== 0) return interrupt.meip;
  if ((bits & (1 << interrupt.msip)) !== 0) return interrupt.msip;
  if ((bits & (1 << interrupt.mtip)) !== 0) return interrupt.mtip;
  if ((bits & (1 << interrupt.seip)) !== 0) return interrupt.seip;
  if ((bits & (1 << interrupt.ssip)) !== 0) return interrupt.ssip;
  return interrupt.stip;
}

function take(core: HartCore, cause: number, value: number): void {
  const { block, block64 } = core;
  const privilege = block[hartWord.privilege]!;
  block64[hartWord.traps >> 1]! += 1;
  if (core.supervisor !== undefined && privilege !== 3) {
    callSupervisor(core, cause, value);
    return;
  }
  const status = block[hartWord.mstatus]!;
  const delegations = cause < 0 ? block[hartWord.mideleg]! : block[hartWord.medeleg]!;
  if (privilege < 3 && ((delegations >>> (cause & 31)) & 1) !== 0) {
    block[hartWord.scause] = cause;
    block[hartWord.sepc] = block[hartWord.pc]!;
    block[hartWord.stval] = value;
    block[hartWord.mstatus] =
      (status & ~(mstatus.spp | mstatus.spie | mstatus.sie)) |
      (privilege === 1 ? mstatus.spp : 0) |
      ((status & mstatus.sie) !== 0 ? mstatus.spie : 0);
    block[hartWord.privilege] = 1;
    block[hartWord.pc] = handler(block[hartWord.stvec]!, cause);
  } else if (cause === causes.ecallFromSupervisor && core.firmware !== undefined) {
    callFirmware(core);
    return;
  } else {
    block[hartWord.mcause] = cause;
    block[hartWord.mepc] = block[hartWord.pc]!;
    block[hartWord.mtval] = value;
    block[hartWord.mstatus] =
      (status & ~(mstatus.mpp | mstatus.mpie | mstatus.mie)) |
      (privilege << mstatus.mppShift) |
      ((status & mstatus.mie) !== 0 ? mstatus.mpie : 0);
    block[hartWord.privilege] = 3;
    block[hartWord.pc] = handler(block[hartWord.mtvec]!, cause);
    // The step that this trap is has not been counted yet.
    block64[hartWord.trapStep >> 1] = core.steps + 1;
  }
  core.selectBanks();
}

/** "When MODE=Vectored, … interrupts cause the pc to be set to the address in the BASE field plus four times the cause number". */
function handler(vector: number, cause: number): number {
  const base = vector & ~3;
  return (vector & 1) !== 0 && cause < 0 ? base + (cause & 31) * 4 : base;
}

/** The supervisor answers in place of the jump to stvec; the interrupted program goes on, or the hart waits. */
function callSupervisor(core: HartCore, cause: number, value: number): void {
  const { supervisor, supervised } = core;
  if (supervisor === undefined || supervised === undefined) return;
  // The supervisor may go on with another program: an LR of this one must not pair with an SC of that.
  core.block[hartWord.reservation] = 0;
  const answer = supervisor.trap(supervised, { cause: cause >>> 0, value: value >>> 0 });
  if (answer === 'wait') core.block[hartWord.waiting] = 1;
  if (answer === 'wait' || dueInterrupt(core) >= 0) core.leaveInterpreter();
}

/** The firmware answers in place of the jump to mtvec; the caller goes on after its ecall. */
function callFirmware(core: HartCore): void {
  const { firmware, supervised } = core;
  if (firmware === undefined || supervised === undefined) return;
  firmware.call(supervised);
  core.block[hartWord.pc]! += 4;
  if (dueInterrupt(core) >= 0) core.leaveInterpreter();
}

/** mret: back to the mode in MPP. */
export function returnFromMachine(core: HartCore): void {
  const { block } = core;
  const status = block[hartWord.mstatus]!;
  const to = (status & mstatus.mpp) >>> mstatus.mppShift;
  block[hartWord.mstatus] =
    (status & ~(mstatus.mpp | mstatus.mie | (to === 3 ? 0 : mstatus.mprv))) |
    mstatus.mpie |
    ((status & mstatus.mpie) !== 0 ? mstatus.mie : 0);
  returnTo(core, to, block[hartWord.mepc]!);
}

/** sret: back to the mode in SPP, which is never machine mode. */
export function returnFromSupervisor(core: HartCore): void {
  const { block } = core;
  const status = block[hartWord.mstatus]!;
  block[hartWord.mstatus] =
    (status & ~(mstatus.spp | mstatus.sie | mstatus.mprv)) |
    mstatus.spie |
    ((status & mstatus.spie) !== 0 ? mstatus.sie : 0);
  returnTo(core, (status & mstatus.spp) !== 0 ? 1 : 0, block[hartWord.sepc]!);
}

function returnTo(core: HartCore, privilege: number, pc: number): void {
  core.block[hartWord.privilege] = privilege;
  core.block[hartWord.pc] = pc;
  core.selectBanks();
  if (dueInterrupt(core) >= 0) core.leaveInterpreter();
}
