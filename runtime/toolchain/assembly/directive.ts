/** What a directive's handler works with, and the reading of its usual arguments. */
import { closingQuote } from '../text/quoted.js';
import type { SourceFiles } from '../text/source-files.js';
import type { Place } from '../text/source-line.js';
import { placeOf } from '../text/source-line.js';
import type { AssemblyState } from './assembly-state.js';
import type { Cursor } from './cursor.js';
import { evaluateNumber } from './evaluate.js';
import { parseExpression, type Expression } from './expression.js';
import type { Token } from './token.js';

export interface DirectiveContext {
  readonly state: AssemblyState;
  readonly cursor: Cursor;
  readonly files: SourceFiles;
  /** Where an included path is looked for, in this order. */
  readonly includePaths: readonly string[];
  readonly file: string;
  /** The directive as written, `.word`. */
  readonly directive: Token;
  /** Files that were read, for a build's list of inputs. */
  readonly filesRead: Set<string>;
}

export type DirectiveHandler = (context: DirectiveContext) => void;

/** A number that must be known now; undefined after a problem. */
export function readNumber({ state, cursor }: DirectiveContext): bigint | undefined {
  const start = cursor.position();
  const expression = parseExpression(cursor, state.names);
  return numberOf(state, cursor, expression, start);
}

export function numberOf(
  state: AssemblyState,
  cursor: Cursor,
  expression: Expression,
  start: number,
): bigint | undefined {
  if (cursor.hasFailed()) return undefined;
  const value = evaluateNumber(expression, state.evaluation);
  if (value.ok) return value.value;
  const { code, message, token } = value.error;
  cursor.problemAt(token ?? cursor.statement.tokens[start], code, message);
  return undefined;
}

/** A number from `low` to `high`; `what` begins the message: "The alignment". */
export function readRange(
  context: DirectiveContext,
  what: string,
  low: number,
  high: number,
): number | undefined {
  const { cursor } = context;
  const start = cursor.position();
  const number = readNumber(context);
  if (number === undefined) return undefined;
  if (number >= BigInt(low) && number <= BigInt(high)) return Number(number);
  cursor.problemAtPlace(
    placeBetween(cursor, start),
    'operand-out-of-range',
    `${what} is from ${low} to ${high}, not ${number}.`,
  );
  return undefined;
}

/** `expression` when there is a comma and something after it that is not a comma again. */
export function optExpression({ state, cursor }: DirectiveContext): Expression | undefined {
  if (!cursor.take(',') || cursor.atEnd() || cursor.peek()?.text === ',') return undefined;
  return parseExpression(cursor, state.names);
}

export function optRange(
  context: DirectiveContext,
  what: string,
  low: number,
  high: number,
): number | undefined {
  const { cursor } = context;
  if (!cursor.take(',') || cursor.atEnd() || cursor.peek()?.text === ',') return undefined;
  return readRange(context, what, low, high);
}

/** A symbol or section name, quoted or not. */
export function readName(
  { cursor, directive }: DirectiveContext,
  what: string,
): string | undefined {
  const token = cursor.peek();
  if (token?.kind === 'name' || token?.kind === 'string') {
    cursor.next('symbol');
    return token.kind === 'string' ? token.text.slice(1, -1) : token.text;
  }
  cursor.problem(
    'syntax',
    `${cursor.found()} was found where ${what} was expected after \`${directive.text}\`.`,
  );
  return undefined;
}

/** The end of the statement; anything else is reported once. */
export function expectEnd(cursor: Cursor): void {
  if (cursor.atEnd() || cursor.hasFailed()) return;
  cursor.problem(
    'syntax',
    `${cursor.found()} was found where the end of the statement was expected.`,
  );
}

export function placeBetween(cursor: Cursor, start: number): Place {
  const { tokens, line } = cursor.statement;
  const first = tokens[start] ?? tokens.at(-1);
  const last = tokens[Math.max(cursor.position() - 1, start)] ?? first;
  return placeOf(line, first?.start ?? 0, last?.end ?? 0);
}

const escapes: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The bytes of a string token: UTF-8, with the escapes of GNU as. */
export function bytesOfString({ cursor }: DirectiveContext, token: Token): number[] {
  const { text } = token;
  const isClosed = closingQuote(text, 0) >= 0;
  if (!isClosed) {
    cursor.problemAt(token, 'string-unterminated', 'This string has no closing `"` on its line.');
  }
  const body = text.slice(1, isClosed ? -1 : undefined);
  const bytes: number[] = [];
  for (let at = 0; at < body.length;) {
    if (body.charAt(at) !== '\\') {
      const character = String.fromCodePoint(body.codePointAt(at) ?? 0);
      bytes.push(...utf8(character));
      at += character.length;
      continue;
    }
    const numeric = /^(?:[xX]([\da-fA-F]+)|([0-7]{1,3}))/.exec(body.slice(at + 1, at + 40));
    if (numeric !== null) {
      // Hexadecimal digits go on as long as there are any; the last two count.
      const value =
        numeric[1] === undefined
          ? parseInt(numeric[2] ?? '0', 8)
          : parseInt(numeric[1].slice(-2), 16);
      bytes.push(value & 0xff);
      at += 1 + numeric[0].length;
      continue;
    }
    const letter = body.charAt(at + 1);
    const code = escapes[letter];
    bytes.push(...(code === undefined ? utf8(letter) : [code]));
    at += 2;
  }
  return bytes;
}

function utf8(character: string): number[] {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 63)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  return [
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 63),
    0x80 | ((code >> 6) & 63),
    0x80 | (code & 63),
  ];
}
