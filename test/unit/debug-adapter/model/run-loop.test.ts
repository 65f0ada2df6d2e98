import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forever } from '../../../../debug-adapter/model/goal.js';
import { RunLoop, type Host } from '../../../../debug-adapter/model/run-loop.js';
import { platformOf } from '../../../support/assembled-platform.js';

describe('a slice of a run', () => {
  it('ends soon after its time is over although the program makes one system call after another', () => {
    const platform = platformOf('.globl _start\n_start: li a7, -11\necall\nj _start\n');
    let milliseconds = 0;
    let traps = 0;
    const turns: (() => void)[] = [];
    // As if each look at the clock came a millisecond after the one before.
    const host: Host = {
      now: () => milliseconds++,
      soon: (action) => void turns.push(action),
      saveFile: () => undefined,
    };
    const nothing = (): undefined => undefined;
    const loop = new RunLoop(platform, host, {
      stopped: nothing,
      breakpointHit: () => false,
      watchHit: () => false,
      kernelEvent: nothing,
      waiting: nothing,
    });
    platform.onSupervisorTrap(() => (traps += 1));
    loop.start(forever());
    turns.shift()?.();
    assert.ok(traps > 0 && traps <= 10, `${traps} system calls in a slice of 8 ms`);
    assert.equal(turns.length, 1, 'the run goes on in the next turn');
    loop.dispose();
  });
});
