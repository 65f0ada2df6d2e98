/**
 * OpenTitan UART. The transmitter sends at once: a byte leaves the FIFO in the cycle in which it was
 * written, so the FIFO fills only while CTRL.TX is off. Interrupt causes are edges, as in the revision
 * that Nexus has; a line stays up until software clears its INTR_STATE bit.
 */
import type { Device } from '../bus/device.js';
import { bits } from '../../base/bits.js';
import type { ByteSink, Clock, IrqLine } from '../ports.js';
import { createRegisterFile } from './register-file.js';
import { characterFlags } from './serial-input.js';
import type { SerialInput } from './serial-input.js';
import { uartRegisters } from '../../registers/uart.regs.js';

export interface UartPorts {
  readonly clock: Clock;
  readonly output: ByteSink;
  readonly input: SerialInput;
  /** One line per bit of INTR_STATE, in its order. */
  readonly interrupts: readonly IrqLine[];
  /** Cycles of the machine's clock in one of the UART's; the receive time-out counts bits in these. */
  readonly cyclesPerClock: number;
}

export interface Uart extends Device {
  /** Call after bytes were put on the input wire. */
  inputArrived(): void;
}

const fifoBytes = 32;
const receiveLevels = [1, 4, 8, 16, 30];
const transmitLevels = [2, 4, 8, 16];
const cause = {
  txWatermark: 1,
  rxWatermark: 2,
  txEmpty: 4,
  rxOverflow: 8,
  frameError: 16,
  breakError: 32,
  rxTimeout: 64,
  parityError: 128,
} as const;

export function createUart(ports: UartPorts): Uart {
  let receiveFifo: number[] = [];
  let transmitFifo: number[] = [];
  /** When rx_timeout happens; undefined while it is not armed. */
  let timeoutCycle: number | undefined;
  let timeout: { dispose(): void } | undefined;

  const control = (bit: number): boolean => ((registers.get('CTRL') >>> bit) & 1) === 1;
  const transmitterOn = (): boolean => control(0);
  const receiverOn = (): boolean => control(1);
  const systemLoopback = (): boolean => control(4);
  const lineLoopback = (): boolean => control(5);

  const driveInterrupts = (): void => {
    const active = registers.get('INTR_STATE') & registers.get('INTR_ENABLE');
    ports.interrupts.forEach((line, index) => {
      line.set(((active >>> index) & 1) === 1);
    });
  };
  const happen = (causes: number): void => {
    registers.set('INTR_STATE', registers.get('INTR_STATE') | causes);
    driveInterrupts();
  };

  /** A level that no encoding names never triggers. */
  const receiveLevel = (): number =>
    receiveLevels[bits(registers.get('FIFO_CTRL'), 4, 2)] ?? fifoBytes + 1;
  const transmitLevel = (): number => transmitLevels[bits(registers.get('FIFO_CTRL'), 6, 5)] ?? 0;

  /** A wrong character raises its causes and is not stored; a break is longer than any RXBLVL asks for. */
  const refused = (character: number): boolean => {
    const causes =
      ((character & characterFlags.break) !== 0 ? cause.breakError | cause.frameError : 0) |
      ((character & characterFlags.frameError) !== 0 ? cause.frameError : 0) |
      ((character & characterFlags.parityError) !== 0 && control(6) ? cause.parityError : 0);
    if (causes !== 0) happen(causes);
    return causes !== 0;
  };
  const receive = (byte: number): void => {
    if (receiveFifo.length >= fifoBytes) {
      happen(cause.rxOverflow);
      return;
    }
    receiveFifo.push(byte);
    if (receiveFifo.length === receiveLevel()) happen(cause.rxWatermark);
    armTimeout();
  };
  /** Takes from the wire what there is room for; in line loopback it goes straight out again. */
  const pull = (): void => {
    while (receiverOn() && !systemLoopback()) {
      if (!lineLoopback() && receiveFifo.length >= fifoBytes) return;
      const character = ports.input.take();
      if (character === undefined) return;
      if (lineLoopback()) ports.output.write(character & 0xff);
      else if (!refused(character)) receive(character & 0xff);
    }
  };
  const drain = (): void => {
    if (!transmitterOn() || transmitFifo.length === 0) return;
    while (transmitFifo.length > 0) {
      const byte = transmitFifo.shift() ?? 0;
      if (transmitFifo.length === transmitLevel() - 1) happen(cause.txWatermark);
      if (!systemLoopback()) ports.output.write(byte);
      else if (receiverOn()) receive(byte);
    }
    happen(cause.txEmpty);
  };

  const disarmTimeout = (): void => {
    timeout?.dispose();
    timeout = undefined;
    timeoutCycle = undefined;
  };
  const scheduleTimeout = (): void => {
    if (timeoutCycle === undefined) return;
    timeout = ports.clock.schedule(timeoutCycle, () => {
      disarmTimeout();
      happen(cause.rxTimeout);
    });
  };
  /** Any traffic starts the time-out again; an empty FIFO or EN = 0 stops it. */
  const armTimeout = (): void => {
    disarmTimeout();
    const setting = registers.get('TIMEOUT_CTRL');
    const nco = bits(registers.get('CTRL'), 31, 16);
    if (bits(setting, 31, 31) === 0 || nco === 0 || receiveFifo.length === 0) return;
    const cyclesPerBit = (ports.cyclesPerClock * 2 ** 20) / nco;
    timeoutCycle = ports.clock.now() + Math.ceil(bits(setting, 23, 0) * cyclesPerBit);
    scheduleTimeout();
  };

  const registers = createRegisterFile(uartRegisters, {
    onRead: {
      STATUS: () =>
        Number(transmitFifo.length >= fifoBytes) |
        (Number(receiveFifo.length >= fifoBytes) << 1) |
        (Number(transmitFifo.length === 0) << 2) |
        (Number(transmitFifo.length === 0) << 3) |
        (1 << 4) |
        (Number(receiveFifo.length === 0) << 5),
      RDATA: () => {
        const byte = receiveFifo.shift() ?? 0;
        armTimeout();
        pull();
        return byte;
      },
      FIFO_STATUS: () => transmitFifo.length | (receiveFifo.length << 16),
    },
    peek: { RDATA: () => receiveFifo[0] ?? 0 },
    onWrite: {
      INTR_STATE: driveInterrupts,
      INTR_ENABLE: driveInterrupts,
      INTR_TEST: happen,
      CTRL: () => {
        drain();
        pull();
      },
      WDATA: (byte) => {
        if (transmitFifo.length < fifoBytes) transmitFifo.push(byte);
        drain();
      },
      FIFO_CTRL: (written) => {
        if ((written & 1) !== 0) receiveFifo = [];
        if ((written & 2) !== 0) transmitFifo = [];
        registers.set('FIFO_CTRL', written & ~3);
        armTimeout();
        pull();
      },
      TIMEOUT_CTRL: armTimeout,
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
      transmitFifo = [];
      disarmTimeout();
      driveInterrupts();
    },
    save: () => ({
      registers: registers.save(),
      receiveFifo: [...receiveFifo],
      transmitFifo: [...transmitFifo],
      timeoutCycle: timeoutCycle ?? null,
    }),
    load(state) {
      disarmTimeout();
      registers.load(state['registers']);
      receiveFifo = [...(state['receiveFifo'] as readonly number[])];
      transmitFifo = [...(state['transmitFifo'] as readonly number[])];
      timeoutCycle = (state['timeoutCycle'] as number | null) ?? undefined;
      scheduleTimeout();
      driveInterrupts();
    },
  };
}
