/** Procedures: methods, attributes (which have neither the word `attribute` nor a `;` here) and C headers. */
import { importItem } from './parse-import.js';
import {
  arraySuffix,
  attributeDeclaration,
  isTypeWord,
  typeName,
  typeWords,
} from './parse-type.js';
import {
  at,
  endStatement,
  expect,
  expectName,
  isStuck,
  isText,
  optionalName,
  peek,
  readBlock,
  reportExpected,
  reportToken,
  skipStatement,
  skipToParenthesis,
  spanFrom,
  take,
  tryOpaque,
  tryTake,
  type Parser,
} from './parser.js';
import type { Token } from './token.js';
import type { Method, Parameter, Procedure, TypeName } from './tree.js';

const members: ReadonlySet<string> = new Set([...typeWords, 'include', 'void']);

export function procedureItem(parser: Parser): Procedure {
  const { start } = take(parser);
  const name = optionalName(parser, 'the name of a procedure');
  const list: Procedure['members'][number][] = [];
  const what = name === undefined ? 'a procedure' : `procedure \`${name.text}\``;
  readBlock(parser, { what, members }, (token) => {
    if (isText(token, 'include')) {
      list.push(importItem(parser));
      return 'read';
    }
    const member = isMacro(parser) ? tryOpaque(parser) : tryMember(parser, token);
    if (member === undefined) return 'unknown';
    list.push(member);
    return 'read';
  });
  return { kind: 'procedure', span: spanFrom(parser, start), name, members: list };
}

/** A word that is not the type of a member: `X(…)` without a name between, or `X` before a whole member or the end. */
function isMacro(parser: Parser): boolean {
  const token = peek(parser);
  if (token.kind !== 'word' || !isTypeWord(token.text) || token.text === 'struct') return false;
  const next = peek(parser, 1);
  if (isText(next, '(')) return true;
  if (!/^[A-Z_][A-Z0-9_]*$/.test(token.text)) return false;
  if (isText(next, '}') || isText(next, ';') || next.kind === 'end') return true;
  if (next.kind !== 'word') return false;
  // A type is followed by one name; `X int f();` and `X f_t f();` have more.
  return (
    !isText(next, 'Buf') &&
    (/^(?:void|include|int|integer|signed|unsigned|char|string|struct|int64_t|uint64_t)$/.test(
      next.text,
    ) ||
      (peek(parser, 2).kind === 'word' && next.isFirstOnLine))
  );
}

function tryMember(parser: Parser, token: Token): Procedure['members'][number] | undefined {
  const isMember =
    (token.kind === 'word' && (isTypeWord(token.text) || token.text === 'void')) ||
    isText(token, '{');
  if (!isMember) return undefined;
  const { start } = token;
  const returns: TypeName = isText(token, 'void') ? voidType(parser) : typeName(parser);
  const isAttribute = isText(peek(parser, 1), '=') || isText(peek(parser, 1), '[');
  const isMethod = isText(token, 'void') || isText(peek(parser, 1), '(');
  if (isMethod && !isAttribute) return method(parser, start, returns);
  const attribute = attributeDeclaration(parser, start, returns);
  if (isStuck(parser)) skipStatement(parser);
  else if (at(parser, ';')) {
    const message = 'An attribute of a procedure is written without a `;`.';
    const fix = { title: 'Remove `;`', edits: [{ span: peek(parser), newText: '' }] };
    reportToken(parser, 'extra-semicolon', message, { fix });
    take(parser);
  }
  return attribute;
}

function voidType(parser: Parser): TypeName {
  const { start, end } = take(parser);
  return { text: 'void', span: { start, end }, reference: undefined, fields: undefined };
}

function method(parser: Parser, start: number, returns: TypeName): Method {
  const name = expectName(parser, 'the name of a method');
  const parameters: Parameter[] = [];
  if (expect(parser, '(')) readParameters(parser, parameters);
  endStatement(parser);
  return { kind: 'method', span: spanFrom(parser, start), returns, name, parameters };
}

function readParameters(parser: Parser, to: Parameter[]): void {
  if (at(parser, 'void') && isText(peek(parser, 1), ')')) take(parser);
  while (!at(parser, ')')) {
    const token = peek(parser);
    if (!startsParameter(token)) {
      reportExpected(parser, 'a parameter or `)`');
      break;
    }
    to.push(parameter(parser));
    if (tryTake(parser, ',') !== undefined) continue;
    const next = peek(parser, 1);
    if (at(parser, ')')) {
      if (next.isFirstOnLine || !startsParameter(next)) break;
      reportExpected(parser, '`,` and another parameter');
      take(parser);
      continue;
    }
    reportExpected(parser, '`,` or `)`');
    if (at(parser, '{') || !startsParameter(peek(parser))) break;
  }
  skipToParenthesis(parser);
}

const directions: ReadonlySet<string> = new Set(['in', 'out', 'inout', 'refin']);

const startsParameter = (token: Token): boolean =>
  (token.kind === 'word' && (directions.has(token.text) || isTypeWord(token.text))) ||
  isText(token, '{');

function parameter(parser: Parser): Parameter {
  const { start } = peek(parser);
  const direction = directionOf(parser);
  const next = peek(parser, 1);
  if (at(parser, ')') && next.kind === 'word' && !next.isFirstOnLine) {
    reportExpected(parser, 'a type');
    take(parser);
  }
  const type = typeName(parser);
  const name = expectName(parser, 'the name of a parameter');
  const isArray = arraySuffix(parser);
  return { span: spanFrom(parser, start), direction, type, isArray, name };
}

function directionOf(parser: Parser): Parameter['direction'] {
  const { text } = peek(parser);
  switch (text) {
    case 'in':
    case 'out':
    case 'inout':
    case 'refin':
      take(parser);
      return text;
    default:
      return undefined;
  }
}
