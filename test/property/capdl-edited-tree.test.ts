import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
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
        assert.deepEqual(editedTree(parseText(before), before, after), parseText(after));
      }),
      { numRuns: 2_000, seed: 4 },
    );
  });

  it('keeps the blocks that the edit does not touch', () => {
    const before = 'arch riscv\nobjects {\na = ep\nb = ep\nc = ep\n}\n';
    const after = before.replace('b = ep', 'b = tcb');
    const [old, made] = [parseText(before), editedTree(parseText(before), before, after)];
    assert.equal(made.blocks.length, old.blocks.length);
    const tree = parseText(before);
    const edited = editedTree(tree, before, after);
    const kept = edited.blocks.filter(({ block }) =>
      tree.blocks.some((each) => each.block === block),
    );
    assert.ok(kept.length >= old.blocks.length - 2);
  });
});
