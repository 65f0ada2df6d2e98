/**
 * Values: numbers and arithmetic, strings, lists, dictionaries, queries. Precedence is that of C with `**`
 * beside `*`, all of it from left to right. Surprising choice: one value has at most a thousand operators, so that whoever
 * walks its tree needs no stack of its own. Facts: the reference grammar's `numeric_expr` and `item`.
 */
import { isReserved } from './keywords.js';
import {
  at,
  describe,
  expect,
  expectName,
  isStuck,
  isText,
  peek,
  reportMistake,
  reportExpected,
  reportToken,
  skipBrackets,
  spanFrom,
  take,
  takeUnclosed,
  tryNest,
  tryTake,
  type Parser,
} from './parser.js';
import type { Token } from './token.js';
import type { BinaryOperator, Expression, Query, UnaryOperator } from './tree.js';

const mostOperators = 1_000;

/** Higher binds closer. */
export const precedenceOf: Readonly<Record<BinaryOperator, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
  '**': 10,
};

const isBinary = (text: string): text is BinaryOperator => Object.hasOwn(precedenceOf, text);
const isUnary = (text: string): text is UnaryOperator =>
  text === '-' || text === '+' || text === '!' || text === '~';

/** What may stand behind the `=` of an attribute: anything but a query. */
export function item(parser: Parser): Expression {
  const token = peek(parser);
  if (isText(token, '[')) return list(parser);
  if (isText(token, '{')) return dictionary(parser);
  return key(parser);
}

/** Arithmetic alone: the size of a buffer, a number of threads. */
export function numericExpression(parser: Parser): Expression {
  return conditional(parser, { left: mostOperators });
}

/** A number or a string: what may be the key of a dictionary. */
function key(parser: Parser): Expression {
  return at(parser, '"') || peek(parser).kind === 'string'
    ? strings(parser)
    : numericExpression(parser);
}

/** Keys in brackets behind a query or a reference: `["reg"][0]`. */
export function lookups(parser: Parser): Expression[] {
  const keys: Expression[] = [];
  while (tryTake(parser, '[') !== undefined) {
    keys.push(key(parser));
    if (!expect(parser, ']')) break;
  }
  return keys;
}

/** Whether a query begins here, rather than the use of a macro that is not defined. */
export function isQuery(parser: Parser): boolean {
  const token = peek(parser);
  if (token.kind !== 'word' || isReserved(token.text) || !isText(peek(parser, 1), '(')) {
    return false;
  }
  return ['{', '[', ')'].some((text) => isText(peek(parser, 2), text));
}

export function query(parser: Parser): Query {
  const name = expectName(parser, 'the name of a query');
  expect(parser, '(');
  const parameters = at(parser, ')') ? [] : [item(parser)];
  expect(parser, ')');
  const keys = lookups(parser);
  return {
    kind: 'query',
    span: spanFrom(parser, name.span.start),
    name,
    arguments: parameters,
    keys,
  };
}

function strings(parser: Parser): Expression {
  const { start } = peek(parser);
  const parts: string[] = [];
  while (peek(parser).kind === 'string') parts.push(take(parser).text.slice(1, -1));
  const after = peek(parser);
  if (after.kind === 'word' && !after.isFirstOnLine && isMacroUse(parser)) {
    return unknown(parser, start);
  }
  return { kind: 'string', span: spanFrom(parser, start), value: parts.join('') };
}

function list(parser: Parser): Expression {
  const open = peek(parser);
  const items: Expression[] = [];
  if (!tryNest(parser)) {
    skipBrackets(parser);
    return { kind: 'list', span: spanFrom(parser, open.start), items };
  }
  take(parser);
  while (!at(parser, ']') && !endsList(parser)) {
    items.push(item(parser));
    if (!separated(parser, ']', open)) break;
  }
  closeList(parser, ']', open);
  parser.depth -= 1;
  return { kind: 'list', span: spanFrom(parser, open.start), items };
}

function dictionary(parser: Parser): Expression {
  const open = peek(parser);
  const entries: { key: Expression; value: Expression }[] = [];
  if (!tryNest(parser)) {
    skipBrackets(parser);
    return { kind: 'dictionary', span: spanFrom(parser, open.start), entries };
  }
  take(parser);
  while (!at(parser, '}') && !endsList(parser)) {
    const name = key(parser);
    expect(parser, ':', '`:` behind the key');
    entries.push({ key: name, value: item(parser) });
    if (!separated(parser, '}', open)) break;
  }
  closeList(parser, '}', open);
  parser.depth -= 1;
  return { kind: 'dictionary', span: spanFrom(parser, open.start), entries };
}

/** Takes the `,` behind an entry. Where it is missing, goes on behind the next one, if the bracket has one. */
function separated(parser: Parser, close: string, open: Token): boolean {
  if (tryTake(parser, ',') !== undefined || at(parser, close)) return true;
  reportExpected(parser, `\`,\` or \`${close}\``, { related: [openedHere(open)] });
  if (startsValue(parser)) return true;
  while (!endsList(parser)) {
    const token = peek(parser);
    if (tryTake(parser, ',') !== undefined) return true;
    if (token.isFirstOnLine && startsValue(parser)) return true;
    if (isText(token, '(') || isText(token, '[') || isText(token, '{')) skipBrackets(parser);
    else take(parser);
  }
  return at(parser, close);
}

const openedHere = (open: { readonly start: number; readonly end: number }) => ({
  span: open,
  message: 'The bracket is opened here.',
});

/** Tokens at which a list that was not closed ends all the same. */
const endsList = (parser: Parser): boolean => {
  const token = peek(parser);
  return token.kind === 'end' || [';', ')', '}', ']'].some((text) => isText(token, text));
};

/** Whether a value begins here, about which nothing was said. */
const startsValue = (parser: Parser): boolean => {
  const token = peek(parser);
  if (isStuck(parser) && !token.isFirstOnLine) return false;
  return (
    token.kind === 'number' ||
    token.kind === 'string' ||
    isText(token, '{') ||
    isText(token, '[') ||
    (token.kind === 'word' && !isReserved(token.text))
  );
};

function closeList(parser: Parser, close: string, open: { start: number; end: number }): void {
  if (tryTake(parser, close) !== undefined) return;
  reportExpected(parser, `\`${close}\``, { related: [openedHere(open)] });
}

/** Operators that the value may still have. */
interface Allowance {
  left: number;
}

function conditional(parser: Parser, allowance: Allowance): Expression {
  const condition = binary(parser, 1, allowance);
  if (!at(parser, '?') || !spend(parser, allowance)) return condition;
  if (!tryNest(parser)) {
    skipBrackets(parser);
    return condition;
  }
  take(parser);
  const whenTrue = conditional(parser, allowance);
  expect(parser, ':', '`:` of the conditional');
  // The grammar reads no conditional behind the `:`, where C does.
  const whenFalse = binary(parser, 1, allowance);
  parser.depth -= 1;
  const span = spanFrom(parser, condition.span.start);
  if (at(parser, '?')) {
    reportToken(
      parser,
      'nested-conditional',
      'A conditional behind the `:` of another needs parentheses in CAmkES: `a ? b : (c ? d : e)`.',
    );
    take(parser);
    conditional(parser, allowance);
    expect(parser, ':', '`:` of the conditional');
    binary(parser, 1, allowance);
  }
  return { kind: 'conditional', span, condition, whenTrue, whenFalse };
}

function binary(parser: Parser, lowest: number, allowance: Allowance): Expression {
  let left = unary(parser, allowance);
  for (;;) {
    const token = peek(parser);
    if (token.kind !== 'punctuation' || !isBinary(token.text) || isStuck(parser)) return left;
    const rank = precedenceOf[token.text];
    if (rank < lowest || !spend(parser, allowance)) return left;
    take(parser);
    const right = binary(parser, rank + 1, allowance);
    left = {
      kind: 'binary',
      span: spanFrom(parser, left.span.start),
      operator: token.text,
      left,
      right,
    };
  }
}

function spend(parser: Parser, allowance: Allowance): boolean {
  allowance.left -= 1;
  if (allowance.left >= 0) return true;
  reportToken(
    parser,
    'expression-too-long',
    `This value has more than ${mostOperators} operators; the rest is not read.`,
  );
  return false;
}

