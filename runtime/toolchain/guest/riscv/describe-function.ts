/**
 * What a debugger is told of a function: its frame from instruction to instruction, and where its locals are. In a
 * debug build each local is in the frame from the entry on. A name that holds on some lines only, holds in the code
 * of these lines; code that other files put in between belongs to the line before it.
 */
import { virtAddr } from '../../../base/address.js';
import type {
  DebugVariable,
  InlinedCall,
  OffsetRange,
  ValuePlace,
  VariableLocation,
} from '../../../image/debug-information.js';
import type { ObjectFunction, ObjectLine } from '../../object-file.js';
import type { GuestFunction, GuestInlinedCall, GuestLocal } from '../guest-module.js';
import type { ValueType, WasmFunction } from '../wasm/module.js';
import type { FunctionCode } from './function-code.js';

export interface Described {
  readonly section: number;
  /** The symbol. */
  readonly name: string;
  readonly code: FunctionCode;
  /** Of its section. */
  readonly lines: readonly ObjectLine[];
  readonly inlined: readonly InlinedCode[];
}

/** Where the code of a call that was replaced by the body of the function is. */
export interface InlinedCode {
  readonly call: GuestInlinedCall;
  readonly depth: number;
  readonly ranges: readonly OffsetRange[];
}

export function describeFunction(
  guest: GuestFunction | undefined,
  { type, definition }: WasmFunction,
  made: Described,
): ObjectFunction {
  const { code, name, section, lines } = made;
  const { homes, parameters: words } = code;
  const types = definition.kind === 'body' ? definition.body.locals : [];
  const sizeBytes = code.assembled.bytes.length;
  const optimizedParameter = (index: number): VariableLocation[] => {
    if (guest?.parameterCount !== type.parameters.length) return [];
    const first = type.parameters.slice(0, index).reduce((sum, each) => sum + wordsOf(each), 0);
    const [low = [], high = []] = words.slice(first, first + wordsOf(type.parameters[index]));
    return type.parameters[index] === 'i64' ? bothWords(low, high) : [...low];
  };
  /** Undefined for a local that the module does not have. */
  const locationsOf = ({ at }: GuestLocal): VariableLocation[] | undefined => {
    if (at === undefined) return [];
    if (typeof at !== 'number')
      return [{ from: 0, to: sizeBytes, at: { kind: 'constant', value: at.constant } }];
    if (types[at] === undefined) return undefined;
    if (homes === undefined) return optimizedParameter(at);
    return [{ from: homes.from, to: sizeBytes, at: homeOf(homes.offset, types, at) }];
  };
  const variables = (guest?.locals ?? []).flatMap((local): DebugVariable[] => {
    if (guest === undefined) return [];
    const locations = locationsOf(local);
    if (locations === undefined) return [];
    const scope = scopeOf(local, guest.file, lines, sizeBytes);
    // No code has been made for any line where the name holds.
    if (scope.length === 0 && local.scope !== undefined) return [];
    return [
      {
        name: local.name,
        ...(local.type === undefined ? {} : { type: local.type }),
        isParameter: typeof local.at === 'number' && local.at < type.parameters.length,
        place: { file: guest.file, line: guest.line },
        scope,
        locations,
      },
    ];
  });
  const inlinedCall = ({ call, depth, ranges }: InlinedCode): InlinedCall => ({
    name: call.name,
    depth,
    ranges,
    ...(call.call === undefined ? {} : { call: call.call }),
    variables: call.locals.flatMap((local): DebugVariable[] => {
      const locations = locationsOf(local);
      if (locations === undefined) return [];
      const { name, type } = local;
      return [
        { name, ...(type === undefined ? {} : { type }), isParameter: false, scope: [], locations },
      ];
    }),
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
      inlined: made.inlined.map(inlinedCall),
      frame: code.frame,
    },
  };
}

/** Where both are somewhere. */
const bothWords = (
  low: readonly VariableLocation[],
  high: readonly VariableLocation[],
): VariableLocation[] =>
  low.flatMap((first) =>
    high.flatMap((second): VariableLocation[] => {
      const from = Math.max(first.from, second.from);
      const to = Math.min(first.to, second.to);
      const pieces = [first.at, second.at].map((at) => ({ sizeBytes: 4, at }));
      return from < to ? [{ from, to, at: { kind: 'pieces', pieces } }] : [];
    }),
  );

const wordsOf = (type: ValueType | undefined): number => (type === 'i64' ? 2 : 1);

function homeOf(first: number, types: readonly ValueType[], local: number): ValuePlace {
  let word = 0;
  for (let index = 0; index < local; index++) word += wordsOf(types[index]);
  return { kind: 'frame', offset: first + 4 * word };
}

/** Empty for what holds in the whole function. */
function scopeOf(
  { scope }: GuestLocal,
  file: string,
  lines: readonly ObjectLine[],
  end: number,
): OffsetRange[] {
  if (scope === undefined) return [];
  const ranges: OffsetRange[] = [];
  let from: number | undefined;
  for (const { offset, file: at, line } of lines) {
    if (at !== file) continue;
    const isInside = line >= scope.firstLine && line <= scope.lastLine;
    if (isInside) from ??= offset;
    else if (from !== undefined) {
      if (offset > from) ranges.push({ from, to: offset });
      from = undefined;
    }
  }
  if (from !== undefined) ranges.push({ from, to: end });
  return ranges;
}
