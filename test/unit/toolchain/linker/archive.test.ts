/** Archives: what is taken out of them, and how they are read. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../runtime/base/address.js';
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';
import { readArchive } from '../../../../runtime/toolchain/elf/read-archive.js';
import { writeObject } from '../../../../runtime/toolchain/elf/write-object.js';
import { withMembers } from '../../../../runtime/toolchain/linker/archive.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import type { ObjectFile } from '../../../../runtime/toolchain/object-file.js';

function object(name: string, source: string): ObjectFile {
  const files = { readText: (): string => source, readBytes: (): undefined => undefined };
  const assembled = assemble(name, files);
  assert.deepEqual(assembled.diagnostics, []);
  return assembled.object;
}

const start = object('start.S', '.globl _start\n_start: call one\n.weak maybe\n.word maybe\n');
const one = object('one.S', '.globl one\none: call two\n');
const two = object('two.S', '.globl two\ntwo: ret\n');
const three = object('three.S', '.globl three\nthree: ret\n');
const maybe = object('maybe.S', '.globl maybe\nmaybe: ret\n');

describe('taking objects out of archives', () => {
  const namesOf = (objects: readonly ObjectFile[]): string[] => objects.map(({ name }) => name);

  it('takes those that are needed, in any order of archives', () => {
    const archives = [
      { name: 'a.a', members: [two, three] },
      { name: 'b.a', members: [one] },
    ];
    assert.deepEqual(namesOf(withMembers([start], archives, ['_start'])), [
      'start.S',
      'one.S',
      'two.S',
    ]);
  });

  it('takes nothing for a weak reference, and the entry where no object has it', () => {
    assert.deepEqual(namesOf(withMembers([start], [{ name: 'a.a', members: [maybe] }], [])), [
      'start.S',
    ]);
    assert.deepEqual(
      namesOf(withMembers([three], [{ name: 'a.a', members: [start, one, two] }], ['_start'])),
      ['three.S', 'start.S', 'one.S', 'two.S'],
    );
  });

  it('prefers what an object defines', () => {
    const own = object('own.S', '.globl _start, two\n_start: call two\ntwo: ret\n');
    const result = link([own], {
      entry: '_start',
      textBase: virtAddr(0x10000),
      archives: [{ name: 'a.a', members: [two] }],
    });
    assert.deepEqual(result.diagnostics, []);
  });
});

/** As `ar` writes it: `/` is the index, `//` the list of long names. */
function archiveOf(members: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const parts = [Buffer.from('!<arch>\n')];
  for (const [name, content] of members) {
    const header = `${name.padEnd(16)}${'0'.padEnd(32)}${String(content.length).padEnd(10)}\`\n`;
    parts.push(Buffer.from(header, 'latin1'), Buffer.from(content));
    if (content.length % 2 === 1) parts.push(Buffer.from('\n'));
  }
  return Buffer.concat(parts);
}

describe('reading an archive', () => {
  const long = 'a_name_of_more_than_fifteen_characters.o';
  const text = Buffer.from('no object\n');

  it('reads members with short and with long names, and passes over what is no object', () => {
    const archive = readArchive(
      'lib.a',
      archiveOf([
        ['/', Buffer.alloc(5)],
        ['//', Buffer.from(`${long}/\n`)],
        ['one.o/', writeObject(one)],
        ['/0', writeObject(two)],
        ['notes.txt/', text],
      ]),
    );
    assert.ok(archive.ok);
    assert.deepEqual(
      archive.value.members.map(({ name }) => name),
      ['lib.a(one.o)', `lib.a(${long})`],
    );
  });

  it('reads the names of BSD, which stand before the content', () => {
    const archive = readArchive(
      'lib.a',
      archiveOf([['#1/8', Buffer.concat([Buffer.from('three.o\0'), writeObject(three)])]]),
    );
    assert.ok(archive.ok);
    assert.deepEqual(
      archive.value.members.map(({ name }) => name),
      ['lib.a(three.o)'],
    );
  });

  it('says where an archive is cut off or damaged', () => {
    const whole = archiveOf([['one.o/', writeObject(one)]]);
    for (let length = 9; length < whole.length; length += 7) {
      const cut = readArchive('lib.a', whole.subarray(0, length));
      assert.ok(!cut.ok);
      assert.equal(cut.error.code, 'archive-malformed');
      assert.equal(cut.error.offset, 8);
    }
    const thin = readArchive('lib.a', Buffer.from('!<thin>\n'));
    assert.ok(!thin.ok);
    assert.match(thin.error.message, /thin archive/);
  });
});
