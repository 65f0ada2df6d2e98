/** What is written as ELF reads back as it was. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imageFromElf } from '../../../../runtime/toolchain/elf/image-from-elf.js';
import { objectFromElf } from '../../../../runtime/toolchain/elf/object-from-elf.js';
import { readElf } from '../../../../runtime/toolchain/elf/read.js';
import { writeExecutable } from '../../../../runtime/toolchain/elf/write-executable.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import { virtAddr } from '../../../../runtime/base/address.js';
import type { SystemImage } from '../../../../runtime/image/system-image.js';
import { sampleExecutable, sampleLinked, sampleObject } from './sample.js';

function imageIn(bytes: Uint8Array): SystemImage {
  const elf = readElf('out/sample', bytes);
  assert.ok(elf.ok);
  const image = imageFromElf(elf.value);
  assert.ok(image.ok);
  return image.value;
}

describe('writing an executable', () => {
  it('gives the same image when it is read back', () => {
    const { image } = sampleLinked();
    const withoutSections = {
      ...image,
      symbols: image.symbols.map(({ name, address, sizeBytes, kind, binding }) => ({
        name,
        address,
        sizeBytes,
        kind,
        binding,
      })),
    };
    assert.deepEqual(imageIn(sampleExecutable()), withoutSections);
  });

  it('tells debuggers the folder that paths are relative to', () => {
    const bytes = writeExecutable(sampleLinked().linked, { compilationDirectory: '/project' });
    assert.equal(imageIn(bytes).lines[0]?.file, '/project/sample.S');
  });

  it('puts each segment at an offset that agrees with its address within a page', () => {
    const bytes = sampleExecutable();
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let index = 0; index < view.getUint16(44, true); index++) {
      const header = 52 + index * 32;
      const offset = view.getUint32(header + 4, true);
      const address = view.getUint32(header + 8, true);
      assert.equal(offset % 4096, address % 4096);
    }
  });
});

describe('writing an object', () => {
  it('links to the same program when it is read back', () => {
    const elf = readElf('sample.o', sampleObject());
    assert.ok(elf.ok);
    const object = objectFromElf(elf.value);
    assert.ok(object.ok);
    const { image, diagnostics } = link([object.value], {
      entry: '_start',
      textBase: virtAddr(0x10000),
    });
    assert.deepEqual(diagnostics, []);
    const expected = sampleLinked().image;
    assert.deepEqual(image.segments, expected.segments);
    assert.deepEqual(image.lines, expected.lines);
    assert.deepEqual(
      image.symbols.map(({ name, address }) => [name, address]),
      expected.symbols.map(({ name, address }) => [name, address]),
    );
  });

  it('is refused as a program to run, with the way to make one of it', () => {
    const elf = readElf('sample.o', sampleObject());
    assert.ok(elf.ok);
    const image = imageFromElf(elf.value);
    assert.ok(!image.ok);
    assert.match(image.error.message, /link it first/);
  });
});
