/**
 * The fast way for what a system spends its time on: a Call to a server that waits, and the ReplyRecv that
 * answers it; the server runs on its caller's time, or has its own. It leaves the very bytes and charges the
 * very cycles that the general way does (a property test compares them), and gives up, having changed nothing,
 * where anything is not as expected. Addresses are indices of words of RAM here, so that every number is a
 * small integer: that is what makes it fast. sel4-abi section 9.
 */
import { virtAddr, type PhysAddr } from '../../base/address.js';
import { infoExtraCaps, infoLabel, infoLength, messageInfo } from '../../abi/message-info.js';
import { messageRegisters } from '../../abi/message-info.js';
import { endpointRight, tag, tagOf } from '../capabilities/capability.js';
import { lookupSlotIndex } from '../capabilities/lookup.js';
import { configuration } from '../configuration.js';
import { costs } from '../costs.js';
import type { KernelState } from '../kernel-state.js';
import {
  endpoint,
  endpointState,
  globals,
  refill,
  refillStructure,
  reply,
  schedContext,
  schedContextStructure,
  slot,
  tcb,
  threadState,
} from '../layout.js';
import { register } from '../objects/thread.js';
import { settleTime } from '../scheduler/scheduler.js';
import type { SupervisedHart } from '../../machine/ports.js';

/**
 * Word offsets in the structures of layout.ts, as numbers of their own: the engine reads such a constant faster than
 * a member of a table.
 */
const word = (offset: number): number => offset >>> 2;
const kernelCurrentThread = word(globals.currentThread);
const kernelCurrentSchedContext = word(globals.currentSchedContext);
const slotW0 = word(slot.w0);
const slotW1 = word(slot.w1);
const endpointTail = word(endpoint.tail);
const endpointHead = word(endpoint.head);
const tcbReply = word(tcb.reply);
const tcbSchedContext = word(tcb.schedContext);
const tcbFault0 = word(tcb.fault0);
const tcbNext = word(tcb.next);
const tcbPrevious = word(tcb.previous);
const scReply = word(schedContext.reply);
const replyThread = word(reply.thread);
const tcbState = word(tcb.state);
const replyNext = word(reply.next);
const replyPrevious = word(reply.previous);
const tcbBoundNotification = word(tcb.boundNotification);
const tcbDomain = word(tcb.domain);
const kernelCurrentDomain = word(globals.currentDomain);
const tcbYieldTo = word(tcb.yieldTo);
const tcbPriority = word(tcb.priority);
const kernelReadyBitmap = word(globals.readyBitmap);
const kernelDomains = word(globals.domains);
const kernelDomainTime = word(globals.domainTime);
const kernelSchedulerAction = word(globals.schedulerAction);
const kernelReprogram = word(globals.reprogram);
const scSporadic = word(schedContext.sporadic);
const scRefillMax = word(schedContext.refillMax);
const kernelConsumed = word(globals.consumed);
const kernelCurrentTime = word(globals.currentTime);
const refillAmount = word(refill.amount);
const kernelReleaseHead = word(globals.releaseHead);
const scBytes = word(schedContextStructure.bytes);
const scRefillHead = word(schedContext.refillHead);
const refillBytes = word(refillStructure.bytes);
const refillTime = word(refill.time);
const kernelWorkUnits = word(globals.workUnits);
const registerScause = word(register.scause);
const registerFaultIp = word(register.faultIp);
const registerNextIp = word(register.nextIp);
const scThread = word(schedContext.thread);

const wordRange = 0x1_0000_0000;
const pointerMask = ~0xf;
const flagsMask = 0xf;
/** Of a reply's `next`: it holds the scheduling context. */
const isTop = 1;
const faultTypeMask = 0xf;
const queueFlags = 3;
const scause = 8;

/** Registers of the hart. */
const a0 = 10;
const a1 = 11;
const a2 = 12;
const a6 = 16;

/**
 * What the general way charges where both threads have time of their own: seL4 has no fast path for these.
 * bench/kernel/ipc-active: as long as 1150 plain instructions, it was 2400.
 */
const callToOwnTime = costs.entry + costs.decode + costs.transfer + costs.contextSwitch;
const replyToOwnTime = callToOwnTime + costs.decode;

