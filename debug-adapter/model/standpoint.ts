/**
 * Where a thread stands for its user, which hangs on more than the pc: where the code of a replaced call begins, it may
 * stand before that call, at the line of the caller, or in it already. A stop at a line of the caller is before it, and
 * a step goes in without an instruction. GDB has it so.
 */
import type {
  DebugFunction,
  InlinedCall,
  SourcePlace,
} from '../../runtime/image/debug-information.js';
import { codePlaceAt } from '../../runtime/inspect/call-frames.js';
import { lineFor } from '../../runtime/inspect/symbols.js';
import { readPc, spaceOf } from '../../runtime/inspect/thread-state.js';
import type { Platform } from '../../runtime/platform.js';

export interface Standpoint {
  readonly function: DebugFunction | undefined;
  /** The replaced calls that the thread is in, outer ones first. */
  readonly calls: readonly InlinedCall[];
  /** How many more begin where it is, and are not entered. */
  readonly ahead: number;
  /** That of the next of these, or of the code. */
  readonly line: SourcePlace | undefined;
}

/** With so many calls ahead, or as many as begin there. */
export function standpointOf(platform: Platform, thread: number, ahead: number): Standpoint {
  const [space, pc] = [spaceOf(platform, thread), readPc(platform, thread)];
  const { function: of, calls, beginning } = codePlaceAt(platform, space, pc);
  const left = Math.min(ahead, beginning);
  const entered = calls.slice(0, calls.length - left);
  const next = calls[entered.length];
  const line = next === undefined ? lineFor(platform, space, pc) : next.call;
  return { function: of, calls: entered, ahead: left, line };
}

/** All that are possible where the thread is, innermost first. */
export function* standpointsOf(platform: Platform, thread: number): Generator<Standpoint, void> {
  const [space, pc] = [spaceOf(platform, thread), readPc(platform, thread)];
  const { beginning } = codePlaceAt(platform, space, pc);
  for (let ahead = 0; ahead <= beginning; ahead += 1) yield standpointOf(platform, thread, ahead);
}

/** How many calls two points of one function have in common, from the outermost on; 0 in two functions. */
export function commonCalls(
  one: Pick<Standpoint, 'function' | 'calls'>,
  other: Pick<Standpoint, 'function' | 'calls'>,
): number {
  if (one.function === undefined || one.function !== other.function) return 0;
  const index = one.calls.findIndex((call, at) => call !== other.calls[at]);
  return index < 0 ? one.calls.length : index;
}
