/**
 * What always holds between two kernel entries: the one list of named invariants. Code that relies on one
 * cites its name; tests check all of them after every system call. A broken one is a bug of ours.
 *
 * CDT-1    The derivation list is linked both ways, and only non-empty slots are in it.
 * CDT-2    A slot's descendants are contiguous after it.
 * CDT-3    An empty slot has no place in the list; new capabilities go to empty slots only.
 * CDT-4    A capability's object is aligned to its size, in RAM outside the kernel region, or on a device.
 * CDT-5    Slots of interrupts hold notification capabilities or nothing.
 * EP-1     The threads in an endpoint's queue all wait there, to send or to receive as its state says.
 * NTFN-1   The threads in a notification's queue all wait there; a bound thread knows its notification.
 * REPLY-1  A reply object and the thread that waits with it know each other.
 * REPLY-2  A call stack is linked both ways, and its top knows the scheduling context.
 * TCB-1    A thread's state, priorities and domain are in range.
 * TCB-2    A thread is in the one queue that its state and flags say, and in no other.
 * SCHED-1  The current thread is schedulable and in no queue, or it is the idle thread.
 * SCHED-2  Exactly the other schedulable threads are in the ready queues, by priority; the bitmap agrees.
 * SCHED-3  Refills of an active context are in order, and the first is enough to run on.
 * SCHED-4  The release queue is in order of time.
 * SCHED-5  The current thread is in the current domain, or it is the idle thread.
 * DOM-1    Entries of the domain schedule name domains that there are; it starts at no end marker and ends with one.
 * SC-1     A scheduling context and its thread or notification know each other.
 * UT-1     Objects of different capabilities do not overlap, except untypeds with what they contain.
 * UT-2     What was made from an untyped lies below its watermark.
 * UT-3     RAM behind the watermark is zero.
 * VM-1     Every page that an address space maps has a frame capability that says so.
 * VM-2     Whoever has a capability to an ASID pool has one to a pool that the ASID table has for its ASIDs.
 */
import { pageTableBits } from '../abi/object-types.js';
import type { Board } from '../machine/boards/board.js';
import type { PhysicalMemory } from '../machine/ports.js';
import { allSlots, allThreads } from './all-slots.js';
import {
  asidPoolFirst,
  asidPoolPointer,
  endpointBadge,
  endpointPointer,
  frameFields,
  frameIsDevice,
  notificationBadge,
  notificationPointer,
  objectBase,
  objectBits,
  replyPointer,
  schedContextPointer,
  slotIsEmpty,
  tag,
  tagOf,
  typeName,
  untypedBase,
  untypedFreeOffset,
  untypedIsDevice,
  untypedSizeBits,
  type Capability,
} from './capabilities/capability.js';
import { isFirstBadged, isParent, nextSlot, previousSlot } from './capabilities/derivation.js';
import { configuration } from './configuration.js';
import { hiddenSlots } from './hidden-slots.js';
import { hex } from './kernel-error.js';
import type { KernelState } from './kernel-state.js';
import {
  domainStride,
  endpoint,
  endpointState,
  globals,
  kernelRegionBytes,
  notification,
  notificationState,
  refill,
  reply,
  schedContext,
  slot,
  tcb,
  threadState,
} from './layout.js';
import { asidTableEntry, poolOf, pte, pteAddress, pteIsTable } from './objects/address-space.js';
import { endpointStateOf } from './objects/endpoint.js';
import { irqSlot } from './objects/irq.js';
import { notificationStateOf } from './objects/notification.js';
import { blockingObject, isInReleaseQueue, isQueued, replyOf, stateOf } from './objects/thread.js';
import { readOnlyState } from './read-only-state.js';
import {
  headAmount,
  headTime,
  isActive,
  isRoundRobin,
  refillAt,
  refillCount,
} from './scheduler/refills.js';
import { domainEntry, isDomainEnd, isSchedulable } from './scheduler/scheduler.js';
import { queueHead } from './scheduler/thread-queue.js';

/** One sentence for each violation, with the invariant's name first; empty when all is well. */
export function checkInvariants(memory: PhysicalMemory, board: Board): string[] {
  const k = readOnlyState(memory, board);
  const visible = allSlots(k);
  const broken = brokenAmong(k, visible);
  // A page may be mapped by a capability that nobody can reach any more: only then is it worth the search.
  const mayBeHidden = broken.some((each) => each.startsWith('VM-1:'));
  return mayBeHidden ? brokenAmong(k, new Map([...visible, ...hiddenSlots(k, visible)])) : broken;
}

