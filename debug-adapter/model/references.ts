/**
 * How memory and instructions are named over the protocol. `0x…` alone is an address of the focused
 * thread, the one whose frame the client asked about last: clients parse these as numbers (VS Code's
 * disassembly view does), so no name of an address space can be part of them. A client that wants
 * another space says so: `phys:0x10000000` is physical memory, `tcb:0x10032000:0x400000` is address
 * 0x400000 of the thread with that TCB.
 */
import { virtAddr, type VirtAddr } from '../../runtime/base/address.js';
import { fail, ok, type Result } from '../../runtime/base/result.js';
import type { AddressSpace } from '../../runtime/inspect/address-space.js';
import { isThread, spaceOf } from '../../runtime/inspect/thread-state.js';
import type { Platform } from '../../runtime/platform.js';

export interface Reference {
  readonly space: AddressSpace;
  readonly address: VirtAddr;
}

const pattern = /^(?:(phys):|tcb:(0x[0-9a-f]{1,8}):)?(0x[0-9a-f]{1,8}|\d{1,10})$/i;

/** `offset` is added; beyond either end of the address space it is an error, as VS Code expects. */
export function parseReference(
  platform: Platform,
  focus: number,
  text: string,
  offset: number,
): Result<Reference, string> {
  const parts = pattern.exec(text.trim());
  if (parts === null) {
    return fail(
      `"${text}" is no memory reference: write 0x…, phys:0x… or tcb:0x…:0x…, at most 32 bits each.`,
    );
  }
  const [, physical, tcb, digits] = parts;
  const address = Number(digits) + offset;
  if (!(address >= 0 && address < 2 ** 32)) {
    return fail(`${text} with offset ${offset} lies outside the 32-bit address space.`);
  }
  const thread = tcb === undefined ? focus : Number(tcb);
  if (tcb !== undefined && !isThread(platform, thread)) return fail(`There is no TCB at ${tcb}.`);
  const space: AddressSpace =
    physical === undefined ? spaceOf(platform, thread) : { kind: 'physical' };
  return ok({ space, address: virtAddr(address) });
}
