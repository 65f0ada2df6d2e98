/**
 * Parses a device tree source that was preprocessed. Total: any text gives items and diagnostics. There are no tokens,
 * since `1,2@3` is a name in front of `=` or `{` and an expression inside of `< >`. Grammar: devicetree specification
 * 0.4, chapter 6, with `/omit-if-no-ref/`, `/delete-node/ &label` and character literals, as dtc has them.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import { closingQuote } from '../text/quoted.js';
import { diagnosticAt } from '../text/source-line.js';
import type { SourceText, Span } from '../text/source-text.js';
import { deepestNode } from './device-tree.js';
import { parseCellExpression } from './parse-expression.js';
import type {
  Cell,
  SourceEntry,
  SourceItem,
  SourceNode,
  SourceReference,
  SourceValue,
  Word,
} from './source-tree.js';

export interface ParsedSource {
  readonly items: readonly SourceItem[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface SourceParser {
  readonly source: SourceText;
  readonly text: string;
  at: number;
  readonly diagnostics: Diagnostic[];
}

const mostDiagnostics = 200;

export function parseDeviceSource(source: SourceText): ParsedSource {
  const parser: SourceParser = { source, text: source.text, at: 0, diagnostics: [] };
  const items: SourceItem[] = [];
  for (;;) {
    skipSpace(parser);
    if (parser.at >= parser.text.length) break;
    const before = parser.at;
    const found = item(parser);
    if (found !== undefined) items.push(found);
    if (parser.at === before) parser.at += 1;
  }
  return { items, diagnostics: parser.diagnostics };
}

function item(parser: SourceParser): SourceItem | undefined {
  if (take(parser, /;/y) !== undefined) return undefined;
  if (take(parser, /\/(?:dts-v1|plugin)\//y) !== undefined) {
    expectEnd(parser);
    return undefined;
  }
  if (take(parser, /\/memreserve\//y) !== undefined) {
    take(parser, /[^;{}]*/y);
    expectEnd(parser);
    return { kind: 'reservation' };
  }
  if (take(parser, /\/delete-node\//y) !== undefined) {
    const target = optReference(parser);
    if (target === undefined) report(parser, 'the node to delete, as `&label`');
    expectEnd(parser);
    return target && { kind: 'delete-node', target };
  }
  const start = parser.at;
  take(parser, /\/omit-if-no-ref\//y);
  const labels = optLabels(parser);
  const target = optReference(parser);
  const root = target === undefined ? take(parser, /\//y) : undefined;
  if (target === undefined && root === undefined) {
    report(parser, '`/ {` or `&label {`');
    recover(parser);
    return undefined;
  }
  const span = target?.span ?? { start, end: parser.at };
  const body = nodeBody(parser, { text: target?.text ?? '', span }, labels, 0);
  return { kind: 'node', target, body };
}

function nodeBody(
  parser: SourceParser,
  name: Word,
  labels: readonly Word[],
  depth: number,
): SourceNode {
  const entries: SourceEntry[] = [];
  if (take(parser, /\{/y) === undefined) {
    report(parser, '`{`');
    recover(parser);
    return { name, labels, entries };
  }
  if (depth >= deepestNode) {
    problem(
      parser,
      name.span,
      'device-tree-depth',
      `Nodes are nested more than ${String(deepestNode)} deep; what is deeper is left out.`,
    );
    skipBraces(parser);
    expectEnd(parser);
    return { name, labels, entries };
  }
  for (;;) {
    skipSpace(parser);
    if (parser.at >= parser.text.length) {
      problem(
        parser,
        name.span,
        'device-tree-syntax',
        `The node \`${name.text === '' ? '/' : name.text}\` has no closing \`};\`.`,
      );
      return { name, labels, entries };
    }
    if (take(parser, /\}/y) !== undefined) break;
    const before = parser.at;
    const found = entry(parser, depth);
    if (found !== undefined) entries.push(found);
    if (parser.at === before) parser.at += 1;
  }
  expectEnd(parser);
  return { name, labels, entries };
}

const namePattern = /[\w,.+*#?@-]+/y;

function entry(parser: SourceParser, depth: number): SourceEntry | undefined {
  if (take(parser, /;/y) !== undefined) return undefined;
  const deletion = take(parser, /\/delete-(?:node|property)\//y);
  if (deletion !== undefined) {
    const name = take(parser, namePattern);
    if (name === undefined) report(parser, 'the name of what is to be deleted');
    expectEnd(parser);
    const kind = deletion.text === '/delete-node/' ? 'delete-node' : 'delete-property';
    return name && { kind, name };
  }
  take(parser, /\/omit-if-no-ref\//y);
  const labels = optLabels(parser);
  const name = take(parser, namePattern);
  if (name === undefined) {
    report(parser, 'a property, a node or `};`');
    recover(parser);
    return undefined;
  }
  skipSpace(parser);
  if (parser.text[parser.at] === '{')
    return { kind: 'node', node: nodeBody(parser, name, labels, depth + 1) };
  const values: SourceValue[] = [];
  if (take(parser, /=/y) !== undefined) {
    do {
      optLabels(parser);
      const value = optValue(parser);
      if (value === undefined) {
        report(parser, 'a value: `"text"`, `<1 2>`, `[0a 0b]` or `&label`');
        recover(parser);
        return { kind: 'property', name, values };
      }
      values.push(value);
      optLabels(parser);
    } while (take(parser, /,/y) !== undefined);
  }
  expectEnd(parser);
  return { kind: 'property', name, values };
}

function optValue(parser: SourceParser): SourceValue | undefined {
  skipSpace(parser);
  const close = parser.text[parser.at] === '"' ? closingQuote(parser.text, parser.at) : -1;
  if (close >= 0) {
    const bytes = unescaped(parser.text.slice(parser.at + 1, close));
    bytes.push(0);
    parser.at = close + 1;
    return { kind: 'bytes', bytes };
  }
  const file = take(parser, /\/incbin\/\s*\(\s*"[^"\n]{0,1000}"[^)]{0,200}\)/y);
  if (file !== undefined)
    return { kind: 'file', path: /"([^"]*)"/.exec(file.text)?.[1] ?? '', span: file.span };
  const bits = take(parser, /\/bits\/\s+(?:8|16|32|64)\b/y)?.text.replace(/\D+/, '');
  if (take(parser, /</y) !== undefined) return cells(parser, bits);
  if (take(parser, /\[/y) !== undefined) return byteString(parser);
  const target = optReference(parser);
  return target && { kind: 'reference', target };
}

function cells(parser: SourceParser, written: string | undefined): SourceValue {
  const bits = written === '8' ? 8 : written === '16' ? 16 : written === '64' ? 64 : 32;
  const found: Cell[] = [];
  for (;;) {
    optLabels(parser);
    if (take(parser, />/y) !== undefined) break;
    const start = parser.at;
    const cell = optReference(parser) ?? optCell(parser, bits);
    if (cell === undefined) {
      report(parser, 'a number, `&label` or `>`');
      // The value goes on to its end, if that is on the way.
      take(parser, /[^<>;{}]*>?/y);
      break;
    }
    if (parser.at === start) break;
    found.push(cell);
  }
  return { kind: 'cells', bits, cells: found };
}

function optCell(parser: SourceParser, bits: number): bigint | undefined {
  skipSpace(parser);
  const { start, value, end, message } = parseCellExpression(parser.text, parser.at);
  if (end === start) return undefined;
  parser.at = end;
  if (message !== undefined) problem(parser, { start, end }, 'device-tree-syntax', message);
  const limit = 1n << BigInt(bits);
  if (value >= limit || value < -(limit >> 1n))
    problem(
      parser,
      { start, end },
      'device-tree-cell',
      `This comes to ${value.toString().slice(0, 40)}, which does not fit into ${String(bits)} bits.`,
    );
  return BigInt.asUintN(bits, value);
}

function byteString(parser: SourceParser): SourceValue {
  const text = take(parser, /[\s0-9a-fA-F]*/y)?.text ?? '';
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0) report(parser, 'two hexadecimal digits for each byte');
  if (take(parser, /\]/y) === undefined) report(parser, '`]`');
  const bytes = Array.from({ length: digits.length >> 1 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
  return { kind: 'bytes', bytes };
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** The bytes of a string; what is not ASCII is UTF-8. */
function unescaped(text: string): number[] {
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(text))
    return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  const bytes: number[] = [];
  for (const [part] of text.matchAll(/\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3}|\\[^]|[^\\]/gu)) {
    if (part.startsWith('\\x') && part.length > 2) bytes.push(Number.parseInt(part.slice(2), 16));
    else if (/^\\[0-7]/.test(part)) bytes.push(Number.parseInt(part.slice(1), 8) & 0xff);
    else if (part.startsWith('\\')) bytes.push(...utf8(part.slice(1), escapes[part.slice(1)]));
    else bytes.push(...utf8(part, undefined));
  }
  return bytes;
}

function utf8(character: string, escaped: number | undefined): number[] {
  if (escaped !== undefined) return [escaped];
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return [code];
  const rest = (shift: number): number => 0x80 | ((code >> shift) & 0x3f);
  if (code < 0x800) return [0xc0 | (code >> 6), rest(0)];
  if (code < 0x1_0000) return [0xe0 | (code >> 12), rest(6), rest(0)];
  return [0xf0 | (code >> 18), rest(12), rest(6), rest(0)];
}

function optLabels(parser: SourceParser): Word[] {
  const labels: Word[] = [];
  for (;;) {
    const label = take(parser, /[A-Za-z_]\w*:/y);
    if (label === undefined) return labels;
    const { start, end } = label.span;
    labels.push({ text: label.text.slice(0, -1), span: { start, end: end - 1 } });
  }
}

function optReference(parser: SourceParser): SourceReference | undefined {
  const path = take(parser, /&\{[^}\s]{0,1000}\}/y);
  if (path !== undefined) return { kind: 'path', text: path.text.slice(2, -1), span: path.span };
  const label = take(parser, /&[A-Za-z_]\w*/y);
  return label && { kind: 'label', text: label.text.slice(1), span: label.span };
}

/** Matches a sticky pattern behind any space. */
function take(parser: SourceParser, pattern: RegExp): Word | undefined {
  skipSpace(parser);
  pattern.lastIndex = parser.at;
  const match = pattern.exec(parser.text);
  if (match === null || match[0] === '') return undefined;
  const start = parser.at;
  parser.at += match[0].length;
  return { text: match[0], span: { start, end: parser.at } };
}

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

function skipSpace(parser: SourceParser): void {
  while (isSpace(parser.text.charCodeAt(parser.at))) parser.at += 1;
}

function expectEnd(parser: SourceParser): void {
  if (take(parser, /;/y) === undefined) report(parser, '`;`');
}

/** To behind the next `;`, or in front of a brace. */
function recover(parser: SourceParser): void {
  take(parser, /[^;{}]*/y);
  if (parser.text[parser.at] === ';') parser.at += 1;
  else if (parser.text[parser.at] === '{') {
    parser.at += 1;
    skipBraces(parser);
  }
}

/** To behind the brace that closes one that is open. */
function skipBraces(parser: SourceParser): void {
  let open = 1;
  for (; parser.at < parser.text.length && open > 0; parser.at += 1) {
    const character = parser.text[parser.at];
    if (character === '{') open += 1;
    if (character === '}') open -= 1;
  }
}

function report(parser: SourceParser, expected: string): void {
  skipSpace(parser);
  const rest = /[\w,.+*#?@&-]{1,40}|[^]/uy;
  rest.lastIndex = parser.at;
  const found = rest.exec(parser.text)?.[0];
  const span = { start: parser.at, end: parser.at + (found?.length ?? 0) };
  const what = found === undefined ? 'The end of the file' : `\`${found}\``;
  problem(parser, span, 'device-tree-syntax', `${what} was found where ${expected} was expected.`);
}

function problem(parser: SourceParser, span: Span, code: string, message: string): void {
  if (parser.diagnostics.length < mostDiagnostics)
    parser.diagnostics.push(diagnosticAt(parser.source.placeOf(span), 'error', code, message));
}
