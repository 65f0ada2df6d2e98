/**
 * A serial NOR flash of 16 MiB with the commands of a W25Q128: reads, page programs and erases, also on two and four
 * lanes. What is programmed only clears bits, and stays busy for the datasheet's typical time. Its contents outlive a
 * reset; only the sectors that differ from what it was delivered with are kept and saved. W25Q128JV datasheet, chapter 8.
 */
import type { Clock } from '../ports.js';
import type { SpiPeripheral } from './spi-peripheral.js';

export interface NorFlashPorts {
  readonly clock: Clock;
  readonly cyclesPerSecond: number;
  /** What it was delivered with, from address 0; the rest is erased. Not changed. */
  readonly delivered: Uint8Array;
}

export interface NorFlash extends SpiPeripheral {
  /** The contents up to the last byte that is not erased, for a file. */
  contents(): Uint8Array;
  /** Counts programs and erases: whoever keeps a file knows by it whether to write. */
  readonly changes: number;
}

export const norFlashBytes = 16 * 1024 * 1024;
const sectorBytes = 4096;
const pageBytes = 256;
const erased = 0xff;
/** Manufacturer, type, capacity as a power of two. */
const jedecId = [0xef, 0x40, 0x18] as const;

const command = {
  writeStatus1: 0x01,
  pageProgram: 0x02,
  read: 0x03,
  writeDisable: 0x04,
  readStatus1: 0x05,
  writeEnable: 0x06,
  fastRead: 0x0b,
  sectorErase: 0x20,
  writeStatus2: 0x31,
  quadPageProgram: 0x32,
  readStatus2: 0x35,
  dualOutputRead: 0x3b,
  readUniqueId: 0x4b,
  blockErase32: 0x52,
  chipErase: 0x60,
  enableReset: 0x66,
  quadOutputRead: 0x6b,
  readManufacturer: 0x90,
  reset: 0x99,
  readJedecId: 0x9f,
  releasePowerDown: 0xab,
  powerDown: 0xb9,
  dualRead: 0xbb,
  chipErase2: 0xc7,
  blockErase64: 0xd8,
  quadRead: 0xeb,
} as const;

/** What stands between a command and its data: bytes of address and mode, then clocks that say nothing. */
interface Head {
  readonly bytes: number;
  readonly clocks: number;
}

const noHead: Head = { bytes: 0, clocks: 0 };
const addressed: Head = { bytes: 3, clocks: 0 };
const addressedAndLate: Head = { bytes: 3, clocks: 8 };
const heads: ReadonlyMap<number, Head> = new Map([
  [command.read, addressed],
  [command.fastRead, addressedAndLate],
  [command.dualOutputRead, addressedAndLate],
  [command.quadOutputRead, addressedAndLate],
  [command.dualRead, { bytes: 4, clocks: 0 }],
  [command.quadRead, { bytes: 4, clocks: 4 }],
  [command.pageProgram, addressed],
  [command.quadPageProgram, addressed],
  [command.sectorErase, addressed],
  [command.blockErase32, addressed],
  [command.blockErase64, addressed],
  [command.readManufacturer, addressed],
  [command.readUniqueId, { bytes: 0, clocks: 32 }],
  [command.releasePowerDown, { bytes: 0, clocks: 24 }],
]);

const eraseBytes: ReadonlyMap<number, number> = new Map([
  [command.sectorErase, sectorBytes],
  [command.blockErase32, 32 * 1024],
  [command.blockErase64, 64 * 1024],
  [command.chipErase, norFlashBytes],
  [command.chipErase2, norFlashBytes],
]);

/** Typical times in seconds, by the bytes that are erased. */
const eraseSeconds: ReadonlyMap<number, number> = new Map([
  [sectorBytes, 0.045],
  [32 * 1024, 0.12],
  [64 * 1024, 0.15],
  [norFlashBytes, 40],
]);
const programSeconds = 0.0004;
const statusSeconds = 0.01;

const statusBit = { busy: 1, writeEnabled: 2 } as const;
/** Bits of status register 1 that software writes: block protection and its switches. */
const writableStatus = 0xfc;
const protectionBits = 0x1c;

