/**
 * Parses capDL. Any text gives a tree and the problems of its syntax. The text is read block by block, and
 * a block depends on nothing but the section that it is in and its own text: `edited-tree.ts` uses that to
 * read again only what has changed. languages.md 2(b).
 */
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceText, Span } from '../text/source-text.js';
import { nearestName } from '../text/suggest.js';
import { parseCapabilityDeclaration, parseOrphans } from './parse-capabilities.js';
import { parseObject } from './parse-objects.js';
import { parseDerivation, parseDomainItem, parseInterrupt } from './parse-sections.js';
import {
  found,
  gap,
  goBack,
  here,
  isBeforeColon,
  isFirstOnLine,
  isSectionWord,
  mark,
  nameIs,
  next,
  optToken,
  parserAt,
  report,
  reportExpected,
  since,
  skipToEntry,
  takeName,
  takeWord,
  textOf,
  tokenIs,
  type Parser,
} from './parser.js';
import { diagnosticOf, movedProblem, type Problem } from './problem.js';
import type {
  Block,
  BlockNode,
  CapdlTree,
  Context,
  PlacedBlock,
  SectionKind,
  SectionStartNode,
} from './tree.js';

export interface CapdlParse {
  readonly tree: CapdlTree;
  readonly diagnostics: readonly Diagnostic[];
}

export function parseCapdl(source: SourceText): CapdlParse {
  const tree = parseText(source.text);
  return {
    tree,
    diagnostics: syntaxProblems(tree, source.text).map((problem) => diagnosticOf(source, problem)),
  };
}

export function parseText(text: string): CapdlTree {
  const blocks = [...readBlocks(text, { offset: 0, context: 'top' })];
  return { isDump: isDumpText(text), blocks };
}

/** As `parseText`, piece by piece. */
export function* parseInSteps(text: string): Generator<undefined, CapdlTree, undefined> {
  const blocks: PlacedBlock[] = [];
  for (const placed of readBlocks(text, { offset: 0, context: 'top' })) {
    blocks.push(placed);
    yield;
  }
  return { isDump: isDumpText(text), blocks };
}

/** capDL-tool reads a file with this first line by another grammar. */
export const isDumpText = (text: string): boolean => /^[ \t]*-- Dump[ \t]*(?:\r|\n|$)/.test(text);

export interface BlockStart {
  readonly offset: number;
  readonly context: Context;
  /** How names are taken out of the text. */
  readonly cut?: Parser['cut'];
}

/** Reads block after block. */
export function* readBlocks(
  text: string,
  { offset, context, cut }: BlockStart,
): Generator<PlacedBlock, void, undefined> {
  const parser = parserAt(text, offset, cut);
  let before = context;
  for (;;) {
    const start = parser.base;
    const isLast = tokenIs(parser, 'end');
    const node = isLast ? endOfText(parser, before) : parseBlock(parser, before);
    const { scanner } = parser;
    const end = isLast ? text.length : scanner.before;
    const after = contextAfter(node, before);
    const block: Block = {
      length: end - start,
      // A token may grow by what follows it: `.` to `..`, a name by a letter, space by a comment.
      reach: Math.min(scanner.furthest + 2, text.length + 1) - start,
      before,
      after,
      node,
      problems: takeProblems(parser, end),
    };
    yield { start, block };
    if (isLast) return;
    before = after;
    parser.base = end;
  }
}

/** A file that is no capDL at all gets so many problems and not one a line. */
const mostProblems = 200;

/** Of one mistake so many are told; more come out of what it did to the text behind it. */
const mostOfOne = 2;

/** A brace or a word that is missing or too many leads to several of these, which may be far from one another. */
const ofOrder: ReadonlySet<string> = new Set([
  'capability-outside-container',
  'declaration-outside-section',
  'extra-brace',
  'misplaced-declaration',
  'unclosed-brace',
  'unclosed-section',
]);

/** Whether a block says something of its own, and so shows that the parser knows where it is. */
export const isDeclaration = ({ kind }: BlockNode): boolean =>
  kind !== 'sectionStart' && kind !== 'sectionEnd' && kind !== 'skipped';

/**
 * With offsets of the whole text. What is missing at the end is told once, and of the pieces that one slip makes of
 * a line only the first. Where block after block cannot be read, nothing new is told until one can. Of the blocks
 * those that are declarations without problems need not be given.
 */
