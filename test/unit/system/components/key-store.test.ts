import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runGuest, type RunningGuest } from '../../../support/guest-program.js';

const folder = 'runtime/system/components/SecurityCoordinator';

/** The store in a flash with two banks of so many bytes. */
const storeIn = (bankBytes: number, arenaBytes: number): RunningGuest =>
  runGuest(
    {
      'app/crc32.ts': readFileSync(`${folder}/crc32.ts`, 'utf8'),
      'app/flash.ts': readFileSync(`${folder}/flash.ts`, 'utf8'),
      'app/key-store.ts': readFileSync(`${folder}/key-store.ts`, 'utf8'),
      'app/Main.ts': `
      import { Flash } from './flash';
      import { KeyStore } from './key-store';
      // A flash whose power goes after so many bytes that were programmed or erased; then it does not change any more.
      class TestFlash extends Flash {
        banks: Uint8Array[] = [new Uint8Array(${String(bankBytes)}), new Uint8Array(${String(bankBytes)})];
        left: i32 = i32.MAX_VALUE;
        constructor() { super(); this.banks[0].fill(0xff); this.banks[1].fill(0xff); }
        get bankBytes(): u32 { return ${String(bankBytes)}; }
        read(bank: u32, offset: u32, into: Uint8Array): void {
          assert(offset + <u32>into.length <= ${String(bankBytes)}, 'a read within the bank');
          for (let at = 0; at < into.length; at++) into[at] = this.banks[bank][offset + at];
        }
        program(bank: u32, offset: u32, bytes: Uint8Array): void {
          assert(offset + <u32>bytes.length <= ${String(bankBytes)}, 'a program within the bank');
          for (let at = 0; at < bytes.length && this.left > 0; at++, this.left--)
            this.banks[bank][offset + at] &= bytes[at];
        }
        erase(bank: u32): void {
          for (let at = 0; at < ${String(bankBytes)} && this.left > 0; at++, this.left--) this.banks[bank][at] = 0xff;
        }
      }
      let flash = new TestFlash();
      let store = new KeyStore(flash);
      let value = new Uint8Array(0);
      export function renew(): void { flash = new TestFlash(); store = new KeyStore(flash); }
      export function renewWithQuota(bytes: u32): void { flash = new TestFlash(); store = new KeyStore(flash, bytes); }
      export function reopen(): void { flash.left = i32.MAX_VALUE; store = new KeyStore(flash); }
      let earlier = new TestFlash();
      export function becomeEarlier(): void { earlier = flash; flash = new TestFlash(); }
      export function openAfterEarlier(): void { flash.left = i32.MAX_VALUE; store = new KeyStore(flash, 0, earlier); }
      export function tryAfterEarlier(bytes: i32): void { flash.left = bytes; store = new KeyStore(flash, 0, earlier); }
      export function takenOver(): i32 { return store.takenOver; }
      export function cutAfter(bytes: i32): void { flash.left = bytes; }
      export function size(bytes: i32): void { value = new Uint8Array(bytes); }
      export function put(at: i32, byte: u32): void { value[at] = <u8>byte; }
      export function write(bundle: i32, key: i32): i32 { return store.write(name('bundle', bundle), name('k', key), value); }
      export function writeAs(length: i32): i32 { return store.write('b', 'k'.repeat(length), value); }
      export function remove(bundle: i32, key: i32): i32 { return store.remove(name('bundle', bundle), name('k', key)); }
      export function removeBundle(bundle: i32): void { store.removeBundle(name('bundle', bundle)); }
      export function read(bundle: i32, key: i32): i32 {
        let found = store.read(name('bundle', bundle), name('k', key));
        value = found ? found : new Uint8Array(0);
        return found ? found.length : -1;
      }
      export function byteAt(at: i32): u32 { return value[at]; }
      export function count(): i32 { return store.count; }
      function name(start: string, number: i32): string { return start + number.toString(); }
    `,
    },
    { arenaBytes },
  );
const guest = storeIn(512, 0x100_0000);

