/** RISCV_Page_Map, Unmap and GetAddress. Order of checks and error words as in seL4; sel4-abi section 9. */
import { ok } from '../../base/result.js';
import {
  frameBits,
  frameCapability,
  frameFields,
  frameRights,
  writeCapability,
  type Capability,
  type FrameFields,
} from '../capabilities/capability.js';
import { maskFrameRights } from '../capabilities/rights.js';
import { configuration } from '../configuration.js';
import { answer } from '../ipc/message.js';
import { hex, illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { threadState } from '../layout.js';
import { pte, pteFor, unmapFrame, walk, writeEntry } from '../objects/address-space.js';
import { setThreadState } from '../scheduler/scheduler.js';
import {
  argument,
  extraCapability,
  methodOf,
  type Invocation,
  type Performed,
} from './invocation.js';
import { decodeRoot, expectPageTable } from './page-table.js';

export type PagePlan =
  | {
      readonly kind: 'map';
      readonly slot: number;
      readonly capability: Capability;
      readonly at: number;
      readonly entry: number;
    }
  | {
      readonly kind: 'unmap';
      readonly slot: number;
      readonly frame: FrameFields;
      readonly bits: number;
    }
  | { readonly kind: 'getAddress'; readonly base: number; readonly isCall: boolean };

const executeNever = 1;

export function decodePage(k: KernelState, invocation: Invocation): Decoded<PagePlan> {
  const method = methodOf(invocation);
  const frame = frameFields(invocation.capability);
  const bits = frameBits(invocation.capability.w0);
  switch (invocation.row?.name) {
    case 'RISCVPageMap':
      return decodeMap(k, invocation, frame, bits, method);
    case 'RISCVPageUnmap':
      return ok({ kind: 'unmap', slot: invocation.slot, frame, bits });
    case 'RISCVPageGetAddress':
      return ok({ kind: 'getAddress', base: frame.base, isCall: invocation.isCall });
    default:
      return illegal(() => `${method}: a frame has no such operation`);
  }
}

function decodeMap(
  k: KernelState,
  invocation: Invocation,
  frame: FrameFields,
  bits: number,
  method: string,
): Decoded<PagePlan> {
  const vspace = extraCapability(k, invocation, 0);
  if (invocation.length < 3 || vspace === undefined) {
    return truncated(method, 'an address, rights, attributes and the address space');
  }
  const vaddr = argument(k, invocation, 0);
  const notRoot = expectPageTable(vspace.capability, method);
  if (notRoot !== undefined) return notRoot;
  const root = decodeRoot(k, vspace.capability, method);
  if (!root.ok) return root;
  const { asid, base } = root.value;
  // The sum wraps at 32 bits, as in seL4; an address near the top then fails the alignment check.
  if ((vaddr + 2 ** bits - 1) % 2 ** 32 >= configuration.userTop) {
    return refuse('InvalidArgument', [0], () => `${method}: ${hex(vaddr)} is not a user address`);
  }
  if (vaddr % 2 ** bits !== 0) {
    return refuse(
      'AlignmentError',
      [],
      () => `${method}: ${hex(vaddr)} is no multiple of the frame's ${String(2 ** bits)} bytes`,
    );
  }
  const found = walk(k, base, vaddr);
  if (found.bitsLeft !== bits) {
    return refuse('FailedLookup', [0, 2, found.bitsLeft], () =>
      found.bitsLeft > bits
        ? `${method}: no page table is mapped for ${hex(vaddr)}`
        : `${method}: a page table is mapped at ${hex(vaddr)}, where a 4 MiB frame would go`,
    );
  }
  if (frame.asid !== 0) {
    if (frame.asid !== asid) {
      return refuse(
        'InvalidCapability',
        [1],
        () => `${method}: the frame is mapped in another address space`,
      );
    }
    if (frame.vaddr !== vaddr) {
      return refuse(
        'InvalidArgument',
        [0],
        () => `${method}: the frame is mapped at ${hex(frame.vaddr)} already`,
      );
    }
  } else if ((found.entry & pte.valid) !== 0) {
    return refuse('DeleteFirst', [], () => `${method}: another frame is mapped at ${hex(vaddr)}`);
  }
  const rights = maskFrameRights(frame.rights, argument(k, invocation, 1));
  const isExecutable = (argument(k, invocation, 2) & executeNever) === 0;
  return ok({
    kind: 'map',
    slot: invocation.slot,
    capability: frameCapability({ ...frame, asid, vaddr }),
    at: found.at,
    entry: userEntry(frame.base, rights, isExecutable),
  });
}

/** A page without any access is not mapped at all. */
export function userEntry(base: number, rights: number, isExecutable: boolean): number {
  const access =
    (rights === frameRights.kernelOnly ? 0 : pte.read) |
    (rights === frameRights.readWrite ? pte.write : 0) |
    (isExecutable ? pte.execute : 0);
  return access === 0 ? 0 : pteFor(base, access | pte.valid | pte.user | pte.accessed | pte.dirty);
}

export function performPage(k: KernelState, plan: PagePlan): Performed {
  switch (plan.kind) {
    case 'map':
      writeCapability(k, plan.slot, plan.capability);
      writeEntry(k, plan.at, plan.entry);
      return 'done';
    case 'unmap':
      if (plan.frame.asid !== 0) unmapFrame(k, { ...plan.frame, bits: plan.bits });
      writeCapability(k, plan.slot, frameCapability({ ...plan.frame, asid: 0, vaddr: 0 }));
      return 'done';
    case 'getAddress':
      if (plan.isCall) answer(k, k.currentThread, 0, [plan.base]);
      setThreadState(k, k.currentThread, threadState.running);
      return 'answered';
  }
}
