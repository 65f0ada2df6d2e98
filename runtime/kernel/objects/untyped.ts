/**
 * Making objects from untyped memory. Memory behind the watermark is zero, except in device untypeds; an
 * object of zeros is a fresh one of any type, but for a thread's place in the list of all threads.
 */
import type { ObjectTypeName } from '../../abi/object-types.js';
import type { PhysAddr } from '../../base/address.js';
import {
  cnodeCapability,
  endpointCapability,
  frameCapability,
  frameRights,
  frameSize,
  notificationCapability,
  pageTableCapability,
  readCapability,
  replyCapability,
  schedContextCapability,
  threadCapability,
  untypedBase,
  untypedCapability,
  untypedFreeOffset,
  untypedIsDevice,
  untypedSizeBits,
  withFreeOffset,
  writeCapability,
  type Capability,
} from '../capabilities/capability.js';
import { configuration } from '../configuration.js';
import { costs } from '../costs.js';
import type { KernelState } from '../kernel-state.js';
import { globals, tcb, tcbOffset } from '../layout.js';
import { addToAllThreads, nameOf, setName } from './thread-name.js';

/** `userBits` is the size argument of Retype. */
export function createObject(
  k: KernelState,
  type: ObjectTypeName,
  base: number,
  userBits: number,
  { isDevice }: { readonly isDevice: boolean },
): Capability {
  switch (type) {
    case 'Untyped':
      return untypedCapability(base, userBits, isDevice);
    case 'TCB':
      return createThread(k, base + tcbOffset);
    case 'Endpoint':
      return endpointCapability(base, 0, 0xf);
    case 'Notification':
      return notificationCapability(base, 0, 3);
    case 'CNode':
      return cnodeCapability(base, userBits, 0, 0);
    case 'SchedContext':
      return schedContextCapability(base, userBits);
    case 'Reply':
      return replyCapability(base, true);
    case '4K_Page':
    case 'Mega_Page':
      return frameCapability({
        base,
        size: type === '4K_Page' ? frameSize.page : frameSize.megaPage,
        rights: frameRights.readWrite,
        isDevice,
        asid: 0,
        vaddr: 0,
      });
    case 'PageTable':
      return pageTableCapability({ base, isMapped: false, asid: 0, vaddr: 0 });
  }
}

function createThread(k: KernelState, thread: number): Capability {
  k.write(thread + tcb.domain, k.global(globals.currentDomain));
  setName(k, thread, `child of: '${nameOf(k, k.currentThread)}'`);
  addToAllThreads(k, thread);
  k.emit({ kind: 'threadCreated', thread: thread as PhysAddr });
  return threadCapability(thread);
}

/**
 * Clears what was used of an untyped without children, from the watermark down in chunks, and lowers the
 * watermark with each; so it can stop between two. The answer is false when it stopped early.
 */
export function resetUntyped(
  k: KernelState,
  at: number,
  mayStop: (k: KernelState) => boolean,
): boolean {
  const capability = readCapability(k, at);
  const base = untypedBase(capability.w0);
  const offset = untypedFreeOffset(capability.w1);
  const sizeBits = untypedSizeBits(capability.w1);
  if (offset === 0) return true;
  if (untypedIsDevice(capability.w1)) {
    writeCapability(k, at, withFreeOffset(capability, 0));
    return true;
  }
  const chunk = 2 ** Math.min(configuration.resetChunkBits, sizeBits);
  for (let start = Math.floor((offset - 1) / chunk) * chunk; start >= 0; start -= chunk) {
    k.memory.fill((base + start) as PhysAddr, chunk, 0);
    k.charge(costs.clearChunk);
    writeCapability(k, at, withFreeOffset(capability, start));
    if (start > 0 && mayStop(k)) return false;
  }
  return true;
}
