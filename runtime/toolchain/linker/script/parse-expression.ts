/** Expressions of a linker script: those of C, with functions of sections. Deep nesting ends with a diagnostic. */
import { nameHere, type ScriptScanner } from './scanner.js';
import type { Expression } from './tree.js';

const deepest = 100;

export function parseExpression(scanner: ScriptScanner, depth = 0): Expression {
  const condition = parseBinary(scanner, 0, depth);
  if (!scanner.takeText('?')) return condition;
  const whenTrue = parseExpression(scanner, depth + 1);
  if (!scanner.takeText(':')) scanner.expected('`:` and the other value');
  const whenFalse = parseExpression(scanner, depth + 1);
  return { kind: 'choice', condition, whenTrue, whenFalse, place: condition.place };
}

/** Loosest first. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

function parseBinary(scanner: ScriptScanner, level: number, depth: number): Expression {
  const operators = levels[level];
  if (operators === undefined) return parseUnary(scanner, depth);
  let left = parseBinary(scanner, level + 1, depth);
  for (;;) {
    const operator = operators.find((each) => isOperator(scanner, each));
    if (operator === undefined) return left;
    scanner.takeText(operator);
    const right = parseBinary(scanner, level + 1, depth);
    left = { kind: 'binary', operator, left, right, place: left.place };
  }
}

/** `<` is not the beginning of `<<`, nor `&` of `&=`. */
function isOperator(scanner: ScriptScanner, operator: string): boolean {
  const found = scanner.peek(/<<=?|>>=?|&&|\|\||[=!<>&|+\-*/^%]=|[|^&<>+\-*/%]/y);
  return found === operator;
}

function parseUnary(scanner: ScriptScanner, depth: number): Expression {
  const operator = scanner.take(/[-~!+]/y);
  if (operator === undefined) return parsePrimary(scanner, depth);
  const { place } = operator;
  if (depth >= deepest) return tooDeep(scanner);
  const operand = parseUnary(scanner, depth + 1);
  return { kind: 'unary', operator: operator.text as '-' | '~' | '!' | '+', operand, place };
}

function parsePrimary(scanner: ScriptScanner, depth: number): Expression {
  if (depth >= deepest) return tooDeep(scanner);
  const number = scanner.take(/(?:0[xX][0-9a-fA-F]+|\d+)[KkMm]?/y);
  if (number !== undefined)
    return { kind: 'number', value: numberOf(number.text), place: number.place };
  const quoted = scanner.take(/"[^"\n]*"/y);
  if (quoted !== undefined)
    return { kind: 'symbol', name: quoted.text.slice(1, -1), place: quoted.place };
  if (scanner.takeText('(')) {
    const inner = parseExpression(scanner, depth + 1);
    if (!scanner.takeText(')')) scanner.expected('`)`');
    return inner;
  }
  const name = scanner.take(nameHere);
  if (name !== undefined) {
    if (functions.has(name.text) && scanner.takeText('('))
      return parseCall(scanner, name.text, name.place, depth);
    return { kind: 'symbol', name: name.text, place: name.place };
  }
  scanner.expected('a number, a symbol or `(`');
  return nothing(scanner);
}

/** Those whose first operand is the name of a section, a region or a constant. */
const ofNames: ReadonlySet<string> = new Set([
  'ADDR',
  'SIZEOF',
  'LOADADDR',
  'ALIGNOF',
  'ORIGIN',
  'LENGTH',
  'DEFINED',
  'CONSTANT',
  'SEGMENT_START',
]);

const functions: ReadonlySet<string> = new Set([
  ...ofNames,
  'ALIGN',
  'BLOCK',
  'ABSOLUTE',
  'MAX',
  'MIN',
  'NEXT',
  'LOG2CEIL',
  'ASSERT',
  'DATA_SEGMENT_ALIGN',
  'DATA_SEGMENT_END',
  'DATA_SEGMENT_RELRO_END',
]);

function parseCall(
  scanner: ScriptScanner,
  name: string,
  place: Expression['place'],
  depth: number,
): Expression {
  const operands: Expression[] = [];
  if (ofNames.has(name)) {
    const operand = scanner.take(/"[^"\n]*"|[^\s(),;{}]+/y);
    if (operand === undefined) scanner.expected('a name');
    else
      operands.push({
        kind: 'symbol',
        name: operand.text.replace(/^"|"$/g, ''),
        place: operand.place,
      });
  } else operands.push(parseExpression(scanner, depth + 1));
  while (scanner.takeText(',')) operands.push(parseExpression(scanner, depth + 1));
  if (!scanner.takeText(')')) scanner.expected('`)`');
  return { kind: 'call', name, operands, place };
}

const units: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2 };

function numberOf(text: string): number {
  const unit = units[text.slice(-1).toUpperCase()] ?? 1;
  const digits = unit === 1 ? text : text.slice(0, -1);
  if (/^0[0-7]+$/.test(digits)) return parseInt(digits, 8) * unit;
  return Number(digits) * unit;
}

function tooDeep(scanner: ScriptScanner): Expression {
  scanner.report(scanner.here(), 'script-syntax', 'This expression is nested too deep.');
  scanner.skipStatement();
  return nothing(scanner);
}

const nothing = (scanner: ScriptScanner): Expression => ({
  kind: 'number',
  value: 0,
  place: scanner.here(0),
});
