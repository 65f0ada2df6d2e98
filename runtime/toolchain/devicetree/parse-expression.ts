/**
 * The numbers inside of `< >`: literals, characters, and expressions in parentheses with C's operators and
 * precedence. Whole numbers of 64 bits, as dtc computes them.
 */
export interface CellExpression {
  readonly start: number;
  /** Where it ends; `start` when there is no number. */
  readonly end: number;
  readonly value: bigint;
  /** What is wrong with it, as a sentence. */
  readonly message?: string;
}

/** Behind any space at `from`. Outside of parentheses only a literal is a cell. */
export function parseCellExpression(text: string, from: number): CellExpression {
  const reader: Reader = { text, at: from, depth: 0, message: undefined };
  const value = atom(reader) ?? 0n;
  return {
    start: from,
    end: reader.at,
    value,
    ...(reader.message === undefined ? {} : { message: reader.message }),
  };
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
  message: string | undefined;
}

const deepest = 64;

const binary: readonly (readonly [operators: readonly string[], compute: Compute])[] = [
  [['||'], (_, left, right) => truth(left !== 0n || right !== 0n)],
  [['&&'], (_, left, right) => truth(left !== 0n && right !== 0n)],
  [['|'], (_, left, right) => left | right],
  [['^'], (_, left, right) => left ^ right],
  [['&'], (_, left, right) => left & right],
  [['==', '!='], (operator, left, right) => truth((left === right) === (operator === '=='))],
  [['<=', '>=', '<', '>'], (operator, left, right) => truth(compared(operator, left, right))],
  [['<<', '>>'], (operator, left, right) => shifted(operator, left, right)],
  [['+', '-'], (operator, left, right) => (operator === '+' ? left + right : left - right)],
  [['*', '/', '%'], (operator, left, right) => multiplied(operator, left, right)],
];

type Compute = (operator: string, left: bigint, right: bigint) => bigint;

const truth = (value: boolean): bigint => (value ? 1n : 0n);

function compared(operator: string, left: bigint, right: bigint): boolean {
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  return operator === '<=' ? left <= right : left >= right;
}

const shifted: Compute = (operator, left, right) => {
  if (right < 0n || right > 63n) return 0n;
  return operator === '<<' ? left << right : left >> right;
};

const multiplied: Compute = (operator, left, right) => {
  if (operator === '*') return left * right;
  if (right === 0n) return 0n;
  return operator === '/' ? left / right : left % right;
};

/** A literal, or an expression in parentheses. */
function atom(reader: Reader): bigint | undefined {
  skipSpace(reader);
  const literal = /(?:0[xX][0-9a-fA-F]+|\d+)(?:[uUlL]*)|'(?:[^'\\\n]|\\x[0-9a-fA-F]{1,2}|\\[^])'/y;
  literal.lastIndex = reader.at;
  const match = literal.exec(reader.text)?.[0];
  if (match !== undefined) {
    reader.at += match.length;
    return literalValue(match);
  }
  if (reader.text[reader.at] !== '(') return undefined;
  reader.depth += 1;
  reader.at += 1;
  if (reader.depth > deepest) {
    reader.message = `Parentheses are nested more than ${String(deepest)} deep.`;
    return undefined;
  }
  const value = conditional(reader);
  skipSpace(reader);
  if (reader.text[reader.at] === ')') reader.at += 1;
  else reader.message ??= 'This expression has no closing `)`.';
  reader.depth -= 1;
  return value;
}

function literalValue(text: string): bigint {
  if (text.startsWith("'")) {
    const inside = text.slice(1, -1);
    if (inside.startsWith('\\x')) return BigInt(Number.parseInt(inside.slice(2), 16) || 0);
    const named = { n: 10, t: 9, r: 13, 0: 0, a: 7, b: 8, f: 12, v: 11 }[inside.slice(1)];
    return BigInt(
      inside.startsWith('\\') && named !== undefined
        ? named
        : (inside.codePointAt(inside.length - 1) ?? 0),
    );
  }
  const digits = text.replace(/[uUlL]+$/, '');
  const value = /^0[0-7]+$/.test(digits)
    ? BigInt(`0o${digits.slice(1)}`)
    : BigInt(digits.slice(0, 60));
  return BigInt.asUintN(64, value);
}

function conditional(reader: Reader): bigint {
  const condition = level(reader, 0);
  if (!takeOperator(reader, '?')) return condition;
  if (!isWithinDepth(reader)) return 0n;
  const whenTrue = conditional(reader);
  if (!takeOperator(reader, ':')) reader.message ??= 'This `?` has no `:`.';
  const whenFalse = conditional(reader);
  reader.depth -= 1;
  return condition === 0n ? whenFalse : whenTrue;
}

function isWithinDepth(reader: Reader): boolean {
  reader.depth += 1;
  if (reader.depth <= deepest) return true;
  reader.message ??= `The expression is nested more than ${String(deepest)} deep.`;
  return false;
}

function level(reader: Reader, index: number): bigint {
  const row = binary[index];
  if (row === undefined) return unary(reader);
  const [operators, compute] = row;
  let value = level(reader, index + 1);
  for (;;) {
    const operator = operators.find((each) => takeOperator(reader, each));
    if (operator === undefined) return value;
    value = BigInt.asIntN(64, compute(operator, value, level(reader, index + 1)));
  }
}

function unary(reader: Reader): bigint {
  let operators = '';
  for (;;) {
    skipSpace(reader);
    const character = reader.text[reader.at] ?? '';
    if (!'-~!'.includes(character) || character === '') break;
    operators = character + operators;
    reader.at += 1;
    if (operators.length > deepest) break;
  }
  let value = atom(reader);
  if (value === undefined) {
    reader.message ??= 'A number is missing in this expression.';
    value = 0n;
  }
  for (const operator of operators)
    value = operator === '-' ? -value : operator === '~' ? ~value : truth(value === 0n);
  return value;
}

/** `<` is no operator where `<<` or `<=` stands, and `&` none where `&&` does. */
function takeOperator(reader: Reader, operator: string): boolean {
  skipSpace(reader);
  if (!reader.text.startsWith(operator, reader.at)) return false;
  const next = reader.text[reader.at + operator.length] ?? '';
  if (operator.length === 1 && '<>&|'.includes(operator) && next === operator) return false;
  if ((operator === '<' || operator === '>') && next === '=') return false;
  reader.at += operator.length;
  return true;
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at += 1;
}
