/**
 * What an expression means to a thread that stands still. Values are 32-bit words; `+ - * & | ^ <<`
 * wrap, `>>` shifts zeros in, and `/ % < <= > >=` take words as signed. A symbol is its address, as
 * in assembly; `*`, `[ ]` and `word( )` load a word, `half( )` and `byte( )` less. Reading changes nothing.
 * Total: whatever is wrong is a sentence.
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
}

export interface EvaluationContext {
  readonly platform: Platform;
  readonly thread: number;
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
      return ok({ value: tree.value });
    case 'name':
      return nameOf(tree.name, context);
    case 'memory': {
      const address = valueOf(tree.address, context);
      if (!address.ok) return address;
      return load(context, virtAddr(address.value.value), tree.sizeBytes);
    }
    case 'unary':
      return unaryOf(tree.operator, tree.operand, context);
    case 'binary': {
      const left = valueOf(tree.left, context);
      if (!left.ok) return left;
      // As in C, the right side of && and || counts only when it decides.
      if (tree.operator === '&&' && left.value.value === 0) return ok({ value: 0 });
      if (tree.operator === '||' && left.value.value !== 0) return ok({ value: 1 });
      const right = valueOf(tree.right, context);
      if (!right.ok) return right;
      return binaryOf(tree.operator, left.value.value, right.value.value);
    }
  }
}

function nameOf(name: string, context: EvaluationContext): Result<Evaluation, string> {
  const { platform, thread } = context;
  if (name.startsWith('$')) return dollarNameOf(name, context);
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
  const { value, place } = inner.value;
  switch (operator) {
    case '-':
      return ok({ value: -value >>> 0 });
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