export function createNorFlash(ports: NorFlashPorts): NorFlash {
  const sectors = new Map<number, Uint8Array>();
  let changes = 0;
  let status = 0;
  let status2 = 0;
  let busyUntil = 0;
  let isPoweredDown = false;
  let isResetEnabled = false;
  /** The command of the transfer, and how much of its head and of its data is through. */
  let current: number | null = null;
  let headBytes = 0;
  let headClocks = 0;
  let count = 0;
  let address = 0;
  /** What a page program has taken so far: its start and its bytes. */
  let page: number[] = [];

  const isBusy = (): boolean => ports.clock.now() < busyUntil;
  const occupy = (seconds: number): void => {
    busyUntil = ports.clock.now() + Math.ceil(seconds * ports.cyclesPerSecond);
    status &= ~statusBit.writeEnabled;
  };
  const byteAt = (place: number): number => {
    const at = place % norFlashBytes;
    const sector = sectors.get(Math.floor(at / sectorBytes));
    return sector?.[at % sectorBytes] ?? ports.delivered[at] ?? erased;
  };
  /** The sector as memory of its own, made when it is first changed. */
  const changedSector = (index: number): Uint8Array => {
    const known = sectors.get(index);
    if (known !== undefined) return known;
    const made = new Uint8Array(sectorBytes).fill(erased);
    made.set(ports.delivered.subarray(index * sectorBytes, (index + 1) * sectorBytes));
    sectors.set(index, made);
    return made;
  };
  const isProtected = (): boolean => (status & protectionBits) !== 0;
  const mayWrite = (): boolean => (status & statusBit.writeEnabled) !== 0 && !isProtected();

  const program = (): void => {
    if (!mayWrite() || page.length === 0) return;
    const start = address - (address % pageBytes);
    page.forEach((byte, index) => {
      const at = (start + ((address + index) % pageBytes)) % norFlashBytes;
      const sector = changedSector(Math.floor(at / sectorBytes));
      sector[at % sectorBytes] = (sector[at % sectorBytes] ?? 0) & byte;
    });
    changes += 1;
    occupy(programSeconds);
  };
  const erase = (bytes: number): void => {
    if (!mayWrite()) return;
    const first = Math.floor((address - (address % bytes)) / sectorBytes);
    for (let index = 0; index < bytes / sectorBytes; index += 1) {
      const sector = first + index;
      const wasDelivered = sector * sectorBytes < ports.delivered.length;
      if (wasDelivered) changedSector(sector).fill(erased);
      else sectors.delete(sector);
    }
    changes += 1;
    occupy(eraseSeconds.get(bytes) ?? 0);
  };
  const setStatus = (written: number, which: 1 | 2): void => {
    if ((status & statusBit.writeEnabled) === 0) return;
    if (which === 1) status = (status & ~writableStatus) | (written & writableStatus);
    else status2 = written & 0x42;
    occupy(statusSeconds);
  };

  /** What a command puts on the wire once its head is through; `index` counts its data bytes. */
  const output = (index: number): number => {
    switch (current) {
      case command.read:
      case command.fastRead:
      case command.dualOutputRead:
      case command.quadOutputRead:
      case command.dualRead:
      case command.quadRead:
        return byteAt(address + index);
      case command.readStatus1:
        return (status & ~statusBit.busy) | (isBusy() ? statusBit.busy : 0);
      case command.readStatus2:
        return status2;
      case command.readJedecId:
        return jedecId[index] ?? 0;
      case command.readManufacturer:
        return index % 2 === (address & 1) ? jedecId[0] : jedecId[2] - 1;
      case command.releasePowerDown:
        return jedecId[2] - 1;
      case command.readUniqueId:
        return 0x5a + index;
      default:
        return erased;
    }
  };
  const isAnsweredWhileBusy = (byte: number): boolean =>
    byte === command.readStatus1 || byte === command.readStatus2;
  const begin = (byte: number): void => {
    const isIgnored =
      (isBusy() && !isAnsweredWhileBusy(byte)) ||
      (isPoweredDown && byte !== command.releasePowerDown);
    current = isIgnored ? -1 : byte;
    headBytes = 0;
    headClocks = 0;
    count = 0;
    address = 0;
    page = [];
  };
  const headOf = (one: number): Head => heads.get(one) ?? noHead;
  const isThroughHead = (one: number): boolean =>
    headBytes >= headOf(one).bytes && headClocks >= headOf(one).clocks;
  /** Three bytes of address, then the mode, which is not looked at. */
  const takeHead = (byte: number, clocks: number): void => {
    if (current === null) return;
    if (headBytes < headOf(current).bytes) {
      if (headBytes < 3) address = (address * 256 + byte) % norFlashBytes;
      headBytes += 1;
    } else headClocks += clocks;
  };
  const takeData = (byte: number): void => {
    if (current === command.pageProgram || current === command.quadPageProgram) {
      page.push(byte);
      // Only the last 256 bytes count; they start where the oldest of them belongs.
      if (page.length > pageBytes) {
        page.shift();
        address = address - (address % pageBytes) + ((address + 1) % pageBytes);
      }
    } else if (current === command.writeStatus1 && count === 0) setStatus(byte, 1);
    else if (current === command.writeStatus1 && count === 1) status2 = byte & 0x42;
    else if (current === command.writeStatus2 && count === 0) setStatus(byte, 2);
  };
  /** What happens when the select rises after a whole command. */
  const finish = (): void => {
    const one = current;
    if (one === null) return;
    if (!isThroughHead(one)) {
      if (one === command.releasePowerDown) isPoweredDown = false;
      return;
    }
    const bytes = eraseBytes.get(one);
    if (bytes !== undefined) erase(bytes);
    else if (one === command.pageProgram || one === command.quadPageProgram) program();
    else if (one === command.writeEnable) status |= statusBit.writeEnabled;
    else if (one === command.writeDisable) status &= ~statusBit.writeEnabled;
    else if (one === command.powerDown) isPoweredDown = true;
    else if (one === command.releasePowerDown) isPoweredDown = false;
    else if (one === command.reset && isResetEnabled) status &= ~statusBit.writeEnabled;
    isResetEnabled = one === command.enableReset;
  };

  return {
    get changes() {
      return changes;
    },
    select() {
      current = null;
    },
    deselect() {
      finish();
      current = null;
    },
    exchange(byte, lanes) {
      if (current === null) {
        begin(byte);
        return erased;
      }
      if (!isThroughHead(current)) {
        takeHead(byte, 8 / lanes);
        return erased;
      }
      const answer = output(count);
      takeData(byte);
      count += 1;
      return answer;
    },
    dummy(cycles) {
      if (current !== null && !isThroughHead(current)) headClocks += cycles;
    },
    contents() {
      const last = Math.max(
        Math.ceil(ports.delivered.length / sectorBytes),
        ...[...sectors.keys()].map((index) => index + 1),
        0,
      );
      const bytes = new Uint8Array(last * sectorBytes).fill(erased);
      bytes.set(ports.delivered.subarray(0, bytes.length));
      for (const [index, sector] of sectors) bytes.set(sector, index * sectorBytes);
      let end = bytes.length;
      while (end > 0 && bytes[end - 1] === erased) end -= 1;
      return bytes.slice(0, end);
    },
    reset() {
      status &= ~statusBit.writeEnabled;
      busyUntil = 0;
      isPoweredDown = false;
      isResetEnabled = false;
      current = null;
      headBytes = 0;
      headClocks = 0;
      count = 0;
      address = 0;
      page = [];
    },
    save: () => ({
      sectors: [...sectors].map(([index, bytes]) => [index, hexOf(bytes)]),
      changes,
      status,
      status2,
      busyUntil,
      isPoweredDown,
      isResetEnabled,
      current,
      headBytes,
      headClocks,
      count,
      address,
      page: [...page],
    }),
    load(state) {
      sectors.clear();
      for (const [index, text] of state['sectors'] as readonly (readonly [number, string])[]) {
        sectors.set(index, bytesOf(text));
      }
      page = [...(state['page'] as readonly number[])];
      ({
        changes,
        status,
        status2,
        busyUntil,
        isPoweredDown,
        isResetEnabled,
        current,
        headBytes,
        headClocks,
        count,
        address,
      } = state as {
        changes: number;
        status: number;
        status2: number;
        busyUntil: number;
        isPoweredDown: boolean;
        isResetEnabled: boolean;
        current: number | null;
        headBytes: number;
        headClocks: number;
        count: number;
        address: number;
      });
    },
  };
}

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_unused, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );
