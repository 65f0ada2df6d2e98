/** Ports for devices under test: wires that remember their level, bytes that come out, a clock by hand. */
import type { BoardPorts } from '../../../../runtime/machine/boards/board-devices.js';
import { virtBoard } from '../../../../runtime/machine/boards/virt.js';
import { createEventQueue } from '../../../../runtime/machine/clock.js';
import { createLinearMemory } from '../../../../runtime/machine/memory/linear-memory.js';
import type { Clock, IrqLine } from '../../../../runtime/machine/ports.js';

export interface Wire extends IrqLine {
  level: boolean;
}

export function wire(): Wire {
  const made: Wire = {
    level: false,
    set(level) {
      made.level = level;
    },
  };
  return made;
}

export interface ManualClock extends Clock {
  /** Lets time pass, and happen what is due on the way. */
  advanceTo(cycle: number): void;
}

export function manualClock(): ManualClock {
  let cycle = 0;
  const events = createEventQueue(
    () => cycle,
    () => undefined,
  );
  const clock = events.clock(0);
  return {
    now: () => clock.now(),
    schedule: (at, action) => clock.schedule(at, action),
    advanceTo(target) {
      while (events.nextCycle() <= target) {
        cycle = events.nextCycle();
        events.runDue(cycle);
      }
      cycle = target;
    },
  };
}

export function sink(): { readonly text: () => string; write(byte: number): void } {
  let text = '';
  return {
    text: () => text,
    write(byte) {
      text += String.fromCharCode(byte);
    },
  };
}

/** For a board whose devices nobody watches, but for what a test watches. */
export function boardPorts(watched: Partial<BoardPorts> = {}): BoardPorts {
  const clock = manualClock();
  return {
    console: sink(),
    lines: { msip: wire(), mtip: wire(), meip: wire(), stip: wire(), seip: wire() },
    clock: () => clock,
    powerOff: () => undefined,
    resetBoard: () => undefined,
    memory: createLinearMemory(virtBoard(0x1_0000)),
    coreMemory: new Uint8Array(16),
    told: () => undefined,
    ...watched,
  };
}

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
