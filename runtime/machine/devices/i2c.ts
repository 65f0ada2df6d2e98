/**
 * OpenTitan I2C as the only host of its bus. An entry of the format FIFO takes the time that the TIMING registers
 * give its bits, and has its effect at the end of that time. Targets never stretch the clock.
 */
import type { Device } from '../bus/device.js';
import { bits } from '../../base/bits.js';
import type { Clock, IrqLine } from '../ports.js';
import type { I2cTarget } from './i2c-target.js';
import { i2cRegisters } from '../../registers/i2c.regs.js';
import { createRegisterFile } from './register-file.js';

export interface I2cPorts {
  readonly clock: Clock;
  /** One line per bit of INTR_STATE, in its order. */
  readonly interrupts: readonly IrqLine[];
  /** Cycles of the machine's clock in one of the device's. */
  readonly cyclesPerClock: number;
  readonly targets: readonly I2cTarget[];
}

const fifoEntries = 64;
const cause = { rxOverflow: 1 << 3, cmdComplete: 1 << 9 } as const;
/** Causes that last: they cannot be cleared in INTR_STATE. */
const lastingCauses = 0x1c17;
const event = { nack: 1, unhandledNackTimeout: 2 } as const;
/** Bits of an entry of the format FIFO. */
const entryBit = { start: 8, stop: 9, read: 10, readContinues: 11, nackOk: 12 } as const;
const has = (entry: number, position: number): boolean => ((entry >>> position) & 1) === 1;

