/**
 * The operands of an instruction as written, before it is known which form of the mnemonic is meant:
 * a register, an address `imm(reg)`, or an expression with an optional `%modifier`.
 */
import { findRegister } from '../../isa/registers.js';
import type { Place } from '../text/source-line.js';
import type { Cursor } from './cursor.js';
import { parseExpression, type Expression, type ExpressionNames } from './expression.js';
import { placeOfTokens, type Token } from './token.js';

export type Modifier = 'hi' | 'lo' | 'pcrel_hi' | 'pcrel_lo';

export type Operand =
  | {
      readonly kind: 'register';
      readonly number: number;
      readonly token: Token;
      readonly place: () => Place;
    }
  | {
      readonly kind: 'value';
      readonly expression: Expression;
      readonly modifier: Modifier | undefined;
      /** The operand when it is one name: it may be that of a CSR or of a fence set. */
      readonly name: Token | undefined;
      readonly place: () => Place;
    }
  | {
      readonly kind: 'address';
      readonly expression: Expression | undefined;
      readonly modifier: Modifier | undefined;
      readonly base: number;
      readonly place: () => Place;
    };

const supported: readonly string[] = ['hi', 'lo', 'pcrel_hi', 'pcrel_lo'];
const unsupported: readonly string[] = [
  'got_pcrel_hi',
  'tprel_hi',
  'tprel_lo',
  'tprel_add',
  'tls_ie_pcrel_hi',
  'tls_gd_pcrel_hi',
];

/** What a mnemonic lets its operands be. */
export interface OperandSyntax {
  /** GCC writes `call f@plt` under -fPIC; the suffix has no effect where there is one program. */
  readonly takesPlt: boolean;
}

export function parseOperands(
  cursor: Cursor,
  names: ExpressionNames,
  syntax: OperandSyntax = { takesPlt: false },
): Operand[] {
  const operands: Operand[] = [];
  if (cursor.atEnd()) return operands;
  for (;;) {
    operands.push(parseOperand(cursor, names));
    if (syntax.takesPlt && cursor.peek()?.text === '@' && cursor.peek(1)?.text === 'plt') {
      cursor.next('punctuation');
      cursor.next('modifier');
    }
    if (cursor.atEnd() || cursor.hasFailed()) return operands;
    if (!cursor.take(',')) {
      const previous = cursor.peek(-1);
      const hint =
        cursor.peek()?.kind === 'name' || cursor.peek()?.kind === 'number'
          ? 'a comma separates operands'
          : 'the statement should end or go on with a comma';
      cursor.problem(
        'syntax',
        `${cursor.found()} was found after \`${previous?.text ?? ''}\`: ${hint}.`,
      );
      cursor.skipAll();
      return operands;
    }
  }
}

function parseOperand(cursor: Cursor, names: ExpressionNames): Operand {
  const start = cursor.position();
  const first = cursor.peek();
  const place = (): Place =>
    placeOfTokens(
      cursor.statement,
      cursor.statement.tokens[start],
      cursor.statement.tokens[end - 1],
    );
  let end = start + 1;
  const register = first?.kind === 'name' ? findRegister(first.text) : undefined;
  if (first !== undefined && register !== undefined) {
    cursor.next('register');
    return { kind: 'register', number: register.number, token: first, place };
  }
  if (first?.text === '(' && baseAhead(cursor) !== undefined) {
    const base = takeBase(cursor) ?? 0;
    end = cursor.position();
    return { kind: 'address', expression: undefined, modifier: undefined, base, place };
  }
  const modifier = first?.text === '%' ? parseModifier(cursor) : undefined;
  const expression = parseExpression(cursor, names);
  const base = takeBase(cursor);
  end = cursor.position();
  if (base !== undefined) return { kind: 'address', expression, modifier, base, place };
  const name = end === start + 1 && first?.kind === 'name' ? first : undefined;
  return { kind: 'value', expression, modifier, name, place };
}

function parseModifier(cursor: Cursor): Modifier | undefined {
  const percent = cursor.next('modifier');
  const name = cursor.peek();
  const text = name?.kind === 'name' ? name.text.toLowerCase() : '';
  if (supported.includes(text)) {
    cursor.next('modifier');
    if (cursor.peek()?.text !== '(') {
      cursor.problem(
        'syntax',
        `${cursor.found()} was found where \`(\` was expected: write \`%${text}(symbol)\`.`,
      );
    }
    return text as Modifier;
  }
  if (unsupported.includes(text)) {
    cursor.problemAt(
      name,
      'unsupported-relocation',
      `\`%${text}\` needs a global offset table or thread-local storage, which a program linked here does not have; use \`%pcrel_hi\` or \`%hi\`.`,
    );
  } else {
    cursor.problemAt(
      name ?? percent,
      'unknown-modifier',
      `\`%${name?.text ?? ''}\` is not a relocation operator; those are ${supported.map((one) => `%${one}`).join(', ')}.`,
    );
  }
  cursor.next();
  return undefined;
}

/** The register of `(reg)` at the cursor. */
function baseAhead(cursor: Cursor): number | undefined {
  const name = cursor.peek(1);
  if (cursor.peek()?.text !== '(' || name?.kind !== 'name' || cursor.peek(2)?.text !== ')') {
    return undefined;
  }
  return findRegister(name.text)?.number;
}

function takeBase(cursor: Cursor): number | undefined {
  const base = baseAhead(cursor);
  if (base !== undefined) {
    cursor.next();
    cursor.next('register');
    cursor.next();
    return base;
  }
  if (cursor.peek()?.text !== '(') return undefined;
  const name = cursor.peek(1);
  if (name?.kind === 'name') {
    cursor.problemAt(
      name,
      'unknown-register',
      `\`${name.text}\` is not a register; an address is written \`offset(register)\`, with x0 to x31 or an ABI name such as sp or a0.`,
    );
  } else {
    cursor.problem(
      'syntax',
      `${cursor.found()} was found where a comma or the end of the statement was expected.`,
    );
  }
  cursor.skipAll();
  return undefined;
}