function brokenAmong(k: KernelState, slots: ReadonlyMap<number, Capability>): string[] {
  const check: Check = { k, slots, threads: allThreads(k), broken: [] };
  checkDerivation(check);
  checkObjects(check);
  checkUntypeds(check);
  checkEndpoints(check);
  checkNotifications(check);
  checkReplies(check);
  checkThreads(check);
  checkReadyQueues(check);
  checkDomains(check);
  checkReleaseQueue(check);
  checkSchedContexts(check);
  checkAddressSpaces(check);
  return check.broken;
}

interface Check {
  readonly k: KernelState;
  readonly slots: ReadonlyMap<number, Capability>;
  readonly threads: readonly number[];
  readonly broken: string[];
}

function expect(check: Check, holds: boolean, name: string, detail: () => string): void {
  if (!holds) check.broken.push(`${name}: ${detail()}`);
}

/** Distinct objects of one type that have a capability. */
function objectsOf(
  check: Check,
  type: number,
  pointer: (capability: Capability) => number,
): readonly number[] {
  const found = new Set<number>();
  for (const capability of check.slots.values()) {
    if (tagOf(capability.w0) === type) found.add(pointer(capability));
  }
  return [...found];
}

function checkDerivation(check: Check): void {
  const { k, slots } = check;
  for (const at of slots.keys()) {
    const next = nextSlot(k, at);
    if (next !== 0) {
      expect(
        check,
        !slotIsEmpty(k, next) && previousSlot(k, next) === at,
        'CDT-1',
        () => `slot ${hex(at)} and its next ${hex(next)} disagree`,
      );
    }
    const previous = previousSlot(k, at);
    if (previous !== 0) {
      expect(
        check,
        !slotIsEmpty(k, previous) && nextSlot(k, previous) === at,
        'CDT-1',
        () => `slot ${hex(at)} and its previous ${hex(previous)} disagree`,
      );
    }
  }
  for (const at of slots.keys()) {
    if (previousSlot(k, at) === 0) checkContiguous(check, at);
  }
  for (let irq = 1; irq < 256; irq += 1) {
    const at = irqSlot(k, irq);
    const type = tagOf(k.read(at + slot.w0));
    expect(
      check,
      type === tag.null || type === tag.notification,
      'CDT-5',
      () => `interrupt ${String(irq)} has a ${typeName(type)}`,
    );
    if (type === tag.null) {
      expect(
        check,
        k.read(at + slot.previous) === 0 && k.read(at + slot.next) === 0,
        'CDT-3',
        () => `empty slot ${hex(at)} is linked`,
      );
    }
  }
}

function badgeOf(capability: Capability | undefined): number {
  switch (capability && tagOf(capability.w0)) {
    case tag.endpoint:
      return endpointBadge(capability?.w0 ?? 0);
    case tag.notification:
      return notificationBadge(capability?.w1 ?? 0);
    default:
      return 0;
  }
}

function checkContiguous(check: Check, first: number): void {
  const { k, slots } = check;
  const chain: number[] = [];
  const seen = new Set<number>();
  for (let at = first; at !== 0 && !seen.has(at); at = nextSlot(k, at)) {
    seen.add(at);
    chain.push(at);
  }
  // Pairs further apart than this are not compared: the check stays quick in large systems.
  const reach = 64;
  chain.forEach((parent, index) => {
    let ended = false;
    const isBadged = badgeOf(slots.get(parent)) !== 0;
    for (const child of chain.slice(index + 1, index + reach)) {
      // A badge may have been given twice: then another family with it begins here.
      if (isBadged && isFirstBadged(k, child)) return;
      if (!isParent(k, parent, child)) ended = true;
      else
        expect(
          check,
          !ended,
          'CDT-2',
          () => `slot ${hex(child)} is a child of ${hex(parent)} but not contiguous`,
        );
    }
  });
}

