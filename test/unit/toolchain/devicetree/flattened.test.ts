/** Flattened device trees: what the board of the machine writes is read back, and broken ones say where. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flattenDeviceTree } from '../../../../runtime/machine/boards/flattened-device-tree.js';
import { readFlattenedTree } from '../../../../runtime/toolchain/devicetree/flattened.js';
import { linesOf } from '../../../support/device-tree-fixture.js';

const bytes = flattenDeviceTree({
  properties: { '#address-cells': 1, model: 'test' },
  children: { 'uart@10': { properties: { reg: [0x10, 4], compatible: ['a', 'b'], on: true } } },
});

describe('a flattened device tree', () => {
  it('is read with its nodes and properties', () => {
    const { tree, diagnostics } = readFlattenedTree('a.dtb', bytes);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(tree && linesOf(tree), [
      '/ #address-cells = 1',
      '/ model = ["test"]',
      '/uart@10 reg = 10 4',
      '/uart@10 compatible = ["a","b"]',
      '/uart@10 on',
    ]);
    assert.equal(tree?.sizeBytes, bytes.length);
  });

  it('that is something else is a diagnostic', () => {
    const { tree, diagnostics } = readFlattenedTree('a.dtb', new Uint8Array(64));
    assert.equal(tree, undefined);
    assert.match(diagnostics[0]?.message ?? '', /begins with 0x0; expected 0xd00dfeed/);
  });

  it('that is cut off says where, at whichever byte', () => {
    for (let length = 40; length < bytes.length - 60; length += 1) {
      const { diagnostics } = readFlattenedTree('a.dtb', bytes.slice(0, length));
      assert.equal(diagnostics.length, 1);
    }
  });
});