/** The cycles that it costs; 0 where the general way has to be taken. */
export function fastCall(k: KernelState, hart: SupervisedHart): number {
  const { words, signedBase: base } = k;
  const x = hart.x;
  const info = x[a1] ?? 0;
  if (infoExtraCaps(info) !== 0 || infoLength(info) > messageRegisters) return 0;
  const g = k.globalsIndex;
  const senderPointer = words[g + kernelCurrentThread] ?? 0;
  const sender = indexOf(senderPointer, base);
  const sc = indexOf(words[g + kernelCurrentSchedContext], base);

  const found = lookupSlotIndex(k, sender, x[a0] ?? 0);
  if (found === 0) return 0;
  const w0 = words[found + slotW0] ?? 0;
  const w1 = words[found + slotW1] ?? 0;
  const mayReply = (w1 & (endpointRight.grant | endpointRight.grantReply)) !== 0;
  if (tagOf(w0) !== tag.endpoint || (w1 & endpointRight.send) === 0 || !mayReply) return 0;

  const queue = indexOf(w1 & pointerMask, base);
  const tail = words[queue + endpointTail] ?? 0;
  if ((tail & 3) !== endpointState.receive) return 0;
  const receiverPointer = (words[queue + endpointHead] ?? 0) & pointerMask;
  const receiver = indexOf(receiverPointer, base);
  const objectPointer = (words[receiver + tcbReply] ?? 0) & pointerMask;
  if (objectPointer === 0) return 0;
  const ownTime = words[receiver + tcbSchedContext] ?? 0;
  if (ownTime !== 0 && !isPlain(words, indexOf(ownTime, base))) return 0;
  if (((words[sender + tcbFault0] ?? 0) & faultTypeMask) !== 0) return 0;
  if (!mayRunNext(k, g, receiver) || !isQuiet(k, g, sender, sc)) return 0;
  const now = k.ports.timer.now();
  if (!hasTime(k, g, sc, now)) return 0;

  takeTime(k, g, now);
  saveRegisters(k, hart, sender, senderPointer);

  // The receiver leaves the endpoint's queue, of which it is the head.
  const next = words[receiver + tcbNext] ?? 0;
  const head = words[queue + endpointHead] ?? 0;
  words[queue + endpointHead] = next | (head & flagsMask);
  if (next === 0) words[queue + endpointTail] = tail & flagsMask & ~3;
  else words[indexOf(next, base) + tcbPrevious] = 0;
  words[receiver + tcbNext] = 0;
  words[receiver + tcbPrevious] = 0;

  transfer(words, sender, receiver, info, w0 >>> 4);

  // The sender waits on the receiver's reply object.
  const object = indexOf(objectPointer, base);
  words[receiver + tcbReply] = (words[receiver + tcbReply] ?? 0) & flagsMask;
  words[object + replyThread] = senderPointer;
  words[sender + tcbState] = threadState.blockedOnReply;
  words[sender + tcbReply] = objectPointer | ((words[sender + tcbReply] ?? 0) & flagsMask);
  words[receiver + tcbState] = threadState.running;
  words[g + kernelCurrentThread] = receiverPointer;
  if (ownTime !== 0) {
    settleTime(k);
    return callToOwnTime;
  }
  // It lends its scheduling context.
  const scPointer = words[g + kernelCurrentSchedContext] ?? 0;
  const below = words[sc + scReply] ?? 0;
  if (below !== 0) words[indexOf(below, base) + replyNext] = objectPointer;
  words[object + replyPrevious] = below;
  words[object + replyNext] = scPointer | isTop;
  words[sc + scReply] = objectPointer;
  moveTime(words, sc, scPointer, sender, receiver, receiverPointer);
  return costs.fastCall;
}

