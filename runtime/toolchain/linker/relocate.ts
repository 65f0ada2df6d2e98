/**
 * Applies one relocation to bytes: computes the value by the psABI's formula and puts it into the
 * field, or says why it does not fit. S is the symbol, A the addend, P the place.
 * RISC-V psABI, chapter "Relocations"; bit layouts from the ISA manual, section 2.3 and chapter 16.
 */
import { bits, signExtend } from '../../base/bits.js';
import type { RelocationType } from '../object-file.js';

export interface RelocationSite {
  /** The section's bytes, changed in place. */
  readonly view: DataView;
  readonly offset: number;
  /** P: the address of the place. */
  readonly place: number;
}

/** How many bytes a relocation changes, so that a caller can check that they are there. */
export function relocationSizeBytes(type: RelocationType): number {
  switch (type) {
    case 'R_RISCV_NONE':
    case 'R_RISCV_ALIGN':
    case 'R_RISCV_RELAX':
      return 0;
    case 'R_RISCV_ADD8':
    case 'R_RISCV_SUB8':
    case 'R_RISCV_SUB6':
    case 'R_RISCV_SET6':
    case 'R_RISCV_SET8':
      return 1;
    case 'R_RISCV_ADD16':
    case 'R_RISCV_SUB16':
    case 'R_RISCV_SET16':
    case 'R_RISCV_RVC_BRANCH':
    case 'R_RISCV_RVC_JUMP':
    case 'R_RISCV_RVC_LUI':
      return 2;
    case 'R_RISCV_CALL':
    case 'R_RISCV_CALL_PLT':
      return 8;
    case 'R_RISCV_32':
    case 'R_RISCV_BRANCH':
    case 'R_RISCV_JAL':
    case 'R_RISCV_PCREL_HI20':
    case 'R_RISCV_PCREL_LO12_I':
    case 'R_RISCV_PCREL_LO12_S':
    case 'R_RISCV_HI20':
    case 'R_RISCV_LO12_I':
    case 'R_RISCV_LO12_S':
    case 'R_RISCV_ADD32':
    case 'R_RISCV_SUB32':
    case 'R_RISCV_SET32':
    case 'R_RISCV_32_PCREL':
    case 'R_RISCV_GPREL_I':
    case 'R_RISCV_GPREL_S':
      return 4;
  }
}

/**
 * `value` is S + A, for the two GPREL less gp; for the two PCREL_LO12 it is the offset that the matching auipc computes (S + A - P
 * of its PCREL_HI20). Undefined when it was applied; else a phrase for "The offset …".
 */
