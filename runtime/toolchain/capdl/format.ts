/**
 * Lays out capDL text anew: every declaration and capability begins a line, braces indent, one space where
 * one belongs. Comments stay, and so do line breaks elsewhere, and one empty line where there were some. A text
 * with a fault in its syntax is left as it is, because its structure is a guess.
 */
import { parseText, syntaxProblems } from './parse.js';
import { advance, scannerAt, type TokenKind } from './token.js';
import type { CapdlTree, DerivationNode, ObjectNode, ParameterNode } from './tree.js';

export function formatCapdl(text: string): string {
  const tree = parseText(text);
  if (syntaxProblems(tree, text).length > 0) return text;
  const layout = layoutOf(text, tree);
  const writer: Writer = { lines: [], line: '', depth: 0 };
  const scanner = scannerAt(text, 0);
  let before: Token = { kind: 'end', start: 0, end: 0, isTight: false };
  for (;;) {
    const start = scanner.start;
    const whole = layout.wholes.get(start);
    const token: Token = {
      kind: scanner.kind,
      start,
      end: whole?.end ?? scanner.end,
      isTight: layout.tight.has(start),
    };
    const closes = token.kind === '}' || token.kind === ')' || token.kind === ']';
    const opens = token.kind === '{' || token.kind === '(' || (token.kind === '[' && !whole);
    const after = closes ? writer.depth - 1 : writer.depth;
    writeSpace(writer, text.slice(before.end, start), {
      separator: token.kind === 'end' ? '' : separatorOf(before, token),
      isLineStart: layout.lineStarts.has(start),
      isFirst: before.kind === 'end',
      depth: after,
    });
    if (token.kind === 'end') break;
    writer.line += whole?.text ?? text.slice(start, token.end);
    writer.depth = after + (opens ? 1 : 0);
    before = token;
    scanner.end = token.end;
    advance(scanner);
  }
  if (writer.line !== '') endLine(writer);
  while (writer.lines.at(-1) === '') writer.lines.pop();
  return writer.lines.length === 0 ? '' : `${writer.lines.join('\n')}\n`;
}

interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** No space before it, whatever it is. */
  readonly isTight: boolean;
}

interface Writer {
  readonly lines: string[];
  line: string;
  /** Of brackets of every kind. */
  depth: number;
}

interface Layout {
  /** Offsets of tokens that begin a line. */
  readonly lineStarts: ReadonlySet<number>;
  /** Offsets of tokens that stand close to the one before. */
  readonly tight: ReadonlySet<number>;
  /** By offset: lists whose inner words are no tokens. */
  readonly wholes: ReadonlyMap<number, { readonly end: number; readonly text: string }>;
}

function layoutOf(text: string, tree: CapdlTree): Layout {
  const lineStarts = new Set<number>();
  const tight = new Set<number>();
  const wholes = new Map<number, { end: number; text: string }>();
  let at = 0;
  const parameter = ({ word, value }: ParameterNode): void => {
    if (value?.kind === 'pair' && word === 'size') tight.add(at + value.second.start);
    if (value?.kind === 'numbers' && word === 'pci') {
      for (const { start, end } of value.items.slice(1)) tight.add(at + start).add(at + end);
    }
    if (value?.kind === 'fills') {
      const items = value.items.map(({ words }) => `{${words.map((word) => word.text).join(' ')}}`);
      const end = at + value.end;
      const raw = text.slice(at + value.start, end);
      const hasComment = raw.includes('/*') || raw.includes('--');
      wholes.set(at + value.start, { end, text: hasComment ? raw : `[${items.join(', ')}]` });
    }
  };
  const object = (node: ObjectNode): void => {
    node.parameters.forEach(parameter);
    const { members = [], body } = node;
    const isLong = members.some(({ kind }) => kind === 'object');
    for (const member of members) {
      if (isLong) lineStarts.add(at + member.start);
      if (member.kind === 'object') object(member);
    }
    if (isLong && body !== undefined) lineStarts.add(at + body.end - 1);
  };
  const derivation = ({ children, body }: DerivationNode): void => {
    for (const child of children) {
      if (children.length > 1) lineStarts.add(at + child.start);
      if (child.kind === 'derivation') derivation(child);
    }
    if (children.length > 1 && body !== undefined) lineStarts.add(at + body.end - 1);
  };
  for (const { start, block } of tree.blocks) {
    at = start;
    const { node } = block;
    if (node.kind !== 'skipped') lineStarts.add(at + node.start);
    if (node.kind === 'object') object(node);
    if (node.kind === 'derivation') derivation(node);
    if (node.kind !== 'container') continue;
    const isLong = node.capabilities.length > 1;
    for (const capability of node.capabilities) {
      if (isLong) lineStarts.add(at + capability.start);
      capability.parameters.forEach(parameter);
    }
    if (isLong) lineStarts.add(at + node.body.end - 1);
  }
  return { lineStarts, tight, wholes };
}

