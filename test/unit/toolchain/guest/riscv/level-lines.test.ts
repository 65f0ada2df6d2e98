/** The lines of a function while calls run that were replaced by their bodies. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { levelLines } from '../../../../../runtime/toolchain/guest/riscv/level-lines.js';

const file = 'a.ts';
const rows = (...lines: readonly (readonly [offset: number, line: number])[]) =>
  lines.map(([offset, line]) => ({ offset, file, line, column: 0 }));

describe('the lines of a function', () => {
  it('are as they are without calls, and with those that nobody knows the line of', () => {
    const lines = rows([0, 1], [4, 9], [8, 2]);
    assert.equal(levelLines(lines, []), lines);
    assert.equal(levelLines(lines, [{ ranges: [{ from: 4, to: 8 }], call: undefined }]), lines);
  });

  it('are that of a call in its code', () => {
    const lines = rows([0, 1], [4, 3], [4, 9], [6, 10], [8, 2]);
    const called = [{ ranges: [{ from: 4, to: 8 }], call: { file, line: 3 } }];
    assert.deepEqual(levelLines(lines, called), rows([0, 1], [4, 3], [8, 2]));
  });

  it('go on behind a call where nothing new begins', () => {
    const lines = rows([0, 1], [4, 9]);
    const called = [{ ranges: [{ from: 4, to: 6 }], call: { file, line: 3 } }];
    assert.deepEqual(levelLines(lines, called), rows([0, 1], [4, 3], [6, 9]));
  });

  it('are those of calls side by side, and of one in several parts', () => {
    const lines = rows([0, 9], [4, 10], [8, 2], [12, 9]);
    const called = [
      { ranges: [{ from: 4, to: 8 }], call: { file, line: 4 } },
      {
        ranges: [
          { from: 0, to: 4 },
          { from: 12, to: 16 },
        ],
        call: { file, line: 3 },
      },
    ];
    const own = levelLines(lines, called);
    assert.deepEqual(own, rows([0, 3], [4, 4], [8, 2], [12, 3], [16, 9]));
  });
});
