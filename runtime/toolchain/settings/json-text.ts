/**
 * A small JSON reader that keeps where everything stands, so that a setting's diagnostic points at its
 * own characters. Total: it stops at the first thing that is not JSON (RFC 8259) and says where.
 */
import type { Result } from '../../base/result.js';
import { fail, ok } from '../../base/result.js';
import type { Position, Range } from '../text/diagnostic.js';

export type JsonValue =
  | { readonly kind: 'object'; readonly range: Range; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly range: Range; readonly items: readonly JsonValue[] }
  | { readonly kind: 'string'; readonly range: Range; readonly value: string }
  | { readonly kind: 'number'; readonly range: Range; readonly value: number }
  | { readonly kind: 'boolean'; readonly range: Range; readonly value: boolean }
  | { readonly kind: 'null'; readonly range: Range };

export interface JsonMember {
  readonly name: string;
  readonly nameRange: Range;
  readonly value: JsonValue;
}

export interface JsonError {
  readonly range: Range;
  /** What was expected there, as a noun phrase. */
  readonly message: string;
}

export function readJson(text: string): Result<JsonValue, JsonError> {
  const scanner = new Scanner(text);
  const value = scanner.value(0);
  scanner.space();
  if (scanner.error === undefined && scanner.at < text.length)
    scanner.expected('the end of the file');
  return scanner.error === undefined ? ok(value) : fail(scanner.error);
}

/** Deeper nesting than this is an error, so that a reader cannot run out of stack. */
const deepest = 64;

class Scanner {
  at = 0;
  error: JsonError | undefined;
  private readonly text: string;
  private readonly lineStarts: number[];

  constructor(text: string) {
    this.text = text;
    this.lineStarts = [0];
    for (const match of text.matchAll(/\r\n|\r|\n/g))
      this.lineStarts.push(match.index + match[0].length);
  }

  value(depth: number): JsonValue {
    this.space();
    const start = this.at;
    const first = this.text[this.at];
    if (depth > deepest) return this.wrong('less deeply nested values');
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"') {
      const value = this.string();
      return { kind: 'string', range: this.rangeFrom(start), value };
    }
    const word = this.match(/-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null/y);
    if (word === undefined) return this.wrong('a value');
    const range = this.rangeFrom(start);
    if (word === 'null') return { kind: 'null', range };
    if (word === 'true' || word === 'false')
      return { kind: 'boolean', range, value: word === 'true' };
    return { kind: 'number', range, value: Number(word) };
  }

  space(): void {
    this.match(/[ \t\r\n]*/y);
  }

  expected(what: string): void {
    const end = Math.min(this.text.length, this.at + 1);
    this.error ??= {
      range: { start: this.position(this.at), end: this.position(end) },
      message: what,
    };
  }

  private object(depth: number): JsonValue {
    const start = this.at++;
    const members: JsonMember[] = [];
    this.space();
    while (this.text[this.at] !== '}' && this.error === undefined) {
      if (members.length > 0 && !this.take(',')) return this.wrong('`,` or `}`');
      this.space();
      const nameStart = this.at;
      if (this.text[this.at] !== '"') return this.wrong('a name in double quotes');
      const name = this.string();
      const nameRange = this.rangeFrom(nameStart);
      this.space();
      if (!this.take(':')) return this.wrong('`:`');
      members.push({ name, nameRange, value: this.value(depth + 1) });
      this.space();
    }
    this.at += 1;
    return { kind: 'object', range: this.rangeFrom(start), members };
  }

  private array(depth: number): JsonValue {
    const start = this.at++;
    const items: JsonValue[] = [];
    this.space();
    while (this.text[this.at] !== ']' && this.error === undefined) {
      if (items.length > 0 && !this.take(',')) return this.wrong('`,` or `]`');
      items.push(this.value(depth + 1));
      this.space();
    }
    this.at += 1;
    return { kind: 'array', range: this.rangeFrom(start), items };
  }

  /** From the opening quote on; the closing quote is taken. */
  private string(): string {
    const literal = this.match(/"([ !#-[\]-\uffff]|\\(["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    if (literal !== undefined) return JSON.parse(literal) as string;
    this.match(/"([ !#-[\]-\uffff]|\\(["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y);
    this.expected('`"` at the end of the string');
    return '';
  }

  private wrong(what: string): JsonValue {
    this.expected(what);
    return { kind: 'null', range: this.rangeFrom(this.at) };
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private rangeFrom(start: number): Range {
    const end = Math.min(this.at, this.text.length);
    return { start: this.position(start), end: this.position(end) };
  }

  private position(offset: number): Position {
    const line = Math.max(
      0,
      this.lineStarts.findLastIndex((lineStart) => lineStart <= offset),
    );
    return { line, character: offset - (this.lineStarts[line] ?? 0) };
  }
}
