import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../support/fast-check.js';
import { createEventQueue } from '../../../runtime/machine/clock.js';

describe('the event queue', () => {
  it('does what is due in order of cycle, then rank, then scheduling', () => {
    const done: string[] = [];
    const events = createEventQueue(
      () => 0,
      () => undefined,
    );
    const note = (name: string) => () => void done.push(name);
    events.clock(1).schedule(10, note('rank 1, first'));
    events.clock(0).schedule(10, note('rank 0'));
    events.clock(1).schedule(10, note('rank 1, second'));
    events.clock(5).schedule(9, note('earlier'));
    events.clock(0).schedule(11, note('later'));
    events.runDue(10);
    assert.deepEqual(done, ['earlier', 'rank 0', 'rank 1, first', 'rank 1, second']);
    assert.equal(events.nextCycle(), 11);
  });

  it('does not do what was cancelled', () => {
    const events = createEventQueue(
      () => 0,
      () => undefined,
    );
    const cancelled = events.clock(0).schedule(1, () => assert.fail('a cancelled event happened'));
    cancelled.dispose();
    assert.equal(events.nextCycle(), Infinity);
    events.runDue(100);
  });

  it('does what a due event schedules for the same cycle', () => {
    const done: number[] = [];
    const events = createEventQueue(
      () => 0,
      () => undefined,
    );
    const clock = events.clock(0);
    clock.schedule(5, () => {
      clock.schedule(5, () => void done.push(5));
      clock.schedule(6, () => void done.push(6));
    });
    events.runDue(5);
    assert.deepEqual(done, [5]);
  });

  it('behaves as a sorted list does, whatever is scheduled and cancelled', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ cycle: fc.nat(50), rank: fc.nat(3), cancel: fc.boolean() })),
        (plan) => {
          const done: number[] = [];
          const events = createEventQueue(
            () => 0,
            () => undefined,
          );
          const handles = plan.map(({ cycle, rank }, index) =>
            events.clock(rank).schedule(cycle, () => void done.push(index)),
          );
          plan.forEach(({ cancel }, index) => {
            if (cancel) handles[index]?.dispose();
          });
          events.runDue(100);
          const expected = plan
            .map((event, index) => ({ ...event, index }))
            .filter(({ cancel }) => !cancel)
            .sort((a, b) => a.cycle - b.cycle || a.rank - b.rank || a.index - b.index)
            .map(({ index }) => index);
          assert.deepEqual(done, expected);
        },
      ),
      { numRuns: 200 },
    );
  });
});
