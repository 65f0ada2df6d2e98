/** Authority and memory under random system calls: nothing comes from nowhere, nothing is left behind. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhysAddr } from '../../runtime/base/address.js';
import { allSlots } from '../../runtime/kernel/all-slots.js';
import {
  tag,
  tagOf,
  untypedBase,
  untypedIsDevice,
  untypedSizeBits,
} from '../../runtime/kernel/capabilities/capability.js';
import { lookupSlot } from '../../runtime/kernel/capabilities/lookup.js';
import { slotBytes } from '../../runtime/kernel/layout.js';
import { authorityOf, unexplained, type Authority } from '../support/kernel-authority.js';
import { KernelFuzzer } from '../support/kernel-fuzzer.js';
import type { KernelFixture } from '../support/kernel-fixture.js';
import { playground } from '../support/kernel-population.js';
import { Random } from '../support/random.js';
import { firstSeed } from '../support/first-seed.js';

const seed = firstSeed(11);

const same = (one: Authority, other: Authority): boolean =>
  one.type === other.type &&
  one.start === other.start &&
  one.rights === other.rights &&
  one.badge === other.badge &&
  one.detail === other.detail;

class Watch {
  private before = new Map<number, Authority>();
  changes = 0;

  begin(): void {
    this.before = new Map();
  }

  look(k: KernelFixture): void {
    const after = new Map<number, Authority>();
    const changed: Authority[] = [];
    for (const [at, capability] of allSlots(k.state)) {
      const authority = authorityOf(capability);
      after.set(at, authority);
      const old = this.before.get(at);
      if (old === undefined || !same(old, authority)) changed.push(authority);
    }
    if (this.before.size > 0 && changed.length > 0) {
      this.changes += changed.length;
      assert.deepEqual(unexplained([...this.before.values()], changed), []);
    }
    this.before = after;
  }
}

const isUsable = (k: KernelFixture, root: number): boolean =>
  !k.waiting &&
  lookupSlot(k.state, k.state.currentThread, playground.first) ===
    root + slotBytes * playground.first;

describe('under random system calls', () => {
  it('every capability is one that there was, or less, or the first to a new object', () => {
    const watch = new Watch();
    const fuzzer = new KernelFuzzer({
      checkEvery: 400,
      observeStep: (k) => {
        watch.look(k);
      },
    });
    for (let sequence = 0; fuzzer.systemCalls < 12_000; sequence += 1) {
      fuzzer.restore();
      watch.begin();
      watch.look(fuzzer.k);
      fuzzer.run(new Random(seed * 65_536 + sequence), 400);
    }
    assert.ok(watch.changes > 500, `${String(watch.changes)} changes`);
  });

  it('an untyped that was revoked and used again is zero in every byte', () => {
    const fuzzer = new KernelFuzzer({ checkEvery: 1000 });
    const { k } = fuzzer;
    const root = k.slot('cnode') === 2 ? lookupSlot(k.state, k.state.currentThread, 0) : 0;
    let checked = 0;
    for (let sequence = 0; sequence < 60; sequence += 1) {
      fuzzer.run(new Random(seed * 65_536 + sequence), 250);
      for (let index = 0; index < playground.count; index += 1) {
        if (isUsable(k, root) && isZeroAfterUse(k, root, playground.first + index)) checked += 1;
      }
    }
    assert.ok(checked > 100, `${String(checked)} untypeds were looked at`);
  });
});

/** Revokes an untyped and makes one of all of it; false where that is not possible. */
function isZeroAfterUse(k: KernelFixture, root: number, at: number): boolean {
  const address = root + slotBytes * at;
  const w0 = k.state.read(address);
  const w1 = k.state.read(address + 4);
  if (tagOf(w0) !== tag.untyped || untypedIsDevice(w1)) return false;
  const bits = untypedSizeBits(w1);
  k.invoke('cnode', 'CNodeRevoke', [at, 32]);
  if (!isUsable(k, root)) return false;
  const free = 1900;
  const answer = k.invoke(at, 'UntypedRetype', [0, bits, 0, 0, free, 1], ['cnode']);
  if (answer.error !== 'NoError' || !isUsable(k, root)) return false;
  const bytes = k.memory.copyOut(untypedBase(w0) as PhysAddr, 2 ** bits);
  assert.ok(
    bytes.every((byte) => byte === 0),
    `memory of the untyped at 0x${untypedBase(w0).toString(16)} was not cleared`,
  );
  k.invoke('cnode', 'CNodeDelete', [free, 32]);
  return true;
}
