/** Directives that put data into the current section: numbers, strings, gaps, alignment, files. */
import { closeFragment, problemInNobits, putData, reserve } from './assembly-state.js';
import {
  bytesOfString,
  expectEnd,
  numberOf,
  optExpression,
  optRange,
  placeBetween,
  readName,
  readNumber,
  readRange,
  type DirectiveContext,
  type DirectiveHandler,
} from './directive.js';
import { evaluate, evaluateNumber, isNumber } from './evaluate.js';
import { parseExpression } from './expression.js';
import { joinPath } from '../text/path.js';

export const dataDirectives: Readonly<Record<string, DirectiveHandler>> = {
  '.byte': data(1),
  '.half': data(2),
  '.hword': data(2),
  '.short': data(2),
  '.2byte': data(2),
  '.word': data(4),
  '.long': data(4),
  '.int': data(4),
  '.4byte': data(4),
  '.dword': data(8),
  '.quad': data(8),
  '.8byte': data(8),
  '.octa': octa,
  '.float': float(4),
  '.single': float(4),
  '.double': float(8),
  '.ascii': strings({ terminated: false }),
  '.asciz': strings({ terminated: true }),
  '.string': strings({ terminated: true }),
  '.zero': space,
  '.space': space,
  '.skip': space,
  '.fill': fill,
  '.org': org,
  '.align': align({ inBits: true, patternBytes: 1 }),
  '.p2align': align({ inBits: true, patternBytes: 1 }),
  '.p2alignw': align({ inBits: true, patternBytes: 2 }),
  '.p2alignl': align({ inBits: true, patternBytes: 4 }),
  '.balign': align({ inBits: false, patternBytes: 1 }),
  '.balignw': align({ inBits: false, patternBytes: 2 }),
  '.balignl': align({ inBits: false, patternBytes: 4 }),
  '.uleb128': leb128({ signed: false }),
  '.sleb128': leb128({ signed: true }),
  '.incbin': includeBinary,
};

function data(sizeBytes: 1 | 2 | 4 | 8): DirectiveHandler {
  return (context) => {
    const { cursor } = context;
    if (cursor.atEnd()) return;
    do {
      putExpression(context, sizeBytes);
      if (cursor.hasFailed()) return;
    } while (cursor.take(','));
    expectEnd(cursor);
  };
}

function putExpression({ state, cursor }: DirectiveContext, sizeBytes: 1 | 2 | 4 | 8): void {
  const start = cursor.position();
  const expression = parseExpression(cursor, state.names);
  if (cursor.hasFailed()) return;
  const value = evaluate(expression, state.evaluation);
  if (!value.ok && value.error.code !== 'not-constant') {
    cursor.problemAt(value.error.token, value.error.code, value.error.message);
    return;
  }
  if (value.ok && isNumber(value.value)) {
    const { number } = value.value;
    const bits = BigInt(sizeBytes * 8);
    const fits = number >= -(1n << bits) && number < 1n << bits;
    if (!fits && sizeBytes < 8) {
      state.report.warning(
        placeBetween(cursor, start),
        'number-too-large',
        `${number} does not fit in ${sizeBytes === 1 ? 'one byte' : `${sizeBytes} bytes`}; only its low ${bits} bits are stored.`,
      );
    }
    putData(state, sizeBytes, number, cursor);
    return;
  }
  if (state.current.section.kind === 'nobits') {
    problemInNobits(state, cursor);
    return;
  }
  const place = placeBetween(cursor, start);
  const { fragment } = state;
  const offset = reserve(state, sizeBytes, cursor);
  if (offset !== undefined)
    fragment.fixups.push({ kind: 'data', offset, sizeBytes, expression, place });
}

/** Sixteen bytes; the expression has 64 bits, so the upper half is its sign. */
function octa(context: DirectiveContext): void {
  const { state, cursor } = context;
  do {
    const number = readNumber(context);
    if (number === undefined) return;
    putData(state, 8, number, cursor);
    putData(state, 8, number < 0n ? -1n : 0n, cursor);
  } while (cursor.take(','));
  expectEnd(cursor);
}

/** IEEE 754 numbers. The sign, the digits and the exponent may be several tokens: `-1.5e-3`. */
function float(sizeBytes: 4 | 8): DirectiveHandler {
  return ({ state, cursor }) => {
    do {
      let text = '';
      for (
        let token = cursor.peek();
        token !== undefined && token.text !== ',';
        token = cursor.peek()
      ) {
        text += token.text;
        cursor.next('number');
      }
      const value = parseFloatingPoint(text);
      if (value === undefined) {
        cursor.moveTo(Math.max(cursor.position() - 1, 1));
        cursor.problem('bad-number', `\`${text}\` is not a number such as \`1.5\` or \`-2e10\`.`);
        return;
      }
      const view = new DataView(new ArrayBuffer(8));
      if (sizeBytes === 4) view.setFloat32(0, value, true);
      else view.setFloat64(0, value, true);
      putData(state, sizeBytes, view.getBigUint64(0, true), cursor);
      if (cursor.hasFailed()) return;
    } while (cursor.take(','));
    expectEnd(cursor);
  };
}

