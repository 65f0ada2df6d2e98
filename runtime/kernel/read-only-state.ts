/** The kernel's state as an observer reads it: the same accessors, and ports that do nothing. */
import type { Board } from '../machine/boards/board.js';
import type { PhysicalMemory } from '../machine/ports.js';
import { KernelState } from './kernel-state.js';

const nothing = (): void => undefined;

export const readOnlyState = (memory: PhysicalMemory, board: Board): KernelState =>
  new KernelState({
    board,
    memory,
    timer: { now: () => 0, ticksPerSecond: board.timeTicksPerSecond, setDeadline: nothing },
    interrupts: {
      count: board.interruptCount,
      claim: () => 0,
      complete: nothing,
      setEnabled: nothing,
    },
    console: { write: nothing },
    observer: () => undefined,
    powerOff: nothing,
  });
