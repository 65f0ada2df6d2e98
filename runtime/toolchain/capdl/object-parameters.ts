/**
 * The parameters of objects: what each word means and what value it takes. `check-declaration.ts` checks a
 * list by it; hover and completion read the sentences.
 */
import type { CapdlArchitecture } from './spec.js';
import type { ObjectNode, ParameterNode, ValueNode } from './tree.js';

export interface ParameterRow {
  readonly word: string;
  readonly value: 'number' | 'numbers' | 'boolean' | 'trigger' | 'range' | 'size' | 'pci' | 'fills';
  readonly sentence: string;
  /** capDL-tool lets it be repeated and takes the first. */
  readonly mayRepeat?: boolean;
  readonly most?: number;
  readonly only?: 'sparrow' | 'upstream';
}

export const objectParameters: readonly ParameterRow[] = [
  number('bits', 'log2 of its size in bytes; of a CNode of the number of its slots: `12 bits`.'),
  { word: 'size', value: 'size', sentence: 'Its size: `4k` or `4M`.' },
  number('paddr', 'Its physical address.'),
  tcb('addr', 'Virtual address of the IPC buffer.'),
  tcb('ip', 'Virtual address of the first instruction.'),
  tcb('sp', 'Virtual address at which the stack begins; it grows downwards.'),
  { ...tcb('prio', 'Its priority, 0 to 255; the highest runs.'), most: 255 },
  { ...tcb('max_prio', 'The highest priority that it may give to a thread.'), most: 255 },
  tcb('affinity', 'The core that it runs on.'),
  {
    word: 'resume',
    value: 'boolean',
    sentence: 'Whether it runs once the system is created; True without it.',
    mayRepeat: true,
  },
  {
    word: 'fpu_disabled',
    value: 'boolean',
    sentence: 'Whether it does without the floating point unit.',
    mayRepeat: true,
    only: 'upstream',
  },
  {
    word: 'init',
    value: 'numbers',
    sentence: 'Words that it finds in its argument registers: `[1, 2]`.',
  },
  { ...number('dom', 'Its scheduling domain.'), most: 255 },
  number('fault_ep', 'CPtr of its fault endpoint in its own CSpace; before MCS.'),
  {
    word: 'fill',
    value: 'fills',
    sentence:
      'What is in it at the start: `[{offset length CDL_FrameFill_FileData "file" offset}]`.',
  },
  repeated('period', 'Microseconds after which the budget is there again.'),
  repeated('budget', 'Microseconds of processor time in a period.'),
  repeated('data', 'A word that a timeout fault carries.'),
  number('asid_high', 'Which pool of the ASID table it is.'),
  {
    word: 'untyped',
    value: 'boolean',
    sentence: 'Whether the root server hands its spare memory to this CNode.',
    only: 'sparrow',
  },
  number('level', 'Its level, 1 to 3.'),
  { word: 'ports', value: 'range', sentence: 'The first and the last port: `[0x60..0x64]`.' },
  number('domainID', 'The domain of the IOMMU.'),
  { word: 'pci', value: 'pci', sentence: 'The device: `bus:device.function`.' },
  number('iospace', 'The number of the IO space.'),
  number('bank', 'The number of the context bank.'),
  repeated('ioapic_num', 'The I/O APIC.'),
  repeated('ioapic_pin', 'The pin of the I/O APIC.'),
  repeated('ioapic_level', 'Level (1) or edge (0).'),
  repeated('ioapic_polarity', 'Low (1) or high (0).'),
  repeated('msi_handle', 'The handle of the interrupt.'),
  repeated('msi_pci_bus', 'The bus of the PCI device.'),
  repeated('msi_pci_dev', 'The PCI device on its bus.'),
  repeated('msi_pci_fun', 'The function of the PCI device.'),
  {
    word: 'trigger',
    value: 'trigger',
    sentence: '`level` or `edge`.',
    mayRepeat: true,
  },
  repeated('target', 'The core that takes the interrupt.'),
  number('irq', 'The number of the interrupt that is sent.'),
];

const rows: ReadonlyMap<string, ParameterRow> = new Map(
  objectParameters.map((row) => [row.word, row]),
);

export const objectParameter = (word: string): ParameterRow | undefined => rows.get(word);

/** The first of that word, as capDL-tool takes it. */
export const parameterOf = (
  { parameters }: Pick<ObjectNode, 'parameters'>,
  word: string,
): ParameterNode | undefined => {
  for (const parameter of parameters) if (parameter.word === word) return parameter;
  return undefined;
};

export function numberParameter(
  node: Pick<ObjectNode, 'parameters'>,
  word: string,
): number | bigint | undefined {
  const value = parameterOf(node, word)?.value;
  return value?.kind === 'number' ? value.value : undefined;
}

export const valueOf = (value: ValueNode | undefined): bigint | undefined =>
  value?.kind === 'number' ? BigInt(value.value) : undefined;

/** log2 of the bytes of a frame; undefined without a size or with one that is no power of two. */
export function frameSizeBits(node: Pick<ObjectNode, 'parameters'>): number | undefined {
  const bits = Math.log2(frameSize(node) ?? 0);
  return Number.isInteger(bits) ? bits : undefined;
}

export function frameSize(node: Pick<ObjectNode, 'parameters'>): number | undefined {
  const value = parameterOf(node, 'size')?.value;
  if (value?.kind !== 'pair' || value.second.kind !== 'word') return undefined;
  return Number(value.first.value) * (value.second.text === 'M' ? 2 ** 20 : 2 ** 10);
}

/** log2 of the sizes of frames that the kernel has, in any configuration. */
export const frameSizes: Readonly<Record<CapdlArchitecture, readonly number[]>> = {
  ia32: [12, 21, 22],
  arm11: [12, 16, 20, 21, 24, 25],
  x86_64: [12, 21, 30],
  aarch64: [12, 21, 30],
  riscv: [12, 21, 22, 30],
};

function number(word: string, sentence: string): ParameterRow {
  return { word, value: 'number', sentence };
}

function repeated(word: string, sentence: string): ParameterRow {
  return { word, value: 'number', sentence, mayRepeat: true };
}

function tcb(word: string, sentence: string): ParameterRow {
  return repeated(word, sentence);
}
