/** Directives about symbols: values, binding, type and size; and `.file`/`.loc`, which name other sources. */
import { relatedDefinition, defineEqual } from './define.js';
import {
  expectEnd,
  optRange,
  placeBetween,
  readName,
  readRange,
  type DirectiveContext,
  type DirectiveHandler,
} from './directive.js';
import { parseExpression } from './expression.js';
import { joinPath } from '../text/path.js';
import { reserve, switchSection, findSection, labelHere, closeFragment } from './assembly-state.js';
import type { AssemblySymbol } from './symbol.js';
import type { Token } from './token.js';

export const symbolDirectives: Readonly<Record<string, DirectiveHandler>> = {
  '.set': assign({ redefinable: true }),
  '.equ': assign({ redefinable: true }),
  '.equiv': assign({ redefinable: false }),
  '.globl': forEachName((symbol) => {
    if (symbol.binding !== 'weak') symbol.binding = 'global';
  }),
  '.global': forEachName((symbol) => {
    if (symbol.binding !== 'weak') symbol.binding = 'global';
  }),
  '.weak': forEachName((symbol) => {
    symbol.binding = 'weak';
  }),
  '.local': forEachName((symbol) => {
    symbol.binding = 'local';
  }),
  // Visibility matters to shared objects only; a program is linked whole.
  '.hidden': forEachName(ignore),
  '.internal': forEachName(ignore),
  '.protected': forEachName(ignore),
  '.extern': forEachName(ignore),
  '.type': type,
  '.size': size,
  '.comm': common,
  '.lcomm': localCommon,
  '.file': file,
  '.loc': loc,
};

function ignore(): void {
  // Nothing about the symbol changes.
}

function assign({ redefinable }: { redefinable: boolean }): DirectiveHandler {
  return (context) => {
    const { state, cursor } = context;
    const token = cursor.peek();
    const name = readName(context, 'the name of a symbol');
    if (name === undefined || token === undefined) return;
    if (!cursor.take(',')) {
      cursor.problem(
        'syntax',
        `${cursor.found()} was found where a comma and the value of \`${name}\` were expected.`,
      );
      return;
    }
    const expression = parseExpression(cursor, state.names);
    expectEnd(cursor);
    if (!cursor.hasFailed()) defineEqual(state, cursor, token, name, expression, { redefinable });
  };
}

function forEachName(change: (symbol: AssemblySymbol) => void): DirectiveHandler {
  return (context) => {
    const { state, cursor } = context;
    do {
      const name = readName(context, 'the name of a symbol');
      if (name === undefined) return;
      change(state.symbols.find(name));
    } while (cursor.take(','));
    expectEnd(cursor);
  };
}

/** `.type name, @function`. */
function type(context: DirectiveContext): void {
  const { state, cursor } = context;
  const name = readName(context, 'the name of a symbol');
  if (name === undefined) return;
  cursor.take(',');
  if (!cursor.take('@') && !cursor.take('%')) cursor.take('#');
  const kind = cursor.next('keyword');
  const text = (kind?.text ?? '').replaceAll('"', '').toLowerCase();
  const symbol = state.symbols.find(name);
  switch (text) {
    case 'function':
    case 'stt_func':
    case 'gnu_indirect_function':
      symbol.type = 'function';
      break;
    case 'object':
    case 'stt_object':
    case 'common':
    case 'tls_object':
      symbol.type = 'object';
      break;
    case 'notype':
    case 'stt_notype':
      symbol.type = 'none';
      break;
    default:
      cursor.problemAt(
        kind,
        'bad-symbol-type',
        `\`${kind?.text ?? ''}\` is not a type of symbol; write \`@function\` or \`@object\`.`,
      );
  }
  expectEnd(cursor);
}

function size(context: DirectiveContext): void {
  const { state, cursor } = context;
  const name = readName(context, 'the name of a symbol');
  if (name === undefined) return;
  if (!cursor.take(',')) {
    cursor.problem(
      'syntax',
      `${cursor.found()} was found where a comma and the size of \`${name}\` were expected.`,
    );
    return;
  }
  const expression = parseExpression(cursor, state.names);
  expectEnd(cursor);
  if (!cursor.hasFailed()) state.symbols.find(name).size = expression;
}

interface CommonArguments {
  readonly symbol: AssemblySymbol;
  readonly token: Token;
  readonly sizeBytes: number;
  readonly alignmentBytes: number;
}

