/**
 * Takes bytes out of the sections of an object, and moves all that counts from a section's start: symbols,
 * relocations, lines, and what a debugger knows of functions.
 */
import type {
  DebugFunction,
  DebugVariable,
  InlinedCall,
  OffsetRange,
} from '../../image/debug-information.js';
import type { ObjectDebug, ObjectFile, ObjectSection } from '../object-file.js';

export interface Cut {
  /** Where bytes vanish, in the section's old offsets. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** `cutsOf` gives those of a section, by its index, in order and apart from one another. */
export function cutObject(
  object: ObjectFile,
  cutsOf: (section: number) => readonly Cut[],
): ObjectFile {
  return {
    ...object,
    sections: object.sections.map((section, index) => cutSection(section, cutsOf(index))),
    symbols: object.symbols.map((symbol) => {
      if (symbol.definition.kind !== 'section') return symbol;
      const { section, offset } = symbol.definition;
      const cuts = cutsOf(section);
      if (cuts.length === 0) return symbol;
      const moved = moveOffset(cuts, offset);
      return {
        ...symbol,
        definition: { kind: 'section', section, offset: moved },
        sizeBytes: moveOffset(cuts, offset + symbol.sizeBytes) - moved,
      };
    }),
    ...(object.debug === undefined ? {} : { debug: cutDebug(object.debug, cutsOf) }),
  };
}

function cutSection(section: ObjectSection, cuts: readonly Cut[]): ObjectSection {
  if (cuts.length === 0) return section;
  const removed = cuts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const bytes = new Uint8Array(section.bytes.length - removed);
  let from = 0;
  let at = 0;
  for (const { offset, sizeBytes } of [...cuts, { offset: section.bytes.length, sizeBytes: 0 }]) {
    const piece = section.bytes.subarray(from, offset);
    bytes.set(piece, at);
    at += piece.length;
    from = offset + sizeBytes;
  }
  return {
    ...section,
    bytes,
    fileOffset: undefined,
    sizeBytes: bytes.length,
    relocations: section.relocations.map((relocation) => ({
      ...relocation,
      offset: moveOffset(cuts, relocation.offset),
    })),
    lines: section.lines.map((line) => ({ ...line, offset: moveOffset(cuts, line.offset) })),
  };
}

/** An offset inside of a cut moves to where that was. */
export function moveOffset(cuts: readonly Cut[], offset: number): number {
  let removed = 0;
  for (const cut of cuts) {
    if (cut.offset >= offset) break;
    removed += Math.min(cut.sizeBytes, offset - cut.offset);
  }
  return offset - removed;
}

function cutDebug(debug: ObjectDebug, cutsOf: (section: number) => readonly Cut[]): ObjectDebug {
  return {
    ...debug,
    functions: debug.functions.map((each) => {
      const cuts = cutsOf(each.section);
      if (cuts.length === 0) return each;
      const start = moveOffset(cuts, each.offset);
      const move = (offset: number): number => moveOffset(cuts, each.offset + offset) - start;
      return { ...each, offset: start, function: cutFunction(each.function, move) };
    }),
    ...(debug.traps === undefined
      ? {}
      : {
          traps: debug.traps.map((each) => ({
            ...each,
            offset: moveOffset(cutsOf(each.section), each.offset),
          })),
        }),
    globals: debug.globals.map((each) =>
      each.section === undefined
        ? each
        : { ...each, offset: moveOffset(cutsOf(each.section), each.offset) },
    ),
  };
}

type Move = (offset: number) => number;

const cutFunction = (each: DebugFunction, move: Move): DebugFunction => ({
  ...each,
  sizeBytes: move(each.sizeBytes),
  variables: each.variables.map((variable) => cutVariable(variable, move)),
  inlined: each.inlined.map((call): InlinedCall => ({
    ...call,
    ranges: call.ranges.map((range) => cutRange(range, move)),
    ...(call.entry === undefined ? {} : { entry: move(call.entry) }),
    variables: call.variables.map((variable) => cutVariable(variable, move)),
  })),
  frame: each.frame.map((row) => ({ ...row, offset: move(row.offset) })),
});

const cutVariable = (variable: DebugVariable, move: Move): DebugVariable => ({
  ...variable,
  scope: variable.scope.map((range) => cutRange(range, move)),
  locations: variable.locations.map((location) => cutRange(location, move)),
});

const cutRange = <R extends OffsetRange>(range: R, move: Move): R => ({
  ...range,
  from: move(range.from),
  to: move(range.to),
});
