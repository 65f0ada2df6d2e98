/** The entries of the small sections: `irq maps`, `cdt` and `domains`. */
import { extraSemicolon, optSlotBefore } from './parse-capabilities.js';
import {
  deepest,
  expectToken,
  gap,
  here,
  isSectionWord,
  next,
  optName,
  optNumber,
  optSlotReference,
  optToken,
  report,
  reportExpected,
  since,
  skipInLine,
  skipToEntry,
  takeNumber,
  takeWord,
  tokenIs,
  type Parser,
} from './parser.js';
import type {
  DerivationNode,
  DomainItemNode,
  InterruptNode,
  NumberNode,
  PairNode,
  SlotReferenceNode,
  WordNode,
} from './tree.js';

/** `33: irq_timer;`, or an object alone, which has the next number. */
export function parseInterrupt(parser: Parser): InterruptNode | undefined {
  const { start } = here(parser);
  const slot = optSlotBefore(parser);
  const object = optName(parser, 'an entry of `irq maps` is `number: object`');
  if (object === undefined) {
    skipToEntry(parser);
    return undefined;
  }
  optToken(parser, ';');
  return { kind: 'interrupt', ...since(parser, start), slot, object };
}

/** `parent { child; child }`; the current token is `(` or a name. */
export const parseDerivation = (parser: Parser): DerivationNode | undefined => {
  const node = parseDerivationAt(parser, 0);
  if (node?.kind === 'derivation') return node;
  if (node !== undefined) {
    reportExpected(parser, '`{ … }` with the capabilities that are derived from this one follows');
  }
  skipToEntry(parser);
  return undefined;
};

function parseDerivationAt(
  parser: Parser,
  depth: number,
): DerivationNode | SlotReferenceNode | undefined {
  const { start } = here(parser);
  const parent = optSlotReference(parser);
  if (parent === undefined || !tokenIs(parser, '{')) return parent;
  const open = here(parser);
  const bodyStart = open.start;
  next(parser);
  const children: (DerivationNode | SlotReferenceNode)[] = [];
  if (depth >= deepest) {
    report(
      parser,
      open,
      'nested-too-deeply',
      `More than ${deepest} derivations are within one another here.`,
    );
    skipToEntry(parser);
  }
  while (!optToken(parser, '}')) {
    if (tokenIs(parser, 'end') || isSectionWord(parser)) {
      report(parser, open, 'unclosed-brace', 'These braces are not closed. Add the missing `}`.', [
        { title: 'Insert `}`', edits: [{ ...gap(parser), text: '\n}' }] },
      ]);
      break;
    }
    if (tokenIs(parser, ';')) {
      extraSemicolon(parser);
      continue;
    }
    const isChild = tokenIs(parser, '(') || tokenIs(parser, 'name');
    const child = isChild ? parseDerivationAt(parser, depth + 1) : undefined;
    if (child !== undefined) children.push(child);
    else {
      if (!isChild) reportExpected(parser, 'a capability is written `(object, slot)` here');
      next(parser);
      skipToEntry(parser);
    }
    optToken(parser, ';');
  }
  return {
    kind: 'derivation',
    ...since(parser, start),
    parent,
    children,
    body: since(parser, bodyStart),
  };
}

/** `schedule: [(domain, duration), …]`, `domain_set_start: 2`, `index_shift: 0`; the current token is a name. */
export function parseDomainItem(parser: Parser): DomainItemNode | undefined {
  const { start } = here(parser);
  const word = takeWord(parser);
  if (!domainWords.has(word.text)) {
    report(
      parser,
      word,
      'unknown-domain-item',
      `Found \`${word.text}\`, but \`domains\` takes \`schedule\`, \`domain_set_start\` and \`index_shift\`.`,
    );
    skipToEntry(parser);
    return undefined;
  }
  if (!expectToken(parser, ':', `and a value follow \`${word.text}\``)) {
    skipToEntry(parser);
    return undefined;
  }
  const isSchedule = word.text === 'schedule';
  const schedule = isSchedule ? optSchedule(parser) : undefined;
  const value = isSchedule ? undefined : optDomainValue(parser, word.text);
  if (schedule === undefined && value === undefined) skipToEntry(parser);
  return { kind: 'domainItem', ...since(parser, start), word, schedule, value };
}

const domainWords: ReadonlySet<string> = new Set(['schedule', 'domain_set_start', 'index_shift']);

function optDomainValue(parser: Parser, word: string): NumberNode | WordNode | undefined {
  if (tokenIs(parser, 'number')) return takeNumber(parser);
  if (word === 'domain_set_start' && tokenIs(parser, 'name')) return takeWord(parser);
  const other = word === 'domain_set_start' ? ' or `no_start`' : '';
  reportExpected(parser, `a number${other} follows \`${word}:\``);
  return undefined;
}

function optSchedule(parser: Parser): PairNode[] | undefined {
  if (!expectToken(parser, '[', 'begins the schedule')) return undefined;
  const items: PairNode[] = [];
  while (tokenIs(parser, '(')) {
    const item = optScheduleItem(parser);
    if (item !== undefined) items.push(item);
    if (!optToken(parser, ',')) break;
  }
  if (items.length === 0) {
    reportExpected(parser, 'a schedule has at least one item: `(domain, duration)`');
  }
  if (!optToken(parser, ']')) {
    if (items.length > 0) expectToken(parser, ']', 'ends the schedule');
    skipInLine(parser, ']');
    optToken(parser, ']');
  }
  return items;
}

function optScheduleItem(parser: Parser): PairNode | undefined {
  const { start } = here(parser);
  next(parser);
  const first = optNumber(parser, 'an item of the schedule is `(domain, duration)`');
  const isPair = first !== undefined && expectToken(parser, ',', 'and the duration follow');
  const second = isPair ? optNumber(parser, 'the duration follows the comma') : undefined;
  if (!optToken(parser, ')')) {
    if (second !== undefined) expectToken(parser, ')', 'ends the item of the schedule');
    skipInLine(parser, ')');
    optToken(parser, ')');
  }
  return first && second && { kind: 'pair', ...since(parser, start), first, second };
}
