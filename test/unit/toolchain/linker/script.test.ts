/** Linker scripts against what GNU ld makes of them (script-vectors.json), and what is said about bad ones. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../runtime/base/address.js';
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';
import { objectFromElf } from '../../../../runtime/toolchain/elf/object-from-elf.js';
import { readElf } from '../../../../runtime/toolchain/elf/read.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import type { LinkOptions, LinkResult } from '../../../../runtime/toolchain/linker/link.js';
import { parseLinkerScript } from '../../../../runtime/toolchain/linker/script/parse.js';
import { matches } from '../../../../runtime/toolchain/linker/script/sort-input.js';
import type { ObjectFile } from '../../../../runtime/toolchain/object-file.js';
import type { Diagnostic } from '../../../../runtime/toolchain/text/diagnostic.js';

interface Recorded {
  readonly objects: readonly string[];
  readonly vectors: readonly {
    readonly title: string;
    readonly script: string;
    readonly sections: Readonly<
      Record<string, { address: number; load: number; size: number; bytes: string }>
    >;
    readonly symbols: Readonly<Record<string, number>>;
  }[];
}

const { objects, vectors } = JSON.parse(
  readFileSync('test/unit/toolchain/linker/script-vectors.json', 'utf8'),
) as Recorded;

const inputs = objects.map((base64, index) => {
  const elf = readElf(`${String(index)}.o`, Buffer.from(base64, 'base64'));
  assert.ok(elf.ok);
  const object = objectFromElf(elf.value);
  assert.ok(object.ok);
  return object.value;
});

function linked(
  script: string,
  files: readonly ObjectFile[] = inputs,
  options: Partial<LinkOptions> = {},
  included: Readonly<Record<string, string>> = {},
): LinkResult & { readonly all: readonly Diagnostic[] } {
  const parsed = parseLinkerScript('a.ld', script, {
    readText: (path) => included[path],
    readBytes: () => undefined,
  });
  const result = link(files, { textBase: virtAddr(0), script: parsed.script, ...options });
  return { ...result, all: [...parsed.diagnostics, ...result.diagnostics] };
}

describe('linker scripts', () => {
  for (const { title, script, sections, symbols } of vectors)
    it(`places as GNU ld does: ${title}`, () => {
      const result = linked(script);
      assert.deepEqual(result.all, []);
      const found = result.linked.segments.flatMap((segment) =>
        segment.sections.map((section) => {
          const distance = (segment.loadAddress ?? segment.address) - segment.address;
          return [
            section.name,
            {
              address: section.address,
              load: section.address + distance,
              size: section.sizeBytes,
              bytes: Buffer.from(section.bytes).toString('base64'),
            },
          ];
        }),
      );
      assert.deepEqual(Object.fromEntries(found), sections);
      const named = result.linked.symbols
        .filter(({ binding }) => binding !== 'local')
        .map(({ name, address }) => [name, address]);
      assert.deepEqual(Object.fromEntries(named), symbols);
    });
});

function object(source: string): ObjectFile {
  const files = { readText: (): string => source, readBytes: (): undefined => undefined };
  return assemble('a.S', files).object;
}

const small = object('.globl _start\n_start: ret\n.data\n.word 1\n');

const said = (script: string, files = [small]): string[] =>
  linked(script, files).all.map(({ code, range: { start }, message }) => {
    assert.match(message, /[.!]$|^The script demands/);
    return `${String(start.line)}:${String(start.character)} ${code}`;
  });

describe('what is said about a linker script', () => {
  it('names the region that is full, and by how much', () => {
    const script =
      'MEMORY { R (rwx) : ORIGIN = 0, LENGTH = 4 }\nSECTIONS { .all : { *(.text .data) } > R }';
    const [diagnostic] = linked(script, [small]).all;
    assert.match(
      diagnostic?.message ?? '',
      /`\.all` does not fit into R: it ends 2 bytes behind its 4/,
    );
    assert.deepEqual(said(script), ['1:11 region-full']);
  });

  it('finds unknown symbols, regions and sections', () => {
    assert.deepEqual(said('SECTIONS { . = nowhere; .t : { *(.text) } > NONE }\nx = ADDR(.none);'), [
      '0:15 undefined-symbol',
      '0:44 script-region',
      '1:4 script-section',
    ]);
  });

  it('tells a false assertion, a division by zero and a way back', () => {
    assert.deepEqual(
      said('SECTIONS { .t : { *(.text) . = 1; } }\nASSERT(SIZEOF(.t) > 100, "small")\nx = 1 / 0;'),
      ['0:27 script-backwards', '2:4 script-division', '1:0 script-assertion'],
    );
  });

  it('tells sections that lie over one another', () => {
    assert.deepEqual(said('SECTIONS { .t 0x100 : { *(.text) } .d 0x101 : { *(.data) } }'), [
      '0:35 section-overlap',
    ]);
  });

  it('goes on after what it does not understand', () => {
    assert.deepEqual(said('SECTIONS {\n ( ;\n .t : { *(.text) = }\n . 5;\n}\nMEMORY { 7 }'), [
      '1:1 script-syntax',
      '2:17 script-syntax',
      '3:4 script-syntax',
      '5:9 script-syntax',
    ]);
  });

  it('reads what a script includes, and ends when it includes itself', () => {
    const both = { 'b.ld': 'SECTIONS { .t 0x500 : { *(.text) } }' };
    const result = linked('INCLUDE b.ld\ny = ADDR(.t);', [small], {}, both);
    assert.deepEqual(result.all, []);
    assert.equal(result.linked.symbols.find(({ name }) => name === 'y')?.address, 0x500);
    const circle = linked('INCLUDE a.ld', [small], {}, { 'a.ld': 'INCLUDE a.ld' });
    assert.deepEqual(
      circle.all.map(({ code }) => code),
      ['include-cycle'],
    );
  });

  it('keeps what KEEP and EXTERN name when the unused is dropped', () => {
    const source = object(
      '.globl _start, f\n_start: ret\n.section .keep,"a"\n.word 1\n.section .lost,"a"\n.word 2\n.section .text.f,"ax"\nf: ret\n',
    );
    const script = 'EXTERN(f)\nSECTIONS { .t : { *(.text*) KEEP(*(.keep)) *(.lost) } }';
    const { dropped } = linked(script, [source], { unusedSections: 'drop' });
    assert.deepEqual(
      dropped.map(({ section }) => section.name),
      ['.lost'],
    );
  });

  it('starts where ENTRY says', () => {
    const source = object('.globl main\n.word 0\nmain: ret\n');
    assert.equal(
      linked('ENTRY(main) SECTIONS { .t 64 : { *(.text) } }', [source]).linked.entry,
      68,
    );
  });
});

describe('wildcards', () => {
  it('match as those of the shell do', () => {
    for (const [pattern, text, wanted] of [
      ['*', '', true],
      ['.text*', '.text.f', true],
      ['*.o', 'a.o', true],
      ['*a*b', 'aab', true],
      ['*a*b', 'aabc', false],
      ['.rodata.?', '.rodata.a', true],
      ['.rodata.?', '.rodata.', false],
      ['[a-c]x', 'bx', true],
      ['[!a-c]x', 'bx', false],
      ['[', '[', true],
    ] as const)
      assert.equal(matches(pattern, text), wanted, `${pattern} ${text}`);
  });

  it('end soon, whatever the pattern', () => {
    assert.equal(matches('*a'.repeat(2000), 'a'.repeat(1999)), false);
  });
});
