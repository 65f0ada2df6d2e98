/** The end of a YieldTo: the thread that yielded learns how much time the other one used. */
import type { KernelState } from '../kernel-state.js';
import { tcb } from '../layout.js';
import { cancelYieldTo, takeConsumed } from '../objects/sched-context.js';
import { answer } from './message.js';

/** Low word first. */
export const timeWords = (microseconds: number): readonly [number, number] => [
  (microseconds % 2 ** 32) >>> 0,
  Math.floor(microseconds / 2 ** 32) >>> 0,
];

export function completeYieldTo(k: KernelState, thread: number): void {
  const sc = k.read(thread + tcb.yieldTo);
  if (sc === 0) return;
  answer(k, thread, 0, timeWords(takeConsumed(k, sc)));
  cancelYieldTo(k, thread);
}
