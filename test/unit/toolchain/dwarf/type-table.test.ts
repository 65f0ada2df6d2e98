import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { offsetOfMember } from '../../../../runtime/image/type-table.js';
import { readTypeTable } from '../../../../runtime/toolchain/dwarf/type-table.js';
import { debugInfo } from '../../../support/debug-info.js';

const sections = debugInfo([
  {
    name: 'context',
    sizeBytes: 140,
    members: [{ name: 'registers', offset: 4 }],
  },
  {
    name: 'arch',
    sizeBytes: 144,
    isTypedef: true,
    members: [{ name: 'context', offset: 4, structure: 'context' }],
  },
  {
    name: 'tcb',
    sizeBytes: 300,
    members: [
      { name: 'state', offset: 0 },
      { name: 'arch', offset: 128, structure: 'arch' },
    ],
  },
]);

describe('the structures in debug information', () => {
  it('have their sizes and the offsets of their members', () => {
    const types = readTypeTable(sections);
    assert.deepEqual([...types.structures.keys()], ['context', 'arch', 'tcb']);
    assert.equal(types.structures.get('tcb')?.sizeBytes, 300);
    assert.equal(offsetOfMember(types, 'tcb', 'state'), 0);
  });

  it('are followed into members, through typedefs, qualifiers and structures without a name', () => {
    const types = readTypeTable(sections);
    assert.equal(offsetOfMember(types, 'tcb', 'arch.context.registers'), 136);
    assert.equal(offsetOfMember(types, 'tcb', 'arch.nothing'), undefined);
    assert.equal(offsetOfMember(types, 'tcb', 'state.more'), undefined);
    assert.equal(offsetOfMember(types, 'nothing', 'state'), undefined);
  });

  it('are none where there is no debug information, and those before the end of what is cut off', () => {
    assert.equal(readTypeTable(() => undefined).structures.size, 0);
    const whole = sections('.debug_info');
    assert.ok(whole !== undefined);
    for (let length = 0; length < whole.length; length += 1) {
      const cut = (name: string): Uint8Array | undefined =>
        name === '.debug_info' ? whole.subarray(0, length) : sections(name);
      assert.ok(readTypeTable(cut).structures.size <= 3);
    }
  });
});
