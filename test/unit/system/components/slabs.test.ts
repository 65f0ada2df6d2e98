import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runGuest } from '../../../support/guest-program.js';

const guest = runGuest(
  {
    'app/slabs.ts': readFileSync('runtime/system/components/MemoryManager/slabs.ts', 'utf8'),
    'app/Main.ts': `
      import { Cutter, Piece, Slabs } from './slabs';
      // What the kernel would have in each slot: the bits of an untyped; 0 for nothing.
      let slots = new StaticArray<u32>(4096);
      let pairs: u32[] = [];
      class Kernel extends Cutter {
        cut(slot: u32, halfBits: u32): u32 {
          assert(slots[slot] == halfBits + 1, 'what is cut is an untyped twice as large');
          if (pairs.length == 0) return 0;
          let first = pairs.pop();
          slots[first] = halfBits;
          slots[first + 1] = halfBits;
          return first;
        }
        join(halves: u32): void {
          assert(slots[halves] != 0 && slots[halves + 1] != 0, 'both halves are there');
          slots[halves] = 0;
          slots[halves + 1] = 0;
          pairs.push(halves);
        }
      }
      let slabs = new Slabs(new Kernel());
      let pieces: (Piece | null)[] = [];
      export function renew(count: u32): void {
        slabs = new Slabs(new Kernel());
        pieces = [];
        slots.fill(0);
        pairs = [];
        for (let index: u32 = 0; index < count; index++) pairs.push(1000 + 2 * index);
      }
      export function add(slot: u32, bits: u32): void { slots[slot] = bits; slabs.add(slot, bits); }
      export function bitsIn(slot: u32): u32 { return slots[slot]; }
      export function filledSlots(): i32 {
        let count = 0;
        for (let slot = 0; slot < slots.length; slot++) if (slots[slot] != 0) count++;
        return count;
      }
      export function take(bits: u32): i32 {
        let piece = slabs.take(bits);
        if (!piece) return -1;
        pieces.push(piece);
        return pieces.length - 1;
      }
      export function slotOf(index: i32): u32 { return pieces[index]!.slot; }
      export function bitsOf(index: i32): u32 { return pieces[index]!.bits; }
      export function release(index: i32): void { slabs.release(pieces[index]!); pieces[index] = null; }
      export function freeBytes(): u64 { return slabs.freeBytes; }
      export function usedBytes(): u64 { return slabs.usedBytes; }
      export function largest(): u64 { return slabs.largest; }
    `,
  },
  { arenaBytes: 0x40_0000 },
);

function slabsOf(bits: readonly number[], pairs = 1000) {
  guest.call('renew', pairs);
  bits.forEach((each, index) => guest.call('add', index + 1, each));
  return {
    take: (wanted: number) => Number(guest.call('take', wanted)),
    release: (piece: number) => guest.call('release', piece),
    state: () => ['freeBytes', 'usedBytes', 'largest'].map((name) => Number(guest.call(name))),
  };
}

describe('the slabs of the memory manager', () => {
  it('give the smallest piece that is large enough, and no less than an object needs', () => {
    const { take, state } = slabsOf([14]);
    assert.equal(guest.call('bitsOf', take(12)), 12);
    assert.equal(guest.call('bitsOf', take(0)), 4);
    assert.deepEqual(state(), [16384 - 4096 - 16, 4096 + 16, 8192]);
  });

  it('are whole again when everything is given back, in any order', () => {
    const { take, release, state } = slabsOf([14]);
    const pieces = [12, 4, 9, 9, 13].map(take);
    assert.equal(take(13), -1);
    for (const piece of [2, 0, 4, 1, 3]) release(pieces[piece] ?? 0);
    assert.deepEqual(state(), [16384, 0, 16384]);
    assert.deepEqual([guest.call('filledSlots'), guest.call('bitsIn', 1)], [1, 14]);
  });

  it('take nothing when there are no slots to cut with', () => {
    const { take, state } = slabsOf([14], 1);
    assert.equal(take(12), -1);
    assert.deepEqual(state(), [16384, 0, 16384]);
    assert.ok(take(13) >= 0);
  });

  it('lose nothing under any use, and give no memory twice', () => {
    const step = fc.record({
      bits: fc.integer({ min: 0, max: 13 }),
      which: fc.nat(30),
      gives: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const { take, release, state } = slabsOf([13, 12, 5], 20);
        const total = 8192 + 4096 + 32;
        const held = new Map<number, { slot: number; bits: number }>();
        for (const { bits, which, gives } of steps) {
          const [piece] = [...held.keys()].slice(which % Math.max(1, held.size));
          if (gives && piece !== undefined) {
            release(piece);
            held.delete(piece);
          } else {
            const taken = take(bits);
            if (taken >= 0) {
              const slot = Number(guest.call('slotOf', taken));
              const got = Number(guest.call('bitsOf', taken));
              assert.equal(guest.call('bitsIn', slot), got, 'the kernel knows the untyped');
              assert.ok(got >= bits && (got === bits || got === 4 || bits < 4));
              assert.ok([...held.values()].every((other) => other.slot !== slot));
              held.set(taken, { slot, bits: got });
            }
          }
          const used = [...held.values()].reduce((sum, each) => sum + 2 ** each.bits, 0);
          assert.deepEqual(state().slice(0, 2), [total - used, used]);
        }
        for (const piece of held.keys()) release(piece);
        assert.deepEqual(state(), [total, 0, 8192]);
        assert.equal(guest.call('filledSlots'), 3);
      }),
      { numRuns: 200 },
    );
  });
});
