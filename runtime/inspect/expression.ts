/**
 * The syntax of debugger expressions: C's operators and precedence over words and variables, `a.b`, `a->b` and `a[i]`.
 * A name may have dots, as symbols do; whether they lead into a variable, its meaning decides. Total: any text
 * gives a tree or a sentence. The meaning is `evaluate.ts`.
 */
import { fail, ok, type Result } from '../base/result.js';

export type Expression =
  /** `exact` is there when the number has more than 32 bits; then `value` are its low ones. */
  | { readonly kind: 'number'; readonly value: number; readonly exact?: bigint }
  /** A register, CSR, symbol, or a name with `$` such as `$badge`. */
  | { readonly kind: 'name'; readonly name: string }
  /** Characters between double quotes, to compare a string with. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'element'; readonly of: Expression; readonly index: Expression }
  | { readonly kind: 'memory'; readonly sizeBytes: 1 | 2 | 4; readonly address: Expression }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

export type UnaryOperator = '-' | '+' | '~' | '!' | '&';

/** Loosest first; operators of one row bind equally and to the left. */
const precedence = [
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
] as const;
export type BinaryOperator = (typeof precedence)[number][number];

/** `,x` hexadecimal, `,d` signed, `,u` unsigned, `,b` binary, `,c` character. */
export type ValueFormat = 'x' | 'd' | 'u' | 'b' | 'c';

export interface ParsedExpression {
  readonly tree: Expression;
  readonly format?: ValueFormat;
}

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'operator' | 'end';
  readonly text: string;
  /** Counts from one. */
  readonly column: number;
}

/** Deeper nesting than this is refused, so that no text can exhaust the stack. */
const deepestNesting = 100;
const longestText = 4096;

const memorySizes: Readonly<Record<string, 1 | 2 | 4>> = { byte: 1, half: 2, word: 4 };

export function parseExpression(text: string): Result<ParsedExpression, string> {
  if (text.length > longestText) {
    return fail(
      `The expression has ${text.length} characters; at most ${longestText} can be read.`,
    );
  }
  const suffix = /^(.*),\s*([xdubc])\s*$/s.exec(text);
  const tokens = tokenize(suffix?.[1] ?? text);
  if (!tokens.ok) return tokens;
  const tree = new Parser(tokens.value).whole();
  if (!tree.ok) return tree;
  const format = suffix?.[2] as ValueFormat | undefined;
  return ok(format === undefined ? { tree: tree.value } : { tree: tree.value, format });
}

const tokenPattern =
  /\s*(?:(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+|'(?:\\.|[^'\\])')|("(?:\\.|[^"\\])*")|([A-Za-z_.$][\w.$]*)|(->|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>()[\]]))/;

function tokenize(text: string): Result<readonly Token[], string> {
  const tokens: Token[] = [];
  const pattern = new RegExp(tokenPattern, 'y');
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) {
      const column = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
      return fail(
        `Column ${column + 1}: ${JSON.stringify(text[column] ?? '')} does not belong in an expression.`,
      );
    }
    const [whole, number, quoted, name, operator] = match;
    const token = number ?? quoted ?? name ?? operator ?? '';
    const kind =
      number !== undefined
        ? 'number'
        : quoted !== undefined
          ? 'text'
          : name !== undefined
            ? 'name'
            : 'operator';
    tokens.push({ kind, text: token, column: at + whole.length - token.length + 1 });
    at += whole.length;
  }
  tokens.push({ kind: 'end', text: '', column: end + 1 });
  return ok(tokens);
}

/** One method per production; the first problem ends the parse. */
class Parser {
  private readonly tokens: readonly Token[];
  private next = 0;
  private nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Result<Expression, string> {
    if (this.peek().kind === 'end') {
      return fail('The expression is empty: write a register, a symbol, or for example [sp + 4].');
    }
    const tree = this.binary(0);
    if (!tree.ok || this.peek().kind === 'end') return tree;
    return this.expected('an operator or the end');
  }

