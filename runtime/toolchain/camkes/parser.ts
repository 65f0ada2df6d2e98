/**
 * What all productions of the CAmkES parser share: tokens with a look ahead, diagnostics, steps that expect
 * something, blocks in braces, and how to go on after a mistake. Surprising choice: at most one diagnostic
 * names the same token, and a block that meets a word of an enclosing one ends there, so that one mistake is
 * said once.
 */
import type { Diagnostic, Fix, RelatedPlace, Severity } from '../text/diagnostic.js';
import { diagnosticAt } from '../text/source-line.js';
import type { SourceText, Span } from '../text/source-text.js';
import { isReserved } from './keywords.js';
import { scannerOf, scanToken, type Scanner, type Token } from './token.js';
import type { Name, Opaque, Reference } from './tree.js';

export interface Parser {
  readonly source: SourceText;
  readonly scanner: Scanner;
  /** Tokens that were looked at but not taken. */
  readonly ahead: Token[];
  readonly diagnostics: Diagnostic[];
  /** The end of the token before the current one. */
  lastEnd: number;
  /** Where the token stands that the last diagnostic was about: nothing more is said about it. */
  reportedAt: number;
  /** The blocks around the current token, the outermost first. */
  readonly blocks: Block[];
  /** Blocks that ended without their `}`; as many `}` may be left over later. */
  closedEarly: number;
  /** The last member or item was out of place: another one behind it is not told again. */
  isLost: boolean;
  /** Mistakes that were told since a member was last read without one. */
  told: number;
  toldInAll: number;
  /** A brace is missing or too many. */
  isUnbalanced: boolean;
  /** Mistakes that were found, told or not, and whether the last one is nothing but itself. */
  mistakes: number;
  isPlain: boolean;
  depth: number;
  /** A header is missing, so unknown names may be macros, and what they stand for is unknown. */
  readonly assumesMacros: boolean;
}

export interface Block {
  /** `component \`A\`` and the like, for messages. */
  readonly what: string;
  readonly open: Span;
  /** Words that begin a member. */
  readonly members: ReadonlySet<string>;
  /** A name follows its `}`. */
  readonly isInline: boolean;
}

export type BlockDescription = Pick<Block, 'what' | 'members'> & { readonly isInline?: boolean };

/** Deeper than anyone writes, and shallow enough for the stack of whoever walks the tree. */
export const deepestNesting = 200;

const mostDiagnostics = 1_000;

/** Of one mistake so many are told; more come out of what it did to the text behind it. */
const mostOfOne = 2;

/** Where braces do not match, what stands behind is read as something that it is not. */
const ofBraces: ReadonlySet<string> = new Set(['brace-missing', 'extra-brace']);

/** Whoever reads on behind these is where he would be without them. */
const plainMistakes: ReadonlySet<string> = new Set([
  'bad-number',
  'reserved-word',
  'setting-name',
  'unknown-macro',
]);

export function createParser(source: SourceText, assumesMacros: 'macros' | undefined): Parser {
  return {
    source,
    scanner: scannerOf(source.text),
    ahead: [],
    diagnostics: [],
    lastEnd: 0,
    reportedAt: -1,
    blocks: [],
    closedEarly: 0,
    isLost: false,
    told: 0,
    toldInAll: 0,
    isUnbalanced: false,
    mistakes: 0,
    isPlain: false,
    depth: 0,
    assumesMacros: assumesMacros === 'macros',
  };
}

export function peek(parser: Parser, distance = 0): Token {
  const { ahead, scanner } = parser;
  while (ahead.length <= distance) ahead.push(scanToken(scanner));
  return ahead[distance] ?? scanToken(scanner);
}

export function take(parser: Parser): Token {
  const token = peek(parser);
  if (token.kind !== 'end') parser.ahead.shift();
  parser.lastEnd = token.end;
  return token;
}

/** Whether the token is this punctuation or word. */
export const at = (parser: Parser, text: string): boolean => isText(peek(parser), text);

export const isText = (token: Token, text: string): boolean =>
  token.text === text && (token.kind === 'punctuation' || token.kind === 'word');

/** Takes the token if it is this one. */
export function tryTake(parser: Parser, text: string): Token | undefined {
  return at(parser, text) ? take(parser) : undefined;
}

/** Takes what is not closed and may hold the end of its statement: that it is missing is not told. */
export function takeUnclosed(parser: Parser): Token {
  const token = take(parser);
  parser.reportedAt = peek(parser).start;
  return token;
}

