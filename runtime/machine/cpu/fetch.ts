/**
 * From pc to decoded instructions. Basic blocks are decoded as they are reached and kept in the code
 * cache, by page of RAM; an instruction that crosses pages, lies in a device, or in a page that PMP splits, is
 * fetched each time into a scratch page of its own. Fetches are in halfwords, each translated and
 * checked; the second is looked at only when the first says that there is one.
 */
import { physAddr } from '../../base/address.js';
import { decode } from '../../isa/decode.js';
import { entryLength, longestBlock, type CodeCache } from '../memory/code-cache.js';
import { decodedPageWords, hartWord, pageBytes } from '../memory/layout.js';
import { access, accessFault } from './access.js';
import type { HartCore } from './hart-core.js';
import { endsBlock, op, setEntryLength, writeEntry } from './interpreter/entry.js';
import { keepFetch, translate } from './tlb.js';
import { raise } from './trap.js';

/** Fills the entries of the interpreter's own. All entries of the scratch page but the latest end the page. */
export function prepareScratch({ entries, reloadEntry, scratchPage }: CodeCache): void {
  entries[reloadEntry] = op.reload;
  entries.fill(op.pageEnd, scratchPage, scratchPage + decodedPageWords);
}

/**
 * The decoded page that holds the instruction at pc, by its first entry: a kept page, or the scratch page.
 * -1 when the fetch trapped.
 */
export function fetchPage(core: HartCore): number {
  const pc = core.block[hartWord.pc]!;
  const privilege = core.block[hartWord.privilege]!;
  const physical = translate(core, pc, 2, access.fetch, privilege);
  if (physical < 0) {
    raise(core, -physical, pc);
    return -1;
  }
  const page = physical - (physical & (pageBytes - 1));
  const offset = core.ramOffsetOf(page, pageBytes);
  if (offset < 0 || !core.pmp.isUniform(page)) return fetchSingle(core);
  const firstEntry = core.code.pageAt(offset, op.pageEnd);
  keepFetch(core, pc, firstEntry);
  return firstEntry;
}

/** Decodes the one instruction at pc into the scratch page. -1 when the fetch trapped. */
export function fetchSingle(core: HartCore): number {
  const pc = core.block[hartWord.pc]!;
  const low = fetchHalf(core, pc);
  if (low < 0) return -1;
  // The second half's walk overwrites the result.
  const physical = core.walkResult.physical;
  let word = low;
  if ((low & 3) === 3) {
    const high = fetchHalf(core, pc + 2);
    if (high < 0) return -1;
    word |= high << 16;
  }
  const { entries } = core.code;
  entries[core.code.scratchEntry] = op.pageEnd;
  const entry = core.code.scratchPage + (pc & (pageBytes - 1));
  core.code.scratchEntry = entry;
  if (core.code.breakpoints.has(physAddr(physical)) && !mayPassBreakpoint(core)) {
    entries[entry] = op.breakpoint;
  } else writeEntry(entries, entry, decode(word), word);
  return core.code.scratchPage;
}

/**
 * Decodes the basic block at entry `first` of the kept page that starts at `page`, up to the entry of a
 * block that is known, and gives each of its entries the number of instructions from there to its end.
 */
export function decodeBlock(core: HartCore, first: number, page: number): void {
  const { entries } = core.code;
  const { decodedEntries } = core;
  let count = 0;
  let index = first;
  // Behind the page's last entry is one that is not undecoded.
  while (entries[index] === op.undecoded) {
    const bytes = decodeEntry(core, index, page);
    if (bytes === 0) break;
    decodedEntries[count++] = index;
    if (core.endsBlock) break;
    index += bytes;
  }
  let length = core.endsBlock ? 0 : entryLength(entries[index]!);
  while (count > 0) {
    const entry = decodedEntries[--count]!;
    length += 1;
    if (length > longestBlock) {
      entries[entry] = op.single;
      length = 0;
    } else setEntryLength(entries, entry, length);
  }
}

/** The instruction's size; 0 when its entry is to be no instruction. */
function decodeEntry(core: HartCore, index: number, page: number): 0 | 2 | 4 {
  const { code, halves } = core;
  const { entries } = code;
  const offset = code.ramOffsetOfPage(page) + (index - page);
  const low = halves[offset >>> 1]!;
  const isWide = (low & 3) === 3;
  const continuesInNextPage = isWide && index - page === pageBytes - 2;
  core.endsBlock = false;
  code.markCode(offset, isWide && !continuesInNextPage ? 4 : 2);
  if (code.hasBreakpointAt(offset)) {
    entries[index] = op.breakpoint;
    return 0;
  }
  if (continuesInNextPage) {
    entries[index] = op.single;
    return 0;
  }
  const word = isWide ? low | (halves[(offset >>> 1) + 1]! << 16) : low;
  const decoded = decode(word);
  writeEntry(entries, index, decoded, word);
  core.endsBlock = endsBlock(decoded);
  return isWide ? 4 : 2;
}

/** The run that has just begun goes on from a breakpoint. */
export const mayPassBreakpoint = (core: HartCore): boolean =>
  core.passBreakpoint && core.elapsed === 0;

/** An entry `breakpoint` was reached: the page to execute its instruction from, or -1 with the stop noted. */
export function reachBreakpoint(core: HartCore): number {
  if (mayPassBreakpoint(core)) return fetchSingle(core);
  core.stop = 'breakpoint';
  // Not a step: the interpreter is about to count one.
  core.remaining += 1;
  core.leaveInterpreter();
  return -1;
}

/** The bits of the instruction at pc, which was fetched just now: for a trap value. */
export function fetchedWord(core: HartCore): number {
  const pc = core.block[hartWord.pc]!;
  const low = peekHalf(core, pc);
  return (low & 3) === 3 ? low | (peekHalf(core, pc + 2) << 16) : low;
}

function peekHalf(core: HartCore, address: number): number {
  const privilege = core.block[hartWord.privilege]!;
  const physical = translate(core, address, 2, access.fetch, privilege);
  const offset = physical < 0 ? -1 : core.ramOffsetOf(physical, 2);
  if (offset >= 0) return core.halves[offset >>> 1]!;
  return core.bus.peek(physical, 2) ?? 0;
}

/** An unsigned halfword, or -1 with the trap raised; the trap value is the address of the halfword. */
function fetchHalf(core: HartCore, address: number): number {
  const privilege = core.block[hartWord.privilege]!;
  const physical = translate(core, address, 2, access.fetch, privilege);
  if (physical < 0) {
    raise(core, -physical, address | 0);
    return -1;
  }
  const offset = core.ramOffsetOf(physical, 2);
  const half = offset >= 0 ? core.halves[offset >>> 1]! : core.bus.read(physical, 2);
  if (half !== undefined) return half;
  raise(core, accessFault(access.fetch), address | 0);
  return -1;
}
