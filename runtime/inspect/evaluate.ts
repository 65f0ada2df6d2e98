/**
 * What an expression means to a thread that stands still. Values are 32-bit words; `+ - * & | ^ <<`
 * wrap, `>>` shifts zeros in, and `/ % < <= > >=` take words as signed. A symbol is its address, as
 * in assembly; `*`, `[ ]` and `word( )` load a word, `half( )` and `byte( )` less. A variable that a compiler told of
 * goes before all other names, and after it a constant such as `Mode.Auto`; what is computed with one is a whole number,
 * as its type has it, that does not wrap. Registers of devices come last, `uart.STATUS`; `$uart.STATUS` is one whatever
 * the program names so.
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
  deviceNamed,
  elementOfDevice,
  memberOfDevice,
  readDevice,
  storeToDevice,
  whyNoNumber,
  type NamedDevice,
} from './device-names.js';
import { formatRegister } from './devices.js';
import { constantNamed } from './enumerations.js';
import {
  exactValue,
  isTrue,
  isTyped,
  noNumber,
  numberIn,
  type Evaluation,
  type Place,
} from './evaluation.js';
import {
  parseExpression,
  type Expression,
  type UnaryOperator,
  type ValueFormat,
} from './expression.js';
import { readNumber, viewMemory, writeMemory } from './memory.js';
import { badgeRegister, infoRegister, messageRegister, readMessageWord } from './registers.js';
import { messageRegisters } from '../abi/message-info.js';
import { ipcBufferMember } from './registers.js';
import { programOfThread } from './modules.js';
import { binaryOf, decided } from './operators.js';
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

export interface EvaluationContext {
  readonly platform: Platform;
  readonly thread: number;
  /** The frame whose variables have names; the innermost where absent. */
  readonly depth?: number;
  /** Counts of the debugger, such as `$hits` of a breakpoint. */
  readonly extra?: Readonly<Record<string, number>>;
}

export function evaluate(text: string, context: EvaluationContext): Result<Evaluation, string> {
  const found = evaluateNamed(text, context);
  return found.ok ? withNumber(found.value) : found;
}

/** As `evaluate`, and also what unfolds or can be stored into without being a number: it says so by `noNumber`. */
export function evaluateNamed(
  text: string,
  context: EvaluationContext,
): Result<Evaluation, string> {
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

const withNumber = (evaluation: Evaluation): Result<Evaluation, string> =>
  evaluation.noNumber === undefined ? ok(evaluation) : fail(evaluation.noNumber);

const wordOf = ({ value, exact }: Evaluation): Result<number, string> =>
  exact !== undefined && (exact >= 2n ** 32n || exact < -(2n ** 31n))
    ? fail(`${exact.toString()} does not fit in 32 bits.`)
    : ok(value);

/** As Watch and log messages show it: by its type, or as a word. */
export function formatEvaluation(
  { platform, thread }: EvaluationContext,
  { value, exact, format, variable, device, text, truth }: Evaluation,
): string {
  if (truth !== undefined && format === undefined) return String(truth);
  if (text !== undefined) return JSON.stringify(text);
  if (variable !== undefined && format === undefined) return valueOfVariable(variable).text;
  if (device !== undefined && format === undefined)
    return device.kind === 'register' ? formatRegister(value, device.table.widthBytes) : `${value}`;
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
    case 'device':
      return storeToDevice(platform, place.of, value);
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
      return of.ok ? memberValue(of.value, tree.name, context) : of;
    }
    case 'element':
      return elementValue(tree.of, tree.index, context);
    case 'memory': {
      const address = operandOf(tree.address, context);
      if (!address.ok) return address;
      const word = wordOf(address.value);
      return word.ok ? load(context, virtAddr(word.value), tree.sizeBytes) : word;
    }
    case 'unary':
      return unaryOf(tree.operator, tree.operand, context);
    case 'binary': {
      const left = operandOf(tree.left, context);
      if (!left.ok) return left;
      // As in C, the right side of && and || counts only when it decides.
      if (tree.operator === '&&' && !isTrue(left.value)) return ok(decided(left.value, false));
      if (tree.operator === '||' && isTrue(left.value)) return ok(decided(left.value, true));
      const right = operandOf(tree.right, context);
      if (!right.ok) return right;
      return binaryOf(tree.operator, left.value, right.value);
    }
  }
}