export function syntaxProblems({ blocks }: Pick<CapdlTree, 'blocks'>, text: string): Problem[] {
  const problems: Problem[] = [];
  let hasEnd = false;
  let lineEnd = -1;
  let faultyEnd = -1;
  let told = 0;
  let isDisordered = false;
  for (const { start, block } of blocks) {
    if (block.problems.length === 0 && isDeclaration(block.node)) continue;
    // Blocks follow one another: what lies between this one and the one before has no problems.
    if (start > faultyEnd) told = 0;
    if (start <= faultyEnd || block.problems.length > 0) faultyEnd = start + block.length;
    for (const problem of block.problems) {
      if (hasEnd && problem.isOfEnd === true) continue;
      hasEnd ||= problem.isOfEnd === true;
      const at = start + problem.start;
      if (at < lineEnd && ofPieces.has(problem.code)) continue;
      if (at >= lineEnd) {
        const end = text.indexOf('\n', at);
        lineEnd = end < 0 ? text.length : end;
      }
      isDisordered ||= ofOrder.has(problem.code);
      if (told >= mostOfOne || (isDisordered && problems.length >= mostOfOne)) continue;
      told += 1;
      problems.push(movedProblem(problem, start));
      if (problems.length === mostProblems) return problems;
    }
  }
  return problems;
}

const ofPieces: ReadonlySet<string> = new Set([
  'syntax',
  'declaration-outside-section',
  'capability-outside-container',
]);

/** The scanner is one token ahead: what it has found behind `end` is left for the next block. */
function takeProblems(parser: Parser, end: number): readonly Problem[] {
  const { scanner, base, problems } = parser;
  if (scanner.problems.length > 0) {
    const isOwn = ({ start }: Problem): boolean => start < end;
    const own = scanner.problems.filter(isOwn);
    scanner.problems = scanner.problems.filter((problem) => !isOwn(problem));
    problems.push(...own.map((problem) => movedProblem(problem, -base)));
  }
  if (problems.length === 0) return noProblems;
  parser.problems = [];
  return problems;
}

const noProblems: readonly Problem[] = [];

const contextAfter = (node: BlockNode, before: Context): Context => {
  if (node.kind === 'sectionStart') return node.section;
  return node.kind === 'sectionEnd' ? 'top' : before;
};

function parseBlock(parser: Parser, context: Context): BlockNode {
  const { start } = here(parser);
  if (tokenIs(parser, 'unknown')) return skipped(parser, start, reportUnknown);
  if (context === 'top') return parseTop(parser);
  if (tokenIs(parser, '}')) {
    next(parser);
    return { kind: 'sectionEnd', ...since(parser, start) };
  }
  const section = sectionAhead(parser, context);
  if (section !== undefined) {
    report(
      parser,
      gap(parser),
      'unclosed-section',
      `The section \`${sectionWords[context]}\` is not closed before \`${sectionWords[section]}\`. Add the missing \`}\`.`,
      [{ title: 'Insert `}`', edits: [{ ...gap(parser), text: '\n}' }] }],
    );
    return takeSectionStart(parser, section);
  }
  return parseEntry(parser, context) ?? { kind: 'skipped', ...since(parser, start) };
}

const sectionWords: Readonly<Record<SectionKind, string>> = {
  objects: 'objects',
  caps: 'caps',
  irqMaps: 'irq maps',
  cdt: 'cdt',
  domains: 'domains',
};

const sectionKinds: readonly SectionKind[] = ['objects', 'caps', 'irqMaps', 'cdt', 'domains'];

function parseEntry(parser: Parser, context: SectionKind): BlockNode | undefined {
  const isName = tokenIs(parser, 'name');
  const isReference = isName || tokenIs(parser, '(');
  if (context === 'objects' && isName) return parseObject(parser);
  if (context === 'caps') {
    if (tokenIs(parser, 'number') || tokenIs(parser, '<')) return parseOrphans(parser);
    if (isName)
      return isBeforeColon(parser) ? parseOrphans(parser) : parseCapabilityDeclaration(parser);
  }
  if (context === 'irqMaps' && (isName || tokenIs(parser, 'number'))) return parseInterrupt(parser);
  if (context === 'cdt' && isReference) return parseDerivation(parser);
  if (context === 'domains' && isName) return parseDomainItem(parser);
  const what = {
    objects: 'a declaration such as `name = ep` or `}` belongs here',
    caps: 'a container such as `cnode { … }` or `}` belongs here',
    irqMaps: 'an entry such as `33: irq_timer` or `}` belongs here',
    cdt: 'a derivation such as `(cnode, 1) { (cnode, 2) }` or `}` belongs here',
    domains: '`schedule`, `domain_set_start`, `index_shift` or `}` belongs here',
  }[context];
  const isSeparator = tokenIs(parser, ',') || tokenIs(parser, ';');
  reportExpected(
    parser,
    what,
    isSeparator
      ? [
          {
            title: `Remove ${found(parser)}`,
            edits: [{ ...here(parser), text: '' }],
            isPreferred: true,
          },
        ]
      : undefined,
  );
  next(parser);
  if (!isSeparator) skipToEntry(parser);
  return undefined;
}

