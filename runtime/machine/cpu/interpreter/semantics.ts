/**
 * Parses the `execute` column of the instruction table (notation: top of `isa/table.ts`) into a small
 * tree, from which engines are generated. Runs when code is generated, never when it executes; a text
 * that does not parse is our bug.
 */
import { invariant } from '../../../base/invariant.js';

export type Expression =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] };

export type BinaryOperator =
  '+' | '-' | '&' | '|' | '^' | '<<' | '>>' | '>>>' | '==' | '!=' | '<' | '>=';

/** `rd = value`, or an expression that is evaluated for what it does. */
export interface Statement {
  readonly target: 'rd' | undefined;
  readonly value: Expression;
}

/**
 * Whether a statement decides where the hart goes on: it ends a basic block. Fences do not: harts run
 * one after the other and see one memory, in order, and code is dropped as it is written.
 */
export function decidesPc({ value }: Statement): boolean {
  if (value.kind !== 'call') return false;
  const [parameter] = value.parameters;
  const isFence = parameter?.kind === 'name' && /^fence(_i)?$/.test(parameter.name);
  return ['jump', 'branch', 'system'].includes(value.name) && !isFence;
}

/** Loosest first, as in C. */
const precedence: readonly (readonly BinaryOperator[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>='],
  ['<<', '>>', '>>>'],
  ['+', '-'],
];

export function parseExecute(text: string): readonly Statement[] {
  return text.split(';').map((part) => {
    const source = part.trim();
    const assignment = /^rd = (.*)$/.exec(source);
    return {
      target: assignment === null ? undefined : 'rd',
      value: parseExpression(assignment?.[1] ?? source),
    };
  });
}

function parseExpression(text: string): Expression {
  const tokens = text.match(/[a-z_][a-z0-9_]*|\d+|>>>|<<|>>|==|!=|>=|[-+&|^~<(),]/g) ?? [];
  let at = 0;
  const expect = (token: string): void => {
    invariant(tokens[at] === token, 'ISA-1', () => `'${text}': expected ${token} at word ${at}`);
    at += 1;
  };
  const binary = (level: number): Expression => {
    const operators = precedence[level];
    if (operators === undefined) return unary();
    let left = binary(level + 1);
    for (;;) {
      const operator = operators.find((candidate) => candidate === tokens[at]);
      if (operator === undefined) return left;
      at += 1;
      left = { kind: 'binary', operator, left, right: binary(level + 1) };
    }
  };
  const unary = (): Expression => {
    const token = tokens[at] ?? '';
    at += 1;
    if (token === '~') return { kind: 'not', operand: unary() };
    if (token === '(') {
      const inner = binary(0);
      expect(')');
      return inner;
    }
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    invariant(
      /^[a-z]/.test(token),
      'ISA-1',
      () => `'${text}': a value cannot begin with '${token}'`,
    );
    if (tokens[at] !== '(') return { kind: 'name', name: token };
    expect('(');
    const parameters = [binary(0)];
    while (tokens[at] === ',') {
      at += 1;
      parameters.push(binary(0));
    }
    expect(')');
    return { kind: 'call', name: token, parameters };
  };
  const expression = binary(0);
  invariant(at === tokens.length, 'ISA-1', () => `'${text}': nothing may follow word ${at}`);
  return expression;
}
