/** Number types of C, whose words may stand in any order: `long unsigned int` is `unsigned long`. */
import { cTypeOf, type CType } from '../components/c-types.js';

const words: ReadonlySet<string> = new Set(
  'char short int long signed unsigned float double _Bool bool void __signed__'.split(' '),
);

export const isNumberWord = (word: string): boolean => words.has(word);

/** Undefined for words that make no number type, such as `long double`. */
export function numberOfWords(given: readonly string[]): CType | undefined {
  const count = (word: string): number => given.filter((each) => each === word).length;
  const [base, others] = given.some((word) => word === 'char' || word === 'short')
    ? [count('char') > 0 ? 'char' : 'short', 0]
    : ['', count('long')];
  const single = given.find((word) => /^(?:float|double|_Bool|bool)$/.test(word));
  if (single !== undefined)
    return given.length === 1 ? cTypeOf(single === '_Bool' ? 'bool' : single) : undefined;
  const isUnsigned = count('unsigned') > 0;
  const isSigned = count('signed') + count('__signed__') > 0;
  if (given.includes('void') || (isSigned && isUnsigned) || others > 2) return undefined;
  const plain = base === '' ? (['int', 'long', 'long long'][others] ?? 'int') : base;
  if (isUnsigned) return cTypeOf(`unsigned ${plain}`) ?? cTypeOf(plain);
  return cTypeOf(isSigned && plain === 'char' ? 'signed char' : plain);
}

/** Names of the standard headers that CAmkES itself has no type for. */
const standard: Readonly<Record<string, string>> = {
  ptrdiff_t: 'int',
  intmax_t: 'int64_t',
  uintmax_t: 'uint64_t',
  wchar_t: 'int',
  seL4_Uint8: 'uint8_t',
  seL4_Uint16: 'uint16_t',
  seL4_Uint32: 'uint32_t',
  seL4_Uint64: 'uint64_t',
  seL4_Int8: 'int8_t',
  seL4_Int16: 'int16_t',
  seL4_Int32: 'int32_t',
  seL4_Int64: 'int64_t',
  seL4_Bool: 'int8_t',
};

/** Words of CAmkES that C does not have as types. */
const notInC: ReadonlySet<string> = new Set(['string', 'character', 'boolean', 'integer']);

export function namedNumber(name: string): CType | undefined {
  if (notInC.has(name)) return undefined;
  return cTypeOf(Object.hasOwn(standard, name) ? (standard[name] ?? name) : name);
}
