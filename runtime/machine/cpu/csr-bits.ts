/** CSR numbers and the fields of status, interrupt and translation CSRs. Privileged spec, chapters 3 and 4. */

export const mstatus = {
  sie: 1 << 1,
  mie: 1 << 3,
  spie: 1 << 5,
  mpie: 1 << 7,
  spp: 1 << 8,
  mpp: 3 << 11,
  mppShift: 11,
  mprv: 1 << 17,
  sum: 1 << 18,
  mxr: 1 << 19,
  tvm: 1 << 20,
  tw: 1 << 21,
  tsr: 1 << 22,
} as const;

/** What software may write; UBE, MBE, SBE, FS, VS and XS are hardwired to 0, so SD is too. */
export const mstatusWritable =
  mstatus.sie |
  mstatus.mie |
  mstatus.spie |
  mstatus.mpie |
  mstatus.spp |
  mstatus.mpp |
  mstatus.mprv |
  mstatus.sum |
  mstatus.mxr |
  mstatus.tvm |
  mstatus.tw |
  mstatus.tsr;

/** The part of mstatus that sstatus shows. */
export const sstatusMask = mstatus.sie | mstatus.spie | mstatus.spp | mstatus.sum | mstatus.mxr;

/** Bits of mip, mie and mideleg; the bit number is the cause. */
export const interrupt = { ssip: 1, msip: 3, stip: 5, mtip: 7, seip: 9, meip: 11 } as const;

export const supervisorInterrupts =
  (1 << interrupt.ssip) | (1 << interrupt.stip) | (1 << interrupt.seip);
export const allInterrupts =
  supervisorInterrupts | (1 << interrupt.msip) | (1 << interrupt.mtip) | (1 << interrupt.meip);

/** Exceptions that may be delegated: every one but an ecall from M-mode, 11. */
export const delegableExceptions = 0xb3ff;
/** What firmware leaves to a kernel in S-mode: all of them but the kernel's own calls. */
export const firmwareDelegates = delegableExceptions & ~(1 << 9);

export const cause = {
  fetchAccess: 1,
  illegalInstruction: 2,
  breakpoint: 3,
  loadMisaligned: 4,
  loadAccess: 5,
  storeMisaligned: 6,
  storeAccess: 7,
  ecallFromUser: 8,
  ecallFromSupervisor: 9,
  fetchPage: 12,
  loadPage: 13,
  storePage: 15,
} as const;

/** RV32 with A, C, I, M, S and U. Writes are ignored. */
export const misaValue = (1 << 30) | 0x141105;

export const pteBits = {
  valid: 1,
  read: 2,
  write: 4,
  execute: 8,
  user: 16,
  accessed: 64,
  dirty: 128,
} as const;
