/**
 * The lists in parentheses behind a kind of object and behind a capability. Any word with any value is
 * read here; which ones an object or capability takes is checked by `read.ts`.
 */
import {
  expectToken,
  gap,
  here,
  isRights,
  next,
  optNumber,
  optToken,
  report,
  reportExpected,
  since,
  skipStrayBrace,
  takeNumber,
  takeSlotReference,
  takeWord,
  tokenIs,
  type Parser,
} from './parser.js';
import { advance, skipSpace } from './token.js';
import type {
  FillListNode,
  FillNode,
  NumberNode,
  PairNode,
  ParameterNode,
  ValueNode,
  WordNode,
} from './tree.js';

/** The current token is `(`. */
export const parseObjectParameters = (parser: Parser): ParameterNode[] =>
  parseList(parser, optObjectParameter);

/** The current token is `(`. */
export const parseCapabilityParameters = (parser: Parser): ParameterNode[] =>
  parseList(parser, optCapabilityParameter);

function parseList(
  parser: Parser,
  optParameter: (parser: Parser) => ParameterNode | undefined,
): ParameterNode[] {
  next(parser);
  const parameters: ParameterNode[] = [];
  if (optToken(parser, ')')) return parameters;
  do {
    skipStrayBrace(parser, 'name', 'number', ')');
    const parameter = optParameter(parser);
    if (parameter !== undefined) parameters.push(parameter);
    else if (!skipParameter(parser)) break;
    skipStrayBrace(parser, ',', ')');
  } while (optToken(parser, ','));
  if (!optToken(parser, ')')) endList(parser);
  return parameters;
}

function endList(parser: Parser): void {
  const isMissingComma =
    !parser.scanner.startsLine && (tokenIs(parser, 'name') || tokenIs(parser, 'number'));
  if (isMissingComma) {
    reportExpected(parser, '`,` stands between two parameters', [
      { title: 'Insert `,`', edits: [{ ...gap(parser), text: ',' }] },
    ]);
  } else expectToken(parser, ')', 'ends the list of parameters');
  while (skipParameter(parser) && optToken(parser, ','));
  optToken(parser, ')');
}

/** To the next comma or the end of the list; false where the list seems to have no end. */
function skipParameter(parser: Parser): boolean {
  const { scanner } = parser;
  let depth = 0;
  for (;;) {
    const { kind } = scanner;
    if (kind === 'end' || kind === '{' || kind === '}' || kind === '=' || kind === ';')
      return false;
    const isWord = kind === 'name' || kind === 'number';
    if (scanner.startsLine && isWord && depth === 0) return false;
    if (depth === 0 && (kind === ',' || kind === ')')) return true;
    if (kind === '(' || kind === '[') depth += 1;
    else if (kind === ')' || kind === ']') depth -= 1;
    advance(scanner);
  }
}

function optObjectParameter(parser: Parser): ParameterNode | undefined {
  if (tokenIs(parser, 'number')) return optNumberFirst(parser);
  if (!tokenIs(parser, 'name')) {
    reportExpected(parser, 'a parameter such as `4 bits`, `4k` or `paddr: 0x1000` belongs here');
    return undefined;
  }
  const word = takeWord(parser);
  skipStrayBrace(parser, ':');
  if (!expectToken(parser, ':', `and a value follow \`${word.text}\``)) return undefined;
  skipStrayBrace(parser, 'name', 'number', '(', '[');
  const value = word.text === 'fill' ? optFills(parser) : optObjectValue(parser, word);
  return value && parameterNode(parser, word, value);
}

const parameterNode = (
  { scanner, base }: Parser,
  word: WordNode,
  value: ValueNode | undefined,
): ParameterNode => ({
  start: word.start,
  end: scanner.before - base,
  word: word.text,
  wordSpan: word,
  value,
});

