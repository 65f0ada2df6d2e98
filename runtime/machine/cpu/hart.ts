/**
 * One RISC-V hart over linear memory, as the machine drives it: a budget of cycles in, a reason out,
 * exact to the instruction. Between runs all its state is in its block; time is the count of cycles and
 * nothing else, so how a run is cut into budgets cannot be seen by the guest.
 */
import {
  formatAddress,
  physAddr,
  virtAddr,
  type PhysAddr,
  type VirtAddr,
} from '../../base/address.js';
import { invariant } from '../../base/invariant.js';
import { fail, ok, type Result } from '../../base/result.js';
import type { Bus } from '../bus/bus.js';
import type { Hart, TranslationFault } from '../machine.js';
import { hartWord, pageBits } from '../memory/layout.js';
import type { LinearMemory } from '../memory/linear-memory.js';
import type { Firmware, IrqLine, Supervisor } from '../ports.js';
import { access } from './access.js';
import { firmwareDelegates, interrupt, supervisorInterrupts } from './csr-bits.js';
import { readCsr, writeCsr } from './csr-file.js';
import { prepareScratch } from './fetch.js';
import { HartCore, type HartClock } from './hart-core.js';
import { createInterpreter, type Interpreter } from './interpreter/interpreter.js';
import {
  flushEverything,
  flushFetches,
  flushTranslations,
  switchTranslations,
  translate,
} from './tlb.js';
import { dueInterrupt, isWoken, takeInterrupt } from './trap.js';

export type { HartClock } from './hart-core.js';

export interface HartOptions {
  readonly id: number;
  readonly memory: LinearMemory;
  readonly bus: Bus;
  readonly clock: HartClock;
  /** Where `reset` sets pc. */
  readonly resetAddress: number;
}

/** Why `run` returned. `hart.pc` is the next instruction that has not executed. */
export type HartStop =
  /** The budget is used up (charged cycles may overshoot it). */
  | 'budget'
  | 'breakpoint'
  /** WFI or a supervisor's `wait`, and no enabled interrupt is pending. */
  | 'wait'
  /** `requestStop` was called, by a device or an observer inside this run. */
  | 'requested'
  /** The first instruction of the M-mode trap handler cannot be fetched; mcause tells of the trap before. */
  | 'lockedUp';

/** The wires into a hart, by their mip bit. */
export interface HartLines {
  readonly msip: IrqLine;
  readonly mtip: IrqLine;
  readonly meip: IrqLine;
  readonly ssip: IrqLine;
  readonly stip: IrqLine;
  readonly seip: IrqLine;
}

export interface MachineHart extends Hart {
  readonly lines: HartLines;
  /**
   * Steps since reset: retired instructions plus traps. The unit of a budget, so that a guest that
   * only traps cannot run for ever.
   */
  readonly steps: number;
  /**
   * Cycles that the present `run` has used, or the last one did; exact inside bus and supervisor calls.
   * One a step, plus what was charged.
   */
  readonly elapsedCycles: number;
  /**
   * Runs for at most `budgetCycles`, an integer above 0 and below 2^31. With `stopAtBreakpoint`, a
   * breakpoint at the first instruction stops too.
   */
  run(budgetCycles: number, first?: 'skipBreakpoint' | 'stopAtBreakpoint'): HartStop;
  /** Makes the `run` in progress return at the next instruction boundary; nothing outside `run`. */
  requestStop(): void;
  attachSupervisor(supervisor: Supervisor): void;
  attachFirmware(firmware: Firmware): void;
  reset(): void;
  /** Call after `memory.stateReplaced()`. */
  stateReplaced(): void;
}

export function createHart(options: HartOptions): MachineHart {
  const core = new HartCore(options.id, options.memory, options.bus, options.clock);
  prepareScratch(core.code);
  core.code.onPagesDropped.push(() => {
    flushFetches(core);
  });
  options.memory.watches.onPagesChanged.push(() => {
    flushEverything(core);
  });
  const hart = new InterpretedHart(core, createInterpreter(core), options.resetAddress);
  hart.reset();
  return hart;
}