function parseTop(parser: Parser): BlockNode {
  const { start } = here(parser);
  if (nameIs(parser, 'arch')) {
    next(parser);
    const isWord = tokenIs(parser, 'name') && sectionAhead(parser, 'top') === undefined;
    if (!isWord) reportExpected(parser, `${architectureWords} follows \`arch\``);
    const word = isWord ? takeWord(parser) : undefined;
    return { kind: 'architecture', ...since(parser, start), word };
  }
  const section = sectionAhead(parser, 'top');
  if (section !== undefined) return takeSectionStart(parser, section);
  if (tokenIs(parser, '}')) {
    report(parser, here(parser), 'extra-brace', 'This `}` closes nothing. Remove it.', [
      { title: 'Remove `}`', edits: [{ ...here(parser), text: '' }] },
    ]);
    next(parser);
    return { kind: 'skipped', ...since(parser, start) };
  }
  const misspelt = misspeltSection(parser);
  if (misspelt !== undefined) return misspelt;
  const implied = impliedSection(parser);
  if (implied !== undefined) {
    // A capability alone is told to be outside of its container.
    const isEntry = tokenIs(parser, 'number') || tokenIs(parser, '<');
    if (!isEntry)
      report(
        parser,
        here(parser),
        'declaration-outside-section',
        `Found ${found(parser)} outside of every section, but this belongs in \`${sectionWords[implied]} { … }\`. Is there a \`}\` too many before it?`,
      );
    return {
      kind: 'sectionStart',
      start,
      end: start,
      section: implied,
      isWritten: false,
    };
  }
  reportExpected(
    parser,
    '`arch`, `objects { … }`, `caps { … }`, `irq maps { … }`, `cdt { … }` or `domains { … }` belongs here',
  );
  next(parser);
  skipToTop(parser);
  return { kind: 'skipped', ...since(parser, start) };
}

const architectureWords = '`ia32`, `arm11`, `x86_64`, `aarch64` or `riscv`';

/** `object {`, `ects {`: a word like that of a section, or a part of one, with its brace. */
function misspeltSection(parser: Parser): SectionStartNode | undefined {
  if (!tokenIs(parser, 'name')) return undefined;
  const words = Object.values(sectionWords);
  const text = textOf(parser);
  const near = nearestName(text, words) ?? words.find((word) => isPartOf(text, word));
  const section = sectionKinds.find((kind) => sectionWords[kind] === near);
  if (section === undefined) return undefined;
  const before = mark(parser);
  const span = here(parser);
  const wrong = found(parser);
  next(parser);
  if (!optToken(parser, '{')) {
    goBack(parser, before);
    return undefined;
  }
  const word = sectionWords[section];
  report(
    parser,
    span,
    'unknown-section',
    `There is no section ${wrong}; did you mean \`${word}\`?`,
    [{ title: `Change to \`${word}\``, edits: [{ ...span, text: word }], isPreferred: true }],
  );
  return { kind: 'sectionStart', ...since(parser, span.start), section, isWritten: true };
}

