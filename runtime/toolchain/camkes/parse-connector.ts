/**
 * Connectors: the two kinds of ends, and attributes. What CAmkES 2 wrote behind an end, a name and a template, is skipped
 * with a hint.
 */
import { numericExpression } from './parse-expression.js';
import { attributeMember } from './parse-type.js';
import {
  at,
  endStatement,
  isText,
  peek,
  readBlock,
  report,
  reportExpected,
  reportMeaning,
  spanFrom,
  take,
  tryTake,
  type Parser,
} from './parser.js';
import type { AttributeMember, Connector, ConnectorEnd, Name } from './tree.js';

const members: ReadonlySet<string> = new Set(['from', 'to', 'attribute']);

/** From its `{` on. */
export function connectorBody(parser: Parser, start: number, name: Name | undefined): Connector {
  const ends: ConnectorEnd[] = [];
  const attributes: AttributeMember[] = [];
  const what = name === undefined ? 'a connector' : `connector \`${name.text}\``;
  const open = peek(parser);
  const { mistakes } = parser;
  const isInline = parser.blocks.length > 0;
  readBlock(parser, { what, members, isInline }, (token) => {
    if (isText(token, 'attribute')) {
      if (ends.length < 2 && parser.reportedAt < open.start)
        reportExpected(parser, expectedEnd(ends));
      attributes.push(attributeMember(parser));
      return 'read';
    }
    if (!isText(token, 'from') && !isText(token, 'to')) return 'unknown';
    const kind = token.text === 'from' ? 'from' : 'to';
    const isInOrder = ends.length < 2 && (ends.length === 0) === (kind === 'from');
    if ((!isInOrder || attributes.length > 0) && parser.reportedAt < open.start) {
      reportExpected(
        parser,
        ends.length < 2
          ? expectedEnd(ends)
          : 'an attribute or `}`: a connector has one `from` and one `to`, in this order,',
      );
    }
    ends.push(connectorEnd(parser, kind));
    return 'read';
  });
  if (ends.length < 2 && isText(open, '{')) {
    reportMeaning(
      parser,
      mistakes,
      name?.span ?? open,
      'connector-end-missing',
      `The connector has no \`${ends.some(({ kind }) => kind === 'from') ? 'to' : 'from'}\`; it needs one \`from\` and one \`to\`, in this order.`,
    );
  }
  return { kind: 'connector', span: spanFrom(parser, start), name, ends, attributes };
}

const expectedEnd = (ends: readonly ConnectorEnd[]): string =>
  ends.length === 0 ? '`from`' : '`to`';

function connectorEnd(parser: Parser, kind: ConnectorEnd['kind']): ConnectorEnd {
  const { start } = take(parser);
  const isHardware = tryTake(parser, 'hardware') !== undefined;
  const type = endType(parser);
  let threads: ConnectorEnd['threads'];
  if (tryTake(parser, 'with') !== undefined) {
    threads = numericExpression(parser);
    if (tryTake(parser, 'thread') === undefined && tryTake(parser, 'threads') === undefined) {
      reportExpected(parser, '`thread` or `threads`');
    }
  }
  if (type !== undefined && !at(parser, ';')) tryOldEnd(parser);
  endStatement(parser);
  return { kind, span: spanFrom(parser, start), isHardware, type, threads };
}

function endType(parser: Parser): ConnectorEnd['type'] {
  const { text } = peek(parser);
  switch (text) {
    case 'Event':
    case 'Events':
    case 'Procedure':
    case 'Procedures':
    case 'Dataport':
    case 'Dataports':
      take(parser);
      return text;
    default:
      reportExpected(
        parser,
        '`Event`, `Procedure` or `Dataport`, or one of these with an `s` where many ends may be,',
      );
      // The word before was most likely meant to be the type.
      if (peek(parser).kind === 'word' && !at(parser, 'with') && !peek(parser).isFirstOnLine)
        take(parser);
      return undefined;
  }
}

/** `from Procedure client template "a.c";` as CAmkES 2 had it. */
function tryOldEnd(parser: Parser): void {
  const name = peek(parser);
  const isNamed = name.kind === 'word' && name.text !== 'template';
  const template = isNamed ? peek(parser, 1) : name;
  const isOld = isText(template, 'template') || (isNamed && isText(template, ';'));
  if (!isOld || parser.reportedAt === name.start) return;
  const start = name.start;
  while (!at(parser, ';') && peek(parser).kind !== 'end' && !at(parser, '}')) take(parser);
  const span = spanFrom(parser, start);
  report(
    parser,
    span,
    'camkes-2',
    `\`${parser.source.text.slice(span.start, Math.min(span.end, span.start + 60))}\` is what CAmkES 2 wrote behind the end of a connector; it means nothing now, and CAmkES 3 refuses it. Templates are named in the build.`,
    { severity: 'hint' },
  );
}
