import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhysAddr } from '../../runtime/base/address.js';
import {
  cnodeCapability,
  cnodePointer,
  frameFields,
  tag,
  tagOf,
} from '../../runtime/kernel/capabilities/capability.js';
import { checkInvariants } from '../../runtime/kernel/invariants.js';
import { slot, slotBytes } from '../../runtime/kernel/layout.js';
import type { KernelFixture } from '../support/kernel-fixture.js';
import { kernelFixture } from '../support/kernel-fixture.js';

const readWrite = 3;

/** A second initial untyped, apart from what the address space is made of. */
function otherUntyped(k: KernelFixture): number {
  for (let at = 16; at < 300; at += 1) {
    if (at === k.slot('untyped') || tagOf(k.capability(at).w0) !== tag.untyped) continue;
    const { w1 } = k.capability(at);
    const [isDevice, sizeBits, used] = [(w1 & 0x20) !== 0, w1 & 0x1f, w1 >>> 6];
    if (!isDevice && sizeBits > 13 && used === 0) return at;
  }
  throw new Error('there is one untyped only');
}

/** A frame that is mapped at 0x401000, whose capability is in a CNode that holds itself; returns where its slots are. */
function withHiddenFrame(k: KernelFixture): number {
  k.make('PageTable', 'v');
  k.make('PageTable', 'pt');
  k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
  k.succeeds('pt', 'RISCVPageTableMap', [0x40_0000, 0], ['v']);
  const apart = otherUntyped(k);
  k.make('4K_Page', 'f', 0, apart);
  k.make('CNode', 'c', 4, apart);
  k.succeeds('f', 'RISCVPageMap', [0x40_1000, readWrite, 0], ['v']);
  const slots = cnodePointer(k.capability('c').w0);
  k.succeeds('c', 'CNodeMove', [1, 4, k.slot('f'), 32], ['cnode']);
  k.succeeds('c', 'CNodeMove', [2, 4, k.slot('c'), 32], ['cnode']);
  k.delete(apart);
  return slots;
}

describe('VM-1', () => {
  it('holds for a page whose capability is in a CNode that only itself holds', () => {
    const k = kernelFixture();
    withHiddenFrame(k);
    assert.deepEqual(checkInvariants(k.memory, k.board), []);
  });

  it('is broken when the capability is gone from there', () => {
    const k = kernelFixture();
    const at = withHiddenFrame(k) + slotBytes;
    k.memory.write32((at + slot.w0) as PhysAddr, 0);
    k.memory.write32((at + slot.w1) as PhysAddr, 0);
    assert.match(checkInvariants(k.memory, k.board).join('\n'), /^VM-1: .* maps 0x401000 to/m);
  });

  it('is broken when the CNode is held by nobody, itself neither', () => {
    const k = kernelFixture();
    const at = withHiddenFrame(k) + 2 * slotBytes;
    k.memory.write32((at + slot.w0) as PhysAddr, 0);
    assert.match(checkInvariants(k.memory, k.board).join('\n'), /^VM-1: .* maps 0x401000 to/m);
  });

  it('takes no bytes of a page for a capability', () => {
    const k = kernelFixture();
    const slots = withHiddenFrame(k);
    k.make('4K_Page', 'forged');
    const page = frameFields(k.capability('forged')).base;
    k.memory.copyIn(page as PhysAddr, k.memory.copyOut(slots as PhysAddr, 16 * slotBytes));
    const { w0, w1 } = cnodeCapability(page, 4, 0, 0);
    k.memory.write32((page + 2 * slotBytes + slot.w0) as PhysAddr, w0);
    k.memory.write32((page + 2 * slotBytes + slot.w1) as PhysAddr, w1);
    for (const link of [slot.previous, slot.next])
      k.memory.write32((page + 2 * slotBytes + link) as PhysAddr, 0);
    k.memory.fill(slots as PhysAddr, 16 * slotBytes, 0);
    assert.match(checkInvariants(k.memory, k.board).join('\n'), /^VM-1: .* maps 0x401000 to/m);
  });
});
