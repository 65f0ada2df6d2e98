/** Declarations in `caps`: `container { slot: object (parameters) }` and `name = (object, slot)`. */
import { objectKind } from './object-kinds.js';
import { parseCapabilityParameters } from './parse-parameters.js';
import {
  beginSection,
  expectToken,
  found,
  gap,
  goBack,
  here,
  isBeforeColon,
  isSectionWord,
  mark,
  nameIs,
  next,
  optName,
  optSlot,
  optSlotReference,
  optToken,
  report,
  reportExpected,
  since,
  skipStrayBrace,
  skipToEntry,
  takeName,
  takeNumber,
  takeSlotReference,
  textOf,
  tokenIs,
  type Mark,
  type Parser,
} from './parser.js';
import type {
  CapabilityNameNode,
  CapabilityNode,
  ContainerNode,
  NameNode,
  ParameterNode,
  SectionStartNode,
  SlotNode,
  SlotReferenceNode,
} from './tree.js';

/** The current token is a name. */
export function parseCapabilityDeclaration(
  parser: Parser,
): ContainerNode | CapabilityNameNode | SectionStartNode | undefined {
  const { start } = here(parser);
  const before = mark(parser);
  const object = takeName(parser);
  if (tokenIs(parser, '{')) return parseContainer(parser, start, object);
  if (tokenIs(parser, '=')) return parseCapabilityName(parser, before, start, object);
  reportExpected(
    parser,
    `\`{ … }\` with the capabilities in \`${object.name}\` or \`= (object, slot)\` follows`,
  );
  const isEntry = !parser.scanner.startsLine && tokenIs(parser, ':');
  if (isEntry || tokenIs(parser, 'number')) return parseContainer(parser, start, object);
  skipToEntry(parser);
  return undefined;
}

/** Entries that stand outside of every container, up to the brace that closes them. */
export function parseOrphans(parser: Parser): ContainerNode {
  const { start } = here(parser);
  report(
    parser,
    here(parser),
    'capability-outside-container',
    `Found ${found(parser)} outside of every container, but a capability is in an object: \`cnode { … }\`. Is there a \`}\` too many before it?`,
  );
  return parseContainer(parser, start, undefined);
}

function parseContainer(
  parser: Parser,
  start: number,
  object: NameNode | undefined,
): ContainerNode {
  const bodyStart = here(parser).start;
  const open = here(parser);
  if (object !== undefined) optToken(parser, '{');
  const capabilities: CapabilityNode[] = [];
  const finish = (): ContainerNode => ({
    kind: 'container',
    ...since(parser, start),
    object,
    capabilities,
    body: since(parser, bodyStart),
  });
  while (!optToken(parser, '}')) {
    if (tokenIs(parser, 'end') || isSectionWord(parser)) return unclosed(parser, open, finish());
    if (tokenIs(parser, ';')) {
      extraSemicolon(parser);
      continue;
    }
    const before = mark(parser);
    const problems = parser.problems.length;
    const entry = parseCapability(parser);
    if (entry === 'container') {
      parser.problems.length = problems;
      goBack(parser, before);
      return unclosed(parser, open, finish());
    }
    if (entry !== undefined) capabilities.push(entry);
    else if (parser.scanner.start === before.offset) next(parser);
  }
  return finish();
}

function unclosed(
  parser: Parser,
  open: { start: number; end: number },
  node: ContainerNode,
): ContainerNode {
  report(
    parser,
    node.object ?? open,
    'unclosed-brace',
    node.object === undefined
      ? 'These capabilities are not closed by a `}`.'
      : `The braces of \`${node.object.name}\` are not closed. Add the missing \`}\`.`,
    [{ title: 'Insert `}`', edits: [{ ...gap(parser), text: '\n}' }] }],
  );
  return node;
}

export function extraSemicolon(parser: Parser): void {
  report(
    parser,
    here(parser),
    'extra-semicolon',
    'This `;` ends nothing. Remove it: capDL-tool stops here.',
    [{ title: 'Remove `;`', edits: [{ ...here(parser), text: '' }], isPreferred: true }],
  );
  next(parser);
}

/** `container` where the text is that of the next container, so that this one lacks its `}`. */
function parseCapability(parser: Parser): CapabilityNode | 'container' | undefined {
  const { start } = here(parser);
  const slot = optSlotBefore(parser);
  if (slot !== undefined) skipStrayBrace(parser, 'name', '<');
  let name: NameNode | undefined;
  if (tokenIs(parser, '<')) return optCopy(parser, start, slot, undefined);
  let target = optName(parser, 'a capability is `slot: object (parameters)` or `slot: <name>`');
  if (target === undefined) {
    skipToEntry(parser);
    return undefined;
  }
  if (slot === undefined && tokenIs(parser, '{')) return 'container';
  if (optToken(parser, '=')) {
    if (slot === undefined && (tokenIs(parser, '(') || isKind(parser))) return 'container';
    name = target;
    if (tokenIs(parser, '<')) return optCopy(parser, start, slot, name);
    target = optName(parser, 'an object or `<name>` follows `=`');
    if (target === undefined) {
      skipToEntry(parser);
      return undefined;
    }
  }
  return finishCapability(parser, start, { slot, name, isCopy: false, target });
}

