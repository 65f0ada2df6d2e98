/**
 * The types that C headers declare: `typedef`, `struct`, `union` and `enum`. Everything else is passed over, functions
 * with their bodies too, so a header that is written for a compiler is read as far as types go. Total: what is not
 * understood becomes an unknown type, and nesting is bounded. C11 6.7.
 */
import type { CToken } from '../preprocess/c-token.js';
import { evaluateCondition } from '../preprocess/condition.js';
import type { HeaderType, KnownType } from './header-type.js';
import { alignmentOfType, flatArray } from './header-type.js';
import { isNumberWord, namedNumber, numberOfWords } from './number-words.js';
import type { DeclaredField } from './struct-layout.js';
import { arrayOf, layOutStruct } from './struct-layout.js';

/** By name; a tag is `struct NAME`, `union NAME` or `enum NAME`. */
export type HeaderTypes = ReadonlyMap<string, HeaderType>;

interface Reader {
  readonly tokens: readonly CToken[];
  index: number;
  depth: number;
  readonly types: Map<string, HeaderType>;
  readonly constants: Map<string, bigint>;
  /** Tags of those that no `typedef` has given a name yet. */
  readonly tags: Map<HeaderType, string>;
  /** Alignments that a `typedef` gave. */
  readonly aligned: Map<HeaderType, number>;
  /** Of `#pragma pack`, the innermost last; 0 for none. */
  readonly packs: number[];
}

const deepest = 16;
const mostDimensions = 8;

export function readDeclarations(tokens: readonly CToken[]): HeaderTypes {
  const reader: Reader = {
    tokens,
    index: 0,
    depth: 0,
    types: new Map(),
    constants: new Map(),
    tags: new Map(),
    aligned: new Map(),
    packs: [0],
  };
  while (reader.index < tokens.length) readExternal(reader);
  return reader.types;
}

const textAt = ({ tokens, index }: Reader, ahead = 0): string => tokens[index + ahead]?.text ?? '';
const isName = ({ tokens, index }: Reader): boolean => tokens[index]?.kind === 'identifier';

function tryTake(reader: Reader, text: string): boolean {
  if (textAt(reader) !== text) return false;
  reader.index += 1;
  return true;
}

function readExternal(reader: Reader): void {
  const { index } = reader;
  if (textAt(reader) === 'extern' && reader.tokens[index + 1]?.kind === 'string') {
    reader.index += 2;
    tryTake(reader, '{');
    return;
  }
  if (/^(?:_Static_assert|static_assert|asm|__asm__)$/.test(textAt(reader))) {
    skipPast(reader, ';');
    return;
  }
  if (readPack(reader)) return;
  const isTypedef = readsTypedef(reader);
  const attributes = noAttributes('declaration');
  const type = readSpecifiers(reader, isTypedef ? nameAhead(reader) : '', attributes);
  for (;;) {
    const declared = readDeclarator(
      reader,
      type ?? unknown('is a type that is not known'),
      attributes,
    );
    if (isTypedef && declared !== undefined) defineType(reader, declared);
    if (declared === undefined || !tryTake(reader, ',')) break;
  }
  skipPast(reader, ';');
  // Whatever there was, the next declaration begins further on.
  if (reader.index === index) reader.index += 1;
}

/** A struct or enum goes by the first name that a `typedef` gives it, also where its tag is written. */
function defineType(
  { types, tags, aligned }: Reader,
  { name, type, ownAlignBytes }: DeclaredField,
): void {
  if (ownAlignBytes !== undefined && type.kind !== 'unknown') {
    // A type of its own, as sizes and offsets stay those of the one that it is made from.
    const other =
      type.kind === 'struct' ? { ...type, name, alignBytes: ownAlignBytes } : { ...type };
    aligned.set(other, ownAlignBytes);
    types.set(name, other);
    return;
  }
  const tag = tags.get(type);
  const renamed = tag === undefined || type.kind === 'unknown' ? type : { ...type, name };
  tags.delete(type);
  types.set(name, renamed);
  if (tag !== undefined && types.get(tag) === type) types.set(tag, renamed);
}

