/**
 * The bus: which device answers at a physical address. RAM is not on it: a hart reaches RAM directly
 * and asks the bus for everything else. An address where nothing answers is a bus error, which the
 * hart turns into an access fault; it is never a warning, and never reads as zero.
 */
import { invariant } from '../../base/invariant.js';
import { formatAddress } from '../../base/address.js';
import type { Device } from './device.js';

/** Bytes of one access. A hart splits a misaligned access before it comes here. */
export type AccessSize = 1 | 2 | 4;

export interface Bus {
  /** Unsigned, zero-extended. Undefined is a bus error: the hart takes a load or fetch access fault. */
  read(address: number, size: AccessSize): number | undefined;
  /** False is a bus error: the hart takes a store access fault, and nothing was written. */
  write(address: number, size: AccessSize, value: number): boolean;
  /** As `read`, for a debugger: pops no FIFO, claims no interrupt, changes nothing. */
  peek(address: number, size: AccessSize): number | undefined;
}

/** A device at its place. Regions do not overlap; `sizeBytes` may be larger than what the device decodes. */
export interface BusRegion {
  readonly base: number;
  readonly sizeBytes: number;
  readonly device: Device;
}

export function createBus(regions: readonly BusRegion[]): Bus {
  const sorted = [...regions].sort((left, right) => left.base - right.base);
  sorted.forEach((region, index) => {
    const next = sorted[index + 1];
    invariant(
      next === undefined || region.base + region.sizeBytes <= next.base,
      'BUS-1',
      () => `two devices answer at ${formatAddress(next?.base ?? 0)}`,
    );
  });

  /** The region that holds the whole access; undefined when none does. */
  const regionAt = (address: number, size: AccessSize): BusRegion | undefined => {
    let low = 0;
    let high = sorted.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const region = sorted[middle];
      if (region === undefined) return undefined;
      if (address < region.base) high = middle - 1;
      else if (address >= region.base + region.sizeBytes) low = middle + 1;
      else return address + size <= region.base + region.sizeBytes ? region : undefined;
    }
    return undefined;
  };

  return {
    read(address, size) {
      const place = address >>> 0;
      const region = regionAt(place, size);
      return region?.device.read(place - region.base, size);
    },
    write(address, size, value) {
      const place = address >>> 0;
      const region = regionAt(place, size);
      return region?.device.write(place - region.base, size, value >>> 0) ?? false;
    },
    peek(address, size) {
      const place = address >>> 0;
      const region = regionAt(place, size);
      return region?.device.peek(place - region.base, size);
    },
  };
}