/** As `fastCall`, for the answer and the next wait. */
export function fastReplyRecv(k: KernelState, hart: SupervisedHart): number {
  const { words, signedBase: base } = k;
  const x = hart.x;
  const info = x[a1] ?? 0;
  if (infoExtraCaps(info) !== 0 || infoLength(info) > messageRegisters) return 0;
  const g = k.globalsIndex;
  const serverPointer = words[g + kernelCurrentThread] ?? 0;
  const server = indexOf(serverPointer, base);
  const sc = indexOf(words[g + kernelCurrentSchedContext], base);
  const scPointer = words[g + kernelCurrentSchedContext] ?? 0;

  const replySlot = lookupSlotIndex(k, server, x[a6] ?? 0);
  const endpointSlot = lookupSlotIndex(k, server, x[a0] ?? 0);
  if (replySlot === 0 || endpointSlot === 0) return 0;
  if (tagOf(words[replySlot + slotW0] ?? 0) !== tag.reply) return 0;
  const endpointCap = words[endpointSlot + slotW1] ?? 0;
  if (
    tagOf(words[endpointSlot + slotW0] ?? 0) !== tag.endpoint ||
    (endpointCap & endpointRight.receive) === 0
  ) {
    return 0;
  }

  const objectPointer = words[replySlot + slotW1] ?? 0;
  const object = indexOf(objectPointer, base);
  const callerPointer = words[object + replyThread] ?? 0;
  if (callerPointer === 0) return 0;
  const caller = indexOf(callerPointer, base);
  if (((words[caller + tcbState] ?? 0) & 0xf) !== threadState.blockedOnReply) return 0;
  // Its time comes back to the caller, or it has kept it.
  const ownTime = words[caller + tcbSchedContext] ?? 0;
  const inStack = ownTime === 0 ? scPointer | isTop : 0;
  if (words[object + replyNext] !== inStack) return 0;
  if (ownTime !== 0 && words[object + replyPrevious] !== 0) return 0;
  const queuePointer = endpointCap & pointerMask;
  const queue = indexOf(queuePointer, base);
  const tail = words[queue + endpointTail] ?? 0;
  if ((tail & pointerMask) !== 0 || (tail & 3) !== endpointState.idle) return 0;
  if ((words[server + tcbBoundNotification] ?? 0) !== 0) return 0;
  const faults = (words[server + tcbFault0] ?? 0) | (words[caller + tcbFault0] ?? 0);
  if ((faults & faultTypeMask) !== 0) return 0;
  if (!mayRunNext(k, g, caller) || !isQuiet(k, g, server, sc)) return 0;
  const now = k.ports.timer.now();
  if (!hasTime(k, g, sc, now)) return 0;
  if (ownTime === 0 ? headTime(words, sc) > now : !isUsable(k, indexOf(ownTime, base), now)) {
    return 0;
  }

  takeTime(k, g, now);
  saveRegisters(k, hart, server, serverPointer);

  if (ownTime === 0) {
    const previous = (words[object + replyPrevious] ?? 0) & pointerMask;
    words[sc + scReply] = previous;
    if (previous !== 0) words[indexOf(previous, base) + replyNext] = scPointer | isTop;
    words[object + replyNext] = 0;
    words[object + replyPrevious] = 0;
    moveTime(words, sc, scPointer, server, caller, callerPointer);
  }
  words[caller + tcbReply] = (words[caller + tcbReply] ?? 0) & flagsMask;
  transfer(words, server, caller, info, 0);
  words[caller + tcbState] = threadState.running;

  // The server waits for the next call, alone in the queue.
  words[server + tcbState] = queuePointer | threadState.blockedOnReceive;
  words[server + tcbReply] = objectPointer | ((words[server + tcbReply] ?? 0) & flagsMask);
  words[object + replyThread] = serverPointer;
  words[server + tcbNext] = 0;
  words[server + tcbPrevious] = 0;
  const head = words[queue + endpointHead] ?? 0;
  words[queue + endpointHead] = serverPointer | (head & flagsMask);
  words[queue + endpointTail] = serverPointer | (tail & flagsMask & ~3) | endpointState.receive;
  words[g + kernelCurrentThread] = callerPointer;
  if (ownTime === 0) return costs.fastReply;
  settleTime(k);
  return replyToOwnTime;
}

const indexOf = (pointer: number | undefined, base: number): number =>
  (((pointer ?? 0) - base) | 0) >>> 2;

/** Whether a thread may be switched to directly: of this domain, and nobody who is ready outranks it. */
function mayRunNext(k: KernelState, g: number, thread: number): boolean {
  const { words } = k;
  if (words[thread + tcbDomain] !== words[g + kernelCurrentDomain]) return false;
  if ((words[thread + tcbReply] ?? 0) & queueFlags) return false;
  if (words[thread + tcbYieldTo] !== 0) return false;
  const priority = words[thread + tcbPriority] ?? 0;
  const bitmap = g + kernelReadyBitmap;
  for (let group = configuration.priorities / 32 - 1; group > priority >>> 5; group -= 1) {
    if (words[bitmap + group] !== 0) return false;
  }
  const equals = words[bitmap + (priority >>> 5)] ?? 0;
  // Shifted twice, since a shift by 32 is none.
  return (equals >>> (priority & 31)) >>> 1 === 0;
}

