/**
 * The compiler library reads all of its standard library for every program, which uses little of it. Here the body of
 * a function there is read when somebody looks into it: until then a block ends at the brace that closes it, which is
 * found without reading what is between. These texts come with the compiler, so there are no mistakes to be told early.
 */
import type { Parser, Source, Tokenizer } from 'assemblyscript';

export function readBodiesLate(parser: Parser, isLate: (source: Source) => boolean): void {
  const inherited = parser.parseBlockStatement.bind(parser);
  // Blocks in a body that is being read are read with it.
  let isInside = false;
  parser.parseBlockStatement = (tokenizer, isTopLevel) => {
    const { source, tokenPos: opening, pos: start } = tokenizer;
    const closing = isInside || !isLate(source) ? undefined : closingBrace(source.text, start);
    if (closing === undefined) return inherited(tokenizer, isTopLevel);
    const read = (): readonly unknown[] => {
      const again = new (tokenizer.constructor as TokenizerClass)(source, tokenizer.diagnostics);
      again.tokenPos = opening;
      again.pos = start;
      isInside = true;
      const block = inherited(again, isTopLevel);
      isInside = false;
      return block?.statements ?? [];
    };
    // An empty block, as it seems, from here to the end of the real one.
    tokenizer.pos = closing;
    tokenizer.clearNextToken();
    const block = inherited(tokenizer, isTopLevel);
    if (block !== null) defineLate(block, 'statements', read);
    return block;
  };
}

type TokenizerClass = new (source: Source, diagnostics: Tokenizer['diagnostics']) => Tokenizer;

function defineLate<Name extends string>(
  target: Record<Name, unknown>,
  name: Name,
  read: () => unknown,
): void {
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      const value = read();
      Object.defineProperty(target, name, { enumerable: true, writable: true, value });
      return value;
    },
  });
}

/** What can hold a brace that is none is skipped as a whole. */
const pieces =
  /[{}]|\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`/g;

/** Where the block that is open ends; undefined where nothing closes it. */
export function closingBrace(text: string, start: number): number | undefined {
  let depth = 1;
  const piece = new RegExp(pieces);
  piece.lastIndex = start;
  for (let found = piece.exec(text); found !== null; found = piece.exec(text)) {
    if (found[0] === '{') depth += 1;
    if (found[0] === '}') depth -= 1;
    if (depth === 0) return found.index;
  }
  return undefined;
}
