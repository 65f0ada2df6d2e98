// The key store's two banks in a serial NOR flash behind OpenTitan's SPI host. It is driven by polling: no transfer
// here takes longer than a sector's erase, and nobody but the caller waits for it. What it polls with is made once: an
// erase asks thousands of times. Commands are those that every flash
// of the family W25Q has (W25Q128JV datasheet, chapter 8).
import { Flash } from './flash';

/** The registers of the SPI host: `registers` of the component, which only it can reach. */
export abstract class SpiHost {
  abstract read(register: u32): u32;
  abstract write(register: u32, value: u32): void;
}

const CONTROL: u32 = 0x10;
const STATUS: u32 = 0x14;
const CONFIGOPTS: u32 = 0x18;
const CSID: u32 = 0x1c;
const COMMAND: u32 = 0x20;
const RXDATA: u32 = 0x24;
const TXDATA: u32 = 0x28;
const ERROR_STATUS: u32 = 0x30;

const SPIEN: u32 = 1 << 31;
const SW_RST: u32 = 1 << 30;
const OUTPUT_EN: u32 = 1 << 29;
const ACTIVE: u32 = 1 << 30;
const READY: u32 = 1 << 31;
const RXEMPTY: u32 = 1 << 24;

const STAYS_SELECTED: u32 = 1 << 9;
const RECEIVE: u32 = 1 << 12;
const SEND: u32 = 2 << 12;

const WRITE_ENABLE: u8 = 0x06;
const READ_STATUS: u8 = 0x05;
const READ_ID: u8 = 0x9f;
const READ: u8 = 0x03;
const PAGE_PROGRAM: u8 = 0x02;
const SECTOR_ERASE: u8 = 0x20;
const IS_BUSY: u32 = 1;

const PAGE_BYTES: u32 = 256;
const SECTOR_BYTES: u32 = 4096;
/** The host's FIFOs hold this much, whichever way it goes. */
const TRANSFER_BYTES: u32 = 256;
/** A sector takes 45 ms to erase, and at most 400: whoever asks more often than this has no flash before him. */
const LONGEST_WAIT: i32 = 1_000_000;

export class SpiFlash extends Flash {
  private fails: bool = false;
  private head: Uint8Array = new Uint8Array(4);
  private answer: Uint8Array = new Uint8Array(1);

  /** `start` is the place of the first bank, the second one follows: whole sectors. */
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
    this.receive(id, 0, 3);
    return ((<u32>id[0]) << 16) | ((<u32>id[1]) << 8) | (<u32>id[2]);
  }

  read(bank: u32, offset: u32, into: Uint8Array): void {
    let count = <u32>into.length;
    for (let done: u32 = 0; done < count; done += TRANSFER_BYTES) {
      this.commandAt(READ, this.addressOf(bank, offset + done), STAYS_SELECTED);
      this.receive(into, done, min(TRANSFER_BYTES, count - done));
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
      this.commandAt(PAGE_PROGRAM, address, STAYS_SELECTED);
      this.send(bytes, done, piece, 0);
      this.awaitIdle();
      done += piece;
    }
  }

  erase(bank: u32): void {
    for (let offset: u32 = 0; offset < this.bytesOfBank && !this.fails; offset += SECTOR_BYTES) {
      this.command(WRITE_ENABLE, 0);
      this.commandAt(SECTOR_ERASE, this.addressOf(bank, offset), 0);
      this.awaitIdle();
    }
  }

  private addressOf(bank: u32, offset: u32): u32 {
    return this.start + bank * this.bytesOfBank + offset;
  }

  /** Until the flash has done what it was asked last. */
  private awaitIdle(): void {
    for (let turn = 0; turn < LONGEST_WAIT && !this.fails; turn++) {
      this.command(READ_STATUS, STAYS_SELECTED);
      this.receive(this.answer, 0, 1);
      if ((this.answer[0] & IS_BUSY) == 0) return;
    }
    this.fails = true;
  }

  // ---- the host

  private command(code: u8, select: u32): void {
    this.head[0] = code;
    this.send(this.head, 0, 1, select);
  }

  private commandAt(code: u8, address: u32, select: u32): void {
    this.head[0] = code;
    this.head[1] = <u8>(address >> 16);
    this.head[2] = <u8>(address >> 8);
    this.head[3] = <u8>address;
    this.send(this.head, 0, 4, select);
  }

  private send(bytes: Uint8Array, from: u32, count: u32, select: u32): void {
    if (this.fails || !this.awaitStatus(READY, READY)) return;
    let end = from + count;
    for (let at = from; at < end; at += 4) this.host.write(TXDATA, wordAt(bytes, at, end));
    this.host.write(COMMAND, SEND | select | (count - 1));
    this.awaitStatus(ACTIVE, 0);
  }

  private receive(into: Uint8Array, from: u32, count: u32): void {
    if (this.fails || !this.awaitStatus(READY, READY)) return;
    this.host.write(COMMAND, RECEIVE | (count - 1));
    let word: u32 = 0;
    for (let index: u32 = 0; index < count; index++) {
      if (index % 4 == 0) {
        if (!this.awaitStatus(RXEMPTY, 0)) return;
        word = this.host.read(RXDATA);
      }
      into[from + index] = <u8>word;
      word >>= 8;
    }
    this.awaitStatus(ACTIVE, 0);
  }

  /** False, and broken, where it never comes to that. */
  private awaitStatus(mask: u32, value: u32): bool {
    for (let turn = 0; turn < LONGEST_WAIT; turn++) {
      if ((this.host.read(STATUS) & mask) == value) return true;
    }
    this.fails = true;
    return false;
  }
}

/** What lies behind the end is zero, and is not sent. */
function wordAt(bytes: Uint8Array, at: u32, end: u32): u32 {
  let word: u32 = 0;
  for (let index = min(at + 4, end); index > at; index--) word = (word << 8) | bytes[index - 1];
  return word;
}
