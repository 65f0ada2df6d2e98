/**
 * What an expression means to a thread that stands still. Values are 32-bit words; `+ - * & | ^ <<`
 * wrap, `>>` shifts zeros in, and `/ % < <= > >=` take words as signed. A symbol is its address, as
 * in assembly; `*`, `[ ]` and `word( )` load a word, `half( )` and `byte( )` less. A variable that a compiler told of
 * goes before all other names; what is computed with one is a whole number, as its type has it, that does not wrap.
 * Reading changes nothing. Total: whatever is wrong is a sentence.
 */
import { formatAddress, virtAddr, type VirtAddr } from '../base/address.js';
import { fail, ok, type Result } from '../base/result.js';
import { symbolNamed } from '../image/lookup.js';
import { findCsr } from '../isa/csrs.js';
import { findRegister } from '../isa/registers.js';
import type { Platform } from '../platform.js';
import type { AddressSpace } from './address-space.js';
import {
  parseExpression,
  type BinaryOperator,
  type Expression,
  type UnaryOperator,
  type ValueFormat,
} from './expression.js';
import { readNumber, viewMemory, writeMemory } from './memory.js';
import { badgeRegister, infoRegister, messageRegister, readMessageWord } from './registers.js';
import { messageRegisters } from '../abi/message-info.js';
import { ipcBufferMember } from './registers.js';
import { programOfThread } from './modules.js';
import { typeName, wholeText } from './typed-value.js';
import {
  elementOf,
  memberOf,
  numberOf,
  valueOf as valueOfVariable,
  variableNamed,
  type Variable,
} from './variables.js';
import { describeAddress, symbolize } from './symbols.js';
import {
  hartOf,
  hasKernel,
  readPc,
  readRegister,
  spaceOf,
  writePc,
  writeRegister,
} from './thread-state.js';

/** Where a value lives, for those that can be assigned to. */
export type Place =
  | { readonly kind: 'register'; readonly number: number }
  | { readonly kind: 'pc' }
  | { readonly kind: 'csr'; readonly number: number }
  | { readonly kind: 'memory'; readonly address: VirtAddr; readonly sizeBytes: 1 | 2 | 4 };

export interface Evaluation {
  /** Unsigned. */
  readonly value: number;
  readonly place?: Place;
  readonly format?: ValueFormat;
  /** Of a variable, and of what is computed with one: the number as the source has it; `value` are its low bits. */
  readonly exact?: bigint;
  /** What the expression names, if it has a type. */
  readonly variable?: Variable;
  /** Of characters between quotes. */
  readonly text?: string;
  /** Of a comparison with a variable. */
  readonly truth?: boolean;
  /** A number that is written in the expression, with its sign. */
  readonly literal?: bigint;
}

export interface EvaluationContext {
  readonly platform: Platform;
  readonly thread: number;
  /** The frame whose variables have names; the innermost where absent. */
  readonly depth?: number;
  /** Counts of the debugger, such as `$hits` of a breakpoint. */
  readonly extra?: Readonly<Record<string, number>>;
}

export function evaluate(text: string, context: EvaluationContext): Result<Evaluation, string> {
  const parsed = parseExpression(text);
  if (!parsed.ok) return parsed;
  const value = valueOf(parsed.value.tree, context);
  if (!value.ok || parsed.value.format === undefined) return value;
  return ok({ ...value.value, format: parsed.value.format });
}

/** For a register, or a word of memory: a number that fits in 32 bits. */
export function evaluateWord(text: string, context: EvaluationContext): Result<number, string> {
  const found = evaluate(text, context);
  return found.ok ? wordOf(found.value) : found;
}

const wordOf = ({ value, exact }: Evaluation): Result<number, string> =>
  exact !== undefined && (exact >= 2n ** 32n || exact < -(2n ** 31n))
    ? fail(`${exact.toString()} does not fit in 32 bits.`)
    : ok(value);

/** Whether a condition holds. */
export const isTrue = ({ value, exact }: Evaluation): boolean =>
  exact === undefined ? value !== 0 : exact !== 0n;

