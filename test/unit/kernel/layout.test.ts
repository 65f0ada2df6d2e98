import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  kernelRegionBytes,
  registerOffset,
  structures,
  tcb,
  schedContext,
  tcbNameBytes,
  tcbOffset,
  tcbStructure,
  type Field,
} from '../../../runtime/kernel/layout.js';

describe('the layout of kernel structures', () => {
  it('has no two fields that overlap, and none beyond the end', () => {
    for (const structure of structures) {
      const fields = Object.entries<Field>(structure.fields).sort(
        ([, a], [, b]) => a.offset - b.offset,
      );
      let end = 0;
      for (const [name, field] of fields) {
        assert.ok(field.offset >= end, `${structure.name}.${name}`);
        end = field.offset + field.bytes;
        assert.match(field.doc, /\.$/, `${structure.name}.${name} is documented`);
      }
      const limit = structure.name === 'tcb debug part' ? tcbOffset : structure.bytes;
      assert.ok(end <= limit, structure.name);
    }
  });

  it('keeps the offsets of seL4 16.0 MCS without FPU', () => {
    assert.deepEqual(
      [tcb.state, tcb.boundNotification, tcb.priority, tcb.schedContext, tcb.next],
      [140, 156, 184, 188, 200],
    );
    assert.deepEqual(
      [registerOffset('ra'), registerOffset('t6'), registerOffset('NextIP')],
      [0, 120, 136],
    );
    assert.deepEqual([tcbStructure.bytes, tcbOffset], [208, 256]);
    assert.equal(tcbNameBytes, 168);
    assert.deepEqual([schedContext.sporadic, schedContext.told], [52, 56]);
  });

  it('fits the kernel into 16 KiB, and each further domain into three more', () => {
    assert.ok(kernelRegionBytes(1) <= 0x4000, `${String(kernelRegionBytes(1))} bytes`);
    assert.ok(kernelRegionBytes(16) <= kernelRegionBytes(1) + 15 * 0xc00);
  });
});
