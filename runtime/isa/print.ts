/**
 * From a decoded instruction to assembly text, in the style of objdump. With aliases (the default) a
 * compressed instruction is printed as the wide one that it stands for, as objdump does; without,
 * every row has its own name. Both forms can be assembled again.
 */
import { bit } from '../base/bits.js';
import { aliases } from './aliases.js';
import type { Alias } from './aliases.js';
import { expand, isHint } from './compressed.js';
import { csrNumbered } from './csrs.js';
import type { Decoded, Operands } from './instruction.js';
import { registers } from './registers.js';

export interface PrintOptions {
  /** Print `ret` for `jalr zero,0(ra)` and wide names for compressed instructions; true when left out. */
  readonly aliases?: boolean;
}

/** `symbolize` names an address, such as `main+0x4`; the target is then printed with it in angle brackets. */
export function printInstruction(
  decoded: Decoded,
  pc: number,
  symbolize?: (address: number) => string | undefined,
  options: PrintOptions = {},
): string {
  // The wide form of a hint would be assembled into something else.
  const useAliases = options.aliases !== false && !isHint(decoded);
  const shown = useAliases ? expand(decoded) : decoded;
  const alias = useAliases ? aliasOf(decoded, shown) : undefined;
  const name = alias?.name ?? shown.row.name + orderingSuffix(shown.ordering);
  const syntax = alias?.syntax ?? shown.row.syntax;
  // The immediate of a c.nop hint is optional in the source and so not a part of its syntax.
  if (shown.row.name === 'c.nop' && shown.imm !== 0) return `${name} ${shown.imm}`;
  if (syntax === '') return name;
  const texts = syntax.split(', ').map((token) => printOperand(token, shown, pc, symbolize));
  return `${name} ${texts.join(',')}`;
}

const aliasesByName: ReadonlyMap<string, readonly Alias[]> = new Map(
  aliases.map(({ of }) => [of, aliases.filter((alias) => alias.of === of)]),
);

function aliasOf(decoded: Decoded, shown: Decoded): Alias | undefined {
  if (decoded.row.name === 'c.mv') return copyAlias;
  return aliasesByName.get(shown.row.name)?.find(({ fixed }) => fits(shown, fixed));
}

/** c.mv stands for an add with zero, which on its own is printed as add. */
const copyAlias: Alias = {
  name: 'mv',
  of: 'add',
  fixed: { rs1: 0 },
  syntax: 'rd, rs2',
  doc: 'Copies rs2 to rd.',
};

function fits(operands: Operands, fixed: Partial<Operands>): boolean {
  return (
    operands.rd === (fixed.rd ?? operands.rd) &&
    operands.rs1 === (fixed.rs1 ?? operands.rs1) &&
    operands.rs2 === (fixed.rs2 ?? operands.rs2) &&
    operands.imm === (fixed.imm ?? operands.imm) &&
    operands.csr === (fixed.csr ?? operands.csr)
  );
}

function printOperand(
  token: string,
  decoded: Decoded,
  pc: number,
  symbolize?: (address: number) => string | undefined,
): string {
  const { rd, rs1, rs2, imm, csr } = decoded;
  switch (token) {
    case 'rd':
      return registerName(rd);
    case 'rs1':
      return registerName(rs1);
    case 'rs2':
      return registerName(rs2);
    case 'sp':
      return 'sp';
    case '(rs1)':
      return `(${registerName(rs1)})`;
    case 'imm(rs1)':
    case 'imm(sp)':
      return `${imm}(${registerName(rs1)})`;
    case 'imm':
      return printImmediate(decoded);
    case 'csr':
      return csrNumbered(csr)?.name ?? `0x${csr.toString(16)}`;
    case 'pred':
      return printFenceSet(imm >>> 4);
    case 'succ':
      return printFenceSet(imm);
    case 'target':
      return printTarget((pc + imm) >>> 0, symbolize);
    default:
      return token;
  }
}

function printImmediate({ row, imm }: Decoded): string {
  switch (row.format) {
    case 'U':
    case 'CLUI':
      return `0x${(imm >>> 12).toString(16)}`;
    case 'shift':
    case 'CSHIFT':
    case 'CBSHIFT':
      return `0x${imm.toString(16)}`;
    default:
      return String(imm);
  }
}

function printTarget(address: number, symbolize?: (address: number) => string | undefined): string {
  const symbol = symbolize?.(address);
  const text = `0x${address.toString(16)}`;
  return symbol === undefined ? text : `${text} <${symbol}>`;
}

/** Bits 3 to 0 are device input, device output, memory reads and memory writes. */
function printFenceSet(set: number): string {
  const letters = ['i', 'o', 'r', 'w'].filter((_, index) => bit(set, 3 - index) === 1).join('');
  return letters === '' ? 'unknown' : letters;
}

const orderingSuffix = (ordering: number): string =>
  ordering === 0
    ? ''
    : `.${bit(ordering, 1) === 1 ? 'aq' : ''}${bit(ordering, 0) === 1 ? 'rl' : ''}`;

const registerName = (number: number): string => registers[number]?.abiName ?? `x${number}`;
