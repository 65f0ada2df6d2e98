/** `import "a.camkes";`, `include <a.h>;`: a path in quotes, in several pieces if need be, or in angle brackets. */
import {
  endStatement,
  peek,
  reportExpected,
  spanFrom,
  take,
  takeUnclosed,
  type Parser,
} from './parser.js';
import type { Import } from './tree.js';

export function importItem(parser: Parser): Import {
  const word = take(parser);
  const kind = word.text === 'import' ? 'import' : 'include';
  const { start } = peek(parser);
  let path = '';
  let style: Import['style'] = 'quoted';
  if (peek(parser).kind === 'angle') {
    path = take(parser).text.slice(1, -1);
    style = 'angle';
  } else if (peek(parser).kind === 'string') {
    while (peek(parser).kind === 'string') path += take(parser).text.slice(1, -1);
  } else {
    reportExpected(parser, 'a path in quotes or angle brackets');
    if (peek(parser).kind === 'unclosed') path = takeUnclosed(parser).text.slice(1);
  }
  const isMissing = parser.lastEnd <= start;
  const pathSpan = isMissing
    ? { start: parser.lastEnd, end: parser.lastEnd }
    : spanFrom(parser, start);
  endStatement(parser);
  return { kind, span: spanFrom(parser, word.start), path, pathSpan, style };
}
