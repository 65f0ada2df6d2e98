/**
 * Decoded instructions by physical page, shared by all harts, and the line flags that keep them true.
 * A decoded page is an array indexed by the low bits of pc: two words for each halfword, so that pc
 * itself is the index. A line flag says what a store to those 64 bytes must do beyond storing, so data
 * next to code stays fast. What the words of an entry mean is `cpu/interpreter/entry.ts`.
 */
import { physAddr, type PhysAddr } from '../../base/address.js';
import type { BreakpointSet } from '../machine.js';
import {
  decodedPageWords,
  hartBlockWords,
  hartWord,
  lineBits,
  pageBits,
  pageBytes,
  ramOffset,
  type Layout,
} from './layout.js';

/** Line flags. */
export const lineHasCode = 1;
export const lineIsReserved = 2;
export const lineIsWatched = 4;
/** Holds a byte of a debugger's watch: who writes it and is no hart is looked at. */
export const lineHasWatch = 8;

/** The op of an entry that nobody has decoded: zero, so fresh pages need no initialisation. */
export const undecoded = 0;

/** How many instructions are left in the entry's basic block, itself included; 0 for what is no instruction. */
export const entryLength = (word0: number): number => word0 >>> entryLengthShift;
export const entryLengthShift = 24;
/** The most instructions that a block has. */
export const longestBlock = 255;

type StoreWatcher = (address: PhysAddr) => void;

export class CodeCache {
  /** Linear memory as words. An entry's index counts from the start of linear memory. */
  readonly entries: Int32Array;
  /** The entry, of no page, that makes the interpreter look pc up. */
  readonly reloadEntry: number;
  /** A page of the interpreter's own, for instructions that no page of RAM can keep. */
  readonly scratchPage: number;
  readonly lines: Uint8Array;
  /** Calls when the indices of decoded pages became invalid: a hart's fetch translations name them. */
  readonly onPagesDropped: (() => void)[] = [];
  readonly breakpoints: BreakpointSet;
  onWatchedLineWritten: (line: number) => void = () => undefined;
  /** The entry of the interpreter's own page that was decoded last. */
  scratchEntry: number;
  private readonly firstPage: number;
  private readonly ramBase: number;
  private readonly harts: number;
  /** First entry of the decoded page of each page of RAM; 0 where there is none. */
  private readonly firstEntry: Int32Array;
  private readonly capacity: number;
  /** The reverse of `firstEntry`, by decoded page. */
  private readonly ramOffsets: Int32Array;
  private used = 0;
  private readonly breakpointAddresses = new Set<PhysAddr>();
  private readonly watchers = new Map<number, StoreWatcher[]>();

  constructor(
    words: Int32Array,
    lines: Uint8Array,
    layout: Layout,
    ram: { readonly base: number; readonly sizeBytes: number },
    harts: number,
  ) {
    this.entries = words;
    this.reloadEntry = layout.codeOffset >>> 2;
    this.scratchPage = this.scratchEntry = this.reloadEntry + 16;
    this.firstPage = this.scratchPage + decodedPageWords;
    this.lines = lines;
    this.ramBase = ram.base;
    this.harts = harts;
    this.firstEntry = new Int32Array(ram.sizeBytes >>> pageBits);
    const end = this.reloadEntry + layout.codeWords;
    this.capacity = (end - this.firstPage) / decodedPageWords;
    this.ramOffsets = new Int32Array(this.capacity);
    const addresses = this.breakpointAddresses;
    this.breakpoints = {
      add: (address) => {
        addresses.add(address);
        this.forget(address);
      },
      delete: (address) => {
        addresses.delete(address);
        this.forget(address);
      },
      clear: () => {
        const old = [...addresses];
        addresses.clear();
        for (const address of old) this.forget(address);
      },
      has: (address) => addresses.has(address),
    };
  }

  /** Index of the first entry of the decoded page that holds RAM offset `offset`. `endEntry` goes behind its end. */
  pageAt(offset: number, endEntry: number): number {
    const page = (offset - ramOffset) >>> pageBits;
    const known = this.firstEntry[page]!;
    if (known !== 0) return known;
    if (this.used === this.capacity) this.dropPages();
    const first = this.firstPage + this.used * decodedPageWords;
    this.ramOffsets[this.used] = offset & -pageBytes;
    this.used += 1;
    this.firstEntry[page] = first;
    this.entries[first + pageBytes] = endEntry;
    this.entries[first + pageBytes + 2] = endEntry;
    return first;
  }

  /** Offset in linear memory of the page of RAM whose decoded page starts at this entry. */
  ramOffsetOfPage(first: number): number {
    return this.ramOffsets[(first - this.firstPage) / decodedPageWords]!;
  }

