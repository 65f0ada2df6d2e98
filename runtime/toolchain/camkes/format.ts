/**
 * Formats CAmkES: one statement a line, four spaces an indent, single spaces around operators, connections
 * that are wider than a hundred columns with one end a line. It works on the text before preprocessing and
 * changes nothing but blanks; comments, directives and macro bodies stay. Lines that were broken inside of lists
 * and dictionaries stay broken. Formatting again changes nothing.
 */
import { elementsOf, type FormatElement } from './format-elements.js';
import { isReserved } from './keywords.js';
import { widestLine } from './print.js';
import { scannerOf, scanToken } from './token.js';

export function formatCamkes(text: string): string {
  const elements = elementsOf(text);
  const writer: Writer = {
    lines: [],
    line: '',
    indent: 0,
    blocks: [],
    brackets: [],
    statement: noStatement,
    layout: 'preserved',
    mustBreak: false,
  };
  for (const [index, element] of elements.entries()) {
    const previous = elements[index - 1];
    if (element.kind === 'token') writeToken(writer, elements, index, element, previous);
    else writeComment(writer, element, previous);
  }
  endLine(writer);
  const lineEnd = text.slice(0, 2_000).includes('\r\n') ? '\r\n' : '\n';
  return writer.lines.length === 0 ? '' : writer.lines.join(lineEnd) + lineEnd;
}

interface Writer {
  readonly lines: string[];
  /** The current line, without its indent. */
  line: string;
  indent: number;
  readonly blocks: Block[];
  /** Inside of a statement: parentheses, lists, dictionaries. */
  readonly brackets: Bracket[];
  /** The tokens of the current statement so far. */
  statement: Statement;
  /** What becomes of line ends in the brackets of this statement. */
  layout: Layout;
  mustBreak: boolean;
}

/** What is to be known of a statement's tokens so far. */
interface Statement {
  readonly count: number;
  readonly first: FormatElement | undefined;
  readonly second: FormatElement | undefined;
  readonly beforeLast: FormatElement | undefined;
  readonly last: FormatElement | undefined;
  /** A `=` was among them. */
  readonly hasValue: boolean;
}

const noStatement: Statement = {
  count: 0,
  first: undefined,
  second: undefined,
  beforeLast: undefined,
  last: undefined,
  hasValue: false,
};

const continued = (statement: Statement, element: FormatElement): Statement => ({
  count: statement.count + 1,
  first: statement.first ?? element,
  second: statement.count === 0 ? undefined : (statement.second ?? element),
  beforeLast: statement.last,
  last: element,
  hasValue: statement.hasValue || element.text === '=',
});

type Layout = 'preserved' | 'flat' | 'broken';

interface Block {
  readonly word: string;
}

interface Bracket {
  readonly text: string;
  /** Of lines inside. */
  readonly indent: number;
  /** Of a line that begins with its end. */
  readonly outer: number;
  /** Conditionals that wait for their `:`. */
  questions: number;
}

const indentation = '    ';

function endLine(writer: Writer): void {
  writer.mustBreak = false;
  if (writer.line === '') return;
  writer.lines.push(writer.line);
  writer.line = '';
}

/** Begins a line; at most one empty one before it, and none behind a `{`. */
function beginLine(writer: Writer, indent: number, linesBefore: number): void {
  endLine(writer);
  const last = writer.lines.at(-1);
  if (linesBefore > 1 && last !== undefined && last !== '' && !last.endsWith('{')) {
    writer.lines.push('');
  }
  writer.indent = indent;
}

function append(writer: Writer, text: string, gap: '' | ' '): void {
  if (writer.line === '') writer.line = indentation.repeat(writer.indent) + text;
  else writer.line += gap + text;
}

const blockIndent = (writer: Writer): number => writer.blocks.length;

/** The indent of a line that begins here, in brackets or between statements. */
function indentHere(writer: Writer): number {
  const bracket = writer.brackets.at(-1);
  if (bracket !== undefined) return bracket.indent;
  return blockIndent(writer) + (writer.statement.count > 0 ? 1 : 0);
}