export const spanFrom = (parser: Parser, start: number): Span => ({
  start,
  end: Math.max(parser.lastEnd, start),
});

export interface ReportDetails {
  readonly severity?: Severity;
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
  /** New text for spans that stand in the file as they are, in the order of the text. */
  readonly fix?: {
    readonly title: string;
    readonly edits: readonly { readonly span: Span; readonly newText: string }[];
  };
}

/** Says something about a span. */
export function report(
  parser: Parser,
  span: Span,
  code: string,
  message: string,
  { severity = 'error', related = [], fix }: ReportDetails = {},
): void {
  if (parser.diagnostics.length >= mostDiagnostics) return;
  const place = parser.source.placeOf(span);
  const places: RelatedPlace[] = related.map((one) => {
    const { file, range } = parser.source.placeOf(one.span);
    return { file, range, message: one.message };
  });
  const diagnostic = diagnosticAt(place, severity, code, message, places);
  const fixes = fix === undefined ? [] : fixesOf(parser, fix);
  parser.diagnostics.push(fixes.length > 0 ? { ...diagnostic, fixes } : diagnostic);
}

/** Text out of a macro cannot be edited at its use. */
function fixesOf(parser: Parser, { title, edits }: NonNullable<ReportDetails['fix']>): Fix[] {
  const places = edits.map(({ span, newText }) => ({
    place: parser.source.placeOf(span),
    newText,
  }));
  if (places.some(({ place }) => place.expansion !== undefined)) return [];
  return [
    {
      title,
      edits: places.map(({ place: { file, range }, newText }) => ({ file, range, newText })),
      isPreferred: true,
    },
  ];
}

/** Says something about the current token, unless something was said about it before. */
export function reportToken(
  parser: Parser,
  code: string,
  message: string,
  details: ReportDetails = {},
): void {
  const token = peek(parser);
  if (parser.reportedAt === token.start) {
    parser.mistakes += 1;
    return;
  }
  parser.reportedAt = token.start;
  reportMistake(parser, token, code, message, details);
}

/** A mistake in the syntax: one too many of those that follow one another is not told. */
export function reportMistake(
  parser: Parser,
  span: Span,
  code: string,
  message: string,
  details: ReportDetails = {},
): void {
  parser.mistakes += 1;
  parser.isPlain = plainMistakes.has(code);
  // What a comment without an end has swallowed is not missed.
  if (parser.scanner.openComment !== undefined && peek(parser).kind === 'end') return;
  if (ofBraces.has(code)) parser.isUnbalanced = true;
  if (parser.told >= mostOfOne || (parser.isUnbalanced && parser.toldInAll >= mostOfOne)) return;
  parser.told += 1;
  parser.toldInAll += 1;
  report(parser, span, code, message, details);
}

/** Says what is wrong with something that was read, unless a mistake in it, after so many `before`, is why. */
export function reportMeaning(
  parser: Parser,
  before: number,
  span: Span,
  code: string,
  message: string,
  details: ReportDetails = {},
): void {
  if (parser.mistakes !== before || parser.told > 0) return;
  reportMistake(parser, span, code, message, details);
}

/** A member or an item was read, with `before` mistakes until then: another mistake behind it is one of its own. */
export function settle(parser: Parser, before: number): void {
  const isClean = parser.mistakes === before || (parser.mistakes === before + 1 && parser.isPlain);
  // Where a part of the text is hidden that was not meant to be, all behind it may be read inside out.
  if (isClean && !parser.scanner.isDoubtful) parser.told = 0;
}

/** Whether the current token was complained about: what may follow is not looked for. */
export const isStuck = (parser: Parser): boolean => parser.reportedAt === peek(parser).start;

export function describe(token: Token): string {
  if (token.kind === 'end') return 'The end of the file';
  if (token.kind === 'string') {
    return token.text.length > 40 || token.text.includes('\n')
      ? 'A string'
      : `The string ${token.text}`;
  }
  return `\`${token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text}\``;
}

/** `x` was found where something was expected. Tokens that are wrong by themselves are told so. */
export function reportExpected(
  parser: Parser,
  expected: string,
  { code = 'syntax', ...details }: ReportDetails & { readonly code?: string } = {},
): void {
  const token = peek(parser);
  if (token.kind === 'unclosed') {
    const close = token.text.startsWith('<') ? '`>`' : '`"`';
    reportToken(
      parser,
      'unclosed-string',
      `The text that begins here has no closing ${close}; ${expected} was expected.`,
    );
    return;
  }
  if (token.kind === 'unknown') {
    reportToken(
      parser,
      'unknown-character',
      `\`${token.text.slice(0, 20)}\` is no part of CAmkES; ${expected} was expected.`,
    );
    return;
  }
  reportToken(
    parser,
    code,
    `${describe(token)} was found where ${expected} was expected.`,
    details,
  );
}

