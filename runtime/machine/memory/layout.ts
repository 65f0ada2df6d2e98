/**
 * Where everything lies in the machine's one linear memory: the hart blocks from offset 0, RAM behind
 * them, then the memory of another core, and caches behind that. All but the caches are the state, one run of
 * bytes from 0; the caches can be dropped at any time. All words are 32 bits, little-endian.
 */

/** Word offsets in a hart's block. Signed words unless it says otherwise. */
export const hartWord = {
  /** x0…x31. Nothing ever writes x0. */
  x: 0,
  /** Takes the results of instructions whose rd is x0, so that the interpreter need not test for it. */
  sink: 32,
  pc: 33,
  /** 0 user, 1 supervisor, 3 machine. */
  privilege: 34,
  /** 1 while the hart sits in WFI, or its supervisor said `wait`. */
  waiting: 35,
  /** Offset in linear memory of the word that LR reserved; 0 when there is none. Its line is flagged. */
  reservation: 36,
  /** Levels of the six interrupt wires, at their mip bits. */
  lines: 37,
  /** The software-writable mip bits: SSIP, STIP, SEIP. */
  mipSoftware: 38,
  mstatus: 39,
  medeleg: 40,
  mideleg: 41,
  mie: 42,
  mtvec: 43,
  mcounteren: 44,
  menvcfg: 45,
  mscratch: 46,
  mepc: 47,
  mcause: 48,
  mtval: 49,
  stvec: 50,
  scounteren: 51,
  senvcfg: 52,
  sscratch: 53,
  sepc: 54,
  scause: 55,
  stval: 56,
  satp: 57,
  /** What mcycle shows is the clock plus this 64-bit number (low word, high word). */
  cycleOffset: 58,
  /** What minstret shows is the retired count plus this 64-bit number. */
  instretOffset: 60,
  /** Four words of four configuration bytes. */
  pmpcfg: 62,
  pmpaddr: 66,
  /** Steps since reset (retired instructions plus traps), a float64: an even word. */
  steps: 82,
  /** Traps since reset, a float64. */
  traps: 84,
  /** The step count right after the latest trap to M-mode, a float64. Tells a lock-up. */
  trapStep: 86,
  /** Cycles charged while the hart did not run. */
  owed: 88,
  /** Of the run in progress; 0 between runs. */
  remaining: 89,
  /** Byte offsets of the translation caches that accesses use now; they follow from privilege and mstatus. */
  fetchBank: 90,
  dataBank: 91,
} as const;

export const hartBlockWords = 128;
export const hartBlockBytes = hartBlockWords * 4;

/** Where RAM starts, a multiple of a WebAssembly page; the hart blocks lie below. */
export const ramOffset = 0x10000;

/** A line is the unit in which stores are tracked: decoded code, reservations, watched words. */
export const lineBits = 6;
export const pageBits = 12;
export const pageBytes = 4096;

/** Decoded pages that exist at once; 16 MiB. When all are used, all are dropped: rare, and simple. */
const decodedPages = 1024;

/**
 * Two words for each halfword of a page, so that pc itself is the index, and two that catch a pc which
 * runs off the page by 0 or 2 bytes.
 */
export const decodedPageWords = pageBytes + 4;

/**
 * The translation caches of a hart: direct-mapped, 1024 entries of two words (tag, addend) in each bank.
 * A data tag is the virtual page; `address & ~0xffc` equals it only for an aligned word in that page.
 */
export const tlbEntries = 1024;
export const tlbBankWords = tlbEntries * 2;
/** Bit 2 is masked out of every address that is compared, so this never matches. */
export const tlbInvalid = 4;

/**
 * Banks, by what decides about an access: user; supervisor without SUM; supervisor with SUM; machine.
 * Loads, stores and fetches have four each (fetches ignore SUM, and leave bank 2 empty).
 */
export const tlbBanks = { user: 0, supervisor: 1, supervisorSum: 2, machine: 3 } as const;
export const tlbLoad = 0;
export const tlbStore = 4 * tlbBankWords;
export const tlbFetch = 8 * tlbBankWords;
export const tlbWords = 12 * tlbBankWords;

export interface Layout {
  readonly ramOffset: number;
  /** Of the memory of another core: the end of RAM. */
  readonly coreMemoryOffset: number;
  /** End of the state. */
  readonly stateBytes: number;
  /** Byte offset of hart 0's translation caches; the next hart's follow. */
  readonly tlbOffset: number;
  /** Byte offset of the line flags: one byte for each line of the state. */
  readonly linesOffset: number;
  /** Byte offset of the decoded instructions; `codeWords` of them. */
  readonly codeOffset: number;
  readonly codeWords: number;
  /** A multiple of a WebAssembly page. */
  readonly totalBytes: number;
}

export function layoutFor(ramBytes: number, harts: number, coreMemoryBytes: number): Layout {
  const coreMemoryOffset = ramOffset + ramBytes;
  const stateBytes = coreMemoryOffset + coreMemoryBytes;
  const tlbOffset = stateBytes;
  const linesOffset = tlbOffset + harts * tlbWords * 4;
  const codeOffset = linesOffset + (stateBytes >>> lineBits);
  const codeWords = 16 + decodedPageWords * (1 + Math.min(decodedPages, ramBytes >>> pageBits));
  const end = codeOffset + codeWords * 4;
  return {
    ramOffset,
    coreMemoryOffset,
    stateBytes,
    tlbOffset,
    linesOffset,
    codeOffset,
    codeWords,
    totalBytes: Math.ceil(end / 65536) * 65536,
  };
}