  private binary(level: number): Result<Expression, string> {
    const operators: readonly BinaryOperator[] | undefined = precedence[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    while (left.ok) {
      const operator = operators.find((candidate) => this.isOperator(candidate));
      if (operator === undefined) return left;
      this.next += 1;
      const right = this.binary(level + 1);
      if (!right.ok) return right;
      left = ok({ kind: 'binary', operator, left: left.value, right: right.value });
    }
    return left;
  }

  private unary(): Result<Expression, string> {
    this.nesting += 1;
    const tree = this.nesting > deepestNesting ? this.tooDeep() : this.unaryInside();
    this.nesting -= 1;
    return tree;
  }

  private unaryInside(): Result<Expression, string> {
    if (this.take('*')) return memory(4, this.unary());
    const operators: readonly UnaryOperator[] = ['-', '+', '~', '!', '&'];
    const operator = operators.find((candidate) => this.take(candidate));
    if (operator === undefined) return this.postfix();
    const operand = this.unary();
    return operand.ok ? ok({ kind: 'unary', operator, operand: operand.value }) : operand;
  }

  private postfix(): Result<Expression, string> {
    let tree = this.primary();
    while (tree.ok) {
      const token = this.peek();
      if (this.take('[')) {
        const of = tree.value;
        const index = this.enclosed(']');
        tree = index.ok ? ok({ kind: 'element', of, index: index.value }) : index;
      } else if (this.take('->')) {
        const { kind, text } = this.peek();
        if (kind !== 'name') return this.expected('the name of a member');
        this.next += 1;
        tree = ok(members(tree.value, text));
      } else if (token.kind === 'name' && /^\.\w/.test(token.text)) {
        this.next += 1;
        tree = ok(members(tree.value, token.text.slice(1)));
      } else return tree;
    }
    return tree;
  }

  private primary(): Result<Expression, string> {
    const token = this.peek();
    if (this.take('(')) return this.enclosed(')');
    if (this.take('[')) return memory(4, this.enclosed(']'));
    if (token.kind === 'number') {
      this.next += 1;
      return numberOf(token);
    }
    if (token.kind === 'text') {
      this.next += 1;
      const text = token.text.slice(1, -1).replace(/\\(.)/gs, (_, each: string) => {
        const code = escapes[each];
        return code === undefined ? each : String.fromCodePoint(code);
      });
      return ok({ kind: 'text', text });
    }
    if (token.kind === 'name') {
      this.next += 1;
      const sizeBytes = memorySizes[token.text];
      if (sizeBytes !== undefined && this.take('(')) return memory(sizeBytes, this.enclosed(')'));
      return ok({ kind: 'name', name: token.text });
    }
    return this.expected('a register, a symbol, a number, "(" or "["');
  }

  private enclosed(close: ')' | ']'): Result<Expression, string> {
    const tree = this.binary(0);
    if (!tree.ok) return tree;
    return this.take(close) ? tree : this.expected(`"${close}"`);
  }

  private expected(what: string): Result<never, string> {
    const { text, column } = this.peek();
    const found = text === '' ? 'the expression ends' : `"${text}" was found`;
    return fail(`Column ${column}: ${what} was expected, but ${found}.`);
  }

  private tooDeep(): Result<never, string> {
    return fail(`The expression is nested more than ${deepestNesting} levels deep.`);
  }

  private take(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.next += 1;
    return true;
  }

  private isOperator(operator: string): boolean {
    return this.peek().kind === 'operator' && this.peek().text === operator;
  }

  private peek(): Token {
    // The last token is the end, and no production steps over it.
    return this.tokens[this.next] ?? { kind: 'end', text: '', column: 1 };
  }
}

const members = (of: Expression, path: string): Expression =>
  path.split('.').reduce<Expression>((inner, name) => ({ kind: 'member', of: inner, name }), of);

function memory(
  sizeBytes: 1 | 2 | 4,
  address: Result<Expression, string>,
): Result<Expression, string> {
  return address.ok ? ok({ kind: 'memory', sizeBytes, address: address.value }) : address;
}

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '0': 0, "'": 39, '\\': 92 };

function numberOf(token: Token): Result<Expression, string> {
  const { text, column } = token;
  if (text.startsWith("'")) {
    const value = text[1] === '\\' ? escapes[text[2] ?? ''] : text.codePointAt(1);
    if (value === undefined) return fail(`Column ${column}: ${text} is no character.`);
    return ok({ kind: 'number', value });
  }
  const exact = BigInt(text);
  if (exact >= 2n ** 64n) return fail(`Column ${column}: ${text} does not fit in 64 bits.`);
  const value = Number(BigInt.asUintN(32, exact));
  return ok(exact < 2n ** 32n ? { kind: 'number', value } : { kind: 'number', value, exact });
}