/** As Watch and log messages show it: by its type, or as a word. */
export function formatEvaluation(
  { platform, thread }: EvaluationContext,
  { value, exact, format, variable, text, truth }: Evaluation,
): string {
  if (truth !== undefined && format === undefined) return String(truth);
  if (text !== undefined) return JSON.stringify(text);
  if (variable !== undefined && format === undefined) return valueOfVariable(variable).text;
  if (exact !== undefined && (format === undefined || format === 'd')) return exact.toString();
  if (exact !== undefined && (format === 'x' || format === 'u')) {
    // As many bits as the number has in a variable.
    const isWord = exact >= -(2n ** 31n) && exact < 2n ** 32n;
    const bits = BigInt.asUintN(isWord ? 32 : 64, exact);
    return format === 'u'
      ? bits.toString()
      : `0x${bits.toString(16).padStart(isWord ? 8 : 16, '0')}`;
  }
  return formatValue(platform, spaceOf(platform, thread), value, format);
}

/** Stores a word where an expression said it lives. A sentence when that cannot be done. */
export function assign(
  context: EvaluationContext,
  place: Place | undefined,
  value: number,
): Result<undefined, string> {
  const { platform, thread } = context;
  switch (place?.kind) {
    case undefined:
      return fail('This is a value and no place: assign to a register, a CSR or memory.');
    case 'pc':
      if (value % 2 !== 0) return fail('pc must be even: instructions begin at even addresses.');
      writePc(platform, thread, virtAddr(value));
      return ok(undefined);
    case 'register':
      return writeRegister(platform, thread, place.number, value)
        ? ok(undefined)
        : fail('zero is always 0 and cannot be set.');
    case 'csr': {
      const hart = hartOf(platform, thread) ?? platform.machine.harts[0];
      return hart?.writeCsr(place.number, value) === true
        ? ok(undefined)
        : fail('This CSR is read-only.');
    }
    case 'memory': {
      const bytes = Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
      const { address, sizeBytes } = place;
      const space = spaceOf(platform, thread);
      const written = writeMemory(platform, space, address, bytes.subarray(0, sizeBytes));
      return written === sizeBytes
        ? ok(undefined)
        : fail(
            `${formatAddress(address)} is not RAM of this address space, so it was not written.`,
          );
    }
  }
}

/** Without a format: hexadecimal, then what the address names, or the signed value when it is short. */
export function formatValue(
  platform: Platform,
  space: AddressSpace,
  value: number,
  format?: ValueFormat,
): string {
  const word = value >>> 0;
  switch (format) {
    case 'x':
      return formatAddress(word);
    case 'd':
      return `${word | 0}`;
    case 'u':
      return `${word}`;
    case 'b':
      return `0b${word.toString(2)}`;
    case 'c':
      return word >= 0x20 && word < 0x7f
        ? `'${String.fromCharCode(word)}'`
        : `'\\x${(word & 0xff).toString(16).padStart(2, '0')}'`;
    case undefined: {
      if (symbolize(platform, space, virtAddr(word)) !== undefined) {
        return describeAddress(platform, space, word);
      }
      const signed = word | 0;
      return Math.abs(signed) < 0x10_0000
        ? `${formatAddress(word)} (${signed})`
        : formatAddress(word);
    }
  }
}

/** What the REPL may complete: registers, CSRs, symbols and the names with `$`. */
export function dollarNames(platform: Platform): string[] {
  return hasKernel(platform) ? ['$tcb', '$badge', '$info', '$mr0', '$mr1', '$mr2', '$mr3'] : [];
}

function valueOf(tree: Expression, context: EvaluationContext): Result<Evaluation, string> {
  switch (tree.kind) {
    case 'number':
      return tree.exact === undefined
        ? ok({ value: tree.value, literal: BigInt(tree.value) })
        : exactValue(tree.exact);
    case 'text':
      return ok({ value: 0, text: tree.text });
    case 'name':
      return nameOf(tree.name, context);
    case 'member': {
      const of = valueOf(tree.of, context);
      return of.ok ? memberValue(of.value, tree.name) : of;
    }
    case 'element':
      return elementValue(tree.of, tree.index, context);
    case 'memory': {
      const address = valueOf(tree.address, context);
      if (!address.ok) return address;
      const word = wordOf(address.value);
      return word.ok ? load(context, virtAddr(word.value), tree.sizeBytes) : word;
    }
    case 'unary':
      return unaryOf(tree.operator, tree.operand, context);
    case 'binary': {
      const left = valueOf(tree.left, context);
      if (!left.ok) return left;
      // As in C, the right side of && and || counts only when it decides.
      if (tree.operator === '&&' && !isTrue(left.value)) return ok(decided(left.value, false));
      if (tree.operator === '||' && isTrue(left.value)) return ok(decided(left.value, true));
      const right = valueOf(tree.right, context);
      if (!right.ok) return right;
      return isTyped(left.value) || isTyped(right.value)
        ? typedBinaryOf(tree.operator, left.value, right.value)
        : binaryOf(tree.operator, left.value.value, right.value.value);
    }
  }
}