/** `12 bits`, `4k`, `64 M`, `0:1.2`. */
function optNumberFirst(parser: Parser): ParameterNode | undefined {
  const number = takeNumber(parser);
  skipStrayBrace(parser, 'name');
  if (optToken(parser, ':')) return optPciDevice(parser, number);
  if (!tokenIs(parser, 'name')) {
    reportExpected(parser, 'a number in a list of parameters is a size: `12 bits`, `4k` or `1M`');
    return undefined;
  }
  const unit = takeWord(parser);
  const { start } = number;
  const { end } = unit;
  if (unit.text === 'bits') return { start, end, word: 'bits', wordSpan: unit, value: number };
  if (unit.text === 'k' || unit.text === 'M') {
    const value: PairNode = { kind: 'pair', start, end, first: number, second: unit };
    return { start, end, word: 'size', wordSpan: value, value };
  }
  report(
    parser,
    unit,
    'unknown-unit',
    `Found the unit \`${unit.text}\`, but sizes are in \`bits\`, \`k\` (KiB) or \`M\` (MiB).`,
    unitFixes(number, unit),
  );
  return undefined;
}

function unitFixes(number: NumberNode, unit: WordNode) {
  const text = {
    K: 'k',
    m: 'M',
    KiB: 'k',
    MiB: 'M',
    kB: 'k',
    KB: 'k',
    MB: 'M',
    bit: 'bits',
    B: 'bits',
  }[unit.text];
  const isGiga = /^g(i?b)?$/i.test(unit.text) && Number(number.value) < 1024;
  if (isGiga) {
    return [
      {
        title: `Write ${Number(number.value) * 1024}M`,
        edits: [{ start: number.start, end: unit.end, text: `${Number(number.value) * 1024}M` }],
      },
    ];
  }
  if (text === undefined) return undefined;
  return [
    {
      title: `Write \`${text}\``,
      edits: [{ start: unit.start, end: unit.end, text }],
      isPreferred: true,
    },
  ];
}

function optPciDevice(parser: Parser, bus: NumberNode): ParameterNode | undefined {
  const device = optNumber(parser, 'a PCI device is written `bus:device.function`');
  if (device === undefined) return undefined;
  if (!expectToken(parser, '.', 'and the function follow: `bus:device.function`')) return undefined;
  const fn = optNumber(parser, 'the function of the PCI device follows `.`');
  if (fn === undefined) return undefined;
  const span = since(parser, bus.start);
  return {
    ...span,
    word: 'pci',
    wordSpan: span,
    value: { kind: 'numbers', ...span, items: [bus, device, fn] },
  };
}

function optObjectValue(parser: Parser, { text }: WordNode): ValueNode | undefined {
  if (tokenIs(parser, 'number')) return takeNumber(parser);
  if (tokenIs(parser, 'name')) return takeWord(parser);
  if (tokenIs(parser, '[')) return optNumberList(parser);
  const word = tokenIs(parser, '-') ? 'a negative one is not allowed' : 'a value follows';
  reportExpected(parser, `${word}: \`${text}: 1\``);
  return undefined;
}

/** `[1, 2, 3]` or `[0x60..0x64]`; the current token is `[`. */
function optNumberList(parser: Parser): ValueNode | undefined {
  const { start } = here(parser);
  next(parser);
  const items: NumberNode[] = [];
  if (!tokenIs(parser, ']')) {
    do {
      const number = optNumber(parser, 'a number belongs here');
      if (number === undefined) return undefined;
      items.push(number);
      if (items.length === 1 && optToken(parser, '..')) {
        const second = optNumber(parser, 'the last port follows `..`');
        if (second === undefined || !expectToken(parser, ']', 'ends the range')) return undefined;
        return { kind: 'pair', ...since(parser, start), first: number, second };
      }
    } while (optToken(parser, ','));
  }
  if (!expectToken(parser, ']', 'ends the list')) return undefined;
  return { kind: 'numbers', ...since(parser, start), items };
}

