import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boardDeviceTree } from '../../../../runtime/machine/boards/device-tree.js';
import { flattenDeviceTree } from '../../../../runtime/machine/boards/flattened-device-tree.js';
import { nexusBoard } from '../../../../runtime/machine/boards/nexus.js';
import { virtBoard } from '../../../../runtime/machine/boards/virt.js';
import { cells, nodeAt, readDeviceTree, texts } from '../../../support/device-tree-reader.js';

describe('a flattened device tree', () => {
  it('keeps every kind of value', () => {
    const tree = readDeviceTree(
      flattenDeviceTree({
        properties: { cell: 0x8000_0001, range: [0, 1, 2], text: 'abc', list: ['a', 'bcd'] },
        children: { 'child@1': { properties: { flag: true, cell: 7 } } },
      }),
    );
    assert.deepEqual(cells(tree, 'cell'), [0x8000_0001]);
    assert.deepEqual(cells(tree, 'range'), [0, 1, 2]);
    assert.deepEqual(texts(tree, 'text'), ['abc']);
    assert.deepEqual(texts(tree, 'list'), ['a', 'bcd']);
    const child = nodeAt(tree, '/child@1');
    assert.deepEqual(cells(child, 'cell'), [7]);
    assert.equal(child.properties['flag']?.length, 0);
  });
});

describe('the device tree of virt', () => {
  const tree = readDeviceTree(boardDeviceTree(virtBoard(0x800_0000)));

  it('tells memory, time base and hart as QEMU does', () => {
    assert.deepEqual(
      cells(nodeAt(tree, '/memory@80000000'), 'reg'),
      [0, 0x8000_0000, 0, 0x800_0000],
    );
    assert.deepEqual(cells(nodeAt(tree, '/cpus'), 'timebase-frequency'), [10_000_000]);
    const cpu = nodeAt(tree, '/cpus/cpu@0');
    assert.deepEqual(texts(cpu, 'mmu-type'), ['riscv,sv32']);
    assert.match(texts(cpu, 'riscv,isa')[0] ?? '', /^rv32imac.*_zicsr_zifencei$/);
  });

  it('names the console and lists the devices where QEMU has them', () => {
    assert.deepEqual(texts(nodeAt(tree, '/chosen'), 'stdout-path'), ['/soc/serial@10000000']);
    const { children } = nodeAt(tree, '/soc');
    assert.deepEqual(Object.keys(children), [
      'test@100000',
      'rtc@101000',
      'clint@2000000',
      'plic@c000000',
      'serial@10000000',
    ]);
    const serial = nodeAt(tree, '/soc/serial@10000000');
    assert.deepEqual(texts(serial, 'compatible'), ['ns16550a']);
    assert.deepEqual(cells(serial, 'reg'), [0, 0x1000_0000, 0, 0x100]);
    assert.deepEqual(cells(serial, 'interrupts'), [10]);
  });

  it('wires devices to the interrupt controller and that to the hart, by handle', () => {
    const plic = nodeAt(tree, '/soc/plic@c000000');
    const hart = nodeAt(tree, '/cpus/cpu@0/interrupt-controller');
    const [handle] = cells(plic, 'phandle');
    for (const device of ['rtc@101000', 'serial@10000000']) {
      assert.deepEqual(cells(nodeAt(tree, `/soc/${device}`), 'interrupt-parent'), [handle]);
    }
    const [hartHandle] = cells(hart, 'phandle');
    assert.deepEqual(cells(plic, 'interrupts-extended'), [hartHandle, 11, hartHandle, 9]);
    assert.deepEqual(cells(plic, 'riscv,ndev'), [96]);
    const [test] = cells(nodeAt(tree, '/soc/test@100000'), 'phandle');
    assert.deepEqual(cells(nodeAt(tree, '/poweroff'), 'regmap'), [test]);
    assert.deepEqual(cells(nodeAt(tree, '/poweroff'), 'value'), [0x5555]);
  });
});

for (const board of [nexusBoard(), virtBoard()]) {
  it(`every device of ${board.name} is in its tree, and no two nodes have one handle`, () => {
    const tree = readDeviceTree(boardDeviceTree(board));
    const soc = nodeAt(tree, '/soc');
    for (const { base, interrupts, node } of board.devices) {
      const device = nodeAt(soc, `${node.name}@${base.toString(16)}`);
      assert.equal(cells(device, 'reg')[1], base);
      if (interrupts.length > 0) assert.deepEqual(cells(device, 'interrupts'), interrupts);
    }
    const handles: number[] = [];
    const collect = (node: typeof tree): void => {
      if (node.properties['phandle'] !== undefined) handles.push(...cells(node, 'phandle'));
      Object.values(node.children).forEach(collect);
    };
    collect(tree);
    assert.equal(new Set(handles).size, handles.length);
    assert.ok(!handles.includes(0));
  });
}
