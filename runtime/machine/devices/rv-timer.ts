/**
 * OpenTitan rv_timer: mtime counts in steps of the prescaled clock, and the interrupt is up while mtime
 * is at or past the comparator. mtime is not stored but follows from virtual time since an anchor, which
 * moves whenever software changes the rate or the value. 64-bit values are bigint: nothing here is hot.
 */
import { bits } from '../../base/bits.js';
import type { Device } from '../bus/device.js';
import type { Clock, IrqLine, SupervisorTimer } from '../ports.js';
import { createRegisterFile } from './register-file.js';
import { rvTimerRegisters } from './rv-timer.regs.js';

export interface RvTimerPorts {
  readonly clock: Clock;
  readonly interrupt: IrqLine;
  /** Cycles of the machine's clock in one of the timer's, before the prescaler. */
  readonly cyclesPerClock: number;
  readonly clocksPerSecond: number;
}

export interface RvTimer extends Device {
  /** The timer as firmware offers it: the first `setDeadline` starts it at one tick a clock. */
  readonly supervisorTimer: SupervisorTimer;
}

const two32 = 2n ** 32n;
const two64 = 2n ** 64n;

export function createRvTimer(ports: RvTimerPorts): RvTimer {
  /** mtime was `anchorTicks` at cycle `anchorCycle`. */
  let anchorTicks = 0n;
  let anchorCycle = 0;
  let expiry: { dispose(): void } | undefined;

  const active = (): boolean => registers.get('CTRL') === 1;
  const step = (): number => bits(registers.get('CFG0'), 23, 16);
  const cyclesPerTick = (): number =>
    (bits(registers.get('CFG0'), 11, 0) + 1) * ports.cyclesPerClock;
  const compare = (): bigint =>
    BigInt(registers.get('COMPARE_UPPER0_0')) * two32 + BigInt(registers.get('COMPARE_LOWER0_0'));
  const mtime = (): bigint => {
    if (!active()) return anchorTicks;
    const ticks = Math.floor((ports.clock.now() - anchorCycle) / cyclesPerTick());
    return (anchorTicks + BigInt(ticks) * BigInt(step())) % two64;
  };
  /** Call before CTRL or CFG0 change, with the settings that were in force. */
  const moveAnchor = (ticks: bigint): void => {
    anchorTicks = ticks;
    anchorCycle = ports.clock.now();
  };

  const update = (): void => {
    expiry?.dispose();
    expiry = undefined;
    if (active()) {
      const distance = compare() - mtime();
      if (distance <= 0n) registers.set('INTR_STATE0', 1);
      else scheduleExpiry();
    }
    ports.interrupt.set((registers.get('INTR_STATE0') & registers.get('INTR_ENABLE0')) === 1);
  };
  const scheduleExpiry = (): void => {
    if (step() === 0) return;
    const steps = (compare() - anchorTicks + BigInt(step()) - 1n) / BigInt(step());
    const cycle = anchorCycle + Number(steps) * cyclesPerTick();
    // Past 2^53 the cycle counter is not exact; that is three years at 100 MHz, beyond any run.
    if (cycle <= Number.MAX_SAFE_INTEGER) expiry = ports.clock.schedule(cycle, update);
  };
  /** A written half of mtime joins the half that is there. */
  const writeTime = (high: bigint, low: bigint): void => {
    moveAnchor(high * two32 + low);
    update();
  };
  const compareWritten = (): void => {
    registers.set('INTR_STATE0', 0);
    update();
  };

  const registers = createRegisterFile(rvTimerRegisters, {
    onRead: {
      TIMER_V_LOWER0: () => Number(mtime() % two32),
      TIMER_V_UPPER0: () => Number(mtime() / two32),
    },
    onWrite: {
      CTRL: (written, before) => {
        registers.set('CTRL', before);
        moveAnchor(mtime());
        registers.set('CTRL', written);
        update();
      },
      CFG0: (written, before) => {
        registers.set('CFG0', before);
        moveAnchor(mtime());
        registers.set('CFG0', written);
        update();
      },
      TIMER_V_LOWER0: (written) => {
        writeTime(mtime() / two32, BigInt(written));
      },
      TIMER_V_UPPER0: (written) => {
        writeTime(BigInt(written), mtime() % two32);
      },
      COMPARE_LOWER0_0: compareWritten,
      COMPARE_UPPER0_0: compareWritten,
      INTR_ENABLE0: update,
      INTR_STATE0: update,
      INTR_TEST0: (written) => {
        if (written === 1) registers.set('INTR_STATE0', 1);
        update();
      },
    },
  });

  const supervisorTimer: SupervisorTimer = {
    ticksPerSecond: ports.clocksPerSecond,
    // Firmware has the timer running from the first cycle on; until a deadline starts it, the count is the same.
    now: () => (active() ? Number(mtime()) : Math.floor(ports.clock.now() / ports.cyclesPerClock)),
    setDeadline(ticks) {
      if (!active()) {
        anchorTicks = 0n;
        anchorCycle = 0;
        registers.set('CTRL', 1);
        registers.set('INTR_ENABLE0', 1);
      }
      const value = ticks === Infinity ? two64 - 1n : BigInt(Math.max(0, Math.ceil(ticks)));
      registers.set('COMPARE_UPPER0_0', Number(value / two32));
      registers.set('COMPARE_LOWER0_0', Number(value % two32));
      compareWritten();
    },
  };

  return {
    supervisorTimer,
    read: registers.read,
    write: registers.write,
    peek: registers.peek,
    reset() {
      registers.reset();
      anchorTicks = 0n;
      anchorCycle = 0;
      update();
    },
    save: () => ({
      registers: registers.save(),
      anchorTicks: anchorTicks.toString(),
      anchorCycle,
    }),
    load(state) {
      registers.load(state['registers']);
      anchorTicks = BigInt(state['anchorTicks'] as string);
      anchorCycle = state['anchorCycle'] as number;
      update();
    },
  };
}
