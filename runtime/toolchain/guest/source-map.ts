/**
 * The lines of a WebAssembly module, from the source map that is written with it (ECMA-426: one line of mappings,
 * in which a generated column is a byte offset in the module). A mapping without a source ends what the one
 * before it says: it is line 0 here.
 */
import type { GuestLine } from './guest-module.js';

interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function linesOfSourceMap(map: string, pathOf: (source: string) => string): GuestLine[] {
  const { sources, mappings } = JSON.parse(map) as SourceMap;
  const paths = sources.map(pathOf);
  const lines: GuestLine[] = [];
  let offset = 0;
  let source = 0;
  let line = 0;
  let column = 0;
  for (const segment of mappings.split(/[,;]/)) {
    if (segment === '') continue;
    const [offsetStep = 0, sourceStep, lineStep = 0, columnStep = 0] = numbersOf(segment);
    offset += offsetStep;
    if (sourceStep === undefined) {
      lines.push({ offset, file: '', line: 0, column: 0 });
      continue;
    }
    source += sourceStep;
    line += lineStep;
    column += columnStep;
    lines.push({ offset, file: paths[source] ?? '', line: line + 1, column: column + 1 });
  }
  return lines;
}

/** Variable-length quantities: five bits a digit, least significant first, the sign in the lowest bit. */
function numbersOf(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = Math.max(digits.indexOf(digit), 0);
    value |= (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    numbers.push((value & 1) === 0 ? value >>> 1 : -(value >>> 1));
    value = 0;
    shift = 0;
  }
  return numbers;
}