const unknown = (why: string): HeaderType => ({ kind: 'unknown', why });

/** `typedef` may stand among the other words. */
function readsTypedef({ tokens, index }: Reader): boolean {
  for (let at = index; at < Math.min(index + 4, tokens.length); at += 1) {
    if (tokens[at]?.text === 'typedef') return true;
    if (tokens[at]?.kind !== 'identifier') return false;
  }
  return false;
}

/** The name behind the `}` of a `typedef struct { … } name;`, which the struct goes by. */
function nameAhead({ tokens, index }: Reader): string {
  let open = 0;
  for (let at = index; at < tokens.length; at += 1) {
    const text = tokens[at]?.text ?? '';
    if (text === '{') open += 1;
    if (text === '}') open -= 1;
    if (text === ';' && open <= 0) {
      const last = tokens[at - 1];
      return last?.kind === 'identifier' ? last.text : '';
    }
  }
  return '';
}

/** Past the next `text` outside of brackets; a body in braces ends a function, too. */
function skipPast(reader: Reader, text: string): void {
  let open = 0;
  for (; reader.index < reader.tokens.length; reader.index += 1) {
    const found = textAt(reader);
    if (found === text && open <= 0) break;
    if (/^[([{]$/.test(found)) open += 1;
    if (/^[)\]}]$/.test(found)) {
      open -= 1;
      if (found === '}' && open <= 0 && textAt(reader, 1) !== ';') break;
    }
  }
  reader.index += 1;
}

const passedOver = new Set(
  'typedef extern static inline const volatile restrict register _Noreturn _Atomic __extension__ __inline __inline__ __const __volatile__ __restrict'.split(
    ' ',
  ),
);

interface Attributes {
  isPacked: boolean;
  /** 0 without one. */
  alignBytes: number;
  /** Of several alignments: that of a declaration is the strictest, that of a struct the last one. */
  readonly of: 'declaration' | 'struct';
  /** Why a type with them is not known. */
  problem: string | undefined;
}

const noAttributes = (of: Attributes['of']): Attributes => ({
  isPacked: false,
  alignBytes: 0,
  of,
  problem: undefined,
});

/** Without a number `aligned` is the largest alignment of the processor; GCC's for RISC-V. */
const largestAlignment = 16;
const mostAlignment = 0x1_0000;

/** Past `__attribute__((…))` and `_Alignas(…)`. */
function readAttributes(reader: Reader, attributes: Attributes): boolean {
  const word = textAt(reader);
  if (!/^(?:__attribute__|__attribute|_Alignas|alignas)$/.test(word)) return false;
  if (word.endsWith('lignas')) {
    readAlignment(reader, attributes);
    return true;
  }
  reader.index += 1;
  let open = 0;
  do {
    const text = textAt(reader);
    if (/^(?:__)?aligned(?:__)?$/.test(text)) {
      readAlignment(reader, attributes);
      continue;
    }
    if (text === '(') open += 1;
    if (text === ')') open -= 1;
    if (/^(?:__)?packed(?:__)?$/.test(text)) attributes.isPacked = true;
    const changed = /^(?:__)?(mode|vector_size)(?:__)?$/.exec(text)?.[1];
    if (changed !== undefined) attributes.problem = `has the attribute \`${changed}\``;
    reader.index += 1;
  } while (open > 0 && reader.index < reader.tokens.length);
  return true;
}

