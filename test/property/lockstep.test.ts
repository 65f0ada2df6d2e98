import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import {
  assertSameRam,
  wake,
  assertSameState,
  loadMachine,
  loadNaive,
  runInLockstep,
} from '../support/lockstep.js';
import { isInTables, randomProgram } from '../support/random-program.js';

describe('the machine and the naive executor in lockstep', () => {
  it('agree after every instruction of a random program', () => {
    fc.assert(
      fc.property(randomProgram, (program) => {
        runInLockstep(program, 1000);
      }),
      { numRuns: 100 },
    );
  });

  it('agree when the machine runs many instructions at once and stops at random counts', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(randomProgram, pieces, (program, counts) => {
        const { machine, hart } = loadMachine(program);
        const naive = loadNaive(program);
        for (const count of counts) {
          const stop = machine.run(count);
          let done = 0;
          while (done < count && naive.step()) done += 1;
          if (stop.kind === 'lockedUp' || naive.memory.reachedDevice) return;
          // A change of the page tables without a fence may show at once or later.
          if (naive.memory.takeTableWrites(isInTables)) return;
          assertSameState(hart, naive, `after a piece of ${count}`);
          assert.equal(stop.kind, done < count ? 'idle' : 'limit');
          if (stop.kind === 'idle') wake(hart, naive);
        }
        assertSameRam(machine, naive);
      }),
      { numRuns: 100 },
    );
  });

  it('leave the same snapshot however a run is cut into pieces', () => {
    fc.assert(
      fc.property(randomProgram, fc.integer({ min: 1, max: 399 }), (program, cut) => {
        const whole = loadMachine(program).machine;
        const pieces = loadMachine(program).machine;
        const first = pieces.run(cut);
        if (first.kind === 'limit') pieces.run(400 - cut);
        whole.run(400);
        assert.deepEqual(pieces.save(), whole.save());
      }),
      { numRuns: 60 },
    );
  });
});
