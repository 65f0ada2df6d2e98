/** The fault that a thread stands still with, as the kernel keeps it in the TCB. sel4-abi section 6. */
import type { FaultView } from '../kernel/events.js';
import { readFault, viewFault as describeFault } from '../kernel/faults/fault.js';
import { tcbOffset } from '../kernel/layout.js';
import type { Platform } from '../platform.js';
import { hasKernel, isThread, kernelState } from './thread-state.js';

export function viewFault(platform: Platform, thread: number): FaultView | undefined {
  if (!hasKernel(platform) || !isThread(platform, thread)) return undefined;
  const kernel = kernelState(platform);
  const pointer = thread + tcbOffset;
  const fault = readFault(kernel, pointer);
  return fault && describeFault(kernel, pointer, fault);
}
