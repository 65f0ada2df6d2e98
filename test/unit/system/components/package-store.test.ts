import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runGuest } from '../../../support/guest-program.js';

const folder = 'runtime/system/components/SecurityCoordinator';
const sectors = 8;
/** What one sector holds of a package that has no other. */
const firstBytes = 3584;
const nextBytes = 3840;

const guest = runGuest(
  {
    'components/SecurityCoordinator/crc32.ts': readFileSync(`${folder}/crc32.ts`, 'utf8'),
    'components/SecurityCoordinator/flash.ts': readFileSync(`${folder}/flash.ts`, 'utf8'),
    'components/SecurityCoordinator/package-store.ts': readFileSync(
      `${folder}/package-store.ts`,
      'utf8',
    ),
    'interfaces/image-bytes.ts': readFileSync('runtime/system/interfaces/image-bytes.ts', 'utf8'),
    'app/Main.ts': `
      import { Flash } from '../components/SecurityCoordinator/flash';
      import { PackageStore, StoreOutcome } from '../components/SecurityCoordinator/package-store';
      import { ImageBytes } from '../interfaces/image-bytes';
      // A flash whose power goes after so many bytes that were programmed or erased; then it does not change any more.
      class TestFlash extends Flash {
        bytes: Uint8Array = new Uint8Array(${sectors * 4096});
        erases: Uint32Array = new Uint32Array(${sectors});
        left: i32 = i32.MAX_VALUE;
        changed: i32 = 0;
        isStuck: bool = false;
        constructor() { super(); this.bytes.fill(0xff); }
        get bankBytes(): u32 { return 4096; }
        read(bank: u32, offset: u32, into: Uint8Array): void {
          assert(offset + <u32>into.length <= 4096, 'a read within the sector');
          for (let at = 0; at < into.length; at++) into[at] = this.bytes[bank * 4096 + offset + at];
        }
        program(bank: u32, offset: u32, bytes: Uint8Array): void {
          assert(offset + <u32>bytes.length <= 4096, 'a program within the sector');
          for (let at = 0; at < bytes.length && this.left > 0; at++, this.left--, this.changed++) {
            assert(this.left < 1000000 || (this.bytes[bank * 4096 + offset + at] & bytes[at]) == bytes[at], 'erased before');
            if (!this.isStuck) this.bytes[bank * 4096 + offset + at] &= bytes[at];
          }
        }
        erase(bank: u32): void {
          this.erases[bank] += 1;
          for (let at = 0; at < 4096 && this.left > 0; at++, this.left--, this.changed++) this.bytes[bank * 4096 + at] = 0xff;
        }
      }
      class Content extends ImageBytes {
        constructor(private seed: u32, private count: u32) { super(); }
        get size(): u32 { return (this.count + 4095) & ~4095; }
        read(offset: u32, into: Uint8Array): void {
          for (let index = 0; index < into.length; index++) {
            let at = offset + <u32>index;
            into[index] = at < this.count ? <u8>(this.seed + at * 7 + at / 251) | 1 : 0;
          }
        }
      }
      let flash = new TestFlash();
      let store = new PackageStore(flash, ${sectors});
      export function renew(): void { flash = new TestFlash(); store = new PackageStore(flash, ${sectors}); }
      export function reopen(): void { flash.left = i32.MAX_VALUE; store = new PackageStore(flash, ${sectors}); }
      export function cutAfter(bytes: i32): void { flash.left = bytes; flash.changed = 0; }
      export function changed(): i32 { return flash.changed; }
      export function stick(): void { flash.isStuck = true; }
      export function junk(seed: u32): void {
        for (let at = 0; at < flash.bytes.length; at++) { seed = seed * 1664525 + 1013904223; flash.bytes[at] = <u8>(seed >> 24); }
      }
      export function write(name: i32, seed: u32, count: u32): i32 { return store.write('p' + name.toString(), new Content(seed, count)); }
      export function remove(name: i32): bool {
        let found = store.find('p' + name.toString());
        if (found) store.remove(found);
        return found != null;
      }
      export function count(): i32 { return store.packages.length; }
      export function free(): u32 { return store.free; }
      export function needed(): u32 { return store.needed; }
      export function mostErased(): u32 { let most: u32 = 0; for (let at = 0; at < ${sectors}; at++) most = max(most, flash.erases[at]); return most; }
      export function leastErased(): u32 { let least: u32 = u32.MAX_VALUE; for (let at = 0; at < ${sectors}; at++) least = min(least, flash.erases[at]); return least; }
      /** Whether what is stored is this, also in pieces that lie anyhow. */
      export function has(name: i32, seed: u32, count: u32): bool {
        let found = store.find('p' + name.toString());
        if (!found) return false;
        let wanted = new Content(seed, count);
        if (found.size != wanted.size) return false;
        let one = new Uint8Array(1000);
        let other = new Uint8Array(1000);
        for (let at: u32 = 0; at + 1000 <= wanted.size; at += 937) {
          wanted.read(at, one);
          found.read(at, other);
          for (let index = 0; index < 1000; index++) if (one[index] != other[index]) return false;
        }
        return true;
      }
    `,
  },
  { arenaBytes: 0x400_0000 },
);