/** `[{words}, {words}]`. The words are not tokens: only space and `}` end one. */
function optFills(parser: Parser): FillListNode | undefined {
  const { start } = here(parser);
  if (!expectToken(parser, '[', 'begins the list of what the frame is filled with'))
    return undefined;
  const items: FillNode[] = [];
  while (tokenIs(parser, '{')) {
    items.push(takeFill(parser));
    if (!optToken(parser, ',')) break;
  }
  if (!expectToken(parser, ']', 'ends the list of what the frame is filled with')) return undefined;
  return { kind: 'fills', ...since(parser, start), items };
}

/** The current token is `{`; words are cut from the text behind it. */
function takeFill(parser: Parser): FillNode {
  const { scanner, base, cut } = parser;
  const { start } = here(parser);
  const words: WordNode[] = [];
  const { text } = scanner;
  const isEnd = (offset: number): boolean => offset >= text.length || text.charAt(offset) === '}';
  let at = skipSpace(scanner, scanner.end);
  while (!isEnd(at)) {
    const wordStart = at;
    while (!isEnd(at) && !isBlank(text.charCodeAt(at))) at += 1;
    words.push({
      kind: 'word',
      start: wordStart - base,
      end: at - base,
      text: cut(text, wordStart, at),
    });
    const afterSpace = skipSpace(scanner, at);
    if (afterSpace === at) break;
    at = afterSpace;
  }
  scanner.end = at;
  scanner.furthest = Math.max(scanner.furthest, at);
  advance(scanner);
  scanner.before = at;
  if (tokenIs(parser, '}')) next(parser);
  else reportExpected(parser, '`}` ends what the frame is filled with');
  return { kind: 'fill', ...since(parser, start), words };
}

const isBlank = (code: number): boolean => code === 0x20 || (code >= 9 && code <= 13);

function optCapabilityParameter(parser: Parser): ParameterNode | undefined {
  if (!tokenIs(parser, 'name')) {
    reportExpected(parser, 'rights such as `RW`, or a parameter such as `badge: 1` belong here');
    return undefined;
  }
  if (isRights(parser)) return takeRights(parser, undefined);
  const word = takeWord(parser);
  if (!tokenIs(parser, ':')) return parameterNode(parser, word, undefined);
  next(parser);
  if (word.text === 'masked') return takeRights(parser, word);
  const value = optCapabilityValue(parser, word);
  return value && parameterNode(parser, word, value);
}

function optCapabilityValue(parser: Parser, { text }: WordNode): ValueNode | undefined {
  if (tokenIs(parser, 'number')) return takeNumber(parser);
  if (tokenIs(parser, '(')) {
    return text === 'asid' ? optAsid(parser) : takeSlotReference(parser);
  }
  if (tokenIs(parser, 'name')) return takeWord(parser);
  const example = { asid: '(0x1, 0x2)', mapping: '(table, 3)' }[text] ?? '1';
  reportExpected(parser, `a value follows: \`${text}: ${example}\``);
  return undefined;
}

/** Letters, which may stand apart: `R W`. */
function takeRights(parser: Parser, masked: WordNode | undefined): ParameterNode {
  if (!isRights(parser)) {
    reportExpected(parser, 'rights follow: letters of `R`, `W`, `G` (or `X` of a frame) and `P`');
    const value: WordNode = { kind: 'word', ...gap(parser), text: '' };
    return parameterNode(parser, masked ?? value, value);
  }
  let value = takeWord(parser);
  while (isRights(parser)) {
    const { end, text } = takeWord(parser);
    value = { kind: 'word', start: value.start, end, text: value.text + text };
  }
  if (masked !== undefined) return parameterNode(parser, masked, value);
  return { start: value.start, end: value.end, word: 'rights', wordSpan: value, value };
}

/** `(high, low)`; the current token is `(`. */
function optAsid(parser: Parser): PairNode | undefined {
  const { start } = here(parser);
  next(parser);
  const first = optNumber(parser, 'an ASID is written `(high, low)`');
  if (first === undefined || !expectToken(parser, ',', 'and the low part follow')) return undefined;
  const second = optNumber(parser, 'the low part of the ASID follows the comma');
  if (second === undefined || !expectToken(parser, ')', 'ends the ASID')) return undefined;
  return { kind: 'pair', ...since(parser, start), first, second };
}
