import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { editedTree } from '../../runtime/toolchain/capdl/edited-tree.js';
import { parseText } from '../../runtime/toolchain/capdl/parse.js';

const pieces = [
  'arch riscv\n',
  'objects {\n',
  'caps {\n',
  'irq maps {\n',
  'cdt {\n',
  '}\n',
  'ep = ep\n',
  'c = cnode (4 bits)\n',
  'u = ut (14 bits) { ep }\n',
  'c {\n1: ep (RW)\nep\n}\n',
  't { cspace: c }\n',
  '3: ep\n',
  '-- a comment\n',
  '/* another',
  '*/',
  ' ',
  '\n',
  '(',
  ')',
  '=',
  '..',
  '-',
  'x',
  '4k',
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((parts) => parts.join(''));

describe('the tree of an edited capDL text', () => {
  it('is that of reading all of it', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(12), text, (before, at, removed, inserted) => {
        const start = before.length === 0 ? 0 : at % before.length;
        const after = before.slice(0, start) + inserted + before.slice(start + removed);
        assert.deepEqual(editedTree(parseText(before), before, after).tree, parseText(after));
      }),
      { numRuns: 2_000, seed: 4 },
    );
  });

  it('keeps the blocks that the edit does not touch', () => {
    const before = 'arch riscv\nobjects {\na = ep\nb = ep\nc = ep\n}\n';
    const tree = parseText(before);
    const old = new Set(tree.blocks.map(({ block }) => block));
    const edited = editedTree(tree, before, before.replace('b = ep', 'b = tcb'));
    assert.equal(edited.tree.blocks.length, old.size);
    const isNew = edited.tree.blocks.filter(({ block }) => !old.has(block));
    assert.ok(isNew.length <= 2);
    assert.deepEqual(edited.added, isNew);
  });
});
