/**
 * The variables of a frame, by what its compiler said: which there are at the address where it stands, where
 * each one is, and what its bytes mean. In outer frames registers count as far as the functions in between say
 * where they saved them; a variable that is nowhere is told to be so.
 */
import { virtAddr, type VirtAddr } from '../base/address.js';
import type {
  DebugFunction,
  DebugInformation,
  DebugVariable,
  FrameRow,
  TypeIndex,
  ValuePlace,
} from '../image/debug-information.js';
import { sizeOfType } from '../image/type-size.js';
import { registers } from '../isa/registers.js';
import type { Platform } from '../platform.js';
import type { AddressSpace } from './address-space.js';
import { callFrames, isIn, type CallFrame, type FoundFunction } from './call-frames.js';
import { readNumber, viewMemory } from './memory.js';
import { locate, programOfThread } from './modules.js';
import { readRegister, spaceOf } from './thread-state.js';
import type { FrameView } from './unwind.js';

export interface LocalVariable {
  readonly name: string;
  readonly type: TypeIndex | undefined;
  readonly isParameter: boolean;
  /** Undefined where it has no value now: it is not assigned yet, or its register serves something else. */
  readonly at: ResolvedPlace | undefined;
  readonly bytes: Uint8Array | undefined;
}

export type ResolvedPlace =
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'memory'; readonly address: VirtAddr }
  /** Made of several places, or a constant: it can be read, not changed. */
  | { readonly kind: 'value' };

export interface FrameLocals {
  readonly debug: DebugInformation;
  readonly function: DebugFunction;
  readonly variables: readonly LocalVariable[];
}

/** Undefined where no compiler said anything about the function. `depth` 0 is the innermost frame. */
export function viewLocals(
  platform: Platform,
  thread: number,
  depth: number,
): FrameLocals | undefined {
  const space = spaceOf(platform, thread);
  let valueOf: Registers = (number) => readRegister(platform, thread, number);
  let index = 0;
  for (const each of callFrames(platform, thread)) {
    const { frame, found, inlined } = each;
    if (index === depth) {
      if (found === undefined) return undefined;
      return { ...found, variables: variablesAt(platform, space, each, found, valueOf) };
    }
    // A replaced call has no registers of its own.
    if (inlined === undefined)
      valueOf = callerRegisters(platform, space, frame, found?.function, valueOf);
    index += 1;
  }
  return undefined;
}

/** What compilers said of the program that a frame is in, whether of its function or not. */
export function debugOfFrame(
  platform: Platform,
  thread: number,
  depth: number,
): DebugInformation | undefined {
  const space = spaceOf(platform, thread);
  let index = 0;
  for (const { frame } of callFrames(platform, thread)) {
    if (index === depth) {
      const located = locate(platform, space, frame.lookupAddress);
      return (located ?? programOfThread(platform, thread))?.image.debug;
    }
    index += 1;
  }
  return undefined;
}

/** By number; undefined for one whose value in this frame nobody knows. */
type Registers = (number: number) => number | undefined;

const zero = 0;
const sp = 2;

const rowAt = (rows: readonly FrameRow[], offset: number): FrameRow | undefined =>
  rows.findLast((row) => row.offset <= offset);

/** What the caller's registers hold: sp is known, and whatever the function says that it saved. */
function callerRegisters(
  platform: Platform,
  space: AddressSpace,
  frame: FrameView,
  of: DebugFunction | undefined,
  valueOf: Registers,
): Registers {
  const located = of && locate(platform, space, frame.lookupAddress);
  const row = of && located && rowAt(of.frame, located.address - of.low);
  const saved = new Map(row?.saved.map(({ register, offset }) => [register, offset]));
  return (number) => {
    if (number === zero) return 0;
    if (number === sp) return frame.callerSp;
    const offset = saved.get(number);
    if (offset !== undefined)
      return readNumber(platform, space, virtAddr((frame.callerSp + offset) >>> 0), 4);
    // A function that says where it saves registers leaves the other callee-saved ones alone.
    return row !== undefined && isCalleeSaved(number) ? valueOf(number) : undefined;
  };
}

