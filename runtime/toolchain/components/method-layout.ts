/**
 * How the C function of a method takes its parameters: which words of its arguments each has. Words 0 to 7 are the
 * registers a0 to a7, the others lie on the stack; a value of eight bytes has two words, which may be a7 and the
 * first of the stack. A struct of up to eight bytes is passed as words are, a larger one by reference, and so is a larger
 * result, whose address is the first argument (RISC-V psABI, "Integer Calling Convention").
 */
import type { MethodType, ProcedureType } from '../camkes/system.js';
import type { StructType } from '../c-headers/header-type.js';
import type { CType } from './c-types.js';
import { cTypeOf } from './c-types.js';

export interface MethodLayout {
  readonly name: string;
  readonly returns: ValueType | undefined;
  /** Word 0 is the address where the result goes. */
  readonly returnsByReference: boolean;
  readonly parameters: readonly ParameterLayout[];
  readonly wordCount: number;
}

export type ValueType =
  | { readonly kind: 'plain'; readonly type: CType }
  | { readonly kind: 'struct'; readonly type: StructType }
  | { readonly kind: 'string' };

export interface ParameterLayout {
  readonly name: string;
  readonly direction: 'in' | 'out' | 'inout' | 'refin';
  readonly value: ValueType;
  readonly isArray: boolean;
  /** Its word is an address. */
  readonly isReference: boolean;
  /** Of an array the word of its pointer; its number of elements is in the word before. */
  readonly word: number;
}

export const registerWords = 8;

export type LaidOut =
  | { readonly ok: true; readonly layout: MethodLayout }
  /** Which type is not known, and why that matters. */
  | { readonly ok: false; readonly message: string };

export function layOutMethod(
  method: MethodType,
  headerTypes: ProcedureType['headerTypes'] = new Map(),
): LaidOut {
  const { name } = method;
  const returns = method.returns === 'void' ? undefined : valueOf(method.returns, headerTypes);
  if (returns?.kind === 'unknown')
    return refused(method, `it returns a \`${method.returns}\``, returns.why);
  const returnsByReference = returns !== undefined && isLarge(returns);
  let next = returnsByReference ? 1 : 0;
  const take = (words: number, alignWords: number): number => {
    // Behind the registers a value is aligned as its type is.
    if (next >= registerWords) next = Math.ceil(next / alignWords) * alignWords;
    next += words;
    return next - words;
  };
  const parameters: ParameterLayout[] = [];
  for (const { name: own, direction, type, isArray } of method.parameters) {
    const value = valueOf(type, headerTypes);
    if (value.kind === 'unknown')
      return refused(method, `the parameter \`${own}\` is a \`${type}\``, value.why);
    if (isArray) take(1, 1);
    const isReference = direction !== 'in' || isArray || value.kind === 'string' || isLarge(value);
    const words = isReference ? 1 : Math.ceil(sizeOfValue(value) / 4);
    const word = take(words, isReference ? 1 : Math.max(1, alignmentOf(value) / 4));
    parameters.push({ name: own, direction, value, isArray, isReference, word });
  }
  return { ok: true, layout: { name, returns, returnsByReference, parameters, wordCount: next } };
}

/** Bytes of a value in a message; of a string its end. */
export const sizeOfValue = (value: ValueType): number =>
  value.kind === 'string' ? 1 : value.type.sizeBytes;

const alignmentOf = (value: ValueType): number =>
  value.kind === 'struct' ? value.type.alignBytes : sizeOfValue(value);

/** Of a value that a stub makes room for. */
const stackAlignment = 8;

const isLarge = (value: ValueType): boolean => value.kind === 'struct' && value.type.sizeBytes > 8;

type FoundValue = ValueType | { readonly kind: 'unknown'; readonly why: string };

function valueOf(type: string, headerTypes: NonNullable<ProcedureType['headerTypes']>): FoundValue {
  if (type === 'string') return { kind: 'string' };
  const plain = cTypeOf(type);
  if (plain !== undefined) return { kind: 'plain', type: plain };
  const declared = headerTypes.get(type);
  switch (declared?.kind) {
    case 'number':
    case 'enum':
      return { kind: 'plain', type: declared.type };
    case 'struct':
      return declared.alignBytes > stackAlignment
        ? {
            kind: 'unknown',
            why: `is aligned to ${String(declared.alignBytes)} bytes, more than a stub gives`,
          }
        : { kind: 'struct', type: declared };
    case 'unknown':
      return declared;
    default:
      return { kind: 'unknown', why: 'is declared in no header that is known here' };
  }
}

const refused = ({ name }: MethodType, what: string, why: string): LaidOut => ({
  ok: false,
  message: `No stub can be made for \`${name}\`: ${what}, which ${why}. Use types of CAmkES, of <stdint.h>, or structs, enums and numbers of a header; or pass the data through a dataport.`,
});

export const isSent = ({ direction }: ParameterLayout): boolean => direction !== 'out';
export const isReturned = ({ direction }: ParameterLayout): boolean =>
  direction === 'out' || direction === 'inout';

/** Bytes of the number of a method in a message; none where there is one method only. */
export const indexBytes = (methodCount: number): 0 | 1 | 2 | 4 =>
  methodCount <= 1 ? 0 : methodCount <= 2 ** 8 ? 1 : methodCount <= 2 ** 16 ? 2 : 4;
