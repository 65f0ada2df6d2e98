import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtBoard } from '../../runtime/machine/boards/virt.js';
import { KernelFixture, kernelFixture, savedRegister } from '../support/kernel-fixture.js';

const withNotification = (): KernelFixture => {
  const k = kernelFixture();
  k.make('Notification', 'n');
  k.mint('n', 'n1', 1);
  k.mint('n', 'n4', 4);
  return k;
};

describe('notifications', () => {
  it('switch threads with all their registers', () => {
    const k = withNotification();
    k.thread('other', { priority: 100 });
    k.hart.x[31] = 77;
    k.wait('n');
    assert.equal(k.current, 'other');
    assert.equal(k.hart.x[31], 0);
    k.signal('n1');
    assert.equal(k.current, 'rootserver');
    assert.equal(k.hart.x[31], 77);
  });

  it('lose with a badge only the copies of that badge when it is revoked', () => {
    const k = withNotification();
    k.copy('n4', 'copy');
    k.revoke('n4');
    assert.ok(k.isEmpty('copy'));
    assert.ok(!k.isEmpty('n1'));
    k.revoke('n');
    assert.ok(k.isEmpty('n1'));
    assert.ok(k.isEmpty('n4'));
  });

  it('collect the bits of all signals until someone waits', () => {
    const k = withNotification();
    k.signal('n1');
    k.signal('n4');
    k.wait('n');
    assert.equal(k.current, 'rootserver');
    assert.equal(k.message.badge, 5);
    k.nbWait('n');
    assert.equal(k.message.badge, 0);
  });

  it('wake the first waiter with the badge, and leave its message registers alone', () => {
    const k = withNotification();
    k.thread('waiter');
    k.yield();
    k.hart.x[12] = 0x77;
    k.wait('n');
    assert.equal(k.stateOf('waiter'), 'blockedOnNotification');
    k.signal('n4');
    assert.equal(k.saved('waiter', savedRegister.a0), 4);
    assert.equal(k.saved('waiter', savedRegister.a2), 0x77);
  });

  it('reach a bound thread while it receives from an endpoint', () => {
    const k = withNotification();
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    k.thread('server');
    k.succeeds('server', 'TCBBindNotification', [], ['n']);
    k.refuses(['IllegalOperation'], 'server', 'TCBBindNotification', [], ['n']);
    k.yield();
    k.recv('e', 'r');
    k.signal('n4');
    assert.equal(k.saved('server', savedRegister.a0), 4);
    assert.equal(k.stateOf('server'), 'running');
    k.succeeds('server', 'TCBUnbindNotification');
    k.refuses(['IllegalOperation'], 'server', 'TCBUnbindNotification');
  });

  it('that are active are taken by a bound thread before any message', () => {
    const k = withNotification();
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    k.succeeds('tcb', 'TCBBindNotification', [], ['n']);
    k.signal('n1');
    k.recv('e', 'r');
    assert.equal(k.message.badge, 1);
    assert.equal(k.current, 'rootserver');
  });

  it('refuse to be bound without the read right, or when they are no notification', () => {
    const k = withNotification();
    k.copy('n', 'writeOnly', 1);
    k.make('TCB', 't');
    k.refuses(['IllegalOperation'], 't', 'TCBBindNotification', [], ['writeOnly']);
    k.refuses(['IllegalOperation'], 't', 'TCBBindNotification', [], ['tcb']);
    k.refuses(['TruncatedMessage'], 't', 'TCBBindNotification');
  });

  it('lend a scheduling context to the passive thread that they wake, until it waits again', () => {
    const k = withNotification();
    k.thread('worker');
    k.yield();
    k.wait('n');
    k.succeeds('worker.sc', 'SchedContextUnbind');
    k.succeeds('worker.sc', 'SchedContextBind', [], ['n']);
    k.signal('n4');
    assert.notEqual(k.schedContextOf('worker'), 0);
    k.yield();
    assert.equal(k.current, 'worker');
    k.wait('n');
    assert.equal(k.schedContextOf('worker'), 0);
    assert.equal(k.current, 'rootserver');
  });
});

