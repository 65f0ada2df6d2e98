/**
 * Types of C headers, as riscv32 lays them out (ilp32): what a call needs to carry a value of one. A type that is not
 * understood says why in the words that a sentence about it goes on with.
 */
import type { CType } from '../components/c-types.js';

export type HeaderType =
  | { readonly kind: 'number'; readonly type: CType }
  | EnumType
  | StructType
  | { readonly kind: 'array'; readonly element: KnownType; readonly count: number }
  | UnknownType;

export interface UnknownType {
  readonly kind: 'unknown';
  /** `is a pointer`. */
  readonly why: string;
}

export type KnownType = Exclude<HeaderType, UnknownType>;

/** What a parameter can be: C passes no array by value. */
export type PassedType = Exclude<KnownType, { readonly kind: 'array' }>;

export interface EnumType {
  readonly kind: 'enum';
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly value: bigint }[];
  readonly type: CType;
}

export interface StructType {
  readonly kind: 'struct';
  /** That of the `typedef`, or the tag; of one inside of another, after the field: `line_from`. */
  readonly name: string;
  readonly fields: readonly StructField[];
  readonly sizeBytes: number;
  readonly alignBytes: number;
  /** Why a language other than C has nothing like it: `is a union`. Then the fields are not all there is. */
  readonly onlyC?: string;
}

export interface StructField {
  readonly name: string;
  readonly type: KnownType;
  readonly offset: number;
}

export const sizeOfType = (type: KnownType): number => {
  switch (type.kind) {
    case 'number':
    case 'enum':
      return type.type.sizeBytes;
    case 'struct':
      return type.sizeBytes;
    case 'array':
      return type.count * sizeOfType(type.element);
  }
};

export const alignmentOfType = (type: KnownType): number => {
  switch (type.kind) {
    case 'number':
    case 'enum':
      return type.type.sizeBytes;
    case 'struct':
      return type.alignBytes;
    case 'array':
      return alignmentOfType(type.element);
  }
};

/** The elements of an array of arrays, in their order in memory. */
export function flatArray(type: KnownType): {
  readonly element: KnownType;
  readonly count: number;
} {
  let element = type;
  let count = 1;
  while (element.kind === 'array') {
    count *= element.count;
    element = element.element;
  }
  return { element, count };
}
