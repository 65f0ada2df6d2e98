/**
 * Bytes of RAM whose accesses stop a run, for debuggers. Loads and stores of harts reach it because a page with a watch has no
 * entry in the translation caches, so that they take the way that checks everything; without a watch nothing asks.
 * What the kernel and devices write counts where it changes a byte, and what they read does not: neither goes through a hart.
 */
import type { Watch, WatchHit, WatchSet } from '../machine.js';
import { lineBits, pageBits, ramOffset } from './layout.js';

interface Watched extends Watch {
  /** In linear memory. */
  readonly offset: number;
  /** The bytes as they were last seen. */
  readonly bytes: Uint8Array;
}

/** More accesses than this in one step are told no more of. */
const mostHits = 16;

export class Watches implements WatchSet {
  /** How many there are: what costs nothing asks this alone. */
  count = 0;
  /** Calls when the pages that are guarded are others: translations that were kept do not hold. */
  readonly onPagesChanged: (() => void)[] = [];
  /** Called at an access, inside the step. */
  onHit: () => void = () => undefined;
  /** While a machine runs: what a debugger writes in between is no access. */
  isArmed = false;

  private readonly bytes: Uint8Array;
  private readonly ramBase: number;
  private readonly flagLine: (line: number, isWatched: boolean) => void;
  private watched: readonly Watched[] = [];
  private loadPages: ReadonlySet<number> = new Set();
  private storePages: ReadonlySet<number> = new Set();
  private hits: WatchHit[] = [];

  constructor(
    bytes: Uint8Array,
    ramBase: number,
    flagLine: (line: number, isWatched: boolean) => void,
  ) {
    this.bytes = bytes;
    this.ramBase = ramBase;
    this.flagLine = flagLine;
  }

  set(watches: readonly Watch[]): void {
    for (const line of this.lines()) this.flagLine(line, false);
    this.watched = watches.map((watch) => {
      const offset = watch.address - this.ramBase + ramOffset;
      return { ...watch, offset, bytes: this.bytes.slice(offset, offset + watch.sizeBytes) };
    });
    this.count = watches.length;
    for (const line of this.lines()) this.flagLine(line, true);
    const [loads, stores] = [this.loadPages, this.storePages];
    this.loadPages = this.pagesOf('read');
    this.storePages = this.pagesOf('write');
    if (!isSame(loads, this.loadPages) || !isSame(stores, this.storePages))
      for (const listener of this.onPagesChanged) listener();
  }

  /** Whether accesses to a page of linear memory have to be looked at. */
  guards(offset: number, kind: 'load' | 'store'): boolean {
    return (kind === 'load' ? this.loadPages : this.storePages).has(offset >>> pageBits);
  }

  /** Before a run. */
  arm(): void {
    if (this.count === 0) return;
    this.isArmed = true;
    this.hits = [];
    for (const { offset, bytes } of this.watched)
      bytes.set(this.bytes.subarray(offset, offset + bytes.length));
  }

  /** Behind a run. */
  disarm(): void {
    this.isArmed = false;
  }

  get hasHits(): boolean {
    return this.hits.length > 0;
  }

  takeHits(): readonly WatchHit[] {
    const { hits } = this;
    this.hits = [];
    return hits;
  }

  /** A hart reads. */
  loaded(hart: number, offset: number, sizeBytes: number): void {
    for (const watched of this.watched)
      if (watched.access !== 'write' && meets(watched, offset, sizeBytes))
        this.note(watched, 'read', hart, watched.bytes);
  }

  /** A hart has written. */
  stored(hart: number, offset: number, sizeBytes: number): void {
    for (const watched of this.watched)
      if (meets(watched, offset, sizeBytes)) this.noteWrite(watched, hart);
  }

  /** Somebody other than a hart has written into a line. */
  lineWritten(line: number): void {
    for (const watched of this.watched)
      if (meets(watched, line << lineBits, 1 << lineBits) && this.hasChanged(watched))
        this.noteWrite(watched, undefined);
  }

  private noteWrite(watched: Watched, hart: number | undefined): void {
    const before = watched.bytes.slice();
    watched.bytes.set(this.bytes.subarray(watched.offset, watched.offset + before.length));
    if (watched.access !== 'read') this.note(watched, 'write', hart, before);
  }

  private note(
    { address, sizeBytes, bytes }: Watched,
    access: 'read' | 'write',
    hart: number | undefined,
    before: Uint8Array,
  ): void {
    if (!this.isArmed || this.hits.length === mostHits) return;
    const found = { address, sizeBytes, access, before: before.slice(), after: bytes.slice() };
    this.hits.push(hart === undefined ? found : { ...found, hart });
    this.onHit();
  }

  private hasChanged({ offset, bytes }: Watched): boolean {
    return bytes.some((byte, index) => byte !== this.bytes[offset + index]);
  }

  private *lines(): Generator<number> {
    for (const { offset, sizeBytes } of this.watched)
      for (let line = offset >>> lineBits; line <= (offset + sizeBytes - 1) >>> lineBits; line++)
        yield line;
  }

  /** Every watch sees stores: they are what its bytes are at the next access. */
  private pagesOf(access: 'read' | 'write'): Set<number> {
    const pages = new Set<number>();
    for (const { offset, sizeBytes, access: wanted } of this.watched)
      if (access === 'write' || wanted !== 'write')
        for (let at = offset >>> pageBits; at <= (offset + sizeBytes - 1) >>> pageBits; at++)
          pages.add(at);
    return pages;
  }
}

const meets = (watched: Watched, offset: number, sizeBytes: number): boolean =>
  offset < watched.offset + watched.sizeBytes && watched.offset < offset + sizeBytes;

const isSame = (one: ReadonlySet<number>, other: ReadonlySet<number>): boolean =>
  one.size === other.size && [...one].every((page) => other.has(page));