/** Takes punctuation or a word; says so where it is missing. */
export function expect(parser: Parser, text: string, expected = `\`${text}\``): boolean {
  if (tryTake(parser, text) !== undefined) return true;
  reportExpected(parser, expected);
  return false;
}

/** The `;` of a statement. Where it is missing and the next line goes on as if it were there, that is all. */
export function endStatement(parser: Parser): void {
  if (tryTake(parser, ';') !== undefined) return;
  const token = peek(parser);
  if (isBraceBeforeEnd(parser, token)) {
    reportExpected(parser, '`;`');
    take(parser);
    take(parser);
    return;
  }
  if (parser.reportedAt !== token.start) {
    if (isAfterStatement(parser, token)) {
      parser.reportedAt = token.start;
      const end = { start: parser.lastEnd, end: parser.lastEnd };
      const before = parser.source.text.slice(Math.max(parser.lastEnd - 24, 0), parser.lastEnd);
      const last = /\S{1,24}(?=\s*$)/.exec(before)?.[0] ?? '';
      reportMistake(
        parser,
        end,
        'semicolon-missing',
        `\`;\` was expected after \`${last}\`, but ${lowerFirst(describe(token))} was found.`,
        { fix: { title: 'Insert `;`', edits: [{ span: end, newText: ';' }] } },
      );
      return;
    }
    reportExpected(parser, '`;`');
  } else if (isAfterStatement(parser, token)) return;
  skipStatement(parser);
}

/** `a };` in a block that has begun further up: the brace is one too many. */
function isBraceBeforeEnd(parser: Parser, token: Token): boolean {
  const next = peek(parser, 1);
  if (!isText(token, '}') || token.isFirstOnLine) return false;
  if (!isText(next, ';') || next.isFirstOnLine) return false;
  return isOverLines(parser, token);
}

/** Whether the block around the token has begun on a line before. */
function isOverLines(parser: Parser, token: Token): boolean {
  const open = parser.blocks.at(-1)?.open.start ?? 0;
  return parser.source.text.lastIndexOf('\n', token.start) > open;
}

const lowerFirst = (text: string): string =>
  /^(?:The|A) /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

/** Whether the token can only be what follows a statement. */
function isAfterStatement(parser: Parser, token: Token): boolean {
  if (token.kind === 'end' || isClosing(parser)) return true;
  if (token.kind !== 'word') return false;
  if (token.isFirstOnLine) return isStarter(parser, token) || !isReserved(token.text);
  return isStarter(parser, token) && isReserved(token.text) && peek(parser, 1).kind === 'word';
}

/** Whether a `}` is here that ends a block, rather than one too many inside of a line. */
export function isClosing(parser: Parser): boolean {
  if (!at(parser, '}')) return false;
  const next = peek(parser, 1);
  if (peek(parser).isFirstOnLine || next.isFirstOnLine || next.kind === 'end') return true;
  if (next.kind === 'word') return parser.blocks.at(-1)?.isInline === true || isReserved(next.text);
  if (isInValue(parser)) return false;
  return isText(next, '}') || isText(next, ';');
}

/** Whether the `}` here ends a value rather than a block: a `,` or `;` goes on behind it in its line. */
function isInValue(parser: Parser): boolean {
  let distance = 1;
  while (distance < 8 && isCloser(peek(parser, distance))) distance += 1;
  const after = peek(parser, distance);
  if (after.isFirstOnLine || after.kind !== 'punctuation') return false;
  return after.text === ';' ? isOverLines(parser, peek(parser)) : /^[,:]$/.test(after.text);
}

const isCloser = ({ kind, text, isFirstOnLine }: Token): boolean =>
  kind === 'punctuation' && !isFirstOnLine && /^[\])}]$/.test(text);

/** Words that begin an item and nothing else. */
export const itemWords: ReadonlySet<string> = new Set([
  'assembly',
  'component',
  'composition',
  'configuration',
  'connector',
  'import',
  'procedure',
  'struct',
]);

export const isItemWord = (word: string): boolean => itemWords.has(word);

/**
 * Goes on behind the next `;`, or before what ends the block or begins another member. Braces on the way are
 * skipped with what is in them.
 */
