/**
 * Sporadic-server arithmetic: a ring of refills behind each scheduling context. The head is what may be
 * used now; what is used comes back one period later, at the tail. With period 0 the context is round
 * robin: two refills, where the second counts what was used of the first. sel4-abi section 9.
 * Invariant SCHED-3: amounts add up to the budget, and refills do not overlap.
 */
import { invariant } from '../../base/invariant.js';
import type { KernelState } from '../kernel-state.js';
import {
  globals,
  refill,
  refillStructure,
  schedContext,
  schedContextStructure,
} from '../layout.js';

/** A round-robin ring, and the least that a ring can have. */
export const minimumRefills = 2;

/** A time that no clock reaches, but that arithmetic with periods still keeps apart. */
const latestRelease = 2 ** 62;

export const refillAt = (sc: number, index: number): number =>
  sc + schedContextStructure.bytes + index * refillStructure.bytes;

/** How many refills an object of this size can hold. */
export const refillCapacity = (sizeBits: number): number =>
  Math.floor((2 ** sizeBits - schedContextStructure.bytes) / refillStructure.bytes);

export const headRefill = (k: KernelState, sc: number): number =>
  refillAt(sc, k.read(sc + schedContext.refillHead));
const tailRefill = (k: KernelState, sc: number): number =>
  refillAt(sc, k.read(sc + schedContext.refillTail));

export const headTime = (k: KernelState, sc: number): number =>
  k.readTime(headRefill(k, sc) + refill.time);
export const headAmount = (k: KernelState, sc: number): number =>
  k.readTime(headRefill(k, sc) + refill.amount);

const setTime = (k: KernelState, at: number, time: number): void => {
  k.writeTime(at + refill.time, time);
};
const setAmount = (k: KernelState, at: number, amount: number): void => {
  k.writeTime(at + refill.amount, amount);
};

export const isActive = (k: KernelState, sc: number): boolean =>
  k.read(sc + schedContext.refillMax) > 0;
export const isSporadic = (k: KernelState, sc: number): boolean =>
  sc !== 0 && k.read(sc + schedContext.sporadic) !== 0;
export const isRoundRobin = (k: KernelState, sc: number): boolean =>
  k.readTime(sc + schedContext.period) === 0;
export const isReady = (k: KernelState, sc: number): boolean => headTime(k, sc) <= k.currentTime;
/** Enough left, after `used`, to get into the kernel and out again. */
export const isSufficient = (k: KernelState, sc: number, used: number): boolean =>
  headAmount(k, sc) - used >= k.minimumBudget;
export const isReleased = (k: KernelState, sc: number): boolean =>
  isActive(k, sc) && isReady(k, sc);

const nextIndex = (k: KernelState, sc: number, index: number): number =>
  index === k.read(sc + schedContext.refillMax) - 1 ? 0 : index + 1;

export function refillCount(k: KernelState, sc: number): number {
  const head = k.read(sc + schedContext.refillHead);
  const tail = k.read(sc + schedContext.refillTail);
  return head <= tail ? tail - head + 1 : tail + 1 + k.read(sc + schedContext.refillMax) - head;
}

const isSingle = (k: KernelState, sc: number): boolean =>
  k.read(sc + schedContext.refillHead) === k.read(sc + schedContext.refillTail);

function popHead(k: KernelState, sc: number): void {
  invariant(!isSingle(k, sc), 'SCHED-3', () => 'a refill ring runs empty');
  k.write(sc + schedContext.refillHead, nextIndex(k, sc, k.read(sc + schedContext.refillHead)));
}

function addTail(k: KernelState, sc: number, time: number, amount: number): void {
  const tail = nextIndex(k, sc, k.read(sc + schedContext.refillTail));
  k.write(sc + schedContext.refillTail, tail);
  setTime(k, refillAt(sc, tail), time);
  setAmount(k, refillAt(sc, tail), amount);
}

function addRoundRobinTail(k: KernelState, sc: number): void {
  if (isRoundRobin(k, sc)) addTail(k, sc, headTime(k, sc), 0);
}

/** Fills the ring anew: the whole budget is there at once. */
export function newRefills(
  k: KernelState,
  sc: number,
  maximum: number,
  budget: number,
  period: number,
): void {
  k.writeTime(sc + schedContext.period, period);
  k.write(sc + schedContext.refillHead, 0);
  k.write(sc + schedContext.refillTail, 0);
  k.write(sc + schedContext.refillMax, maximum);
  setAmount(k, refillAt(sc, 0), budget);
  setTime(k, refillAt(sc, 0), k.currentTime);
  addRoundRobinTail(k, sc);
}

