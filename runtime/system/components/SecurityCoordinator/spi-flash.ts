// The banks of the stores in a serial NOR flash behind OpenTitan's SPI host. Data go on four lanes, and the rest on one.
// Whoever calls waits: for a few bytes by looking at the host again and again, for more of them as `SpiHost` says, which
// may be asleep. Commands are those of the family W25Q, of the kind whose four lanes are on from the factory (W25Q128JV-IQ
// datasheet, chapter 8). Nothing here takes memory after the start: an erase asks hundreds of times.
import {
  COMMAND,
  COMMAND_CSAAT as STAYS_SELECTED,
  COMMAND_DIRECTION_SHIFT,
  COMMAND_SPEED_SHIFT,
  CONFIGOPTS,
  CONTROL,
  CONTROL_OUTPUT_EN as OUTPUT_EN,
  CONTROL_SPIEN as SPIEN,
  CONTROL_SW_RST as SW_RST,
  CSID,
  ERROR_STATUS,
  EVENT_ENABLE,
  EVENT_ENABLE_IDLE as IDLE_EVENT,
  RXDATA,
  STATUS,
  STATUS_ACTIVE as ACTIVE,
  STATUS_READY as READY,
  TXDATA,
} from 'registers/spi_host';
import { setWordAt, wordAt } from 'sel4/bytes';
import { Flash } from './flash';

/** The registers of the SPI host: `registers` of the component, which only it can reach. */
export abstract class SpiHost {
  abstract read(register: u32): u32;
  abstract write(register: u32, value: u32): void;
  /** Called where the host is at a long transfer: may sleep until it is idle. */
  rest(): void {}
}

const FOUR_LANES: u32 = 2 << COMMAND_SPEED_SHIFT;
const DUMMY: u32 = 0;
const RECEIVE: u32 = 1 << COMMAND_DIRECTION_SHIFT;
const SEND: u32 = 2 << COMMAND_DIRECTION_SHIFT;

const WRITE_ENABLE: u8 = 0x06;
const READ_STATUS: u8 = 0x05;
const READ_ID: u8 = 0x9f;
const QUAD_OUTPUT_READ: u8 = 0x6b;
const QUAD_PAGE_PROGRAM: u8 = 0x32;
const SECTOR_ERASE: u8 = 0x20;
const IS_BUSY: u32 = 1;
/** Between the address of a read and what is read. */
const READ_DUMMY_CLOCKS: u32 = 8;

const PAGE_BYTES: u32 = 256;
const SECTOR_BYTES: u32 = 4096;
/** The host's FIFOs hold this much, whichever way it goes. */
const TRANSFER_BYTES: u32 = 256;
/** The flash tells its status for as long as it is read: so many bytes take about as long as a page's program, */
const PROGRAM_STATUS_BYTES: u32 = 64;
/** and of an erase, which is a hundred times as long, as many as fit. */
const ERASE_STATUS_BYTES: u32 = TRANSFER_BYTES;
/** Transfers of this size and more are worth to sleep for. */
const LONG_TRANSFER_BYTES: u32 = 32;
/** Whoever looks more often than this, of whatever takes longest, has no host before him, or no flash. */
const LONGEST_WAIT: i32 = 1_000_000;
/** A sector takes 45 ms to erase, and at most 400. */
const MOST_STATUS_READS: i32 = 4000;

export class SpiFlash extends Flash {
  private fails: bool = false;

  /** `start` is the place of the first bank, the others follow: whole sectors. */
  constructor(
    private host: SpiHost,
    private start: u32,
    private bytesOfBank: u32,
  ) {
    super();
    host.write(CONTROL, SW_RST);
    host.write(CONTROL, SPIEN | OUTPUT_EN);
    host.write(CONFIGOPTS, 0);
    host.write(CSID, 0);
    host.write(ERROR_STATUS, 0xffff_ffff);
    host.write(EVENT_ENABLE, IDLE_EVENT);
  }

  get bankBytes(): u32 {
    return this.bytesOfBank;
  }

  /** Whether something did not answer in time; from then on nothing is tried any more, and all reads as erased. */
  get isBroken(): bool {
    return this.fails;
  }

  /** Manufacturer, type, capacity as a power of two: 0xef4018 for a W25Q128. */
  identify(): u32 {
    let id = new Uint8Array(3);
    this.command(READ_ID, STAYS_SELECTED);
    this.receive(id, 0, 3, 0);
    return ((<u32>id[0]) << 16) | ((<u32>id[1]) << 8) | (<u32>id[2]);
  }

  read(bank: u32, offset: u32, into: Uint8Array): void {
    let count = <u32>into.length;
    for (let done: u32 = 0; done < count; done += TRANSFER_BYTES) {
      this.commandAt(QUAD_OUTPUT_READ, this.addressOf(bank, offset + done), STAYS_SELECTED);
      this.submit(DUMMY | STAYS_SELECTED, READ_DUMMY_CLOCKS);
      this.receive(into, done, min(TRANSFER_BYTES, count - done), FOUR_LANES);
    }
    if (this.fails) into.fill(0xff);
  }