/** Nothing is under way that the end of a kernel entry would have to see to. */
function isQuiet(k: KernelState, g: number, thread: number, sc: number): boolean {
  const { words } = k;
  return (
    !k.isTraced &&
    words[g + kernelDomains] === 1 &&
    ((words[g + kernelDomainTime] ?? 0) | (words[g + kernelDomainTime + 1] ?? 0)) !== 0 &&
    words[g + kernelSchedulerAction] === 0 &&
    words[g + kernelReprogram] === 0 &&
    words[sc + scRefillMax] !== 0 &&
    words[thread + tcbSchedContext] === words[g + kernelCurrentSchedContext]
  );
}

/** The budget suffices, and nobody's release is due. */
function hasTime(k: KernelState, g: number, sc: number, now: number): boolean {
  const { words, signedBase: base } = k;
  const consumed = timeAt(words, g + kernelConsumed);
  const before = timeAt(words, g + kernelCurrentTime);
  const amount = timeAt(words, headRefill(words, sc) + refillAmount);
  if (amount - (consumed + now - before) < k.minimumBudget) return false;
  const released = words[g + kernelReleaseHead] ?? 0;
  if (released === 0) return true;
  const thread = indexOf(released & pointerMask, base);
  return headTime(words, indexOf(words[thread + tcbSchedContext], base)) > now;
}

/** A scheduling context that a thread can run on, and that nothing happens to when it wakes. */
const isPlain = (words: Int32Array, sc: number): boolean =>
  words[sc + scRefillMax] !== 0 && words[sc + scSporadic] === 0;

/** A plain one, whose budget is there and suffices. */
const isUsable = (k: KernelState, sc: number, now: number): boolean =>
  isPlain(k.words, sc) &&
  headTime(k.words, sc) <= now &&
  timeAt(k.words, headRefill(k.words, sc) + refillAmount) >= k.minimumBudget;

const timeAt = (words: Int32Array, index: number): number =>
  ((words[index] ?? 0) >>> 0) + (words[index + 1] ?? 0) * wordRange;

const headRefill = (words: Int32Array, sc: number): number =>
  sc + scBytes + (words[sc + scRefillHead] ?? 0) * refillBytes;

const headTime = (words: Int32Array, sc: number): number =>
  timeAt(words, headRefill(words, sc) + refillTime);

function takeTime(k: KernelState, g: number, now: number): void {
  const { words } = k;
  const current = g + kernelCurrentTime;
  const consumed = g + kernelConsumed;
  const sum = timeAt(words, consumed) + now - timeAt(words, current);
  setTime(words, current, now);
  setTime(words, consumed, sum);
  words[g + kernelWorkUnits] = 0;
}

function setTime(words: Int32Array, index: number, ticks: number): void {
  words[index] = ticks >>> 0;
  words[index + 1] = Math.floor(ticks / wordRange);
}

function saveRegisters(
  { words }: KernelState,
  hart: SupervisedHart,
  thread: number,
  pointer: number,
): void {
  const { pc } = hart;
  // x0 is not kept, so x1 is the first word of a TCB.
  hart.saveRegisters((pointer >>> 0) as PhysAddr);
  words[thread + registerScause] = scause;
  words[thread + registerFaultIp] = pc;
  words[thread + registerNextIp] = pc + 4;
}

function transfer(
  words: Int32Array,
  sender: number,
  receiver: number,
  info: number,
  badge: number,
): void {
  const length = infoLength(info);
  for (let index = 0; index < length; index += 1) {
    words[receiver + a2 - 1 + index] = words[sender + a2 - 1 + index] ?? 0;
  }
  words[receiver + a1 - 1] = messageInfo(infoLabel(info), 0, 0, length);
  words[receiver + a0 - 1] = badge;
}

/** The scheduling context goes from one thread to another, which runs on it now. */
function moveTime(
  words: Int32Array,
  sc: number,
  scPointer: number,
  from: number,
  to: number,
  toPointer: number,
): void {
  words[from + tcbSchedContext] = 0;
  words[sc + scThread] = toPointer;
  words[to + tcbSchedContext] = scPointer;
}

/** Loads a thread into the hart. */
export function loadThread(k: KernelState, hart: SupervisedHart): void {
  const { words, signedBase: base } = k;
  const pointer = words[k.globalsIndex + kernelCurrentThread] ?? 0;
  const thread = indexOf(pointer, base);
  hart.loadRegisters((pointer >>> 0) as PhysAddr);
  hart.pc = virtAddr((words[thread + registerNextIp] ?? 0) >>> 0);
}