/** `aligned`, `aligned(8)`, `_Alignas(int)`: past the word and what is in its brackets. */
function readAlignment(reader: Reader, attributes: Attributes): void {
  reader.index += 1;
  let alignBytes: number | undefined = largestAlignment;
  if (textAt(reader) === '(') {
    const tokens = readConstant(reader, 1, /^\)$/);
    tryTake(reader, ')');
    const value = valueOf(reader, tokens);
    const type = typeOfWords(
      reader,
      tokens.map(({ text }) => text),
    );
    alignBytes = value === undefined ? type && alignmentOf(reader, type) : Number(value);
  }
  const isPower = alignBytes !== undefined && (alignBytes & (alignBytes - 1)) === 0;
  if (alignBytes === undefined || !isPower || alignBytes < 0 || alignBytes > mostAlignment)
    attributes.problem = 'has an alignment that is not known';
  else if (attributes.of === 'struct' || alignBytes > attributes.alignBytes)
    attributes.alignBytes = alignBytes;
}

function typeOfWords({ types }: Reader, words: readonly string[]): KnownType | undefined {
  const plain = words.every(isNumberWord) ? numberOfWords(words) : undefined;
  if (plain !== undefined) return { kind: 'number', type: plain };
  const name = words.join(' ');
  const found = types.get(name) ?? numberType(name);
  return found?.kind === 'unknown' ? undefined : found;
}

/** A `typedef` may have given it another one. */
const alignmentOf = ({ aligned }: Reader, type: KnownType): number =>
  aligned.get(type) ?? alignmentOfType(type);

/**
 * The words before the names that are declared; undefined where there is no type. `name` is for a struct without one.
 * Their attributes are those of what is declared.
 */
function readSpecifiers(
  reader: Reader,
  name: string,
  attributes: Attributes,
): HeaderType | undefined {
  const words: string[] = [];
  let type: HeaderType | undefined;
  while (isName(reader)) {
    const word = textAt(reader);
    if (readAttributes(reader, attributes)) continue;
    if (passedOver.has(word)) reader.index += 1;
    else if (/^(?:struct|union|enum)$/.test(word)) type = readTagged(reader, name);
    else if (isNumberWord(word)) {
      words.push(word);
      reader.index += 1;
    } else if (type === undefined && words.length === 0) {
      type =
        reader.types.get(word) ??
        numberType(word) ??
        unknown(`is a \`${word}\`, which no header declares`);
      reader.index += 1;
    } else break;
  }
  if (words.length > 0) {
    const plain = numberOfWords(words);
    type =
      plain === undefined
        ? unknown(`is a \`${words.join(' ')}\`, which no call carries`)
        : { kind: 'number', type: plain };
  }
  return type;
}

const numberType = (name: string): HeaderType | undefined => {
  const type = namedNumber(name);
  return type === undefined ? undefined : { kind: 'number', type };
};

/** `struct tag`, `enum tag { … }`. */
function readTagged(reader: Reader, given: string): HeaderType {
  const keyword = textAt(reader);
  reader.index += 1;
  const attributes = noAttributes('struct');
  while (readAttributes(reader, attributes));
  const tag = isName(reader) ? textAt(reader) : '';
  if (tag !== '') reader.index += 1;
  const key = `${keyword} ${tag}`;
  if (!tryTake(reader, '{'))
    return reader.types.get(key) ?? unknown(`is a \`${key}\`, whose members no header declares`);
  const name = given === '' ? tag : given;
  const type =
    keyword === 'enum'
      ? readEnum(reader, name)
      : readStruct(reader, name, keyword === 'union' ? 'union' : 'struct', attributes);
  if (tag === '') return type;
  reader.types.set(key, type);
  if (given === '' && (type.kind === 'struct' || type.kind === 'enum')) reader.tags.set(type, key);
  return type;
}

function readStruct(
  reader: Reader,
  name: string,
  of: 'struct' | 'union',
  attributes: Attributes,
): HeaderType {
  reader.depth += 1;
  const fields: DeclaredField[] = [];
  while (reader.index < reader.tokens.length && textAt(reader) !== '}') {
    const before = reader.index;
    if (reader.depth > deepest) skipPast(reader, ';');
    else readFields(reader, name, fields);
    if (reader.index === before) reader.index += 1;
  }
  tryTake(reader, '}');
  while (readAttributes(reader, attributes));
  reader.depth -= 1;
  if (reader.depth >= deepest) return unknown('is nested too deeply');
  if (attributes.problem !== undefined) return unknown(attributes.problem);
  return layOutStruct(name, fields, of, { ...attributes, packBytes: reader.packs.at(-1) ?? 0 });
}

