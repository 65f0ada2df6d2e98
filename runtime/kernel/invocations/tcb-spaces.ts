/**
 * Configure, SetSpace, SetIPCBuffer and SetTimeoutEndpoint: capabilities that go into the slots of a TCB.
 * Each is a copy, derived like any other; so revoking the original takes it from the thread.
 */
import { ipcBufferSizeBits } from '../../abi/ipc-buffer.js';
import { ok } from '../../base/result.js';
import {
  endpointRight,
  frameIsDevice,
  nullCapability,
  readCapability,
  tag,
  tagOf,
  typeName,
  type Capability,
} from '../capabilities/capability.js';
import { deleteSlot, type Progress } from '../capabilities/delete.js';
import { insertDerived, isFinal, sameObject } from '../capabilities/derivation.js';
import { derive, withData } from '../capabilities/rights.js';
import { hex, illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { tcb, tcbSlot, type TcbSlot } from '../layout.js';
import { rescheduleRequired } from '../scheduler/scheduler.js';
import {
  argument,
  extraCapability,
  methodOf,
  type ExtraCapability,
  type Invocation,
  type Performed,
} from './invocation.js';

export interface SpacesPlan {
  readonly kind: 'spaces';
  readonly thread: number;
  readonly installs: readonly Install[];
  /** Address, and the frame with its slot; a frame with the null capability removes the buffer. */
  readonly buffer?: { readonly address: number; readonly frame: ExtraCapability };
  readonly invoked: ExtraCapability;
}

interface Install {
  readonly name: TcbSlot;
  /** Derived, with the slot of its source. */
  readonly from: ExtraCapability;
}

/** A handler is nothing, or an endpoint that a fault message can be sent to and be answered from. */
export function checkHandler({ w0, w1 }: Capability, number: number, method: string) {
  if (tagOf(w0) === tag.null) return undefined;
  if (tagOf(w0) !== tag.endpoint) {
    return refuse(
      'InvalidCapability',
      [number],
      () => `${method}: the ${typeName(w0)} given as handler is no endpoint`,
    );
  }
  if ((w1 & endpointRight.send) === 0) {
    return refuse(
      'InvalidCapability',
      [number],
      () => `${method}: the handler's endpoint capability lacks the right to send`,
    );
  }
  if ((w1 & (endpointRight.grant | endpointRight.grantReply)) === 0) {
    return refuse(
      'InvalidCapability',
      [number],
      () => `${method}: the handler's endpoint capability has neither grant nor grant reply`,
    );
  }
  return undefined;
}

export function decodeConfigure(
  k: KernelState,
  invocation: Invocation,
  thread: number,
): Decoded<SpacesPlan> {
  const method = methodOf(invocation);
  const cspace = extraCapability(k, invocation, 0);
  const vspace = extraCapability(k, invocation, 1);
  const frame = extraCapability(k, invocation, 2);
  if (
    invocation.length < 3 ||
    cspace === undefined ||
    vspace === undefined ||
    frame === undefined
  ) {
    return truncated(method, 'three words and three capabilities');
  }
  const buffer = decodeBuffer(k, frame, argument(k, invocation, 2), method);
  if (!buffer.ok) return buffer;
  const spaces = decodeSpaces(k, invocation, thread, cspace, vspace);
  if (!spaces.ok) return spaces;
  return ok({
    kind: 'spaces',
    thread,
    installs: spaces.value,
    buffer: buffer.value,
    invoked: invocation,
  });
}

export function decodeSetSpace(
  k: KernelState,
  invocation: Invocation,
  thread: number,
): Decoded<SpacesPlan> {
  const method = methodOf(invocation);
  const handler = extraCapability(k, invocation, 0);
  const cspace = extraCapability(k, invocation, 1);
  const vspace = extraCapability(k, invocation, 2);
  if (
    invocation.length < 2 ||
    handler === undefined ||
    cspace === undefined ||
    vspace === undefined
  ) {
    return truncated(method, 'two words and three capabilities');
  }
  const spaces = decodeSpaces(k, invocation, thread, cspace, vspace);
  if (!spaces.ok) return spaces;
  const unfit = checkHandler(handler.capability, 1, method);
  if (unfit !== undefined) return unfit;
  const installs: Install[] = [{ name: 'faultHandler', from: handler }, ...spaces.value];
  return ok({ kind: 'spaces', thread, installs, invoked: invocation });
}

export function decodeSetTimeoutEndpoint(
  k: KernelState,
  invocation: Invocation,
  thread: number,
): Decoded<SpacesPlan> {
  const method = methodOf(invocation);
  const handler = extraCapability(k, invocation, 0);
  if (handler === undefined) return truncated(method, 'the endpoint');
  const unfit = checkHandler(handler.capability, 1, method);
  if (unfit !== undefined) return unfit;
  const installs: Install[] = [{ name: 'timeoutHandler', from: handler }];
  return ok({ kind: 'spaces', thread, installs, invoked: invocation });
}

export function decodeSetIpcBuffer(
  k: KernelState,
  invocation: Invocation,
  thread: number,
): Decoded<SpacesPlan> {
  const method = methodOf(invocation);
  const frame = extraCapability(k, invocation, 0);
  if (invocation.length < 1 || frame === undefined) {
    return truncated(method, 'an address and the frame of the buffer');
  }
  const buffer = decodeBuffer(k, frame, argument(k, invocation, 0), method);
  if (!buffer.ok) return buffer;
  return ok({ kind: 'spaces', thread, installs: [], buffer: buffer.value, invoked: invocation });
}

function decodeBuffer(
  k: KernelState,
  frame: ExtraCapability,
  address: number,
  method: string,
): Decoded<{ readonly address: number; readonly frame: ExtraCapability }> {
  if (address === 0) {
    return ok({ address, frame: { slot: frame.slot, capability: nullCapability } });
  }
  const derived = derive(k, frame.slot, frame.capability, method);
  if (!derived.ok) return derived;
  const { w0 } = derived.value;
  if (tagOf(w0) !== tag.frame) {
    return illegal(
      () => `${method}: the ${typeName(frame.capability.w0)} given as IPC buffer is no frame`,
    );
  }
  if (frameIsDevice(w0)) {
    return illegal(() => `${method}: a device frame cannot be an IPC buffer`);
  }
  if (address % 2 ** ipcBufferSizeBits !== 0) {
    return refuse(
      'AlignmentError',
      [],
      () => `${method}: IPC buffer address ${hex(address)} is no multiple of 512`,
    );
  }
  return ok({ address, frame: { slot: frame.slot, capability: derived.value } });
}

function decodeSpaces(
  k: KernelState,
  invocation: Invocation,
  thread: number,
  cspace: ExtraCapability,
  vspace: ExtraCapability,
): Decoded<readonly Install[]> {
  const method = methodOf(invocation);
  // What would take long to delete. seL4 asks this of the slot of the VSpace, too, which never holds a CNode.
  const old = tcbSlot(thread, 'cspace');
  if (tagOf(readCapability(k, old).w0) === tag.cnode && isFinal(k, old)) {
    return illegal(
      () => `${method}: the thread holds the last capability to its CNode; move it first`,
    );
  }
  const root = deriveWithData(k, cspace, argument(k, invocation, 0), method);
  if (!root.ok) return root;
  const given = cspace.capability.w0;
  if (tagOf(given) !== tag.cnode) {
    return illegal(() => `${method}: the ${typeName(given)} given as CSpace root is no CNode`);
  }
  if (tagOf(root.value.capability.w0) === tag.null) {
    return illegal(() => `${method}: the guard is too long for the CNode given as CSpace root`);
  }
  const table = deriveWithData(k, vspace, argument(k, invocation, 1), method);
  if (!table.ok) return table;
  const { w0 } = vspace.capability;
  // A page table without an ASID was refused just now: it cannot be copied.
  if (tagOf(w0) !== tag.pageTable) {
    return illegal(() => `${method}: the ${typeName(w0)} given as VSpace root is no page table`);
  }
  return ok([
    { name: 'cspace', from: root.value },
    { name: 'vspace', from: table.value },
  ]);
}

function deriveWithData(
  k: KernelState,
  extra: ExtraCapability,
  data: number,
  method: string,
): Decoded<ExtraCapability> {
  const changed =
    data === 0 ? extra.capability : withData(extra.capability, data, { isCopy: true });
  const derived = derive(k, extra.slot, changed, method);
  return derived.ok ? ok({ slot: extra.slot, capability: derived.value }) : derived;
}

export function performSpaces(k: KernelState, plan: SpacesPlan): Performed {
  const { thread, invoked } = plan;
  for (const { name, from } of plan.installs) {
    if (installHandler(k, thread, name, from, invoked) === 'preempted') return 'preempted';
  }
  if (plan.buffer !== undefined) {
    const { address, frame } = plan.buffer;
    const slot = tcbSlot(thread, 'ipcBuffer');
    if (deleteSlot(k, slot) === 'preempted') return 'preempted';
    k.write(thread + tcb.ipcBuffer, address);
    insertUnlessGone(k, slot, frame, invoked);
    if (thread === k.currentThread) rescheduleRequired(k);
  }
  return 'done';
}

/** Replaces what a slot of the TCB holds. */
export function installHandler(
  k: KernelState,
  thread: number,
  name: TcbSlot,
  from: ExtraCapability,
  invoked: ExtraCapability,
): Progress {
  const slot = tcbSlot(thread, name);
  if (deleteSlot(k, slot) === 'preempted') return 'preempted';
  insertUnlessGone(k, slot, from, invoked);
  return 'done';
}

/** Emptying the slot may have deleted the source, or the thread itself: then nothing is put there. */
function insertUnlessGone(
  k: KernelState,
  slot: number,
  from: ExtraCapability,
  invoked: ExtraCapability,
): void {
  if (tagOf(from.capability.w0) === tag.null) return;
  if (!sameObject(from.capability, readCapability(k, from.slot))) return;
  if (!sameObject(invoked.capability, readCapability(k, invoked.slot))) return;
  insertDerived(k, from.capability, from.slot, slot);
}
