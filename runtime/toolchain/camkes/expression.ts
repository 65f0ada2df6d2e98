/**
 * What a value of an assembly comes to, as the reference tools compute it: whole numbers without bound (here up
 * to 65,536 bits), division that rounds down, `&&` and `||` that give one of their sides. Surprising choice: as
 * there, both branches of a conditional and both sides of `&&` are computed, so a division by zero in either counts.
 */
import type { Span } from '../text/source-text.js';
import type { BinaryOperator, Expression, UnaryOperator } from './tree.js';
import type { Value } from './value.js';

export interface ExpressionProblem {
  readonly span: Span;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  /** A whole sentence. */
  readonly message: string;
}

export type ReportProblem = (problem: ExpressionProblem) => void;

const mostBits = 65_536;
const mostDigits = 4_000;

/** The value of what has one; `unknown` for what hangs on a missing macro, or was reported. */
export function evaluate(expression: Expression, report: ReportProblem = () => undefined): Value {
  switch (expression.kind) {
    case 'number':
      return numberOf(expression.text, expression.span, report);
    case 'boolean':
      return integer(expression.value ? 1n : 0n);
    case 'string':
      return { kind: 'string', value: expression.value };
    case 'list':
      return { kind: 'list', items: expression.items.map((item) => evaluate(item, report)) };
    case 'dictionary':
      return dictionary(expression, report);
    case 'unary':
      return unary(expression.operator, evaluate(expression.operand, report));
    case 'binary':
      return binary(
        expression,
        evaluate(expression.left, report),
        evaluate(expression.right, report),
        report,
      );
    case 'conditional': {
      const condition = evaluate(expression.condition, report);
      const whenTrue = evaluate(expression.whenTrue, report);
      const whenFalse = evaluate(expression.whenFalse, report);
      if (!isNumber(condition)) return unknown;
      return isTrue(condition) ? whenTrue : whenFalse;
    }
    case 'unknown':
      return unknown;
  }
}

/** The same value, whatever its kind of number: `1` and `1.0` are one key. */
export function isSameValue(left: Value, right: Value): boolean {
  if (isNumber(left) && isNumber(right)) return isEqual(left, right);
  if (left.kind === 'string' && right.kind === 'string') return left.value === right.value;
  if (left.kind === 'list' && right.kind === 'list') {
    return (
      left.items.length === right.items.length &&
      left.items.every((item, index) => {
        const other = right.items[index];
        return other !== undefined && isSameValue(item, other);
      })
    );
  }
  if (left.kind === 'dictionary' && right.kind === 'dictionary') {
    return (
      left.entries.length === right.entries.length &&
      left.entries.every(([key, value]) =>
        right.entries.some(([name, other]) => isSameValue(key, name) && isSameValue(value, other)),
      )
    );
  }
  return false;
}

type NumberValue = Extract<Value, { kind: 'integer' | 'float' }>;

const unknown: Value = { kind: 'unknown' };
const integer = (value: bigint): Value => ({ kind: 'integer', value });
const truth = (condition: boolean): Value => integer(condition ? 1n : 0n);
const isNumber = (value: Value): value is NumberValue =>
  value.kind === 'integer' || value.kind === 'float';
/** By value: `>=` and `<=` compare whole numbers and fractions exactly, which `===` does not. */
const isEqual = (left: NumberValue, right: NumberValue): boolean =>
  left.value >= right.value && left.value <= right.value;
const isTrue = ({ value }: NumberValue): boolean => value !== 0n && value !== 0;

function numberOf(text: string, span: Span, report: ReportProblem): Value {
  if (text.length > mostDigits) return tooLarge(span, report);
  return text.includes('.') ? { kind: 'float', value: Number(text) } : integer(BigInt(text));
}

function tooLarge(span: Span, report: ReportProblem): Value {
  const message = 'This value is too large to be meant; it is not computed.';
  report({ span, severity: 'error', code: 'value-too-large', message });
  return unknown;
}

/** A key that is there twice takes the later value, at the place of the earlier one. */
function dictionary(
  expression: Extract<Expression, { kind: 'dictionary' }>,
  report: ReportProblem,
): Value {
  const entries: [Value, Value][] = [];
  const places = new Map<string, number>();
  for (const { key, value } of expression.entries) {
    const name = evaluate(key, report);
    const content = evaluate(value, report);
    const identity = keyIdentity(name);
    const before = identity === undefined ? undefined : places.get(identity);
    if (before === undefined) {
      if (identity !== undefined) places.set(identity, entries.length);
      entries.push([name, content]);
      continue;
    }
    entries[before] = [name, content];
    const message = 'This key is in the dictionary before; its first value is lost.';
    report({ span: key.span, severity: 'warning', code: 'duplicate-key', message });
  }
  return { kind: 'dictionary', entries };
}

function keyIdentity(key: Value): string | undefined {
  switch (key.kind) {
    case 'string':
      return `"${key.value}`;
    case 'integer':
      return key.value.toString(16);
    case 'float':
      return Number.isInteger(key.value) ? BigInt(key.value).toString(16) : `${key.value}f`;
    default:
      return undefined;
  }
}

