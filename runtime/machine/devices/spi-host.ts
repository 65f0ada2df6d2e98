/**
 * OpenTitan SPI host. A segment is carried out a word at a time: the bytes of a word take the time that the clock
 * divider gives them, and are exchanged at the end of that time. A segment begins with a fresh word of either FIFO.
 */
import type { Device } from '../bus/device.js';
import { bits } from '../../base/bits.js';
import type { Clock, IrqLine } from '../ports.js';
import { createRegisterFile } from './register-file.js';
import { spiHostRegisters } from '../../registers/spi-host.regs.js';
import type { SpiPeripheral } from './spi-peripheral.js';

export interface SpiHostPorts {
  readonly clock: Clock;
  readonly errorInterrupt: IrqLine;
  readonly eventInterrupt: IrqLine;
  /** Cycles of the machine's clock in one of the device's. */
  readonly cyclesPerClock: number;
  /** What is on chip select 0. */
  readonly peripheral: SpiPeripheral;
}

interface Segment {
  readonly direction: number;
  readonly lanes: 1 | 2 | 4;
  readonly staysSelected: boolean;
  /** Bytes, or dummy clocks. */
  readonly remaining: number;
}

const transmitWords = 72;
const receiveWords = 64;
const queuedCommands = 4;
const error = { busy: 1, overflow: 2, underflow: 4, invalid: 8, noSelect: 16 } as const;
const interrupt = { error: 1, event: 2 } as const;
const direction = { dummy: 0, receive: 1, both: 3 } as const;
const laneCounts: readonly (1 | 2 | 4)[] = [1, 2, 4];
const transmitOffset = 0x28;

