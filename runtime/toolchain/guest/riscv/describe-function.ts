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
import { levelLines } from './level-lines.js';

export interface Described {
  readonly section: number;
  /** The symbol. */
  readonly name: string;
  readonly code: FunctionCode;
  /** Of its section. */
  readonly lines: readonly ObjectLine[];
  readonly inlined: readonly InlinedCode[];
  /** Of an optimised function: where variables are that the code holds at some instructions. */
  readonly located: ReadonlyMap<GuestLocal, readonly VariableLocation[]>;
}

/** Where the code of a call that was replaced by the body of the function is. */
export interface InlinedCode {
  /** Among the replaced calls of the module. */
  readonly index: number;
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
  const { homes } = code;
  const types = definition.kind === 'body' ? definition.body.locals : [];
  const sizeBytes = code.assembled.bytes.length;
  /** Undefined for a local that the module does not have. */
  const locationsOf = (local: GuestLocal): readonly VariableLocation[] | undefined => {
    const { at } = local;
    if (at === undefined) return [];
    if (typeof at !== 'number' && 'constant' in at)
      return [{ from: 0, to: sizeBytes, at: { kind: 'constant', value: at.constant } }];
    if (typeof at !== 'number' || guest?.parameterCount !== undefined)
      return made.located.get(local) ?? [];
    if (types[at] === undefined) return undefined;
    if (homes === undefined) return [];
    return [{ from: homes.from, to: sizeBytes, at: homeOf(homes.offset, types, at) }];
  };
  const linesOf = (outer: number | undefined): readonly ObjectLine[] =>
    levelLines(
      lines,
      made.inlined
        .filter(({ call }) => call.outer === outer)
        .map(({ call, ranges }) => ({ call: call.call, ranges })),
    );
  const ownLines = linesOf(undefined);
  const variables = (guest?.locals ?? []).flatMap((local): DebugVariable[] => {
    if (guest === undefined) return [];
    const locations = locationsOf(local);
    if (locations === undefined) return [];
    const scope = scopeOf(local, guest.file, ownLines, sizeBytes);
    // No code has been made for any line where the name holds.
    if (scope.length === 0 && local.scope !== undefined) return [];
    return [
      {
        name: local.name,
        ...(local.type === undefined ? {} : { type: local.type }),
        isParameter:
          local.isParameter === true ||
          (typeof local.at === 'number' && local.at < type.parameters.length),
        place: { file: guest.file, line: guest.line },
        scope,
        locations,
      },
    ];
  });
  const inlinedCall = ({ index, call, depth, ranges }: InlinedCode): InlinedCall => {
    const own = call.file === undefined ? [] : linesOf(index);
    return {
      name: call.name,
      depth,
      ranges,
      ...(call.call === undefined ? {} : { call: call.call }),
      variables: call.locals.flatMap((local): DebugVariable[] => {
        const locations = locationsOf(local);
        if (locations === undefined) return [];
        const scope = call.file === undefined ? [] : scopeOf(local, call.file, own, sizeBytes);
        if (scope.length === 0 && call.file !== undefined && local.scope !== undefined) return [];
        return [
          {
            name: local.name,
            ...(local.type === undefined ? {} : { type: local.type }),
            isParameter: local.isParameter === true,
            ...{ scope, locations },
          },
        ];
      }),
    };
  };
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
