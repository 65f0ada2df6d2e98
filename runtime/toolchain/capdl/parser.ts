/**
 * What the productions of capDL share: the current token, problems, and ways to get back into step. Offsets
 * that go into nodes count from `base`, the start of the block that is being parsed.
 */
import type { Span } from '../text/source-text.js';
import type { Problem, ProblemFix } from './problem.js';
import { advance, numberValue, rewind, scannerAt, type Scanner, type TokenKind } from './token.js';
import type {
  IndexNode,
  NameNode,
  NumberNode,
  SectionStartNode,
  SlotNode,
  SlotReferenceNode,
  WordNode,
} from './tree.js';
import { tcbSlotOf } from './tcb-slots.js';

export interface Parser {
  readonly scanner: Scanner;
  base: number;
  /** Of the block; offsets count from `base`. */
  problems: Problem[];
  /** How names are taken out of the text; see `ownNames`. */
  readonly cut: (text: string, start: number, end: number) => string;
}

export function parserAt(text: string, offset: number, cut = sliceOf): Parser {
  return { scanner: scannerAt(text, offset), base: offset, problems: [], cut };
}

export const sliceOf = (text: string, start: number, end: number): string => text.slice(start, end);

/** Nesting deeper than this is skipped: a kernel has not so many sizes of untyped memory. */
export const deepest = 128;

export const tokenIs = (parser: Parser, kind: TokenKind): boolean => parser.scanner.kind === kind;

export const textOf = ({ scanner, cut }: Parser): string =>
  cut(scanner.text, scanner.start, scanner.end);

export const nameIs = ({ scanner: { kind, start, end, text } }: Parser, word: string): boolean =>
  kind === 'name' && end - start === word.length && text.startsWith(word, start);

export const next = ({ scanner }: Parser): void => {
  advance(scanner);
};

/** The current token. */
export const here = ({ scanner, base }: Parser): Span => ({
  start: scanner.start - base,
  end: scanner.end - base,
});

/** From `start` to the end of the last token that was taken. */
export const since = ({ scanner, base }: Parser, start: number): Span => ({
  start,
  end: Math.max(start, scanner.before - base),
});

/** Just behind the last token that was taken, where something is missing. */
export const gap = ({ scanner, base }: Parser): Span => ({
  start: Math.max(scanner.before - base, 0),
  end: Math.max(scanner.before - base, 0),
});

export interface Mark {
  readonly offset: number;
  readonly before: number;
  readonly startsLine: boolean;
}

export const mark = ({ scanner: { start, before, startsLine } }: Parser): Mark => ({
  offset: start,
  before,
  startsLine,
});

export const goBack = ({ scanner }: Parser, to: Mark): void => {
  rewind(scanner, to.offset);
  scanner.before = to.before;
  scanner.startsLine = to.startsLine;
};

export const isFirstOnLine = (parser: Parser): boolean => parser.scanner.startsLine;

/** Whether `:` follows the current token. */
export function isBeforeColon(parser: Parser): boolean {
  const { text, end } = parser.scanner;
  let at = end;
  while (text.charCodeAt(at) === 0x20) at += 1;
  const follower = text.charAt(at);
  if (/^[^\s/-]$/.test(follower)) return follower === ':';
  const before = mark(parser);
  next(parser);
  const isColon = tokenIs(parser, ':');
  goBack(parser, before);
  return isColon;
}

export function report(
  parser: Parser,
  span: Span,
  code: string,
  message: string,
  fixes?: readonly ProblemFix[],
): void {
  parser.problems.push({
    start: span.start,
    end: span.end,
    severity: 'error',
    code,
    message,
    ...(fixes === undefined ? {} : { fixes }),
    ...(parser.scanner.kind === 'end' ? { isOfEnd: true } : {}),
  });
}

/** Skips a `}` in the middle of a declaration: what may follow it on the line has to be there. */
export function skipStrayBrace(parser: Parser, ...followers: readonly TokenKind[]): boolean {
  if (!tokenIs(parser, '}') || isFirstOnLine(parser)) return false;
  const before = mark(parser);
  const span = here(parser);
  next(parser);
  const isSection = isSectionWord(parser) || sectionHeads.some((word) => nameIs(parser, word));
  if (!isFirstOnLine(parser) && !isSection && followers.includes(parser.scanner.kind)) {
    report(
      parser,
      span,
      'extra-brace',
      'Found `}` in the middle of a declaration, where it closes nothing. Remove it.',
      [{ title: 'Remove `}`', edits: [{ ...span, text: '' }] }],
    );
    return true;
  }
  goBack(parser, before);
  return false;
}

