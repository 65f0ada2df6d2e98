/**
 * Where each format keeps its operands. One description per format serves both directions, so that
 * packing and unpacking cannot disagree. Unprivileged manual 2.3 (wide) and 16.2 (compressed).
 */
import { bits, signExtend } from '../base/bits.js';
import type { Format, Operands } from './instruction.js';

/** Bits wordHigh:wordLow of the instruction hold the operand's bits from operandLow upwards. */
type Piece = readonly [wordHigh: number, wordLow: number, operandLow: number];

export interface Field {
  readonly operand: keyof Operands;
  readonly pieces: readonly Piece[];
  /** Lowest and highest value, inclusive, and the step between values. */
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly signed: boolean;
  /** Values that have another meaning or none: with one of them the word is not this instruction. */
  readonly except: readonly number[];
}

export interface Layout {
  readonly fields: readonly Field[];
  /** Operands that no field holds: x2 for stack-relative forms, the destination that is also a source. */
  readonly implied?: (word: number, rd: number) => Partial<Operands>;
}

const field = (
  operand: keyof Operands,
  pieces: readonly Piece[],
  range: Pick<Field, 'low' | 'high' | 'signed'> & Partial<Field>,
): Field => ({ operand, pieces, step: 1, except: [], ...range });

type RegisterOperand = 'rd' | 'rs1' | 'rs2';

const register = (operand: RegisterOperand, low: number, except: readonly number[] = []): Field =>
  field(operand, [[low + 4, low, 0]], { low: 0, high: 31, signed: false, except });

/** The three-bit register numbers of compressed formats stand for x8 to x15. */
const popular = (operand: RegisterOperand, low: number): Field =>
  field(operand, [[low + 2, low, 0]], { low: 8, high: 15, signed: false });

/** An immediate of `width` significant bits, of which the lowest set bit is worth `step`. */
const signed = (width: number, pieces: readonly Piece[], step = 1): Field =>
  field('imm', pieces, {
    low: -(2 ** (width - 1)),
    high: 2 ** (width - 1) - step,
    step,
    signed: true,
  });

const unsigned = (width: number, pieces: readonly Piece[], step = 1): Field =>
  field('imm', pieces, { low: 0, high: 2 ** width - step, step, signed: false });

const notZero = (other: Field): Field => ({ ...other, except: [...other.except, 0] });

const rd = register('rd', 7);
const rs1 = register('rs1', 15);
const rs2 = register('rs2', 20);
const csr = field('csr', [[31, 20, 0]], { low: 0, high: 0xfff, signed: false });
const ordering = field('ordering', [[26, 25, 0]], { low: 0, high: 3, signed: false });
const immediate = signed(12, [[31, 20, 0]]);
const six: readonly Piece[] = [
  [12, 12, 5],
  [6, 2, 0],
];
const popularOffset = unsigned(
  7,
  [
    [12, 10, 3],
    [6, 6, 2],
    [5, 5, 6],
  ],
  4,
);
const rdIsSource = (_word: number, rd: number): Partial<Operands> => ({ rs1: rd });
const stackPointer = 2;

