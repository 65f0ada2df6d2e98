/** The device tree of a project: read from where its settings say, and missed there, too. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readProjectTree } from '../../../../runtime/toolchain/devicetree/project-tree.js';
import { readProject } from '../../../../runtime/toolchain/settings/project.js';
import { filesInMemory } from '../../../support/files-in-memory.js';

describe('the device tree of a project', () => {
  it('is a file, or the built-in one of the board', () => {
    const named = filesInMemory({
      '/a/cantrip.json': '{ "program": "x.camkes", "deviceTree": "my.dts" }',
      '/a/my.dts': '/ { here { }; };',
    });
    const tree = readProjectTree(readProject('/a/x.camkes', named), named)?.tree;
    assert.deepEqual([...(tree?.byPath.keys() ?? [])], ['/', '/here']);
    const plain = filesInMemory({
      '/a/cantrip.json': '{ "program": "x.camkes", "board": "virt" }',
    });
    const board = readProjectTree(readProject('/a/x.camkes', plain), plain);
    assert.equal(board?.path, 'builtin:/boards/virt.dts');
    assert.ok(board.tree?.byPath.has('/soc/serial@10000000'));
  });

  it('that is not there is a mistake of the settings, at its path', () => {
    const files = filesInMemory({
      '/a/cantrip.json': '{ "program": "x.camkes", "deviceTree": "my.dts" }',
    });
    const [missing] = readProjectTree(readProject('/a/x.camkes', files), files)?.diagnostics ?? [];
    assert.equal(missing?.file, '/a/cantrip.json');
    assert.equal(missing.range.start.character, 39);
    assert.match(missing.message, /There is no device tree `\/a\/my\.dts`/);
  });
});
