import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KernelTraceEvent } from '../../runtime/kernel/events.js';
import { kernelFixture, type KernelFixture } from '../support/kernel-fixture.js';

/** What the kernel tells while something happens, without addresses. */
function traced(k: KernelFixture, act: () => void): Record<string, unknown>[] {
  k.trace.length = 0;
  k.traces = true;
  act();
  k.traces = false;
  const places = new Set(['thread', 'from', 'to', 'slot', 'endpoint', 'notification', 'woken']);
  return k.trace.map((event: KernelTraceEvent) =>
    Object.fromEntries(Object.entries(event).filter(([name]) => !places.has(name))),
  );
}

describe('the trace of the kernel', () => {
  it('is empty while nobody follows', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    assert.deepEqual(k.trace, []);
  });

  it('tells an invocation and what it derives', () => {
    const k = kernelFixture();
    assert.deepEqual(
      traced(k, () => {
        k.make('Endpoint', 'e');
      }),
      [
        {
          kind: 'invoked',
          invocation: 'UntypedRetype',
          type: 'untyped',
          address: k.slot('untyped'),
        },
        { kind: 'derived', type: 'endpoint' },
      ],
    );
    const copied = traced(k, () => {
      k.mint('e', 'badged', 7);
    });
    assert.deepEqual(
      copied.map(({ kind, invocation, type }) => [kind, invocation ?? type]),
      [
        ['invoked', 'CNodeMint'],
        ['derived', 'endpoint'],
      ],
    );
  });

  it('tells what a revocation deletes, and its end', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.mint('e', 'one', 1);
    k.mint('e', 'two', 2);
    const kinds = traced(k, () => {
      k.revoke('e');
    }).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['invoked', 'deleted', 'deleted', 'revoked']);
  });

  it('tells a move, which derives nothing', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    const [, moved] = traced(k, () => {
      const words = [k.slot('there'), 32, k.slot('e'), 32];
      k.succeeds('cnode', 'CNodeMove', words, ['cnode']);
    });
    assert.deepEqual(moved, { kind: 'moved', type: 'endpoint' });
  });

  it('tells a message and its answer, with the fast path as without', () => {
    const k = kernelFixture();
    k.observes = false;
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    k.mint('e', 'badged', 5);
    k.thread('server');
    k.yield();
    k.recv('e', 'r');
    const message = { kind: 'message', badge: 0, capabilities: 0, isFault: false };
    assert.deepEqual(
      traced(k, () => {
        k.call('badged', { label: 1, words: [20, 22] });
      }),
      [{ ...message, badge: 5, label: 1, words: 2 }],
    );
    assert.equal(k.current, 'server');
    assert.deepEqual(
      traced(k, () => {
        k.replyRecv('e', 'r', { words: [42] });
      }),
      [{ ...message, label: 0, words: 1 }],
    );
  });

  it('tells whom a signal wakes, and an interrupt', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    k.mint('n', 'bit', 4);
    assert.deepEqual(
      traced(k, () => {
        k.signal('bit');
      }),
      [{ kind: 'signalled', badge: 4 }],
    );
    k.wait('n');
    k.succeeds('irqControl', 'IRQIssueIRQHandler', [1, k.slot('irq'), 32], ['cnode']);
    k.succeeds('irq', 'IRQSetIRQHandler', [], ['bit']);
    assert.deepEqual(
      traced(k, () => {
        k.interrupt(1);
      }),
      [
        { kind: 'interrupt', irq: 1 },
        { kind: 'signalled', badge: 4 },
      ],
    );
  });
});