function readFields(reader: Reader, struct: string, fields: DeclaredField[]): void {
  if (/^(?:_Static_assert|static_assert)$/.test(textAt(reader))) {
    skipPast(reader, ';');
    return;
  }
  if (readPack(reader)) return;
  const field = nameAhead(reader);
  const attributes = noAttributes('declaration');
  const type = readSpecifiers(reader, field === '' ? '' : `${struct}_${field}`, attributes);
  if (textAt(reader) === ';')
    fields.push({ name: `(${String(fields.length + 1)})`, type: unknown('has no name') });
  while (textAt(reader) !== ';' && textAt(reader) !== '}') {
    const declared = readDeclarator(
      reader,
      type ?? unknown('is of a type that is not known'),
      attributes,
    );
    if (declared !== undefined) fields.push(declared);
    if (textAt(reader) === ':') {
      fields.push({ name: declared?.name ?? '', type: unknown('is a bit-field') });
      break;
    }
    if (!tryTake(reader, ',')) break;
  }
  skipToEnd(reader);
}

/** To the end of a field: its `;`, or the `}` of the struct. */
function skipToEnd(reader: Reader): void {
  let open = 0;
  for (; reader.index < reader.tokens.length; reader.index += 1) {
    const text = textAt(reader);
    if (open <= 0 && text === '}') return;
    if (open <= 0 && text === ';') {
      reader.index += 1;
      return;
    }
    if (/^[([{]$/.test(text)) open += 1;
    if (/^[)\]}]$/.test(text)) open -= 1;
  }
}

/** A name with what stands around it: `*name`, `name[4]`; undefined without one. */
function readDeclarator(
  reader: Reader,
  type: HeaderType,
  specified: Attributes,
): DeclaredField | undefined {
  let found = type;
  const attributes = { ...specified };
  for (;;) {
    if (textAt(reader) === '*') found = unknown('is a pointer into the memory of one program');
    else if (readAttributes(reader, attributes)) continue;
    else if (!passedOver.has(textAt(reader))) break;
    reader.index += 1;
  }
  if (textAt(reader) === '(' && textAt(reader, 1) === '*') {
    const name = reader.tokens[reader.index + 2]?.text ?? '';
    reader.index += 3;
    return { name, type: unknown('is a pointer into the memory of one program') };
  }
  if (!isName(reader)) return undefined;
  const name = textAt(reader);
  reader.index += 1;
  const counts: number[] = [];
  while (textAt(reader) === '[' && counts.length <= mostDimensions) counts.push(readLength(reader));
  for (const count of counts.reverse()) found = arrayOf(found, count);
  while (readAttributes(reader, attributes));
  if (textAt(reader) === '(') found = unknown('is a function');
  if (attributes.problem !== undefined) found = unknown(attributes.problem);
  const natural = found.kind === 'unknown' ? undefined : reader.aligned.get(elementOf(found));
  return {
    name,
    type: found,
    ...(attributes.isPacked ? { isPacked: true } : {}),
    ...(attributes.alignBytes > 0 ? { ownAlignBytes: attributes.alignBytes } : {}),
    ...(natural === undefined ? {} : { typeAlignBytes: natural }),
  };
}

const elementOf = (type: KnownType): KnownType => flatArray(type).element;

/**
 * `#pragma pack`, which the reader of headers makes a declaration of, or the operator: `pack(2)`, `pack()`, `pack(push, 2)`,
 * `pack(pop)`. It is the most that any field is aligned to.
 */
