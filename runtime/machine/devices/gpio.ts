/**
 * OpenTitan GPIO. A pin that is not driven from here has the level that the board gives it, low when nothing
 * does. A pin that is driven from here is seen as it is driven, as at a real pad.
 */
import type { Device } from '../bus/device.js';
import type { Clock, IrqLine } from '../ports.js';
import { gpioRegisters } from '../../registers/gpio.regs.js';
import { createRegisterFile } from './register-file.js';

export interface GpioPorts {
  readonly clock: Clock;
  /** By pin; pins past the end have no line to the interrupt controller. */
  readonly interrupts: readonly IrqLine[];
  /** Cycles of the machine's clock in one of the device's; the filter counts these. */
  readonly cyclesPerClock: number;
}

export interface Gpio extends Device {
  /** The levels that the board drives from outside, one bit per pin. */
  setInputs(levels: number): void;
  /** The levels at the pads, one bit per pin. */
  pads(): number;
}

const filterClocks = 16;
const pinCount = 32;

export function createGpio(ports: GpioPorts): Gpio {
  let inputs = 0;
  /** What DATA_IN shows: the pads, past the filters. */
  let seen = 0;
  /** By pin, since when the pad has differed from what is seen; null while it does not. */
  let unsettledSince: (number | null)[] = Array.from({ length: pinCount }, () => null);
  let settling: { dispose(): void } | undefined;

  const pads = (): number => {
    const driven = registers.get('DIRECT_OE');
    return ((registers.get('DIRECT_OUT') & driven) | (inputs & ~driven)) >>> 0;
  };
  const driveInterrupts = (): void => {
    const levels =
      (seen & registers.get('INTR_CTRL_EN_LVLHIGH')) |
      (~seen & registers.get('INTR_CTRL_EN_LVLLOW'));
    registers.set('INTR_STATE', registers.get('INTR_STATE') | levels);
    const active = registers.get('INTR_STATE') & registers.get('INTR_ENABLE');
    ports.interrupts.forEach((line, pin) => {
      line.set(((active >>> pin) & 1) === 1);
    });
  };
  const see = (levels: number): void => {
    const rising = levels & ~seen & registers.get('INTR_CTRL_EN_RISING');
    const falling = ~levels & seen & registers.get('INTR_CTRL_EN_FALLING');
    seen = levels >>> 0;
    registers.set('INTR_STATE', registers.get('INTR_STATE') | rising | falling);
    driveInterrupts();
  };

  /** Takes over the pads: at once without a filter, else what has lasted long enough. */
  const settle = (): void => {
    settling?.dispose();
    settling = undefined;
    const now = ports.clock.now();
    const filterCycles = filterClocks * ports.cyclesPerClock;
    const filtered = registers.get('CTRL_EN_INPUT_FILTER');
    const different = pads() ^ seen;
    let next = Infinity;
    let changed = 0;
    for (let pin = 0; pin < pinCount; pin += 1) {
      const bit = 1 << pin;
      if ((different & bit) === 0) {
        unsettledSince[pin] = null;
        continue;
      }
      const since = unsettledSince[pin] ?? now;
      if ((filtered & bit) === 0 || now >= since + filterCycles) {
        changed |= bit;
        unsettledSince[pin] = null;
      } else {
        unsettledSince[pin] = since;
        next = Math.min(next, since + filterCycles);
      }
    }
    if (next !== Infinity) settling = ports.clock.schedule(next, settle);
    see(seen ^ changed);
  };

  /** The upper half of a masked write selects the pins of its lower half that change. */
  const masked =
    (target: 'DIRECT_OUT' | 'DIRECT_OE', shift: 0 | 16) =>
    (written: number): void => {
      const mask = (written >>> 16) << shift;
      const data = (written & 0xffff) << shift;
      registers.set(target, (registers.get(target) & ~mask) | (data & mask));
      settle();
    };
  const half = (source: 'DIRECT_OUT' | 'DIRECT_OE', shift: 0 | 16) => (): number =>
    (registers.get(source) >>> shift) & 0xffff;

  const registers = createRegisterFile(gpioRegisters, {
    onRead: {
      DATA_IN: () => seen,
      MASKED_OUT_LOWER: half('DIRECT_OUT', 0),
      MASKED_OUT_UPPER: half('DIRECT_OUT', 16),
      MASKED_OE_LOWER: half('DIRECT_OE', 0),
      MASKED_OE_UPPER: half('DIRECT_OE', 16),
    },
    onWrite: {
      INTR_STATE: driveInterrupts,
      INTR_ENABLE: driveInterrupts,
      INTR_TEST: (written) => {
        registers.set('INTR_STATE', registers.get('INTR_STATE') | written);
        driveInterrupts();
      },
      DIRECT_OUT: settle,
      MASKED_OUT_LOWER: masked('DIRECT_OUT', 0),
      MASKED_OUT_UPPER: masked('DIRECT_OUT', 16),
      DIRECT_OE: settle,
      MASKED_OE_LOWER: masked('DIRECT_OE', 0),
      MASKED_OE_UPPER: masked('DIRECT_OE', 16),
      INTR_CTRL_EN_LVLHIGH: driveInterrupts,
      INTR_CTRL_EN_LVLLOW: driveInterrupts,
      CTRL_EN_INPUT_FILTER: settle,
    },
  });

  return {
    read: registers.read,
    write: registers.write,
    peek: registers.peek,
    setInputs(levels) {
      inputs = levels >>> 0;
      settle();
    },
    pads,
    reset() {
      registers.reset();
      settling?.dispose();
      settling = undefined;
      unsettledSince = unsettledSince.map(() => null);
      seen = inputs;
      driveInterrupts();
    },
    save: () => ({
      registers: registers.save(),
      inputs,
      seen,
      unsettledSince: [...unsettledSince],
    }),
    load(state) {
      registers.load(state['registers']);
      inputs = state['inputs'] as number;
      seen = state['seen'] as number;
      unsettledSince = [...(state['unsettledSince'] as readonly (number | null)[])];
      settle();
    },
  };
}