  /** A page is programmed at a time; what would go over its end would go on at its start. */
  program(bank: u32, offset: u32, bytes: Uint8Array): void {
    let count = <u32>bytes.length;
    let done: u32 = 0;
    while (done < count && !this.fails) {
      let address = this.addressOf(bank, offset + done);
      let piece = min(count - done, PAGE_BYTES - (address % PAGE_BYTES));
      this.command(WRITE_ENABLE, 0);
      this.commandAt(QUAD_PAGE_PROGRAM, address, STAYS_SELECTED);
      this.send(bytes, done, piece);
      this.awaitFlash(PROGRAM_STATUS_BYTES);
      done += piece;
    }
  }

  erase(bank: u32): void {
    for (let offset: u32 = 0; offset < this.bytesOfBank && !this.fails; offset += SECTOR_BYTES) {
      this.command(WRITE_ENABLE, 0);
      this.commandAt(SECTOR_ERASE, this.addressOf(bank, offset), 0);
      this.awaitFlash(ERASE_STATUS_BYTES);
    }
  }

  private addressOf(bank: u32, offset: u32): u32 {
    return this.start + bank * this.bytesOfBank + offset;
  }

  /** Until the flash has done what it was asked last: the last status of so many bytes tells. */
  private awaitFlash(statusBytes: u32): void {
    for (let turn = 0; turn < MOST_STATUS_READS; turn++) {
      this.command(READ_STATUS, STAYS_SELECTED);
      this.submit(RECEIVE, statusBytes);
      this.awaitIdle(statusBytes);
      if (this.fails) return;
      let status: u32 = 0;
      for (let word: u32 = 0; word < statusBytes; word += 4) status = this.host.read(RXDATA);
      if (((status >> 24) & IS_BUSY) == 0) return;
    }
    this.fails = true;
  }

  // ---- the host: what is submitted is done in turn, and awaited as a whole

  private command(code: u8, select: u32): void {
    this.begin(code);
    this.submit(SEND | select, 1);
  }

  /** The address has its high byte first. */
  private commandAt(code: u8, address: u32, select: u32): void {
    let high = (address >> 8) & 0xff00;
    this.begin((<u32>code) | high | ((address & 0xff00) << 8) | (address << 24));
    this.submit(SEND | select, 4);
  }

  private begin(word: u32): void {
    if (this.awaitStatus(READY, READY)) this.host.write(TXDATA, word);
  }

  private submit(command: u32, count: u32): void {
    if (this.awaitStatus(READY, READY)) this.host.write(COMMAND, command | (count - 1));
  }

  /** What lies in the last word behind the end is not sent. The FIFO has room beside the commands before it. */
  private send(bytes: Uint8Array, from: u32, count: u32): void {
    if (this.fails) return;
    let whole = count & ~3;
    for (let at: u32 = 0; at < whole; at += 4)
      this.host.write(TXDATA, wordAt(bytes, <i32>(from + at)));
    if (whole < count) this.host.write(TXDATA, lastWord(bytes, from + whole, from + count));
    this.submit(SEND | FOUR_LANES, count);
    this.awaitIdle(count);
  }

  private receive(into: Uint8Array, from: u32, count: u32, lanes: u32): void {
    this.submit(RECEIVE | lanes, count);
    this.awaitIdle(count);
    if (this.fails) return;
    let whole = count & ~3;
    for (let at: u32 = 0; at < whole; at += 4)
      setWordAt(into, <i32>(from + at), this.host.read(RXDATA));
    if (whole == count) return;
    let word = this.host.read(RXDATA);
    for (let at = from + whole; at < from + count; at++, word >>= 8) into[<i32>at] = <u8>word;
  }

  private awaitIdle(transferBytes: u32): void {
    let isLong = transferBytes >= LONG_TRANSFER_BYTES && !this.fails;
    if (isLong && (this.host.read(STATUS) & ACTIVE) != 0) this.host.rest();
    this.awaitStatus(ACTIVE, 0);
  }

  /** False, and broken, where it never comes to that. */
  private awaitStatus(mask: u32, value: u32): bool {
    for (let turn = 0; turn < LONGEST_WAIT && !this.fails; turn++) {
      if ((this.host.read(STATUS) & mask) == value) return true;
    }
    this.fails = true;
    return false;
  }
}

/** Of fewer than four bytes. */
function lastWord(bytes: Uint8Array, from: u32, end: u32): u32 {
  let word: u32 = 0;
  for (let at = end; at > from; at--) word = (word << 8) | bytes[<i32>at - 1];
  return word;
}
