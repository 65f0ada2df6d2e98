/**
 * Translations that hold for a whole page of RAM, kept so that the interpreter's loads, stores and
 * fetches need one comparison. A hit is what a fresh walk and PMP check would give, up to what
 * sfence.vma permits to lag. Everything else (devices, pages that PMP splits, misaligned accesses)
 * never has an entry and takes the slow path.
 */
import {
  hartWord,
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
import { walk } from './sv32.js';

/** First word of an address's entry in a bank that begins at word `bank`. */
export const tlbSlot = (bank: number, address: number): number =>
  bank + ((address >>> 11) & ((tlbEntries - 1) << 1));

const machineBank = tlbBanks.machine * tlbBankWords;

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
  return core.pmp.allows(physical, sizeBytes, kind, privilege) ? physical : -accessFault(kind);
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
  if (offset < 0 || !core.pmp.isUniform(page)) return;
  // Every access to a page with a watch comes this way again.
  if (
    core.watches.count > 0 &&
    core.watches.guards(offset, kind === access.store ? 'store' : 'load')
  )
    return;
  const virtualPage = address & -pageBytes;
  keep(
    core,
    core.dataBank + (kind === access.store ? tlbStore : tlbLoad),
    virtualPage,
    offset - virtualPage,
  );
}

export function keepFetch(core: HartCore, address: number, firstEntry: number): void {
  keep(core, core.fetchBank, address & -pageBytes, firstEntry * 4);
}

function keep(core: HartCore, bank: number, virtualPage: number, addend: number): void {
  const slot = tlbSlot(bank, virtualPage);
  core.words[slot] = virtualPage;
  core.words[slot + 1] = addend;
  if (core.walkResult.isMegapage) core.keepsMegapages = true;
  // Only translations under satp are ever flushed without the others.
  const machineData = core.tlbStart + machineBank;
  if (core.dataBank === machineData && core.fetchBank === machineData + tlbFetch) return;
  if (core.keptSlots.length === core.keptCount) core.keptOverflow = true;
  else core.keptSlots[core.keptCount++] = slot;
}

/** For a change of PMP, and after memory was replaced. */
export function flushEverything(core: HartCore): void {
  fill(core, 0, tlbWords);
  forgetKept(core);
}

/** For a change of satp or of mstatus.mxr, and sfence.vma without an address: what user and supervisor use. */
export function flushTranslations(core: HartCore): void {
  dropKept(core);
  forgetKept(core);
}

/** For a supervisor that goes from the space in satp to another one, of which it has fenced what it changed. */
export function switchTranslations(core: HartCore, satp: number): void {
  const { block, words, keptSlots, parked, keepsMegapages } = core;
  if (!core.keptOverflow) parked.park(block[hartWord.satp]!, words, keptSlots, core.keptCount);
  dropKept(core);
  core.keptCount = parked.unpark(satp, words, keptSlots);
  core.keptOverflow = false;
  core.keepsMegapages = keepsMegapages;
  block[hartWord.satp] = satp;
}

/** Entries of user and supervisor match nothing any more. */
function dropKept(core: HartCore): void {
  if (core.keptOverflow) {
    // The banks of the modes under satp are neighbours, machine mode's is behind them.
    fill(core, tlbLoad, tlbLoad + machineBank);
    fill(core, tlbStore, tlbStore + machineBank);
    fill(core, tlbFetch, tlbFetch + machineBank);
  } else {
    // A system call that changes the address space fills few entries: no need to clear all.
    for (let index = 0; index < core.keptCount; index++)
      core.words[core.keptSlots[index]!] = tlbInvalid;
  }
}

/** For sfence.vma with an address. Each 4 KiB of a megapage has its own entry, and the fence is for all of them. */
export function flushAddress(core: HartCore, address: number): void {
  if (core.keepsMegapages) {
    flushTranslations(core);
    return;
  }
  core.parked.clear();
  const start = core.tlbStart;
  for (let bank = start; bank < start + machineBank; bank += tlbBankWords) {
    core.words[tlbSlot(tlbLoad + bank, address)] = tlbInvalid;
    core.words[tlbSlot(tlbStore + bank, address)] = tlbInvalid;
    core.words[tlbSlot(tlbFetch + bank, address)] = tlbInvalid;
  }
}

/** Decoded pages moved: fetch entries name them. */
export function flushFetches(core: HartCore): void {
  core.parked.clear();
  fill(core, tlbFetch, tlbWords);
}

function forgetKept(core: HartCore): void {
  core.parked.clear();
  core.keptCount = 0;
  core.keptOverflow = false;
  core.keepsMegapages = false;
}

/** Words of the hart's translation caches, from `from` to `to`, match nothing any more. */
function fill(core: HartCore, from: number, to: number): void {
  core.words.fill(tlbInvalid, core.tlbStart + from, core.tlbStart + to);
}
