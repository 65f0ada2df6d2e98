/**
 * What the operators of expressions do: with words as a machine does, and where a variable is on one side, with whole
 * numbers that do not wrap.
 */
import { fail, ok, type Result } from '../base/result.js';
import { exactValue, isTyped, noNumber, numberIn, type Evaluation } from './evaluation.js';
import type { BinaryOperator } from './expression.js';
import { wholeText } from './typed-value.js';

export const binaryOf = (
  operator: BinaryOperator,
  left: Evaluation,
  right: Evaluation,
): Result<Evaluation, string> =>
  isTyped(left) || isTyped(right)
    ? typedBinaryOf(operator, left, right)
    : wordsOf(operator, left.value, right.value);

const truthOf = (truth: boolean): Evaluation => ({
  value: truth ? 1 : 0,
  exact: truth ? 1n : 0n,
  truth,
});

/** Of && and || by their left side alone. */
export const decided = (left: Evaluation, truth: boolean): Evaluation =>
  isTyped(left) ? truthOf(truth) : { value: truth ? 1 : 0 };

function typedBinaryOf(
  operator: BinaryOperator,
  left: Evaluation,
  right: Evaluation,
): Result<Evaluation, string> {
  const truth = (is: boolean): Result<Evaluation, string> => ok(truthOf(is));
  const texts = [textOf(left), textOf(right)];
  // As the language has it, strings are equal when their characters are.
  if (!texts.includes(undefined)) {
    if (operator === '==') return truth(texts[0] === texts[1]);
    if (operator === '!=') return truth(texts[0] !== texts[1]);
  }
  const [a, b] = [numberIn(left), numberIn(right)];
  if (a === undefined) return fail(noNumber(left));
  if (b === undefined) return fail(noNumber(right));
  // A register does not say whether it is signed: its bits are compared.
  const isWord = [left, right].some((each) => !isTyped(each) && each.literal === undefined);
  const isEqual = isWord ? BigInt.asUintN(32, a ^ b) === 0n : a === b;
  switch (operator) {
    case '||':
      return truth(a !== 0n || b !== 0n);
    case '&&':
      return truth(a !== 0n && b !== 0n);
    case '==':
      return truth(isEqual);
    case '!=':
      return truth(!isEqual);
    case '<':
      return truth(a < b);
    case '<=':
      return truth(a <= b);
    case '>':
      return truth(a > b);
    case '>=':
      return truth(a >= b);
    case '|':
      return exactValue(a | b);
    case '^':
      return exactValue(a ^ b);
    case '&':
      return exactValue(a & b);
    case '+':
      return exactValue(a + b);
    case '-':
      return exactValue(a - b);
    case '*':
      return exactValue(a * b);
    case '/':
      return b === 0n ? fail('This divides by zero.') : exactValue(a / b);
    case '%':
      return b === 0n ? fail('This divides by zero.') : exactValue(a % b);
    case '<<':
      return exactValue(b < 0n || b > 128n ? 0n : a << b);
    case '>>':
      return exactValue(b < 0n || b > 128n ? 0n : a >> b);
  }
}

/** Of characters between quotes, and of a string that can be read. */
const textOf = ({ text, variable }: Evaluation): string | undefined =>
  text ?? (variable && wholeText(variable.reading, variable.type, variable.bytes));

function wordsOf(
  operator: BinaryOperator,
  left: number,
  right: number,
): Result<Evaluation, string> {
  const truth = (value: boolean): Result<Evaluation, string> => ok({ value: value ? 1 : 0 });
  const word = (value: number): Result<Evaluation, string> => ok({ value: value >>> 0 });
  switch (operator) {
    case '||':
      return truth(left !== 0 || right !== 0);
    case '&&':
      return truth(left !== 0 && right !== 0);
    case '|':
      return word(left | right);
    case '^':
      return word(left ^ right);
    case '&':
      return word(left & right);
    case '==':
      return truth(left >>> 0 === right >>> 0);
    case '!=':
      return truth(left >>> 0 !== right >>> 0);
    case '<':
      return truth((left | 0) < (right | 0));
    case '<=':
      return truth((left | 0) <= (right | 0));
    case '>':
      return truth((left | 0) > (right | 0));
    case '>=':
      return truth((left | 0) >= (right | 0));
    case '<<':
      return word(right >= 32 ? 0 : left << right);
    case '>>':
      return word(right >= 32 ? 0 : left >>> right);
    case '+':
      return word(left + right);
    case '-':
      return word(left - right);
    case '*':
      return word(Math.imul(left, right));
    case '/':
      return right === 0
        ? fail('This divides by zero.')
        : word(Math.trunc((left | 0) / (right | 0)));
    case '%':
      return right === 0 ? fail('This divides by zero.') : word((left | 0) % (right | 0));
  }
}
