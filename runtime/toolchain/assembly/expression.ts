/**
 * Expressions in the grammar of GNU as, whose precedence is not C's: `* / % << >>` bind tightest, then
 * `| & ^ !`, then `+ -`, then comparisons, then `&&`, then `||`. Parsing is total: what is missing
 * becomes a zero and a diagnostic. Manual of GNU as, chapter "Expressions".
 */
import type { Cursor } from './cursor.js';
import type { AssemblySymbol } from './symbol.js';
import type { Token } from './token.js';

export type Expression =
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'name'; readonly name: string; readonly token: Token }
  /** `.` and numeric labels, which mean something else in the next statement, are bound while parsing. */
  | { readonly kind: 'symbol'; readonly symbol: AssemblySymbol }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

export type UnaryOperator = '-' | '~' | '!';
export type BinaryOperator = keyof typeof precedence;

/** Symbols that a parser meets; the assembler gives the current meaning of `.`, `1b` and `1f`. */
export interface ExpressionNames {
  here(): AssemblySymbol;
  numeric(number: string, direction: 'b' | 'f'): AssemblySymbol | undefined;
}

export const zero: Expression = { kind: 'number', value: 0n };

const precedence = {
  '*': 6,
  '/': 6,
  '%': 6,
  '<<': 6,
  '>>': 6,
  '|': 5,
  '&': 5,
  '^': 5,
  '!': 5,
  '+': 4,
  '-': 4,
  '==': 3,
  '!=': 3,
  '<>': 3,
  '<': 3,
  '>': 3,
  '<=': 3,
  '>=': 3,
  '&&': 2,
  '||': 1,
} as const;

/** Deeper or longer expressions are refused, so that no text can exhaust the stack. */
const deepest = 100;
const mostOperators = 500;

interface Budget {
  depth: number;
  operators: number;
}

export function parseExpression(cursor: Cursor, names: ExpressionNames): Expression {
  return parseBinary(cursor, names, 1, { depth: 0, operators: 0 });
}

function parseBinary(
  cursor: Cursor,
  names: ExpressionNames,
  lowest: number,
  budget: Budget,
): Expression {
  let left = parseUnary(cursor, names, budget);
  for (;;) {
    const operator = cursor.peek()?.text;
    if (operator === undefined || !isBinary(operator) || precedence[operator] < lowest) return left;
    budget.operators += 1;
    if (budget.operators > mostOperators) {
      cursor.problem(
        'expression-too-long',
        `This expression has more than ${mostOperators} operators.`,
      );
      cursor.skipAll();
      return left;
    }
    cursor.next();
    const right = parseBinary(cursor, names, precedence[operator] + 1, budget);
    left = foldBinary(operator, left, right);
  }
}

function parseUnary(cursor: Cursor, names: ExpressionNames, budget: Budget): Expression {
  const token = cursor.peek();
  if (token?.kind !== 'punctuation') return parsePrimary(cursor, names);
  if (budget.depth >= deepest) {
    cursor.problem('expression-too-deep', `This expression is nested more than ${deepest} deep.`);
    cursor.skipAll();
    return zero;
  }
  budget.depth += 1;
  const result = parsePrefixed(cursor, names, token, budget);
  budget.depth -= 1;
  return result;
}

function parsePrefixed(
  cursor: Cursor,
  names: ExpressionNames,
  token: Token,
  budget: Budget,
): Expression {
  switch (token.text) {
    case '+':
      cursor.next();
      return parseUnary(cursor, names, budget);
    case '-':
    case '~':
    case '!': {
      cursor.next();
      const operand = parseUnary(cursor, names, budget);
      if (operand.kind === 'number') {
        return { kind: 'number', value: computeUnary(token.text, operand.value) };
      }
      return { kind: 'unary', operator: token.text, operand };
    }
    case '(': {
      cursor.next();
      const inner = parseBinary(cursor, names, 1, budget);
      if (cursor.peek()?.text === ')') cursor.next();
      else cursor.problem('syntax', `A \`)\` is missing here: the parenthesis is open.`);
      return inner;
    }
    default:
      cursor.problem('syntax', `${cursor.found()} was found where a value was expected.`);
      return zero;
  }
}