function readCommon(context: DirectiveContext): CommonArguments | undefined {
  const { state, cursor } = context;
  const token = cursor.peek();
  const name = readName(context, 'the name of a symbol');
  if (name === undefined || token === undefined) return undefined;
  cursor.take(',');
  const sizeBytes = readRange(context, 'The size of a common symbol', 0, 0x7fffffff);
  if (sizeBytes === undefined) return undefined;
  const start = cursor.position() + 1;
  const given = optRange(context, 'The alignment', 1, 2 ** 20);
  expectEnd(cursor);
  if (given !== undefined && !Number.isInteger(Math.log2(given))) {
    cursor.problemAtPlace(
      placeBetween(cursor, start),
      'bad-alignment',
      `An alignment is a power of two, and ${given} is not.`,
    );
  }
  if (cursor.hasFailed()) return undefined;
  const natural = Math.min(2 ** Math.floor(Math.log2(Math.max(sizeBytes, 1))), 8);
  return { symbol: state.symbols.find(name), token, sizeBytes, alignmentBytes: given ?? natural };
}

function common(context: DirectiveContext): void {
  const { state, cursor } = context;
  const read = readCommon(context);
  if (read === undefined) return;
  const { symbol, token, sizeBytes, alignmentBytes } = read;
  if (symbol.binding === 'local') {
    placeInBss(context, read);
    return;
  }
  if (symbol.definition.kind !== 'undefined' && symbol.definition.kind !== 'common') {
    relatedDefinition(state, cursor, token, symbol);
    return;
  }
  symbol.definition = { kind: 'common', sizeBytes, alignmentBytes };
  symbol.type = 'object';
  symbol.place = placeBetween(cursor, 1);
}

function localCommon(context: DirectiveContext): void {
  const read = readCommon(context);
  if (read === undefined) return;
  read.symbol.binding = 'local';
  placeInBss(context, read);
}

function placeInBss({ state, cursor }: DirectiveContext, read: CommonArguments): void {
  const { symbol, token, sizeBytes, alignmentBytes } = read;
  if (symbol.definition.kind !== 'undefined') {
    relatedDefinition(state, cursor, token, symbol);
    return;
  }
  const { current, previous } = state;
  switchSection(state, { section: findSection(state, '.bss'), subsection: 0 });
  const { section } = state.current;
  section.alignmentBits = Math.max(section.alignmentBits, Math.log2(alignmentBytes));
  closeFragment(state, {
    kind: 'align',
    alignment: alignmentBytes,
    fill: undefined,
    mostBytes: Infinity,
    isCode: false,
  });
  labelHere(state, symbol);
  symbol.type = 'object';
  symbol.place = placeBetween(cursor, 1);
  symbol.size ??= { kind: 'number', value: BigInt(sizeBytes) };
  reserve(state, sizeBytes, cursor);
  switchSection(state, current);
  state.previous = previous;
}

/** `.file "name"`, or `.file 1 "folder" "name"` of a compiler, to which `.loc` refers. */
function file(context: DirectiveContext): void {
  const { state, cursor } = context;
  const first = cursor.peek();
  if (first?.kind !== 'number') {
    cursor.next('string');
    expectEnd(cursor);
    return;
  }
  const number = readRange(context, 'The number of a file', 0, 0xffff);
  const names: string[] = [];
  while (cursor.peek()?.kind === 'string')
    names.push(cursor.next('string')?.text.slice(1, -1) ?? '');
  // `md5 0x…` may follow.
  cursor.skipAll();
  const [folder, name] = names.length > 1 ? names : [undefined, names[0]];
  if (number === undefined || name === undefined) return;
  const path = folder === undefined || name.startsWith('/') ? name : joinPath(folder, name);
  state.fileNames.set(number, path);
}

/** `.loc file line column options`. */
function loc(context: DirectiveContext): void {
  const { state, cursor } = context;
  const number = readRange(context, 'The number of a file', 0, 0xffff);
  const line = cursor.atEnd() ? 1 : readRange(context, 'A line', 0, 0x7fffffff);
  const column =
    cursor.peek()?.kind === 'number' ? (readRange(context, 'A column', 0, 0xffff) ?? 0) : 0;
  cursor.skipAll();
  if (number === undefined || line === undefined) return;
  const name = state.fileNames.get(number);
  if (name === undefined) {
    cursor.problemAt(
      cursor.statement.tokens[1],
      'unknown-file',
      `There is no \`.file ${number}\` before this \`.loc\`.`,
    );
    return;
  }
  state.location = { file: name, line, column };
}