function writeComment(
  writer: Writer,
  element: FormatElement,
  previous: FormatElement | undefined,
): void {
  if (element.kind === 'directive') {
    beginLine(writer, 0, element.linesBefore);
    writer.line = '';
    writer.lines.push(...element.text.split(/\r?\n/).map((line) => line.trimEnd()));
    writer.mustBreak = true;
    return;
  }
  const isTrailing = element.linesBefore === 0 && previous !== undefined;
  if (!isTrailing || writer.mustBreak) {
    if (!(isTrailing && writer.line !== '')) {
      beginLine(writer, indentHere(writer), element.linesBefore);
    }
  }
  const [first = '', ...others] = element.text.split(/\r?\n/);
  append(writer, first.trimEnd(), ' ');
  if (others.length > 0) {
    const isStarred = others.every((line) => /^\s*\*/.test(line));
    for (const line of others) {
      const shown = isStarred
        ? `${indentation.repeat(writer.indent)} ${line.trim()}`
        : line.trimEnd();
      writer.lines.push(writer.line);
      writer.line = shown === '' ? '' : shown;
    }
  }
  if (element.kind === 'lineComment') writer.mustBreak = true;
}

function writeToken(
  writer: Writer,
  elements: readonly FormatElement[],
  index: number,
  element: FormatElement,
  previous: FormatElement | undefined,
): void {
  const { text } = element;
  dropUnclosed(writer, element);
  if (text === '}' && writer.brackets.length === 0) {
    closeBlock(writer, element, previous);
    return;
  }
  const isNewStatement = writer.brackets.length === 0 && beginsStatement(writer, element, previous);
  if (isNewStatement) writer.statement = noStatement;
  const closes = writer.brackets.length > 0 && /^[)\]}]$/.test(text);
  const breaks = isNewStatement || breaksHere(writer, element, previous);
  if (breaks && writer.line !== '') {
    const bracket = writer.brackets.at(-1);
    const indent = closes && bracket !== undefined ? bracket.outer : indentHere(writer);
    beginLine(writer, indent, element.linesBefore);
  } else if (writer.line === '') {
    const bracket = writer.brackets.at(-1);
    const indent = closes && bracket !== undefined ? bracket.outer : indentHere(writer);
    beginLine(writer, indent, element.linesBefore);
  }
  const isBlock = text === '{' && opensBlock(writer);
  append(writer, text, gapBefore(writer, element, previous, isBlock));
  writer.statement = continued(writer.statement, element);
  if (isBlock) openBlock(writer, elements[index + 1]);
  else if (/^[([{]$/.test(text)) openBracket(writer, elements, index);
  else if (closes) closeBracket(writer);
  else if (text === '?' || text === ':') countQuestion(writer, text);
  else if (text === ';' && writer.brackets.length === 0) {
    writer.statement = noStatement;
    writer.mustBreak = true;
  }
  if (element.token === 'unclosed') writer.mustBreak = true;
}

/** Brackets that a `;` or `}` shows to be unclosed are forgotten: the text is being written. */
function dropUnclosed(writer: Writer, { text }: FormatElement): void {
  const inner = writer.brackets.at(-1);
  const isCut =
    (text === ';' && !(inner?.text === '{' && writer.brackets.at(-2)?.text === '(')) ||
    (text === '}' && inner?.text !== '{');
  if (isCut && inner !== undefined) {
    writer.brackets.length = 0;
    writer.layout = 'preserved';
  }
}

/** `{` after a value's `=` or in brackets begins a dictionary, elsewhere a block. */
function opensBlock(writer: Writer): boolean {
  const last = writer.statement.last?.text ?? '';
  return writer.brackets.length === 0 && !/^(?:=|<-|[:,?]|\(|\[)$/.test(last);
}

function openBlock(writer: Writer, next: FormatElement | undefined): void {
  const word = writer.statement.first?.text ?? '';
  writer.blocks.push({ word: word === 'maybe' ? '' : word });
  writer.statement = noStatement;
  // An empty block stays in one piece.
  writer.mustBreak = next?.text !== '}';
}

function closeBlock(
  writer: Writer,
  element: FormatElement,
  previous: FormatElement | undefined,
): void {
  const isEmpty = previous?.text === '{' && previous.kind === 'token' && writer.line.endsWith('{');
  const block = writer.blocks.pop();
  if (!isEmpty) {
    endLine(writer);
    writer.indent = blockIndent(writer);
  }
  append(writer, element.text, '');
  // What follows is the name of an instance, an attribute or a connection, or a `;`.
  writer.statement = block === undefined ? noStatement : continued(noStatement, element);
  writer.mustBreak = false;
}

function openBracket(writer: Writer, elements: readonly FormatElement[], index: number): void {
  const text = elements[index]?.text ?? '';
  if (writer.brackets.length === 0) writer.layout = layoutFor(writer, elements, index);
  const before = writer.brackets.at(-1);
  const current = writer.indent;
  const isOnSameLine = before?.outer === current && before.indent > current;
  writer.brackets.push({
    text,
    indent: isOnSameLine ? before.indent : current + 1,
    outer: current,
    questions: 0,
  });
  if (writer.layout === 'broken' && writer.brackets.length === 1) writer.mustBreak = true;
}

function closeBracket(writer: Writer): void {
  writer.brackets.pop();
  if (writer.brackets.length === 0) writer.layout = 'preserved';
}

function countQuestion(writer: Writer, text: string): void {
  const bracket = writer.brackets.at(-1);
  if (bracket === undefined) return;
  if (text === '?') bracket.questions += 1;
  else if (bracket.questions > 0) bracket.questions -= 1;
}

/** Parentheses of plain names are put on one line where it fits; what has comments or values in it stays. */
function layoutFor(writer: Writer, elements: readonly FormatElement[], index: number): Layout {
  if (elements[index]?.text !== '(') return 'preserved';
  let width = writer.line.length;
  let depth = 0;
  for (let at = index + 1; at < elements.length; at += 1) {
    const element = elements[at];
    if (element?.kind !== 'token') return 'preserved';
    if (element.text === '(') depth += 1;
    else if (element.text === ')') {
      if (depth === 0) {
        const end = elements[at + 1];
        const tail = end?.text === ';' ? 2 : 1;
        const isConnection = writer.statement.first?.text === 'connection';
        if (width + tail <= widestLine) return 'flat';
        return isConnection ? 'broken' : 'preserved';
      }
      depth -= 1;
    } else if (/^[{}[;]$/.test(element.text) || element.token === 'unclosed') return 'preserved';
    const previous = elements[at - 1];
    const isTight = /^[.,)\]]$/.test(element.text) || /^[.(]$/.test(previous?.text ?? '');
    width += element.text.length + (isTight ? 0 : 1);
  }
  return 'preserved';
}

/** Words that begin a member or an item, so that a line end before them ends what has no `;`. */
const starters =
  /^(?:assembly|component|composition|configuration|connector|import|procedure|struct|attribute|include|control|hardware|has|maybe|uses|provides|emits|consumes|dataport|connection|group|export|from|to|schedule)$/;

/** Whether a token between statements begins one, though no `;` stands before it. */
function beginsStatement(
  writer: Writer,
  element: FormatElement,
  previous: FormatElement | undefined,
): boolean {
  const { statement } = writer;
  const { first, last } = statement;
  if (first === undefined) return true;
  const isNewLine = element.linesBefore > 0 || previous?.kind !== 'token';
  if (first.text === '}' && statement.count === 1) {
    // Behind a block: the name of what is written out in place, or the `;` of old.
    return (
      element.text !== ';' && (isNewLine || element.token !== 'word' || starters.test(element.text))
    );
  }
  if (!isNewLine || element.token === 'punctuation') return false;
  if (isMacroUse(statement)) return true;
  if (element.token !== 'word') return false;
  if (starters.test(element.text)) return true;
  const isComplete = last?.token !== 'punctuation' || /^[)\]}]$/.test(last.text);
  return writer.blocks.at(-1)?.word === 'procedure' && isComplete && statement.count > 1;
}

/** `X` or `X(…)`, and nothing else so far. */
function isMacroUse({ first, second, last }: Statement): boolean {
  if (first?.token !== 'word' || isReserved(first.text)) return false;
  if (second === undefined) return /^[A-Z_][A-Z0-9_]*$/.test(first.text);
  return second.text === '(' && last?.text === ')';
}

/** Whether a line ends before a token of a statement. */
function breaksHere(
  writer: Writer,
  element: FormatElement,
  previous: FormatElement | undefined,
): boolean {
  if (writer.mustBreak) {
    return element.text !== ';' || previous?.kind !== 'token' || previous.token === 'unclosed';
  }
  const isInList = writer.brackets.length > 0;
  if (isInList && writer.layout === 'broken') {
    return writer.brackets.length === 1 && previous?.text === ',' && previous.kind === 'token';
  }
  if (element.linesBefore === 0) return false;
  if (isInList) return writer.layout === 'preserved';
  // A value that goes on in the next line goes on there; the rest of a statement is one line.
  return writer.statement.hasValue && element.text !== ';';
}

const tightBefore = /^[;,.)\]]$/;
const operators = /^(?:=|<-|->|\?|\|\||&&|[|^&<>+\-*/%]|==|!=|<=|>=|<<|>>|\*\*)$/;