  hasBreakpointAt(offset: number): boolean {
    return (
      this.breakpointAddresses.size > 0 &&
      this.breakpointAddresses.has(physAddr(offset - ramOffset + this.ramBase))
    );
  }

  /** Stores to the lines of these bytes now drop the entry that was decoded from them. */
  markCode(offset: number, sizeBytes: number): void {
    this.lines[offset >>> lineBits]! |= lineHasCode;
    this.lines[(offset + sizeBytes - 1) >>> lineBits]! |= lineHasCode;
  }

  markReserved(offset: number): void {
    this.lines[offset >>> lineBits]! |= lineIsReserved;
  }

  /** A flagged line was written by somebody other than a hart. */
  lineWritten(line: number): void {
    const flags = this.lines[line]!;
    if ((flags & lineHasCode) !== 0) this.forgetLine(line);
    if ((flags & lineIsReserved) !== 0) this.endReservations(line, -1);
    if ((flags & lineHasWatch) !== 0) this.onWatchedLineWritten(line);
  }

  flagForWatches(line: number, isWatched: boolean): void {
    if (isWatched) this.lines[line]! |= lineHasWatch;
    else this.lines[line]! &= ~lineHasWatch;
  }

  /** Hart `writer` stored to bytes at `offset`, in a flagged line. */
  storedBy(writer: number, offset: number): void {
    const line = offset >>> lineBits;
    const flags = this.lines[line]!;
    if ((flags & lineHasCode) !== 0) this.forgetLine(line);
    if ((flags & lineIsReserved) !== 0) this.endReservations(line, writer);
    if ((flags & lineIsWatched) !== 0) {
      const address = physAddr(offset - ramOffset + this.ramBase);
      for (const watcher of this.watchers.get(line) ?? []) watcher(address);
    }
  }

  watchStores(offset: number, watcher: StoreWatcher): void {
    const line = offset >>> lineBits;
    this.watchers.set(line, [...(this.watchers.get(line) ?? []), watcher]);
    this.lines[line]! |= lineIsWatched;
  }

  unwatchAll(): void {
    for (const line of this.watchers.keys()) this.lines[line]! &= ~lineIsWatched;
    this.watchers.clear();
  }

  /** Forgets everything that was derived from memory that has been replaced. */
  dropAll(): void {
    this.dropPages();
    for (let hart = 0; hart < this.harts; hart++) {
      const reservation = this.entries[hart * hartBlockWords + hartWord.reservation]!;
      if (reservation !== 0) this.markReserved(reservation);
    }
  }

  private dropPages(): void {
    this.entries.fill(0, this.firstPage, this.firstPage + this.used * decodedPageWords);
    this.firstEntry.fill(0);
    this.used = 0;
    for (let line = 0; line < this.lines.length; line++) this.lines[line]! &= ~lineHasCode;
    for (const listener of this.onPagesDropped) listener();
  }

  /** The entry of the instruction at a physical address is decoded afresh. */
  private forget(address: PhysAddr): void {
    const offset = address - this.ramBase + ramOffset;
    const first = this.firstEntry[(offset - ramOffset) >>> pageBits] ?? 0;
    if (first !== 0) this.forgetEntries(first, offset & (pageBytes - 2), 2);
  }

  private forgetLine(line: number): void {
    this.lines[line]! &= ~lineHasCode;
    const offset = line << lineBits;
    const first = this.firstEntry[(offset - ramOffset) >>> pageBits]!;
    if (first === 0) return;
    this.forgetEntries(first, offset & (pageBytes - 1), 1 << lineBits);
  }

  /**
   * Forgets what was decoded from these bytes of a page: the entries of the bytes, and those before of
   * which the block reaches there or ends there, since it may not end there any more. An instruction
   * that begins in the page before is never kept.
   */
  private forgetEntries(first: number, start: number, sizeBytes: number): void {
    const { entries } = this;
    entries.fill(undecoded, first + start, first + start + sizeBytes);
    const farthest = Math.min(start, longestBlock * 4);
    for (let distance = 2; distance <= farthest; distance += 2) {
      const index = first + start - distance;
      if (entryLength(entries[index]!) * 4 >= distance) entries[index] = undecoded;
    }
  }

  private endReservations(line: number, writer: number): void {
    let kept = false;
    for (let hart = 0; hart < this.harts; hart++) {
      const word = hart * hartBlockWords + hartWord.reservation;
      if (this.entries[word]! >>> lineBits !== line) continue;
      if (hart === writer) kept = true;
      else this.entries[word] = 0;
    }
    if (!kept) this.lines[line]! &= ~lineIsReserved;
  }
}
