/**
 * Memory as the naive executor sees it: every access walks the page table from its root and asks every
 * PMP entry, byte arrays all the way. It has no devices: everything outside RAM is an access fault, and
 * it notes when a machine would have reached a device there.
 */
import type { Mode, NaiveCsrs } from './naive-csrs.js';
import { NaiveTrap } from './naive-trap.js';

export type NaiveAccess = 'fetch' | 'load' | 'store';

const accessFault = { fetch: 1, load: 5, store: 7 } as const;
const pageFault = { fetch: 12, load: 13, store: 15 } as const;
const permissionBit = { load: 1, store: 2, fetch: 4 } as const;

/** Where a machine has a device, in bytes. */
export interface DeviceRange {
  readonly base: number;
  readonly sizeBytes: number;
}

export class NaiveMemory {
  readonly ram: Uint8Array;
  readonly ramBase: number;
  /** From here on a machine with these devices may go another way. */
  reachedDevice = false;
  private readonly csrs: NaiveCsrs;
  private readonly devices: readonly DeviceRange[];
  private readonly written: number[] = [];

  constructor(
    ramBase: number,
    ram: Uint8Array,
    csrs: NaiveCsrs,
    devices: readonly DeviceRange[] = [],
  ) {
    this.ram = ram;
    this.devices = devices;
    this.ramBase = ramBase;
    this.csrs = csrs;
  }

  /** The unsigned little-endian value of `size` bytes at a virtual address. */
  read(address: number, size: number, mode: Mode, access: 'fetch' | 'load'): number {
    return this.places(address, size, mode, access).reduce(
      (value, place, index) => value + (this.ram[place] ?? 0) * 2 ** (8 * index),
      0,
    );
  }

  write(address: number, size: number, value: number, mode: Mode): void {
    // All places are found, and so all checks made, before the first byte changes.
    this.places(address, size, mode, 'store').forEach((place, index) => {
      this.ram[place] = value >>> (8 * index);
      this.written.push(this.ramBase + place);
    });
  }

  /** Whether one of the physical addresses written since the last call is one of those asked about. */
  takeTableWrites(isInTables: (address: number) => boolean): boolean {
    return this.written.splice(0).some(isInTables);
  }

  /** Index into `ram` of each byte. An access that crosses a page is two accesses, the lower one first. */
  places(address: number, size: number, mode: Mode, access: NaiveAccess): readonly number[] {
    const inFirst = Math.min(size, 4096 - (address & 0xfff));
    const places = this.placesInPage(address, inFirst, mode, access);
    if (inFirst === size) return places;
    const second = (address + inFirst) >>> 0;
    return [...places, ...this.placesInPage(second, size - inFirst, mode, access)];
  }

  private placesInPage(
    address: number,
    size: number,
    mode: Mode,
    access: NaiveAccess,
  ): readonly number[] {
    const physical = this.translate(address, mode, access);
    const isPermitted = this.isPermitted(physical, size, mode, access);
    if (!isPermitted || !this.isRam(physical, size)) {
      if (isPermitted) this.reachedDevice ||= this.isDevice(physical, size);
      throw new NaiveTrap(accessFault[access], address);
    }
    return Array.from({ length: size }, (_, index) => physical - this.ramBase + index);
  }

  private isDevice(physical: number, size: number): boolean {
    return this.devices.some(
      ({ base, sizeBytes }) => physical + size > base && physical < base + sizeBytes,
    );
  }

  private isRam(physical: number, size: number): boolean {
    return physical >= this.ramBase && physical + size <= this.ramBase + this.ram.length;
  }

  /** Privileged manual 4.3.2, with 34-bit physical addresses. */
  private translate(address: number, mode: Mode, access: NaiveAccess): number {
    const virtual = address >>> 0;
    if (mode === 3 || this.csrs.satp >= 0) return virtual;
    const fault = (): NaiveTrap => new NaiveTrap(pageFault[access], virtual);
    const indices = [(virtual >>> 12) & 0x3ff, virtual >>> 22];
    let table = (this.csrs.satp & 0x3f_ffff) * 4096;
    for (const level of [1, 0]) {
      const place = table + (indices[level] ?? 0) * 4;
      if (!this.isRam(place, 4) || !this.isPermitted(place, 4, 1, 'load')) {
        throw new NaiveTrap(accessFault[access], virtual);
      }
      const at = place - this.ramBase;
      const entry = [3, 2, 1, 0].reduce(
        (value, byte) => value * 256 + (this.ram[at + byte] ?? 0),
        0,
      );
      const has = (position: number): boolean => Math.floor(entry / 2 ** position) % 2 === 1;
      const [valid, readable, writable, executable] = [has(0), has(1), has(2), has(3)];
      const [user, accessed, dirty] = [has(4), has(6), has(7)];
      const pageNumber = Math.floor(entry / 1024);
      if (!valid || (writable && !readable)) throw fault();
      if (!readable && !executable) {
        if (level === 0 || user || accessed || dirty) throw fault();
        table = pageNumber * 4096;
        continue;
      }
      if (mode === 0 && !user) throw fault();
      if (mode === 1 && user && (access === 'fetch' || this.csrs.status(18, 18) === 0))
        throw fault();
      const executableIsReadable = this.csrs.status(19, 19) === 1;
      if (access === 'fetch' && !executable) throw fault();
      if (access === 'load' && !readable && !(executable && executableIsReadable)) throw fault();
      if (access === 'store' && !writable) throw fault();
      if (level === 1 && pageNumber % 1024 !== 0) throw fault();
      if (!accessed || (access === 'store' && !dirty)) throw fault();
      const pageSize = level === 1 ? 2 ** 22 : 2 ** 12;
      const physical = pageNumber * 4096 + (virtual % pageSize);
      // The bus has 32 address bits.
      if (physical >= 2 ** 32) throw new NaiveTrap(accessFault[access], virtual);
      return physical;
    }
    throw fault();
  }

  /** 3.7.1: the lowest entry that matches any byte decides, and refuses an access that it matches in part. */
  private isPermitted(address: number, size: number, mode: Mode, access: NaiveAccess): boolean {
    const { pmpcfg, pmpaddr } = this.csrs;
    for (let entry = 0; entry < pmpcfg.length; entry++) {
      const config = pmpcfg[entry] ?? 0;
      const top = pmpaddr[entry] ?? 0;
      const [low, high] = rangeOf(config, top, pmpaddr[entry - 1] ?? 0);
      let matching = 0;
      for (let at = address; at < address + size; at++) if (at >= low && at < high) matching += 1;
      if (matching === 0) continue;
      if (matching < size) return false;
      const isLocked = (config & 0x80) !== 0;
      return (mode === 3 && !isLocked) || (config & permissionBit[access]) !== 0;
    }
    return mode === 3;
  }
}

/** First byte and first byte after, by the entry's mode: off, top of range, four bytes, power of two. */
function rangeOf(config: number, top: number, below: number): readonly [number, number] {
  switch ((config >>> 3) & 3) {
    case 1:
      return [below * 4, top * 4];
    case 2:
      return [top * 4, top * 4 + 4];
    case 3: {
      let size = 8;
      let rest = top;
      for (; rest % 2 === 1; rest = Math.floor(rest / 2)) size *= 2;
      const start = Math.floor((top * 4) / size) * size;
      return [start, start + size];
    }
    default:
      return [0, 0];
  }
}