export function createI2c(ports: I2cPorts): Device {
  let formatFifo: number[] = [];
  let receiveFifo: number[] = [];
  let transmitFifo: number[] = [];
  /** The entry on the bus, and when it is through. */
  let current: number | null = null;
  let currentEnd = 0;
  let isInTransfer = false;
  /** The 7-bit address of the target that acknowledged; null when none did. */
  let selected: number | null = null;
  /** When a refused transfer ends by itself. */
  let nackDeadline: number | null = null;
  let pending: { dispose(): void }[] = [];

  const selectedTarget = (): I2cTarget | undefined =>
    ports.targets.find(({ address }) => address === selected);
  const isHalted = (): boolean => registers.get('CONTROLLER_EVENTS') !== 0;
  const isHostOn = (): boolean => (registers.get('CTRL') & 1) === 1;

  const lasting = (): number => {
    const host = registers.get('HOST_FIFO_CONFIG');
    const target = registers.get('TARGET_FIFO_CONFIG');
    return (
      Number(formatFifo.length < bits(host, 27, 16)) |
      (Number(receiveFifo.length > bits(host, 11, 0)) << 1) |
      (Number(isHalted()) << 4) |
      (Number(transmitFifo.length < bits(target, 11, 0)) << 11) |
      (registers.get('INTR_TEST') & lastingCauses)
    );
  };
  const interruptState = (): number =>
    (registers.get('INTR_STATE') & ~lastingCauses) | (lasting() & lastingCauses);
  const driveInterrupts = (): void => {
    const active = interruptState() & registers.get('INTR_ENABLE');
    ports.interrupts.forEach((line, index) => {
      line.set(((active >>> index) & 1) === 1);
    });
  };
  const happen = (causes: number): void => {
    registers.set('INTR_STATE', registers.get('INTR_STATE') | causes);
  };

  /** The bus is idle whenever software looks, unless it drives the lines itself. */
  const lineSamples = (): number => {
    const override = registers.get('OVRD');
    if (!has(override, 0)) return 0xffff_ffff;
    return (has(override, 1) ? 0xffff : 0) + (has(override, 2) ? 0xffff_0000 : 0);
  };

  /** How long an entry occupies the bus, in cycles; never nothing, so that a transfer cannot hang the board. */
  const duration = (entry: number): number => {
    const pulse = registers.get('TIMING0');
    const edges = registers.get('TIMING1');
    const start = registers.get('TIMING2');
    const stop = registers.get('TIMING4');
    const rise = bits(edges, 9, 0);
    const fall = bits(edges, 24, 16);
    const bit = Math.max(1, bits(pulse, 12, 0) + bits(pulse, 28, 16) + rise + fall);
    const bytes = has(entry, entryBit.read) ? entry & 0xff || 256 : 1;
    const clocks =
      9 * bytes * bit +
      (has(entry, entryBit.start) ? bits(start, 12, 0) + bits(start, 28, 16) + fall : 0) +
      (has(entry, entryBit.stop) ? bits(stop, 12, 0) + bits(stop, 28, 16) + rise : 0);
    return clocks * ports.cyclesPerClock;
  };

  const proceed = (): void => {
    if (current === null && isHostOn() && !isHalted()) {
      const entry = formatFifo.shift();
      if (entry !== undefined) {
        current = entry;
        currentEnd = ports.clock.now() + duration(entry);
        schedule(currentEnd, complete);
      }
    }
    driveInterrupts();
  };
  const schedule = (cycle: number, action: () => void): void => {
    pending.push(ports.clock.schedule(cycle, action));
  };
  const cancel = (): void => {
    for (const one of pending) one.dispose();
    pending = [];
  };

  const complete = (): void => {
    const entry = current;
    if (entry === null) return;
    current = null;
    cancel();
    if (has(entry, entryBit.read)) {
      read(entry & 0xff || 256);
    } else if (!send(entry) && !has(entry, entryBit.nackOk)) {
      registers.set('CONTROLLER_EVENTS', registers.get('CONTROLLER_EVENTS') | event.nack);
      startNackTimeout();
      driveInterrupts();
      return;
    }
    if (has(entry, entryBit.stop)) endTransfer();
    proceed();
  };
  const read = (count: number): void => {
    const isLooped = has(registers.get('CTRL'), 2);
    for (let index = 0; index < count; index += 1) {
      const byte = selectedTarget()?.read() ?? 0xff;
      if (receiveFifo.length < fifoEntries) receiveFifo.push(isLooped ? 0xff : byte);
      else happen(cause.rxOverflow);
    }
  };
  /** Whether the byte was acknowledged. */
  const send = (entry: number): boolean => {
    const byte = entry & 0xff;
    if (!has(entry, entryBit.start)) {
      isInTransfer = true;
      return selectedTarget()?.write(byte) ?? false;
    }
    if (isInTransfer) happen(cause.cmdComplete);
    isInTransfer = true;
    const target = ports.targets.find(({ address }) => address === byte >>> 1);
    selected = target?.start((byte & 1) === 1 ? 'read' : 'write') === true ? target.address : null;
    return selected !== null;
  };
  const endTransfer = (): void => {
    selectedTarget()?.stop();
    selected = null;
    isInTransfer = false;
    happen(cause.cmdComplete);
  };

  const startNackTimeout = (): void => {
    const setting = registers.get('HOST_NACK_HANDLER_TIMEOUT');
    if (!has(setting, 31)) return;
    nackDeadline = ports.clock.now() + bits(setting, 30, 0) * ports.cyclesPerClock;
    scheduleNackTimeout();
  };
  const scheduleNackTimeout = (): void => {
    if (nackDeadline === null) return;
    schedule(nackDeadline, () => {
      nackDeadline = null;
      const events = registers.get('CONTROLLER_EVENTS');
      if ((events & event.nack) === 0) return;
      registers.set('CONTROLLER_EVENTS', events | event.unhandledNackTimeout);
      endTransfer();
      driveInterrupts();
    });
  };

  const registers = createRegisterFile(i2cRegisters, {
    onRead: {
      INTR_STATE: interruptState,
      STATUS: () =>
        Number(formatFifo.length >= fifoEntries) |
        (Number(receiveFifo.length >= fifoEntries) << 1) |
        (Number(formatFifo.length === 0) << 2) |
        (Number(current === null && !isInTransfer) << 3) |
        (1 << 4) |
        (Number(receiveFifo.length === 0) << 5) |
        (Number(transmitFifo.length >= fifoEntries) << 6) |
        (Number(transmitFifo.length === 0) << 8) |
        (1 << 9),
      RDATA: () => {
        const byte = receiveFifo.shift() ?? 0;
        driveInterrupts();
        return byte;
      },
      HOST_FIFO_STATUS: () => formatFifo.length | (receiveFifo.length << 16),
      TARGET_FIFO_STATUS: () => transmitFifo.length,
      VAL: lineSamples,
    },
    peek: { RDATA: () => receiveFifo[0] ?? 0 },
    onWrite: {
      INTR_STATE: driveInterrupts,
      INTR_ENABLE: driveInterrupts,
      INTR_TEST: (written) => {
        registers.set('INTR_TEST', written & lastingCauses);
        happen(written & ~lastingCauses);
        driveInterrupts();
      },
      CTRL: proceed,
      FDATA: (entry) => {
        if (formatFifo.length < fifoEntries) formatFifo.push(entry);
        proceed();
      },
      FIFO_CTRL: (written) => {
        if (has(written, 0)) receiveFifo = [];
        if (has(written, 1)) formatFifo = [];
        if (has(written, 8)) transmitFifo = [];
        registers.set('FIFO_CTRL', 0);
        driveInterrupts();
      },
      HOST_FIFO_CONFIG: driveInterrupts,
      TARGET_FIFO_CONFIG: driveInterrupts,
      TXDATA: (byte) => {
        if (transmitFifo.length < fifoEntries) transmitFifo.push(byte);
        driveInterrupts();
      },
      CONTROLLER_EVENTS: () => {
        if (!isHalted()) nackDeadline = null;
        proceed();
      },
    },
  });

  return {
    read: registers.read,
    write: registers.write,
    peek: registers.peek,
    reset() {
      cancel();
      registers.reset();
      formatFifo = [];
      receiveFifo = [];
      transmitFifo = [];
      current = null;
      currentEnd = 0;
      isInTransfer = false;
      selected = null;
      nackDeadline = null;
      driveInterrupts();
    },
    save: () => ({
      registers: registers.save(),
      formatFifo: [...formatFifo],
      receiveFifo: [...receiveFifo],
      transmitFifo: [...transmitFifo],
      current,
      currentEnd,
      isInTransfer,
      selected,
      nackDeadline,
    }),
    load(state) {
      cancel();
      registers.load(state['registers']);
      formatFifo = [...(state['formatFifo'] as readonly number[])];
      receiveFifo = [...(state['receiveFifo'] as readonly number[])];
      transmitFifo = [...(state['transmitFifo'] as readonly number[])];
      current = state['current'] as number | null;
      currentEnd = state['currentEnd'] as number;
      isInTransfer = state['isInTransfer'] as boolean;
      selected = state['selected'] as number | null;
      nackDeadline = state['nackDeadline'] as number | null;
      if (current !== null) schedule(currentEnd, complete);
      scheduleNackTimeout();
      driveInterrupts();
    },
  };
}