const sectionHeads = ['irq', 'cdt', 'domains'];

/**
 * A declaration of `objects` in `caps`, or the reverse: those behind it are likely to belong there, too, so the
 * other section begins in front of it.
 */
export function beginSection(
  parser: Parser,
  before: Mark,
  section: 'objects' | 'caps',
): SectionStartNode {
  goBack(parser, before);
  const { start } = here(parser);
  const shape =
    section === 'caps'
      ? `\`${textOf(parser)} { … }\` says what is in the slots of an object: it belongs in \`caps { … }\`. In \`objects\` a declaration is \`${textOf(parser)} = kind\`.`
      : `\`${textOf(parser)} = kind\` declares an object: it belongs in \`objects { … }\`. In \`caps\` a container is \`${textOf(parser)} { … }\`.`;
  report(parser, here(parser), 'misplaced-declaration', shape);
  return { kind: 'sectionStart', start, end: start, section, isWritten: false };
}

/** What stands here, for a message. */
export function found(parser: Parser): string {
  if (parser.scanner.kind === 'end') return 'the end of the file';
  const text = textOf(parser);
  return `\`${text.length > 40 ? `${text.slice(0, 40)}…` : text}\``;
}

/** "Expected …, found …" at the current token; behind the last one at the end of a line. */
export function reportExpected(
  parser: Parser,
  expected: string,
  fixes?: readonly ProblemFix[],
): void {
  const isNear = !parser.scanner.startsLine && parser.scanner.kind !== 'end';
  const span = isNear ? here(parser) : gap(parser);
  report(parser, span, 'syntax', `Found ${found(parser)}, but ${expected}.`, fixes);
}

/** Takes the token if it is there; else says so. */
export function expectToken(parser: Parser, kind: TokenKind, purpose: string): boolean {
  if (parser.scanner.kind === kind) {
    next(parser);
    return true;
  }
  const at = gap(parser);
  reportExpected(parser, `\`${kind}\` ${purpose}`, [
    { title: `Insert \`${kind}\``, edits: [{ ...at, text: kind }] },
  ]);
  return false;
}

export function optToken(parser: Parser, kind: TokenKind): boolean {
  if (parser.scanner.kind !== kind) return false;
  next(parser);
  return true;
}

export function takeWord(parser: Parser): WordNode {
  const { scanner, base, cut } = parser;
  const { start, end } = scanner;
  const text = cut(scanner.text, start, end);
  advance(scanner);
  return { kind: 'word', start: start - base, end: end - base, text };
}

export function takeNumber(parser: Parser): NumberNode {
  const { scanner } = parser;
  const digits = scanner.text.slice(scanner.start, scanner.end);
  const node: NumberNode = {
    kind: 'number',
    start: scanner.start - parser.base,
    end: scanner.end - parser.base,
    value: numberValue(digits),
  };
  advance(scanner);
  return node;
}

export function optNumber(parser: Parser, expected: string): NumberNode | undefined {
  if (tokenIs(parser, 'number')) return takeNumber(parser);
  reportExpected(parser, expected);
  return undefined;
}

/** The current token is a name. */
export function takeName(parser: Parser): NameNode {
  const { scanner, base } = parser;
  const start = scanner.start - base;
  const name = textOf(parser);
  advance(scanner);
  const indices = scanner.kind === '[' ? takeIndices(parser) : undefined;
  return { start, end: scanner.before - base, name, indices };
}

export function optName(parser: Parser, expected: string): NameNode | undefined {
  if (tokenIs(parser, 'name')) return takeName(parser);
  reportExpected(parser, expected);
  return undefined;
}

function takeIndices(parser: Parser): readonly IndexNode[] {
  const open = here(parser).start;
  next(parser);
  if (optToken(parser, ']')) return [{ kind: 'all', ...since(parser, open), first: 0, last: 0 }];
  const indices: IndexNode[] = [];
  do {
    const index = optIndex(parser);
    if (index === undefined) break;
    indices.push(index);
  } while (optToken(parser, ','));
  if (!optToken(parser, ']')) {
    reportExpected(parser, '`]` ends the list of indices, such as `[2]`, `[4..7]` or `[]` for all');
    skipInLine(parser, ']');
    optToken(parser, ']');
  }
  return indices;
}

