/**
 * What a run is for. A goal is a generator: it yields one leg after another and returns when it is
 * reached. The run loop drives it, so that a goal knows nothing of slices, pauses or the host.
 */
import type { PhysAddr } from '../../runtime/base/address.js';

export type Leg =
  /** One step of the machine: an instruction that retires, or a trap that is taken. */
  | { readonly kind: 'one' }
  /** Until the machine is about to execute one of these instructions. */
  | { readonly kind: 'until'; readonly stops: readonly PhysAddr[] }
  /** Until the kernel switches to this thread. */
  | { readonly kind: 'switch'; readonly thread: number };

/**
 * Each leg that it yields is done when it goes on; user breakpoints, faults and pauses end the run instead. It returns how
 * many replaced calls are ahead where it ends, see `Standpoint`.
 */
export type Goal = Generator<Leg, number, void>;

/** A part of a goal. */
export type Legs = Generator<Leg, void, void>;

/** For "continue": nothing but a breakpoint ends it. */
export function* forever(): Goal {
  while (true) yield { kind: 'until', stops: [] };
}
