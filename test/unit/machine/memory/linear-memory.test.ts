import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { physAddr } from '../../../../runtime/base/address.js';
import { InvariantError } from '../../../../runtime/base/invariant.js';
import { createLinearMemory } from '../../../../runtime/machine/memory/linear-memory.js';
import { hartBlockBytes, hartWord, ramOffset } from '../../../../runtime/machine/memory/layout.js';

const base = physAddr(0x50000000);
const at = (offset: number): ReturnType<typeof physAddr> => physAddr(base + offset);
const memory = createLinearMemory({ ram: { base, sizeBytes: 0x2000 }, harts: 2 });

describe('linear memory', () => {
  it('is little-endian', () => {
    memory.write32(at(8), 0x89abcdef);
    assert.equal(memory.read32(at(8)), 0x89abcdef);
    assert.deepEqual([memory.read8(at(8)), memory.read16(at(10))], [0xef, 0x89ab]);
    memory.write16(at(8), 0x1234);
    assert.deepEqual([...memory.copyOut(at(8), 4)], [0x34, 0x12, 0xab, 0x89]);
  });

  it('copies and fills ranges', () => {
    memory.copyIn(at(0x100), Uint8Array.of(1, 2, 3, 4));
    memory.fill(at(0x101), 2, 0xff);
    assert.deepEqual([...memory.copyOut(at(0x100), 4)], [1, 0xff, 0xff, 4]);
    const copy = memory.copyOut(at(0x100), 4);
    copy[0] = 9;
    assert.equal(memory.read8(at(0x100)), 1);
  });

  it('ends where RAM ends', () => {
    assert.equal(memory.contains(base + 0x1ffc, 4), true);
    assert.equal(memory.contains(base + 0x1ffd, 4), false);
    assert.equal(memory.contains(base - 1, 1), false);
    assert.throws(() => memory.read8(at(0x2000)), InvariantError);
    assert.throws(() => {
      memory.write32(at(0x1ffe), 0);
    }, InvariantError);
  });

  it('has its state in one run of bytes, from the hart blocks to the end of RAM', () => {
    memory.write8(at(0), 0x5a);
    assert.equal(memory.state[ramOffset], 0x5a);
    assert.equal(memory.state.length, ramOffset + 0x2000);
  });

  it('has every word of a hart block once, and float64s at even words', () => {
    const sizes: Partial<Record<keyof typeof hartWord, number>> = {
      x: 32,
      cycleOffset: 2,
      instretOffset: 2,
      pmpcfg: 4,
      pmpaddr: 16,
      steps: 2,
      traps: 2,
      trapStep: 2,
    };
    const used = new Set<number>();
    for (const [name, start] of Object.entries(hartWord) as [keyof typeof hartWord, number][]) {
      for (let word = start; word < start + (sizes[name] ?? 1); word++) {
        assert.equal(used.has(word), false, `${name} overlaps another word`);
        used.add(word);
      }
    }
    assert.ok(Math.max(...used) * 4 < hartBlockBytes);
    for (const name of ['steps', 'traps', 'trapStep'] as const) assert.equal(hartWord[name] % 2, 0);
  });
});
