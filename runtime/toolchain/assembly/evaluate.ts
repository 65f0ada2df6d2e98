/**
 * The value of an expression: a number, or a symbol (or the difference of two) plus a number. While a
 * file is read, a distance is known only inside a fragment; after layout, within a section.
 */
import { fail, ok, type Result } from '../../base/result.js';
import { computeBinary, computeUnary, type Expression } from './expression.js';
import type { AssemblySymbol, SymbolTable } from './symbol.js';
import type { Token } from './token.js';

export interface Value {
  /** A label, a common block, or a symbol that is not defined (yet). */
  readonly add: AssemblySymbol | undefined;
  readonly subtract: AssemblySymbol | undefined;
  readonly number: bigint;
}

export interface EvaluationError {
  readonly code: string;
  readonly message: string;
  readonly token: Token | undefined;
}

export interface Evaluation {
  readonly symbols: SymbolTable;
  /** After layout: addresses of fragments are known. */
  readonly isLaidOut: boolean;
  /** Operators and definitions that may still be worked out, over the whole file. */
  readonly budget: { steps: number };
}

/**
 * Far more than a program needs. Without a limit `a = b*b`, `b = c*c` and so on, in which each line
 * doubles the work, would never end.
 */
const mostSteps = 10_000_000;

export const createEvaluation = (symbols: SymbolTable): Evaluation => ({
  symbols,
  isLaidOut: false,
  budget: { steps: mostSteps },
});

type Evaluated = Result<Value, EvaluationError>;

/** Definitions and operators inside each other. A symbol set to itself would never end. */
const deepest = 1000;

const numberValue = (number: bigint): Value => ({
  add: undefined,
  subtract: undefined,
  number,
});

export const isNumber = (value: Value): boolean =>
  value.add === undefined && value.subtract === undefined;

export function evaluate(expression: Expression, context: Evaluation, depth = 0): Evaluated {
  switch (expression.kind) {
    case 'number':
      return ok(numberValue(expression.value));
    case 'symbol':
      return symbolValue(expression.symbol, context, depth, undefined);
    case 'name':
      return symbolValue(context.symbols.find(expression.name), context, depth, expression.token);
    case 'unary': {
      context.budget.steps -= 1;
      const operand = evaluateNumber(expression.operand, context, depth + 1);
      return operand.ok
        ? ok(numberValue(computeUnary(expression.operator, operand.value)))
        : operand;
    }
    case 'binary':
      return binaryValue(expression, context, depth);
  }
}

/** A number is needed here: differences are folded where the distance is known. */
export function evaluateNumber(
  expression: Expression,
  context: Evaluation,
  depth = 0,
): Result<bigint, EvaluationError> {
  const value = evaluate(expression, context, depth);
  if (!value.ok) return value;
  const folded = fold(value.value, context);
  if (isNumber(folded)) return ok(folded.number);
  return fail({ ...describeUnknown(folded), token: firstName(expression) });
}

/** Turns a difference of labels into a number where their distance is known. */
export function fold(value: Value, context: Evaluation): Value {
  const { add, subtract, number } = value;
  if (add === undefined || subtract === undefined) return value;
  if (add === subtract) return numberValue(number);
  const to = add.definition;
  const from = subtract.definition;
  if (to.kind !== 'label' || from.kind !== 'label') return value;
  if (to.fragment === from.fragment) return numberValue(number + BigInt(to.offset - from.offset));
  if (context.isLaidOut && to.fragment.section === from.fragment.section) {
    const distance = to.fragment.address + to.offset - from.fragment.address - from.offset;
    return numberValue(number + BigInt(distance));
  }
  return value;
}

