/**
 * The architectures that a system can be described for, by the names that seL4's build gives them
 * (`KernelSel4Arch`). capDL has fewer words: its `riscv` is one of two, and so is its `arm11`.
 */
import type { Range } from '../text/diagnostic.js';

export const architectureNames = [
  'riscv32',
  'riscv64',
  'aarch32',
  'arm_hyp',
  'aarch64',
  'ia32',
  'x86_64',
] as const;

export type ArchitectureName = (typeof architectureNames)[number];

/** What a system is for of which nobody said it; the emulated boards are of this one. */
export const boardArchitecture: ArchitectureName = 'riscv32';

/** One that was asked for, and where. */
export interface ChosenArchitecture {
  readonly name: ArchitectureName;
  /** Undefined on the command line. */
  readonly place: { readonly file: string; readonly range: Range } | undefined;
}

export const architectureNamed = (text: string | undefined): ArchitectureName | undefined =>
  architectureNames.find((name) => name === text);

/** How those that are wanted are called here, where somebody uses a word of capDL or of others; empty otherwise. */
export function namesLike(text: string): readonly ArchitectureName[] {
  return Object.hasOwn(otherWords, text) ? (otherWords[text] ?? []) : [];
}

const otherWords: Readonly<Record<string, readonly ArchitectureName[]>> = {
  riscv: ['riscv32', 'riscv64'],
  rv32: ['riscv32'],
  rv64: ['riscv64'],
  arm: ['aarch32', 'arm_hyp', 'aarch64'],
  arm11: ['aarch32', 'arm_hyp'],
  'arm-hyp': ['arm_hyp'],
  arm64: ['aarch64'],
  x86: ['ia32', 'x86_64'],
  i386: ['ia32'],
  x64: ['x86_64'],
  amd64: ['x86_64'],
};