export function skipStatement(parser: Parser): void {
  for (let isFirst = true; ; isFirst = false) {
    const token = peek(parser);
    if (token.kind === 'end' || isClosing(parser)) return;
    if (isText(token, ';')) {
      take(parser);
      return;
    }
    if (isText(token, '{')) {
      skipBraces(parser);
      const next = peek(parser);
      const isValue = next.kind === 'punctuation' && /^[,)\]]$/.test(next.text);
      if ((isValue || isPlainWord(next)) && !next.isFirstOnLine) continue;
      tryTake(parser, ';');
      return;
    }
    if (!isFirst && token.isFirstOnLine && token.kind === 'word' && isStarter(parser, token)) {
      return;
    }
    take(parser);
  }
}

const isPlainWord = ({ kind, text }: Token): boolean => kind === 'word' && !isReserved(text);

/** Whether the current word begins an item, or a member of a block around it. */
function isStarter(parser: Parser, token: Token): boolean {
  return looksLikeItem(parser) || parser.blocks.some(({ members }) => members.has(token.text));
}

/** Whether an item begins here, rather than a member that begins with the same word. */
function looksLikeItem(parser: Parser): boolean {
  const token = peek(parser);
  if (token.kind !== 'word' || !itemWords.has(token.text)) return false;
  const next = peek(parser, 1);
  if (token.text === 'import') {
    return token.isFirstOnLine || next.kind === 'string' || next.kind === 'angle';
  }
  if (isText(next, '{')) return true;
  if (next.kind === 'word') {
    const after = peek(parser, 2);
    if (isText(after, '{') || (after.isFirstOnLine && isReserved(after.text))) return true;
  }
  return token.isFirstOnLine && /^(?:assembly|connector|procedure)$/.test(token.text);
}

/** To behind the `)` of a list that cannot be read on, if its statement has one. */
export function skipToParenthesis(parser: Parser): void {
  while (!at(parser, ')')) {
    const token = peek(parser);
    if (token.kind === 'end' || at(parser, ';') || isClosing(parser)) return;
    if (token.isFirstOnLine && token.kind === 'word' && isStarter(parser, token)) return;
    take(parser);
  }
  take(parser);
}

/** From `{` to behind its `}`; stops before what can only stand outside of all braces. */
export function skipBraces(parser: Parser): void {
  let depth = 0;
  for (;;) {
    const token = peek(parser);
    if (token.kind === 'end') return;
    if (token.isFirstOnLine && /^(?:assembly|procedure|import|connector)$/.test(token.text)) return;
    take(parser);
    if (isText(token, '{')) depth += 1;
    else if (isText(token, '}')) {
      depth -= 1;
      if (depth <= 0) return;
    }
  }
}

/** From an opening bracket to behind its counterpart, of whatever kind; stops at `;` and at `}` of a block. */
export function skipBrackets(parser: Parser): void {
  let depth = 0;
  for (;;) {
    const token = peek(parser);
    if (token.kind === 'end' || isText(token, ';')) return;
    if (token.kind === 'punctuation') {
      if ('([{'.includes(token.text)) depth += 1;
      else if (')]}'.includes(token.text)) depth -= 1;
      if (depth < 0) return;
    }
    take(parser);
    if (depth === 0) return;
  }
}

/** Enters a level of nesting; says so and skips it when there are too many. */
export function tryNest(parser: Parser): boolean {
  if (parser.depth < deepestNesting) {
    parser.depth += 1;
    return true;
  }
  reportToken(
    parser,
    'nesting-too-deep',
    `This is nested more than ${deepestNesting} levels deep, and is skipped.`,
  );
  return false;
}

/** `{ members }`. `readMember` takes at least one token, or tells that it did not know what to do. */
export function readBlock(
  parser: Parser,
  { what, members, isInline = false }: BlockDescription,
  readMember: (token: Token) => 'read' | 'unknown',
): void {
  const open = tryOpen(parser, what, members);
  if (open === undefined) return;
  parser.blocks.push({ what, open, members, isInline });
  readMembers(parser, readMember);
  parser.blocks.pop();
  parser.depth -= 1;
}