function checkObjects(check: Check): void {
  const { k, slots } = check;
  const { base, sizeBytes } = k.board.ram;
  const objects = new Map<string, { start: number; end: number; what: string }>();
  for (const [at, capability] of slots) {
    const start = objectBase(capability);
    if (start === undefined) continue;
    const end = start + 2 ** objectBits(capability);
    const type = tagOf(capability.w0);
    const what = `${typeName(capability.w0)} in slot ${hex(at)}`;
    const isDevice =
      (type === tag.frame && frameIsDevice(capability.w0)) ||
      (type === tag.untyped && untypedIsDevice(capability.w1));
    const inRam = start >= base + kernelRegionBytes(k.domains) && end <= base + sizeBytes;
    expect(
      check,
      start % 2 ** objectBits(capability) === 0,
      'CDT-4',
      () => `${what} at ${hex(start)} is not aligned`,
    );
    expect(
      check,
      isDevice ? !k.memory.contains(start, 1) : inRam,
      'CDT-4',
      () => `${what} at ${hex(start)} is in the wrong place`,
    );
    if (type !== tag.untyped) objects.set(`${String(start)}-${String(end)}`, { start, end, what });
  }
  const sorted = [...objects.values()].sort((a, b) => a.start - b.start || a.end - b.end);
  sorted.forEach((object, index) => {
    const before = sorted[index - 1];
    if (before === undefined) return;
    expect(
      check,
      before.end <= object.start,
      'UT-1',
      () => `${before.what} and ${object.what} overlap at ${hex(object.start)}`,
    );
  });
}

function checkUntypeds(check: Check): void {
  const { k, slots } = check;
  for (const [at, { w0, w1 }] of slots) {
    if (tagOf(w0) !== tag.untyped) continue;
    const start = untypedBase(w0);
    const watermark = start + untypedFreeOffset(w1);
    const end = start + 2 ** untypedSizeBits(w1);
    expect(
      check,
      watermark <= end,
      'UT-2',
      () => `the watermark of the untyped in ${hex(at)} is beyond its end`,
    );
    for (
      let next = nextSlot(k, at);
      next !== 0 && isParent(k, at, next);
      next = nextSlot(k, next)
    ) {
      const capability = slots.get(next);
      const child = capability && objectBase(capability);
      if (capability === undefined || child === undefined) continue;
      expect(
        check,
        child + 2 ** objectBits(capability) <= watermark,
        'UT-2',
        () => `${typeName(capability.w0)} in ${hex(next)} lies above the watermark of ${hex(at)}`,
      );
    }
    if (untypedIsDevice(w1) || watermark >= end) continue;
    // A sample: the page behind the watermark, where a careless write would land.
    expect(
      check,
      isZero(k, watermark, Math.min(end - watermark, 0x1000)),
      'UT-3',
      () => `memory behind the watermark of ${hex(at)} is not zero`,
    );
  }
}

function isZero(k: KernelState, from: number, sizeBytes: number): boolean {
  for (let at = from; at < from + sizeBytes; at += 4) if (k.read(at) !== 0) return false;
  return true;
}

/** Threads of a queue, first to last; stops where a link is wrong. */
function queue(check: Check, headAt: number, tailAt: number, what: string): readonly number[] {
  const { k } = check;
  const threads: number[] = [];
  let previous = 0;
  for (let thread = queueHead(k, headAt); thread !== 0; thread = k.read(thread + tcb.next)) {
    const linked = k.read(thread + tcb.previous) === previous && !threads.includes(thread);
    expect(check, linked, 'TCB-2', () => `links of thread ${hex(thread)} in ${what} are wrong`);
    if (!linked) return threads;
    threads.push(thread);
    previous = thread;
  }
  expect(check, queueHead(k, tailAt) === previous, 'TCB-2', () => `${what} has a wrong tail`);
  return threads;
}

function checkByPriority(
  check: Check,
  threads: readonly number[],
  name: string,
  what: string,
): void {
  const priorities = threads.map((thread) => check.k.read(thread + tcb.priority));
  expect(
    check,
    priorities.every((priority, index) => index === 0 || (priorities[index - 1] ?? 0) >= priority),
    name,
    () => `${what} is not in order of priority`,
  );
}

function checkEndpoints(check: Check): void {
  const { k } = check;
  for (const object of objectsOf(check, tag.endpoint, (capability) =>
    endpointPointer(capability.w1),
  )) {
    const what = `endpoint ${hex(object)}`;
    const state = endpointStateOf(k, object);
    const threads = queue(check, object + endpoint.head, object + endpoint.tail, what);
    expect(
      check,
      (threads.length === 0) === (state === endpointState.idle),
      'EP-1',
      () => `${what} has state ${String(state)} and ${String(threads.length)} threads`,
    );
    const waits =
      state === endpointState.send ? threadState.blockedOnSend : threadState.blockedOnReceive;
    for (const thread of threads) {
      expect(
        check,
        stateOf(k, thread) === waits && blockingObject(k, thread) === object,
        'EP-1',
        () => `thread ${hex(thread)} in the queue of ${what} does not wait there`,
      );
    }
    checkByPriority(check, threads, 'EP-1', what);
  }
}

