/**
 * Address translation as a pure function: the two-level Sv32 walk, and its checks. Never caches:
 * `tlb.ts` does. A and D are not updated by hardware: an access that needs them set faults (Svade).
 * Privileged spec 4.3.2; step numbers below are the spec's.
 */
import { hartWord } from '../memory/layout.js';
import { access, accessFault, pageFault, type Access } from './access.js';
import { mstatus, pteBits } from './csr-bits.js';
import type { HartCore } from './hart-core.js';

/** What a walk found: a physical address, or the negated cause. Reused, so that a walk allocates nothing. */
export interface Walk {
  /** A physical address (0 … 2^32 - 1), or minus the cause of the fault. */
  physical: number;
  /** The leaf maps 4 MiB. */
  isMegapage: boolean;
}

export const createWalk = (): Walk => ({ physical: 0, isMegapage: false });

/** Translates for an access at `privilege` under the hart's satp and mstatus, without PMP on the result. */
export function walk(
  core: HartCore,
  address: number,
  kind: Access,
  privilege: number,
  result: Walk,
  rootTable?: number,
): void {
  const satp = core.block[hartWord.satp]!;
  result.isMegapage = false;
  if (rootTable === undefined && (privilege === 3 || satp >= 0)) {
    result.physical = address >>> 0;
    return;
  }
  const va = address >>> 0;
  const { sum, mxr } = mstatus;
  const status = core.block[hartWord.mstatus]!;
  // Steps 1 and 2: tables are at a, 34-bit physical addresses.
  let table = rootTable ?? (satp & 0x3fffff) * 4096;
  for (let level = 1; ; level--) {
    const entryAt = table + ((va >>> (12 + 10 * level)) & 0x3ff) * 4;
    const entry = readEntry(core, entryAt);
    if (entry === undefined) {
      result.physical = -accessFault(kind);
      return;
    }
    // Step 3: "If pte.v = 0, or if pte.r = 0 and pte.w = 1 … stop and raise a page-fault exception".
    const isReserved = (entry & (pteBits.read | pteBits.write)) === pteBits.write;
    if ((entry & pteBits.valid) === 0 || isReserved) break;
    // Step 4: a pointer to the next level, unless it is a leaf. D, A, and U are reserved in a pointer.
    if ((entry & (pteBits.read | pteBits.execute)) === 0) {
      const reserved = pteBits.dirty | pteBits.accessed | pteBits.user;
      if (level === 0 || (entry & reserved) !== 0) break;
      table = (entry >>> 10) * 4096;
      continue;
    }
    // Step 5: permissions, given the privilege and the SUM and MXR fields.
    if ((entry & pteBits.user) === 0) {
      if (privilege === 0) break;
    } else if (privilege === 1 && (kind === access.fetch || (status & sum) === 0)) break;
    const readable = (status & mxr) !== 0 ? pteBits.read | pteBits.execute : pteBits.read;
    const needed = kind === access.load ? readable : kind << 1;
    if ((entry & needed) === 0) break;
    // Step 6: "If i > 0 and pte.ppn[i-1:0] != 0, this is a misaligned superpage".
    if (level === 1 && (entry & 0xffc00) !== 0) break;
    // Step 7: "If pte.a = 0, or if the original memory access is a store and pte.d = 0".
    if ((entry & pteBits.accessed) === 0) break;
    if (kind === access.store && (entry & pteBits.dirty) === 0) break;
    // Step 8.
    const physical =
      level === 1
        ? (entry >>> 20) * 0x400000 + (va & 0x3fffff)
        : (entry >>> 10) * 4096 + (va & 0xfff);
    result.isMegapage = level === 1;
    result.physical = physical > 0xffffffff ? -accessFault(kind) : physical;
    return;
  }
  result.physical = -pageFault(kind);
}

/** Step 2: "If accessing pte violates a PMA or PMP check, raise an access-fault exception". Tables are in RAM. */
function readEntry(core: HartCore, address: number): number | undefined {
  if (address > 0xffffffff) return undefined;
  const offset = core.ramOffsetOf(address, 4);
  if (offset < 0 || !core.pmp.allows(address, 4, access.load, 1)) return undefined;
  return core.words[offset >>> 2];
}
