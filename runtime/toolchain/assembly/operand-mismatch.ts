/**
 * What is wrong with an instruction that fits no form: an unknown mnemonic, the wrong number of operands,
 * or an operand of the wrong shape. Each message shows how the instruction is written.
 */
import { registers } from '../../isa/registers.js';
import type { Cursor } from './cursor.js';
import type { Expression } from './expression.js';
import { mnemonics, type Form, type Part } from './forms.js';
import type { Operand } from './operand.js';
import { nearestName } from '../text/suggest.js';
import type { Token } from './token.js';
import type { InstructionContext } from './emit.js';

export function reportUnknown({ cursor }: InstructionContext, mnemonic: Token): void {
  const { text } = mnemonic;
  const guess = nearestName(text.toLowerCase(), mnemonics);
  const hint = guess === undefined ? '' : `; did you mean \`${guess}\`?`;
  cursor.mark(mnemonic, 'mnemonic');
  cursor.problemAt(
    mnemonic,
    'unknown-instruction',
    `\`${text}\` is not an instruction or pseudo-instruction of RV32IMAC${hint === '' ? '.' : hint}`,
  );
}

/** No form fits: says what is wrong with the one that comes nearest. */
export function reportMismatch(
  cursor: Cursor,
  mnemonic: Token,
  forms: readonly Form[],
  operands: readonly Operand[],
): void {
  const name = mnemonic.text;
  const syntaxes = [
    ...new Set(forms.map(({ syntax }) => `\`${name}${syntax === '' ? '' : ` ${syntax}`}\``)),
  ];
  const counted = forms.filter(({ parts }) => parts.length === operands.length);
  if (counted.length === 0) {
    const counts = [...new Set(forms.map(({ parts }) => parts.length))].sort((a, b) => a - b);
    const found = operands.length === 0 ? 'none was found' : `${operands.length} were found`;
    const place = operands.at(Math.max(...counts))?.place();
    const message = `\`${name}\` takes ${counts.join(' or ')} operand${counts.at(-1) === 1 ? '' : 's'}, but ${operands.length === 1 ? 'one was found' : found}: ${syntaxes.join(', ')}.`;
    if (place) cursor.problemAtPlace(place, 'operand-count', message);
    else cursor.problemAt(mnemonic, 'operand-count', message);
    return;
  }
  const matched = counted.map((form) =>
    form.parts.findIndex((part, index) => {
      const operand = operands[index];
      return operand === undefined || !fits(part, operand);
    }),
  );
  const furthest = Math.max(...matched);
  const wanted = counted
    .filter((_, index) => matched[index] === furthest)
    .map(({ parts }) => parts[furthest]);
  const operand = operands[furthest];
  if (operand === undefined) return;
  const expected = [...new Set(wanted.map(describePart))].join(' or ');
  if (
    operand.kind === 'value' &&
    operand.name !== undefined &&
    wanted.some((part) => part === 'rd' || part === 'rs1' || part === 'rs2')
  ) {
    const guess = nearestName(operand.name.text, registerNames);
    cursor.problemAtPlace(
      operand.place(),
      'unknown-register',
      `\`${operand.name.text}\` is not a register${guess === undefined ? '' : `; did you mean \`${guess}\`?`} ${expected.charAt(0).toUpperCase()}${expected.slice(1)} was expected: ${syntaxes.join(', ')}.`.replace(
        'register A',
        'register. A',
      ),
    );
    return;
  }
  cursor.problemAtPlace(
    operand.place(),
    'operand-shape',
    `${describeOperand(operand)} was found where ${expected} was expected: ${syntaxes.join(', ')}.`,
  );
}

const registerNames: readonly string[] = registers.flatMap(({ name, abiName }) => [name, abiName]);

function describeOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'register':
      return `The register \`${operand.token.text}\``;
    case 'address':
      return 'An address with a base register';
    case 'value':
      return operand.name === undefined ? 'A number' : `The symbol \`${operand.name.text}\``;
  }
}

function describePart(part: Part | undefined): string {
  switch (part) {
    case 'rd':
    case 'rs1':
    case 'rs2':
      return 'a register';
    case 'sp':
      return 'the register `sp`';
    case 'imm':
    case 'constant':
      return 'a number';
    case 'imm(rs1)':
      return 'an address `offset(register)`';
    case '(rs1)':
      return 'an address `(register)` without an offset';
    case 'imm(sp)':
      return 'an address `offset(sp)`';
    case 'target':
    case 'symbol':
      return 'a label';
    case 'csr':
      return 'a CSR';
    case 'pred':
    case 'succ':
    case undefined:
      return 'a set of accesses such as `rw`';
  }
}

export function fits(part: Part, operand: Operand): boolean {
  switch (part) {
    case 'rd':
    case 'rs1':
    case 'rs2':
      return operand.kind === 'register';
    case 'sp':
      return operand.kind === 'register' && operand.number === 2;
    case 'imm(rs1)':
      return operand.kind === 'address';
    case '(rs1)':
      return operand.kind === 'address' && isZero(operand.expression);
    case 'imm(sp)':
      return operand.kind === 'address' && operand.base === 2;
    case 'imm':
    case 'constant':
    case 'csr':
    case 'pred':
    case 'succ':
    case 'target':
    case 'symbol':
      return operand.kind === 'value';
  }
}

export const isZero = (expression: Expression | undefined): boolean =>
  expression === undefined || (expression.kind === 'number' && expression.value === 0n);
