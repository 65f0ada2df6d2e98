/** One RISC-V hart over linear memory. */
import type { Bus } from '../bus/bus.js';
import type { LinearMemory } from '../memory/linear-memory.js';
import type { Hart } from '../machine.js';
import type { IrqLine, Supervisor } from '../ports.js';

/** What a hart asks of time. Both are exact at the instruction that asks. */
export interface HartClock {
  /** Cycles since reset, as `Clock.now`; backs the cycle CSR. */
  now(): number;
  /** Ticks of the time CSR since reset, an integer. */
  ticks(): number;
}

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
  | 'requested';

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
   * Cycles that the present `run` has used, exact inside bus and supervisor calls; 0 outside `run`.
   * One per step plus what was charged.
   */
  readonly elapsedCycles: number;
  /** Runs for at most `budgetCycles` (an integer above 0, below 2^31). */
  run(budgetCycles: number): HartStop;
  /** Makes the `run` in progress return at the next instruction boundary; nothing outside `run`. */
  requestStop(): void;
  attachSupervisor(supervisor: Supervisor): void;
  reset(): void;
  /** Call after `memory.stateReplaced()`. */
  stateReplaced(): void;
}
