/** Types of CAmkES in guest TypeScript: numbers of the same size, strings, and arrays of numbers. */
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
