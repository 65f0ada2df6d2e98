import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contextRegisters } from '../../runtime/abi/user-context.js';
import { frameFields } from '../../runtime/kernel/capabilities/capability.js';
import { kernelFixture, savedRegister, type KernelFixture } from '../support/kernel-fixture.js';

const withThread = (): KernelFixture => {
  const k = kernelFixture();
  k.thread('t', { priority: 100 });
  return k;
};

describe('TCB registers', () => {
  it('are written and read in the order of the user context', () => {
    const k = withThread();
    const values = contextRegisters.map((_, index) => 0x100 + 4 * index);
    k.succeeds('t', 'TCBWriteRegisters', [0, 32, ...values]);
    assert.deepEqual(k.succeeds('t', 'TCBReadRegisters', [0, 32]), values);
    assert.equal(k.saved('t', savedRegister.nextIp), 0x100);
    assert.equal(k.saved('t', savedRegister.tp), 0x100 + 4 * 31);
  });

  it('are copied in two halves', () => {
    const k = withThread();
    k.make('TCB', 'u');
    k.succeeds('t', 'TCBWriteRegisters', [0, 32, ...contextRegisters.map((_, index) => index)]);
    k.succeeds('u', 'TCBCopyRegisters', [4], ['t']);
    const read = k.succeeds('u', 'TCBReadRegisters', [0, 32]);
    assert.deepEqual(read.slice(0, 17), [...Array(16).keys(), 0]);
    k.refuses(['InvalidCapability', 1], 'u', 'TCBCopyRegisters', [4], ['cnode']);
    k.refuses(['TruncatedMessage'], 'u', 'TCBCopyRegisters', [4]);
  });

  it('refuse wrong counts, short messages and the own thread', () => {
    const k = withThread();
    k.refuses(['RangeError', 1, 32], 't', 'TCBReadRegisters', [0, 0]);
    k.refuses(['RangeError', 1, 32], 't', 'TCBReadRegisters', [0, 33]);
    k.refuses(['TruncatedMessage'], 't', 'TCBReadRegisters', [0]);
    k.refuses(['IllegalOperation'], 'tcb', 'TCBReadRegisters', [0, 1]);
    k.refuses(['TruncatedMessage'], 't', 'TCBWriteRegisters', [0, 2, 1]);
    k.refuses(['IllegalOperation'], 'tcb', 'TCBWriteRegisters', [0, 1, 1]);
  });

  it('take the base of thread-local storage in tp', () => {
    const k = withThread();
    k.succeeds('t', 'TCBSetTLSBase', [0x1234]);
    assert.equal(k.saved('t', savedRegister.tp), 0x1234);
    k.refuses(['TruncatedMessage'], 't', 'TCBSetTLSBase');
  });

  it('have no feature flags without an FPU, so setting one changes nothing', () => {
    const k = withThread();
    assert.deepEqual(k.succeeds('t', 'TCBSetFlags', [0, 0xffff_ffff]), [0]);
    k.refuses(['TruncatedMessage'], 't', 'TCBSetFlags', [0]);
  });
});

describe('TCB_Suspend and Resume', () => {
  it('stop a thread wherever it waits, and start its system call over', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    k.thread('t');
    k.yield();
    const { pc } = k;
    k.recv('e', 'r');
    k.succeeds('t', 'TCBSuspend');
    assert.equal(k.stateOf('t'), 'inactive');
    k.succeeds('t', 'TCBResume');
    k.yield();
    assert.equal(k.current, 't');
    assert.equal(k.pc, pc);
  });

  it('do nothing to a thread that runs', () => {
    const k = kernelFixture();
    k.succeeds('tcb', 'TCBResume');
    assert.equal(k.current, 'rootserver');
  });

  it('leave the hart idle when the only thread suspends itself', () => {
    const k = kernelFixture();
    k.call('tcb', { label: 12 });
    assert.ok(k.waiting);
  });
});

