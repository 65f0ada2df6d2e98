/**
 * Cycles that kernel work takes in virtual time, so that a system call is not free to a program that
 * measures. Orders of magnitude of the figures that seL4 publishes for RISC-V (HiFive, 64-bit, one core):
 * about 500 cycles each way for an IPC, 120 for an empty system call. They are estimates, not measured.
 */
export const costs = {
  /** Saving and restoring registers: every kernel entry. */
  entry: 120,
  /** Looking up a capability, checking rights, decoding. */
  decode: 60,
  /** Message transfer between two threads, without the words beyond the registers. */
  transfer: 150,
  word: 2,
  /** A switch to another address space. */
  addressSpace: 90,
  contextSwitch: 60,
  deriveCapability: 80,
  deleteCapability: 150,
  /** 256 bytes of memory. */
  clearChunk: 64,
  faultMessage: 120,
  interrupt: 150,
} as const;
