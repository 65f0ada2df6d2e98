/**
 * All machine state in one WebAssembly.Memory (D1), and RAM as devices, loaders, the kernel and the
 * debugger see it. Its writes go through the same line flags as a hart's stores, so decoded code and
 * reservations are dropped whoever writes. The offsets are `layout.ts`.
 */
import { formatAddress, type PhysAddr } from '../../base/address.js';
import { invariant } from '../../base/invariant.js';
import type { Board } from '../boards/board.js';
import type { BreakpointSet } from '../machine.js';
import type { PhysicalMemory } from '../ports.js';
import { CodeCache } from './code-cache.js';
import {
  hartBlockBytes,
  layoutFor,
  lineBits,
  pageBytes,
  ramOffset,
  type Layout,
} from './layout.js';
import { Watches } from './watches.js';

export interface LinearMemory extends PhysicalMemory {
  readonly memory: WebAssembly.Memory;
  readonly layout: Layout;
  /** Hart blocks, RAM and the memory of another core: every byte that a snapshot needs, and no others. */
  readonly state: Uint8Array;
  /** The memory of another core, which is on the bus; empty where the board has none. */
  readonly coreMemory: Uint8Array;
  readonly code: CodeCache;
  /** Physical instruction addresses before which a hart's `run` returns `breakpoint`. */
  readonly breakpoints: BreakpointSet;
  readonly watches: Watches;
  /** Unsigned halfword; the address must be even. */
  read16(address: PhysAddr): number;
  write16(address: PhysAddr, value: number): void;
  /**
   * Calls `afterStore` when a hart has stored to the 64-byte line that holds `address`, with the address of
   * the store, once its bytes are in RAM. Writes through this interface do not call it.
   */
  watchStores(address: PhysAddr, afterStore: (address: PhysAddr) => void): void;
  unwatchAll(): void;
  /** Call after `state` was overwritten: drops whatever was derived from it. */
  stateReplaced(): void;
}

/** What decides how large it is. */
type Sizes = Pick<Board, 'ram' | 'harts'> & Partial<Pick<Board, 'devices' | 'coreMemory'>>;

export function createLinearMemory(board: Sizes): LinearMemory {
  const { harts } = board;
  const { base, sizeBytes } = board.ram;
  invariant(
    sizeBytes % pageBytes === 0 && harts * hartBlockBytes <= ramOffset,
    'MEM-1',
    () => `RAM of ${sizeBytes} bytes for ${harts} harts is not whole pages`,
  );
  const core = board.devices?.find(({ name }) => name === board.coreMemory);
  const layout = layoutFor(sizeBytes, harts, core?.sizeBytes ?? 0);
  const pages = layout.totalBytes / 65536;
  // The maximum is the size: memory that grew would detach every view.
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const bytes = new Uint8Array(memory.buffer);
  const halves = new Uint16Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  const lines = new Uint8Array(memory.buffer, layout.linesOffset, layout.stateBytes >>> lineBits);
  const code = new CodeCache(words, lines, layout, board.ram, harts);

  const watches = new Watches(bytes, base, (line, isWatched) => {
    code.flagForWatches(line, isWatched);
  });
  code.onWatchedLineWritten = (line) => {
    watches.lineWritten(line);
  };

  const contains = (address: number, size: number): boolean =>
    address >= base && size >= 0 && address + size <= base + sizeBytes;
  const offsetOf = (address: PhysAddr, size: number): number => {
    invariant(
      contains(address, size),
      'MEM-2',
      () => `${formatAddress(address)} (${size} bytes) is outside RAM`,
    );
    return address - base + ramOffset;
  };
  const written = (offset: number, size: number): void => {
    for (let line = offset >>> lineBits; line <= (offset + size - 1) >>> lineBits; line++) {
      if (lines[line] !== 0) code.lineWritten(line);
    }
  };

  return {
    memory,
    layout,
    state: bytes.subarray(0, layout.stateBytes),
    coreMemory: bytes.subarray(layout.coreMemoryOffset, layout.stateBytes),
    code,
    breakpoints: code.breakpoints,
    watches,
    base,
    sizeBytes,
    words: words.subarray(ramOffset >>> 2, layout.coreMemoryOffset >>> 2),
    contains,
    read8: (address) => bytes[offsetOf(address, 1)]!,
    read16: (address) => halves[offsetOf(address, 2) >>> 1]!,
    read32: (address) => words[offsetOf(address, 4) >>> 2]! >>> 0,
    write8(address, value) {
      const offset = offsetOf(address, 1);
      bytes[offset] = value;
      written(offset, 1);
    },
    write16(address, value) {
      const offset = offsetOf(address, 2);
      halves[offset >>> 1] = value;
      written(offset, 2);
    },
    write32(address, value) {
      // The kernel stores its words here: one comparison tells what is outside, and a word has one line.
      const relative = address - base;
      if (relative < 0 || relative > sizeBytes - 4) offsetOf(address, 4);
      const offset = relative + ramOffset;
      words[offset >>> 2] = value;
      if (lines[offset >>> lineBits] !== 0) code.lineWritten(offset >>> lineBits);
    },
    fill(address, size, byte) {
      const offset = offsetOf(address, size);
      bytes.fill(byte, offset, offset + size);
      if (size > 0) written(offset, size);
    },
    copyIn(address, source) {
      const offset = offsetOf(address, source.length);
      bytes.set(source, offset);
      if (source.length > 0) written(offset, source.length);
    },
    copyOut(address, size) {
      const offset = offsetOf(address, size);
      return bytes.slice(offset, offset + size);
    },
    watchStores: (address, afterStore) => {
      code.watchStores(offsetOf(address, 1), afterStore);
    },
    unwatchAll: () => {
      code.unwatchAll();
    },
    stateReplaced: () => {
      code.dropAll();
    },
  };
}