describe('priorities', () => {
  it('of a ready thread that becomes the highest make it run', () => {
    const k = withThread();
    k.succeeds('tcb', 'TCBSetPriority', [50], ['tcb']);
    assert.equal(k.current, 't');
  });

  it('may not exceed what the authority controls', () => {
    const k = withThread();
    k.succeeds('t', 'TCBSetMCPriority', [10], ['tcb']);
    k.refuses(['RangeError', 0, 10], 't', 'TCBSetPriority', [11], ['t']);
    k.refuses(['RangeError', 0, 255], 't', 'TCBSetPriority', [256], ['tcb']);
    k.refuses(['InvalidCapability', 1], 't', 'TCBSetPriority', [1], ['cnode']);
    k.refuses(['TruncatedMessage'], 't', 'TCBSetPriority', [1]);
  });

  it('reorder the queue that the thread waits in', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.thread('a');
    k.thread('b');
    k.yield();
    k.send('e');
    k.send('e');
    assert.equal(k.current, 'rootserver');
    k.succeeds('a', 'TCBSetPriority', [3], ['tcb']);
    k.succeeds('b', 'TCBSetPriority', [4], ['tcb']);
    k.make('Reply', 'r');
    k.recv('e', 'r');
    assert.equal(k.stateOf('b'), 'running');
    assert.equal(k.stateOf('a'), 'blockedOnSend');
  });
});

describe('TCB_Configure', () => {
  it('refuses spaces and buffers of the wrong kind', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    k.make('4K_Page', 'f');
    k.make('PageTable', 'unmapped');
    const configure = (words: number[], caps: string[]): Parameters<typeof k.refuses>[4] => {
      k.refuses(['IllegalOperation'], 't', 'TCBConfigure', words, caps);
      return caps;
    };
    configure([0, 0, 0], ['tcb', 'vspace', 'f']);
    configure([0, 0, 0], ['cnode', 'unmapped', 'f']);
    configure([0, 0, 0x200], ['cnode', 'vspace', 'tcb']);
    k.refuses(['AlignmentError'], 't', 'TCBConfigure', [0, 0, 0x210], ['cnode', 'vspace', 'f']);
    k.refuses(['TruncatedMessage'], 't', 'TCBConfigure', [0, 0, 0], ['cnode', 'vspace']);
  });

  it('refuses a device frame as IPC buffer', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    k.make('4K_Page', 'uart', 0, 'device');
    k.refuses(['IllegalOperation'], 't', 'TCBSetIPCBuffer', [0x200], ['uart']);
  });

  it('gives the thread copies that go when the original is revoked', () => {
    const k = withThread();
    k.revoke('t.buffer');
    k.delete('t.buffer');
    assert.equal(frameFields(k.capability('t.buffer')).base, 0);
  });

  it('sets spaces together with a fault handler', () => {
    const k = withThread();
    k.make('Endpoint', 'f');
    k.succeeds('t', 'TCBSetSpace', [0, 0], ['f', 'cnode', 'vspace']);
    k.refuses(['InvalidCapability', 1], 't', 'TCBSetSpace', [0, 0], ['tcb', 'cnode', 'vspace']);
  });
});

describe('a capability of the wrong type', () => {
  it('is named in the refusal, an empty slot too', () => {
    const k = withThread();
    k.refuses(['InvalidCapability', 1], 't', 'TCBSetPriority', [1], ['nothing']);
    assert.match(k.lastRefusal, /: the empty slot given as authority is no TCB$/);
    k.refuses(['InvalidCapability', 1], 't', 'TCBCopyRegisters', [0], ['irqControl']);
    assert.match(k.lastRefusal, /: the IRQ control given as source is no TCB$/);
  });

  it('halts the machine where a debug call needs a thread', () => {
    const k = withThread();
    k.syscall('DebugNameThread', { [10]: k.slot('nothing') });
    assert.match(k.console, /DebugNameThread: the empty slot is no TCB; the machine halts\.\n$/);
    assert.equal(k.poweredOff, 1);
  });
});

describe('deleting a thread', () => {
  it('takes it out of every queue and out of the list of all threads', () => {
    const k = withThread();
    k.delete('t');
    k.delete('t.sc');
    assert.ok(k.events.some((event) => event.kind === 'threadDeleted'));
    k.yield();
    assert.equal(k.current, 'rootserver');
  });

  it('that is the current one leaves the others running', () => {
    const k = withThread();
    k.call('cnode', { label: 19, words: [k.slot('tcb'), 32] });
    assert.equal(k.current, 't');
  });
});
