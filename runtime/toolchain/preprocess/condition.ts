/** The value of an `#if` line, in 64-bit integers (C11 6.10.1). `defined` was replaced before. */
import type { CToken } from './c-token.js';

export interface ConditionProblem {
  readonly token: CToken | undefined;
  readonly message: string;
}

const precedence: Readonly<Record<string, number>> = {
  '*': 10,
  '/': 10,
  '%': 10,
  '+': 9,
  '-': 9,
  '<<': 8,
  '>>': 8,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '==': 6,
  '!=': 6,
  '&': 5,
  '^': 4,
  '|': 3,
  '&&': 2,
  '||': 1,
};

const deepest = 200;

interface Reader {
  readonly tokens: readonly CToken[];
  index: number;
  depth: number;
  problem: ConditionProblem | undefined;
}

export function evaluateCondition(tokens: readonly CToken[]): {
  readonly value: bigint;
  readonly problem: ConditionProblem | undefined;
} {
  const reader: Reader = { tokens, index: 0, depth: 0, problem: undefined };
  const value = conditional(reader);
  const rest = tokens[reader.index];
  if (rest !== undefined) {
    reader.problem ??= {
      token: rest,
      message: `\`${rest.text}\` was found where the end of the condition was expected.`,
    };
  }
  return { value, problem: reader.problem };
}

function conditional(reader: Reader): bigint {
  const condition = binary(reader, 1);
  if (reader.tokens[reader.index]?.text !== '?') return condition;
  reader.index += 1;
  if (tooDeep(reader)) return 0n;
  const whenTrue = conditional(reader);
  expect(reader, ':');
  const whenFalse = conditional(reader);
  reader.depth -= 1;
  return condition === 0n ? whenFalse : whenTrue;
}

function binary(reader: Reader, lowest: number): bigint {
  let left = unary(reader);
  for (;;) {
    const operator = reader.tokens[reader.index];
    const rank = operator && precedence[operator.text];
    if (operator?.kind !== 'punctuation' || rank === undefined || rank < lowest) return left;
    reader.index += 1;
    const right = binary(reader, rank + 1);
    if ((operator.text === '/' || operator.text === '%') && right === 0n) {
      reader.problem ??= { token: operator, message: 'This divides by zero.' };
      left = 0n;
    } else left = BigInt.asIntN(64, compute(operator.text, left, right));
  }
}

const truth = (condition: boolean): bigint => (condition ? 1n : 0n);

function compute(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '<<':
      return right < 0n || right > 63n ? 0n : left << right;
    case '>>':
      return right < 0n || right > 63n ? 0n : left >> right;
    case '<':
      return truth(left < right);
    case '>':
      return truth(left > right);
    case '<=':
      return truth(left <= right);
    case '>=':
      return truth(left >= right);
    case '==':
      return truth(left === right);
    case '!=':
      return truth(left !== right);
    case '&':
      return left & right;
    case '^':
      return left ^ right;
    case '|':
      return left | right;
    case '&&':
      return truth(left !== 0n && right !== 0n);
    default:
      return truth(left !== 0n || right !== 0n);
  }
}

function unary(reader: Reader): bigint {
  const token = reader.tokens[reader.index];
  if (token === undefined) {
    reader.problem ??= {
      token: undefined,
      message: 'A value is missing at the end of the condition.',
    };
    return 0n;
  }
  reader.index += 1;
  if (token.kind === 'number') return numberOf(reader, token);
  // A name that is no macro counts as 0.
  if (token.kind === 'identifier') return token.text === 'true' ? 1n : 0n;
  if (token.kind === 'string' && token.text.startsWith("'")) return characterOf(token.text);
  if (tooDeep(reader)) return 0n;
  const value = prefixed(reader, token);
  reader.depth -= 1;
  return value;
}

function prefixed(reader: Reader, token: CToken): bigint {
  switch (token.text) {
    case '(': {
      const value = conditional(reader);
      expect(reader, ')');
      return value;
    }
    case '!':
      return truth(unary(reader) === 0n);
    case '~':
      return ~unary(reader);
    case '-':
      return BigInt.asIntN(64, -unary(reader));
    case '+':
      return unary(reader);
    default:
      reader.problem ??= {
        token,
        message: `\`${token.text}\` was found where a value was expected.`,
      };
      return 0n;
  }
}

function tooDeep(reader: Reader): boolean {
  reader.depth += 1;
  if (reader.depth <= deepest) return false;
  reader.problem ??= {
    token: reader.tokens[reader.index],
    message: 'This condition is nested too deeply.',
  };
  reader.index = reader.tokens.length;
  return true;
}

function expect(reader: Reader, text: string): void {
  const token = reader.tokens[reader.index];
  if (token?.text === text) reader.index += 1;
  else {
    const found = token === undefined ? 'The end of the condition' : `\`${token.text}\``;
    reader.problem ??= { token, message: `${found} was found where \`${text}\` was expected.` };
  }
}

function numberOf(reader: Reader, token: CToken): bigint {
  const text = token.text.replace(/[uUlL]+$/, '');
  if (/^(?:0[xX][\da-fA-F]+|0[bB][01]+|[1-9]\d*|0)$/.test(text)) {
    return BigInt.asIntN(64, BigInt(text.toLowerCase()));
  }
  if (/^0[0-7]+$/.test(text)) return BigInt.asIntN(64, BigInt(`0o${text.slice(1)}`));
  reader.problem ??= { token, message: `\`${token.text}\` is not an integer.` };
  return 0n;
}

const escapes: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  '0': 0,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
};

function characterOf(text: string): bigint {
  const body = text.slice(1, -1);
  if (!body.startsWith('\\')) return BigInt(body.codePointAt(0) ?? 0);
  const letter = body.charAt(1);
  return BigInt(escapes[letter] ?? letter.codePointAt(0) ?? 0);
}
