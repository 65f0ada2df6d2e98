/** What kernel entries cost beside what seL4 publishes; the figures and where they are from: costs.ts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { costs } from '../../runtime/kernel/costs.js';
import { kernelFixture, type KernelFixture } from '../support/kernel-fixture.js';

/** Cycles of one action. */
function cyclesOf(k: KernelFixture, action: () => void): number {
  const before = k.hart.cycles;
  action();
  return k.hart.cycles - before;
}

/** A passive server that waits at `e` for the root task. */
function withServer(): KernelFixture {
  const k = kernelFixture();
  k.make('Endpoint', 'e');
  k.make('Reply', 'r');
  k.succeeds('tcb', 'TCBSetPriority', [100], ['tcb']);
  k.thread('server', { priority: 200 });
  k.recv('e', 'r');
  k.succeeds('server.sc', 'SchedContextUnbind');
  return k;
}

const near = (cycles: number, published: number): void => {
  const ratio = cycles / published;
  assert.ok(ratio > 0.9 && ratio < 1.1, `${String(cycles)} cycles, published ${String(published)}`);
};

describe('the cost of a kernel entry', () => {
  it('is that of seL4’s fast path for a call to a passive server and its answer', () => {
    const k = withServer();
    near(
      cyclesOf(k, () => {
        k.call('e', { words: [1, 2, 3, 4] });
      }),
      376,
    );
    assert.equal(k.current, 'server');
    near(
      cyclesOf(k, () => {
        k.replyRecv('e', 'r', { words: [1] });
      }),
      462,
    );
    assert.equal(k.current, 'rootserver');
  });

  it('is that of the slow path for a message beyond the registers', () => {
    const k = withServer();
    const words = Array.from({ length: 10 }, (_, index) => index);
    // Published across address spaces.
    near(
      costs.addressSpace +
        cyclesOf(k, () => {
          k.call('e', { words });
        }),
      1790,
    );
    near(
      costs.addressSpace +
        cyclesOf(k, () => {
          k.replyRecv('e', 'r', { words });
        }),
      1730,
    );
  });

  it('is that of the slow path for a send', () => {
    const k = withServer();
    k.succeeds(
      'schedControl',
      'SchedControlConfigureFlags',
      [1000, 0, 1000, 0, 0, 0, 0],
      ['server.sc'],
    );
    k.succeeds('server.sc', 'SchedContextBind', [], ['server']);
    near(
      costs.addressSpace +
        cyclesOf(k, () => {
          k.send('e');
        }),
      1690,
    );
    assert.equal(k.current, 'server');
  });

  it('is small for a signal that wakes nobody and for giving up the turn', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    near(
      cyclesOf(k, () => {
        k.signal('n');
      }),
      554,
    );
    k.thread('other');
    near(
      cyclesOf(k, () => {
        k.yield();
      }),
      647,
    );
  });

  it('is that of an interrupt that wakes its driver', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    k.succeeds('irqControl', 'IRQIssueIRQHandler', [7, k.slot('irq'), 32], ['cnode']);
    k.succeeds('irq', 'IRQSetIRQHandler', [], ['n']);
    k.succeeds('tcb', 'TCBSetPriority', [100], ['tcb']);
    k.thread('driver', { priority: 200 });
    k.wait('n');
    const cycles = cyclesOf(k, () => {
      k.interrupt(7);
    });
    assert.equal(k.current, 'driver');
    // The signal is part of the published figure.
    near(cycles - costs.signal, 1013);
  });

  it('is that of a page mapped among many', () => {
    const k = kernelFixture();
    k.make('4K_Page', 'f');
    k.make('PageTable', 'pt');
    k.succeeds('pt', 'RISCVPageTableMap', [0x40_0000, 0], ['vspace']);
    const cycles = cyclesOf(k, () => {
      k.succeeds('f', 'RISCVPageMap', [0x40_0000, 3, 0], ['vspace']);
    });
    near(cycles, 1_477_000 / 2048);
  });
});
