/** One message from one thread to another: words, capabilities, badge; or a fault. sel4-abi section 9. */
import { ipcBuffer } from '../../abi/ipc-buffer.js';
import {
  infoExtraCaps,
  infoLabel,
  infoLength,
  maxExtraCaps,
  messageInfo,
  messageRegisters,
} from '../../abi/message-info.js';
import type { PhysAddr } from '../../base/address.js';
import {
  endpointBadge,
  endpointPointer,
  readCapability,
  slotIsEmpty,
  tag,
  tagOf,
} from '../capabilities/capability.js';
import { insertDerived } from '../capabilities/derivation.js';
import { lookupInCNode, lookupSlot } from '../capabilities/lookup.js';
import { derive } from '../capabilities/rights.js';
import { costs } from '../costs.js';
import { transferFault } from '../faults/fault.js';
import type { KernelState } from '../kernel-state.js';
import { badgeRegister, faultType, infoRegister } from '../objects/thread.js';
import { bufferOf, copyMessage } from './message.js';

/** `endpoint` is 0 for a reply: then no capability is unwrapped. */
export function transfer(
  k: KernelState,
  sender: number,
  receiver: number,
  endpoint: number,
  badge: number,
  { canGrant }: { readonly canGrant: boolean },
): void {
  if (faultType(k, sender) !== 0) {
    k.charge(costs.faultMessage);
    transferFault(k, sender, receiver, badge);
    if (k.isTraced) traceMessage(k, sender, receiver, endpoint);
    return;
  }
  k.charge(costs.transfer);
  const info = k.read(sender + infoRegister);
  if (infoLength(info) <= messageRegisters && infoExtraCaps(info) === 0) k.registerMessages += 1;
  const senderBuffer = bufferOf(k, sender, 'send');
  const receiverBuffer = bufferOf(k, receiver, 'receive');
  const length = copyMessage(k, sender, senderBuffer, receiver, receiverBuffer, infoLength(info));
  let received = messageInfo(infoLabel(info), 0, 0, length);
  if (canGrant && infoExtraCaps(info) > 0 && senderBuffer !== 0) {
    const extra = lookupExtraSlots(k, sender, senderBuffer, infoExtraCaps(info));
    if (typeof extra !== 'number' && receiverBuffer !== 0) {
      received |= transferCapabilities(k, extra, endpoint, receiver, receiverBuffer);
    }
  }
  k.write(receiver + infoRegister, received >>> 0);
  k.write(receiver + badgeRegister, badge);
  if (k.isTraced) traceMessage(k, sender, receiver, endpoint);
}

function traceMessage(k: KernelState, sender: number, receiver: number, endpoint: number): void {
  const info = k.read(receiver + infoRegister);
  k.trace({
    kind: 'message',
    from: sender as PhysAddr,
    to: receiver as PhysAddr,
    endpoint: endpoint as PhysAddr,
    badge: k.read(receiver + badgeRegister),
    label: infoLabel(info),
    words: infoLength(info),
    capabilities: infoExtraCaps(info),
    isFault: faultType(k, sender) !== 0,
  });
}

/** The slots of the extra capabilities, or the index of the first that is not there. */
export function lookupExtraSlots(
  k: KernelState,
  thread: number,
  buffer: number,
  count: number,
): readonly number[] | number {
  const slots: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = lookupSlot(k, thread, k.read(buffer + ipcBuffer.capsOrBadges + 4 * index));
    if (at === 0) return index;
    slots.push(at);
  }
  return slots;
}

/** The two fields of the message info that tell how many arrived, and which as badges. */
function transferCapabilities(
  k: KernelState,
  slots: readonly number[],
  endpoint: number,
  receiver: number,
  receiverBuffer: number,
): number {
  let free = receiveSlot(k, receiver, receiverBuffer);
  let unwrapped = 0;
  let handled = 0;
  for (const at of slots.slice(0, maxExtraCaps)) {
    const capability = readCapability(k, at);
    if (
      endpoint !== 0 &&
      tagOf(capability.w0) === tag.endpoint &&
      endpointPointer(capability.w1) === endpoint
    ) {
      // It proves which badge the sender holds, so the receiver gets just that.
      k.write(receiverBuffer + ipcBuffer.capsOrBadges + 4 * handled, endpointBadge(capability.w0));
      unwrapped |= 1 << handled;
    } else {
      if (free === 0) break;
      const derived = derive(k, at, capability, 'capability transfer');
      if (!derived.ok || tagOf(derived.value.w0) === tag.null) break;
      insertDerived(k, derived.value, at, free);
      k.charge(costs.deriveCapability);
      free = 0;
    }
    handled += 1;
  }
  return messageInfo(0, unwrapped, handled, 0);
}

/** The empty slot that the receiver offers in its IPC buffer, or 0. */
function receiveSlot(k: KernelState, receiver: number, buffer: number): number {
  const root = lookupSlot(k, receiver, k.read(buffer + ipcBuffer.receiveRoot));
  if (root === 0) return 0;
  const found = lookupInCNode(
    k,
    readCapability(k, root),
    k.read(buffer + ipcBuffer.receiveIndex),
    k.read(buffer + ipcBuffer.receiveDepth),
    { method: 'capability transfer', role: 'destination' },
  );
  return found.ok && slotIsEmpty(k, found.value) ? found.value : 0;
}
