/** `--gc-sections`: what nothing needs is left out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../runtime/base/address.js';
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import type { LinkOptions, LinkResult } from '../../../../runtime/toolchain/linker/link.js';

function linked(source: string, options: Partial<LinkOptions> = {}): LinkResult {
  const files = { readText: (): string => source, readBytes: (): undefined => undefined };
  const { object, diagnostics } = assemble('a.S', files);
  assert.deepEqual(diagnostics, []);
  return link([object], {
    entry: '_start',
    textBase: virtAddr(0x10000),
    unusedSections: 'drop',
    ...options,
  });
}

const names = ({ linked: { symbols } }: LinkResult): string[] =>
  symbols.map(({ name }) => name).sort();

describe('leaving out unused sections', () => {
  const source = `
    .globl _start, used, unused, kept
    _start: call used
    .section .text.used,"ax"
    used: lui a0, %hi(data)
    ret
    .section .text.unused,"ax"
    unused: lui a0, %hi(other)
    ret
    .section .text.kept,"ax"
    kept: ret
    .section .data.data,"aw"
    data: .word 1
    .section .data.other,"aw"
    other: .word used
  `;

  it('keeps what the entry needs, over any number of steps', () => {
    assert.deepEqual(names(linked(source)), ['_start', 'data', 'used']);
  });

  it('keeps what is needed from outside', () => {
    assert.deepEqual(names(linked(source, { roots: ['kept'] })), [
      '_start',
      'data',
      'kept',
      'used',
    ]);
  });

  it('tells what was left out', () => {
    assert.deepEqual(
      linked(source).dropped.map(({ section }) => section.name),
      ['.text.unused', '.text.kept', '.data.other'],
    );
  });

  it('keeps everything unless it is asked to drop', () => {
    assert.equal(names(linked(source, { unusedSections: 'keep' })).length, 6);
  });

  it('does not miss what only unused code needs', () => {
    const result = linked(`
      .globl _start
      _start: ret
      .section .text.unused,"ax"
      call nowhere
    `);
    assert.deepEqual(result.diagnostics, []);
  });

  it('keeps a table whose bounds are used, and the tables of constructors', () => {
    const result = linked(`
      .globl _start
      _start: lui a0, %hi(__start_rows)
      ret
      .section rows,"a"
      row: .word row_function
      .section .text.f,"ax"
      row_function: ret
      .section .init_array,"aw"
      .word constructor
      .section .text.c,"ax"
      constructor: ret
    `);
    assert.deepEqual(result.diagnostics, []);
    assert.deepEqual(names(result), [
      '__start_rows',
      '_start',
      'constructor',
      'row',
      'row_function',
    ]);
  });
});