/** New parameters for a context in use: what is left now stays usable, the rest comes a period later. */
export function updateRefills(
  k: KernelState,
  sc: number,
  maximum: number,
  budget: number,
  period: number,
): void {
  const time = headTime(k, sc);
  const amount = headAmount(k, sc);
  const first = refillAt(sc, 0);
  setTime(k, first, time);
  setAmount(k, first, amount);
  k.write(sc + schedContext.refillHead, 0);
  k.write(sc + schedContext.refillTail, 0);
  k.write(sc + schedContext.refillMax, maximum);
  k.writeTime(sc + schedContext.period, period);
  if (isReady(k, sc)) setTime(k, first, k.currentTime);
  if (amount >= budget) {
    setAmount(k, first, budget);
    addRoundRobinTail(k, sc);
  } else {
    addTail(k, sc, headTime(k, sc) + period, budget - amount);
  }
}

/** Returns an amount at a later time, merged with the tail where they touch or no place is left. */
function scheduleUsed(k: KernelState, sc: number, time: number, amount: number): void {
  const tail = tailRefill(k, sc);
  const tailTime = k.readTime(tail + refill.time);
  const tailAmount = k.readTime(tail + refill.amount);
  if (tailTime + tailAmount >= time) {
    setAmount(k, tail, tailAmount + amount);
  } else if (refillCount(k, sc) < k.read(sc + schedContext.refillMax)) {
    addTail(k, sc, time, amount);
  } else {
    setTime(k, tail, time - tailAmount);
    setAmount(k, tail, tailAmount + amount);
  }
}

/** Charges a context that is not round robin for `usage` ticks, which may be more than its head has. */
export function chargeRefills(k: KernelState, sc: number, usage: number): void {
  const period = k.readTime(sc + schedContext.period);
  let left = usage;
  while (headAmount(k, sc) <= left && headTime(k, sc) < latestRelease) {
    const time = headTime(k, sc);
    const amount = headAmount(k, sc);
    left -= amount;
    if (isSingle(k, sc)) {
      setTime(k, headRefill(k, sc), time + period);
    } else {
      popHead(k, sc);
      scheduleUsed(k, sc, time + period, amount);
    }
  }
  const time = headTime(k, sc);
  if (left > 0 && time < latestRelease) {
    const head = headRefill(k, sc);
    setAmount(k, head, headAmount(k, sc) - left);
    setTime(k, head, time + left);
    scheduleUsed(k, sc, time + period, left);
  }
  while (headAmount(k, sc) < k.minimumBudget) {
    // Too little to run on: it joins the next one, earlier by its own length, so that both end as before.
    const amount = headAmount(k, sc);
    popHead(k, sc);
    const head = headRefill(k, sc);
    setAmount(k, head, headAmount(k, sc) + amount);
    setTime(k, head, headTime(k, sc) - amount);
  }
}

/** A thread that wakes late loses no budget, but may not use the past: the head moves to now. */
export function unblockRefills(k: KernelState, sc: number): void {
  if (isRoundRobin(k, sc) || !isReady(k, sc)) return;
  setTime(k, headRefill(k, sc), k.currentTime);
  k.setGlobal(globals.reprogram, 1);
  for (;;) {
    if (isSingle(k, sc)) return;
    const time = headTime(k, sc);
    const amount = headAmount(k, sc);
    const second = refillAt(sc, nextIndex(k, sc, k.read(sc + schedContext.refillHead)));
    if (k.readTime(second + refill.time) > time + amount) return;
    popHead(k, sc);
    setTime(k, second, time);
    setAmount(k, second, k.readTime(second + refill.amount) + amount);
  }
}

/** Charges the current scheduling context for the time since the last charge, which its head covers. */
export function commitTime(k: KernelState): void {
  const sc = k.currentSchedContext;
  const consumed = k.readTime(k.globals + globals.consumed);
  if (sc !== k.idleSchedContext && isActive(k, sc)) {
    if (consumed > 0) {
      if (isRoundRobin(k, sc)) {
        const head = headRefill(k, sc);
        const tail = tailRefill(k, sc);
        setAmount(k, head, k.readTime(head + refill.amount) - consumed);
        setAmount(k, tail, k.readTime(tail + refill.amount) + consumed);
      } else {
        chargeRefills(k, sc, consumed);
      }
    }
    k.writeTime(sc + schedContext.consumed, k.readTime(sc + schedContext.consumed) + consumed);
  }
  k.writeTime(k.globals + globals.consumed, 0);
}

/** Round robin: the used part counts as full again. */
export function restoreRoundRobin(k: KernelState, sc: number): void {
  const head = headRefill(k, sc);
  const tail = tailRefill(k, sc);
  setAmount(k, head, k.readTime(head + refill.amount) + k.readTime(tail + refill.amount));
  setAmount(k, tail, 0);
}