/** What is computed with. */
function operandOf(tree: Expression, context: EvaluationContext): Result<Evaluation, string> {
  const found = valueOf(tree, context);
  return found.ok ? withNumber(found.value) : found;
}

function nameOf(name: string, context: EvaluationContext): Result<Evaluation, string> {
  const { platform, thread } = context;
  if (name.startsWith('$')) return dollarNameOf(name, context);
  const variable = variableValue(name, context);
  if (variable !== undefined)
    return variable.ok ? variable : fail(`${variable.error}${deviceOfThatName(name, platform)}`);
  const constant = name.includes('.') ? constantOf(name, context) : undefined;
  if (constant !== undefined) return constant;
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
    return (
      // As C writes it; in guest TypeScript the name alone means nothing, and hides no register.
      constantOf(name, context) ??
      deviceValue(name, context) ??
      fail(`There is no register, CSR or symbol named ${name} in ${image.name}.`)
    );
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
  const device = deviceValue(name.slice(1), context);
  if (device !== undefined) return device;
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

/** Undefined where the name does not begin with a device of the board. */
function deviceValue(
  name: string,
  context: EvaluationContext,
): Result<Evaluation, string> | undefined {
  const [head = '', ...path] = name.split('.');
  const device = deviceNamed(context.platform, head);
  if (device === undefined) return undefined;
  let value = deviceEvaluation(device, context);
  for (const member of path) {
    if (!value.ok) return value;
    value = memberValue(value.value, member, context);
  }
  return value;
}

function deviceEvaluation(
  device: NamedDevice,
  { platform }: EvaluationContext,
): Result<Evaluation, string> {
  const noNumber = whyNoNumber(device);
  const isPlace = device.kind === 'register' || device.kind === 'field';
  const named = { device, ...(isPlace ? { place: { kind: 'device', of: device } as const } : {}) };
  if (noNumber !== undefined) return ok({ value: 0, ...named, noNumber });
  const value = readDevice(platform, device);
  return value.ok ? ok({ value: value.value, ...named }) : value;
}

/** The program's names go first; what it hides can be named all the same. */
function deviceOfThatName(name: string, platform: Platform): string {
  const [head = ''] = name.split('.');
  return deviceNamed(platform, head) === undefined ? '' : ` The device is $${head}.`;
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
  const inner = operandOf(operand, context);
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
  context: EvaluationContext,
): Result<Evaluation, string> | undefined {
  const { platform, thread, depth = 0 } = context;
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
    value = memberValue(value.value, member, context);
  }
  return value;
}

/** Of an enumeration; undefined where none has the name. */
function constantOf(
  name: string,
  { platform, thread, depth = 0 }: EvaluationContext,
): Result<Evaluation, string> | undefined {
  const found = constantNamed({ platform, thread, depth }, name);
  if (found === undefined || found.ok) return found && ok(evaluationOf(found.value));
  return fail(`${found.error}${deviceOfThatName(name, platform)}`);
}

function evaluationOf(variable: Variable): Evaluation {
  const exact = numberOf(variable);
  return {
    value: Number(BigInt.asUintN(32, exact ?? 0n)),
    variable,
    ...(exact === undefined ? {} : { exact }),
  };
}

function memberValue(
  of: Evaluation,
  name: string,
  context: EvaluationContext,
): Result<Evaluation, string> {
  if (of.device !== undefined) {
    const found = memberOfDevice(context.platform, of.device, name);
    return found.ok ? deviceEvaluation(found.value, context) : found;
  }
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
  const at = operandOf(index, context);
  if (!at.ok) return at;
  if (list.value.device !== undefined) {
    const found = elementOfDevice(list.value.device, Number(numberIn(at.value) ?? NaN));
    return found.ok ? deviceEvaluation(found.value, context) : found;
  }
  if (list.value.variable === undefined)
    return fail('Only a variable has elements: write [address + offset] to read memory.');
  const number = numberIn(at.value);
  if (number === undefined) return fail(noNumber(at.value));
  const found = elementOf(list.value.variable, Number(number));
  return found.ok ? ok(evaluationOf(found.value)) : found;
}
