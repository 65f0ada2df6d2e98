/** What an expression comes to: a word, where it lives, and what a compiler told of it. */
import type { VirtAddr } from '../base/address.js';
import { ok, type Result } from '../base/result.js';
import type { NamedDevice } from './device-names.js';
import type { ValueFormat } from './expression.js';
import { typeName } from './typed-value.js';
import type { Variable } from './variables.js';

/** Where a value lives, for those that can be assigned to. */
export type Place =
  | { readonly kind: 'register'; readonly number: number }
  | { readonly kind: 'pc' }
  | { readonly kind: 'csr'; readonly number: number }
  | { readonly kind: 'memory'; readonly address: VirtAddr; readonly sizeBytes: 1 | 2 | 4 }
  | { readonly kind: 'device'; readonly of: NamedDevice };

export interface Evaluation {
  /** Unsigned. */
  readonly value: number;
  readonly place?: Place;
  readonly format?: ValueFormat;
  /** Of a variable, and of what is computed with one: the number as the source has it; `value` are its low bits. */
  readonly exact?: bigint;
  /** What the expression names, if it has a type. */
  readonly variable?: Variable;
  /** What the expression names, if it is of a device of the board. */
  readonly device?: NamedDevice;
  /** Why nothing can be computed with it: a device, or a register that can only be written. */
  readonly noNumber?: string;
  /** Of characters between quotes. */
  readonly text?: string;
  /** Of a comparison with a variable. */
  readonly truth?: boolean;
  /** A number that is written in the expression, with its sign. */
  readonly literal?: bigint;
}

/** Whether a condition holds. */
export const isTrue = ({ value, exact }: Evaluation): boolean =>
  exact === undefined ? value !== 0 : exact !== 0n;

export const exactValue = (exact: bigint): Result<Evaluation, string> => {
  // Wider than any type, so that nothing that a source computes is cut, and no number grows without end.
  const value = BigInt.asIntN(128, exact);
  return ok({ value: Number(BigInt.asUintN(32, value)), exact: value });
};

/** Whether it is more than a word. */
export const isTyped = ({ exact, variable, text }: Evaluation): boolean =>
  exact !== undefined || variable !== undefined || text !== undefined;

/** Why nothing can be computed with it. */
export const noNumber = ({ variable, text }: Evaluation): string =>
  text !== undefined || variable === undefined
    ? 'Characters are no number: compare them with a string, by == or !=.'
    : `A ${typeName(variable.reading.debug, variable.type)} is no whole number, so nothing can be computed with it.`;

/** A word beside a variable counts as signed, a literal as it is written. */
export const numberIn = (evaluation: Evaluation): bigint | undefined =>
  isTyped(evaluation) ? evaluation.exact : (evaluation.literal ?? BigInt(evaluation.value | 0));
