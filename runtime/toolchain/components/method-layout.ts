/**
 * How the C function of a method takes its parameters: which words of its arguments each has. Words 0 to 7 are the
 * registers a0 to a7, the others lie on the stack; a value of eight bytes has two words, which may be a7 and the
 * first of the stack (RISC-V psABI, "Integer Calling Convention").
 */
import type { MethodType } from '../camkes/system.js';
import type { CType } from './c-types.js';
import { cTypeOf } from './c-types.js';

export interface MethodLayout {
  readonly name: string;
  readonly returns: ValueType | undefined;
  readonly parameters: readonly ParameterLayout[];
  readonly wordCount: number;
}

export type ValueType =
  { readonly kind: 'plain'; readonly type: CType } | { readonly kind: 'string' };

export interface ParameterLayout {
  readonly name: string;
  readonly direction: 'in' | 'out' | 'inout' | 'refin';
  readonly value: ValueType;
  readonly isArray: boolean;
  /** Of an array the word of its pointer; its number of elements is in the word before. */
  readonly word: number;
}

export const registerWords = 8;

export type LaidOut =
  | { readonly ok: true; readonly layout: MethodLayout }
  /** Which type is not known, and why that matters. */
  | { readonly ok: false; readonly message: string };

export function layOutMethod(method: MethodType): LaidOut {
  let next = 0;
  const take = (words: number): number => {
    // Behind the registers a value of eight bytes is aligned.
    if (words === 2 && next >= registerWords) next += next % 2;
    next += words;
    return next - words;
  };
  const parameters: ParameterLayout[] = [];
  for (const { name, direction, type, isArray } of method.parameters) {
    const value = valueOf(type);
    if (value === undefined) return unknown(method, `the parameter \`${name}\` is a \`${type}\``);
    if (isArray) take(1);
    const isWide =
      direction === 'in' && !isArray && value.kind === 'plain' && value.type.sizeBytes === 8;
    parameters.push({ name, direction, value, isArray, word: take(isWide ? 2 : 1) });
  }
  const returns = method.returns === 'void' ? undefined : valueOf(method.returns);
  if (method.returns !== 'void' && returns === undefined)
    return unknown(method, `it returns a \`${method.returns}\``);
  return { ok: true, layout: { name: method.name, returns, parameters, wordCount: next } };
}

const valueOf = (type: string): ValueType | undefined => {
  if (type === 'string') return { kind: 'string' };
  const plain = cTypeOf(type);
  return plain === undefined ? undefined : { kind: 'plain', type: plain };
};

const unknown = ({ name }: MethodType, what: string): LaidOut => ({
  ok: false,
  message: `No stub can be made for \`${name}\`: ${what}, whose size only a C compiler with its headers knows. Use the types of CAmkES and of <stdint.h>, or pass the data through a dataport.`,
});

export const isSent = ({ direction }: ParameterLayout): boolean => direction !== 'out';
export const isReturned = ({ direction }: ParameterLayout): boolean =>
  direction === 'out' || direction === 'inout';

/** Bytes of the number of a method in a message; none where there is one method only. */
export const indexBytes = (methodCount: number): 0 | 1 | 2 | 4 =>
  methodCount <= 1 ? 0 : methodCount <= 2 ** 8 ? 1 : methodCount <= 2 ** 16 ? 2 : 4;
