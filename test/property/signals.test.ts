/** Waiting for one notification in several threads, in a model of signals.S: all orders of steps, and random ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import type { Operation, Scenario, State } from '../support/signals-model.js';
import { firstState, keyOf, problemsAtRest, successors } from '../support/signals-model.js';

const wait = (bits: number): Operation => ({ kind: 'wait', bits });
const poll = (bits: number): Operation => ({ kind: 'poll', bits });

/** How many states there are; throws at one that is wrong, or at a run that comes to where it was. */
function explore(scenario: Scenario): number {
  const onPath = 1;
  const seen = new Map<string, number>();
  const first = firstState(scenario);
  const stack: { readonly key: string; readonly next: State[] }[] = [];
  const enter = (state: State): void => {
    const key = keyOf(state);
    const mark = seen.get(key);
    assert.notEqual(mark, onPath, 'a run repeats a state, so a thread may spin');
    if (mark !== undefined) return;
    seen.set(key, onPath);
    const next = successors(scenario, state);
    if (next.length === 0) assert.deepEqual(problemsAtRest(scenario, state), []);
    stack.push({ key, next });
  };
  enter(first);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const state = top.next.pop();
    if (state !== undefined) enter(state);
    else {
      seen.set(top.key, 2);
      stack.pop();
    }
  }
  return seen.size;
}

/** One order of steps, by numbers. */
function runAtRandom(scenario: Scenario, choices: readonly number[]): void {
  let state = firstState(scenario);
  for (let count = 0; count < 5000; count += 1) {
    const next = successors(scenario, state);
    if (next.length === 0) {
      assert.deepEqual(problemsAtRest(scenario, state), []);
      return;
    }
    const choice = choices[count % Math.max(choices.length, 1)] ?? 0;
    state = next[(choice + count * (choice >> 4)) % next.length] ?? state;
  }
  assert.fail('it does not come to rest');
}

describe('threads that wait for signals of one notification, in all orders of their steps', () => {
  const cases: Readonly<Record<string, Scenario>> = {
    'two wait for different signals': { threads: [[wait(1)], [wait(2)]], signals: [1, 2] },
    'two wait, and both signals come at once': { threads: [[wait(1)], [wait(2)]], signals: [3] },
    'two wait, and one signal never comes': { threads: [[wait(1)], [wait(2)]], signals: [2] },
    'two wait for the same': { threads: [[wait(1)], [wait(1)]], signals: [1, 1] },
    'one waits twice': { threads: [[wait(1), wait(1)], [wait(2)]], signals: [1, 2] },
    'one polls, and one waits': { threads: [[wait(1)], [poll(2), poll(2)]], signals: [1, 2] },
    'one is told of everything': { threads: [[wait(1)], [wait(3), wait(3)]], signals: [1, 2] },
    'three wait': { threads: [[wait(1)], [wait(2)], [wait(4)]], signals: [3] },
  };
  for (const [title, scenario] of Object.entries(cases))
    it(`${title}: nobody waits for what came, and nobody spins`, () => {
      assert.ok(explore(scenario) > 1000);
    });
});

describe('threads that wait for signals of one notification', () => {
  it('find each signal in random orders of up to four threads', () => {
    const operation = fc.record({
      kind: fc.constantFrom('wait' as const, 'wait' as const, 'poll' as const),
      bits: fc.constantFrom(1, 2, 4, 8, 3, 15),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(operation, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 5 }),
        fc.array(fc.nat(1000), { minLength: 20, maxLength: 200 }),
        (threads, signals, choices) => {
          runAtRandom({ threads, signals }, choices);
        },
      ),
      { numRuns: 400 },
    );
  });
});
