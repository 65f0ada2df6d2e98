/**
 * What stays of a function when it is compiled: plain data, in which nothing refers to how it was made. So a later
 * compilation can take it (kept-code.ts), and whoever describes the function to a debugger needs nothing else.
 */
import type { FrameRow, VariableLocation } from '../../../image/debug-information.js';
import type { FunctionBody, FunctionType } from '../wasm/module.js';
import type { AssembledFunction } from './assemble-function.js';
import { stackPointer } from './calling-convention.js';
import type { CompiledFunction } from './compile-function.js';
import { locateValues } from './locate-values.js';
import type { WantedValue } from './locate-values.js';
import type { RoutineName } from './routines.js';

export interface FunctionCode {
  readonly assembled: Omit<AssembledFunction, 'offsets'>;
  readonly frame: readonly FrameRow[];
  /** Locals are in the frame, for all of the function from an offset on; where the first one is, from the CFA. */
  readonly homes: { readonly from: number; readonly offset: number } | undefined;
  /** Where locals are not in the frame: of each value that was asked for. */
  readonly located: readonly (readonly VariableLocation[])[];
  /** That it calls. */
  readonly routines: readonly RoutineName[];
}

export function functionCode(
  compiled: CompiledFunction,
  { body, type }: { readonly body: FunctionBody; readonly type: FunctionType },
  wanted: readonly WantedValue[],
  routines: readonly RoutineName[],
): FunctionCode {
  const { assembled, expanded, usesHomes } = compiled;
  const { starts, sizeBytes } = expanded.frame;
  const { bytes, relocations, traps, origins, tables, isTooLarge } = assembled;
  return {
    assembled: { bytes, relocations, traps, origins, tables, isTooLarge },
    frame: frameRows(compiled),
    homes: usesHomes
      ? { from: entryEnd(compiled, body.offset), offset: starts.home - sizeBytes }
      : undefined,
    located: usesHomes ? [] : locateValues(compiled, { body, type }, wanted),
    routines,
  };
}

/** Behind the instructions that make the frame and put parameters and zeros into it. */
function entryEnd({ expanded, assembled }: CompiledFunction, entryOffset: number): number {
  const [entry] = expanded.blocks;
  if (entry === undefined) return 0;
  const last = entry.instructions.findLastIndex(({ offset }) => offset === entryOffset);
  return assembled.offsets.get(entry)?.[Math.max(last + 1, expanded.entrySize)] ?? 0;
}

/** The frame is there once the stack pointer has moved and gone after the last instruction but one. */
function frameRows({ expanded, assembled }: CompiledFunction): FrameRow[] {
  const { frame, blocks, entrySize, stackMoved } = expanded;
  const start: FrameRow = { offset: 0, cfa: { register: stackPointer, offset: 0 }, saved: [] };
  if (frame.sizeBytes === 0) return [start];
  const cfa = { register: stackPointer, offset: frame.sizeBytes };
  const entry = blocks[0] && assembled.offsets.get(blocks[0]);
  const made: FrameRow = { offset: entry?.[entrySize] ?? 0, cfa, saved: frame.saved };
  const rows = [start, { ...made, offset: entry?.[stackMoved] ?? 0, saved: [] }, made];
  for (const block of blocks) {
    const places = assembled.offsets.get(block);
    if (block.exit.kind !== 'return' || places === undefined) continue;
    const last = places[places.length - 1] ?? 0;
    rows.push({ ...start, offset: last });
    if (last + 2 < assembled.bytes.length) rows.push({ ...made, offset: last + 2 });
  }
  return rows.sort((a, b) => a.offset - b.offset);
}
