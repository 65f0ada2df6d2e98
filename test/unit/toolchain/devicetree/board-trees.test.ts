/** The device trees that are built in: the same that the machine hands to an operating system. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boardDeviceTree } from '../../../../runtime/machine/boards/device-tree.js';
import { nexusBoard } from '../../../../runtime/machine/boards/nexus.js';
import { virtBoard } from '../../../../runtime/machine/boards/virt.js';
import {
  boardTreePath,
  boardTreeText,
} from '../../../../runtime/toolchain/devicetree/board-trees.js';
import { readFlattenedTree } from '../../../../runtime/toolchain/devicetree/flattened.js';
import { linesOf, treeOf } from '../../../support/device-tree-fixture.js';

describe('the device tree of a board', () => {
  for (const board of [virtBoard(), nexusBoard()])
    it(`${board.name}: has the nodes and properties of the machine's`, () => {
      const { tree } = readFlattenedTree('board.dtb', boardDeviceTree(board));
      assert.ok(tree);
      const source = boardTreeText(boardTreePath(board.name)) ?? '';
      assert.deepEqual(linesOf(treeOf(source)), linesOf(tree));
    });
});
