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
    for (const inlined of inlinedAt(found)) {
      yield { frame, found, inlined, calls };
      calls = inlined;
    }
    yield { frame, found, inlined: undefined, calls };
  }
}

/** A function and the replaced calls in it that an address is in, outer ones first. */
export interface CodePlace {
  readonly function: DebugFunction | undefined;
  readonly calls: readonly InlinedCall[];
}

export function codePlaceAt(platform: Platform, space: AddressSpace, address: VirtAddr): CodePlace {
  const found = functionOf(platform, space, { lookupAddress: address });
  return { function: found?.function, calls: inlinedAt(found).reverse() };
}

function inlinedAt(found: FoundFunction | undefined): InlinedCall[] {
  if (found === undefined) return [];
  return found.function.inlined
    .filter(({ ranges }) => ranges.some((range) => isIn(range, found.offset)))
    .reverse();
}

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

export function functionAt(
  { functions }: DebugInformation,
  address: VirtAddr,
): DebugFunction | undefined {
  let low = 0;
  let high = functions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((functions[middle]?.low ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const found = functions[low - 1];
  return found !== undefined && address < found.low + found.sizeBytes ? found : undefined;
}

export const isIn = ({ from, to }: OffsetRange, offset: number): boolean =>
  offset >= from && offset < to;
