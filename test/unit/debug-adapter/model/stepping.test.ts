import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Goal } from '../../../../debug-adapter/model/goal.js';
import { stepInstruction } from '../../../../debug-adapter/model/stepping.js';
import { readPc } from '../../../../runtime/inspect/thread-state.js';
import type { Platform } from '../../../../runtime/platform.js';
import { physAddr } from '../../../../runtime/base/address.js';
import { tinyProgram } from '../../../support/tiny-program.js';
import { debug, half, place, write, written } from '../../../support/written-kernel.js';

/** Does what the run loop does, without slices and pauses. */
function drive(platform: Platform, goal: Goal): void {
  for (let turn = goal.next(); turn.done !== true; turn = goal.next()) {
    const leg = turn.value;
    assert.notEqual(leg.kind, 'switch');
    if (leg.kind === 'one') platform.run(1);
    if (leg.kind !== 'until') continue;
    for (const stop of leg.stops) platform.machine.breakpoints.add(stop);
    assert.equal(platform.run(10_000).kind, 'breakpoint');
    platform.machine.breakpoints.clear();
  }
}

const satp = 0x180;
/** Of a thread that runs: where it goes on. */
const nextIp = 34 * 4;

/** A kernel that answers system calls by going on behind them, and a thread that makes one. */
function callingThread(): { readonly platform: Platform; readonly ecall: number } {
  const platform = written(
    debug,
    `
      la t0, handler
      csrrw x0, stvec, t0
      li t1, 0x40d000
      csrrw x0, sepc, t1
      sret
      handler:
      csrrs t2, sepc, x0
      addi t2, t2, 4
      csrrw x0, sepc, t2
      addi t3, t3, 1
      sret`,
  );
  const [hart] = platform.machine.harts;
  const table = (((hart?.readCsr(satp) ?? 0) & 0x3f_ffff) << 12) >>> 0;
  // The second megapage of user memory is that with the code, in the table of the kernel and of the thread.
  const userMegapage = ((0x8080_0000 >>> 12) << 10) | 0xdf;
  write(platform, table + 4, userMegapage);
  write(platform, place.root + 4, userMegapage);
  const code = tinyProgram('ecall\naddi a0, a0, 1\naddi a0, a0, 1');
  platform.machine.memory.copyIn(physAddr(0x8080_d000), code);
  // What the kernel saved of the thread long ago.
  write(platform, place.alice + half + nextIp, 0x1234);
  platform.machine.breakpoints.add(physAddr(0x8080_d000));
  assert.equal(platform.run(1000).kind, 'breakpoint');
  platform.machine.breakpoints.clear();
  return { platform, ecall: 0x40_d000 };
}

describe('a step over a system call of a kernel that executes on the hart', () => {
  it('ends behind the call, back in the thread, and not at what the kernel saved before', () => {
    const { platform, ecall } = callingThread();
    assert.equal(readPc(platform, place.alice), ecall);
    drive(platform, stepInstruction(platform, place.alice));
    assert.equal(readPc(platform, place.alice), ecall + 4);
    assert.equal(platform.machine.harts[0]?.privilege, 0);
    drive(platform, stepInstruction(platform, place.alice));
    assert.equal(readPc(platform, place.alice), ecall + 8);
  });
});