function nameOf(name: string, context: EvaluationContext): Result<Evaluation, string> {
  const { platform, thread } = context;
  if (name.startsWith('$')) return dollarNameOf(name, context);
  const variable = variableValue(name, context);
  if (variable !== undefined) return variable;
  if (name === 'pc') return ok({ value: readPc(platform, thread), place: { kind: 'pc' } });
  const register = findRegister(name);
  if (register !== undefined) {
    const { number } = register;
    return ok({
      value: readRegister(platform, thread, number),
      place: { kind: 'register', number },
    });
  }
  const image = programOfThread(platform, thread)?.image ?? platform.image;
  const symbol = symbolNamed(image, name);
  if (symbol !== undefined) return ok({ value: symbol.address });
  const csr = findCsr(name);
  if (csr === undefined) {
    return fail(`There is no register, CSR or symbol named ${name} in ${image.name}.`);
  }
  const hart = hartOf(platform, thread) ?? platform.machine.harts[0];
  const value = hart?.readCsr(csr.number);
  return value === undefined
    ? fail(`This hart has no CSR ${csr.name}.`)
    : ok({ value: value >>> 0, place: { kind: 'csr', number: csr.number } });
}

function dollarNameOf(name: string, context: EvaluationContext): Result<Evaluation, string> {
  const { platform, thread, extra } = context;
  const known = extra?.[name];
  if (known !== undefined) return ok({ value: known });
  if (!hasKernel(platform)) {
    const plain = name.slice(1);
    if (plain !== '' && !plain.startsWith('$')) return nameOf(plain, context);
  }
  if (name === '$tcb') return ok({ value: thread });
  if (name === '$badge') return inRegister(context, badgeRegister);
  if (name === '$info') return inRegister(context, infoRegister);
  const index = /^\$mr(\d{1,3})$/.exec(name)?.[1];
  if (index !== undefined) return messageWordOf(Number(index), context);
  // As in GDB, a register may be written with a dollar sign.
  const register = findRegister(name.slice(1));
  if (register !== undefined) return inRegister(context, register.number);
  if (name === '$pc') return ok({ value: readPc(platform, thread), place: { kind: 'pc' } });
  return fail(`There is no ${name}; known are ${dollarNames(platform).join(', ')} and registers.`);
}

function inRegister(context: EvaluationContext, number: number): Result<Evaluation, string> {
  const value = readRegister(context.platform, context.thread, number);
  return ok({ value, place: { kind: 'register', number } });
}

function messageWordOf(index: number, context: EvaluationContext): Result<Evaluation, string> {
  const { platform, thread } = context;
  if (index < messageRegisters) return inRegister(context, messageRegister(index));
  const value = readMessageWord(platform, thread, index);
  const address = ipcBufferMember(platform, thread, `msg[${index}]`);
  return value === undefined || address === undefined
    ? fail(`$mr${index} is in the IPC buffer, and this thread has none that can be read there.`)
    : ok({ value, place: { kind: 'memory', address, sizeBytes: 4 } });
}

function load(
  { platform, thread }: EvaluationContext,
  address: VirtAddr,
  sizeBytes: 1 | 2 | 4,
): Result<Evaluation, string> {
  const space = spaceOf(platform, thread);
  const value = readNumber(platform, space, address, sizeBytes);
  if (value !== undefined) return ok({ value, place: { kind: 'memory', address, sizeBytes } });
  const readable = viewMemory(platform, space, address, sizeBytes).bytes.length;
  return fail(
    `Memory at ${formatAddress(address + readable)} cannot be read: nothing is mapped there.`,
  );
}