function gapBefore(
  writer: Writer,
  element: FormatElement,
  previous: FormatElement | undefined,
  isBlock: boolean,
): '' | ' ' {
  if (previous === undefined) return '';
  if (previous.kind !== 'token') return ' ';
  const gap = wantedGap(writer, element, previous, isBlock);
  return gap === '' && runsTogether(previous, element) ? ' ' : gap;
}

function wantedGap(
  writer: Writer,
  { text, token, hasSpaceBefore }: FormatElement,
  previous: FormatElement,
  isBlock: boolean,
): '' | ' ' {
  if (isBlock) return ' ';
  if (token === 'unknown' || previous.token === 'unknown') return hasSpaceBefore ? ' ' : '';
  // The end of a comment that has no begin, as the scanner reads it: in two pieces, what is behind it would be another text.
  if (text === '/' && previous.text === '*') return hasSpaceBefore ? ' ' : '';
  if (tightBefore.test(text)) return '';
  if (previous.text === '.' || previous.text === '(' || previous.text === '[') return '';
  if (isPrefix(writer)) return '';
  const isOperand = previous.token === 'word' || /^[)\]]$/.test(previous.text);
  if (text === '(' || text === '[') return isOperand && !isSpaced(previous) ? '' : ' ';
  if (text === '}') return '';
  if (previous.text === '{') return '';
  if (text === ':') return (writer.brackets.at(-1)?.questions ?? 1) > 0 ? ' ' : '';
  return ' ';
}

/** Words before which a bracket is no list of arguments: `with (2) threads`. */
const isSpaced = ({ text }: FormatElement): boolean =>
  text === 'with' || text === 'in' || text === 'out' || text === 'inout' || text === 'refin';

/** Whether the token before is `-` or the like without anything to its left. */
function isPrefix({ statement }: Writer): boolean {
  const { last, beforeLast: before } = statement;
  if (last?.token !== 'punctuation' || !/^[-+!~]$/.test(last.text)) return false;
  if (last.text === '!' || last.text === '~') return true;
  if (before?.token !== 'punctuation') return false;
  return operators.test(before.text) || /^[([{,:!~]$/.test(before.text);
}

/** Whether two tokens next to each other would be read as others. */
function runsTogether(left: FormatElement, right: FormatElement): boolean {
  if (left.token === 'angle') return false;
  // `1 .5` is three tokens.
  if (left.token === 'number' && right.text === '.') return true;
  const scanner = scannerOf(left.text + right.text.slice(0, 2));
  return scanToken(scanner).end !== left.text.length;
}
