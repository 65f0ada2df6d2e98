import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Goal } from '../../../../debug-adapter/model/goal.js';
import { nextLine, stepInstruction, stepOut } from '../../../../debug-adapter/model/stepping.js';
import { callFrames } from '../../../../runtime/inspect/call-frames.js';
import { lineFor } from '../../../../runtime/inspect/symbols.js';
import { readPc, spaceOf, threadsOf } from '../../../../runtime/inspect/thread-state.js';
import { boards, createPlatform, type Platform } from '../../../../runtime/platform.js';
import { physAddr, virtAddr } from '../../../../runtime/base/address.js';
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';
import { compileModule } from '../../../../runtime/toolchain/guest/riscv/compile-module.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import { compileGuest } from '../../../support/guest-program.js';
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

const nested = `
let log: i32[] = [];
function inner(value: i32): i32 {
  log.push(value);
  return value + log.length;
}
function middle(value: i32): i32 {
  const more = value * 3;
  return inner(more + 1) + 3;
}
export function run(start: i32): i32 {
  let sum = 0;
  for (let i = 0; i < start; i++) {
    sum += middle(i);
  }
  return sum;
}
`;

const start = `
    .globl _start
_start:
    la sp, top
    call __guest_start
    li a0, 5
    call run
end:
    j end
    .globl __guest_heap_start, __guest_heap_end
    .bss
    .balign 16
__guest_heap_start:
    .space 65536
__guest_heap_end:
    .space 4096
top:
`;

/** At the first instruction of the body of `inner`, which replaced its call in `middle`. */
function inReplacedCall(): { readonly platform: Platform; readonly thread: number } {
  const { module } = compileGuest(nested, { memoryBase: 0x10_0000, isOptimized: true });
  assert.ok(module !== undefined);
  const assembled = assemble('start.S', { readText: () => start, readBytes: () => undefined });
  const { image } = link([assembled.object, compileModule(module).object], {
    textBase: virtAddr(0x1_0000),
  });
  const made = createPlatform(image, { board: boards[0]?.name ?? 'nexus', kernel: 'builtin' });
  assert.ok(made.ok);
  const platform = made.value;
  const caller = image.debug?.functions.find(({ name }) => name === 'middle');
  const [range] = caller?.inlined.find(({ name }) => name === 'inner')?.ranges ?? [];
  const stop = caller && range && platform.imageToPhysical(virtAddr(caller.low + range.from));
  assert.ok(stop !== undefined);
  platform.machine.breakpoints.add(stop);
  assert.equal(platform.run(1_000_000).kind, 'breakpoint');
  platform.machine.breakpoints.clear();
  return { platform, thread: threadsOf(platform)[0] ?? 0 };
}

const namesOf = (platform: Platform, thread: number): unknown[] =>
  [...callFrames(platform, thread)].map(
    ({ inlined, found }) => inlined?.name ?? found?.function.name,
  );

describe('in a call that was replaced by the body of the function', () => {
  it('a step out ends in the function that called', () => {
    const { platform, thread } = inReplacedCall();
    const out = (): unknown => {
      const goal = stepOut(platform, thread);
      assert.ok(goal !== undefined);
      drive(platform, goal);
      return namesOf(platform, thread)[0];
    };
    assert.deepEqual(namesOf(platform, thread).slice(0, 4), [
      ...['Array<i32>#get:length', 'inner', 'middle', 'run'],
    ]);
    assert.equal(out(), 'inner');
    assert.equal(out(), 'middle');
    assert.equal(out(), 'run');
  });

  it('a step over passes what is called, replaced or not', () => {
    const { platform, thread } = inReplacedCall();
    const line = (): number | undefined =>
      lineFor(platform, spaceOf(platform, thread), readPc(platform, thread))?.line;
    for (let count = 0; count < 3; count += 1) {
      drive(platform, nextLine(platform, thread));
      const at = line() ?? 0;
      // Its own lines and those of its callers, none of the library behind them.
      assert.ok(at >= 4 && at <= 17, String(at));
      assert.ok(['inner', 'middle', 'run'].includes(String(namesOf(platform, thread)[0])));
    }
  });
});