/** GNU as lets `0f` or `0d` go before the digits. */
function parseFloatingPoint(text: string): number | undefined {
  const match = /^([+-]?)(?:0[fdr])?(\d*\.?\d*(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i.exec(text);
  const [, sign, digits = ''] = match ?? [];
  if (match === null || digits === '' || digits === '.') return undefined;
  const isWord = /^[in]/i.test(digits);
  const size = isWord ? (/^i/i.test(digits) ? Infinity : NaN) : Number(digits);
  return Number.isNaN(size) && !isWord ? undefined : sign === '-' ? -size : size;
}

function strings({ terminated }: { terminated: boolean }): DirectiveHandler {
  return (context) => {
    const { cursor, directive } = context;
    if (cursor.atEnd()) return;
    do {
      const token = cursor.peek();
      if (token?.kind !== 'string') {
        cursor.problem(
          'syntax',
          `${cursor.found()} was found where a string was expected after \`${directive.text}\`.`,
        );
        return;
      }
      // Strings side by side are one string, with one zero at its end.
      for (let next = cursor.peek(); next?.kind === 'string'; next = cursor.peek()) {
        cursor.next('string');
        putBytes(context, bytesOfString(context, next));
      }
      if (terminated) putBytes(context, [0]);
      if (cursor.hasFailed()) return;
    } while (cursor.take(','));
    expectEnd(cursor);
  };
}

function putBytes({ state, cursor }: DirectiveContext, bytes: ArrayLike<number>): void {
  if (state.current.section.kind === 'nobits' && bytes.length > 0) {
    problemInNobits(state, cursor);
    return;
  }
  const { fragment } = state;
  const offset = reserve(state, bytes.length, cursor);
  if (offset !== undefined) fragment.bytes.set(bytes, offset);
}

function space(context: DirectiveContext): void {
  const { state, cursor } = context;
  const start = cursor.position();
  const expression = parseExpression(cursor, state.names);
  if (cursor.hasFailed()) return;
  const place = placeBetween(cursor, start);
  const fillByte = Number(BigInt.asUintN(8, numberIn(context) ?? 0n));
  expectEnd(cursor);
  if (cursor.hasFailed()) return;
  const count = evaluateNumber(expression, state.evaluation);
  if (count.ok) {
    if (count.value < 0n || count.value > 0x7fffffffn) {
      cursor.problemAtPlace(
        place,
        'operand-out-of-range',
        `The size of a gap is from 0 to 2147483647 bytes, not ${count.value}.`,
      );
      return;
    }
    putFill(context, Number(count.value), fillByte);
    return;
  }
  if (count.error.code !== 'not-constant') {
    cursor.problemAt(count.error.token, count.error.code, count.error.message);
    return;
  }
  closeFragment(state, { kind: 'space', expression, fill: fillByte, place });
}

/** An optional number after a comma. */
function numberIn(context: DirectiveContext): bigint | undefined {
  const start = context.cursor.position() + 1;
  const expression = optExpression(context);
  return expression && numberOf(context.state, context.cursor, expression, start);
}

function putFill({ state, cursor }: DirectiveContext, count: number, fillByte: number): void {
  const { fragment } = state;
  const offset = reserve(state, count, cursor);
  if (offset === undefined || fillByte === 0) return;
  if (fragment.section.kind === 'nobits') {
    problemInNobits(state, cursor);
    return;
  }
  fragment.bytes.fill(fillByte, offset, offset + count);
}

/** `.fill repeat, size = 1, value = 0`. */
function fill(context: DirectiveContext): void {
  const { state, cursor } = context;
  const repeat = readRange(context, 'The repeat count of `.fill`', 0, 0x7fffffff);
  if (repeat === undefined) return;
  const size = optRange(context, 'The size of `.fill`', 0, 0x7fffffff) ?? 1;
  const value = numberIn(context) ?? 0n;
  expectEnd(cursor);
  if (cursor.hasFailed()) return;
  const width = Math.min(size, 8);
  // Of the value only four bytes count; the rest is zero. Both are GNU as.
  const pattern = Array.from({ length: width }, (_, index) =>
    index < 4 ? Number((value >> BigInt(8 * index)) & 0xffn) : 0,
  );
  const isZero = pattern.every((byte) => byte === 0);
  const { fragment } = state;
  const offset = reserve(state, repeat * width, cursor);
  if (offset === undefined || isZero) return;
  if (fragment.section.kind === 'nobits') {
    problemInNobits(state, cursor);
    return;
  }
  for (let index = 0; index < repeat; index += 1) {
    fragment.bytes.set(pattern, offset + index * width);
  }
}

function org(context: DirectiveContext): void {
  const { state, cursor } = context;
  const start = cursor.position();
  const expression = parseExpression(cursor, state.names);
  if (cursor.hasFailed()) return;
  const place = placeBetween(cursor, start);
  const value = numberIn(context) ?? 0n;
  expectEnd(cursor);
  if (cursor.hasFailed()) return;
  closeFragment(state, {
    kind: 'org',
    expression,
    fill: Number(BigInt.asUintN(8, value)),
    place,
  });
}

/** `.align bits, fill, most` and `.balign bytes, fill, most`. */
function align(options: { inBits: boolean; patternBytes: 1 | 2 | 4 }): DirectiveHandler {
  return (context) => {
    const { state, cursor } = context;
    const alignmentBits = cursor.atEnd() ? 0 : readAlignment(context, options.inBits);
    if (alignmentBits === undefined) return;
    const given = numberIn(context);
    const most = optRange(context, 'The most bytes to skip', 0, 0x7fffffff);
    expectEnd(cursor);
    if (cursor.hasFailed() || alignmentBits === 0) return;
    const { section } = state.current;
    section.alignmentBits = Math.max(section.alignmentBits, alignmentBits);
    const isCode = given === undefined && section.executable;
    closeFragment(state, {
      kind: 'align',
      alignment: 2 ** alignmentBits,
      fill:
        given === undefined
          ? undefined
          : Array.from({ length: options.patternBytes }, (_, index) =>
              Number((given >> BigInt(8 * index)) & 0xffn),
            ),
      mostBytes: most === undefined || most === 0 ? Infinity : most,
      isCode,
    });
    state.totalBytes += 2 ** Math.min(alignmentBits, 12);
  };
}

/** The alignment as a power of two. Beyond 64 KiB it is a slip: `.align 32` means 4 GiB. */
function readAlignment(context: DirectiveContext, inBits: boolean): number | undefined {
  const { cursor, directive } = context;
  const start = cursor.position();
  if (inBits) {
    return readRange(context, `The argument of \`${directive.text}\` is a power of two and`, 0, 20);
  }
  const bytes = readRange(context, 'The alignment', 0, 2 ** 20);
  if (bytes === undefined) return undefined;
  const alignmentBits = bytes === 0 ? 0 : Math.log2(bytes);
  if (Number.isInteger(alignmentBits)) return alignmentBits;
  cursor.problemAtPlace(
    placeBetween(cursor, start),
    'bad-alignment',
    `An alignment is a power of two, and ${bytes} is not.`,
  );
  return undefined;
}

function leb128({ signed }: { signed: boolean }): DirectiveHandler {
  return ({ state, cursor }) => {
    do {
      const start = cursor.position();
      const expression = parseExpression(cursor, state.names);
      if (cursor.hasFailed()) return;
      const place = placeBetween(cursor, start);
      closeFragment(state, { kind: 'leb128', expression, signed, place });
      state.totalBytes += 10;
    } while (cursor.take(','));
    expectEnd(cursor);
  };
}

/** `.incbin "file", skip, count`. */
function includeBinary(context: DirectiveContext): void {
  const { cursor, files, includePaths, file, filesRead } = context;
  const token = cursor.peek();
  const name = readName(context, 'a file name in quotes');
  if (name === undefined || token === undefined) return;
  cursor.mark(token, 'string');
  const skip = optRange(context, 'The bytes to skip', 0, 0x7fffffff) ?? 0;
  const count = optRange(context, 'The bytes to take', 0, 0x7fffffff);
  expectEnd(cursor);
  if (cursor.hasFailed()) return;
  for (const path of candidatePaths(name, file, includePaths)) {
    const bytes = files.readBytes(path);
    if (bytes === undefined) continue;
    filesRead.add(path);
    if (skip > bytes.length || skip + (count ?? 0) > bytes.length) {
      cursor.problemAt(
        token,
        'operand-out-of-range',
        `\`${name}\` has ${bytes.length} bytes, fewer than are asked for.`,
      );
      return;
    }
    putBytes(context, bytes.subarray(skip, count === undefined ? undefined : skip + count));
    return;
  }
  cursor.problemAt(token, 'include-missing', describeMissing(name, file, includePaths));
}

export const candidatePaths = (
  name: string,
  file: string,
  includePaths: readonly string[],
): string[] =>
  name.startsWith('/')
    ? [name]
    : [joinPath(file, '..', name), ...includePaths.map((folder) => joinPath(folder, name))];

export function describeMissing(
  name: string,
  file: string,
  includePaths: readonly string[],
): string {
  const [first = name, ...others] = candidatePaths(name, file, includePaths);
  const also = others.length === 0 ? '' : `, nor ${others.map((path) => `\`${path}\``).join(', ')}`;
  return `There is no file \`${first}\`${also}.`;
}
