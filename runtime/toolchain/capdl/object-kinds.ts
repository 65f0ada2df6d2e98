/**
 * One row a kind of object: where it exists, what it takes, what its slots may hold, how large it is.
 * Sizes of riscv are those of our kernel (`abi/object-types.ts`; a test compares); capDL leaves them to
 * the kernel's configuration, so `leastBits` says the least that any configuration has. languages.md 2(b).
 */
import type { CapdlArchitecture, CapdlObjectType } from './spec.js';

export const architectures: readonly CapdlArchitecture[] = [
  'ia32',
  'arm11',
  'x86_64',
  'aarch64',
  'riscv',
];

export interface ObjectKind {
  readonly type: CapdlObjectType;
  readonly architectures: readonly CapdlArchitecture[];
  /** What it is, for a reader who knows seL4. */
  readonly sentence: string;
  readonly parameters: readonly string[];
  /** Those without which capDL-tool does not take it. */
  readonly required: readonly string[];
  /** Of a capability to it; `rights` are letters. */
  readonly capability: readonly string[];
  /** What its slots may hold; `any`, or nothing where it has no slots. */
  readonly holds: (
    architecture: CapdlArchitecture,
  ) => readonly CapdlObjectType[] | 'any' | undefined;
  /** The number of its slots where that is fixed; the most that any configuration has. */
  readonly slotCount?: (architecture: CapdlArchitecture) => number;
  /** log2 of the bytes that it takes, without what `sizeBits` of the object adds. */
  readonly size?: (architecture: CapdlArchitecture) => ObjectSize;
}

export interface ObjectSize {
  readonly bits: number;
  readonly leastBits: number;
  /** The object's own `sizeBits` is added. */
  readonly isScaled?: boolean;
}

export const objectKinds: readonly ObjectKind[] = [
  plain('ep', 'An endpoint, where threads meet to pass messages.', {
    capability: ['rights', 'badge'],
    size: fixed(4),
  }),
  plain('notification', 'A word of signal bits, which threads wait for.', {
    capability: ['rights', 'badge'],
    size: (architecture) => ({ bits: is64(architecture) ? 6 : 5, leastBits: 4 }),
  }),
  plain('tcb', 'A thread.', {
    parameters: [
      'addr',
      'ip',
      'sp',
      'prio',
      'max_prio',
      'affinity',
      'resume',
      'fpu_disabled',
      'init',
      'dom',
      'fault_ep',
    ],
    capability: ['reply', 'master_reply'],
    holds: () => 'any',
    slotCount: () => 10,
    size: (architecture) => ({ bits: is64(architecture) ? 11 : 9, leastBits: 9 }),
  }),
  plain('cnode', 'A table of 2^bits slots for capabilities.', {
    parameters: ['bits', 'untyped'],
    required: ['bits'],
    capability: ['guard', 'guard_size'],
    holds: () => 'any',
    size: (architecture) => ({ bits: is64(architecture) ? 5 : 4, leastBits: 4, isScaled: true }),
  }),
  plain('ut', 'Untyped memory, from which objects are made; its braces name them.', {
    parameters: ['bits', 'paddr'],
    size: () => ({ bits: 0, leastBits: 0, isScaled: true }),
  }),
  plain('irq', 'An interrupt; its slot 0 holds the notification that is signalled.', {
    // capDL-tool takes it for a CNode of no bits, so that it lets a guard pass.
    capability: ['guard', 'guard_size'],
    holds: () => ['notification'],
    slotCount: () => 1,
  }),
  plain('asid_pool', 'Numbers for address spaces; its slots hold their roots.', {
    parameters: ['asid_high'],
    holds: (architecture) => vspaceRoots[architecture],
    slotCount: () => 1024,
    size: fixed(12),
  }),
  plain('pt', 'A page table.', {
    capability: ['asid'],
    holds: (architecture) => (architecture === 'riscv' ? ['frame', 'pt'] : ['frame']),
    slotCount: (architecture) => (is64(architecture) ? 512 : 1024),
    size: (architecture) => ({
      bits: architecture === 'arm11' ? 10 : 12,
      leastBits: architecture === 'arm11' ? 10 : 12,
    }),
  }),
  plain('pd', 'A page directory.', {
    capability: ['asid'],
    holds: () => ['frame', 'pt'],
    slotCount: (architecture) =>
      ({ ia32: 1024, arm11: 4096, x86_64: 512, aarch64: 512, riscv: 1024 })[architecture],
    size: (architecture) => ({
      bits: architecture === 'arm11' ? 14 : 12,
      leastBits: architecture === 'arm11' ? 14 : 12,
    }),
  }),
  plain('frame', 'A page of memory.', {
    parameters: ['size', 'paddr', 'fill'],
    required: ['size'],
    capability: ['rights', 'asid', 'cached', 'uncached', 'mapping'],
    size: () => ({ bits: 0, leastBits: 0, isScaled: true }),
  }),
  plain(
    'sc',
    'A scheduling context: a budget of processor time in every period, in microseconds.',
    {
      parameters: ['period', 'budget', 'data', 'bits'],
      size: (architecture) => ({ bits: is64(architecture) ? 8 : 7, leastBits: 7 }),
    },
  ),
  plain('rtreply', 'A reply object: the way back to a caller.', {
    // Rights are Sparrow's.
    capability: ['rights'],
    size: (architecture) => ({ bits: is64(architecture) ? 5 : 4, leastBits: 4 }),
  }),
  only(['ia32', 'arm11', 'x86_64', 'aarch64'], 'vcpu', 'A virtual processor.', {
    size: () => ({ bits: 14, leastBits: 12 }),
  }),
  only(['x86_64'], 'pml4', 'The root of an address space.', {
    capability: ['asid'],
    holds: () => ['pdpt'],
    slotCount: () => 512,
    size: fixed(12),
  }),
  only(['x86_64'], 'pdpt', 'A page table of the third level.', {
    capability: ['asid'],
    holds: () => ['frame', 'pd'],
    slotCount: () => 512,
    size: fixed(12),
  }),
  only(['aarch64'], 'pud', 'A page upper directory.', {
    capability: ['asid'],
    holds: () => ['frame', 'pd'],
    slotCount: () => 1024,
    size: () => ({ bits: 12, leastBits: 12 }),
  }),
  only(['aarch64'], 'pgd', 'The root of an address space.', {
    capability: ['asid'],
    holds: () => ['pud'],
    slotCount: () => 512,
    size: fixed(12),
  }),
  only(['ia32', 'x86_64'], 'io_ports', 'A range of IO ports.', {
    parameters: ['ports'],
    required: ['ports'],
  }),
  only(['ia32', 'x86_64'], 'io_device', 'A PCI device behind an IOMMU.', {
    parameters: ['domainID', 'pci'],
    required: ['domainID', 'pci'],
    holds: () => 'any',
  }),
  only(['ia32', 'x86_64'], 'io_pt', 'A page table of an IOMMU.', {
    parameters: ['level'],
    required: ['level'],
    holds: () => ['frame', 'io_pt'],
    slotCount: () => 512,
    size: fixed(12),
  }),
  only(['ia32', 'x86_64'], 'ioapic_irq', 'An interrupt of an I/O APIC.', {
    parameters: ['ioapic_num', 'ioapic_pin', 'ioapic_level', 'ioapic_polarity'],
    required: ['ioapic_num', 'ioapic_pin', 'ioapic_level', 'ioapic_polarity'],
    holds: () => ['notification'],
    slotCount: () => 1,
  }),
  only(['ia32', 'x86_64'], 'msi_irq', 'A message-signalled interrupt of a PCI device.', {
    parameters: ['msi_handle', 'msi_pci_bus', 'msi_pci_dev', 'msi_pci_fun'],
    required: ['msi_handle', 'msi_pci_bus', 'msi_pci_dev', 'msi_pci_fun'],
    holds: () => ['notification'],
    slotCount: () => 1,
  }),
  only(
    ['arm11', 'aarch64'],
    'arm_irq',
    'An interrupt with its trigger and the core that takes it.',
    {
      parameters: ['trigger', 'target'],
      required: ['trigger', 'target'],
      holds: () => ['notification'],
      slotCount: () => 1,
    },
  ),
  only(['arm11', 'aarch64'], 'arm_io_device', 'A device behind an SMMU.', {
    parameters: ['iospace'],
    required: ['iospace'],
    holds: () => 'any',
  }),
  only(
    ['arm11', 'aarch64'],
    'arm_sgi_signal',
    'The right to send a software generated interrupt.',
    {
      parameters: ['irq', 'target'],
      required: ['irq', 'target'],
    },
  ),
  only(['aarch64'], 'streamid', 'A stream of an SMMU.', {}),
  only(['aarch64'], 'contextbank', 'A context bank of an SMMU.', { parameters: ['bank'] }),
  only(['aarch64'], 'smc', 'The right to call secure firmware.', { capability: ['badge'] }),
];

