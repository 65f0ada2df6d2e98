/**
 * Reply objects: one stands for one caller that waits. Callers that lent their scheduling context stack
 * up: the top of the stack knows the context, and replying gives it back. sel4-abi section 9.
 */
import type { KernelState } from '../kernel-state.js';
import { reply, schedContext, tcb, threadState } from '../layout.js';
import { noticeState, setThreadState } from '../scheduler/scheduler.js';
import { donate } from './sched-context.js';
import { replyOf, setReplyOf, writeState } from './thread.js';

const isTop = 1;
const pointer = (word: number): number => (word & ~0xf) >>> 0;

/** The thread no longer waits with or for this object. */
export function unlinkReply(k: KernelState, object: number, thread: number): void {
  k.write(object + reply.thread, 0);
  setReplyOf(k, thread, 0);
  setThreadState(k, thread, threadState.inactive);
}

/** The caller now waits for an answer through `object`, and lends its context where that is wanted. */
export function pushReply(
  k: KernelState,
  caller: number,
  callee: number,
  object: number,
  { donates }: { readonly donates: boolean },
): void {
  const sc = k.read(caller + tcb.schedContext);
  k.write(object + reply.thread, caller);
  writeState(k, caller, threadState.blockedOnReply, 0);
  setReplyOf(k, caller, object);
  noticeState(k, caller);
  if (sc === 0 || !donates || k.read(callee + tcb.schedContext) !== 0) return;
  const below = k.read(sc + schedContext.reply);
  if (below !== 0) k.write(below + reply.next, object);
  k.write(object + reply.previous, below);
  k.write(object + reply.next, sc | isTop);
  k.write(sc + schedContext.reply, object);
  donate(k, sc, callee);
}

/** Ends the wait of the caller; from the top of a stack, its scheduling context comes back to it. */
export function removeReply(k: KernelState, object: number, thread: number): void {
  const next = k.read(object + reply.next);
  const previous = pointer(k.read(object + reply.previous));
  if ((next & isTop) !== 0) {
    const sc = pointer(next);
    k.write(sc + schedContext.reply, previous);
    if (previous !== 0) k.write(previous + reply.next, next);
    k.write(object + reply.next, 0);
    if (k.read(thread + tcb.schedContext) === 0) donate(k, sc, thread);
  } else {
    breakStack(k, pointer(next), previous);
    k.write(object + reply.next, 0);
  }
  k.write(object + reply.previous, 0);
  unlinkReply(k, object, thread);
}

/** The caller stops to wait, and its scheduling context stays where it is. */
export function abandonReply(k: KernelState, thread: number): void {
  const object = replyOf(k, thread);
  const next = k.read(object + reply.next);
  const previous = pointer(k.read(object + reply.previous));
  if ((next & isTop) !== 0) {
    k.write(pointer(next) + schedContext.reply, 0);
    breakStack(k, 0, previous);
  } else {
    breakStack(k, pointer(next), previous);
  }
  k.write(object + reply.next, 0);
  k.write(object + reply.previous, 0);
  unlinkReply(k, object, thread);
}

function breakStack(k: KernelState, above: number, below: number): void {
  if (above !== 0) k.write(above + reply.previous, 0);
  if (below !== 0) k.write(below + reply.next, 0);
}
