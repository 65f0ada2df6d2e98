/**
 * Cycles that kernel work takes in virtual time, so that a system call is not free to a program that
 * measures. The kernel runs outside the hart; these make up for the instructions that it would have executed.
 * They add up to what seL4 publishes for its RISC-V board (github.com/seL4/sel4bench-results, HiFive
 * Unleashed, U54 core, median of 2026-06; test/kernel/costs.test.ts has the sums):
 *   - `fastCall`, `fastReply`, `addressSpace`: the MCS kernel's fast path, IPC within and across address spaces;
 *   - the rest of the first group: the slow paths of the kernel without MCS. With MCS they take about 2000 more on
 *     that board, because its core traps to firmware to read the time, and ours do not.
 * Figures marked "estimate" are published nowhere.
 */
export const costs = {
  /** Call to a passive server that waits, up to four words, in one address space; all of it but `addressSpace`. */
  fastCall: 376,
  /** ReplyRecv likewise. */
  fastReply: 462,
  /** A switch to another address space. */
  addressSpace: 315,

  /** Saving and restoring registers: every other kernel entry. */
  entry: 280,
  /** Looking up a capability, checking rights, decoding. */
  decode: 120,
  /** Setting the bits of a notification. */
  signal: 150,
  /** Claiming an interrupt and finding its handler. */
  interrupt: 360,
  /** Message transfer between two threads, without the words beyond the registers. */
  transfer: 560,
  /** Each word beyond the registers. */
  word: 16,
  /** The scheduler chooses another thread. */
  contextSwitch: 400,
  /** Writing a page table entry. */
  mapPage: 320,

  /** Estimate. */
  deriveCapability: 80,
  /** Estimate. */
  deleteCapability: 150,
  /** 256 bytes of memory at four bytes a cycle; estimate. */
  clearChunk: 64,
  /** Making a message of a fault; estimate. */
  faultMessage: 120,
} as const;
