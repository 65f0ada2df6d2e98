/**
 * Types of CAmkES in guest TypeScript: numbers of the same size, strings, and arrays of them; of C headers also structs,
 * as classes whose fields have their names, and enums.
 */
import type { StructType } from '../c-headers/header-type.js';
import type { ProcedureType } from '../camkes/system.js';
import { cTypeOf } from './c-types.js';

const named: Readonly<Record<string, string>> = {
  bool: 'bool',
  boolean: 'bool',
  float: 'f32',
  double: 'f64',
  string: 'string',
};

/** Undefined for a type of a C header. */
export function guestTypeOf(type: string): string | undefined {
  const known = Object.hasOwn(named, type) ? named[type] : undefined;
  if (known !== undefined) return known;
  const plain = cTypeOf(type);
  return plain && `${plain.isSigned ? 'i' : 'u'}${String(plain.sizeBytes * 8)}`;
}

export type GuestType =
  | { readonly kind: 'string' }
  /** `memory` is its type where it is loaded and stored. */
  | { readonly kind: 'plain'; readonly spelling: string; readonly memory: string }
  | { readonly kind: 'struct'; readonly type: StructType };

type HeaderTypes = ProcedureType['headerTypes'];

/** Undefined for a type that is not known, and for one that only C can have. */
export function guestType(type: string, headerTypes: HeaderTypes): GuestType | undefined {
  if (type === 'string') return { kind: 'string' };
  const plain = guestTypeOf(type);
  if (plain !== undefined) return { kind: 'plain', spelling: plain, memory: plain };
  const declared = headerTypes?.get(type);
  if (declared?.kind === 'number') {
    const number = guestTypeOf(declared.type.name);
    return number === undefined ? undefined : { kind: 'plain', spelling: number, memory: number };
  }
  if (declared?.kind === 'enum')
    return { kind: 'plain', spelling: spellingOfEnum(declared.name), memory: 'i32' };
  if (declared?.kind !== 'struct' || declared.onlyC !== undefined) return undefined;
  return { kind: 'struct', type: declared };
}

/** An enum without a name is what its constants are. */
export const spellingOfEnum = (name: string): string => (name === '' ? 'i32' : name);

export const spellingOf = (type: GuestType): string => {
  if (type.kind === 'string') return 'string';
  return type.kind === 'plain' ? type.spelling : type.type.name;
};
