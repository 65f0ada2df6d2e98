/**
 * One RISC-V hart over linear memory, as the machine drives it: a budget of cycles in, a reason out,
 * exact to the instruction. Between runs all its state is in its block; time is the count of cycles and
 * nothing else, so how a run is cut into budgets cannot be seen by the guest.
 */
import { physAddr, virtAddr, type PhysAddr } from '../../base/address.js';
import { fail, ok } from '../../base/result.js';
import type { Bus } from '../bus/bus.js';
import type { Hart } from '../machine.js';
import { hartWord, pageBits } from '../memory/layout.js';
import type { LinearMemory } from '../memory/linear-memory.js';
import type { Firmware, IrqLine, Supervisor } from '../ports.js';
import { access } from './access.js';
import { firmwareDelegates, interrupt, supervisorInterrupts } from './csr-bits.js';
import { readCsr, writeCsr } from './csr-file.js';
import { prepareScratch } from './fetch.js';
import { HartCore, type HartClock } from './hart-core.js';
import { createInterpreter } from './interpreter/interpreter.js';
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
  const { block, block64 } = core;
  prepareScratch(core.code);
  const interpret = createInterpreter(core);
  core.code.onPagesDropped.push(() => {
    flushFetches(core);
  });
  let lastElapsed = 0;

  const finish = (stop: HartStop): HartStop => {
    lastElapsed = core.elapsed;
    block64[hartWord.steps >> 1]! += core.elapsed - core.charged;
    core.running = false;
    core.budget = core.remaining = core.withheld = core.charged = 0;
    return stop;
  };

  const stateReplaced = (): void => {
    core.pmp.update(block);
    flushEverything(core);
    core.selectBanks();
  };

  const reset = (): void => {
    block.fill(0);
    block[hartWord.pc] = options.resetAddress;
    block[hartWord.privilege] = 3;
    core.owed = 0;
    lastElapsed = 0;
    if (core.supervisor !== undefined) leaveToSupervisor(block);
    if (core.firmware !== undefined) leaveToKernel(block);
    stateReplaced();
  };

  const line = (bit: number): IrqLine => ({
    set(level) {
      if (level) block[hartWord.lines]! |= 1 << bit;
      else block[hartWord.lines]! &= ~(1 << bit);
      if (level && dueInterrupt(core) >= 0) core.leaveInterpreter();
    },
  });

  const hart: MachineHart = {
    id: core.id,
    x: block.subarray(hartWord.x, hartWord.x + 32),
    lines: {
      msip: line(interrupt.msip),
      mtip: line(interrupt.mtip),
      meip: line(interrupt.meip),
      ssip: line(interrupt.ssip),
      stip: line(interrupt.stip),
      seip: line(interrupt.seip),
    },

    get pc() {
      return virtAddr(block[hartWord.pc]!);
    },
    set pc(address) {
      block[hartWord.pc] = address & ~1;
    },
    get privilege() {
      return block[hartWord.privilege] as 0 | 1 | 3;
    },
    set privilege(privilege) {
      block[hartWord.privilege] = privilege;
      core.selectBanks();
    },
    get isWaiting() {
      return block[hartWord.waiting] !== 0;
    },
    get instructions() {
      return core.retired;
    },
    get steps() {
      return core.steps;
    },
    get elapsedCycles() {
      return core.running ? core.elapsed : lastElapsed;
    },

    run(budgetCycles, first = 'skipBreakpoint') {
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
        if (stop !== undefined) return finish(stop);
        if (core.remaining <= 0) return finish('budget');
        if (block[hartWord.waiting] !== 0) {
          if (!isWoken(core)) return finish('wait');
          block[hartWord.waiting] = 0;
        }
        const due = dueInterrupt(core);
        if (due >= 0) {
          takeInterrupt(core, due);
          core.remaining -= 1;
        } else interpret();
      }
    },
    requestStop() {
      if (!core.running) return;
      core.stop ??= 'requested';
      core.leaveInterpreter();
    },
    chargeCycles(cycles) {
      core.charge(cycles);
    },

    setAddressSpace(rootTable, asid) {
      switchTranslations(core, (1 << 31) | ((asid & 0x1ff) << 22) | (rootTable >>> pageBits));
      // Another program's LR must not pair with this one's SC.
      block[hartWord.reservation] = 0;
    },
    flushTranslations() {
      flushTranslations(core);
    },
    attachSupervisor(supervisor) {
      core.supervisor = supervisor;
      core.supervised = hart;
      leaveToSupervisor(block);
      stateReplaced();
    },

    attachFirmware(firmware) {
      core.firmware = firmware;
      core.supervised = hart;
      leaveToKernel(block);
      stateReplaced();
    },

    readCsr: (number) => readCsr(core, number),
    writeCsr(number, value) {
      const isReadOnly = number >>> 10 === 3;
      if (isReadOnly || readCsr(core, number) === undefined) return false;
      writeCsr(core, number, value | 0);
      return true;
    },
    translate(address, kind, rootTable?: PhysAddr) {
      const privilege = kind === 'fetch' ? block[hartWord.privilege]! : core.dataPrivilege;
      const physical = translate(core, address, 1, access[kind], privilege, rootTable);
      return physical < 0 ? fail({ cause: -physical }) : ok(physAddr(physical));
    },
    reset,
    stateReplaced,
  };
  reset();
  return hart;
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
