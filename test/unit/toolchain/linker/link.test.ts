/** The linker against bytes that GNU ld made (ld-vectors.json), and what it says about bad input. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../runtime/base/address.js';
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';
import { objectFromElf } from '../../../../runtime/toolchain/elf/object-from-elf.js';
import { readElf } from '../../../../runtime/toolchain/elf/read.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import type { LinkOptions, LinkResult } from '../../../../runtime/toolchain/linker/link.js';
import type { ObjectFile } from '../../../../runtime/toolchain/object-file.js';

interface Vector {
  readonly title: string;
  readonly sources: readonly string[];
  readonly objects: readonly string[];
  /** By `ld --no-relax`, and by `ld --relax`. */
  readonly sections: Readonly<Record<string, string>>;
  readonly relaxed: Readonly<Record<string, string>>;
}

const vectors = JSON.parse(
  readFileSync('test/unit/toolchain/linker/ld-vectors.json', 'utf8'),
) as readonly Vector[];

const linkAll = (objects: readonly ObjectFile[], options: Partial<LinkOptions> = {}): LinkResult =>
  link(objects, { entry: '_start', textBase: virtAddr(0x10000), ...options });

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function sectionsOf(result: LinkResult): Record<string, string> {
  const sections = result.linked.segments.flatMap((segment) => segment.sections);
  return Object.fromEntries(
    sections
      .filter(({ isZeroFilled }) => !isZeroFilled)
      .map(({ name, bytes }) => [name, hex(bytes)]),
  );
}

function assembled(...sources: string[]): ObjectFile[] {
  const names = sources.map((_, index) => `${index}.S`);
  const readText = (path: string): string | undefined => sources[names.indexOf(path)];
  const files = { readText, readBytes: (): undefined => undefined };
  return names.map((name) => {
    const { object, diagnostics } = assemble(name, files);
    assert.deepEqual(diagnostics, []);
    return object;
  });
}

describe('the linker and objects of GNU as', () => {
  for (const relaxation of ['never', 'wherePossible'] as const)
    for (const { title, objects, sections, relaxed } of vectors)
      it(`makes the bytes that GNU ld makes of ${title}, relaxation ${relaxation}`, () => {
        const inputs = objects.map((base64, index) => {
          const elf = readElf(`${index}.o`, Buffer.from(base64, 'base64'));
          assert.ok(elf.ok);
          const object = objectFromElf(elf.value);
          assert.ok(object.ok);
          return object.value;
        });
        const result = linkAll(inputs, { relaxation });
        assert.deepEqual(result.diagnostics, []);
        const wanted = relaxation === 'never' ? sections : relaxed;
        const expected = Object.entries(wanted).map(([name, base64]) => [
          name,
          hex(Buffer.from(base64, 'base64')),
        ]);
        assert.deepEqual(sectionsOf(result), Object.fromEntries(expected));
      });
});

describe('the layout of a linked program', () => {
  const source = `
    .globl _start
    _start: nop
    .section .rodata
    .word 1
    .data
    .word 2
    .bss
    .zero 5000
  `;

  it('puts code, constants and data on pages of their own with exactly their rights', () => {
    const { image } = linkAll(assembled(source));
    const rows = image.segments.map((segment) => [
      segment.virtualAddress,
      segment.bytes.length,
      segment.memorySizeBytes,
      segment.writable,
      segment.executable,
    ]);
    assert.deepEqual(rows, [
      [0x10000, image.segments[0]?.bytes.length, image.segments[0]?.bytes.length, false, true],
      [0x11000, 4, 4, false, false],
      [0x12000, 4, 5004, true, false],
    ]);
  });

  it('starts at another address for a bare-metal program', () => {
    const { image } = link(assembled(source), {
      entry: '_start',
      textBase: virtAddr(0x5000_0000),
    });
    assert.equal(image.entry, 0x5000_0000);
  });

  it('keeps local symbols and the source line of each instruction', () => {
    const { image } = linkAll(assembled('.globl _start\n_start:\n  nop\nlocal:\n  nop\n'));
    assert.equal(image.symbols.find(({ name }) => name === 'local')?.binding, 'local');
    assert.deepEqual(
      image.lines.map(({ line, endSequence }) => (endSequence ? 'end' : line)),
      [3, 5, 'end'],
    );
  });
});

describe('what the linker says about bad input', () => {
  it('reports an undefined symbol once where it is used, at its columns', () => {
    const { diagnostics } = linkAll(assembled('.globl _start\n_start:\n  la a0, nowhere\n'));
    assert.deepEqual(
      diagnostics.map(({ file, range, code }) => ({ file, start: range.start, code })),
      [{ file: '0.S', start: { line: 2, character: 9 }, code: 'undefined-symbol' }],
    );
  });

  it('reports a symbol of two files at the second definition and points at the first', () => {
    const { diagnostics } = linkAll(
      assembled('.globl _start\n.globl f\n_start:\nf: ret\n', '\n.globl f\nf: ret\n'),
    );
    assert.equal(diagnostics.length, 1);
    const [found] = diagnostics;
    assert.equal(found?.code, 'duplicate-symbol');
    assert.equal(found.file, '1.S');
    assert.equal(found.range.start.line, 2);
    assert.deepEqual(
      found.related?.map(({ file, range }) => [file, range.start.line]),
      [['0.S', 3]],
    );
  });

  it('reports a jump that does not reach its target', () => {
    const { diagnostics } = linkAll(
      assembled('.globl _start\n_start: j far\n', '.zero 0x200000\n.globl far\nfar: ret\n'),
    );
    assert.deepEqual(
      diagnostics.map(({ code, file, range }) => [code, file, range.start.line]),
      [['relocation-out-of-range', '0.S', 1]],
    );
    assert.match(diagnostics[0]?.message ?? '', /reaches -1048576 to 1048574/);
  });

  it('reports a program without an entry', () => {
    const { diagnostics } = linkAll(assembled('start: ret\n'));
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['missing-entry'],
    );
  });

  it('says that a local entry needs .globl', () => {
    const { diagnostics } = linkAll(assembled('_start: ret\n'));
    assert.match(diagnostics[0]?.message ?? '', /add `\.globl _start`/);
    assert.equal(diagnostics[0]?.range.start.line, 0);
  });
});

describe('a section with an address of its own', () => {
  const source = '.globl _start\n_start: nop\n.data\n.word 1\n';
  const fixed = (address: number): ObjectFile => ({
    name: 'module.ts',
    symbols: [],
    sections: [
      {
        name: '.guest.data',
        kind: 'progbits',
        allocated: true,
        writable: true,
        executable: false,
        address: virtAddr(address),
        alignmentBits: 0,
        bytes: Uint8Array.of(1, 2, 3),
        sizeBytes: 3,
        relocations: [],
        lines: [],
      },
    ],
  });

  it('lies there, whatever the others need', () => {
    const { linked, diagnostics } = linkAll([...assembled(source), fixed(0x10_0001)]);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      linked.segments.map(({ address }) => address),
      [0x1_0000, 0x1_1000, 0x10_0001],
    );
  });

  it('is an error where another section lies', () => {
    const { diagnostics } = linkAll([...assembled(source), fixed(0x1_0ffe)]);
    assert.deepEqual(
      diagnostics.map(({ code, file }) => [code, file]),
      [
        ['section-overlap', 'module.ts'],
        ['section-overlap', 'module.ts'],
      ],
    );
  });
});
