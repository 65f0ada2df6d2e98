/** Whose turn it is. */
import type { KernelFixture } from '../../support/kernel-fixture.js';

/** Everybody yields until it is this thread's turn. */
export function untilRuns(k: KernelFixture, name: string): void {
  while (k.current !== name) k.yield();
}