function checkNotifications(check: Check): void {
  const { k } = check;
  for (const object of objectsOf(check, tag.notification, (capability) =>
    notificationPointer(capability.w0),
  )) {
    const what = `notification ${hex(object)}`;
    const state = notificationStateOf(k, object);
    const threads = queue(check, object + notification.head, object + notification.tail, what);
    expect(
      check,
      threads.length > 0 === (state === notificationState.waiting),
      'NTFN-1',
      () => `${what} has state ${String(state)} and ${String(threads.length)} threads`,
    );
    for (const thread of threads) {
      expect(
        check,
        stateOf(k, thread) === threadState.blockedOnNotification &&
          blockingObject(k, thread) === object,
        'NTFN-1',
        () => `thread ${hex(thread)} in the queue of ${what} does not wait there`,
      );
    }
    checkByPriority(check, threads, 'NTFN-1', what);
    const bound = k.read(object + notification.boundThread);
    expect(
      check,
      bound === 0 || k.read(bound + tcb.boundNotification) === object,
      'NTFN-1',
      () => `the thread bound to ${what} does not know`,
    );
    const sc = k.read(object + notification.schedContext);
    expect(
      check,
      sc === 0 || k.read(sc + schedContext.notification) === object,
      'SC-1',
      () => `the scheduling context of ${what} does not know`,
    );
  }
}

function checkReplies(check: Check): void {
  const { k } = check;
  for (const object of objectsOf(check, tag.reply, (capability) => replyPointer(capability.w1))) {
    const thread = k.read(object + reply.thread);
    const next = k.read(object + reply.next);
    const previous = k.read(object + reply.previous);
    const what = `reply object ${hex(object)}`;
    if (thread !== 0) {
      const state = stateOf(k, thread);
      const waits = state === threadState.blockedOnReply || state === threadState.blockedOnReceive;
      expect(
        check,
        waits && replyOf(k, thread) === object,
        'REPLY-1',
        () => `the thread of ${what} does not wait with it`,
      );
    } else {
      expect(
        check,
        next === 0 && previous === 0,
        'REPLY-2',
        () => `${what} is in a call stack without a caller`,
      );
    }
    if ((next & 1) !== 0) {
      expect(
        check,
        k.read((next & ~0xf) + schedContext.reply) === object,
        'REPLY-2',
        () => `${what} is not the top of its call stack`,
      );
    } else if (next !== 0) {
      expect(
        check,
        k.read(next + reply.previous) === object,
        'REPLY-2',
        () => `${what} and the one above disagree`,
      );
    }
    if (previous !== 0) {
      expect(
        check,
        (k.read(previous + reply.next) & ~0xf) >>> 0 === object,
        'REPLY-2',
        () => `${what} and the one below disagree`,
      );
    }
  }
}

function checkThreads(check: Check): void {
  const { k, threads } = check;
  for (const thread of threads) {
    const state = stateOf(k, thread);
    const what = `thread ${hex(thread)}`;
    expect(
      check,
      state < threadState.idle &&
        k.read(thread + tcb.priority) < configuration.priorities &&
        k.read(thread + tcb.mcp) < configuration.priorities &&
        k.read(thread + tcb.domain) < k.domains,
      'TCB-1',
      () => `${what} has a word out of range`,
    );
    const waits = state >= threadState.blockedOnReceive;
    expect(
      check,
      !(waits && (isQueued(k, thread) || isInReleaseQueue(k, thread))),
      'TCB-2',
      () => `${what} waits and is in a scheduler queue`,
    );
    expect(
      check,
      !(isQueued(k, thread) && isInReleaseQueue(k, thread)),
      'TCB-2',
      () => `${what} is in two scheduler queues`,
    );
    if (state === threadState.blockedOnReply) {
      const object = replyOf(k, thread);
      expect(
        check,
        object !== 0 && k.read(object + reply.thread) === thread,
        'REPLY-1',
        () => `${what} waits for a reply object that does not know it`,
      );
    }
    const sc = k.read(thread + tcb.schedContext);
    expect(
      check,
      sc === 0 || k.read(sc + schedContext.thread) === thread,
      'SC-1',
      () => `${what} and its scheduling context disagree`,
    );
    const bound = k.read(thread + tcb.boundNotification);
    expect(
      check,
      bound === 0 || k.read(bound + notification.boundThread) === thread,
      'NTFN-1',
      () => `${what} and its bound notification disagree`,
    );
  }
}