function unary(parser: Parser, allowance: Allowance): Expression {
  const token = peek(parser);
  if (token.kind === 'punctuation' && (isUnary(token.text) || token.text === '(')) {
    return nested(parser, allowance);
  }
  return primary(parser);
}

/** A unary operator or parentheses: what makes expressions deep. */
function nested(parser: Parser, allowance: Allowance): Expression {
  const open = peek(parser);
  if (!tryNest(parser)) {
    skipOperand(parser);
    return { kind: 'unknown', span: spanFrom(parser, open.start), name: '' };
  }
  take(parser);
  let result: Expression;
  if (isUnary(open.text)) {
    const operand = unary(parser, allowance);
    const span = spanFrom(parser, open.start);
    result = { kind: 'unary', span, operator: open.text, operand };
  } else {
    const inner = conditional(parser, allowance);
    closeList(parser, ')', open);
    result = { ...inner, span: spanFrom(parser, open.start) };
  }
  parser.depth -= 1;
  return result;
}

/** Unary operators and what they stand before. */
function skipOperand(parser: Parser): void {
  while (peek(parser).kind === 'punctuation' && isUnary(peek(parser).text)) take(parser);
  if (at(parser, '(')) skipBrackets(parser);
  else if (!endsList(parser)) take(parser);
}

function primary(parser: Parser): Expression {
  const token = peek(parser);
  if (token.kind === 'number') return number(parser);
  if (token.kind === 'word') {
    if (/^(?:[Tt]rue|[Ff]alse)$/.test(token.text)) {
      const { start, end } = take(parser);
      return { kind: 'boolean', span: { start, end }, value: /^[Tt]/.test(token.text) };
    }
    if (!isReserved(token.text)) return name(parser);
  }
  reportExpected(
    parser,
    token.kind === 'string' ? 'a number: strings take no operators' : 'a value',
  );
  if (token.kind === 'string') return strings(parser);
  if (token.kind === 'unclosed') takeUnclosed(parser);
  else if (token.kind === 'unknown') take(parser);
  const here = { start: parser.lastEnd, end: parser.lastEnd };
  return { kind: 'unknown', span: here, name: '' };
}

function number(parser: Parser): Expression {
  const { text, start, end } = take(parser);
  const span = { start, end };
  if (/^(?:0[xX][\da-fA-F]+|0+|[1-9]\d*|\d+\.\d+)$/.test(text) && !text.startsWith('0X')) {
    return { kind: 'number', span, text };
  }
  const isOctal = /^0\d+$/.test(text);
  const shorter = text.replace(/^0+(?=\d)/, '');
  reportMistake(
    parser,
    span,
    'bad-number',
    isOctal
      ? `\`${text}\` begins with 0, which CAmkES refuses: write \`${shorter}\`${/^0[0-7]+$/.test(text) ? `, or \`0x${BigInt(`0o${text.slice(1)}`).toString(16)}\` if an octal number is meant` : ''}.`
      : `\`${text}\` is not a number: CAmkES has \`12\`, \`0x1f\` and \`1.5\`, without a suffix.`,
  );
  return { kind: 'unknown', span, name: text };
}

/** A name in a value's place: it should have been a macro. */
function name(parser: Parser): Expression {
  const token = peek(parser);
  if (!parser.assumesMacros) {
    reportToken(
      parser,
      'unknown-macro',
      `${describe(token)} was found where a value was expected, and no macro of this name is defined; a text needs quotes.`,
    );
  }
  return unknown(parser, token.start);
}

/** Uses of macros and strings next to each other: one value that is not known. */
function unknown(parser: Parser, start: number): Expression {
  let text = '';
  do {
    if (peek(parser).kind !== 'word') take(parser);
    else {
      const word = take(parser);
      text ||= word.text;
      if (at(parser, '(')) skipBrackets(parser);
    }
  } while (isMacroUse(parser) || peek(parser).kind === 'string');
  return { kind: 'unknown', span: spanFrom(parser, start), name: text };
}

/** A word on the same line that a missing header may make part of the value. */
function isMacroUse(parser: Parser): boolean {
  const token = peek(parser);
  if (!parser.assumesMacros || token.kind !== 'word' || isReserved(token.text)) return false;
  return !token.isFirstOnLine;
}
