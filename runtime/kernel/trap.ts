/**
 * One trap in, one decision, one return: saves the registers of the current thread, does what the trap
 * asks, chooses a thread and loads its registers. Event-driven: the kernel never blocks, and waits for an
 * interrupt by returning `wait`.
 */
import { virtAddr, type PhysAddr } from '../base/address.js';
import type { SupervisedHart, SupervisorTrap } from '../machine/ports.js';
import { costs } from './costs.js';
import { handleDebugSyscall } from './debug-syscalls.js';
import type { Fault } from './faults/fault.js';
import { handleFault } from './faults/handle.js';
import { fastCall, fastReplyRecv, loadThread } from './ipc/fastpath.js';
import { completeYieldTo } from './ipc/yield-to.js';
import type { KernelState } from './kernel-state.js';
import { globals } from './layout.js';
import { activateAddressSpace } from './objects/address-space.js';
import { deliverInterrupt } from './objects/irq.js';
import { register } from './objects/thread.js';
import { checkBudget, checkBudgetOrRestart } from './scheduler/budget.js';
import { prepareCurrent, schedule, takeTime } from './scheduler/scheduler.js';
import { handleSyscall } from './syscalls.js';

const syscall = { call: -1, replyRecv: -2 } as const;

/** scause values. Privileged spec, table 4.2. */
const cause = {
  userEcall: 8,
  timerInterrupt: 0x8000_0005,
  externalInterrupt: 0x8000_0009,
} as const;

export function handleTrap(
  k: KernelState,
  hart: SupervisedHart,
  trap: SupervisorTrap,
): 'resume' | 'wait' {
  k.hart = hart;
  const scause = trap.cause >>> 0;
  const isEcall = scause === cause.userEcall;
  if (isEcall && k.ports.fastpath !== false && takeFastpath(k, hart)) return 'resume';
  k.charge(costs.entry);
  k.setGlobal(globals.workUnits, 0);
  k.registerMessages = 0;
  const before = { thread: k.currentThread, schedContext: k.currentSchedContext };
  saveRegisters(k, hart, scause, isEcall);

  if (isEcall) {
    const number = k.read(k.currentThread + register.a7) | 0;
    // Debug calls return to the caller at once, whatever its budget.
    if (handleDebugSyscall(k, number)) return returnToUser(k, hart);
    takeTime(k);
    if (checkBudgetOrRestart(k) && !handleSyscall(k, number)) {
      handleFault(k, k.currentThread, { kind: 'UnknownSyscall', number: number >>> 0 });
    }
  } else if (scause >= 0x8000_0000) {
    takeTime(k);
    checkBudget(k);
    if (scause === cause.externalInterrupt) deliverInterrupt(k);
    // The timer stays raised until it gets a new deadline.
    else k.setGlobal(globals.reprogram, 1);
  } else {
    takeTime(k);
    if (checkBudgetOrRestart(k)) {
      handleFault(k, k.currentThread, exceptionFault(scause, trap.value >>> 0));
    }
  }
  schedule(k);
  completeYieldTo(k, k.currentThread);
  prepareCurrent(k);
  k.payCycles(isEcall ? fastPrice(k, before.thread, before.schedContext) : undefined);
  return returnToUser(k, hart);
}

/**
 * Where seL4 has its fast path: one message in registers, and the other thread runs next on the scheduling
 * context that came along. Undefined for every other entry.
 */
function fastPrice(k: KernelState, caller: number, schedContext: number): number | undefined {
  const handedOver =
    k.registerMessages === 1 &&
    k.currentThread !== caller &&
    k.currentThread !== k.idleThread &&
    k.currentSchedContext === schedContext;
  if (!handedOver) return undefined;
  switch (k.read(caller + register.a7) | 0) {
    case syscall.call:
      return costs.fastCall;
    case syscall.replyRecv:
      return costs.fastReply;
    default:
      return undefined;
  }
}

function takeFastpath(k: KernelState, hart: SupervisedHart): boolean {
  const isObserved = k.isObserved;
  const from = isObserved ? k.currentThread : 0;
  const number = hart.x[17];
  const cycles =
    number === syscall.call
      ? fastCall(k, hart)
      : number === syscall.replyRecv
        ? fastReplyRecv(k, hart)
        : 0;
  if (cycles === 0) return false;
  k.charge(cycles);
  if (isObserved) {
    k.emit({ kind: 'switched', from: from as PhysAddr, to: k.currentThread as PhysAddr });
  }
  activateAddressSpace(k, k.currentThread);
  k.payCycles();
  loadThread(k, hart);
  return true;
}

/** Page faults count as the access faults of the same access; without PMP the latter are bus errors. */
function exceptionFault(scause: number, value: number): Fault {
  switch (scause) {
    case 1:
    case 12:
      return { kind: 'VMFault', address: value, access: 1, isUnanswered: scause === 1 };
    case 5:
    case 13:
      return { kind: 'VMFault', address: value, access: 5, isUnanswered: scause === 5 };
    case 7:
    case 15:
      return { kind: 'VMFault', address: value, access: 7, isUnanswered: scause === 7 };
    default:
      return { kind: 'UserException', cause: scause, code: 0 };
  }
}

function saveRegisters(
  k: KernelState,
  hart: SupervisedHart,
  scause: number,
  isEcall: boolean,
): void {
  const thread = k.currentThread;
  if (thread === k.idleThread) return;
  // x0 is not kept, so x1 is the first word of a TCB.
  hart.saveRegisters(thread as PhysAddr);
  const pc: number = hart.pc;
  k.write(thread + register.scause, scause);
  k.write(thread + register.faultIp, pc);
  k.write(thread + register.nextIp, isEcall ? (pc + 4) >>> 0 : pc);
}

/** Loads the current thread into the hart. */
export function returnToUser(k: KernelState, hart: SupervisedHart): 'resume' | 'wait' {
  const thread = k.currentThread;
  activateAddressSpace(k, thread);
  k.payCycles();
  if (thread === k.idleThread) return 'wait';
  hart.loadRegisters(thread as PhysAddr);
  hart.pc = virtAddr(k.read(thread + register.nextIp));
  return 'resume';
}
