/** Where in the grammar of capDL a place is: the section, and the tokens of the declaration before it. */
import { blockIndexAt } from '../../runtime/toolchain/capdl/tree-nodes.js';
import { advance, scannerAt, tokenText } from '../../runtime/toolchain/capdl/token.js';
import type { BlockNode, Context } from '../../runtime/toolchain/capdl/tree.js';
import type { Specification } from './specifications.js';

export interface CdlContext {
  readonly section: Context;
  /** The texts of the tokens from the start of the declaration, without the word at the place. */
  readonly tokens: readonly string[];
  /** The brackets that are open, the innermost last: `{`, `(`, `[`. */
  readonly open: readonly string[];
  /** The tokens since the innermost bracket, or since the entry in it began. */
  readonly entry: readonly string[];
  /** The slots that the declaration fills by name, behind the place, too. */
  readonly taken: ReadonlySet<string>;
}

/** Undefined in a comment. */
export function contextAt(specification: Specification, offset: number): CdlContext | undefined {
  const { source, tree } = specification;
  const placed = tree.blocks[blockIndexAt(tree, offset)];
  if (placed === undefined) return undefined;
  const isSectionStart = placed.block.node.kind === 'sectionStart';
  const end = placed.start + placed.block.length;
  // Behind the head of a section the declaration has not begun.
  const isBehind = isSectionStart && offset >= end && source.text.charAt(end - 1) === '{';
  const from = isBehind ? end : placed.start;
  const section = isBehind ? placed.block.after : placed.block.before;
  if (isComment(source.text, offset)) return undefined;
  return { ...scan(source.text, from, offset, section), taken: slotWords(placed.block.node) };
}

function slotWords(node: BlockNode): Set<string> {
  if (node.kind !== 'container') return new Set();
  return new Set(node.capabilities.flatMap(({ slot }) => slot?.word ?? []));
}

function scan(
  text: string,
  from: number,
  offset: number,
  section: Context,
): Omit<CdlContext, 'taken'> {
  const tokens: string[] = [];
  const open: { readonly bracket: string; entry: number }[] = [];
  const scanner = scannerAt(text, from);
  while (scanner.kind !== 'end' && scanner.end <= offset) {
    const isWord = scanner.kind === 'name' || scanner.kind === 'number';
    if (isWord && scanner.end === offset) break;
    const token = tokenText(scanner);
    // Entries of a body need no separator: one begins with a line.
    const inner = open.at(-1);
    if (inner?.bracket === '{' && scanner.startsLine) inner.entry = tokens.length;
    tokens.push(token);
    if (token === '{' || token === '(' || token === '[')
      open.push({ bracket: token, entry: tokens.length });
    else if (token === '}' || token === ')' || token === ']') open.pop();
    else if ((token === ',' || token === ';') && inner !== undefined) inner.entry = tokens.length;
    advance(scanner);
  }
  // At the start of a line nothing of the entry is written yet.
  const inner = open.at(-1);
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const isLineStart = /^\s*[\w@.-]*$/.test(text.slice(lineStart, offset));
  if (inner?.bracket === '{' && isLineStart) inner.entry = tokens.length;
  return {
    section,
    tokens,
    open: open.map(({ bracket }) => bracket),
    entry: tokens.slice(inner?.entry ?? 0),
  };
}

function isComment(text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  if (/(^|\s)--/.test(line)) return true;
  const before = text.slice(Math.max(0, offset - 20_000), offset);
  return before.lastIndexOf('/*') > before.lastIndexOf('*/');
}
