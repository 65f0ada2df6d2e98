/**
 * Translations that hold for a whole page of RAM, kept so that the interpreter's loads, stores and
 * fetches need one comparison. A hit is what a fresh walk and PMP check would give, up to what
 * sfence.vma permits to lag. Everything else (devices, pages that PMP splits, misaligned accesses)
 * never has an entry and takes the slow path.
 */
import {
  pageBytes,
  tlbBankWords,
  tlbBanks,
  tlbEntries,
  tlbFetch,
  tlbInvalid,
  tlbLoad,
  tlbStore,
  tlbWords,
} from '../memory/layout.js';
import { access, accessFault, type Access } from './access.js';
import type { HartCore } from './hart-core.js';
import { pmpAllows, pmpPageIsUniform } from './pmp.js';
import { walk } from './sv32.js';

/** Byte of the first word of an address's entry in a bank: 2 words for each of 256 pages. */
export const tlbSlot = (bank: number, address: number): number =>
  bank + ((address >>> 11) & ((tlbEntries - 1) << 1));

const banksUnderSatp = [tlbBanks.user, tlbBanks.supervisor, tlbBanks.supervisorSum] as const;

/** Translates and checks PMP. Physical address, or minus the cause. Sees nothing but satp, tables, mstatus and PMP. */
export function translate(
  core: HartCore,
  address: number,
  sizeBytes: number,
  kind: Access,
  privilege: number,
  rootTable?: number,
): number {
  const { walkResult } = core;
  walk(core, address, kind, privilege, walkResult, rootTable);
  const { physical } = walkResult;
  if (physical < 0) return physical;
  return pmpAllows(core.block, physical, sizeBytes, kind, privilege)
    ? physical
    : -accessFault(kind);
}

/** After `translate` allowed an access: keeps its translation for the page, if one answer holds for all of it. */
export function keepTranslation(
  core: HartCore,
  address: number,
  physical: number,
  kind: Access,
): void {
  const page = physical - (physical & (pageBytes - 1));
  const offset = core.ramOffsetOf(page, pageBytes);
  if (offset < 0 || !pmpPageIsUniform(core.block, page)) return;
  const virtualPage = address & -pageBytes;
  const slot = tlbSlot(core.dataBank + (kind === access.store ? tlbStore : tlbLoad), address);
  core.tlb[slot] = virtualPage;
  core.tlb[slot + 1] = offset - virtualPage;
  if (core.walkResult.isMegapage) core.keepsMegapages = true;
}

export function keepFetch(core: HartCore, address: number, firstEntry: number): void {
  const slot = tlbSlot(core.fetchBank, address);
  core.tlb[slot] = address & -pageBytes;
  core.tlb[slot + 1] = firstEntry;
  if (core.walkResult.isMegapage) core.keepsMegapages = true;
}

/** For a change of PMP, and after memory was replaced. */
export function flushEverything(core: HartCore): void {
  core.tlb.fill(tlbInvalid, 0, tlbWords);
  core.keepsMegapages = false;
}

/** For a change of satp or of mstatus.mxr, and sfence.vma without an address: what user and supervisor use. */
export function flushTranslations(core: HartCore): void {
  // The banks of the three modes are neighbours, machine mode's is behind them.
  const size = banksUnderSatp.length * tlbBankWords;
  core.tlb.fill(tlbInvalid, tlbLoad, tlbLoad + size);
  core.tlb.fill(tlbInvalid, tlbStore, tlbStore + size);
  core.tlb.fill(tlbInvalid, tlbFetch, tlbFetch + size);
  core.keepsMegapages = false;
}

/** For sfence.vma with an address. Each 4 KiB of a megapage has its own entry, and the fence is for all of them. */
export function flushAddress(core: HartCore, address: number): void {
  if (core.keepsMegapages) {
    flushTranslations(core);
    return;
  }
  for (const bank of banksUnderSatp) {
    for (const kind of [tlbLoad, tlbStore, tlbFetch]) {
      core.tlb[tlbSlot(kind + bank * tlbBankWords, address)] = tlbInvalid;
    }
  }
}

/** Decoded pages moved: fetch entries name them. */
export function flushFetches(core: HartCore): void {
  core.tlb.fill(tlbInvalid, tlbFetch, tlbWords);
}
