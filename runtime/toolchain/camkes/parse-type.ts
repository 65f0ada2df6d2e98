/**
 * Types of attributes, methods and parameters, and declarations of attributes. Facts: the reference grammar's
 * `type` and `attribute_decl`, the same in components, connectors, structs and procedures but for the word
 * `attribute` and the `;`.
 */
import { isReserved } from './keywords.js';
import { item } from './parse-expression.js';
import {
  at,
  endStatement,
  expect,
  expectName,
  expectReference,
  isStuck,
  isText,
  missingName,
  nameOf,
  peek,
  readBlock,
  referenceOf,
  reportExpected,
  reportToken,
  spanFrom,
  take,
  tryTake,
  type Parser,
} from './parser.js';
import type { AttributeMember, Name, TypeName } from './tree.js';

const scalars: ReadonlySet<string> = new Set([
  'int',
  'integer',
  'signed',
  'unsigned',
  'char',
  'string',
  'int64_t',
  'uint64_t',
]);

/** Words that begin a type, and so a field or a member of a procedure. */
export const typeWords: ReadonlySet<string> = new Set([...scalars, 'struct']);

export const isTypeWord = (word: string): boolean => typeWords.has(word) || !isReserved(word);

/** `attribute T n = …;` */
export function attributeMember(parser: Parser): AttributeMember {
  const { start } = take(parser);
  const attribute = attributeDeclaration(parser, start);
  endStatement(parser);
  return { ...attribute, span: spanFrom(parser, start) };
}

/** `T n[] = …`, without what is around it. */
export function attributeDeclaration(
  parser: Parser,
  start = peek(parser).start,
  typeBefore?: TypeName,
): AttributeMember {
  const type = typeBefore ?? typeName(parser);
  const name = expectName(parser, 'the name of an attribute');
  const isArray = arraySuffix(parser);
  const hasValue = !isStuck(parser) && tryTake(parser, '=') !== undefined;
  const value = hasValue ? item(parser) : undefined;
  return {
    kind: 'attribute',
    span: spanFrom(parser, start),
    type,
    isArray,
    name,
    value,
  };
}

export function arraySuffix(parser: Parser): boolean {
  if (isStuck(parser) || tryTake(parser, '[') === undefined) return false;
  if (peek(parser).kind === 'number' && isText(peek(parser, 1), ']')) {
    const message = 'A length was found where `]` was expected: an array of CAmkES has none.';
    reportToken(parser, 'array-length', message);
    take(parser);
  }
  expect(parser, ']');
  return true;
}

/** The fields of a struct: `{ int a; string b[]; }`. */
export function structFields(parser: Parser, name: Name | undefined): AttributeMember[] {
  const fields: AttributeMember[] = [];
  const isInline = name === undefined;
  const what = name === undefined || name.text === '' ? 'a struct' : `struct \`${name.text}\``;
  readBlock(parser, { what, members: typeWords, isInline }, (token) => {
    const isField = (token.kind === 'word' && isTypeWord(token.text)) || isText(token, '{');
    if (!isField) return 'unknown';
    const field = attributeDeclaration(parser);
    endStatement(parser);
    fields.push({ ...field, span: spanFrom(parser, token.start) });
    return 'read';
  });
  return fields;
}

export function typeName(parser: Parser): TypeName {
  skipStrayBraces(parser);
  const token = peek(parser);
  if (isText(token, '{')) {
    const fields = structFields(parser, undefined);
    const span = spanFrom(parser, token.start);
    return { text: 'struct', span, reference: undefined, fields };
  }
  if (token.kind === 'word') {
    if (token.text === 'struct') return namedStruct(parser);
    if (scalars.has(token.text)) return scalar(parser);
    if (!isReserved(token.text)) {
      const reference = expectReference(parser, 'a type');
      return { text: reference.text, span: reference.span, reference, fields: undefined };
    }
  }
  reportExpected(parser, 'a type');
  const name = missingName(parser);
  return { text: '', span: name.span, reference: undefined, fields: undefined };
}

/** A `{` before what is the rest of a method or parameter begins no struct. */
function skipStrayBraces(parser: Parser): void {
  while (at(parser, '{') && !isStruct(parser)) {
    reportExpected(parser, 'a type');
    take(parser);
  }
}

/** Whether a field ends, or all of them, before a bracket that a struct cannot have. */
function isStruct(parser: Parser): boolean {
  if (peek(parser, 1).isFirstOnLine) return true;
  for (let distance = 1; distance < 8; distance += 1) {
    const { kind, text } = peek(parser, distance);
    if (kind === 'end' || /^[;{}=]$/.test(text)) return true;
    if (kind === 'punctuation' && /^[(),]$/.test(text)) return false;
  }
  return true;
}

function namedStruct(parser: Parser): TypeName {
  const { start } = take(parser);
  if (at(parser, '{')) {
    reportExpected(parser, 'the name of a struct');
    const fields = structFields(parser, undefined);
    return { text: 'struct', span: spanFrom(parser, start), reference: undefined, fields };
  }
  const name = expectName(parser, 'the name of a struct');
  return {
    text: `struct ${name.text}`,
    span: spanFrom(parser, start),
    reference: referenceOf([name]),
    fields: undefined,
  };
}

/** `int`, `signed int`, `unsigned char` and so on; a sign alone is a type too. */
function scalar(parser: Parser): TypeName {
  const first = take(parser);
  const words = [first];
  if (/^(?:un)?signed$/.test(first.text) && /^(?:int|integer|char)$/.test(peek(parser).text)) {
    words.push(take(parser));
  }
  return {
    text: words.map((word) => nameOf(word).text).join(' '),
    span: spanFrom(parser, first.start),
    reference: undefined,
    fields: undefined,
  };
}
