/**
 * OpenTitan rv_timer: mtime counts in steps of the prescaled clock, and the interrupt is up while mtime
 * is at or past the comparator. mtime is not stored but follows from virtual time since an anchor, which
 * moves whenever software changes the rate or the value. A supervisor asks for the time at every trap, so
 * times are numbers as far as numbers are exact; bigint serves the rest of the 64 bits.
 */
import { bits } from '../../base/bits.js';
import type { Device } from '../bus/device.js';
import type { Clock, IrqLine, SupervisorTimer } from '../ports.js';
import { createRegisterFile } from './register-file.js';
import { rvTimerRegisters } from '../../registers/rv-timer.regs.js';

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
  // What the registers say, read out by `settingsChanged`.
  let isActive = false;
  let step = 1;
  let cyclesPerTick = ports.cyclesPerClock;
  /** `anchorTicks` and the comparator, rounded where they are 2^53 or more. */
  let anchor = 0;
  let compare = 0;

  const settingsChanged = (): void => {
    const config = registers.get('CFG0');
    isActive = registers.get('CTRL') === 1;
    step = bits(config, 23, 16);
    cyclesPerTick = (bits(config, 11, 0) + 1) * ports.cyclesPerClock;
    anchor = Number(anchorTicks);
    compare = registers.get('COMPARE_UPPER0_0') * 2 ** 32 + registers.get('COMPARE_LOWER0_0');
  };
  const ticksSinceAnchor = (): number =>
    isActive ? Math.floor((ports.clock.now() - anchorCycle) / cyclesPerTick) : 0;
  const mtime = (): bigint => (anchorTicks + BigInt(ticksSinceAnchor()) * BigInt(step)) % two64;
  /** mtime, exact below 2^53 and not below it otherwise. */
  const roundedTime = (): number => anchor + ticksSinceAnchor() * step;
  const exactCompare = (): bigint =>
    BigInt(registers.get('COMPARE_UPPER0_0')) * two32 + BigInt(registers.get('COMPARE_LOWER0_0'));
  /** Call before CTRL or CFG0 change, with the settings that were in force. */
  const moveAnchor = (ticks: bigint): void => {
    anchorTicks = ticks;
    anchorCycle = ports.clock.now();
  };

  const update = (): void => {
    expiry?.dispose();
    expiry = undefined;
    if (isActive) {
      if (isDue()) registers.set('INTR_STATE0', 1);
      else scheduleExpiry();
    }
    ports.interrupt.set((registers.get('INTR_STATE0') & registers.get('INTR_ENABLE0')) === 1);
  };
  const isDue = (): boolean => {
    const time = roundedTime();
    return time <= Number.MAX_SAFE_INTEGER ? compare <= time : exactCompare() <= mtime();
  };
  const scheduleExpiry = (): void => {
    if (step === 0) return;
    const isExact = anchor <= Number.MAX_SAFE_INTEGER && compare <= Number.MAX_SAFE_INTEGER;
    const distance = isExact ? compare - anchor : Number(exactCompare() - anchorTicks);
    const cycle = anchorCycle + Math.ceil(distance / step) * cyclesPerTick;
    // Past 2^53 the cycle counter is not exact; that is three years at 100 MHz, beyond any run.
    if (cycle <= Number.MAX_SAFE_INTEGER) expiry = ports.clock.schedule(cycle, update);
  };
  /** A written half of mtime joins the half that is there. */
  const writeTime = (high: bigint, low: bigint): void => {
    moveAnchor(high * two32 + low);
    settingsChanged();
    update();
  };
  const compareWritten = (): void => {
    settingsChanged();
    registers.set('INTR_STATE0', 0);
    update();
  };
  /** CTRL and CFG0: time goes on from where the settings so far have brought it. */
  const rateWritten = (): void => {
    moveAnchor(mtime());
    settingsChanged();
    update();
  };

  const registers = createRegisterFile(rvTimerRegisters, {
    onRead: {
      TIMER_V_LOWER0: () => Number(mtime() % two32),
      TIMER_V_UPPER0: () => Number(mtime() / two32),
    },
    onWrite: {
      CTRL: rateWritten,
      CFG0: rateWritten,
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
    now: () => (isActive ? roundedTime() : Math.floor(ports.clock.now() / ports.cyclesPerClock)),
    setDeadline(ticks) {
      if (!isActive) {
        anchorTicks = 0n;
        anchorCycle = 0;
        registers.set('CTRL', 1);
        registers.set('INTR_ENABLE0', 1);
      }
      const value = Math.max(0, Math.ceil(ticks));
      const isFinite = value <= Number.MAX_SAFE_INTEGER;
      registers.set('COMPARE_UPPER0_0', isFinite ? Math.floor(value / 2 ** 32) : 0xffff_ffff);
      registers.set('COMPARE_LOWER0_0', isFinite ? value >>> 0 : 0xffff_ffff);
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
      settingsChanged();
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
      settingsChanged();
      update();
    },
  };
}