const closeBefore: ReadonlySet<TokenKind> = new Set([',', ';', ')', ']', '>', ':', '/', '.', '..']);
const closeAfter: ReadonlySet<TokenKind> = new Set(['(', '[', '<', '/', '.', '..']);

function separatorOf(before: Token, token: Token): '' | ' ' {
  if (before.kind === 'end' || token.isTight) return '';
  if (token.kind === '..' && before.kind === ',') return ' ';
  if (closeBefore.has(token.kind) || closeAfter.has(before.kind)) return '';
  return token.kind === '[' && before.kind === 'name' ? '' : ' ';
}

interface Spacing {
  readonly separator: '' | ' ';
  readonly isLineStart: boolean;
  readonly isFirst: boolean;
  readonly depth: number;
}

/** What is between two tokens: comments, and the line breaks around them. */
function writeSpace(writer: Writer, space: string, spacing: Spacing): void {
  const { separator, isLineStart, isFirst, depth } = spacing;
  let breaks = 0;
  let hasComment = false;
  for (let at = 0; at < space.length;) {
    const isLineComment = space.startsWith('--', at);
    if (!isLineComment && !space.startsWith('/*', at)) {
      if (space.charAt(at) === '\n') breaks += 1;
      else if (space.charAt(at) === '\r' && space.charAt(at + 1) !== '\n') breaks += 1;
      at += 1;
      continue;
    }
    const end = isLineComment ? lineEnd(space, at) : commentEnd(space, at);
    const isTrailing = breaks === 0 && !(isFirst && !hasComment);
    if (isTrailing) writer.line += writer.line === '' ? '' : ' ';
    else {
      breakLine(writer, breaks, isFirst && !hasComment);
      // A comment before a closing brace belongs to what is in the braces.
      writer.line = '  '.repeat(writer.depth);
    }
    writer.line += space.slice(at, end).trimEnd();
    hasComment = true;
    breaks = 0;
    if (isLineComment && end === space.length) breaks = 1;
    at = end;
  }
  const endsLine = breaks > 0 || (isLineStart && !isFirst);
  if (endsLine) {
    breakLine(writer, breaks, isFirst && !hasComment);
    writer.line = '  '.repeat(Math.max(depth, 0));
  } else writer.line += hasComment ? ' ' : separator;
}

function breakLine(writer: Writer, breaks: number, isStart: boolean): void {
  if (isStart) return;
  endLine(writer);
  if (breaks > 1 && writer.lines.at(-1) !== '') writer.lines.push('');
}

function endLine(writer: Writer): void {
  writer.lines.push(writer.line.trimEnd());
  writer.line = '';
}

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== '\n' && text.charAt(at) !== '\r') at += 1;
  return at;
}

function commentEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text.startsWith('/*', at)) {
      depth += 1;
      at += 1;
    } else if (text.startsWith('*/', at)) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