function unaryOf(
  operator: UnaryOperator,
  operand: Expression,
  context: EvaluationContext,
): Result<Evaluation, string> {
  const inner = valueOf(operand, context);
  if (!inner.ok) return inner;
  const { value, place, exact, variable, literal } = inner.value;
  if (variable?.at.kind === 'memory' && operator === '&') return ok({ value: variable.at.address });
  if (isTyped(inner.value) && operator !== '&') {
    if (exact === undefined) return fail(noNumber(inner.value));
    return exactValue(
      operator === '-'
        ? -exact
        : operator === '~'
          ? ~exact
          : operator === '!'
            ? exact === 0n
              ? 1n
              : 0n
            : exact,
    );
  }
  switch (operator) {
    case '-':
      return ok({
        value: -value >>> 0,
        ...(literal === undefined ? {} : { literal: -literal }),
      });
    case '+':
      return ok({ value });
    case '~':
      return ok({ value: ~value >>> 0 });
    case '!':
      return ok({ value: value === 0 ? 1 : 0 });
    case '&':
      if (place?.kind === 'memory') return ok({ value: place.address });
      // A symbol is its address already, so that both spellings work.
      return place === undefined
        ? ok({ value })
        : fail('& takes the address of memory; a register has none.');
  }
}

/** A local of the frame or a variable of a module, and what a name with dots leads to in it. */
function variableValue(
  name: string,
  { platform, thread, depth = 0 }: EvaluationContext,
): Result<Evaluation, string> | undefined {
  const position = { platform, thread, depth };
  const whole = variableNamed(position, name);
  if (whole !== undefined) return whole.ok ? ok(evaluationOf(whole.value)) : whole;
  const [head = '', ...path] = name.split('.');
  const found = path.length === 0 ? undefined : variableNamed(position, head);
  if (found === undefined) return undefined;
  if (!found.ok) return found;
  let value: Result<Evaluation, string> = ok(evaluationOf(found.value));
  for (const member of path) {
    if (!value.ok) return value;
    value = memberValue(value.value, member);
  }
  return value;
}

function evaluationOf(variable: Variable): Evaluation {
  const exact = numberOf(variable);
  return {
    value: Number(BigInt.asUintN(32, exact ?? 0n)),
    variable,
    ...(exact === undefined ? {} : { exact }),
  };
}

const exactValue = (exact: bigint): Result<Evaluation, string> => {
  // Wider than any type, so that nothing that a source computes is cut, and no number grows without end.
  const value = BigInt.asIntN(128, exact);
  return ok({ value: Number(BigInt.asUintN(32, value)), exact: value });
};

const isTyped = ({ exact, variable, text }: Evaluation): boolean =>
  exact !== undefined || variable !== undefined || text !== undefined;

const noNumber = ({ variable, text }: Evaluation): string =>
  text !== undefined || variable === undefined
    ? 'Characters are no number: compare them with a string, by == or !=.'
    : `A ${typeName(variable.reading.debug, variable.type)} is no whole number, so nothing can be computed with it.`;

function memberValue(of: Evaluation, name: string): Result<Evaluation, string> {
  if (of.variable === undefined) return fail(`A word has no member ${name}.`);
  const found = memberOf(of.variable, name);
  if (!found.ok) return found;
  return typeof found.value === 'number'
    ? exactValue(BigInt(found.value))
    : ok(evaluationOf(found.value));
}

function elementValue(
  of: Expression,
  index: Expression,
  context: EvaluationContext,
): Result<Evaluation, string> {
  const list = valueOf(of, context);
  if (!list.ok) return list;
  const at = valueOf(index, context);
  if (!at.ok) return at;
  if (list.value.variable === undefined)
    return fail('Only a variable has elements: write [address + offset] to read memory.');
  const number = numberIn(at.value);
  if (number === undefined) return fail(noNumber(at.value));
  const found = elementOf(list.value.variable, Number(number));
  return found.ok ? ok(evaluationOf(found.value)) : found;
}

/** A word beside a variable counts as signed, a literal as it is written. */
const numberIn = (evaluation: Evaluation): bigint | undefined =>
  isTyped(evaluation) ? evaluation.exact : (evaluation.literal ?? BigInt(evaluation.value | 0));

const truthOf = (truth: boolean): Evaluation => ({
  value: truth ? 1 : 0,
  exact: truth ? 1n : 0n,
  truth,
});

/** Of && and || by their left side alone. */
const decided = (left: Evaluation, truth: boolean): Evaluation =>
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

function binaryOf(
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