const isCalleeSaved = (number: number): boolean => registers[number]?.savedBy === 'callee';

function variablesAt(
  platform: Platform,
  space: AddressSpace,
  { frame, inlined }: CallFrame,
  { debug, function: of, offset }: FoundFunction,
  registers: Registers,
): LocalVariable[] {
  const visible = inlined?.variables ?? of.variables;
  const seen = new Set<string>();
  const locals: LocalVariable[] = [];
  // The last declaration of a name is that of the innermost block.
  for (const variable of [...visible].reverse()) {
    const isVisible =
      variable.scope.length === 0 || variable.scope.some((range) => isIn(range, offset));
    if (!isVisible || seen.has(variable.name)) continue;
    seen.add(variable.name);
    locals.push(localOf(platform, space, frame, debug, variable, offset, registers));
  }
  return locals.reverse();
}

/** Nothing larger is one value; what is in it is read where it lies. */
export const longestValue = 16;

function localOf(
  platform: Platform,
  space: AddressSpace,
  frame: FrameView,
  debug: DebugInformation,
  variable: DebugVariable,
  offset: number,
  registers: Registers,
): LocalVariable {
  const { name, type, isParameter } = variable;
  const place = variable.locations.find((range) => isIn(range, offset))?.at;
  const sizeBytes = type === undefined ? 4 : Math.min(sizeOfType(debug, type), longestValue);
  const resolved = place && resolve(place, frame, registers);
  const bytes = place && readPlace(platform, space, place, frame, registers, sizeBytes);
  return { name, type, isParameter, at: bytes === undefined ? undefined : resolved, bytes };
}

function resolve(
  place: ValuePlace,
  frame: FrameView,
  registers: Registers,
): ResolvedPlace | undefined {
  switch (place.kind) {
    case 'register':
      return { kind: 'register', register: place.register };
    case 'frame':
      return { kind: 'memory', address: virtAddr((frame.callerSp + place.offset) >>> 0) };
    case 'based': {
      const base = registers(place.register);
      return base === undefined
        ? undefined
        : { kind: 'memory', address: virtAddr((base + place.offset) >>> 0) };
    }
    case 'memory':
      return { kind: 'memory', address: place.address };
    case 'constant':
    case 'pieces':
      return { kind: 'value' };
  }
}

function readPlace(
  platform: Platform,
  space: AddressSpace,
  place: ValuePlace,
  frame: FrameView,
  registers: Registers,
  sizeBytes: number,
): Uint8Array | undefined {
  if (place.kind === 'constant') return littleEndian(place.value, sizeBytes);
  if (place.kind === 'register') {
    const value = registers(place.register);
    return value === undefined
      ? undefined
      : littleEndian(BigInt(value >>> 0), Math.min(4, sizeBytes));
  }
  if (place.kind === 'pieces') {
    const parts: number[] = [];
    for (const { sizeBytes: size, at } of place.pieces) {
      const part = at && readPlace(platform, space, at, frame, registers, size);
      if (part === undefined) return undefined;
      parts.push(...part);
    }
    return Uint8Array.from(parts);
  }
  const resolved = resolve(place, frame, registers);
  return resolved?.kind === 'memory'
    ? readBytes(platform, space, resolved.address, sizeBytes)
    : undefined;
}

/** All of them or none. */
export function readBytes(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
  sizeBytes: number,
): Uint8Array | undefined {
  const { bytes } = viewMemory(platform, space, address, sizeBytes);
  return bytes.length === sizeBytes ? Uint8Array.from(bytes) : undefined;
}

export function littleEndian(value: bigint, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return bytes.subarray(0, Math.min(8, sizeBytes));
}
