/** The fault that a thread stands still with, as the kernel keeps it in the TCB. sel4-abi section 6. */
import { faultLabel } from '../abi/faults.js';
import type { FaultView } from '../kernel/events.js';
import { decodeFault, describeFault } from '../kernel/faults/fault.js';
import type { Platform } from '../platform.js';
import { registerIndex } from './kernel-layout.js';
import { kernelSource, tcbWord, type KernelSource } from './kernel-source.js';
import { isThread, tcbPointer } from './thread-state.js';

export function viewFault(platform: Platform, thread: number): FaultView | undefined {
  const kernel = kernelSource(platform);
  if (kernel === undefined || !isThread(platform, thread)) return undefined;
  const tcb = tcbPointer(kernel, thread);
  const fault = decodeFault(
    [numberedAsMcs(kernel, tcbWord(kernel, tcb, 'fault0')), tcbWord(kernel, tcb, 'fault1')],
    [tcbWord(kernel, tcb, 'lookupFailure0'), tcbWord(kernel, tcb, 'lookupFailure1')],
  );
  const faultIp = kernel.word(tcb + kernel.layout.tcb.registers + 4 * registerIndex('FaultIP'));
  return fault && describeFault(fault, faultIp);
}

/** Without MCS there is no Timeout, and the number of a VMFault is one less. */
function numberedAsMcs({ layout }: KernelSource, word: number): number {
  return layout.schedContext === undefined && (word & 0xf) === faultLabel.Timeout
    ? word - faultLabel.Timeout + faultLabel.VMFault
    : word;
}