const call = (name: string, ...args: readonly number[]): number =>
  Number(guest.call(name, ...args));
const outcome = { done: 0, noRoom: 1, bad: 2 };

describe('the store of packages', () => {
  it('has packages of any size after a restart, and forgets what was removed', () => {
    call('renew');
    const sizes = [1, firstBytes, firstBytes + 1, firstBytes + nextBytes];
    sizes.forEach((size, name) => assert.equal(call('write', name, name, size), outcome.done));
    assert.equal(call('free'), sectors - 1 - 1 - 2 - 2);
    call('reopen');
    sizes.forEach((size, name) => assert.equal(call('has', name, name, size), 1, String(size)));
    assert.equal(call('remove', 2), 1);
    call('reopen');
    assert.deepEqual([call('count'), call('free'), call('has', 1, 1, firstBytes)], [3, 4, 1]);
  });

  it('tells how much room there is not, and has what it had', () => {
    call('renew');
    assert.equal(call('write', 1, 1, firstBytes + 5 * nextBytes), outcome.done);
    assert.equal(call('write', 2, 2, firstBytes + 2 * nextBytes), outcome.noRoom);
    assert.deepEqual([call('needed'), call('free')], [3, 2]);
    assert.equal(call('write', 3, 3, firstBytes + nextBytes), outcome.done);
    assert.equal(call('write', 3, 4, 1), outcome.noRoom);
    assert.equal(call('has', 3, 3, firstBytes + nextBytes), 1);
    call('remove', 1);
    assert.equal(call('write', 2, 2, firstBytes + 2 * nextBytes), outcome.done);
    call('reopen');
    assert.equal(call('has', 2, 2, firstBytes + 2 * nextBytes), 1);
  });

  it('refuses what the flash does not keep', () => {
    call('renew');
    call('stick');
    assert.equal(call('write', 1, 1, 5000), outcome.bad);
    assert.deepEqual([call('count'), call('free')], [0, sectors]);
  });

  it('begins anew in a flash that holds something else', () => {
    call('renew');
    call('junk', 5);
    call('reopen');
    assert.deepEqual([call('count'), call('free')], [0, sectors]);
    assert.equal(call('write', 1, 1, 20_000), outcome.done);
    assert.equal(call('has', 1, 1, 20_000), 1);
  });

  it('wears all sectors alike', () => {
    call('renew');
    for (let round = 0; round < 200; round += 1)
      assert.equal(call('write', round % 2, round, 3000), outcome.done);
    assert.ok(call('mostErased') - call('leastErased') <= 1);
  });

  it('has the old or the new package wherever in an update the power goes', () => {
    const old = 9000;
    const size = 6000;
    const prepare = (): void => {
      call('renew');
      call('write', 5, 5, 12_000);
      call('write', 1, 1, old);
      call('remove', 5);
      call('write', 2, 2, 100);
    };
    prepare();
    call('cutAfter', 0x7fff_ffff);
    call('write', 1, 9, size);
    const all = call('changed');
    for (let cut = 0; cut <= all; cut += cut % 256 < 2 ? 1 : 127) {
      prepare();
      call('cutAfter', cut);
      call('write', 1, 9, size);
      call('reopen');
      const isOld = call('has', 1, 1, old);
      assert.equal(isOld + call('has', 1, 9, size), 1, `cut after ${String(cut)} bytes`);
      assert.equal(call('has', 2, 2, 100), 1);
      assert.equal(call('count'), 2);
      assert.equal(call('free'), sectors - 1 - (isOld === 1 ? 3 : 2));
      assert.equal(call('write', 3, 3, 4000), outcome.done);
    }
  });

  it('is as before or after a change that the power cut off, and goes on from there', () => {
    const change = fc.record({
      name: fc.nat(3),
      size: fc.option(fc.integer({ min: 1, max: 12_000 })),
      cut: fc.option(fc.nat(20_000), { freq: 2 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        call('renew');
        const model = new Map<number, readonly [number, number]>();
        for (const [seed, { name, size, cut }] of changes.entries()) {
          const before = model.get(name);
          if (cut !== null) call('cutAfter', cut);
          const result = size === null ? call('remove', name) : call('write', name, seed, size);
          if (cut !== null) call('reopen');
          const isNew = size !== null && call('has', name, seed, size) === 1;
          const isOld = before !== undefined && call('has', name, ...before) === 1;
          if (cut === null && size !== null && result !== outcome.noRoom) assert.ok(isNew);
          if (cut === null && size === null) assert.ok(!isOld);
          if (size !== null) assert.ok(isNew || isOld || before === undefined);
          if (isNew) model.set(name, [seed, size]);
          else if (!isOld) model.delete(name);
          for (const [each, [its, bytes]] of model) assert.equal(call('has', each, its, bytes), 1);
          assert.equal(call('count'), model.size);
        }
      }),
      { numRuns: 60 },
    );
  });
});
