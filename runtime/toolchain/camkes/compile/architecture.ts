/**
 * What differs between the architectures that a system is compiled for: words, pages, and the tables that an
 * address space is made of. A page as large as a table's part of the address space stands in the table
 * above. Sizes are those of seL4 16 (MCS); `levels` begins at the root.
 */
import type { CapdlArchitecture, CapdlObjectType } from '../../capdl/spec.js';
import type { ArchitectureName } from '../../settings/architecture-name.js';

export interface Architecture {
  readonly name: ArchitectureName;
  readonly capdl: CapdlArchitecture;
  readonly wordBits: 32 | 64;
  /** How many bits of a badge the kernel keeps. */
  readonly badgeBits: number;
  /** log2 of the size of the pages, the smallest first. */
  readonly pageBits: readonly number[];
  readonly levels: readonly PagingLevel[];
  /** log2 of the size of a scheduling context of which nobody said the size. */
  readonly schedContextBits: number;
}

export interface PagingLevel {
  readonly type: CapdlObjectType;
  /** log2 of the part of the address space that one such table covers. */
  readonly coverageBits: number;
}

export const smallPageBits = 12;
export const smallPageBytes = 4096;

const level = (type: CapdlObjectType, coverageBits: number): PagingLevel => ({
  type,
  coverageBits,
});
const word32 = { wordBits: 32, badgeBits: 28, schedContextBits: 7 } as const;
const word64 = { wordBits: 64, badgeBits: 64, schedContextBits: 7 } as const;

export const architectures: Readonly<Record<ArchitectureName, Architecture>> = {
  riscv32: {
    name: 'riscv32',
    capdl: 'riscv',
    ...word32,
    pageBits: [12, 22],
    levels: [level('pt', 32), level('pt', 22)],
  },
  riscv64: {
    name: 'riscv64',
    capdl: 'riscv',
    ...word64,
    pageBits: [12, 21, 30],
    levels: [level('pt', 39), level('pt', 30), level('pt', 21)],
  },
  aarch32: {
    name: 'aarch32',
    capdl: 'arm11',
    ...word32,
    pageBits: [12, 16, 20, 24],
    levels: [level('pd', 32), level('pt', 20)],
  },
  // aarch32 with a hypervisor: its pages are those of the large physical address extension.
  arm_hyp: {
    name: 'arm_hyp',
    capdl: 'arm11',
    ...word32,
    pageBits: [12, 16, 21, 25],
    levels: [level('pd', 32), level('pt', 21)],
  },
  aarch64: {
    name: 'aarch64',
    capdl: 'aarch64',
    ...word64,
    pageBits: [12, 21, 30],
    levels: [level('pgd', 48), level('pud', 39), level('pd', 30), level('pt', 21)],
  },
  ia32: {
    name: 'ia32',
    capdl: 'ia32',
    ...word32,
    pageBits: [12, 22],
    levels: [level('pd', 32), level('pt', 22)],
  },
  x86_64: {
    name: 'x86_64',
    capdl: 'x86_64',
    ...word64,
    pageBits: [12, 21, 30],
    levels: [level('pml4', 48), level('pdpt', 39), level('pd', 30), level('pt', 21)],
  },
};

/** The largest page that `sizeBytes` is a multiple of; undefined when it is no multiple of any. */
export function largestPageOf(
  { pageBits }: Pick<Architecture, 'pageBits'>,
  sizeBytes: bigint,
): number | undefined {
  return pageBits.findLast((bits) => sizeBytes > 0n && sizeBytes % (1n << BigInt(bits)) === 0n);
}
