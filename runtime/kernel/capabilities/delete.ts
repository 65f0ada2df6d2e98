/**
 * Deleting capabilities. The last one to an object destroys it: threads that wait there start over, pages
 * are unmapped. A CNode or TCB holds slots itself: its capability becomes a zombie that counts the slots
 * left, and they are deleted from the last one on. Bounded: after `workUnitsPerEntry` slots the kernel
 * stops, and the thread's system call starts over where this one ended. sel4-abi section 8.
 */
import type { PhysAddr } from '../../base/address.js';
import { invariant } from '../../base/invariant.js';
import { configuration } from '../configuration.js';
import { costs } from '../costs.js';
import { cancelAllAtEndpoint, cancelAllAtNotification, cancelIpc, suspend } from '../ipc/cancel.js';
import { completeYieldTo } from '../ipc/yield-to.js';
import type { KernelState } from '../kernel-state.js';
import {
  globals,
  notification,
  reply,
  schedContext,
  slotBytes,
  tcb,
  threadState,
} from '../layout.js';
import {
  deleteAsid,
  deleteAsidPool,
  rootOfAsid,
  unmapFrame,
  unmapTable,
} from '../objects/address-space.js';
import { deactivateIrq, irqSlot } from '../objects/irq.js';
import { unbindFromThread } from '../objects/notification.js';
import { removeReply } from '../objects/reply.js';
import { unbindNotification, unbindReply, unbindThread } from '../objects/sched-context.js';
import { removeFromAllThreads } from '../objects/thread-name.js';
import { stateOf } from '../objects/thread.js';
import {
  asidPoolFirst,
  asidPoolPointer,
  cnodePointer,
  cnodeRadix,
  cnodeZombie,
  endpointPointer,
  frameBits,
  frameFields,
  irqHandlerNumber,
  notificationPointer,
  nullCapability,
  pageTableFields,
  readCapability,
  replyPointer,
  schedContextPointer,
  slotIsEmpty,
  tag,
  tagOf,
  threadPointer,
  threadZombie,
  withZombieSlots,
  writeCapability,
  zombiePointer,
  zombieSlots,
  zombieType,
  type Capability,
} from './capability.js';
import { isFinal, isParent, nextSlot, swapSlots, unlinkSlot } from './derivation.js';

export type Progress = 'done' | 'preempted';

/** Counts one unit of work; true when this kernel entry has done its share. */
export function workIsDone(k: KernelState): boolean {
  const units = k.global(globals.workUnits) + 1;
  k.setGlobal(globals.workUnits, units);
  return units >= configuration.workUnitsPerEntry;
}

/** Empties a slot, and all slots of the object in it where this was the last capability to it. */
export const deleteSlot = (k: KernelState, at: number): Progress => deleteOne(k, at, true);

/** Deletes every descendant of a slot. Each step is a constant amount of work. */
export function revokeSlot(k: KernelState, at: number): Progress {
  for (let next = nextSlot(k, at); next !== 0 && isParent(k, at, next); next = nextSlot(k, at)) {
    if (deleteSlot(k, next) === 'preempted') return 'preempted';
    if (workIsDone(k)) return 'preempted';
  }
  return 'done';
}

/** Empties a slot whose capability is never a CNode or TCB: those of interrupts. */
export function deleteSimpleSlot(k: KernelState, at: number): void {
  if (slotIsEmpty(k, at)) return;
  const final = isFinal(k, at);
  const remainder = finalise(k, readCapability(k, at), final);
  invariant(tagOf(remainder.w0) === tag.null, 'CDT-5', () => 'a zombie in a simple slot');
  unlinkSlot(k, at);
}

/** `isExposed` is false for a slot inside a zombie: one that leads back to itself is then left there. */
function deleteOne(k: KernelState, at: number, isExposed: boolean): Progress {
  k.charge(costs.deleteCapability);
  let handler = 0;
  for (;;) {
    const capability = readCapability(k, at);
    if (tagOf(capability.w0) === tag.null) break;
    const final = isFinal(k, at);
    const remainder = finalise(k, capability, final);
    if (isRemovable(remainder, at)) {
      if (final && tagOf(capability.w0) === tag.irqHandler) {
        handler = irqHandlerNumber(capability.w1);
      }
      break;
    }
    writeCapability(k, at, remainder);
    if (!isExposed && zombiePointer(remainder) === at) return 'done';
    if (reduceZombie(k, at, isExposed) === 'preempted') return 'preempted';
    if (workIsDone(k)) return 'preempted';
  }
  if (!slotIsEmpty(k, at)) {
    unlinkSlot(k, at);
    if (handler !== 0) deactivateIrq(k, handler);
  }
  return 'done';
}

