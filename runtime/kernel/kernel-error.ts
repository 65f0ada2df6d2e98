/**
 * Why an invocation is refused: the error code with its message words, and a sentence for people.
 * The sentence is a function because most refusals have no listener, and a thread may be refused often.
 */
import type { ErrorName } from '../abi/errors.js';
import type { Result } from '../base/result.js';

export interface KernelError {
  readonly name: ErrorName;
  /** From MR0. */
  readonly words: readonly number[];
  readonly sentence: () => string;
}

export type Decoded<Plan> = Result<Plan, KernelError>;

export const refuse = (
  name: ErrorName,
  words: readonly number[],
  sentence: () => string,
): { readonly ok: false; readonly error: KernelError } => ({
  ok: false,
  error: { name, words, sentence },
});

export const truncated = (method: string, needed: string) =>
  refuse('TruncatedMessage', [], () => `${method}: the message is too short; it needs ${needed}`);

export const illegal = (sentence: () => string) => refuse('IllegalOperation', [], sentence);

export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