function checkReadyQueues(check: Check): void {
  const { k, threads } = check;
  const queued = new Set<number>();
  for (let domain = 0; domain < k.domains; domain += 1) {
    for (let priority = 0; priority < configuration.priorities; priority += 1) {
      const at = k.globals + globals.readyQueues + domain * domainStride + 8 * priority;
      const members =
        queueHead(k, at) === 0 ? [] : queue(check, at, at + 4, `ready queue ${String(priority)}`);
      const word = k.read(
        k.globals + globals.readyBitmap + domain * domainStride + 4 * (priority >>> 5),
      );
      const marked = ((word >>> (priority & 31)) & 1) !== 0;
      expect(
        check,
        marked === members.length > 0,
        'SCHED-2',
        () => `the bitmap is wrong for priority ${String(priority)}`,
      );
      for (const thread of members) {
        queued.add(thread);
        expect(
          check,
          isSchedulable(k, thread) &&
            k.read(thread + tcb.priority) === priority &&
            k.read(thread + tcb.domain) === domain,
          'SCHED-2',
          () => `thread ${hex(thread)} does not belong into ready queue ${String(priority)}`,
        );
      }
    }
  }
  const current = k.currentThread;
  expect(
    check,
    k.global(globals.schedulerAction) === 0,
    'SCHED-1',
    () => 'a decision of the scheduler is left over',
  );
  expect(
    check,
    current === k.idleThread || (isSchedulable(k, current) && !queued.has(current)),
    'SCHED-1',
    () => `current thread ${hex(current)} is queued or cannot run`,
  );
  expect(
    check,
    current === k.idleThread || k.read(current + tcb.domain) === k.global(globals.currentDomain),
    'SCHED-5',
    () =>
      `current thread ${hex(current)} is not in domain ${String(k.global(globals.currentDomain))}`,
  );
  for (const thread of threads) {
    expect(
      check,
      isQueued(k, thread) === queued.has(thread),
      'TCB-2',
      () => `thread ${hex(thread)} has a wrong ready flag`,
    );
    const ready = isSchedulable(k, thread) && thread !== current;
    expect(
      check,
      ready === queued.has(thread),
      'SCHED-2',
      () =>
        `thread ${hex(thread)} is ${ready ? '' : 'not '}ready and ${queued.has(thread) ? '' : 'not '}queued`,
    );
  }
}

function checkDomains(check: Check): void {
  const { k } = check;
  const length = k.global(globals.domainScheduleLength);
  const start = k.global(globals.domainScheduleStart);
  expect(
    check,
    start < length && !isDomainEnd(k, start),
    'DOM-1',
    () => `the domain schedule starts at entry ${String(start)}, which is none`,
  );
  expect(
    check,
    isDomainEnd(k, length - 1),
    'DOM-1',
    () => `the domain schedule does not end with entry ${String(length - 1)}`,
  );
  expect(
    check,
    k.global(globals.currentDomain) < k.domains &&
      k.global(globals.domainScheduleIndex) < length - 1,
    'DOM-1',
    () => 'there is no such domain or entry as the current one',
  );
  for (let index = 0; index < length; index += 1) {
    const domain = k.read(domainEntry(k, index));
    expect(
      check,
      domain < k.domains && (domain === 0 || !isDomainEnd(k, index)),
      'DOM-1',
      () => `entry ${String(index)} of the domain schedule names domain ${String(domain)}`,
    );
  }
}

function checkReleaseQueue(check: Check): void {
  const { k, threads } = check;
  const waiting = queue(
    check,
    k.globals + globals.releaseHead,
    k.globals + globals.releaseTail,
    'the release queue',
  );
  const times = waiting.map((thread) => headTime(k, k.read(thread + tcb.schedContext)));
  expect(
    check,
    times.every((time, index) => index === 0 || (times[index - 1] ?? 0) <= time),
    'SCHED-4',
    () => 'the release queue is out of order',
  );
  for (const thread of threads) {
    expect(
      check,
      isInReleaseQueue(k, thread) === waiting.includes(thread),
      'TCB-2',
      () => `thread ${hex(thread)} has a wrong release flag`,
    );
  }
}

