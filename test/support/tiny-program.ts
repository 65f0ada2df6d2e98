/**
 * A few instructions as bytes, for tests of the machine that should not depend on the assembler. Operands
 * are in GNU order; `name:` is a label for branches; numbers are in any JavaScript notation; `li` makes any
 * constant, `la` the address of a label. There is nothing else: no directives, no expressions.
 */
import assert from 'node:assert/strict';
import { findCsr } from '../../runtime/isa/csrs.js';
import { encode, findInstruction } from '../../runtime/isa/encode.js';
import type { Operands } from '../../runtime/isa/instruction.js';
import { findRegister } from '../../runtime/isa/registers.js';

export function tinyProgram(source: string): Uint8Array {
  const labels = new Map<string, number>();
  const lines: string[] = [];
  for (const text of source.split('\n').map((line) => line.trim())) {
    if (text === '') continue;
    const label = /^(\w+):$/.exec(text)?.[1];
    if (label !== undefined) labels.set(label, 4 * lines.length);
    else if (text.startsWith('li ')) lines.push(...loadConstant(text));
    else if (text.startsWith('la ')) lines.push(...loadAddress(text));
    else lines.push(text);
  }
  const words = lines.map((line, index) => encodeLine(line, 4 * index, labels));
  return new Uint8Array(Uint32Array.from(words).buffer);
}

/** Always two instructions, so that addresses are easy to count. */
function loadConstant(text: string): string[] {
  const [, register, constant] = /^li (\w+), (\S+)$/.exec(text) ?? assert.fail(text);
  const value = Number(constant) | 0;
  const low = (value << 20) >> 20;
  return [
    `lui ${register ?? ''}, ${((value - low) >>> 12).toString()}`,
    `addi ${register ?? ''}, ${register ?? ''}, ${low.toString()}`,
  ];
}

function loadAddress(text: string): string[] {
  const [, register = '', label = ''] = /^la (\w+), (\w+)$/.exec(text) ?? assert.fail(text);
  return [`auipc ${register}, 0`, `addi ${register}, ${register}, ${label}`];
}

function encodeLine(line: string, address: number, labels: ReadonlyMap<string, number>): number {
  const [, name = '', operandText = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  const row = findInstruction(name) ?? assert.fail(`no instruction ${name}`);
  const texts = operandText === '' ? [] : operandText.split(/\s*,\s*/);
  const operands: { -readonly [Key in keyof Operands]?: number } = {};
  const syntax = row.syntax === '' ? [] : row.syntax.split(', ');
  syntax.forEach((kind, index) => {
    const text = texts[index] ?? assert.fail(`${line}: ${kind} is missing`);
    switch (kind) {
      case 'rd':
      case 'rs1':
      case 'rs2':
        operands[kind] = registerNumber(text);
        break;
      case 'imm':
        // The label of a `la` counts from the auipc, the instruction before.
        operands.imm = labels.has(text)
          ? (labels.get(text) ?? 0) - (address - 4)
          : row.format === 'U'
            ? Number(text) << 12
            : Number(text);
        break;
      case 'imm(rs1)':
      case '(rs1)': {
        const [, imm, register] = /^(.*)\((\w+)\)$/.exec(text) ?? assert.fail(line);
        if (kind === 'imm(rs1)') operands.imm = Number(imm);
        operands.rs1 = registerNumber(register ?? '');
        break;
      }
      case 'target':
        operands.imm = (labels.get(text) ?? assert.fail(`no label ${text}`)) - address;
        break;
      case 'csr':
        operands.csr = (findCsr(text) ?? assert.fail(`no CSR ${text}`)).number;
        break;
      default:
        assert.fail(`${line}: operand ${kind}`);
    }
  });
  const encoded = encode(row, operands);
  return encoded.ok ? encoded.value : assert.fail(`${line}: ${encoded.error.message}`);
}

const registerNumber = (text: string): number =>
  (findRegister(text) ?? assert.fail(`no register ${text}`)).number;