/** Whether `name = kind` stands here, which declares an object and is no capability. */
const isKind = (parser: Parser): boolean =>
  tokenIs(parser, 'name') && objectKind(textOf(parser)) !== undefined;

/** `<name> (masked: R)`; the current token is `<`. */
function optCopy(
  parser: Parser,
  start: number,
  slot: SlotNode | undefined,
  name: NameNode | undefined,
): CapabilityNode | undefined {
  next(parser);
  const target = optName(parser, 'the name of a capability is in `<…>`');
  if (target === undefined || !expectToken(parser, '>', 'ends the name of the copied capability')) {
    skipToEntry(parser);
    return undefined;
  }
  return finishCapability(parser, start, { slot, name, isCopy: true, target });
}

function finishCapability(
  parser: Parser,
  start: number,
  parts: Pick<CapabilityNode, 'slot' | 'name' | 'isCopy' | 'target'>,
): CapabilityNode | undefined {
  skipStrayBrace(parser, '(');
  const parameters = tokenIs(parser, '(') ? parseCapabilityParameters(parser) : noParameters;
  const parent = tokenIs(parser, '-') ? optParent(parser) : undefined;
  const node: CapabilityNode = {
    kind: 'capability',
    start,
    end: parser.scanner.before - parser.base,
    slot: parts.slot,
    name: parts.name,
    isCopy: parts.isCopy,
    target: parts.target,
    parameters,
    parent,
  };
  if (!optToken(parser, ';') && !endsEntry(parser)) {
    reportExpected(parser, 'the next capability or `}` follows');
    skipToEntry(parser);
  }
  return node;
}

const noParameters: readonly ParameterNode[] = [];

/** Capabilities may follow each other on one line without `;`. */
const endsEntry = (parser: Parser): boolean =>
  tokenIs(parser, '}') ||
  tokenIs(parser, 'end') ||
  tokenIs(parser, 'number') ||
  tokenIs(parser, 'name') ||
  tokenIs(parser, '<') ||
  parser.scanner.startsLine;

/** `3:` or `cspace:`. */
export function optSlotBefore(parser: Parser): SlotNode | undefined {
  if (tokenIs(parser, 'number')) {
    const { start, end, value } = takeNumber(parser);
    skipStrayBrace(parser, ':');
    expectToken(parser, ':', 'and an object follow a number');
    return { kind: 'slot', start, end, word: undefined, value: Number(value) };
  }
  if (!tokenIs(parser, 'name') || !isBeforeColon(parser)) return undefined;
  const slot = optSlot(parser);
  next(parser);
  return slot;
}

/** `- child_of parent`; the current token is `-`. */
function optParent(parser: Parser): SlotReferenceNode | undefined {
  const dash = here(parser);
  next(parser);
  if (!nameIs(parser, 'child_of')) {
    reportExpected(parser, '`- child_of parent` is what a `-` begins');
    return undefined;
  }
  const word = here(parser);
  if (word.start - dash.end !== 1) {
    report(
      parser,
      { start: dash.start, end: word.end },
      'spaced-keyword',
      'One space stands between `-` and `child_of`: capDL-tool takes the two as one word.',
      [
        {
          title: 'Write `- child_of`',
          edits: [{ start: dash.start, end: word.end, text: '- child_of' }],
          isPreferred: true,
        },
      ],
    );
  }
  next(parser);
  const parent = optSlotReference(parser);
  if (parent === undefined) {
    reportExpected(
      parser,
      'the parent follows `child_of`: `(object, slot)` or the name of a capability',
    );
  }
  return parent;
}

/** `name = (object, slot)`; the current token is `=`. */
function parseCapabilityName(
  parser: Parser,
  before: Mark,
  start: number,
  name: NameNode,
): CapabilityNameNode | SectionStartNode {
  next(parser);
  if (tokenIs(parser, 'name')) return beginSection(parser, before, 'objects');
  if (tokenIs(parser, '(')) {
    const target = takeSlotReference(parser);
    return { kind: 'capabilityName', ...since(parser, start), name, target };
  }
  reportExpected(
    parser,
    `\`(object, slot)\` follows: \`${name.name} = …\` gives the capability in a slot a name. Objects are declared in \`objects { … }\``,
  );
  skipToEntry(parser);
  return { kind: 'capabilityName', ...since(parser, start), name, target: undefined };
}