function checkSchedContexts(check: Check): void {
  const { k } = check;
  for (const sc of objectsOf(check, tag.schedContext, (capability) =>
    schedContextPointer(capability.w1),
  )) {
    const what = `scheduling context ${hex(sc)}`;
    const thread = k.read(sc + schedContext.thread);
    expect(
      check,
      thread === 0 || k.read(thread + tcb.schedContext) === sc,
      'SC-1',
      () => `${what} and its thread disagree`,
    );
    const lent = k.read(sc + schedContext.notification);
    expect(
      check,
      lent === 0 || k.read(lent + notification.schedContext) === sc,
      'SC-1',
      () => `${what} and its notification disagree`,
    );
    const top = k.read(sc + schedContext.reply);
    expect(
      check,
      top === 0 || k.read(top + reply.next) === (sc | 1) >>> 0,
      'REPLY-2',
      () => `${what} and its top reply disagree`,
    );
    if (!isActive(k, sc)) continue;
    expect(
      check,
      headAmount(k, sc) >= k.minimumBudget,
      'SCHED-3',
      () => `${what} has a first refill of ${String(headAmount(k, sc))} ticks`,
    );
    if (isRoundRobin(k, sc)) {
      expect(
        check,
        refillCount(k, sc) === 2,
        'SCHED-3',
        () => `${what} is round robin with ${String(refillCount(k, sc))} refills`,
      );
    } else {
      checkRefillOrder(check, sc, what);
    }
  }
}

function checkRefillOrder(check: Check, sc: number, what: string): void {
  const { k } = check;
  const size = k.read(sc + schedContext.refillMax);
  const head = k.read(sc + schedContext.refillHead);
  let end = 0;
  for (let index = 0; index < refillCount(k, sc); index += 1) {
    const at = refillAt(sc, (head + index) % size);
    const time = k.readTime(at + refill.time);
    expect(check, time >= end, 'SCHED-3', () => `refills of ${what} overlap`);
    end = time + k.readTime(at + refill.amount);
  }
}

function checkAddressSpaces(check: Check): void {
  const { k, slots } = check;
  const mapped = new Set<string>();
  for (const capability of slots.values()) {
    if (tagOf(capability.w0) === tag.asidPool) checkAsidPool(check, capability);
    if (tagOf(capability.w0) !== tag.frame) continue;
    const frame = frameFields(capability);
    if (frame.asid !== 0)
      mapped.add(`${String(frame.asid)}:${String(frame.vaddr)}:${String(frame.base)}`);
  }
  const entries = 2 ** (pageTableBits - 2);
  const expectFrame = (asid: number, vaddr: number, entry: number): void => {
    const known = mapped.has(`${String(asid)}:${String(vaddr)}:${String(pteAddress(entry))}`);
    expect(
      check,
      known,
      'VM-1',
      () =>
        `ASID ${String(asid)} maps ${hex(vaddr)} to ${hex(pteAddress(entry))} without a capability`,
    );
  };
  for (let pool = 0; pool < configuration.asidPools; pool += 1) {
    const at = k.read(asidTableEntry(k, pool));
    for (let index = 0; at !== 0 && index < configuration.asidsPerPool; index += 1) {
      const root = k.read(at + 4 * index);
      const asid = pool * configuration.asidsPerPool + index;
      for (let first = 0; root !== 0 && first < entries; first += 1) {
        const entry = k.read(root + 4 * first);
        if ((entry & pte.valid) === 0) continue;
        if (!pteIsTable(entry)) {
          expectFrame(asid, first * 2 ** 22, entry);
          continue;
        }
        for (let second = 0; second < entries; second += 1) {
          const leaf = k.read(pteAddress(entry) + 4 * second);
          if ((leaf & pte.valid) !== 0) expectFrame(asid, first * 2 ** 22 + second * 2 ** 12, leaf);
        }
      }
    }
  }
}

function checkAsidPool(check: Check, { w0, w1 }: Capability): void {
  const first = asidPoolFirst(w1);
  const inTable = check.k.read(asidTableEntry(check.k, poolOf(first)));
  expect(
    check,
    inTable === asidPoolPointer(w0),
    'VM-2',
    () =>
      `ASIDs from ${String(first)} on are of pool ${hex(inTable)}, not of ${hex(asidPoolPointer(w0))}`,
  );
}