describe('interrupts', () => {
  const withHandler = (): KernelFixture => {
    const k = withNotification();
    k.succeeds('irqControl', 'IRQIssueIRQHandler', [7, k.slot('irq7'), 32], ['cnode']);
    return k;
  };

  it('signal the notification of their handler, and are completed by Ack', () => {
    const k = withHandler();
    assert.ok(k.enabledIrqs.has(7));
    k.succeeds('irq7', 'IRQSetIRQHandler', [], ['n4']);
    k.interrupt(7);
    assert.deepEqual(k.completedIrqs, []);
    k.wait('n');
    assert.equal(k.message.badge, 4);
    k.succeeds('irq7', 'IRQAckIRQ');
    assert.deepEqual(k.completedIrqs, [7]);
  });

  it('are completed at once on virt, where Ack has nothing left to do, as seL4 does', () => {
    const k = new KernelFixture(virtBoard(0x10_0000));
    k.make('Notification', 'n');
    k.succeeds('irqControl', 'IRQIssueIRQHandler', [10, k.slot('irq10'), 32], ['cnode']);
    k.succeeds('irq10', 'IRQSetIRQHandler', [], ['n']);
    k.interrupt(10);
    assert.deepEqual(k.completedIrqs, [10]);
    k.succeeds('irq10', 'IRQAckIRQ');
    assert.deepEqual(k.completedIrqs, [10]);
  });

  it('of a source that belongs to nobody are masked', () => {
    const k = new KernelFixture(virtBoard(0x10_0000));
    k.enabledIrqs.add(96);
    k.interrupt(96);
    assert.deepEqual(k.completedIrqs, [96]);
    assert.ok(!k.enabledIrqs.has(96));
  });

  it('wake the idle hart', () => {
    const k = withHandler();
    k.succeeds('irq7', 'IRQSetIRQHandler', [], ['n4']);
    k.wait('n');
    assert.ok(k.waiting);
    assert.equal(k.current, 'idle_thread');
    assert.equal(k.deadline, Infinity);
    k.interrupt(7);
    assert.equal(k.current, 'rootserver');
    assert.equal(k.message.badge, 4);
  });

  it('are masked when their last handler capability goes', () => {
    const k = withHandler();
    k.succeeds('irq7', 'IRQSetIRQHandler', [], ['n4']);
    k.delete('irq7');
    assert.ok(!k.enabledIrqs.has(7));
    k.succeeds('irqControl', 'IRQIssueIRQHandler', [7, k.slot('again'), 32], ['cnode']);
  });

  it('are refused twice, out of range, and for the kernel’s timer', () => {
    const k = withHandler();
    const get = (irq: number): number[] => [irq, k.slot('x'), 32];
    k.refuses(['RevokeFirst'], 'irqControl', 'IRQIssueIRQHandler', get(7), ['cnode']);
    k.refuses(['RangeError', 1, 43], 'irqControl', 'IRQIssueIRQHandler', get(0), ['cnode']);
    k.refuses(['RangeError', 1, 43], 'irqControl', 'IRQIssueIRQHandler', get(44), ['cnode']);
    k.refuses(['RevokeFirst'], 'irqControl', 'IRQIssueIRQHandler', get(43), ['cnode']);
    const taken = [8, k.slot('n'), 32];
    k.refuses(['DeleteFirst'], 'irqControl', 'IRQIssueIRQHandler', taken, ['cnode']);
    k.refuses(['TruncatedMessage'], 'irqControl', 'IRQIssueIRQHandler', [8, 1]);
    const trigger = [8, 0, k.slot('x'), 32];
    k.refuses(['IllegalOperation'], 'irqControl', 'RISCVIRQIssueIRQHandlerTrigger', trigger, [
      'cnode',
    ]);
  });

  it('can be asked for with a trigger where the controller is the standard PLIC', () => {
    const k = new KernelFixture(virtBoard(0x10_0000));
    const get = (irq: number, slot: string): number[] => [irq, 1, k.slot(slot), 32];
    const method = 'RISCVIRQIssueIRQHandlerTrigger';
    k.succeeds('irqControl', method, get(10, 'irq10'), ['cnode']);
    assert.ok(k.enabledIrqs.has(10));
    assert.ok(!k.isEmpty('irq10'));
    k.refuses(['RevokeFirst'], 'irqControl', method, get(10, 'x'), ['cnode']);
    // seL4 takes the last source of this board for its timer.
    k.refuses(['RangeError', 1, 96], 'irqControl', method, get(97, 'x'), ['cnode']);
    k.refuses(['RevokeFirst'], 'irqControl', method, get(96, 'x'), ['cnode']);
    k.refuses(['TruncatedMessage'], 'irqControl', method, [8, 0, 1], ['cnode']);
  });

  it('want a notification with the write right', () => {
    const k = withHandler();
    k.copy('n', 'readOnly', 2);
    k.refuses(['InvalidCapability', 0], 'irq7', 'IRQSetIRQHandler', [], ['readOnly']);
    k.refuses(['InvalidCapability', 0], 'irq7', 'IRQSetIRQHandler', [], ['tcb']);
    k.refuses(['TruncatedMessage'], 'irq7', 'IRQSetIRQHandler');
    k.refuses(['IllegalOperation'], 'irq7', 'IRQIssueIRQHandler');
    k.succeeds('irq7', 'IRQSetIRQHandler', [], ['n4']);
    k.succeeds('irq7', 'IRQClearIRQHandler');
    k.interrupt(7);
    k.nbWait('n');
    assert.equal(k.message.badge, 0);
  });
});