function symbolValue(
  symbol: AssemblySymbol,
  context: Evaluation,
  depth: number,
  token: Token | undefined,
): Evaluated {
  if (symbol.definition.kind !== 'equal') {
    return ok({ add: symbol, subtract: undefined, number: 0n });
  }
  context.budget.steps -= 1;
  if (depth > deepest || context.budget.steps < 0) {
    const message = `\`${symbol.name}\` is defined by way of itself, or of too many other symbols, so it has no value.`;
    return fail({ code: 'symbol-loop', message, token });
  }
  const value = evaluate(symbol.definition.expression, context, depth + 1);
  // A message about the inside of a definition belongs to the name that is used here.
  return value.ok ? value : fail({ ...value.error, token });
}

function binaryValue(
  expression: Expression & { kind: 'binary' },
  context: Evaluation,
  depth: number,
): Evaluated {
  const { operator } = expression;
  context.budget.steps -= 1;
  if (operator === '+' || operator === '-') {
    const left = evaluate(expression.left, context, depth + 1);
    if (!left.ok) return left;
    const right = evaluate(expression.right, context, depth + 1);
    if (!right.ok) return right;
    const sum = operator === '+' ? left.value : negate(left.value, right.value);
    const other = operator === '+' ? right.value : undefined;
    return combine(sum, other, context, expression);
  }
  const left = evaluateNumber(expression.left, context, depth + 1);
  if (!left.ok) return left;
  const right = evaluateNumber(expression.right, context, depth + 1);
  if (!right.ok) return right;
  const value = computeBinary(operator, left.value, right.value);
  if (value === undefined) {
    return fail({
      code: 'division-by-zero',
      message: `\`${operator}\` has zero on its right side.`,
      token: firstName(expression),
    });
  }
  return ok(numberValue(value));
}

/** `left - right`, or undefined where two symbols would be subtracted. */
function negate(left: Value, right: Value): Value | undefined {
  return combineParts(left, {
    add: right.subtract,
    subtract: right.add,
    number: -right.number,
  });
}

function combineParts(left: Value, right: Value): Value | undefined {
  const adds = [left.add, right.add].filter((symbol) => symbol !== undefined);
  const subtracts = [left.subtract, right.subtract].filter((symbol) => symbol !== undefined);
  for (const symbol of [...adds]) {
    const index = subtracts.indexOf(symbol);
    if (index < 0) continue;
    subtracts.splice(index, 1);
    adds.splice(adds.indexOf(symbol), 1);
  }
  if (adds.length > 1 || subtracts.length > 1) return undefined;
  const number = BigInt.asIntN(64, left.number + right.number);
  return { add: adds[0], subtract: subtracts[0], number };
}

function combine(
  left: Value | undefined,
  right: Value | undefined,
  context: Evaluation,
  expression: Expression,
): Evaluated {
  // Folding first lets sums of two differences work: (b - a) + (d - c).
  const sum = left && right ? combineParts(fold(left, context), fold(right, context)) : left;
  if (sum !== undefined) return ok(sum);
  return fail({
    code: 'not-computable',
    message:
      'This expression adds up more than one symbol; only `symbol + number` and the difference of two symbols can be stored.',
    token: firstName(expression),
  });
}

export function describeUnknown(value: Value): { code: string; message: string } {
  const unknown = [value.add, value.subtract].find(
    (symbol) => symbol?.definition.kind === 'undefined',
  );
  if (unknown !== undefined) {
    return {
      code: 'not-constant',
      message: `A number that is known here is needed, but \`${unknown.name}\` is not defined above this line.`,
    };
  }
  const name = value.add?.name ?? value.subtract?.name ?? 'the symbol';
  return {
    code: 'not-constant',
    message:
      value.add !== undefined && value.subtract !== undefined
        ? `A number is needed, but the distance from \`${value.subtract.name}\` to \`${value.add.name}\` is not known here: code or alignment of open size lies between, or they are in different sections.`
        : `A number is needed, but \`${name}\` is an address, which only the linker knows.`,
  };
}

function firstName(expression: Expression): Token | undefined {
  switch (expression.kind) {
    case 'name':
      return expression.token;
    case 'unary':
      return firstName(expression.operand);
    case 'binary':
      return firstName(expression.left) ?? firstName(expression.right);
    case 'number':
    case 'symbol':
      return undefined;
  }
}
