import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeSymbolFor } from '../../../runtime/inspect/symbols.js';
import { readPc, spaceOf, threadsOf } from '../../../runtime/inspect/thread-state.js';
import { unwind } from '../../../runtime/inspect/unwind.js';
import type { Platform } from '../../../runtime/platform.js';
import { platformOf, runToSymbol } from '../../support/assembled-platform.js';

/** Every function saves what the calling convention says; `deep` has a frame pointer. */
const program = `
    .globl _start
_start:
    la sp, top
    call outer
end: j end
    .globl outer
outer:
    addi sp, sp, -32
    sw ra, 28(sp)
    sw s0, 24(sp)
    addi s0, sp, 32
    call deep
back:
    lw ra, 28(sp)
    lw s0, 24(sp)
    addi sp, sp, 32
    ret
    .globl deep
deep:
    addi sp, sp, -16
    sw ra, 12(sp)
    call leaf
    lw ra, 12(sp)
half_undone:
    addi sp, sp, 16
all_undone:
    ret
    .globl leaf
leaf:
    nop
    ret
    .globl lost
lost:
    call leaf
no_way_back:
    nop
    j no_way_back
    .bss
    .balign 16
    .space 4096
top:
`;

function namesAt(symbol: string): string[] {
  const platform = platformOf(program);
  runToSymbol(platform, symbol);
  return framesOf(platform);
}

function framesOf(platform: Platform): string[] {
  const thread = threadsOf(platform)[0] ?? 0;
  const space = spaceOf(platform, thread);
  return [...unwind(platform, thread)].map((frame) => {
    const found = codeSymbolFor(platform, space, frame.lookupAddress);
    return found?.symbol.name ?? 'nowhere';
  });
}

describe('a call stack', () => {
  it('is complete at the first instruction of a leaf', () => {
    assert.deepEqual(namesAt('leaf'), ['leaf', 'deep', 'outer', '_start']);
  });

  it('is complete before a prologue has run', () => {
    assert.deepEqual(namesAt('deep'), ['deep', 'outer', '_start']);
  });

  it('is complete in the middle of an epilogue', () => {
    assert.deepEqual(namesAt('half_undone'), ['half_undone', 'outer', '_start']);
    assert.deepEqual(namesAt('all_undone'), ['all_undone', 'outer', '_start']);
  });

  it('is complete behind a call of a function with a frame pointer', () => {
    assert.deepEqual(namesAt('back'), ['back', '_start']);
  });

  it('ends at a function that has lost its return address', () => {
    const platform = platformOf(program.replace('call outer', 'call lost'));
    runToSymbol(platform, 'no_way_back');
    assert.deepEqual(framesOf(platform), ['no_way_back']);
  });

  it('is complete at the first instruction of a function that calls itself', () => {
    const platform = platformOf(`
    .globl _start
_start:
    la sp, top
    call down
end: j end
    .globl down
down:
    addi sp, sp, -16
    sw ra, 12(sp)
    call down
    lw ra, 12(sp)
    addi sp, sp, 16
    ret
    .bss
    .balign 16
    .space 4096
top:
`);
    runToSymbol(platform, 'down');
    assert.deepEqual(framesOf(platform), ['down', '_start']);
    // Three instructions of each activation later: the third one begins.
    platform.run(8);
    assert.deepEqual(framesOf(platform), ['down', 'down', 'down', '_start']);
  });

  it('starts at the caller of a jump to nowhere', () => {
    const platform = platformOf(`
    .globl _start
_start:
    li t0, 0
    jalr t0
after: j after
`);
    platform.run(1000);
    const thread = threadsOf(platform)[0] ?? 0;
    assert.equal(readPc(platform, thread), 0);
    assert.deepEqual(framesOf(platform), ['nowhere', '_start']);
  });

  it('knows a function that is only a label, since it is called', () => {
    const source = `
    .globl _start
_start:
    la sp, top
    li s0, 3
again:
    call ping
    addi s0, s0, -1
    bnez s0, again
end: j end
ping:
    addi sp, sp, -16
    sw ra, 12(sp)
inside:
    nop
    lw ra, 12(sp)
    addi sp, sp, 16
    ret
    .bss
    .balign 16
    .space 64
top:
`;
    const platform = platformOf(source);
    runToSymbol(platform, 'inside');
    assert.deepEqual(framesOf(platform), ['inside', 'again']);
  });
});