const kindOf: ReadonlyMap<string, ObjectKind> = new Map(
  objectKinds.map((kind) => [kind.type, kind]),
);

export const objectKind = (word: string): ObjectKind | undefined => kindOf.get(word);

export const isArchitecture = (word: string): word is CapdlArchitecture =>
  (architectures as readonly string[]).includes(word);

/** What `vspace` of a TCB and the slots of an ASID pool take. */
export const vspaceRoots: Readonly<Record<CapdlArchitecture, readonly CapdlObjectType[]>> = {
  ia32: ['pd'],
  arm11: ['pd'],
  x86_64: ['pml4'],
  aarch64: ['pgd', 'pud'],
  riscv: ['pt'],
};

/** riscv is 32 or 64 bits wide: our kernel is the former. */
export const wordBits: Readonly<Record<CapdlArchitecture, number>> = {
  ia32: 32,
  arm11: 32,
  x86_64: 64,
  aarch64: 64,
  riscv: 32,
};

type Columns = Partial<Omit<ObjectKind, 'type' | 'architectures' | 'sentence'>>;

function plain(type: CapdlObjectType, sentence: string, columns: Columns): ObjectKind {
  return only(['ia32', 'arm11', 'x86_64', 'aarch64', 'riscv'], type, sentence, columns);
}

function only(
  where: readonly CapdlArchitecture[],
  type: CapdlObjectType,
  sentence: string,
  columns: Columns,
): ObjectKind {
  return {
    type,
    architectures: where,
    sentence,
    parameters: [],
    required: [],
    capability: [],
    holds: () => undefined,
    ...columns,
  };
}

function fixed(bits: number) {
  return (): ObjectSize => ({ bits, leastBits: bits });
}

function is64(architecture: CapdlArchitecture): boolean {
  return architecture === 'x86_64' || architecture === 'aarch64';
}
