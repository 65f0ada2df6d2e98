/** Flags and places of arguments, each by what it does and what it leaves alone. sel4-abi section 4. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageInfo } from '../../runtime/abi/message-info.js';
import { labelNumber, labelTable } from '../../runtime/abi/labels.js';
import { schedContext } from '../../runtime/kernel/layout.js';
import { schedContextPointer } from '../../runtime/kernel/capabilities/capability.js';
import { register } from '../../runtime/kernel/objects/thread.js';
import { kernelFixture, type KernelFixture } from '../support/kernel-fixture.js';

/** Two threads that are ready, and registers that differ. */
function withTwo(): KernelFixture {
  const k = kernelFixture();
  for (const name of ['t', 'u']) k.thread(name, { priority: 100 });
  // pc and sp are frame registers, a0 to a3 (from 16 on) are none.
  k.succeeds('u', 'TCBWriteRegisters', [
    0,
    18,
    0x6000,
    0,
    0x77,
    ...Array<number>(13).fill(0),
    5,
    6,
  ]);
  return k;
}

describe('the flags of registers', () => {
  it('suspend the thread that is read with flag 0 alone', () => {
    for (const flags of [0, 1, 2, 3]) {
      const k = withTwo();
      k.succeeds('t', 'TCBReadRegisters', [flags, 1]);
      assert.equal(k.stateOf('t'), (flags & 1) !== 0 ? 'inactive' : 'restart');
    }
  });

  it('resume the thread that is written with flag 0 alone', () => {
    for (const flags of [0, 1, 2, 3]) {
      const k = withTwo();
      k.succeeds('t', 'TCBSuspend');
      k.succeeds('t', 'TCBWriteRegisters', [flags, 1, 0x5000]);
      assert.equal(k.stateOf('t'), (flags & 1) !== 0 ? 'restart' : 'inactive');
    }
  });

  it('of a copy suspend its source, resume its target, and take the two halves', () => {
    for (let flags = 0; flags < 32; flags += 1) {
      const k = withTwo();
      k.succeeds('t', 'TCBSuspend');
      k.succeeds('t', 'TCBCopyRegisters', [flags], ['u']);
      const has = (bit: number): boolean => (flags & (1 << bit)) !== 0;
      assert.equal(k.stateOf('u'), has(0) ? 'inactive' : 'restart', `flags ${String(flags)}`);
      assert.equal(k.stateOf('t'), has(1) ? 'restart' : 'inactive', `flags ${String(flags)}`);
      assert.equal(k.saved('t', register.nextIp) === 0x6000, has(2), `flags ${String(flags)}`);
      assert.equal(k.saved('t', register.a0) === 5, has(3), `flags ${String(flags)}`);
    }
  });
});

describe('the words of SchedControl_ConfigureFlags', () => {
  const configured = (words: readonly number[]): ((offset: number) => number) => {
    const k = kernelFixture();
    k.make('SchedContext', 's', 8);
    k.succeeds('schedControl', 'SchedControlConfigureFlags', words, ['s']);
    const sc = schedContextPointer(k.capability('s').w1);
    return (offset) => k.state.read(sc + offset);
  };

  it('are a badge and flags, of which 0 is for a sporadic context', () => {
    for (const flags of [0, 1, 2, 3]) {
      const word = configured([1000, 0, 2000, 0, 1, 6, flags, 4]);
      assert.equal(word(schedContext.badge), 6);
      assert.equal(word(schedContext.sporadic), flags & 1);
      assert.equal(word(schedContext.refillMax), 3);
    }
  });

  it('have a high and a low word for a time', () => {
    const word = configured([1000, 0, 5, 2, 0, 0, 0]);
    assert.deepEqual([word(schedContext.period), word(schedContext.period + 4)], [5, 2]);
  });
});

describe('a message without an IPC buffer', () => {
  it('has four words, whatever it claims', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    k.succeeds('tcb', 'TCBSetIPCBuffer', [0], ['nothing']);
    const label = labelNumber(labelTable(16), 'TCBWriteRegisters') ?? 0;
    const write = (count: number, length: number): number => {
      const registers = { 10: k.slot('t'), 11: messageInfo(label, 0, 0, length), 12: 0, 13: count };
      k.syscall('Call', { ...registers, 14: 0x4000, 15: 0x5000 });
      return k.message.label;
    };
    assert.equal(write(3, 5), 7);
    assert.equal(write(2, 5), 0);
    assert.equal(write(2, 4), 0);
  });
});

describe('TCB_SetSchedParams', () => {
  it('takes the context away where it is given none', () => {
    const k = withTwo();
    k.succeeds('t', 'TCBSetSchedParams', [100, 100], ['tcb', 'nothing', 'nothing']);
    assert.equal(k.schedContextOf('t'), 0);
    assert.notEqual(k.schedContextOf('u'), 0);
  });
});

describe('CNode_Mutate', () => {
  it('moves, as CNode_Move does, and the copies leave their source', () => {
    for (const [label, words, isLeft] of [
      ['CNodeCopy', [15], true],
      ['CNodeMint', [15, 0], true],
      ['CNodeMove', [], false],
      ['CNodeMutate', [0], false],
    ] as const) {
      const k = kernelFixture();
      k.make('CNode', 'c', 4);
      const all = [k.slot('x'), 32, k.slot('c'), 32, ...words];
      k.succeeds('cnode', label, all, ['cnode']);
      assert.equal(!k.isEmpty('c'), isLeft, label);
      assert.ok(!k.isEmpty('x'), label);
    }
  });
});
