/**
 * What a debugger is told of a function: its frame from instruction to instruction, and where its locals are. In a
 * debug build each local is in the frame for all of the function.
 */
import { virtAddr } from '../../../base/address.js';
import type {
  DebugVariable,
  FrameRow,
  ValuePlace,
  VariableLocation,
} from '../../../image/debug-information.js';
import type { ObjectFunction } from '../../object-file.js';
import type { GuestFunction, GuestLocal } from '../guest-module.js';
import type { ValueType, WasmFunction } from '../wasm/module.js';
import type { CompiledFunction } from './compile-function.js';
import { stackPointer } from './calling-convention.js';

export interface Described {
  readonly section: number;
  /** The symbol. */
  readonly name: string;
  readonly compiled: CompiledFunction;
  readonly isDebug: boolean;
}

export function describeFunction(
  guest: GuestFunction | undefined,
  { type, definition }: WasmFunction,
  made: Described,
): ObjectFunction {
  const { compiled, name, section } = made;
  const types = definition.kind === 'body' ? definition.body.locals : [];
  const sizeBytes = compiled.assembled.bytes.length;
  const variables = (guest?.locals ?? []).flatMap((local): DebugVariable[] => {
    const valueType = types[local.index];
    if (valueType === undefined || guest === undefined) return [];
    const locations = compiled.usesHomes ? [homeOf(compiled, types, local, sizeBytes)] : [];
    return [
      {
        name: local.name,
        ...(local.type === undefined ? {} : { type: local.type }),
        isParameter: local.index < type.parameters.length,
        place: { file: guest.file, line: guest.line },
        scope: [],
        locations,
      },
    ];
  });
  return {
    section,
    offset: 0,
    function: {
      name: guest?.name ?? name,
      ...(guest !== undefined && guest.name !== name ? { linkageName: name } : {}),
      low: virtAddr(0),
      sizeBytes,
      ...(guest === undefined ? {} : { place: { file: guest.file, line: guest.line } }),
      ...(guest?.returns === undefined ? {} : { returns: guest.returns }),
      variables,
      inlined: [],
      frame: frameRows(compiled),
    },
  };
}

/** From the end of the entry on, a local of a debug build stays where it is. */
function homeOf(
  { expanded, machine }: CompiledFunction,
  types: readonly ValueType[],
  local: GuestLocal,
  to: number,
): VariableLocation {
  const words = (type: ValueType | undefined): number => (type === 'i64' ? 2 : 1);
  let word = 0;
  for (let index = 0; index < local.index; index++) word += words(types[index]);
  const { starts, sizeBytes } = expanded.frame;
  const at: ValuePlace = { kind: 'frame', offset: starts.home + 4 * word - sizeBytes };
  return { from: machine.homeBytes === 0 ? 0 : 0, to, at };
}

/** The frame is made by the first instruction and gone after the last but one; between them it stays. */
function frameRows({ expanded, assembled }: CompiledFunction): FrameRow[] {
  const { frame, blocks, entrySize } = expanded;
  const start: FrameRow = { offset: 0, cfa: { register: stackPointer, offset: 0 }, saved: [] };
  if (frame.sizeBytes === 0) return [start];
  const cfa = { register: stackPointer, offset: frame.sizeBytes };
  const entry = blocks[0] && assembled.offsets.get(blocks[0]);
  const made: FrameRow = { offset: entry?.[entrySize] ?? 0, cfa, saved: frame.saved };
  const rows = [start, { ...made, offset: entry?.[1] ?? 0, saved: [] }, made];
  for (const block of blocks) {
    const places = assembled.offsets.get(block);
    if (block.exit.kind !== 'return' || places === undefined) continue;
    const last = places[places.length - 1] ?? 0;
    rows.push({ ...start, offset: last });
    if (last + 2 < assembled.bytes.length) rows.push({ ...made, offset: last + 2 });
  }
  return rows.sort((a, b) => a.offset - b.offset);
}
