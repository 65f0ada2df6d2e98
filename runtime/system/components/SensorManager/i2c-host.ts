// The I2C bus behind OpenTitan's host: a transfer writes some bytes to a target and reads some back. It is driven by
// polling; a target that does not acknowledge halts the host, which is cleared, so the next transfer finds a free bus.

import {
  CONTROLLER_EVENTS,
  CTRL,
  CTRL_ENABLEHOST as ENABLEHOST,
  FDATA,
  FDATA_READB as READB,
  FDATA_START as START,
  FDATA_STOP as STOP,
  FIFO_CTRL,
  FIFO_CTRL_FMTRST,
  FIFO_CTRL_RXRST,
  RDATA,
  STATUS,
  STATUS_FMTEMPTY as FMTEMPTY,
  STATUS_HOSTIDLE as HOSTIDLE,
  STATUS_RXEMPTY as RXEMPTY,
  TIMING0,
  TIMING1,
  TIMING2,
  TIMING3,
  TIMING4,
} from 'registers/i2c';

/** The registers of the host: `registers` of the component, which only it can reach. */
export abstract class I2cRegisters {
  abstract read(register: u32): u32;
  abstract write(register: u32, value: u32): void;
}

export enum I2cError {
  None,
  /** Nobody has the address, or who has it refuses. */
  NotAcknowledged,
  /** More bytes than a transfer can move. */
  TooLong,
  /** The host never came to an end; it was reset. */
  TimedOut,
}

/** What a transfer moves at most in either direction: the host's FIFOs hold 64 entries, two for addresses. */
export const TRANSFER_BYTES: i32 = 62;

const RXRST_FMTRST: u32 = FIFO_CTRL_RXRST | FIFO_CTRL_FMTRST;
const ALL_EVENTS: u32 = 0xf;

/** 62 bytes at 100 kbit/s take 6 ms; whoever asks more often than this waits for nothing. */
const LONGEST_WAIT: i32 = 1_000_000;

export class I2cHost {
  /** Times of a bus at 100 kbit/s, from the clock of the device in Hz (I2C specification, table 10). */
  constructor(
    private registers: I2cRegisters,
    clockHz: u32,
  ) {
    let half = max<u32>(clockHz / 200_000, 1);
    let quarter = max<u32>(half / 2, 1);
    registers.write(CTRL, 0);
    registers.write(FIFO_CTRL, RXRST_FMTRST);
    registers.write(TIMING0, half | (half << 16));
    registers.write(TIMING1, 0);
    registers.write(TIMING2, half | (half << 16));
    registers.write(TIMING3, quarter | (quarter << 16));
    registers.write(TIMING4, half | (half << 16));
    registers.write(CONTROLLER_EVENTS, ALL_EVENTS);
    registers.write(CTRL, ENABLEHOST);
  }

  /** Writes, then reads as many bytes as `into` has, with a repeated START between the two; either may be empty. */
  transfer(address: u8, bytes: Uint8Array, into: Uint8Array): I2cError {
    if (bytes.length > TRANSFER_BYTES || into.length > TRANSFER_BYTES) return I2cError.TooLong;
    let writes = bytes.length > 0 || into.length == 0;
    if (writes) this.queueWrite(address, bytes, into.length == 0 ? STOP : 0);
    if (into.length > 0) {
      this.registers.write(FDATA, START | ((<u32>address) << 1) | 1);
      this.registers.write(FDATA, READB | STOP | (<u32>into.length));
    }
    let outcome = this.awaitEnd();
    for (let index = 0; index < into.length && outcome == I2cError.None; index++) {
      if (this.registers.read(STATUS) & RXEMPTY) outcome = I2cError.NotAcknowledged;
      else into[index] = <u8>this.registers.read(RDATA);
    }
    return outcome;
  }

  private queueWrite(address: u8, bytes: Uint8Array, end: u32): void {
    let last = bytes.length - 1;
    this.registers.write(FDATA, START | ((<u32>address) << 1) | (last < 0 ? end : 0));
    for (let index = 0; index <= last; index++) {
      this.registers.write(FDATA, (<u32>bytes[index]) | (index == last ? end : 0));
    }
  }

  private awaitEnd(): I2cError {
    let done = FMTEMPTY | HOSTIDLE;
    for (let turn = 0; turn < LONGEST_WAIT; turn++) {
      if (this.registers.read(CONTROLLER_EVENTS)) {
        this.release();
        return I2cError.NotAcknowledged;
      }
      if ((this.registers.read(STATUS) & done) == done) return I2cError.None;
    }
    this.release();
    return I2cError.TimedOut;
  }

  /** What waits is dropped, and a STOP ends what is left of the transfer. */
  private release(): void {
    this.registers.write(FIFO_CTRL, RXRST_FMTRST);
    this.registers.write(FDATA, STOP | (1 << 12));
    this.registers.write(CONTROLLER_EVENTS, ALL_EVENTS);
    for (let turn = 0; turn < LONGEST_WAIT; turn++) {
      if (this.registers.read(STATUS) & HOSTIDLE) break;
    }
    this.registers.write(CONTROLLER_EVENTS, ALL_EVENTS);
  }
}