export function applyRelocation(
  type: RelocationType,
  { view, offset, place }: RelocationSite,
  value: number,
): string | undefined {
  const relative = (value - place) | 0;
  const word = (): number => view.getUint32(offset, true);
  const setWord = (bitsToSet: number): void => {
    view.setUint32(offset, bitsToSet, true);
  };
  const setHalf = (bitsToSet: number): void => {
    view.setUint16(offset, bitsToSet, true);
  };
  switch (type) {
    case 'R_RISCV_NONE':
    case 'R_RISCV_ALIGN':
    case 'R_RISCV_RELAX':
      return undefined;
    case 'R_RISCV_32':
    case 'R_RISCV_SET32':
      setWord(value);
      return undefined;
    case 'R_RISCV_32_PCREL':
      setWord(relative);
      return undefined;
    case 'R_RISCV_BRANCH':
      setWord((word() & 0x01ff_f07f) | encodeBranch(relative));
      return unreachable(relative, 13);
    case 'R_RISCV_JAL':
      setWord((word() & 0xfff) | encodeJump(relative));
      return unreachable(relative, 21);
    case 'R_RISCV_RVC_BRANCH':
      setHalf((view.getUint16(offset, true) & 0xe383) | encodeCompressedBranch(relative));
      return unreachable(relative, 9);
    case 'R_RISCV_RVC_JUMP':
      setHalf((view.getUint16(offset, true) & 0xe003) | encodeCompressedJump(relative));
      return unreachable(relative, 12);
    case 'R_RISCV_CALL':
    case 'R_RISCV_CALL_PLT':
      setWord((word() & 0xfff) | highPart(relative));
      view.setUint32(
        offset + 4,
        (view.getUint32(offset + 4, true) & 0x000f_ffff) | (relative << 20),
        true,
      );
      return undefined;
    case 'R_RISCV_PCREL_HI20':
      setWord((word() & 0xfff) | highPart(relative));
      return undefined;
    case 'R_RISCV_HI20':
      setWord((word() & 0xfff) | highPart(value));
      return undefined;
    case 'R_RISCV_RVC_LUI':
      setHalf((view.getUint16(offset, true) & 0xef83) | encodeCompressedUpper(value));
      return undefined;
    case 'R_RISCV_PCREL_LO12_I':
    case 'R_RISCV_LO12_I':
    case 'R_RISCV_GPREL_I':
      setWord((word() & 0x000f_ffff) | (value << 20));
      return undefined;
    case 'R_RISCV_PCREL_LO12_S':
    case 'R_RISCV_LO12_S':
    case 'R_RISCV_GPREL_S':
      setWord((word() & 0x01ff_f07f) | (bits(value, 11, 5) << 25) | (bits(value, 4, 0) << 7));
      return undefined;
    case 'R_RISCV_ADD8':
      view.setUint8(offset, view.getUint8(offset) + value);
      return undefined;
    case 'R_RISCV_ADD16':
      setHalf(view.getUint16(offset, true) + value);
      return undefined;
    case 'R_RISCV_ADD32':
      setWord(word() + value);
      return undefined;
    case 'R_RISCV_SUB8':
      view.setUint8(offset, view.getUint8(offset) - value);
      return undefined;
    case 'R_RISCV_SUB16':
      setHalf(view.getUint16(offset, true) - value);
      return undefined;
    case 'R_RISCV_SUB32':
      setWord(word() - value);
      return undefined;
    // Six bits share their byte with the opcode of a call frame instruction (DW_CFA_advance_loc).
    case 'R_RISCV_SUB6':
      view.setUint8(
        offset,
        (view.getUint8(offset) & 0xc0) | ((view.getUint8(offset) - value) & 0x3f),
      );
      return undefined;
    case 'R_RISCV_SET6':
      view.setUint8(offset, (view.getUint8(offset) & 0xc0) | (value & 0x3f));
      return undefined;
    case 'R_RISCV_SET8':
      view.setUint8(offset, value);
      return undefined;
    case 'R_RISCV_SET16':
      setHalf(value);
      return undefined;
  }
}

/**
 * The upper 20 bits, rounded so that adding the sign-extended lower 12 gives the value back:
 * 0x1800 is 0x2000 - 0x800.
 */
const highPart = (value: number): number => (value + 0x800) & 0xffff_f000;

const encodeBranch = (offset: number): number =>
  (bits(offset, 12, 12) << 31) |
  (bits(offset, 10, 5) << 25) |
  (bits(offset, 4, 1) << 8) |
  (bits(offset, 11, 11) << 7);

const encodeJump = (offset: number): number =>
  (bits(offset, 20, 20) << 31) |
  (bits(offset, 10, 1) << 21) |
  (bits(offset, 11, 11) << 20) |
  (bits(offset, 19, 12) << 12);

/** CB format: offset[8|4:3] in bits 12:10, offset[7:6|2:1|5] in bits 6:2. */
const encodeCompressedBranch = (offset: number): number =>
  (bits(offset, 8, 8) << 12) |
  (bits(offset, 4, 3) << 10) |
  (bits(offset, 7, 6) << 5) |
  (bits(offset, 2, 1) << 3) |
  (bits(offset, 5, 5) << 2);

/** CJ format: offset[11|4|9:8|10|6|7|3:1|5] in bits 12:2. */
const encodeCompressedJump = (offset: number): number =>
  (bits(offset, 11, 11) << 12) |
  (bits(offset, 4, 4) << 11) |
  (bits(offset, 9, 8) << 9) |
  (bits(offset, 10, 10) << 8) |
  (bits(offset, 6, 6) << 7) |
  (bits(offset, 7, 7) << 6) |
  (bits(offset, 3, 1) << 3) |
  (bits(offset, 5, 5) << 2);

/** CI format of c.lui: imm[17] in bit 12, imm[16:12] in bits 6:2. */
const encodeCompressedUpper = (value: number): number =>
  (bits(highPart(value), 17, 17) << 12) | (bits(highPart(value), 16, 12) << 2);

/** `width` counts the offset's bits with bit 0, which is always 0 and not encoded. */
function unreachable(offset: number, width: number): string | undefined {
  if ((offset & 1) !== 0) return `${offset} is odd; instructions begin at even addresses`;
  if (signExtend(offset, width) === offset) return undefined;
  const reach = 2 ** (width - 1);
  return `${offset} is out of range; this instruction reaches ${-reach} to ${reach - 2}`;
}