/** Whether some letters were left out of the word, and at least three are there. */
function isPartOf(text: string, word: string): boolean {
  let at = -1;
  for (const letter of text) {
    at = word.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return text.length >= 3;
}

/** What a declaration outside of every section seems to belong to. */
function impliedSection(parser: Parser): SectionKind | undefined {
  if (tokenIs(parser, 'number') || tokenIs(parser, '<')) return 'caps';
  if (!tokenIs(parser, 'name')) return undefined;
  const before = mark(parser);
  const problems = parser.problems.length;
  takeName(parser);
  const { kind } = parser.scanner;
  let isCapability = kind === '{' || kind === ':';
  const isObject = kind === '=' || kind === '/';
  if (optToken(parser, '=')) isCapability = tokenIs(parser, '(');
  parser.problems.length = problems;
  goBack(parser, before);
  if (isCapability) return 'caps';
  return isObject ? 'objects' : undefined;
}

/** Which section begins at the current token. In a section its name may also be that of an object. */
function sectionAhead(parser: Parser, context: Context): SectionKind | undefined {
  if (!tokenIs(parser, 'name')) return undefined;
  if (nameIs(parser, 'objects')) return 'objects';
  if (nameIs(parser, 'caps')) return 'caps';
  const isWord = nameIs(parser, 'irq') || nameIs(parser, 'cdt') || nameIs(parser, 'domains');
  if (!isWord) return undefined;
  const before = mark(parser);
  const word = textOf(parser);
  next(parser);
  let section: SectionKind | undefined;
  if (word === 'irq') section = nameIs(parser, 'maps') ? 'irqMaps' : undefined;
  else if (context === 'top') section = word === 'cdt' ? 'cdt' : 'domains';
  else if (optToken(parser, '{') && context !== 'cdt') {
    // `cdt { (a, 1) …` and `domains { schedule: …`; else they are names of containers.
    if (word === 'cdt') section = context !== 'caps' || tokenIs(parser, '(') ? 'cdt' : undefined;
    else section = context !== 'caps' || nameIs(parser, 'schedule') ? 'domains' : undefined;
  }
  goBack(parser, before);
  return section;
}

/** The current token is the word of the section. */
function takeSectionStart(parser: Parser, section: SectionKind): SectionStartNode {
  const { start } = here(parser);
  const first = here(parser);
  next(parser);
  if (section === 'irqMaps') {
    const second = here(parser);
    const isSpaced =
      second.start - first.end !== 1 || parser.scanner.text.charAt(first.end + parser.base) !== ' ';
    if (isSpaced) {
      report(
        parser,
        { start: first.start, end: second.end },
        'spaced-keyword',
        'One space stands between `irq` and `maps`: capDL-tool takes the two as one word.',
        [
          {
            title: 'Write `irq maps`',
            edits: [{ start: first.start, end: second.end, text: 'irq maps' }],
            isPreferred: true,
          },
        ],
      );
    }
    next(parser);
  }
  if (!optToken(parser, '{')) {
    reportExpected(parser, `\`{\` follows \`${sectionWords[section]}\``, [
      { title: 'Insert `{`', edits: [{ ...gap(parser), text: ' {' }] },
    ]);
    skipWordBeforeBrace(parser);
  }
  return { kind: 'sectionStart', ...since(parser, start), section, isWritten: true };
}

/** `objects x {` */
function skipWordBeforeBrace(parser: Parser): void {
  if (!tokenIs(parser, 'name') || isFirstOnLine(parser)) return;
  const before = mark(parser);
  next(parser);
  if (isFirstOnLine(parser) || !optToken(parser, '{')) goBack(parser, before);
}

/** To the next word that may begin a section. */
function skipToTop(parser: Parser): void {
  while (!tokenIs(parser, 'end') && !isSectionWord(parser)) {
    const isKnown = nameIs(parser, 'arch') || sectionAhead(parser, 'top') !== undefined;
    if (isKnown && parser.scanner.startsLine) return;
    if (tokenIs(parser, '}') || impliedSectionAtLine(parser)) return;
    next(parser);
  }
}

const impliedSectionAtLine = (parser: Parser): boolean =>
  parser.scanner.startsLine && impliedSection(parser) !== undefined;

function endOfText(parser: Parser, context: Context): BlockNode {
  const end = parser.scanner.text.length - parser.base;
  const node: Span = { start: end, end };
  if (context !== 'top') {
    report(
      parser,
      gap(parser),
      'unclosed-section',
      `The section \`${sectionWords[context]}\` is not closed at the end of the file. Add the missing \`}\`.`,
      [{ title: 'Insert `}`', edits: [{ ...gap(parser), text: '\n}' }] }],
    );
  }
  return { kind: 'skipped', ...node };
}

function skipped(parser: Parser, start: number, what: (parser: Parser) => void): BlockNode {
  what(parser);
  next(parser);
  skipToEntry(parser);
  return { kind: 'skipped', ...since(parser, start) };
}

function reportUnknown(parser: Parser): void {
  const isMarker = textOf(parser).startsWith('#') && parser.scanner.startsLine;
  report(
    parser,
    here(parser),
    'unknown-character',
    isMarker
      ? 'Found `#`, but capDL is not preprocessed: it knows neither directives nor such comments. A comment is `-- …` or `/* … */`.'
      : `Found ${found(parser)}, which nothing in capDL begins with.`,
  );
}
