/**
 * Where in the grammar a place is, read from the tokens before it: what is being written does not parse
 * yet, so the tree does not know. A block is known by the word that opened it.
 */
import { scannerOf, scanToken, type Token } from '../../runtime/toolchain/camkes/token.js';

export type BlockKind =
  | 'assembly'
  | 'component'
  | 'composition'
  | 'configuration'
  | 'connector'
  | 'procedure'
  | 'struct'
  | 'group'
  | 'schedule'
  /** A list or a dictionary. */
  | 'value';

export interface CompletionContext {
  /** From the outside in; empty outside of every item. */
  readonly blocks: readonly BlockKind[];
  /** The tokens of the statement so far, without the word at the place. */
  readonly statement: readonly Token[];
  /** The word, or the text of the string, that is being written. */
  readonly partial: string;
  /** Set inside of a string or `<…>`. */
  readonly quote: '"' | '<' | undefined;
}

const blockWords: ReadonlySet<string> = new Set<BlockKind>([
  'assembly',
  'component',
  'composition',
  'configuration',
  'connector',
  'procedure',
  'struct',
  'group',
  'schedule',
]);

/** Words that begin a statement when they are the first of a line, so that one without `;` ends there. */
const openers: ReadonlySet<string> = new Set([
  ...blockWords,
  'import',
  'include',
  'connection',
  'export',
  'uses',
  'provides',
  'emits',
  'consumes',
  'dataport',
  'maybe',
  'has',
  'attribute',
  'control',
  'hardware',
]);

/** Undefined in a comment, where nothing can be completed. */
export function contextAt(text: string, offset: number): CompletionContext | undefined {
  const scanner = scannerOf(text);
  const blocks: BlockKind[] = [];
  let statement: Token[] = [];
  let nesting = 0;
  let end = 0;
  for (;;) {
    const token = scanToken(scanner);
    if (token.kind === 'end' || token.start >= offset) {
      return isComment(text.slice(end, offset))
        ? undefined
        : { blocks, statement, partial: '', quote: undefined };
    }
    if (token.end >= offset) {
      const partial = partialOf(token, text, offset);
      if (partial !== undefined) return { blocks, statement, ...partial };
    }
    end = token.end;
    if (token.text === '{') {
      blocks.push(blockOf(statement, blocks.at(-1)));
      statement = [];
      nesting = 0;
    } else if (token.text === '}') {
      const closed = blocks.pop();
      nesting = 0;
      statement = closed === 'value' ? [...statement, token] : [];
    } else if (token.text === ';' && nesting === 0) statement = [];
    else {
      if (token.isFirstOnLine && openers.has(token.text) && nesting === 0) statement = [];
      if (token.text === '(') nesting += 1;
      if (token.text === ')') nesting = Math.max(0, nesting - 1);
      statement.push(token);
    }
  }
}

function partialOf(
  token: Token,
  text: string,
  offset: number,
): Pick<CompletionContext, 'partial' | 'quote'> | undefined {
  const isInside = token.end > offset;
  switch (token.kind) {
    case 'word':
      return { partial: text.slice(token.start, offset), quote: undefined };
    case 'string':
    case 'angle':
      if (!isInside) return undefined;
      return {
        partial: text.slice(token.start + 1, offset),
        quote: token.kind === 'string' ? '"' : '<',
      };
    case 'unclosed':
      return {
        partial: text.slice(token.start + 1, offset),
        quote: text.startsWith('<', token.start) ? '<' : '"',
      };
    default:
      return undefined;
  }
}

function blockOf(statement: readonly Token[], around: BlockKind | undefined): BlockKind {
  if (statement.some(({ text }) => text === '=')) return 'value';
  const word = statement.findLast(({ text }) => blockWords.has(text) || text === 'attribute');
  if (word === undefined) return around === 'composition' ? 'component' : 'value';
  // `attribute { int a; } name;`
  return word.text === 'attribute' ? 'struct' : (word.text as BlockKind);
}

function isComment(gap: string): boolean {
  const line = gap.slice(gap.lastIndexOf('\n') + 1);
  if (line.includes('//') || line.includes('#')) return true;
  return gap.lastIndexOf('/*') > gap.lastIndexOf('*/');
}
