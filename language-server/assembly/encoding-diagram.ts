/**
 * How an instruction is encoded, as a small table in text: bit positions, what stands there, and the
 * bits of this very instruction when it is known. Read from isa/format.ts, so it shows what the
 * encoder does.
 */
import { layouts } from '../../runtime/isa/format.js';
import type { Instruction } from '../../runtime/isa/instruction.js';

interface Segment {
  readonly high: number;
  readonly low: number;
  /** `rs1`, `imm[11:5]`, or the bits themselves where the instruction fixes them. */
  readonly name: string;
}

export function encodingDiagram(row: Instruction, word?: number): string {
  const segments = segmentsOf(row);
  const rows = [
    segments.map(({ high, low }) => (high === low ? String(high) : `${high}:${low}`)),
    segments.map(({ name }) => name),
    ...(word === undefined ? [] : [segments.map((segment) => bitsOf(word, segment))]),
  ];
  const widths = segments.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' '))
    .map((line) => line.trimEnd())
    .join('\n');
}

function segmentsOf(row: Instruction): Segment[] {
  const segments: Segment[] = [];
  let bit = row.lengthBytes * 8 - 1;
  while (bit >= 0) {
    const segment = fieldAt(row, bit) ?? fixedAt(row, bit);
    segments.push(segment);
    bit = segment.low - 1;
  }
  return segments;
}

/** The piece of an operand whose highest bit stands here. */
function fieldAt(row: Instruction, bit: number): Segment | undefined {
  for (const { operand, pieces, low: lowest, high: highest } of layouts[row.format].fields) {
    for (const [high, low, operandLow] of pieces) {
      if (bit > high || bit < low) continue;
      const isRegister = operand === 'rd' || operand === 'rs1' || operand === 'rs2';
      // The three bits of a compressed register number stand for x8 to x15.
      if (isRegister)
        return { high, low, name: lowest === 8 && highest === 15 ? `${operand}'` : operand };
      if (operand === 'csr') return { high, low, name: 'csr' };
      if (operand === 'ordering') return { high, low, name: 'aq,rl' };
      const operandHigh = operandLow + high - low;
      const part = operandHigh === operandLow ? `${operandLow}` : `${operandHigh}:${operandLow}`;
      return { high, low, name: `imm[${part}]` };
    }
  }
  return undefined;
}

/** The run of fixed bits from here down; bits that are neither fixed nor an operand are `-`. */
function fixedAt(row: Instruction, high: number): Segment {
  let name = '';
  let bit = high;
  // A run ends where the manual's opcode field begins, which keeps funct3 and opcode apart.
  const stop = row.lengthBytes === 4 ? 6 : 1;
  while (bit >= 0 && fieldAt(row, bit) === undefined && (bit !== stop || bit === high)) {
    name += (row.mask >>> bit) & 1 ? String((row.match >>> bit) & 1) : '-';
    bit -= 1;
  }
  return { high, low: bit + 1, name };
}

function bitsOf(word: number, { high, low }: Segment): string {
  let text = '';
  for (let bit = high; bit >= low; bit -= 1) text += String((word >>> bit) & 1);
  return text;
}