/** The `{` of a block, or where it should be if the block goes on without it. */
function tryOpen(parser: Parser, what: string, members: ReadonlySet<string>): Span | undefined {
  if (!at(parser, '{')) {
    reportExpected(parser, `\`{\` of ${what}`);
    const brace = braceOnLine(parser);
    for (let skipped = 0; skipped < brace; skipped += 1) take(parser);
  }
  const open = peek(parser);
  const isOpen = isText(open, '{');
  if (!isOpen && (isAtBlockEnd(parser) || (looksLikeItem(parser) && !members.has(open.text)))) {
    tryTake(parser, ';');
    return undefined;
  }
  if (!tryNest(parser)) {
    skipBraces(parser);
    return undefined;
  }
  if (isOpen) take(parser);
  return open;
}

/** How many tokens stand before a `{` on the same line; 0 when there is none nearby. */
function braceOnLine(parser: Parser): number {
  for (let distance = 0; distance < 8; distance += 1) {
    const token = peek(parser, distance);
    if (isText(token, '{')) return distance;
    if (token.isFirstOnLine || token.kind === 'end' || /^[;}]$/.test(token.text)) return 0;
  }
  return 0;
}

const isAtBlockEnd = (parser: Parser): boolean =>
  peek(parser).kind === 'end' || at(parser, ';') || at(parser, '}');

function readMembers(parser: Parser, readMember: (token: Token) => 'read' | 'unknown'): void {
  const block = parser.blocks.at(-1);
  if (block === undefined) return;
  for (;;) {
    const token = peek(parser);
    if (isText(token, '}')) {
      take(parser);
      return;
    }
    if (token.kind === 'end' || endsBlock(parser, block, token)) {
      parser.closedEarly += 1;
      if (parser.reportedAt !== token.start) reportUnclosed(parser, block, token);
      return;
    }
    const start = token.start;
    if (isToldInLine(parser, token)) {
      skipStatement(parser);
      continue;
    }
    const { mistakes } = parser;
    if (readMember(token) === 'unknown') reportMember(parser, block, token);
    else {
      parser.isLost = false;
      // What stands around an inline block is not read yet.
      if (!block.isInline) settle(parser, mistakes);
    }
    // Nothing may stand still, whatever a production did.
    if (peek(parser).start === start && peek(parser).kind !== 'end') skipOne(parser);
  }
}

/** A word `composition` in the middle of a statement, which was told: it begins nothing. */
const isToldInLine = (parser: Parser, token: Token): boolean =>
  isStuck(parser) &&
  !token.isFirstOnLine &&
  isItemWord(token.text) &&
  !isText(peek(parser, 1), '{') &&
  !isText(peek(parser, 2), '{');

function skipOne(parser: Parser): void {
  if (at(parser, '{')) skipBraces(parser);
  else take(parser);
}

function reportUnclosed(parser: Parser, block: Block, token: Token): void {
  const related = [{ span: block.open, message: `The \`{\` of ${block.what} is here.` }];
  if (token.kind === 'end') {
    reportToken(parser, 'brace-missing', `\`}\` of ${block.what} is missing.`, {
      related,
    });
  } else {
    reportToken(
      parser,
      'brace-missing',
      `\`${token.text}\` was found where a member of ${block.what} or its \`}\` was expected.`,
      { related },
    );
  }
}

/** Whether a word can be no member here, but one further out or an item. */
function endsBlock(parser: Parser, block: Block, token: Token): boolean {
  if (token.kind !== 'word') return false;
  // Instances begin like components, but have no name before a brace.
  if (token.text === 'component' && peek(parser, 1).kind === 'word') {
    const inside = peek(parser, 3);
    // `component A { a;` is an instance after all, with a brace too many.
    const isInstance =
      inside.kind === 'word' && !isReserved(inside.text) && isText(peek(parser, 4), ';');
    if (looksLikeItem(parser) && !isInstance) return true;
  }
  if (block.members.has(token.text)) return false;
  if (looksLikeItem(parser)) return true;
  if (itemWords.has(token.text)) return false;
  return isReserved(token.text) && parser.blocks.some(({ members }) => members.has(token.text));
}

function reportMember(parser: Parser, block: Block, token: Token): void {
  if (isText(token, ';')) {
    const next = peek(parser, 1);
    // `};` without its brace: the block ends here.
    if (
      next.kind === 'end' ||
      (next.isFirstOnLine && isItemWord(next.text) && !block.members.has(next.text))
    ) {
      take(parser);
      return;
    }
    reportToken(
      parser,
      'extra-semicolon',
      `A \`;\` alone was found in ${block.what}; it may stand only between the items of a file.`,
      { fix: { title: 'Remove `;`', edits: [{ span: token, newText: '' }] } },
    );
    take(parser);
    return;
  }
  skipMisplaced(parser, `a member of ${block.what}`);
}