function parsePrimary(cursor: Cursor, names: ExpressionNames): Expression {
  const token = cursor.peek();
  switch (token?.kind) {
    case 'number':
      cursor.next('number');
      return parseNumber(cursor, names, token);
    case 'character':
      cursor.next('number');
      return { kind: 'number', value: BigInt(characterValue(token.text)) };
    case 'name':
      cursor.next('symbol');
      if (token.text === '.') return { kind: 'symbol', symbol: names.here() };
      return { kind: 'name', name: token.text, token };
    case 'string':
      cursor.next('symbol');
      return { kind: 'name', name: token.text.replace(/^"|"$/g, ''), token };
    default:
      cursor.problem('syntax', `${cursor.found()} was found where a value was expected.`);
      return zero;
  }
}

function parseNumber(cursor: Cursor, names: ExpressionNames, token: Token): Expression {
  const text = token.text.toLowerCase();
  const local = /^(\d+)([bf])$/.exec(text);
  if (local !== null) {
    const [, number = '', direction] = local;
    const symbol = names.numeric(number, direction === 'f' ? 'f' : 'b');
    cursor.mark(token, 'symbol');
    if (symbol !== undefined) {
      symbol.uses.push({ statement: cursor.statement, token });
      return { kind: 'symbol', symbol };
    }
    cursor.problemAt(
      token,
      'undefined-symbol',
      `\`${token.text}\` refers back to a label \`${number}:\`, but there is none above this line.`,
    );
    return zero;
  }
  if (/^(0x[\da-f]+|0b[01]+|0[0-7]*|[1-9]\d*)$/.test(text)) {
    const value = /^0[0-7]+$/.test(text) ? BigInt(`0o${text.slice(1)}`) : BigInt(text);
    if (value >= 1n << 64n) {
      cursor.problemAt(token, 'number-too-large', `\`${token.text}\` does not fit in 64 bits.`);
    }
    return { kind: 'number', value: BigInt.asIntN(64, value) };
  }
  cursor.problemAt(
    token,
    'bad-number',
    `\`${token.text}\` is not a number: write decimal digits, \`0x\` and hexadecimal digits, \`0b\` and binary digits, or \`0\` and octal digits.`,
  );
  return zero;
}

const escapes: Readonly<Record<string, number>> = {
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

/** `'a`, `'a'`, `'\n'`: the character's code. */
function characterValue(text: string): number {
  const body = text.slice(1);
  if (body.startsWith('\\')) {
    const letter = body.charAt(1);
    return escapes[letter] ?? letter.codePointAt(0) ?? 0;
  }
  return body.codePointAt(0) ?? 0;
}

const isBinary = (text: string): text is BinaryOperator => Object.hasOwn(precedence, text);

function foldBinary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  if (left.kind === 'number' && right.kind === 'number') {
    const value = computeBinary(operator, left.value, right.value);
    if (value !== undefined) return { kind: 'number', value };
  }
  return { kind: 'binary', operator, left, right };
}

export function computeUnary(operator: UnaryOperator, value: bigint): bigint {
  switch (operator) {
    case '-':
      return BigInt.asIntN(64, -value);
    case '~':
      return ~value;
    case '!':
      return value === 0n ? 1n : 0n;
  }
}

const truth = (condition: boolean): bigint => (condition ? -1n : 0n);

/** In 64 bits, as GNU as computes. A comparison that holds is -1. Undefined for a division by zero. */
export function computeBinary(
  operator: BinaryOperator,
  left: bigint,
  right: bigint,
): bigint | undefined {
  switch (operator) {
    case '*':
      return BigInt.asIntN(64, left * right);
    case '/':
      return right === 0n ? undefined : BigInt.asIntN(64, left / right);
    case '%':
      return right === 0n ? undefined : left % right;
    case '<<':
      return right < 0n || right > 63n ? 0n : BigInt.asIntN(64, left << right);
    case '>>':
      // The shift is logical: -1 >> 60 is 15.
      return right < 0n || right > 63n ? 0n : BigInt.asIntN(64, BigInt.asUintN(64, left) >> right);
    case '|':
      return left | right;
    case '&':
      return left & right;
    case '^':
      return left ^ right;
    case '!':
      return left | ~right;
    case '+':
      return BigInt.asIntN(64, left + right);
    case '-':
      return BigInt.asIntN(64, left - right);
    case '==':
      return truth(left === right);
    case '!=':
    case '<>':
      return truth(left !== right);
    case '<':
      return truth(left < right);
    case '>':
      return truth(left > right);
    case '<=':
      return truth(left <= right);
    case '>=':
      return truth(left >= right);
    case '&&':
      return left !== 0n && right !== 0n ? 1n : 0n;
    case '||':
      return left !== 0n || right !== 0n ? 1n : 0n;
  }
}
