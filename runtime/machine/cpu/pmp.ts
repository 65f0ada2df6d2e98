/**
 * Physical memory protection: 16 entries, granularity 4 bytes. A check has a yes or no for one access;
 * `isUniform` tells whether one answer holds for a whole page, so that it may be cached.
 * Privileged spec 3.7.
 */
import { countTrailingOnes } from '../../base/bits.js';
import { hartWord, pageBytes } from '../memory/layout.js';
import type { Access } from './access.js';

export const pmpEntries = 16;

/** Bits of a configuration byte; `a` is the address-matching mode. */
export const pmpConfig = { r: 1, w: 2, x: 4, aShift: 3, l: 0x80 } as const;
export const pmpMode = { off: 0, tor: 1, na4: 2, napot: 3 } as const;

export const pmpConfigByte = (block: Int32Array, entry: number): number =>
  (block[hartWord.pmpcfg + (entry >> 2)]! >>> ((entry & 3) * 8)) & 0xff;

/** First and one-past-last byte of an entry, up to 2^34; undefined for one that is off or empty. */
export function pmpRange(
  block: Int32Array,
  entry: number,
): { readonly from: number; readonly to: number } | undefined {
  const address = block[hartWord.pmpaddr + entry]! >>> 0;
  switch ((pmpConfigByte(block, entry) >>> pmpConfig.aShift) & 3) {
    case pmpMode.tor: {
      // "If PMP entry i's A field is set to TOR, the entry matches any address y such that
      // pmpaddr(i-1) <= y < pmpaddr(i)"; entry 0 begins at 0.
      const from = entry === 0 ? 0 : (block[hartWord.pmpaddr + entry - 1]! >>> 0) * 4;
      return from < address * 4 ? { from, to: address * 4 } : undefined;
    }
    case pmpMode.na4:
      return { from: address * 4, to: address * 4 + 4 };
    case pmpMode.napot: {
      // NAPOT: pmpaddr 0b…10111 covers 2^(3 trailing ones + 3) = 64 bytes, base = the bits left of the zero.
      const ones = countTrailingOnes(address);
      const size = 2 ** (ones + 3);
      return {
        from: Math.floor((address * 4) / size) * size,
        to: Math.floor((address * 4) / size) * size + size,
      };
    }
    default:
      return undefined;
  }
}

/**
 * The entries that match something, in order, in a form that an access can be compared with. Derived
 * from the CSRs: `update` after they change.
 */
export class PmpRanges {
  private count = 0;
  private readonly from = new Float64Array(pmpEntries);
  private readonly to = new Float64Array(pmpEntries);
  private readonly config = new Uint8Array(pmpEntries);

  update(block: Int32Array): void {
    this.count = 0;
    for (let entry = 0; entry < pmpEntries; entry++) {
      const range = pmpRange(block, entry);
      if (range === undefined) continue;
      this.from[this.count] = range.from;
      this.to[this.count] = range.to;
      this.config[this.count] = pmpConfigByte(block, entry);
      this.count += 1;
    }
  }

  allows(address: number, sizeBytes: number, kind: Access, privilege: number): boolean {
    for (let index = 0; index < this.count; index++) {
      const from = this.from[index]!;
      const to = this.to[index]!;
      if (to <= address || address + sizeBytes <= from) continue;
      // "The matching PMP entry must match all bytes of an access, or the access fails, irrespective of
      // the L, R, W, and X bits."
      if (address < from || to < address + sizeBytes) return false;
      const config = this.config[index]!;
      if (privilege === 3 && (config & pmpConfig.l) === 0) return true;
      return (config & kind) !== 0;
    }
    // "If no PMP entry matches an M-mode access, the access succeeds"; in S or U mode it fails.
    return privilege === 3;
  }

  /** True when every access inside the page gets the same answer. */
  isUniform(page: number): boolean {
    for (let index = 0; index < this.count; index++) {
      const from = this.from[index]!;
      const to = this.to[index]!;
      if (to <= page || page + pageBytes <= from) continue;
      return from <= page && page + pageBytes <= to;
    }
    return true;
  }
}

/** A configuration byte as a write of `value` leaves it. "The combination R=0 and W=1 is reserved." */
export function legalPmpConfig(value: number): number {
  const kept =
    value & (pmpConfig.l | (3 << pmpConfig.aShift) | pmpConfig.r | pmpConfig.w | pmpConfig.x);
  return (kept & pmpConfig.r) === 0 ? kept & ~pmpConfig.w : kept;
}

/** "If PMP entry i is locked, writes to pmpicfg and pmpaddri are ignored"; a locked TOR also locks the address below it. */
export function pmpAddressIsLocked(block: Int32Array, entry: number): boolean {
  if ((pmpConfigByte(block, entry) & pmpConfig.l) !== 0) return true;
  if (entry + 1 === pmpEntries) return false;
  const above = pmpConfigByte(block, entry + 1);
  return (above & pmpConfig.l) !== 0 && ((above >>> pmpConfig.aShift) & 3) === pmpMode.tor;
}