/** Skips what can be no member or item here. Of several in a row only the first is told. */
export function skipMisplaced(parser: Parser, expected: string): void {
  const token = peek(parser);
  // Behind other mistakes a member of another block shows that this one is not what it was meant to be.
  if (parser.toldInAll > 0 && token.kind === 'word' && isReserved(token.text))
    parser.isUnbalanced = true;
  if (!parser.isLost) {
    parser.isLost = true;
    reportExpected(parser, expected);
    // It may belong to a block that a `}` too many has ended: then one is left over.
    parser.closedEarly += 1;
  }
  parser.reportedAt = token.start;
  skipStatement(parser);
}

/** A name; where there is none, an empty one, with a diagnostic. */
export function expectName(parser: Parser, expected: string): Name {
  const token = peek(parser);
  if (token.kind === 'word') {
    if (!isReserved(token.text)) return nameOf(take(parser));
    const isMember = token.isFirstOnLine && isStarter(parser, token);
    if (!isMember && followsName(peek(parser, 1))) {
      reportToken(
        parser,
        'reserved-word',
        `\`${token.text}\` is a reserved word of CAmkES, which cannot be ${expected}: choose another, such as \`${token.text}_\`.`,
      );
      return nameOf(take(parser));
    }
    if (isStray(parser)) {
      reportExpected(parser, expected);
      take(parser);
      return nameOf(take(parser));
    }
  }
  reportExpected(parser, expected);
  return missingName(parser);
}

/** Whether a reserved word stands before the name of a statement that goes on in its line. */
function isStray(parser: Parser): boolean {
  const name = peek(parser, 1);
  if (peek(parser).isFirstOnLine || name.isFirstOnLine || name.kind !== 'word') return false;
  return !isReserved(name.text) && followsName(peek(parser, 2));
}

export const missingName = (parser: Parser): Name => ({
  text: '',
  span: { start: parser.lastEnd, end: parser.lastEnd },
});

export const nameOf = ({ text, start, end }: Token): Name => ({ text, span: { start, end } });

/** What stands behind a name, so that a reserved word before it was meant to be one. */
const followsName = (token: Token): boolean =>
  token.kind === 'end' ||
  (token.kind === 'punctuation' && /^(?:[;.=(),{[\]:}]|->|<-)$/.test(token.text));

/** A name that may be left out before a block. */
export function optionalName(parser: Parser, expected: string): Name | undefined {
  const token = peek(parser);
  const isMember = token.isFirstOnLine && token.kind === 'word' && isReserved(token.text);
  return isText(token, '{') || isMember ? undefined : expectName(parser, expected);
}

/** `a.b.c` */
export function expectReference(parser: Parser, expected: string): Reference {
  const first = expectName(parser, expected);
  const parts = [first];
  if (first.text !== '') {
    while (tryTake(parser, '.') !== undefined) parts.push(expectName(parser, expected));
  }
  return referenceOf(parts);
}

export function referenceOf(parts: readonly Name[]): Reference {
  const start = parts[0]?.span.start ?? 0;
  return {
    text: parts.map(({ text }) => text).join('.'),
    parts,
    span: { start, end: parts.at(-1)?.span.end ?? start },
  };
}

/**
 * A word in a place where only members begin: the use of a macro that is not defined. An error, unless a
 * missing header may define it.
 */
export function tryOpaque(parser: Parser): Opaque | undefined {
  const token = peek(parser);
  if (token.kind !== 'word' || isReserved(token.text)) return undefined;
  const isCall = isText(peek(parser, 1), '(');
  if (!isCall && !/^[A-Z_][A-Z0-9_]*$/.test(token.text)) return undefined;
  take(parser);
  if (isCall) skipBrackets(parser);
  // It may stand for anything: that it could be read tells nothing.
  if (parser.assumesMacros) {
    parser.mistakes += 1;
    parser.isPlain = false;
  }
  const isTold = parser.reportedAt === token.start;
  // Of several on one line, as in a comment that has lost its `//`, the first is told.
  if (!parser.assumesMacros && !peek(parser).isFirstOnLine) parser.reportedAt = peek(parser).start;
  if (!parser.assumesMacros && !isTold) {
    reportMistake(
      parser,
      token,
      'unknown-macro',
      `\`${token.text}\` looks like a macro, but none of this name is defined: \`#include\` the header that defines it.`,
    );
  }
  tryTake(parser, ';');
  return { kind: 'opaque', span: spanFrom(parser, token.start), name: nameOf(token) };
}