/**
 * A class, because the kernel uses a hart's accessors many times in each system call: an engine calls those of a
 * prototype directly, but looks those of a literal up by name.
 * bench/kernel/ipc: a round trip takes as long as 390 plain instructions, it was 690.
 */
class InterpretedHart implements MachineHart {
  readonly id: number;
  readonly x: Int32Array;
  readonly lines: HartLines;
  private readonly core: HartCore;
  private readonly block: Int32Array;
  private readonly interpret: Interpreter['run'];
  private readonly saveAt: Interpreter['saveRegisters'];
  private readonly loadFrom: Interpreter['loadRegisters'];
  private readonly resetAddress: number;
  private lastElapsed = 0;

  constructor(core: HartCore, interpreter: Interpreter, resetAddress: number) {
    const { id, block } = core;
    this.id = id;
    this.x = block.subarray(hartWord.x, hartWord.x + 32);
    this.lines = linesInto(core);
    this.core = core;
    this.block = block;
    this.interpret = interpreter.run;
    this.saveAt = interpreter.saveRegisters;
    this.loadFrom = interpreter.loadRegisters;
    this.resetAddress = resetAddress;
  }

  get pc(): VirtAddr {
    return virtAddr(this.block[hartWord.pc]!);
  }
  set pc(address: VirtAddr) {
    this.block[hartWord.pc] = address & ~1;
  }
  get privilege(): 0 | 1 | 3 {
    return this.block[hartWord.privilege] as 0 | 1 | 3;
  }
  set privilege(privilege: 0 | 1 | 3) {
    this.block[hartWord.privilege] = privilege;
    this.core.selectBanks();
  }
  get isWaiting(): boolean {
    return this.block[hartWord.waiting] !== 0;
  }
  get instructions(): number {
    return this.core.retired;
  }
  get steps(): number {
    return this.core.steps;
  }
  get elapsedCycles(): number {
    return this.core.running ? this.core.elapsed : this.lastElapsed;
  }

  run(
    budgetCycles: number,
    first: 'skipBreakpoint' | 'stopAtBreakpoint' = 'skipBreakpoint',
  ): HartStop {
    const { core, block } = this;
    core.budget = core.remaining = budgetCycles;
    core.withheld = core.charged = 0;
    core.stop = undefined;
    core.running = true;
    core.passBreakpoint = first === 'skipBreakpoint';
    core.charge(core.owed);
    core.owed = 0;
    for (;;) {
      core.remaining += core.withheld;
      core.withheld = 0;
      const stop = noted(core);
      if (stop !== undefined) return this.finish(stop);
      if (core.remaining <= 0) return this.finish('budget');
      if (block[hartWord.waiting] !== 0) {
        if (!isWoken(core)) return this.finish('wait');
        block[hartWord.waiting] = 0;
      }
      const due = dueInterrupt(core);
      if (due >= 0) {
        takeInterrupt(core, due);
        core.remaining -= 1;
      } else this.interpret();
    }
  }

  private finish(stop: HartStop): HartStop {
    const { core } = this;
    this.lastElapsed = core.elapsed;
    core.block64[hartWord.steps >> 1]! += core.elapsed - core.charged;
    core.running = false;
    core.budget = core.remaining = core.withheld = core.charged = 0;
    return stop;
  }