export const layouts: Readonly<Record<Format, Layout>> = {
  R: { fields: [rd, rs1, rs2] },
  I: { fields: [rd, rs1, immediate] },
  shift: { fields: [rd, rs1, unsigned(5, [[24, 20, 0]])] },
  load: { fields: [rd, rs1, immediate] },
  jalr: { fields: [rd, rs1, immediate] },
  S: {
    fields: [
      rs1,
      rs2,
      signed(12, [
        [31, 25, 5],
        [11, 7, 0],
      ]),
    ],
  },
  B: {
    fields: [
      rs1,
      rs2,
      signed(
        13,
        [
          [31, 31, 12],
          [30, 25, 5],
          [11, 8, 1],
          [7, 7, 11],
        ],
        2,
      ),
    ],
  },
  U: { fields: [rd, signed(32, [[31, 12, 12]], 4096)] },
  J: {
    fields: [
      rd,
      signed(
        21,
        [
          [31, 31, 20],
          [30, 21, 1],
          [20, 20, 11],
          [19, 12, 12],
        ],
        2,
      ),
    ],
  },
  csr: { fields: [rd, rs1, csr] },
  csrImmediate: { fields: [rd, csr, unsigned(5, [[19, 15, 0]])] },
  // rd, rs1 and the mode bits are reserved for finer fences, and "base implementations shall ignore these fields" (2.7).
  fence: { fields: [rd, rs1, unsigned(12, [[31, 20, 0]])] },
  amo: { fields: [rd, rs1, rs2, ordering] },
  loadReserved: { fields: [rd, rs1, ordering] },
  sfence: { fields: [rs1, rs2] },
  fixed: { fields: [] },
  CR: {
    // rs2 = x0 is c.jr, c.jalr or c.ebreak. Bit 12 tells c.add, which reads rd, from c.mv.
    fields: [rd, register('rs2', 2, [0])],
    implied: (word, rd) => ({ rs1: bits(word, 12, 12) === 1 ? rd : 0 }),
  },
  CR1: {
    // Bit 12 tells c.jalr, which links to ra, from c.jr. rs1 = x0 is reserved or c.ebreak.
    fields: [register('rs1', 7, [0])],
    implied: (word) => ({ rd: bits(word, 12, 12) }),
  },
  CI: {
    // Bit 14 tells c.li, which adds to zero, from c.addi.
    fields: [rd, signed(6, six)],
    implied: (word, rd) => ({ rs1: bits(word, 14, 14) === 1 ? 0 : rd }),
  },
  CI16SP: {
    fields: [
      notZero(
        signed(
          10,
          [
            [12, 12, 9],
            [6, 6, 4],
            [5, 5, 6],
            [4, 3, 7],
            [2, 2, 5],
          ],
          16,
        ),
      ),
    ],
    implied: () => ({ rd: stackPointer, rs1: stackPointer }),
  },
  CLUI: {
    // With sp it is c.addi16sp.
    fields: [
      register('rd', 7, [stackPointer]),
      notZero(
        signed(
          18,
          [
            [12, 12, 17],
            [6, 2, 12],
          ],
          4096,
        ),
      ),
    ],
  },
  CSHIFT: { fields: [rd, unsigned(5, [[6, 2, 0]])], implied: rdIsSource },
  CISP: {
    fields: [
      notZero(rd),
      unsigned(
        8,
        [
          [12, 12, 5],
          [6, 4, 2],
          [3, 2, 6],
        ],
        4,
      ),
    ],
    implied: () => ({ rs1: stackPointer }),
  },
  CSS: {
    fields: [
      register('rs2', 2),
      unsigned(
        8,
        [
          [12, 9, 2],
          [8, 7, 6],
        ],
        4,
      ),
    ],
    implied: () => ({ rs1: stackPointer }),
  },
  CIW: {
    fields: [
      popular('rd', 2),
      notZero(
        unsigned(
          10,
          [
            [12, 11, 4],
            [10, 7, 6],
            [6, 6, 2],
            [5, 5, 3],
          ],
          4,
        ),
      ),
    ],
    implied: () => ({ rs1: stackPointer }),
  },
  CL: { fields: [popular('rd', 2), popular('rs1', 7), popularOffset] },
  CS: { fields: [popular('rs2', 2), popular('rs1', 7), popularOffset] },
  CA: { fields: [popular('rd', 7), popular('rs2', 2)], implied: rdIsSource },
  CB: {
    fields: [
      popular('rs1', 7),
      signed(
        9,
        [
          [12, 12, 8],
          [11, 10, 3],
          [6, 5, 6],
          [4, 3, 1],
          [2, 2, 5],
        ],
        2,
      ),
    ],
  },
  CBSHIFT: { fields: [popular('rd', 7), unsigned(5, [[6, 2, 0]])], implied: rdIsSource },
  CBI: { fields: [popular('rd', 7), signed(6, six)], implied: rdIsSource },
  CJ: {
    // Bit 15 tells c.j from c.jal, which links to ra.
    fields: [
      signed(
        12,
        [
          [12, 12, 11],
          [11, 11, 4],
          [10, 9, 8],
          [8, 8, 10],
          [7, 7, 6],
          [6, 6, 7],
          [5, 3, 1],
          [2, 2, 5],
        ],
        2,
      ),
    ],
    implied: (word) => ({ rd: bits(word, 15, 15) === 1 ? 0 : 1 }),
  },
};

/** The bits of the word that hold the operands; the rest is the row's `match`. Values must be in range. */
export function packOperands(format: Format, operands: Partial<Operands>): number {
  let word = 0;
  for (const { operand, pieces } of layouts[format].fields) {
    const value = operands[operand] ?? 0;
    for (const [high, low, operandLow] of pieces) {
      word |= bits(value, operandLow + high - low, operandLow) << low;
    }
  }
  return word;
}

/** The operands in the word, or undefined where a field has a value that is reserved for another instruction. */
export function unpackOperands(format: Format, word: number): Operands | undefined {
  const layout = layouts[format];
  const operands = { rd: 0, rs1: 0, rs2: 0, imm: 0, csr: 0, ordering: 0 };
  for (const { operand, pieces, low, high, signed, except } of layout.fields) {
    let value = 0;
    for (const [wordHigh, wordLow, operandLow] of pieces) {
      value |= bits(word, wordHigh, wordLow) << operandLow;
    }
    if (signed) value = signExtend(value, Math.log2(-low) + 1);
    else if (low > 0) value |= high & low;
    if (except.includes(value)) return undefined;
    operands[operand] = value;
  }
  return { ...operands, ...layout.implied?.(word, operands.rd) };
}
