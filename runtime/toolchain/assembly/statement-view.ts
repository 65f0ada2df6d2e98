/**
 * What an editor wants to know of each statement: its tokens with their roles, the instructions it
 * became, and the bytes. Made on demand from the records that assembling leaves, so a build pays little.
 */
import type { Instruction } from '../../isa/instruction.js';
import type { Range } from '../text/diagnostic.js';
import { placeOf, type Place, type SourceLine } from '../text/source-line.js';
import type { Cursor, TokenRole } from './cursor.js';
import type { Fragment } from './section.js';
import { tokenize, type Statement } from './token.js';

export interface TokenView {
  readonly file: string;
  readonly range: Range;
  readonly kind: TokenRole;
  readonly text: string;
}

export interface StatementView {
  readonly file: string;
  /** From the first token to the last; of a statement out of a macro, the use. */
  readonly range: Range;
  readonly tokens: readonly TokenView[];
  /** What it was assembled to, in order; several for a pseudo-instruction such as `la`. */
  readonly rows: readonly Instruction[];
  /** Where its bytes are; absent when it made none. */
  readonly output?: {
    readonly section: string;
    /** From the section's start. */
    readonly offset: number;
    readonly bytes: Uint8Array;
  };
  /**
   * `assembled`: stands where it takes effect. `expanded`: came out of a macro, so `range` is the use and
   * covers other statements. `body`: text of a macro or a repeated block that is assembled elsewhere.
   */
  readonly origin: 'assembled' | 'expanded' | 'body';
}

/** What is kept of a statement while assembling. */
export interface StatementRecord {
  readonly statement: Statement;
  readonly roles: Cursor['roles'];
  readonly rows: readonly Instruction[];
  readonly first: OutputPosition;
  readonly last: OutputPosition;
  readonly origin: StatementView['origin'];
}

export interface OutputPosition {
  readonly fragment: Fragment;
  readonly offset: number;
}

export function viewStatement(
  record: StatementRecord,
  bytesOf: (section: number) => Uint8Array,
): StatementView {
  const { statement, roles, rows, origin } = record;
  const { tokens, line } = statement;
  const place = placeOf(line, tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
  const views = tokens.map((token, index): TokenView => {
    const { file, range } = placeOf(line, token.start, token.end);
    return { file, range, kind: roles[index] ?? defaultRole(statement, index), text: token.text };
  });
  const output = outputOf(record, bytesOf);
  return {
    file: place.file,
    range: place.range,
    tokens: views,
    rows,
    ...(output ? { output } : {}),
    origin,
  };
}

function outputOf(
  { first, last }: StatementRecord,
  bytesOf: (section: number) => Uint8Array,
): StatementView['output'] {
  const { section } = first.fragment;
  if (last.fragment.section !== section) return undefined;
  const start = first.fragment.address + first.offset;
  const end = last.fragment.address + last.offset;
  if (end <= start) return undefined;
  return {
    section: section.name,
    offset: start,
    bytes: bytesOf(section.index).subarray(start, end),
  };
}

function defaultRole({ tokens }: Statement, index: number): TokenRole {
  const token = tokens[index];
  switch (token?.kind) {
    case 'name':
      return 'symbol';
    case 'number':
    case 'character':
      return 'number';
    case 'string':
      return 'string';
    default:
      return 'punctuation';
  }
}

/** A line of a macro's body: never assembled as it stands, but coloured and explained like the others. */
export function recordOfBody(
  line: SourceLine,
  position: OutputPosition,
  roleOfName: (name: string) => TokenRole | undefined,
): StatementRecord {
  const statement = tokenize(line);
  const roles: (TokenRole | undefined)[] = [];
  let isFirst = true;
  for (const [index, token] of statement.tokens.entries()) {
    const isLabel = isFirst && statement.tokens[index + 1]?.text === ':';
    if (isLabel) roles[index] = 'label';
    else if (isFirst && token.text !== ':') {
      roles[index] = token.text.startsWith('.') ? 'directive' : 'mnemonic';
      isFirst = false;
    } else if (token.kind === 'name') roles[index] = roleOfName(token.text);
  }
  return { statement, roles, rows: [], first: position, last: position, origin: 'body' };
}

/** A symbol with where it is defined and every place that names it. */
export interface SymbolView {
  readonly name: string;
  readonly definition?: Pick<Place, 'file' | 'range'>;
  readonly uses: readonly Pick<Place, 'file' | 'range'>[];
  readonly kind: 'label' | 'constant' | 'macro' | 'undefined';
}