function unary(operator: UnaryOperator, value: Value): Value {
  if (!isNumber(value)) return unknown;
  if (operator === '!') return truth(!isTrue(value));
  if (operator === '+') return value;
  if (value.kind === 'float') {
    return { kind: 'float', value: operator === '-' ? -value.value : -1 - value.value };
  }
  return integer(operator === '-' ? -value.value : ~value.value);
}

type Binary = Extract<Expression, { kind: 'binary' }>;

function binary(expression: Binary, left: Value, right: Value, report: ReportProblem): Value {
  if (!isNumber(left) || !isNumber(right)) return unknown;
  const { operator } = expression;
  switch (operator) {
    case '&&':
      return whole(isTrue(left) ? right : left);
    case '||':
      return whole(isTrue(left) ? left : right);
    case '==':
      return truth(isEqual(left, right));
    case '!=':
      return truth(!isEqual(left, right));
    case '<':
      return truth(left.value < right.value);
    case '<=':
      return truth(left.value <= right.value);
    case '>':
      return truth(left.value > right.value);
    case '>=':
      return truth(left.value >= right.value);
    default:
  }
  const isDivision = operator === '/' || operator === '%';
  const isInverse = operator === '**' && right.value < 0;
  if ((isDivision && !isTrue(right)) || (isInverse && !isTrue(left))) {
    const message = `\`${operator}\` divides by zero here.`;
    report({ span: expression.span, severity: 'error', code: 'division-by-zero', message });
    return unknown;
  }
  if (left.kind === 'integer' && right.kind === 'integer' && !isInverse) {
    return ofIntegers(expression, left.value, right.value, report);
  }
  return ofFloats(expression, Number(left.value), Number(right.value), report);
}

/** The whole part, towards zero. */
const whole = ({ value }: NumberValue): Value =>
  integer(typeof value === 'bigint' ? value : BigInt(Math.trunc(value)));

const bitsOf = (value: bigint): number => value.toString(16).length * 4;

function ofIntegers(
  { operator, span }: Binary,
  left: bigint,
  right: bigint,
  report: ReportProblem,
): Value {
  switch (operator) {
    case '+':
      return integer(left + right);
    case '-':
      return integer(left - right);
    case '*':
      if (bitsOf(left) + bitsOf(right) > mostBits) return tooLarge(span, report);
      return integer(left * right);
    case '/':
      return integer((left - floorModulo(left, right)) / right);
    case '%':
      return integer(floorModulo(left, right));
    case '**': {
      const isSmall = left >= -1n && left <= 1n;
      if (!isSmall && right > BigInt(mostBits) / BigInt(bitsOf(left))) {
        return tooLarge(span, report);
      }
      return integer(left ** right);
    }
    case '<<':
    case '>>':
      return shift(operator, span, left, right, report);
    case '&':
      return integer(left & right);
    case '|':
      return integer(left | right);
    default:
      return integer(left ^ right);
  }
}

/** The remainder has the sign of the divisor, so that division rounds down. */
function floorModulo(left: bigint, right: bigint): bigint {
  const remainder = left % right;
  return remainder !== 0n && remainder < 0n !== right < 0n ? remainder + right : remainder;
}

function shift(
  operator: '<<' | '>>',
  span: Span,
  left: bigint,
  right: bigint,
  report: ReportProblem,
): Value {
  if (right < 0n) {
    const message = `\`${operator}\` shifts by ${right} here; a count cannot be negative.`;
    report({ span, severity: 'error', code: 'negative-shift', message });
    return unknown;
  }
  if (operator === '>>')
    return integer(right > BigInt(mostBits) ? (left < 0n ? -1n : 0n) : left >> right);
  if (left === 0n) return integer(0n);
  if (right + BigInt(bitsOf(left)) > BigInt(mostBits)) return tooLarge(span, report);
  return integer(left << right);
}

const floatOperators: ReadonlySet<BinaryOperator> = new Set(['+', '-', '*', '/', '%', '**']);

function ofFloats(
  { operator, span }: Binary,
  left: number,
  right: number,
  report: ReportProblem,
): Value {
  if (!floatOperators.has(operator)) {
    const message = `\`${operator}\` takes whole numbers only, and a side here has a fraction.`;
    report({ span, severity: 'error', code: 'number-kind', message });
    return unknown;
  }
  const value = computeFloat(operator, left, right);
  if (Number.isFinite(value)) return { kind: 'float', value };
  if (Number.isNaN(value)) {
    const message = `\`${operator}\` gives no real number here.`;
    report({ span, severity: 'error', code: 'number-kind', message });
    return unknown;
  }
  return tooLarge(span, report);
}

function computeFloat(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%': {
      const remainder = left % right;
      return remainder !== 0 && remainder < 0 !== right < 0 ? remainder + right : remainder;
    }
    default:
      return left ** right;
  }
}
