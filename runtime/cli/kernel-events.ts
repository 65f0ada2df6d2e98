/** Kernel events as sentences, with threads by their names. */
import { tcbBits } from '../abi/object-types.js';
import { formatAddress } from '../base/address.js';
import { viewThreads } from '../inspect/threads.js';
import type { KernelEvent } from '../kernel/events.js';
import type { Platform } from '../platform.js';

export function describeEvent(platform: Platform, event: KernelEvent): string {
  const name = (thread: number): string => threadName(platform, thread);
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
      return `${name(event.thread)} faulted at ${formatAddress(event.fault.pc)}: ${event.fault.description}`;
    case 'refused':
      return `${name(event.thread)}: ${event.invocation} was refused with ${event.error}: ${event.message}`;
    case 'halted':
      return `halted: ${event.message}`;
  }
}

/** The kernel names a thread by a pointer into its TCB object, views by the object's first address. */
export function threadName(platform: Platform, pointer: number): string {
  const thread = viewThreads(platform).find(
    ({ id }) => pointer >= id && pointer - id < 2 ** tcbBits,
  );
  return thread?.name ?? formatAddress(pointer);
}
