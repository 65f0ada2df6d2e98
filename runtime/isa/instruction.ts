/**
 * The shape of one row of the instruction table. Everything that knows an instruction (decoder,
 * encoder, printer, interpreter, translator, hover) reads it from there and nowhere else.
 */
export type Extension = 'I' | 'M' | 'A' | 'C' | 'Zicsr' | 'Zifencei' | 'Privileged';

/** How operand values sit in the instruction word; one packing function pair each in `format.ts`. */
export type Format =
  | 'R'
  | 'I'
  | 'shift'
  | 'load'
  | 'jalr'
  | 'S'
  | 'B'
  | 'U'
  | 'J'
  | 'csr'
  | 'csrImmediate'
  | 'fence'
  | 'amo'
  | 'loadReserved'
  | 'sfence'
  | 'fixed'
  | 'CR'
  | 'CR1'
  | 'CI'
  | 'CI16SP'
  | 'CLUI'
  | 'CSHIFT'
  | 'CISP'
  | 'CSS'
  | 'CIW'
  | 'CL'
  | 'CS'
  | 'CA'
  | 'CB'
  | 'CBSHIFT'
  | 'CBI'
  | 'CJ';

export interface Instruction {
  /** The assembler's mnemonic: `addi`, `amoswap.w`, `c.lwsp`. Suffixes `.aq`, `.rl` are operands. */
  readonly name: string;
  readonly extension: Extension;
  readonly lengthBytes: 2 | 4;
  /** `(word & mask) === match` selects the row; rows are ordered so that the first match is right. */
  readonly match: number;
  readonly mask: number;
  readonly format: Format;
  /**
   * The operand syntax, in the order and spelling of GNU as: `rd, rs1, imm`, `rd, imm(rs1)`,
   * `rs1, rs2, target`. Parser, printer and completion read it.
   */
  readonly syntax: string;
  /**
   * What it does, in the expression notation of `isa/README` at the top of `table.ts`; the
   * interpreter is made from it, and the translator will be.
   */
  readonly execute: string;
  /** One or two sentences for a hover: what it does and what it is for. */
  readonly doc: string;
  /** Section of the unprivileged (U) or privileged (P) manual. */
  readonly source: string;
}

/** Operand values of one instruction; those that the format lacks are 0. */
export interface Operands {
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  /** Sign-extended where the format is signed; a byte offset for branches and jumps; uimm for csr…i; the 20-bit field shifted left by 12 for U formats. */
  readonly imm: number;
  readonly csr: number;
  /** Bit 1 acquire, bit 0 release. */
  readonly ordering: number;
}

export interface Decoded extends Operands {
  readonly row: Instruction;
}
