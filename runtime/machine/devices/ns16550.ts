/**
 * NS16550A UART. It sends at once, so the transmitter is always empty and "transmitter empty" is
 * pending from the write on until IIR says so. The receive time-out fires at once as well: a byte that
 * is below the trigger level interrupts as "time-out" instead of as "received data".
 */
import { bits } from '../../base/bits.js';
import type { Device } from '../bus/device.js';
import type { ByteSink, IrqLine } from '../ports.js';
import { ns16550Registers } from '../../registers/ns16550.regs.js';
import { createRegisterFile } from './register-file.js';
import { characterFlags } from './serial-input.js';
import type { SerialInput } from './serial-input.js';

export interface Ns16550Ports {
  readonly output: ByteSink;
  readonly input: SerialInput;
  readonly interrupt: IrqLine;
}

export interface Ns16550 extends Device {
  /** Call after bytes were put on the input wire. */
  inputArrived(): void;
}

const fifoBytes = 16;
const triggerLevels = [1, 4, 8, 14];
/** Causes as IIR encodes them in its low four bits, most urgent first. */
const identity = { lineStatus: 6, receivedData: 4, timeout: 12, transmitterEmpty: 2, none: 1 };

export function createNs16550(ports: Ns16550Ports): Ns16550 {
  /** Characters with what was wrong with them, until LSR has told it of the oldest. */
  let receiveFifo: number[] = [];
  let fifosOn = false;
  let triggerLevel = 1;
  let overrun = false;
  /** THRE interrupt: set when the transmitter empties or ETBEI turns on, cleared when IIR reports it. */
  let transmitterEmpty = false;

  const loopback = (): boolean => bits(registers.get('MCR'), 4, 4) === 1;
  const capacity = (): number => (fifosOn ? fifoBytes : 1);
  const cause = (): number => {
    const enable = registers.get('IER');
    if ((enable & 4) !== 0 && (overrun || lineErrors() !== 0)) return identity.lineStatus;
    if ((enable & 1) !== 0 && receiveFifo.length > 0) {
      return receiveFifo.length >= triggerLevel ? identity.receivedData : identity.timeout;
    }
    if ((enable & 2) !== 0 && transmitterEmpty) return identity.transmitterEmpty;
    return identity.none;
  };
  const update = (): void => {
    ports.interrupt.set(cause() !== identity.none);
  };
  const identification = (): number => cause() | (fifosOn ? 0xc0 : 0);
  /** PE, FE and BI of the oldest character. */
  const lineErrors = (): number => {
    const oldest = receiveFifo[0] ?? 0;
    return (
      ((oldest & characterFlags.parityError) !== 0 ? 1 << 2 : 0) |
      ((oldest & characterFlags.frameError) !== 0 ? 1 << 3 : 0) |
      ((oldest & characterFlags.break) !== 0 ? 1 << 4 : 0)
    );
  };
  const lineStatus = (): number =>
    Number(receiveFifo.length > 0) | (Number(overrun) << 1) | lineErrors() | (1 << 5) | (1 << 6);

  /** On the wire the other side is always ready; in loopback the outputs of MCR come back as inputs. */
  const modemStatus = (): number => {
    if (!loopback()) return 0xb0;
    const outputs = registers.get('MCR');
    const [dtr, rts, out1, out2] = [0, 1, 2, 3].map((index) => (outputs >>> index) & 1);
    return ((rts ?? 0) << 4) | ((dtr ?? 0) << 5) | ((out1 ?? 0) << 6) | ((out2 ?? 0) << 7);
  };

  /** Takes from the wire what there is room for. */
  const pull = (): void => {
    while (!loopback() && receiveFifo.length < capacity()) {
      const byte = ports.input.take();
      if (byte === undefined) break;
      receiveFifo.push(byte);
    }
    update();
  };
  const transmit = (byte: number): void => {
    if (!loopback()) ports.output.write(byte);
    else if (receiveFifo.length < capacity()) receiveFifo.push(byte);
    else overrun = true;
    transmitterEmpty = true;
    update();
  };
  const controlFifos = (written: number): void => {
    const on = (written & 1) !== 0;
    // "When changing from FIFO mode to 16450 mode and vice versa, data is automatically cleared from
    // the FIFOs." (8.5)
    if (on !== fifosOn || (written & 2) !== 0) receiveFifo = [];
    fifosOn = on;
    triggerLevel = on ? (triggerLevels[bits(written, 7, 6)] ?? 1) : 1;
    pull();
  };

  const registers = createRegisterFile(ns16550Registers, {
    onRead: {
      RBR: () => {
        const byte = (receiveFifo.shift() ?? 0) & 0xff;
        pull();
        return byte;
      },
      IIR: () => {
        const value = identification();
        if (cause() === identity.transmitterEmpty) transmitterEmpty = false;
        update();
        return value;
      },
      LSR: () => {
        const value = lineStatus();
        overrun = false;
        if (receiveFifo[0] !== undefined) receiveFifo[0] &= 0xff;
        update();
        return value;
      },
      MSR: modemStatus,
    },
    peek: { RBR: () => (receiveFifo[0] ?? 0) & 0xff, IIR: identification, LSR: lineStatus },
    onWrite: {
      THR: transmit,
      IER: (written, before) => {
        if ((written & ~before & 2) !== 0) transmitterEmpty = true;
        update();
      },
      FCR: controlFifos,
      MCR: pull,
    },
  });

  return {
    read: registers.read,
    write: registers.write,
    peek: registers.peek,
    inputArrived: pull,
    reset() {
      registers.reset();
      receiveFifo = [];
      fifosOn = false;
      triggerLevel = 1;
      overrun = false;
      transmitterEmpty = false;
      update();
    },
    save: () => ({
      registers: registers.save(),
      receiveFifo: [...receiveFifo],
      fifosOn,
      triggerLevel,
      overrun,
      transmitterEmpty,
    }),
    load(state) {
      registers.load(state['registers']);
      receiveFifo = [...(state['receiveFifo'] as readonly number[])];
      fifosOn = state['fifosOn'] as boolean;
      triggerLevel = state['triggerLevel'] as number;
      overrun = state['overrun'] as boolean;
      transmitterEmpty = state['transmitterEmpty'] as boolean;
      update();
    },
  };
}