function optIndex(parser: Parser): IndexNode | undefined {
  const { start } = here(parser);
  if (optToken(parser, '..')) {
    const last = optNumber(parser, 'the last index follows `..`');
    return last && { kind: 'to', ...since(parser, start), first: 0, last: small(last) };
  }
  if (!tokenIs(parser, 'number')) return undefined;
  const first = small(takeNumber(parser));
  if (!optToken(parser, '..')) return { kind: 'only', ...since(parser, start), first, last: first };
  if (!tokenIs(parser, 'number')) return { kind: 'from', ...since(parser, start), first, last: 0 };
  const last = small(takeNumber(parser));
  return { kind: 'fromTo', ...since(parser, start), first, last };
}

const small = ({ value }: NumberNode): number => Number(value);

/** A number or the name of a TCB's slot. */
export function optSlot(parser: Parser): SlotNode | undefined {
  if (tokenIs(parser, 'number')) {
    const { start, end, value } = takeNumber(parser);
    return {
      kind: 'slot',
      start,
      end,
      word: undefined,
      value: small({ kind: 'number', start, end, value }),
    };
  }
  if (!tokenIs(parser, 'name')) return undefined;
  const { start, end, text } = takeWord(parser);
  return { kind: 'slot', start, end, word: text, value: tcbSlotOf(text) ?? -1 };
}

/** `(object, slot)`; the current token is `(`. */
export function takeSlotReference(parser: Parser): SlotReferenceNode | undefined {
  const { start } = here(parser);
  next(parser);
  const object = optName(parser, 'the name of an object belongs here: `(object, slot)`');
  if (object === undefined) {
    skipInLine(parser, ')');
    optToken(parser, ')');
    return undefined;
  }
  if (!expectToken(parser, ',', 'and a slot belong here: `(object, slot)`')) {
    skipInLine(parser, ')');
    optToken(parser, ')');
    return undefined;
  }
  const slot = optSlot(parser);
  if (slot === undefined)
    reportExpected(parser, 'a slot belongs here, a number or a name such as `cspace`');
  if (!optToken(parser, ')')) {
    if (slot !== undefined) expectToken(parser, ')', 'ends `(object, slot)`');
    skipInLine(parser, ')');
    optToken(parser, ')');
  }
  return slot && { kind: 'slotReference', ...since(parser, start), object, slot };
}

/** `(object, slot)` or a name. */
export function optSlotReference(parser: Parser): SlotReferenceNode | undefined {
  if (tokenIs(parser, '(')) return takeSlotReference(parser);
  if (!tokenIs(parser, 'name')) return undefined;
  const object = takeName(parser);
  return { kind: 'slotReference', start: object.start, end: object.end, object, slot: undefined };
}

/** Goes to the next `kind` on this line, to a closing bracket or to the end of the line. */
export function skipInLine(parser: Parser, kind: TokenKind): void {
  const { scanner } = parser;
  let depth = 0;
  while (scanner.kind !== 'end' && !scanner.startsLine) {
    const at = scanner.kind;
    if (at === '}' || at === '{' || (depth === 0 && at === kind)) return;
    if (at === '(' || at === '[') depth += 1;
    else if (at === ')' || at === ']') depth -= 1;
    if (depth < 0) return;
    advance(scanner);
  }
}

/**
 * Goes to where the next entry seems to begin: a token that is the first of its line, after `;`, or the
 * brace that closes what is around. Braces that are opened on the way are closed on the way.
 */
export function skipToEntry(parser: Parser): void {
  const { scanner } = parser;
  let depth = 0;
  while (scanner.kind !== 'end') {
    if (scanner.kind === '{') depth += 1;
    else if (scanner.kind === '}') {
      if (depth === 0) return;
      depth -= 1;
    } else if (isSectionWord(parser)) return;
    else if (depth === 0 && scanner.startsLine && beginsEntry.has(scanner.kind)) return;
    const isSeparator = depth === 0 && scanner.kind === ';';
    advance(scanner);
    if (isSeparator) return;
  }
}

const beginsEntry: ReadonlySet<TokenKind> = new Set(['name', 'number', '<', '(']);

/** Whether the current token is a name of right letters alone: `RW`. */
export function isRights({ scanner: { kind, text, start, end } }: Parser): boolean {
  if (kind !== 'name' || end - start > 8) return false;
  for (let at = start; at < end; at += 1) if (!'RWGXP'.includes(text.charAt(at))) return false;
  return true;
}

/** The two words that cannot be names: wherever they stand, a section begins. */
export const isSectionWord = (parser: Parser): boolean =>
  nameIs(parser, 'caps') || nameIs(parser, 'objects');