export function createSpiHost(ports: SpiHostPorts): Device {
  const { peripheral } = ports;
  /** The bytes of each word, first sent first. */
  let transmitFifo: number[][] = [];
  let receiveFifo: number[] = [];
  let receivedPart: number[] = [];
  /** Whether the first word of the transmit FIFO has lost bytes to the segment. */
  let wordIsBegun = false;
  let commands: Segment[] = [];
  let segment: Segment | null = null;
  let isSelected = false;
  /** Bytes on the wire now, and when they are through. */
  let bytesOnWire = 0;
  let wireEnd: number | null = null;
  let pending: { dispose(): void } | undefined;

  const control = (position: number): boolean =>
    ((registers.get('CONTROL') >>> position) & 1) === 1;
  const isOn = (): boolean => control(31) && !control(30) && registers.get('ERROR_STATUS') === 0;
  const sends = ({ direction: one }: Segment): boolean => (one & 2) !== 0;
  const receives = ({ direction: one }: Segment): boolean => (one & 1) !== 0;
  /** Whether the segment waits for a FIFO. */
  const isStarved = (): boolean =>
    segment !== null && wireEnd === null && sends(segment) && transmitFifo.length === 0;
  const isChoked = (): boolean =>
    segment !== null && wireEnd === null && receives(segment) && receiveFifo.length >= receiveWords;

  const status = (): number => {
    const setting = registers.get('CONTROL');
    const flags =
      (Number(receiveFifo.length > bits(setting, 7, 0)) << 20) |
      (1 << 22) |
      (Number(isChoked()) << 23) |
      (Number(receiveFifo.length === 0) << 24) |
      (Number(receiveFifo.length >= receiveWords) << 25) |
      (Number(transmitFifo.length < bits(setting, 15, 8)) << 26) |
      (Number(isStarved()) << 27) |
      (Number(transmitFifo.length === 0) << 28) |
      (Number(transmitFifo.length >= transmitWords) << 29) |
      (Number(segment !== null || commands.length > 0) << 30) |
      (Number(commands.length < queuedCommands) << 31);
    return (
      (flags | transmitFifo.length | (receiveFifo.length << 8) | (commands.length << 16)) >>> 0
    );
  };
  const eventLasts = (): boolean => {
    const now = status();
    const at = (position: number): number => (now >>> position) & 1;
    const conditions =
      at(25) | (at(28) << 1) | (at(20) << 2) | (at(26) << 3) | (at(31) << 4) | ((1 - at(30)) << 5);
    return (
      (conditions & registers.get('EVENT_ENABLE')) !== 0 ||
      (registers.get('INTR_TEST') & interrupt.event) !== 0
    );
  };
  const interruptState = (): number =>
    (registers.get('INTR_STATE') & interrupt.error) | (eventLasts() ? interrupt.event : 0);
  const driveInterrupts = (): void => {
    const active = interruptState() & registers.get('INTR_ENABLE');
    ports.errorInterrupt.set((active & interrupt.error) !== 0);
    ports.eventInterrupt.set((active & interrupt.event) !== 0);
  };
  const fail = (errors: number): void => {
    registers.set('ERROR_STATUS', registers.get('ERROR_STATUS') | errors);
    if ((errors & registers.get('ERROR_ENABLE')) !== 0) {
      registers.set('INTR_STATE', registers.get('INTR_STATE') | interrupt.error);
    }
  };

  const select = (): void => {
    if (isSelected) return;
    isSelected = true;
    peripheral.select();
  };
  const deselect = (): void => {
    if (!isSelected) return;
    isSelected = false;
    peripheral.deselect();
  };
  const cyclesOf = (spiClocks: number): number =>
    spiClocks * 2 * (bits(registers.get('CONFIGOPTS'), 15, 0) + 1) * ports.cyclesPerClock;

  /** Puts the next bytes on the wire, where something is to do and nothing holds it up. */
  const proceed = (): void => {
    if (wireEnd === null && isOn()) {
      if (segment === null) {
        segment = commands.shift() ?? null;
        if (segment !== null) select();
      }
      if (segment !== null && !isStarved() && !isChoked()) {
        bytesOnWire = nextBytes(segment);
        const clocks =
          segment.direction === direction.dummy
            ? segment.remaining
            : (bytesOnWire * 8) / segment.lanes;
        wireEnd = ports.clock.now() + cyclesOf(clocks);
        schedule();
      }
    }
    driveInterrupts();
  };
  const nextBytes = (one: Segment): number => {
    const room = receives(one) ? 4 - receivedPart.length : 4;
    const offered = sends(one) ? (transmitFifo[0]?.length ?? 0) : 4;
    return Math.min(one.remaining, room, offered);
  };
  const schedule = (): void => {
    if (wireEnd !== null) pending = ports.clock.schedule(wireEnd, complete);
  };

  const complete = (): void => {
    wireEnd = null;
    if (segment === null) return;
    if (segment.direction === direction.dummy) {
      if (control(29)) peripheral.dummy(segment.remaining);
      endSegment(segment);
    } else {
      for (let count = 0; count < bytesOnWire; count += 1) exchange(segment);
      segment = { ...segment, remaining: segment.remaining - bytesOnWire };
      if (segment.remaining === 0) endSegment(segment);
    }
    proceed();
  };
  const exchange = (one: Segment): void => {
    const sent = sends(one) ? takeByte() : 0;
    const received = control(29) ? peripheral.exchange(sent, one.lanes) : 0xff;
    if (!receives(one)) return;
    receivedPart.push(received);
    if (receivedPart.length === 4) pushReceived();
  };
  const takeByte = (): number => {
    const word = transmitFifo[0];
    const byte = word?.shift() ?? 0;
    wordIsBegun = word !== undefined && word.length > 0;
    if (!wordIsBegun) transmitFifo.shift();
    return byte;
  };
  const pushReceived = (): void => {
    receiveFifo.push(receivedPart.reduce((word, byte, index) => word + byte * 256 ** index, 0));
    receivedPart = [];
  };
  const endSegment = (one: Segment): void => {
    if (receivedPart.length > 0) pushReceived();
    // What is left of a word that was begun is not for the next segment.
    if (sends(one) && wordIsBegun) transmitFifo.shift();
    wordIsBegun = false;
    segment = null;
    if (!one.staysSelected) deselect();
  };

  const submit = (written: number): void => {
    const speed = bits(written, 11, 10);
    const lanes = laneCounts[speed];
    const wanted = bits(written, 13, 12);
    if (commands.length >= queuedCommands) fail(error.busy);
    else if (registers.get('CSID') !== 0) fail(error.noSelect);
    else if (lanes === undefined || (wanted === direction.both && lanes !== 1)) fail(error.invalid);
    else {
      commands.push({
        direction: wanted,
        lanes,
        staysSelected: bits(written, 9, 9) === 1,
        remaining: bits(written, 8, 0) + 1,
      });
    }
    proceed();
  };
  const clear = (): void => {
    pending?.dispose();
    pending = undefined;
    transmitFifo = [];
    receiveFifo = [];
    receivedPart = [];
    commands = [];
    segment = null;
    wordIsBegun = false;
    bytesOnWire = 0;
    wireEnd = null;
    deselect();
  };

  const registers = createRegisterFile(spiHostRegisters, {
    onRead: {
      INTR_STATE: interruptState,
      STATUS: status,
      RXDATA: () => {
        const word = receiveFifo.shift();
        if (word === undefined) fail(error.underflow);
        proceed();
        return word ?? 0;
      },
    },
    peek: { RXDATA: () => receiveFifo[0] ?? 0 },
    onWrite: {
      INTR_STATE: driveInterrupts,
      INTR_ENABLE: driveInterrupts,
      INTR_TEST: (written) => {
        registers.set('INTR_TEST', written & interrupt.event);
        registers.set('INTR_STATE', registers.get('INTR_STATE') | (written & interrupt.error));
        driveInterrupts();
      },
      CONTROL: () => {
        if (control(30)) clear();
        proceed();
      },
      COMMAND: submit,
      ERROR_STATUS: proceed,
      EVENT_ENABLE: driveInterrupts,
    },
  });
  const push = (bytes: number[]): void => {
    if (transmitFifo.length >= transmitWords) fail(error.overflow);
    else transmitFifo.push(bytes);
    proceed();
  };

  return {
    read: registers.read,
    write(offset, size, value) {
      // The only register that takes a part of itself: the bytes that are stored are the bytes that are sent.
      if (offset < transmitOffset || offset >= transmitOffset + 4) {
        return registers.write(offset, size, value);
      }
      if (offset % size !== 0) return false;
      push(Array.from({ length: size }, (_unused, index) => (value >>> (8 * index)) & 0xff));
      return true;
    },
    peek: registers.peek,
    reset() {
      clear();
      registers.reset();
      driveInterrupts();
    },
    save: () => ({
      registers: registers.save(),
      transmitFifo: transmitFifo.map((word) => [...word]),
      receiveFifo: [...receiveFifo],
      receivedPart: [...receivedPart],
      commands: [...commands],
      segment,
      wordIsBegun,
      isSelected,
      bytesOnWire,
      wireEnd,
    }),
    load(state) {
      pending?.dispose();
      registers.load(state['registers']);
      transmitFifo = (state['transmitFifo'] as readonly number[][]).map((word) => [...word]);
      receiveFifo = [...(state['receiveFifo'] as readonly number[])];
      receivedPart = [...(state['receivedPart'] as readonly number[])];
      commands = [...(state['commands'] as readonly Segment[])];
      segment = state['segment'] as Segment | null;
      wordIsBegun = state['wordIsBegun'] as boolean;
      isSelected = state['isSelected'] as boolean;
      bytesOnWire = state['bytesOnWire'] as number;
      wireEnd = state['wireEnd'] as number | null;
      schedule();
      driveInterrupts();
    },
  };
}
