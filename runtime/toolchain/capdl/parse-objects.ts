/** Declarations in `objects`: `untyped/name[4] = kind (parameters) { members }`. Only an untyped has braces. */
import { parseObjectParameters } from './parse-parameters.js';
import {
  beginSection,
  deepest,
  expectToken,
  gap,
  goBack,
  here,
  isSectionWord,
  mark,
  next,
  optToken,
  report,
  reportExpected,
  since,
  skipStrayBrace,
  skipToEntry,
  takeName,
  takeWord,
  textOf,
  tokenIs,
  type Parser,
} from './parser.js';
import type { MemberNode, NameNode, ObjectNode, ParameterNode, SectionStartNode } from './tree.js';

/** The current token is a name. Undefined where no declaration could be read; the parser is then in step again. */
export function parseObject(parser: Parser): ObjectNode | SectionStartNode | undefined {
  const before = mark(parser);
  const node = parseMember(parser, 0);
  if (node === undefined) return undefined;
  if (node.kind === 'object') return node;
  if (tokenIs(parser, '{')) return beginSection(parser, before, 'caps');
  reportExpected(
    parser,
    `\`=\` and a kind of object follow a name, such as \`${node.name.name} = ep\``,
  );
  skipToEntry(parser);
  skipNames(parser);
  return undefined;
}

/** More names alone: what an untyped covers, behind a brace too many. */
function skipNames(parser: Parser): void {
  while (tokenIs(parser, 'name') && !isSectionWord(parser)) {
    const before = mark(parser);
    next(parser);
    const isAlone = tokenIs(parser, ',') || tokenIs(parser, '}') || tokenIs(parser, 'name');
    if (!isAlone) {
      goBack(parser, before);
      return;
    }
    optToken(parser, ',');
  }
}

/** A declaration, or a name alone. */
function parseMember(parser: Parser, depth: number): ObjectNode | MemberNode | undefined {
  const { start } = here(parser);
  const path: NameNode[] = [takeName(parser)];
  while (optToken(parser, '/')) {
    if (!tokenIs(parser, 'name')) {
      reportExpected(parser, 'a name follows `/`, which says what is made from which untyped');
      break;
    }
    path.push(takeName(parser));
  }
  const name = path.pop();
  if (name === undefined) return undefined;
  const isColon = tokenIs(parser, ':');
  const isMissing =
    tokenIs(parser, 'name') && !parser.scanner.startsLine && depth === 0 && !isSectionWord(parser);
  if (isColon || isMissing) {
    const at = isColon ? here(parser) : gap(parser);
    report(
      parser,
      isColon ? at : here(parser),
      'syntax',
      `Found \`${textOf(parser)}\`, but \`=\` stands between the name of an object and its kind.`,
      [
        {
          title: isColon ? 'Replace `:` by `=`' : 'Insert `=`',
          edits: [{ ...at, text: isColon ? '=' : ' =' }],
          isPreferred: true,
        },
      ],
    );
    if (isColon) next(parser);
  } else if (!optAfterStray(parser) && !optToken(parser, '=')) {
    if (path.length > 0 && depth > 0) reportExpected(parser, '`=` follows a name with `/`');
    return { kind: 'member', ...since(parser, start), name };
  }
  skipStrayBrace(parser, 'name');
  if (!tokenIs(parser, 'name') || isSectionWord(parser)) {
    reportExpected(parser, 'a kind of object follows `=`, such as `ep`, `tcb` or `frame (4k)`');
    if (!parser.scanner.startsLine) skipToEntry(parser);
    return objectNode(parser, start, path, name);
  }
  const type = takeWord(parser);
  skipStrayBrace(parser, '(');
  const listStart = here(parser).start;
  const parameters = tokenIs(parser, '(') ? parseObjectParameters(parser) : undefined;
  const parameterList = parameters === undefined ? undefined : since(parser, listStart);
  const bodyStart = here(parser).start;
  const members = tokenIs(parser, '{') ? parseMembers(parser, depth) : undefined;
  return {
    kind: 'object',
    start,
    end: parser.scanner.before - parser.base,
    untypeds: path,
    name,
    type,
    parameters: parameters ?? noParameters,
    parameterList,
    members,
    body: members === undefined ? undefined : since(parser, bodyStart),
  };
}

/** `name } = kind` */
function optAfterStray(parser: Parser): boolean {
  return skipStrayBrace(parser, '=') && optToken(parser, '=');
}

const noParameters: readonly ParameterNode[] = [];

const objectNode = (
  parser: Parser,
  start: number,
  untypeds: readonly NameNode[],
  name: NameNode,
): ObjectNode => ({
  kind: 'object',
  ...since(parser, start),
  untypeds,
  name,
  type: undefined,
  parameters: noParameters,
  parameterList: undefined,
  members: undefined,
  body: undefined,
});

/** The current token is `{`. */
function parseMembers(parser: Parser, depth: number): (ObjectNode | MemberNode)[] {
  const open = here(parser);
  next(parser);
  const members: (ObjectNode | MemberNode)[] = [];
  if (depth >= deepest) {
    report(
      parser,
      open,
      'nested-too-deeply',
      `More than ${deepest} untypeds are within one another here; what is in these braces is not read.`,
    );
    skipNested(parser);
    return members;
  }
  while (!tokenIs(parser, '}')) {
    if (isSectionWord(parser) || tokenIs(parser, 'end')) {
      report(
        parser,
        open,
        'unclosed-brace',
        'The braces of this untyped are not closed. Add the missing `}`.',
        [{ title: 'Insert `}`', edits: [{ ...gap(parser), text: '\n}' }] }],
      );
      return members;
    }
    const member = tokenIs(parser, 'name') ? parseMember(parser, depth + 1) : undefined;
    if (member === undefined) {
      reportExpected(parser, 'an untyped covers declarations and names of objects');
      next(parser);
      skipToEntry(parser);
    } else {
      members.push(member);
      if (tokenIs(parser, '{')) {
        report(
          parser,
          here(parser),
          'syntax',
          'Found `{` behind the name of an object, but only a declaration such as `name = ut (12 bits) { … }` has braces.',
        );
        next(parser);
        skipNested(parser);
      }
    }
    optToken(parser, ',');
  }
  expectToken(parser, '}', 'ends what the untyped covers');
  return members;
}

/** To behind the brace that closes the one before. */
function skipNested(parser: Parser): void {
  let depth = 1;
  while (depth > 0 && !tokenIs(parser, 'end') && !isSectionWord(parser)) {
    if (tokenIs(parser, '{')) depth += 1;
    else if (tokenIs(parser, '}')) depth -= 1;
    next(parser);
  }
}
