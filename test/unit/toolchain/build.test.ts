import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../runtime/base/address.js';
import { assemble } from '../../../runtime/toolchain/assembly/assemble.js';
import { build } from '../../../runtime/toolchain/build.js';
import type { BoardMemory, BuildOptions, Built } from '../../../runtime/toolchain/build.js';
import { check } from '../../../runtime/toolchain/check.js';
import { writeExecutable } from '../../../runtime/toolchain/elf/write-executable.js';
import { link } from '../../../runtime/toolchain/linker/link.js';
import type { SourceFiles } from '../../../runtime/toolchain/text/source-files.js';

const boards: readonly BoardMemory[] = [
  {
    name: 'nexus',
    interruptCount: 1,
    devices: [],
    ram: { base: 0x5000_0000, sizeBytes: 0x40_0000 },
  },
  {
    name: 'virt',
    interruptCount: 1,
    devices: [],
    ram: { base: 0x8000_0000, sizeBytes: 0x100_0000 },
  },
];

function filesOf(contents: Readonly<Record<string, string | Uint8Array>>): SourceFiles {
  const bytesOf = (path: string): Uint8Array | undefined => {
    const content = Object.hasOwn(contents, path) ? contents[path] : undefined;
    return typeof content === 'string' ? Buffer.from(content) : content;
  };
  return {
    readBytes: bytesOf,
    readText: (path) => {
      const bytes = bytesOf(path);
      return bytes && Buffer.from(bytes).toString('utf8');
    },
  };
}

function buildOf(
  source: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<BuildOptions> = {},
): Built {
  return build(source, filesOf(contents), { boards, ...options });
}

const program = '.globl _start\n_start: ret\n';

function elfAt(textBase: number): Uint8Array {
  const { object } = assemble('p.S', filesOf({ 'p.S': program }));
  return writeExecutable(link([object], { entry: '_start', textBase: virtAddr(textBase) }).linked);
}

describe('building', () => {
  it('makes a root task of an assembly file', () => {
    const built = buildOf('p.S', { 'p.S': program });
    assert.equal(built.image?.entry, 0x10000);
    assert.deepEqual(built.settings, { board: 'nexus', kernel: 'builtin' });
  });

  it('puts a bare program at the start of its board', () => {
    const built = buildOf('p.S', { 'p.S': program }, { kernel: 'none', board: 'virt' });
    assert.equal(built.image?.entry, 0x8000_0000);
  });

  it('takes program, board and text base from cantrip.json, and options before them', () => {
    const contents = {
      'dir/cantrip.json': '{ "program": "p.S", "board": "virt", "textBase": "0x20000" }',
      'dir/p.S': program,
    };
    const built = buildOf('dir/', contents);
    assert.equal(built.image?.entry, 0x20000);
    assert.equal(built.settings.board, 'virt');
    assert.deepEqual([...built.files].sort(), ['dir/cantrip.json', 'dir/p.S']);
    assert.equal(buildOf('dir', contents, { board: 'nexus' }).settings.board, 'nexus');
  });

  it('runs an ELF bare on the board in whose RAM it lies', () => {
    const contents = { 'a.elf': elfAt(0x8000_0000), 'b.elf': elfAt(0x10000) };
    assert.deepEqual(buildOf('a.elf', contents).settings, { board: 'virt', kernel: 'none' });
    assert.deepEqual(buildOf('b.elf', contents).settings, { board: 'nexus', kernel: 'builtin' });
    assert.deepEqual(buildOf('a.elf', contents, { board: 'nexus' }).settings, {
      board: 'nexus',
      kernel: 'builtin',
    });
  });

  it('reports a missing program where cantrip.json names it', () => {
    const built = buildOf('dir', { 'dir/cantrip.json': '{ "program": "gone.S" }' });
    assert.equal(built.image, undefined);
    assert.deepEqual(
      built.diagnostics.map(({ file, range, code }) => [file, range.start.character, code]),
      [['dir/cantrip.json', 13, 'missing-file']],
    );
  });

  it('reports a missing file and one that is no source', () => {
    const codes = (built: Built): string[] => built.diagnostics.map(({ code }) => code);
    assert.deepEqual(codes(buildOf('gone.S', {})), ['missing-file']);
    assert.deepEqual(codes(buildOf('a.txt', { 'a.txt': 'hello' })), ['unknown-source']);
  });
});

describe('checking', () => {
  const codes = (text: string): string[] =>
    check('a.S', filesOf({ 'a.S': text }), { boards }).map(({ code }) => code);

  it('reports undefined symbols of a whole program', () => {
    assert.deepEqual(codes('.globl _start\n_start: call nobody\n'), ['undefined-symbol']);
  });

  it('lets a part of a program use what others define', () => {
    assert.deepEqual(codes('.globl f\nf: tail somebody\n'), []);
  });
});
