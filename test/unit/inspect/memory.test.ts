import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../runtime/base/address.js';
import { translate, viewMappings } from '../../../runtime/inspect/address-space.js';
import { readNumber, viewMemory, writeMemory } from '../../../runtime/inspect/memory.js';
import { spaceOf, threadsOf } from '../../../runtime/inspect/thread-state.js';
import { platformOf } from '../../support/assembled-platform.js';

const platform = platformOf(`
    .globl _start
_start:
    j _start
    .data
    .balign 4096
word: .word 0x04030201
`);
const space = spaceOf(platform, threadsOf(platform)[0] ?? 0);
const mappings = viewMappings(platform, space);
const first = mappings[0];
const last = mappings.at(-1);
const end = (last?.start ?? 0) + (last?.sizeBytes ?? 0);
const word = virtAddr(platform.image.symbols.find(({ name }) => name === 'word')?.address ?? 0);

describe('the memory of an address space', () => {
  it('is what its page tables map', () => {
    assert.ok(first !== undefined);
    assert.equal(first.start, 0x10000);
    assert.equal(translate(platform, space, first.start)?.physical, first.physical);
    assert.equal(translate(platform, space, virtAddr(0)), undefined);
  });

  it('is read little-endian', () => {
    assert.equal(readNumber(platform, space, word, 4), 0x04030201);
    assert.equal(readNumber(platform, space, virtAddr(word + 1), 2), 0x0302);
    assert.equal(readNumber(platform, space, virtAddr(0), 1), undefined);
  });

  it('ends at a hole, whose length is told', () => {
    const view = viewMemory(platform, space, virtAddr(end - 4), 16);
    assert.deepEqual([view.bytes.length, view.unreadableBytes], [4, 12]);
    const hole = viewMemory(platform, space, virtAddr((first?.start ?? 0) - 8), 16);
    assert.deepEqual([hole.bytes.length, hole.unreadableBytes], [0, 8]);
  });

  it('ends at the top of the address space', () => {
    const view = viewMemory(platform, space, virtAddr(0xffff_fffe), 8);
    assert.deepEqual([view.bytes.length, view.unreadableBytes], [0, 8]);
  });

  it('is written up to the first byte that is not RAM', () => {
    const written = writeMemory(platform, space, virtAddr(end - 2), Uint8Array.of(9, 8, 7));
    assert.equal(written, 2);
    assert.equal(readNumber(platform, space, virtAddr(end - 2), 2), 0x0809);
  });
});

describe('physical memory', () => {
  it('shows device registers without changing them, and nothing where nobody answers', () => {
    const uart = platform.machine.board.devices.find(({ name }) => name.startsWith('uart'));
    const view = viewMemory(platform, { kind: 'physical' }, virtAddr(uart?.base ?? 0), 4);
    assert.equal(view.bytes.length, 4);
    assert.equal(viewMemory(platform, { kind: 'physical' }, virtAddr(0), 4).unreadableBytes, 4);
  });
});
