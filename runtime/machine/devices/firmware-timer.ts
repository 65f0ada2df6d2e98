/**
 * The supervisor timer of a board whose hardware timer interrupts M-mode only: what SBI firmware makes of
 * it with `set_timer`. It has no registers; only an attached supervisor reaches it.
 */
import type { DeviceState } from '../bus/device.js';
import type { Clock, IrqLine, SupervisorTimer } from '../ports.js';

export interface FirmwareTimerPorts {
  readonly clock: Clock;
  /** The hart's supervisor timer interrupt. */
  readonly interrupt: IrqLine;
  readonly cyclesPerTick: number;
  readonly ticksPerSecond: number;
}

export interface FirmwareTimer {
  readonly supervisorTimer: SupervisorTimer;
  reset(): void;
  save(): DeviceState;
  load(state: DeviceState): void;
}

export function createFirmwareTimer(ports: FirmwareTimerPorts): FirmwareTimer {
  let deadline = Infinity;
  let expiry: { dispose(): void } | undefined;

  const now = (): number => Math.floor(ports.clock.now() / ports.cyclesPerTick);
  const update = (): void => {
    expiry?.dispose();
    expiry = undefined;
    const expired = now() >= deadline;
    ports.interrupt.set(expired);
    if (expired) return;
    const cycle = Math.ceil(deadline) * ports.cyclesPerTick;
    // Past 2^53 the cycle counter is not exact; that is three years at 100 MHz, beyond any run.
    if (cycle <= Number.MAX_SAFE_INTEGER) expiry = ports.clock.schedule(cycle, update);
  };

  return {
    supervisorTimer: {
      now,
      ticksPerSecond: ports.ticksPerSecond,
      setDeadline(ticks) {
        deadline = ticks;
        update();
      },
    },
    reset() {
      deadline = Infinity;
      update();
    },
    // JSON has no Infinity.
    save: () => ({ deadline: deadline === Infinity ? null : deadline }),
    load(state) {
      deadline = (state['deadline'] as number | null) ?? Infinity;
      update();
    },
  };
}