  requestStop(): void {
    const { core } = this;
    if (!core.running) return;
    core.stop ??= 'requested';
    core.leaveInterpreter();
  }
  saveRegisters(address: PhysAddr): void {
    this.saveAt(this.offsetOfRegisters(address));
  }
  loadRegisters(address: PhysAddr): void {
    this.loadFrom(this.offsetOfRegisters(address));
  }
  private offsetOfRegisters(address: PhysAddr): number {
    const offset = this.core.ramOffsetOf(address, 31 * 4);
    invariant(offset >= 0, 'MEM-2', () => `${formatAddress(address)} (31 words) is outside RAM`);
    return offset;
  }
  chargeCycles(cycles: number): void {
    this.core.charge(cycles);
  }
  setAddressSpace(rootTable: PhysAddr, asid: number): void {
    switchTranslations(this.core, (1 << 31) | ((asid & 0x1ff) << 22) | (rootTable >>> pageBits));
    // Another program's LR must not pair with this one's SC.
    this.block[hartWord.reservation] = 0;
  }
  flushTranslations(): void {
    flushTranslations(this.core);
  }

  attachSupervisor(supervisor: Supervisor): void {
    this.core.supervisor = supervisor;
    this.core.supervised = this;
    leaveToSupervisor(this.block);
    this.stateReplaced();
  }
  attachFirmware(firmware: Firmware): void {
    this.core.firmware = firmware;
    this.core.supervised = this;
    leaveToKernel(this.block);
    this.stateReplaced();
  }

  readCsr(number: number): number | undefined {
    return readCsr(this.core, number);
  }
  writeCsr(number: number, value: number): boolean {
    const isReadOnly = number >>> 10 === 3;
    if (isReadOnly || readCsr(this.core, number) === undefined) return false;
    writeCsr(this.core, number, value | 0);
    return true;
  }
  translate(
    address: VirtAddr,
    kind: 'fetch' | 'load' | 'store',
    rootTable?: PhysAddr,
  ): Result<PhysAddr, TranslationFault> {
    const { core } = this;
    const privilege = kind === 'fetch' ? this.block[hartWord.privilege]! : core.dataPrivilege;
    const physical = translate(core, address, 1, access[kind], privilege, rootTable);
    return physical < 0 ? fail({ cause: -physical }) : ok(physAddr(physical));
  }

  reset(): void {
    const { core, block } = this;
    block.fill(0);
    block[hartWord.pc] = this.resetAddress;
    block[hartWord.privilege] = 3;
    core.owed = 0;
    this.lastElapsed = 0;
    if (core.supervisor !== undefined) leaveToSupervisor(block);
    if (core.firmware !== undefined) leaveToKernel(block);
    this.stateReplaced();
  }
  stateReplaced(): void {
    this.core.pmp.update(this.block);
    flushEverything(this.core);
    this.core.selectBanks();
  }
}

function linesInto(core: HartCore): HartLines {
  const { block } = core;
  const line = (bit: number): IrqLine => ({
    set(level) {
      if (level) block[hartWord.lines]! |= 1 << bit;
      else block[hartWord.lines]! &= ~(1 << bit);
      if (level && dueInterrupt(core) >= 0) core.leaveInterpreter();
    },
  });
  return {
    msip: line(interrupt.msip),
    mtip: line(interrupt.mtip),
    meip: line(interrupt.meip),
    ssip: line(interrupt.ssip),
    stip: line(interrupt.stip),
    seip: line(interrupt.seip),
  };
}

/** A stop that something inside the run asked for; a call, so that the compiler does not take it for unchanged. */
const noted = (core: HartCore): HartStop | undefined => core.stop;

/**
 * What firmware does before it starts a kernel that runs programs in U-mode: PMP entry 0 opens all
 * memory (NAPOT, all ones, RWX), and the counters may be read.
 */
function leaveToSupervisor(block: Int32Array): void {
  block[hartWord.pmpaddr] = -1;
  block[hartWord.pmpcfg] = 0x1f;
  block[hartWord.mcounteren] = 7;
  block[hartWord.scounteren] = 7;
  block[hartWord.privilege] = 0;
}

/** The same before it starts a kernel in S-mode, to which it delegates what it does not serve itself. */
function leaveToKernel(block: Int32Array): void {
  leaveToSupervisor(block);
  block[hartWord.medeleg] = firmwareDelegates;
  block[hartWord.mideleg] = supervisorInterrupts;
  block[hartWord.privilege] = 1;
}
