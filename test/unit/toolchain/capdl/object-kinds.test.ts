import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  asidPoolBits,
  objectTypes,
  type ObjectTypeName,
} from '../../../../runtime/abi/object-types.js';
import {
  architectures,
  objectKind,
  objectKinds,
} from '../../../../runtime/toolchain/capdl/object-kinds.js';
import { capabilityParameter } from '../../../../runtime/toolchain/capdl/capability-parameters.js';
import { objectParameter } from '../../../../runtime/toolchain/capdl/object-parameters.js';
import type { CapdlObjectType } from '../../../../runtime/toolchain/capdl/spec.js';

const kindOfType: Readonly<Record<ObjectTypeName, CapdlObjectType>> = {
  Untyped: 'ut',
  TCB: 'tcb',
  Endpoint: 'ep',
  Notification: 'notification',
  CNode: 'cnode',
  SchedContext: 'sc',
  Reply: 'rtreply',
  '4K_Page': 'frame',
  Mega_Page: 'frame',
  PageTable: 'pt',
};

describe('the table of kinds of objects', () => {
  it('has the sizes of our kernel for riscv', () => {
    for (const { name, size } of objectTypes) {
      const row = objectKind(kindOfType[name])?.size?.('riscv');
      if (name === '4K_Page' || name === 'Mega_Page') assert.deepEqual(row?.isScaled, true);
      else if (name === 'SchedContext') {
        assert.equal(row?.bits, size.kind === 'user' ? size.minimum : -1);
      } else assert.equal(row?.bits, size.kind === 'fixed' ? size.bits : size.plusBits, name);
    }
    assert.equal(objectKind('asid_pool')?.size?.('riscv').bits, asidPoolBits);
  });

  it('takes no object for smaller than the least of any configuration', () => {
    for (const { size } of objectKinds) {
      for (const architecture of architectures) {
        const row = size?.(architecture);
        if (row !== undefined) assert.ok(row.leastBits <= row.bits);
      }
    }
  });

  it('names only parameters that there are', () => {
    for (const { parameters, required, capability } of objectKinds) {
      for (const word of parameters) assert.ok(objectParameter(word), word);
      for (const word of required) assert.ok(parameters.includes(word), word);
      for (const word of capability) assert.ok(capabilityParameter(word), word);
    }
  });
});