const error = { none: 0, notFound: 1, badKey: 2, badValue: 3, full: 4, quota: 5 };
function give(bytes: readonly number[]): void {
  guest.call('size', bytes.length);
  bytes.forEach((byte, at) => guest.call('put', at, byte));
}
function write(bundle: number, key: number, bytes: readonly number[]): number {
  give(bytes);
  return Number(guest.call('write', bundle, key));
}
function read(bundle: number, key: number): number[] | undefined {
  const length = Number(guest.call('read', bundle, key));
  if (length < 0) return undefined;
  return Array.from({ length }, (_unused, at) => Number(guest.call('byteAt', at)));
}

describe('the key store', () => {
  it('keeps values by bundle and key, over a restart', () => {
    guest.call('renew');
    assert.equal(write(1, 1, [1, 2, 3]), error.none);
    assert.equal(write(1, 2, []), error.none);
    assert.equal(write(2, 1, [9]), error.none);
    assert.equal(write(1, 1, [4]), error.none);
    guest.call('reopen');
    assert.deepEqual([read(1, 1), read(1, 2), read(2, 1), read(2, 2)], [[4], [], [9], undefined]);
    assert.equal(guest.call('count'), 3);
  });

  it('takes over what an earlier build had, once, whenever the power goes meanwhile', () => {
    for (let bytes = 0; bytes < 250; bytes += 1) {
      guest.call('renew');
      // The records outgrow a bank, so that both have been in use.
      for (let turn = 0; turn < 12; turn += 1) write(1, 1, [turn, 1, 2, 3, 4, 5, 6, 7]);
      write(1, 2, [9, 9]);
      write(2, 1, []);
      guest.call('remove', 1, 2);
      guest.call('becomeEarlier');
      guest.call('tryAfterEarlier', bytes);
      guest.call('openAfterEarlier');
      assert.deepEqual(
        [read(1, 1), read(1, 2), read(2, 1), Number(guest.call('count'))],
        [[11, 1, 2, 3, 4, 5, 6, 7], undefined, [], 2],
        `after ${String(bytes)} bytes`,
      );
      assert.equal(guest.call('remove', 2, 1), error.none);
      guest.call('openAfterEarlier');
      assert.deepEqual([read(2, 1), Number(guest.call('takenOver'))], [undefined, 0]);
    }
    guest.call('renew');
    write(3, 3, [3]);
    guest.call('becomeEarlier');
    guest.call('openAfterEarlier');
    assert.equal(guest.call('takenOver'), 1);
  });

  it('forgets a key, and all keys of a bundle', () => {
    guest.call('renew');
    write(1, 1, [1]);
    write(1, 2, [2]);
    write(11, 1, [3]);
    assert.equal(guest.call('remove', 1, 1), error.none);
    assert.equal(guest.call('remove', 1, 1), error.notFound);
    guest.call('removeBundle', 1);
    guest.call('reopen');
    assert.deepEqual([read(1, 1), read(1, 2), read(11, 1)], [undefined, undefined, [3]]);
  });

  it('gives no bundle more than its part, so that others may write', () => {
    // A record of these is 8 and 3 bytes, the names with 9, and a value of 32: 52 bytes.
    const value = Array.from({ length: 32 }, (_unused, at) => at);
    guest.call('renewWithQuota', 160);
    assert.deepEqual(
      [1, 2, 3, 4].map((key) => write(1, key, value)),
      [error.none, error.none, error.none, error.quota],
    );
    assert.deepEqual(
      [1, 2, 3].map((key) => read(1, key)),
      [value, value, value],
    );
    // What is there may change, and what is deleted makes room.
    for (let turn = 0; turn < 30; turn += 1) assert.equal(write(1, 2, [turn]), error.none);
    assert.equal(write(1, 4, [4]), error.none);
    assert.equal(write(1, 2, value), error.quota);
    assert.deepEqual(read(1, 2), [29]);
    assert.equal(guest.call('remove', 1, 1), error.none);
    assert.equal(write(1, 2, value), error.none);
    // Bundle 11 is another one.
    assert.equal(write(11, 1, value), error.none);
    assert.equal(write(2, 1, value), error.none);
  });

  it('refuses names and values that are too long, and keeps what it has when it is full', () => {
    guest.call('renew');
    give([]);
    assert.equal(guest.call('writeAs', 64), error.none);
    assert.equal(guest.call('writeAs', 65), error.badKey);
    assert.equal(guest.call('writeAs', 0), error.badKey);
    assert.equal(
      write(
        1,
        1,
        Array.from({ length: 101 }, () => 0),
      ),
      error.badValue,
    );
    guest.call('renew');
    const hundred = Array.from({ length: 100 }, (_unused, at) => at);
    const results = [1, 2, 3, 4, 5].map((key) => write(1, key, hundred));
    assert.deepEqual(results, [0, 0, 0, 0, error.full]);
    assert.deepEqual(read(1, 4), hundred);
    assert.equal(guest.call('remove', 1, 2), error.none);
    assert.equal(write(1, 5, hundred), error.none);
  });

  it('moves to the other bank when it is full of what no longer holds', () => {
    guest.call('renew');
    for (let round = 0; round < 100; round += 1) assert.equal(write(1, round % 3, [round]), 0);
    guest.call('reopen');
    assert.deepEqual([read(1, 0), read(1, 1), read(1, 2)], [[99], [97], [98]]);
  });

  it('is as before or after a change that the power cut off, and goes on from there', () => {
    const change = fc.record({
      bundle: fc.nat(1),
      key: fc.nat(2),
      value: fc.option(fc.array(fc.nat(255), { maxLength: 40 })),
      /** Bytes until the power goes; mostly it does not. */
      cut: fc.option(fc.nat(700), { freq: 2 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        guest.call('renew');
        const model = new Map<string, readonly number[]>();
        for (const { bundle, key, value, cut } of changes) {
          const name = `${bundle}.${key}`;
          const before = model.get(name);
          if (cut !== null) guest.call('cutAfter', cut);
          if (value !== null) assert.equal(write(bundle, key, value), error.none);
          else {
            const expected = before === undefined ? error.notFound : error.none;
            assert.equal(guest.call('remove', bundle, key), expected);
          }
          if (cut !== null) {
            guest.call('reopen');
            const now = read(bundle, key);
            const isOld = JSON.stringify(now) === JSON.stringify(before);
            if (!isOld) assert.deepEqual(now, value ?? undefined);
            if (now === undefined) model.delete(name);
            else model.set(name, now);
          } else if (value === null) model.delete(name);
          else model.set(name, value);
          for (const [each, expected] of model) {
            const [owner = 0, which = 0] = each.split('.').map(Number);
            assert.deepEqual(read(owner, which), expected, each);
          }
          assert.equal(guest.call('count'), model.size);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('has room for ten bundles with as many keys as each may have, and says when there is none', () => {
    const large = storeIn(16 * 1024, 0x80_0000);
    const put = (bundle: number, key: number): number => Number(large.call('write', bundle, key));
    large.call('renewWithQuota', 1024);
    large.call('size', 30);
    for (let bundle = 10; bundle < 20; bundle += 1) {
      for (let key = 10; key < 29; key += 1) assert.equal(put(bundle, key), error.none);
      assert.equal(put(bundle, 29), error.quota);
    }
    large.call('reopen');
    assert.equal(large.call('count'), 190);
    large.call('size', 0);
    for (let key = 10; key < 76; key += 1) assert.equal(put(20, key), error.none);
    assert.equal(put(21, 1), error.full);
    assert.equal(put(20, 10), error.none, 'what is there may change');
    large.call('removeBundle', 15);
    assert.equal(put(21, 1), error.none);
  });

  it('is read at a start with less memory than the component has, however full it is', () => {
    // Nothing is collected meanwhile: what ten starts take has to fit.
    const startBytes = 70_000;
    const large = storeIn(16 * 1024, 32 * 1024 + 300_000 + 10 * startBytes);
    large.call('size', 0);
    for (let round = 0; round < 400; round += 1)
      assert.equal(large.call('write', 1, round % 256), error.none);
    for (let time = 0; time < 10; time += 1) large.call('reopen');
    assert.equal(large.call('count'), 256);
  });
});
