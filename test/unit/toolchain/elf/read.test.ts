/** The ELF reader on files it must refuse with the offset of what is wrong, and on damaged ones. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { imageFromElf } from '../../../../runtime/toolchain/elf/image-from-elf.js';
import { objectFromElf } from '../../../../runtime/toolchain/elf/object-from-elf.js';
import { readElf } from '../../../../runtime/toolchain/elf/read.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import { virtAddr } from '../../../../runtime/base/address.js';
import { sampleExecutable, sampleObject } from './sample.js';

const executable = sampleExecutable();
const object = sampleObject();
const vectors = JSON.parse(
  readFileSync('test/unit/toolchain/linker/ld-vectors.json', 'utf8'),
) as readonly { readonly title: string; readonly objects: readonly string[] }[];
const padded = vectors.find(({ title }) => title.includes('padding'))?.objects[0] ?? '';
/** With relocations of every kind that an assembler writes for relaxation. */
const foreign = new Uint8Array(Buffer.from(padded, 'base64'));

function changed(bytes: Uint8Array, offset: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
}

function refusal(bytes: Uint8Array): { code: string; offset: number | undefined } | undefined {
  const result = readElf('a.elf', bytes);
  return result.ok ? undefined : { code: result.error.code, offset: result.error.offset };
}

describe('reading an ELF file', () => {
  it('refuses a file that is not ELF', () => {
    assert.deepEqual(refusal(Buffer.from('#!/bin/sh\n')), { code: 'elf-not-elf', offset: 0 });
    assert.deepEqual(refusal(new Uint8Array(0)), { code: 'elf-not-elf', offset: 0 });
  });

  it('refuses a 64-bit file at its class byte', () => {
    assert.deepEqual(refusal(changed(executable, 4, 2)), { code: 'elf-wrong-class', offset: 4 });
  });

  it('refuses a big-endian file at its data byte', () => {
    assert.deepEqual(refusal(changed(executable, 5, 2)), {
      code: 'elf-wrong-endianness',
      offset: 5,
    });
  });

  it('refuses another machine and names it', () => {
    const result = readElf('a.elf', changed(executable, 18, 40, 0));
    assert.ok(!result.ok);
    assert.equal(result.error.offset, 18);
    assert.equal(
      result.error.message,
      'The ELF machine is ARM (40); a RISC-V file (243) is needed.',
    );
  });

  it('refuses a position-independent executable and says how to link it', () => {
    assert.deepEqual(refusal(changed(executable, 16, 3)), { code: 'elf-wrong-type', offset: 16 });
  });

  it('refuses every shorter file', () => {
    for (let size = 0; size < executable.length; size += 7)
      assert.ok(refusal(executable.subarray(0, size)), `${size} bytes were accepted`);
  });

  it('refuses a segment that is larger in the file than in memory, or ends beyond 4 GiB', () => {
    // The first program header, which is of a segment to load.
    const at = Buffer.from(executable).readUInt32LE(28);
    assert.equal(executable[at], 1);
    assert.deepEqual(refusal(changed(executable, at + 20, 1, 0, 0, 0)), {
      code: 'elf-malformed',
      offset: at + 20,
    });
    assert.deepEqual(refusal(changed(executable, at + 8, 0xfc, 0xff, 0xff, 0xff)), {
      code: 'elf-malformed',
      offset: at + 8,
    });
  });

  it('says how many bytes are missing', () => {
    const result = readElf('a.elf', executable.subarray(0, 200));
    assert.ok(!result.ok);
    assert.match(result.error.message, /would end at byte \d+, but the file has 200 bytes/);
  });

  it('never throws on damaged bytes, nor do those who use what it read', () => {
    const damage = fc.array(
      fc.record({ at: fc.nat({ max: executable.length - 1 }), value: fc.nat({ max: 255 }) }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(damage, fc.constantFrom(executable, object, foreign), (changes, original) => {
        const bytes = original.slice();
        for (const { at, value } of changes) bytes[at % bytes.length] = value;
        const elf = readElf('a.elf', bytes);
        if (!elf.ok) return;
        imageFromElf(elf.value);
        const read = objectFromElf(elf.value);
        if (read.ok) link([read.value], { entry: '_start', textBase: virtAddr(0x10000) });
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws on a damaged header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 46, maxLength: 46 }), (tail) => {
        const bytes = executable.slice();
        bytes.set(tail.subarray(0, 30), 22);
        readElf('a.elf', bytes);
      }),
      { numRuns: 300 },
    );
  });
});