const isRemovable = (remainder: Capability, at: number): boolean => {
  if (tagOf(remainder.w0) === tag.null) return true;
  const slots = zombieSlots(remainder);
  return slots === 0 || (slots === 1 && zombiePointer(remainder) === at);
};

/** Deletes the last slot of a zombie; or, for one found inside another, moves it out to be dealt with first. */
function reduceZombie(k: KernelState, at: number, isExposed: boolean): Progress {
  const zombie = readCapability(k, at);
  const first = zombiePointer(zombie);
  if (!isExposed) {
    if (first !== at) swapSlots(k, first, at);
    return 'done';
  }
  const slots = zombieSlots(zombie);
  const last = first + (slots - 1) * slotBytes;
  if (deleteOne(k, last, false) === 'preempted') return 'preempted';
  const now = readCapability(k, at);
  if (
    tagOf(now.w0) === tag.zombie &&
    zombiePointer(now) === first &&
    zombieSlots(now) === slots &&
    zombieType(now.w0) === zombieType(zombie.w0)
  ) {
    writeCapability(k, at, withZombieSlots(now, slots - 1));
  }
  return 'done';
}

/** Undoes what the object means to others. What remains in the slot: nothing, or a zombie. */
function finalise(k: KernelState, capability: Capability, final: boolean): Capability {
  const { w0, w1 } = capability;
  switch (tagOf(w0)) {
    case tag.zombie:
      return capability;
    case tag.frame: {
      // Every copy of a frame capability has a mapping of its own.
      const frame = frameFields(capability);
      if (frame.asid !== 0) unmapFrame(k, { ...frame, bits: frameBits(w0) });
      return nullCapability;
    }
    default:
      return final ? destroy(k, capability, w0, w1) : nullCapability;
  }
}

function destroy(k: KernelState, capability: Capability, w0: number, w1: number): Capability {
  switch (tagOf(w0)) {
    case tag.endpoint:
      cancelAllAtEndpoint(k, endpointPointer(w1));
      break;
    case tag.notification: {
      const object = notificationPointer(w0);
      const sc = k.read(object + notification.schedContext);
      if (sc !== 0) unbindNotification(k, sc);
      unbindFromThread(k, object);
      cancelAllAtNotification(k, object);
      break;
    }
    case tag.reply:
      destroyReply(k, replyPointer(w1));
      break;
    case tag.cnode:
      return cnodeZombie(cnodePointer(w0), cnodeRadix(w1));
    case tag.thread:
      destroyThread(k, threadPointer(w0));
      return threadZombie(threadPointer(w0));
    case tag.schedContext:
      destroySchedContext(k, schedContextPointer(w1));
      break;
    case tag.irqHandler:
      deleteSimpleSlot(k, irqSlot(k, irqHandlerNumber(w1)));
      break;
    case tag.pageTable: {
      const table = pageTableFields(capability);
      if (!table.isMapped) break;
      if (rootOfAsid(k, table.asid) === table.base) deleteAsid(k, table.asid, table.base);
      else unmapTable(k, table.base, table.asid, table.vaddr);
      break;
    }
    case tag.asidPool:
      deleteAsidPool(k, asidPoolFirst(w1), asidPoolPointer(w0));
      break;
    default:
      break;
  }
  return nullCapability;
}

function destroyReply(k: KernelState, object: number): void {
  const thread = k.read(object + reply.thread);
  if (thread === 0) return;
  if (stateOf(k, thread) === threadState.blockedOnReply) removeReply(k, object, thread);
  else cancelIpc(k, thread);
}

function destroyThread(k: KernelState, thread: number): void {
  const bound = k.read(thread + tcb.boundNotification);
  if (bound !== 0) unbindFromThread(k, bound);
  const sc = k.read(thread + tcb.schedContext);
  if (sc !== 0) {
    unbindThread(k, sc);
    const yielder = k.read(sc + schedContext.yieldFrom);
    if (yielder !== 0) completeYieldTo(k, yielder);
  }
  suspend(k, thread);
  removeFromAllThreads(k, thread);
  k.emit({ kind: 'threadDeleted', thread: thread as PhysAddr });
}

function destroySchedContext(k: KernelState, sc: number): void {
  unbindThread(k, sc);
  unbindNotification(k, sc);
  unbindReply(k, sc);
  const yielder = k.read(sc + schedContext.yieldFrom);
  if (yielder !== 0) completeYieldTo(k, yielder);
  k.write(sc + schedContext.refillMax, 0);
  k.write(sc + schedContext.sporadic, 0);
}
