/**
 * A document's lines as the reader sees them: each token with its kind and columns, macros not
 * expanded. The assembler's own tokenizer cuts the text; what a token means follows from its place in
 * the statement alone, so this also holds for a statement that does not assemble yet.
 */
import type { Range } from '../../runtime/toolchain/text/diagnostic.js';
import { linesOf } from '../../runtime/toolchain/text/source-line.js';
import type { CommentState, Token } from '../../runtime/toolchain/assembly/token.js';
import { placeOfToken, splitStatements, tokenize } from '../../runtime/toolchain/assembly/token.js';
import { findCsr } from '../../runtime/isa/csrs.js';
import { findRegister } from '../../runtime/isa/registers.js';

export type TokenKind =
  | 'label'
  | 'mnemonic'
  | 'directive'
  /** The name in `name = value`, `.equ name, …` or `.macro name`. */
  | 'definition'
  | 'register'
  | 'csr'
  /** `hi` of `%hi(symbol)`. */
  | 'relocation'
  | 'symbol'
  /** `1b`, `1f`. */
  | 'numericReference'
  | 'number'
  | 'string'
  | 'character'
  | 'punctuation';

export interface ClassifiedToken {
  readonly kind: TokenKind;
  readonly text: string;
  readonly range: Range;
}

export interface ClassifiedStatement {
  readonly tokens: readonly ClassifiedToken[];
  /** The mnemonic or directive; undefined for a bare label. */
  readonly operation: ClassifiedToken | undefined;
}

export interface ClassifiedLine {
  readonly text: string;
  readonly statements: readonly ClassifiedStatement[];
}

export function classifyLines(text: string): ClassifiedLine[] {
  const comments: CommentState = { open: undefined };
  return linesOf(text, '').map((line) => {
    // The preprocessor removes these; here they only must not be taken for code.
    const code = isDirectiveOfPreprocessor(line.text) ? '' : withoutLineComment(line.text);
    const statements = splitStatements({ text: code, pieces: line.pieces }, comments);
    return { text: line.text, statements: statements.map(tokenize).map(classify) };
  });
}

/** The token under a position, or just before it. */
export function tokenAt(
  line: ClassifiedLine | undefined,
  character: number,
): { readonly token: ClassifiedToken; readonly statement: ClassifiedStatement } | undefined {
  for (const statement of line?.statements ?? []) {
    const found = statement.tokens.find(
      ({ kind, range }) =>
        kind !== 'punctuation' &&
        range.start.character <= character &&
        character <= range.end.character,
    );
    if (found !== undefined) return { token: found, statement };
  }
  return undefined;
}

/** The value of a number or character token; undefined when it is malformed. */
export function valueOf({ kind, text }: ClassifiedToken): number | undefined {
  if (kind === 'character') {
    const body = /^'(?:\\(.)|(.))/su.exec(text);
    const escaped = body?.[1];
    if (escaped !== undefined) return (escapes[escaped] ?? escaped).codePointAt(0);
    return body?.[2]?.codePointAt(0);
  }
  if (kind !== 'number') return undefined;
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(text) ? Number(text) : undefined;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '0': '\0',
};

const definingDirectives = new Set(['.equ', '.set', '.equiv', '.macro', '.comm', '.lcomm']);
const isDirectiveOfPreprocessor = (text: string): boolean =>
  /^\s*#\s*(define|undef|include|if|ifdef|ifndef|elif|else|endif|error|warning|pragma|line)\b/.test(
    text,
  );

function classify(statement: ReturnType<typeof tokenize>): ClassifiedStatement {
  const tokens: ClassifiedToken[] = [];
  let operation: ClassifiedToken | undefined;
  for (const [index, token] of statement.tokens.entries()) {
    const before = statement.tokens[index - 1];
    const after = statement.tokens[index + 1];
    const kind = kindOf(token, before, after, operation, tokens);
    const { range } = placeOfToken(statement, token);
    const classified = { kind, text: token.text, range };
    tokens.push(classified);
    if (kind === 'mnemonic' || kind === 'directive') operation ??= classified;
  }
  return { tokens, operation };
}

function kindOf(
  token: Token,
  before: Token | undefined,
  after: Token | undefined,
  operation: ClassifiedToken | undefined,
  earlier: readonly ClassifiedToken[],
): TokenKind {
  if (operation === undefined && after?.text === ':') {
    if (token.kind === 'name' || token.kind === 'number') return 'label';
  }
  switch (token.kind) {
    case 'name':
      if (operation === undefined) {
        // A statement has one operation at most; `name = value` has none.
        if (earlier.at(-1) !== undefined && earlier.at(-1)?.text !== ':') return 'symbol';
        if (after?.text === '=') return 'definition';
        return token.text.startsWith('.') ? 'directive' : 'mnemonic';
      }
      if (before?.text === '%') return 'relocation';
      if (definingDirectives.has(operation.text) && earlier.at(-1) === operation)
        return 'definition';
      if (operation.kind === 'directive') return 'symbol';
      if (findRegister(token.text) !== undefined) return 'register';
      return isCsrOperation(operation.text) && findCsr(token.text) !== undefined ? 'csr' : 'symbol';
    case 'number':
      return /^\d+[bf]$/.test(token.text) && !token.text.startsWith('0b')
        ? 'numericReference'
        : 'number';
    case 'string':
    case 'character':
    case 'punctuation':
      return token.kind;
  }
}

export const isCsrOperation = (mnemonic: string): boolean => /^csr/i.test(mnemonic);

/** Blanks a `//` comment, but not one inside a string. */
function withoutLineComment(text: string): string {
  const pattern = /"(?:[^"\\]|\\.)*"?|'(?:\\.|[^\\])'?|\/\/.*$/g;
  return text.replaceAll(pattern, (found) =>
    found.startsWith('//') ? ' '.repeat(found.length) : found,
  );
}
