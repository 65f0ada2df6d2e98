import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runGuest } from '../../../support/guest-program.js';

const guest = runGuest(
  {
    'app/timers.ts': readFileSync('runtime/system/components/TimerService/timers.ts', 'utf8'),
    'app/Main.ts': `
      import { Timers } from './timers';
      let timers = new Timers();
      let told: u32[] = [];
      export function renew(): void { timers = new Timers(); }
      export function start(client: u32, id: u32, now: u64, ticks: u64, period: u64): i32 {
        return timers.start(client, id, now, ticks, period);
      }
      export function cancel(client: u32, id: u32): i32 { return timers.cancel(client, id); }
      export function completed(client: u32): u32 { return timers.takeCompleted(client); }
      export function next(): u64 { return timers.next; }
      export function expire(now: u64): i32 { told = timers.expire(now); return told.length; }
      export function client(index: i32): u32 { return told[index]; }
    `,
  },
  { arenaBytes: 0x10_0000 },
);

function timers() {
  guest.call('renew');
  return {
    start: (client: number, id: number, now: number, ticks: number, period = 0) =>
      guest.call('start', client, id, BigInt(now), BigInt(ticks), BigInt(period)),
    cancel: (client: number, id: number) => guest.call('cancel', client, id),
    completed: (client: number) => Number(guest.call('completed', client)) >>> 0,
    next: () => BigInt.asUintN(64, BigInt(guest.call('next') ?? 0)),
    expire: (now: number): number[] => {
      const count = Number(guest.call('expire', BigInt(now)));
      return Array.from({ length: count }, (_unused, index) => Number(guest.call('client', index)));
    },
  };
}
const never = 2n ** 64n - 1n;
const error = { none: 0, noSuchTimer: 1, alreadyExists: 2 };

describe('the timers of the timer service', () => {
  it('complete once, at their time, for their client', () => {
    const { start, next, expire, completed } = timers();
    assert.equal(next(), never);
    assert.equal(start(7, 3, 100, 50), error.none);
    assert.equal(start(8, 0, 100, 20), error.none);
    assert.equal(next(), 120n);
    assert.deepEqual(expire(119), []);
    assert.deepEqual(expire(150), [8, 7]);
    assert.equal(completed(7), 8);
    assert.equal(completed(7), 0);
    assert.equal(completed(8), 1);
    assert.equal(next(), never);
  });

  it('complete again and again, and once for what was missed', () => {
    const { start, next, expire, completed } = timers();
    start(1, 31, 0, 10, 10);
    assert.deepEqual(expire(10), [1]);
    assert.equal(next(), 20n);
    assert.deepEqual(expire(57), [1]);
    assert.equal(completed(1), 0x8000_0000);
    assert.equal(next(), 60n);
  });

  it('are told of by an error when they are not there, or there already', () => {
    const { start, cancel } = timers();
    assert.equal(start(1, 32, 0, 10), error.noSuchTimer);
    assert.equal(start(1, 5, 0, 10), error.none);
    assert.equal(start(1, 5, 0, 10), error.alreadyExists);
    assert.equal(start(2, 5, 0, 10), error.none);
    assert.equal(cancel(1, 5), error.none);
    assert.equal(cancel(1, 5), error.noSuchTimer);
    assert.equal(start(1, 5, 0, 10), error.none);
  });

  it('never come when they are too far away', () => {
    const { start, next } = timers();
    guest.call('start', 1, 0, 100n, -1n, 0n);
    assert.equal(next(), never);
    start(1, 1, 100, 5);
    assert.equal(next(), 105n);
  });

  it('complete in any use as a list of deadlines says', () => {
    const step = fc.record({
      client: fc.integer({ min: 1, max: 3 }),
      id: fc.nat(4),
      verb: fc.constantFrom('once', 'again', 'cancel', 'wait'),
      ticks: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { start, cancel, expire, completed } = timers();
        const model = new Map<string, { deadline: number; period: number }>();
        let now = 0;
        for (const { client, id, verb, ticks } of steps) {
          const key = `${client}.${id}`;
          const period = verb === 'again' ? ticks : 0;
          if (verb === 'cancel')
            assert.equal(cancel(client, id), model.delete(key) ? error.none : error.noSuchTimer);
          else if (verb !== 'wait') {
            const expected = model.has(key) ? error.alreadyExists : error.none;
            assert.equal(start(client, id, now, ticks, period), expected);
            if (!model.has(key)) model.set(key, { deadline: now + ticks, period });
          } else {
            now += ticks;
            const masks = new Map<number, number>();
            for (const [name, timer] of [...model]) {
              if (timer.deadline > now) continue;
              const [owner = 0, which = 0] = name.split('.').map(Number);
              masks.set(owner, (masks.get(owner) ?? 0) | (1 << which));
              if (timer.period === 0) model.delete(name);
              while (timer.period > 0 && timer.deadline <= now) timer.deadline += timer.period;
            }
            assert.deepEqual(expire(now).sort(), [...masks.keys()].sort());
            for (const [owner, mask] of masks) assert.equal(completed(owner), mask);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
