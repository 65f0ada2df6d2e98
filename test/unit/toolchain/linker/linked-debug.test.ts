/** What a compiler said of functions goes with them through the linker. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../runtime/base/address.js';
import type { DebugFunction } from '../../../../runtime/image/debug-information.js';
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import type { ObjectFile } from '../../../../runtime/toolchain/object-file.js';

const debugged = (name: string, type: number): DebugFunction => ({
  name,
  low: virtAddr(0),
  sizeBytes: 4,
  returns: type,
  variables: [{ name: 'x', type, isParameter: true, scope: [], locations: [] }],
  inlined: [],
  frame: [],
});

function object(name: string, source: string, functions: readonly DebugFunction[]): ObjectFile {
  const files = { readText: (): string => source, readBytes: (): undefined => undefined };
  const assembled = assemble(`${name}.S`, files).object;
  const inText = assembled.sections.findIndex((section) => section.name === '.text.f');
  return {
    ...assembled,
    debug: {
      types: [
        { kind: 'base', name, sizeBytes: 4, encoding: 'signed' },
        { kind: 'pointer', sizeBytes: 4, target: 0 },
      ],
      functions: functions.map((each) => ({ section: inText, offset: 4, function: each })),
      globals: [],
    },
  };
}

describe('debug information in the linker', () => {
  const first = object(
    'first',
    '.globl _start\n_start: call f\n.section .text.f,"ax"\n.word 0\nf: ret\n',
    [debugged('f', 1)],
  );
  const second = object('second', '.section .text.f,"ax"\n.word 0\nret\n', [debugged('g', 1)]);

  it('has the address of each function and the types of each object', () => {
    const { linked, image } = link([first, second], { textBase: virtAddr(0x10000) });
    const { types = [], functions = [] } = linked.debug ?? {};
    const placed = functions.map(({ name, low, returns, variables }) => {
      const type = types[returns ?? -1];
      const target = type?.kind === 'pointer' ? types[type.target ?? -1] : undefined;
      assert.equal(variables[0]?.type, returns);
      return [name, low, target?.kind === 'base' ? target.name : ''];
    });
    assert.deepEqual(placed, [
      ['f', 0x1000c, 'first'],
      ['g', 0x10012, 'second'],
    ]);
    assert.equal(image.debug, linked.debug);
  });

  it('tells nothing of what was left out, and is not there without a compiler', () => {
    const { linked } = link([first, second], {
      textBase: virtAddr(0x10000),
      unusedSections: 'drop',
    });
    assert.deepEqual(
      linked.debug?.functions.map(({ name }) => name),
      ['f'],
    );
    const { name, sections, symbols } = first;
    const bare = link([{ name, sections, symbols }], { textBase: virtAddr(0) });
    assert.equal(bare.linked.debug, undefined);
  });
});
