import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  objectBase,
  tag,
  untypedFreeOffset,
  type Capability,
} from '../../runtime/kernel/capabilities/capability.js';
import type { PhysAddr } from '../../runtime/base/address.js';
import { kernelFixture, type KernelFixture } from '../support/kernel-fixture.js';

const withUntyped = (bits: number): KernelFixture => {
  const k = kernelFixture();
  k.make('Untyped', 'u', bits);
  return k;
};

const base = (capability: Capability): number => objectBase(capability) ?? 0;

/** type, size_bits, node_index, node_depth, node_offset, num_objects */
const retype = (
  k: KernelFixture,
  type: number,
  bits: number,
  count = 1,
  offset?: number,
): number[] => [type, bits, 0, 0, offset ?? k.slot('new'), count];

describe('Untyped_Retype', () => {
  it('makes several objects side by side in consecutive slots', () => {
    const k = withUntyped(12);
    k.name('new', 2000);
    k.succeeds('u', 'UntypedRetype', retype(k, 2, 0, 3), ['cnode']);
    const bases = [2000, 2001, 2002].map((slot) => base(k.capability(slot)));
    const start = base(k.capability('u'));
    assert.deepEqual(bases, [start, start + 16, start + 32]);
  });

  it('aligns each object to its size', () => {
    const k = withUntyped(14);
    k.make('Endpoint', 'e', 0, 'u');
    k.make('TCB', 't', 0, 'u');
    assert.equal(base(k.capability('t')) - base(k.capability('u')), 512);
    assert.equal(untypedFreeOffset(k.capability('u').w1), 1024);
  });

  it('puts the capabilities where a depth of the destination leads', () => {
    const k = withUntyped(12);
    k.make('CNode', 'c', 4);
    k.succeeds('u', 'UntypedRetype', [2, 0, k.slot('c'), 32, 5, 1], ['cnode']);
    k.refuses(['DeleteFirst'], 'c', 'CNodeCopy', [5, 4, 1, 32, 15], ['cnode']);
  });

  it('clears the memory of deleted objects before it is used again', () => {
    const k = withUntyped(13);
    k.make('4K_Page', 'f', 0, 'u');
    const at = base(k.capability('f'));
    k.memory.fill(at as PhysAddr, 4096, 0xff);
    k.checks = false;
    k.delete('f');
    k.make('CNode', 'c', 8, 'u');
    k.checks = true;
    k.check('the second retype');
    assert.equal(base(k.capability('c')), at);
    assert.equal(k.state.read(at + 16), 0);
  });

  it('goes on after preemption when it clears a large region', () => {
    const k = withUntyped(18);
    for (let index = 0; index < 60; index += 1) {
      k.checks = false;
      k.make('4K_Page', 'f', 0, 'u');
      k.memory.fill(base(k.capability('f')) as PhysAddr, 4096, 0xff);
      k.succeeds('cnode', 'CNodeMove', [2000 + index, 32, k.slot('f'), 32], ['cnode']);
    }
    k.revoke('u');
    k.make('CNode', 'c', 14, 'u');
    k.checks = true;
    k.check('the retype of all');
  });

  it('tells how much is left when it is not enough', () => {
    const k = withUntyped(12);
    k.make('CNode', 'c', 6, 'u');
    k.refuses(['NotEnoughMemory', 3072], 'u', 'UntypedRetype', retype(k, 7, 0), ['cnode']);
    assert.match(k.lastRefusal, /1 × 4096 bytes for 4K_Page are needed, 3072 are free/);
  });

  it('refuses types, sizes and counts in seL4’s order', () => {
    const k = withUntyped(12);
    k.refuses(['TruncatedMessage'], 'u', 'UntypedRetype', [99, 99]);
    k.refuses(['InvalidArgument', 0], 'u', 'UntypedRetype', retype(k, 10, 99), ['cnode']);
    k.refuses(['RangeError', 0, 29], 'u', 'UntypedRetype', retype(k, 0, 30), ['cnode']);
    k.refuses(['RangeError', 0, 29], 'u', 'UntypedRetype', retype(k, 2, 32), ['cnode']);
    k.refuses(['RangeError', 0, 29], 'u', 'UntypedRetype', retype(k, 4, 26), ['cnode']);
    k.refuses(['InvalidArgument', 1], 'u', 'UntypedRetype', retype(k, 4, 0), ['cnode']);
    k.refuses(['InvalidArgument', 1], 'u', 'UntypedRetype', retype(k, 0, 3), ['cnode']);
    k.refuses(['InvalidArgument', 1], 'u', 'UntypedRetype', retype(k, 5, 6), ['cnode']);
    k.refuses(['FailedLookup', 0, 2, 0], 'u', 'UntypedRetype', retype(k, 2, 0), ['u']);
    k.refuses(['FailedLookup', 0, 2, 32], 'u', 'UntypedRetype', [2, 0, 1, 32, 0, 1], ['cnode']);
    k.refuses(['RangeError', 0, 4095], 'u', 'UntypedRetype', retype(k, 2, 0, 1, 4096), ['cnode']);
    k.refuses(['RangeError', 1, 256], 'u', 'UntypedRetype', retype(k, 2, 0, 0), ['cnode']);
    k.refuses(['RangeError', 1, 256], 'u', 'UntypedRetype', retype(k, 2, 0, 257), ['cnode']);
    k.refuses(['RangeError', 1, 1], 'u', 'UntypedRetype', retype(k, 2, 0, 2, 4095), ['cnode']);
    k.refuses(['DeleteFirst'], 'u', 'UntypedRetype', retype(k, 2, 0, 1, 1), ['cnode']);
    k.refuses(['IllegalOperation'], 'u', 'TCBResume');
  });

  it('makes only frames and untypeds from device memory', () => {
    const k = kernelFixture();
    k.refuses(['InvalidArgument', 1], 'device', 'UntypedRetype', retype(k, 2, 0), ['cnode']);
    k.make('4K_Page', 'uart', 0, 'device');
    assert.equal(k.holds('uart'), tag.frame);
    assert.equal(base(k.capability('uart')), 0x5400_0000);
  });

  it('cannot use an untyped that was copied', () => {
    const k = withUntyped(12);
    k.copy('u', 'twin');
    k.refuses(['NotEnoughMemory', 0], 'u', 'UntypedRetype', retype(k, 2, 0), ['cnode']);
    k.make('Endpoint', 'e', 0, 'twin');
  });
});
