/** Kernel events as sentences, with threads by their names. */
import { tcbBits } from '../abi/object-types.js';
import { formatAddress } from '../base/address.js';
import type { KernelEvent, KernelTraceEvent } from '../kernel/events.js';
import type { Platform } from '../platform.js';
import { asMapped } from './faults.js';
import { threadAt } from './thread-state.js';
import { viewThreads } from './threads.js';

export function describeEvent(platform: Platform, event: KernelEvent): string {
  const name = (thread: number): string => eventThreadName(platform, thread);
  switch (event.kind) {
    case 'threadCreated':
      return `thread ${name(event.thread)} is created`;
    case 'threadDeleted':
      return `thread ${formatAddress(event.thread)} is deleted`;
    case 'threadNamed':
      return `thread ${formatAddress(event.thread)} is named ${event.name}`;
    case 'switched':
      return `switched from ${name(event.from)} to ${name(event.to)}`;
    case 'fault':
      return `${name(event.thread)} faulted at ${formatAddress(event.fault.pc)}: ${asMapped(platform, threadAt(event.thread), event.fault).description}`;
    case 'refused':
      return `${name(event.thread)}: ${event.invocation} was refused with ${event.error}: ${event.message}`;
    case 'halted':
      return `halted: ${event.message}`;
  }
}

export function describeStep(platform: Platform, event: KernelTraceEvent): string {
  const name = (thread: number): string => eventThreadName(platform, thread);
  switch (event.kind) {
    case 'invoked':
      return `${name(event.thread)} invoked ${event.invocation} on capability 0x${event.address.toString(16)} (${event.type})`;
    case 'message': {
      const what = event.isFault ? 'fault message' : 'message';
      const way =
        event.endpoint === 0 ? 'as an answer' : `through endpoint ${formatAddress(event.endpoint)}`;
      const more = event.capabilities === 0 ? '' : `, ${event.capabilities} capabilities`;
      const badge = event.badge === 0 ? '' : `, badge ${event.badge}`;
      return `${what} from ${name(event.from)} to ${name(event.to)} ${way}: label ${event.label}, ${event.words} words${more}${badge}`;
    }
    case 'signalled': {
      const woken = event.woken === undefined ? 'nobody waits' : `wakes ${name(event.woken)}`;
      return `notification ${formatAddress(event.notification)} is signalled with 0x${event.badge.toString(16)}: ${woken}`;
    }
    case 'derived':
      return `${event.type} in slot ${formatAddress(event.to)} is derived from slot ${formatAddress(event.from)}`;
    case 'moved':
      return `${event.type} moved from slot ${formatAddress(event.from)} to ${formatAddress(event.to)}`;
    case 'deleted':
      return `${event.type} in slot ${formatAddress(event.slot)} is deleted`;
    case 'revoked':
      return `${event.type} in slot ${formatAddress(event.slot)} is revoked: nothing is derived from it any more`;
    case 'interrupt':
      return event.notification === undefined
        ? `interrupt ${event.irq}, which signals nothing`
        : `interrupt ${event.irq}, for notification ${formatAddress(event.notification)}`;
  }
}

/** The kernel names a thread by a pointer into its TCB object, views by the object's first address. */
export function eventThreadName(platform: Platform, pointer: number): string {
  const thread = viewThreads(platform).find(
    ({ id }) => pointer >= id && pointer - id < 2 ** tcbBits,
  );
  return thread?.name ?? formatAddress(pointer);
}
