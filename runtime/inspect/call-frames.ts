/**
 * The frames that a user sees: one for each function that was called, also where its call was replaced by its body. Such
 * a frame shares registers and stack with the function that it was put into; where it was called from, only the
 * compiler knows.
 */
import type { VirtAddr } from '../base/address.js';
import type {
  DebugFunction,
  DebugInformation,
  InlinedCall,
  OffsetRange,
} from '../image/debug-information.js';
import { functionAt, inlinedCallsIn, type InlinedCallAt } from '../image/lookup.js';
import type { Platform } from '../platform.js';
import type { AddressSpace } from './address-space.js';
import { locate } from './modules.js';
import { spaceOf } from './thread-state.js';
import { unwind, type FrameView } from './unwind.js';

export interface CallFrame {
  readonly frame: FrameView;
  /** Undefined where no compiler said anything about the function. */
  readonly found: FoundFunction | undefined;
  /** Of a replaced call; undefined for the function that it was put into. */
  readonly inlined: InlinedCall | undefined;
  /** The replaced call that stands here, in a frame that called it; then the place of the code is that of another one. */
  readonly calls: InlinedCall | undefined;
}

export interface FoundFunction {
  readonly debug: DebugInformation;
  readonly function: DebugFunction;
  /** Of the frame's code, from the function's first byte. */
  readonly offset: number;
}

/** Innermost first. */
export function* callFrames(platform: Platform, thread: number): Generator<CallFrame, void> {
  const space = spaceOf(platform, thread);
  for (const frame of unwind(platform, thread)) {
    const found = functionOf(platform, space, frame);
    let calls: InlinedCall | undefined;
    for (const { call } of callsIn(found).reverse()) {
      yield { frame, found, inlined: call, calls };
      calls = call;
    }
    yield { frame, found, inlined: undefined, calls };
  }
}

/** A function and the replaced calls in it that an address is in, outer ones first. */
export interface CodePlace {
  readonly function: DebugFunction | undefined;
  readonly calls: readonly InlinedCall[];
  /** How many of the innermost calls begin at the address, so that one may as well stand before them. */
  readonly beginning: number;
}

export function codePlaceAt(platform: Platform, space: AddressSpace, address: VirtAddr): CodePlace {
  const found = functionOf(platform, space, { lookupAddress: address });
  const calls = callsIn(found);
  const begun = calls.findLastIndex(({ isBeginning }) => !isBeginning) + 1;
  return {
    function: found?.function,
    calls: calls.map(({ call }) => call),
    beginning: calls.length - begun,
  };
}

const callsIn = (found: FoundFunction | undefined): InlinedCallAt[] =>
  found === undefined ? [] : inlinedCallsIn(found.function, found.offset);

function functionOf(
  platform: Platform,
  space: AddressSpace,
  { lookupAddress }: Pick<FrameView, 'lookupAddress'>,
): FoundFunction | undefined {
  const located = locate(platform, space, lookupAddress);
  const debug = located?.image.debug;
  if (located === undefined || debug === undefined) return undefined;
  const found = functionAt(debug, located.address);
  return found && { debug, function: found, offset: located.address - found.low };
}

export const isIn = ({ from, to }: OffsetRange, offset: number): boolean =>
  offset >= from && offset < to;