function readPack(reader: Reader): boolean {
  if (tryTake(reader, packWord)) {
    applyPack(
      reader,
      readConstant(reader, 1, /^\)$/).map(({ text }) => text),
    );
    skipPast(reader, ';');
    return true;
  }
  if (!tryTake(reader, '_Pragma')) return false;
  const [text] = readConstant(reader, 1, /^\)$/);
  tryTake(reader, ')');
  const words = /^"\s*pack\s*\(([^()]*)\)/.exec(text?.text ?? '')?.[1];
  if (words !== undefined) applyPack(reader, words.match(/\w+/g) ?? []);
  return true;
}

function applyPack({ packs }: Reader, words: readonly string[]): void {
  const value = words.find((word) => /^\d/.test(word));
  if (words[0] === 'pop' && packs.length > 1) packs.pop();
  else if (words[0] === 'push' && packs.length < deepestPacks) packs.push(packs.at(-1) ?? 0);
  if (value !== undefined || words.length === 0) packs[packs.length - 1] = Number(value ?? 0);
}

/** Stands for `#pragma pack` in what is read. */
export const packWord = '__cantrip_pack';
const deepestPacks = 100;

/** `[4]`; 0 for a length that is not known. */
function readLength(reader: Reader): number {
  const tokens = readConstant(reader, 1, /^\]$/);
  tryTake(reader, ']');
  const value = tokens.length === 0 ? undefined : valueOf(reader, tokens);
  return value === undefined || value > 0xffffffn || value < 0n ? 0 : Number(value);
}

/** The tokens up to one of `ends` outside of brackets. */
function readConstant(reader: Reader, skipped: number, ends: RegExp): CToken[] {
  reader.index += skipped;
  const from = reader.index;
  let open = 0;
  for (; reader.index < reader.tokens.length; reader.index += 1) {
    const text = textAt(reader);
    if (open === 0 && ends.test(text)) break;
    if (/^[([]$/.test(text)) open += 1;
    if (/^[)\]]$/.test(text)) open -= 1;
    if (/^[;{]$/.test(text) || open < 0) break;
  }
  return reader.tokens.slice(from, reader.index);
}

/** Undefined where a name in it is no constant. */
function valueOf({ constants }: Reader, tokens: readonly CToken[]): bigint | undefined {
  if (tokens.some(({ kind, text }) => kind === 'identifier' && !constants.has(text)))
    return undefined;
  const plain = tokens.flatMap((token): CToken[] => {
    const value = token.kind === 'identifier' ? constants.get(token.text) : undefined;
    if (value === undefined) return [token];
    const number = { ...token, kind: 'number' as const, text: String(value < 0n ? -value : value) };
    if (value >= 0n) return [number];
    const sign = (text: string): CToken => ({ ...token, kind: 'punctuation', text });
    return [sign('('), sign('-'), number, sign(')')];
  });
  const { value, problem } = evaluateCondition(plain);
  return problem === undefined ? value : undefined;
}

const deepestValue = { least: -0x8000_0000n, most: 0xffff_ffffn };

function readEnum(reader: Reader, name: string): HeaderType {
  const members: { name: string; value: bigint }[] = [];
  let next: bigint | undefined = 0n;
  while (isName(reader)) {
    const member = textAt(reader);
    reader.index += 1;
    if (textAt(reader) === '=') next = valueOf(reader, readConstant(reader, 1, /^[,}]$/));
    if (next !== undefined) {
      members.push({ name: member, value: next });
      reader.constants.set(member, next);
      next += 1n;
    }
    if (!tryTake(reader, ',')) break;
  }
  while (reader.index < reader.tokens.length && !tryTake(reader, '}')) reader.index += 1;
  const isWide = members.some(
    ({ value }) => value < deepestValue.least || value > deepestValue.most,
  );
  const isNegative = members.some(({ value }) => value < 0n);
  const type = numberOfWords(isNegative ? ['int'] : ['unsigned']);
  if (isWide || type === undefined) return unknown('is an enum with values of more than 32 bits');
  return { kind: 'enum', name, members, type };
}
