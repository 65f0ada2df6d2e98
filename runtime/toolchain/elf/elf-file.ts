/**
 * An ELF32 little-endian RISC-V file, decoded: what `read.ts` makes and everything else looks at.
 * Field names say what the value means; the numbers are those of the System V gABI, chapters 4 and 5,
 * and of the RISC-V psABI, chapter "ELF Object Files".
 */
export interface ElfFile {
  /** As the caller named it, for messages. */
  readonly path: string;
  readonly kind: 'executable' | 'relocatable';
  readonly entry: number;
  /** e_flags. */
  readonly flags: number;
  readonly segments: readonly ElfSegment[];
  /** By section header index; index 0 is the null section. */
  readonly sections: readonly ElfSection[];
  /** The whole of .symtab, by symbol index, with the null symbol at 0; empty for a stripped file. */
  readonly symbols: readonly ElfSymbol[];
}

/** A program header of type PT_LOAD. */
export interface ElfSegment {
  readonly virtualAddress: number;
  readonly physicalAddress: number;
  readonly bytes: Uint8Array;
  /** Where its bytes stand in the file. */
  readonly offset: number;
  readonly memorySizeBytes: number;
  readonly flags: number;
  /** Where the header stands in the file, for messages about it. */
  readonly headerOffset: number;
}

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  /** Where its bytes stand in the file. */
  readonly offset: number;
  /** Empty for SHT_NOBITS and SHT_NULL. */
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  readonly link: number;
  readonly info: number;
  readonly alignmentBytes: number;
  readonly headerOffset: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly value: number;
  readonly sizeBytes: number;
  readonly binding: number;
  readonly type: number;
  /** A section index or one of `sectionIndex`. */
  readonly section: number;
  /** Where the entry stands in the file. */
  readonly offset: number;
}

export const elfMagic = 0x464c_457f;
export const elfClass32 = 1;
export const elfDataLittleEndian = 1;
export const elfMachineRiscv = 243;
export const fileHeaderSizeBytes = 52;
export const programHeaderSizeBytes = 32;
export const sectionHeaderSizeBytes = 40;
export const symbolSizeBytes = 16;
export const relaSizeBytes = 12;

/** e_flags: the code uses compressed instructions. */
export const flagRvc = 1;

export const fileType = { relocatable: 1, executable: 2, shared: 3 } as const;
export const segmentType = { load: 1 } as const;
export const segmentFlag = { executable: 1, writable: 2, readable: 4 } as const;
export const sectionType = {
  null: 0,
  progbits: 1,
  symtab: 2,
  strtab: 3,
  rela: 4,
  note: 7,
  nobits: 8,
  rel: 9,
  initArray: 14,
  finiArray: 15,
  preinitArray: 16,
  riscvAttributes: 0x7000_0003,
} as const;
export const sectionFlag = {
  writable: 1,
  allocated: 2,
  executable: 4,
  compressed: 0x800,
  retained: 0x20_0000,
} as const;
export const sectionIndex = {
  undefined: 0,
  reserved: 0xff00,
  absolute: 0xfff1,
  common: 0xfff2,
} as const;
export const symbolBinding = { local: 0, global: 1, weak: 2 } as const;
export const symbolType = { none: 0, object: 1, function: 2, section: 3, file: 4 } as const;
