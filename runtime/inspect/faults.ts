/** The fault that a thread stands still with, as the kernel keeps it in the TCB. sel4-abi section 6. */
import { faultLabel } from '../abi/faults.js';
import { formatAddress } from '../base/address.js';
import type { FaultView } from '../kernel/events.js';
import { decodeFault, describeFault } from '../kernel/faults/fault.js';
import type { Platform } from '../platform.js';
import { placeOfDevice } from './device-sentences.js';
import { translate } from './address-space.js';
import { registerIndex } from './kernel-layout.js';
import { kernelSource, tcbWord, type KernelSource } from './kernel-source.js';
import { isThread, spaceOf, tcbPointer } from './thread-state.js';

export function viewFault(platform: Platform, thread: number): FaultView | undefined {
  const kernel = kernelSource(platform);
  if (kernel === undefined || !isThread(platform, thread)) return undefined;
  const tcb = tcbPointer(kernel, thread);
  const fault = decodeFault(
    [numberedAsMcs(kernel, tcbWord(kernel, tcb, 'fault0')), tcbWord(kernel, tcb, 'fault1')],
    [tcbWord(kernel, tcb, 'lookupFailure0'), tcbWord(kernel, tcb, 'lookupFailure1')],
  );
  const faultIp = kernel.word(tcb + kernel.layout.tcb.registers + 4 * registerIndex('FaultIP'));
  return fault && asMapped(platform, thread, describeFault(fault, faultIp));
}

/**
 * With what the page tables say of a fault of memory. The kernel is told the same of an access that a page does not allow
 * and of one that the page allows and no device answers; the latter is what is wrong with a driver.
 */
export function asMapped(platform: Platform, thread: number, fault: FaultView): FaultView {
  const { access, address, pc } = fault;
  if (access === undefined || address === undefined) return fault;
  const page = translate(platform, spaceOf(platform, thread), address);
  const isAllowed = page?.isUser === true && page.rights.includes(rightOf[access]);
  if (!isAllowed || platform.machine.memory.contains(page.physical, 1)) return fault;
  const place = placeOfDevice(platform.machine, page.physical);
  const what =
    place === undefined
      ? `physical address ${formatAddress(page.physical)}, where no device is`
      : `${place}: the device does not answer to such an access`;
  const way = `${access} ${access === 'store' ? 'to' : 'from'}`;
  const description = `VM fault at ${formatAddress(pc)}: ${way} ${formatAddress(address)}, which is ${what}`;
  return { ...fault, description };
}

const rightOf = { fetch: 'x', load: 'r', store: 'w' } as const;

/** Without MCS there is no Timeout, and the number of a VMFault is one less. */
function numberedAsMcs({ layout }: KernelSource, word: number): number {
  return layout.schedContext === undefined && (word & 0xf) === faultLabel.Timeout
    ? word - faultLabel.Timeout + faultLabel.VMFault
    : word;
}
