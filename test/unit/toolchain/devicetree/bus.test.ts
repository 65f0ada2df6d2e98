/** Addresses behind buses, and interrupts by their controllers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { registersOf } from '../../../../runtime/toolchain/devicetree/bus.js';
import type { DeviceTree } from '../../../../runtime/toolchain/devicetree/device-tree.js';
import { interruptsOf } from '../../../../runtime/toolchain/devicetree/interrupts.js';
import { treeOf } from '../../../support/device-tree-fixture.js';

function registers(tree: DeviceTree, path: string): string[] {
  const node = tree.byPath.get(path);
  assert.ok(node);
  return registersOf(node).blocks.map(
    ({ address, sizeBytes }) => `${address.toString(16)}+${sizeBytes.toString(16)}`,
  );
}

describe('the registers of a node', () => {
  it('have two cells of address and one of size where the bus does not say', () => {
    assert.deepEqual(registers(treeOf('/ { u { reg = <1 0x10 0x100>; }; };'), '/u'), [
      '100000010+100',
    ]);
  });

  it('are seen through the windows of the buses above', () => {
    const tree =
      treeOf(`/ { #address-cells = <2>; #size-cells = <1>; soc { #address-cells = <1>; #size-cells = <1>;
      ranges = <0x0 0x1 0x40000000 0x1000>, <0x8000 0x2 0x0 0x1000>;
      a { reg = <0x10 4 0x8010 4>; }; b { reg = <0x9000 4>; }; c { reg = <0xffe 4>; }; }; };`);
    assert.deepEqual(registers(tree, '/soc/a'), ['140000010+4', '200000010+4']);
    assert.deepEqual(registers(tree, '/soc/b'), ['9000+4']);
    const outside = tree.byPath.get('/soc/c');
    assert.equal(outside && registersOf(outside).outside?.address, 0xffen);
  });

  it('an empty `ranges` changes nothing', () => {
    const tree = treeOf(
      '/ { soc { #address-cells = <1>; #size-cells = <0>; ranges; a { reg = <5>; }; }; };',
    );
    assert.deepEqual(registers(tree, '/soc/a'), ['5+0']);
  });
});

describe('the interrupts of a node', () => {
  it('go to the controller that a node above names, with as many cells as it takes', () => {
    const tree =
      treeOf(`/ { interrupt-parent = <&gic>; gic: gic { interrupt-controller; #interrupt-cells = <3>; };
      soc { u { interrupts = <0 5 4 1 6 4>; }; }; };`);
    const node = tree.byPath.get('/soc/u');
    assert.ok(node);
    assert.deepEqual(
      interruptsOf(tree, node).map(({ controller, cells }) => [controller?.path, cells]),
      [
        ['/gic', [0, 5, 4]],
        ['/gic', [1, 6, 4]],
      ],
    );
  });

  it('or each to its own', () => {
    const tree = treeOf(`/ { a: a { #interrupt-cells = <1>; }; b: b { #interrupt-cells = <2>; };
      u { interrupts-extended = <&a 1>, <&b 2 3>, <&a 4>; }; };`);
    const node = tree.byPath.get('/u');
    assert.ok(node);
    assert.deepEqual(
      interruptsOf(tree, node).map(({ controller, cells }) => [controller?.path, cells]),
      [
        ['/a', [1]],
        ['/b', [2, 3]],
        ['/a', [4]],
      ],
    );
  });
});
