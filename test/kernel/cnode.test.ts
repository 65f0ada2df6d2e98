import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cnodeData } from '../../runtime/abi/cap-rights.js';
import {
  endpointBadge,
  endpointPointer,
  tag,
} from '../../runtime/kernel/capabilities/capability.js';
import { kernelFixture, type KernelFixture } from '../support/kernel-fixture.js';

const withEndpoint = (): KernelFixture => {
  const k = kernelFixture();
  k.make('Endpoint', 'e');
  return k;
};

describe('CNode_Copy', () => {
  it('makes a capability to the same endpoint with fewer rights', () => {
    const k = withEndpoint();
    k.copy('e', 'reader', 2);
    assert.equal(endpointPointer(k.capability('reader').w1), endpointPointer(k.capability('e').w1));
    assert.equal(k.capability('reader').w1 & 0xf, 2);
  });

  it('refuses an occupied destination before it looks at the source', () => {
    const k = withEndpoint();
    const at = k.slot('e');
    k.refuses(['DeleteFirst'], 'cnode', 'CNodeCopy', [at, 32, 5000, 99, 15], ['cnode']);
    assert.match(k.lastRefusal, /^CNode_Copy: destination slot 0x[0-9a-f]+ already holds/);
  });

  it('refuses an empty source with the depth that was asked for', () => {
    const k = withEndpoint();
    const words = [k.slot('x'), 32, k.slot('y'), 32, 15];
    k.refuses(['FailedLookup', 1, 2, 32], 'cnode', 'CNodeCopy', words, ['cnode']);
    assert.match(k.lastRefusal, /^CNode_Copy: slot 0x[0-9a-f]+ of the source is empty$/);
  });

  it('refuses a source root that is no CNode', () => {
    const k = withEndpoint();
    const words = [k.slot('x'), 32, k.slot('e'), 32, 15];
    k.refuses(['FailedLookup', 1, 1], 'cnode', 'CNodeCopy', words, ['e']);
  });

  it('refuses a depth of 0 or above 32', () => {
    const k = withEndpoint();
    k.refuses(['RangeError', 1, 32], 'cnode', 'CNodeCopy', [1, 0, 1, 32, 15], ['cnode']);
    k.refuses(['RangeError', 1, 32], 'cnode', 'CNodeCopy', [1, 33, 1, 32, 15], ['cnode']);
  });

  it('refuses a depth that ends before the guard, with the guard that it found', () => {
    const k = withEndpoint();
    k.refuses(['FailedLookup', 0, 4, 5, 0, 20], 'cnode', 'CNodeDelete', [1, 5]);
  });

  it('refuses a depth that ends inside the index', () => {
    const k = withEndpoint();
    k.refuses(['FailedLookup', 0, 3, 25, 32], 'cnode', 'CNodeDelete', [1, 25]);
  });

  it('refuses a message without the words or the root that it needs', () => {
    const k = withEndpoint();
    k.refuses(['TruncatedMessage'], 'cnode', 'CNodeCopy', [1]);
    k.refuses(['TruncatedMessage'], 'cnode', 'CNodeCopy', [k.slot('x'), 32, 1, 32]);
    k.refuses(['TruncatedMessage'], 'cnode', 'CNodeCopy', [k.slot('x'), 32, 1, 32], ['cnode']);
  });

  it('refuses IRQ control, which cannot be copied', () => {
    const k = withEndpoint();
    const words = [k.slot('x'), 32, k.slot('irqControl'), 32, 15];
    k.refuses(['IllegalOperation'], 'cnode', 'CNodeCopy', words, ['cnode']);
  });

  it('refuses an untyped that has children', () => {
    const k = withEndpoint();
    const words = [k.slot('x'), 32, k.slot('untyped'), 32, 15];
    k.refuses(['RevokeFirst'], 'cnode', 'CNodeCopy', words, ['cnode']);
  });

  it('refuses labels of other objects', () => {
    const k = withEndpoint();
    k.refuses(['IllegalOperation'], 'cnode', 'TCBResume');
    k.refuses(['InvalidCapability', 0], 'nothing', 'CNodeCopy');
  });
});

describe('CNode_Mint', () => {
  it('gives an endpoint a badge of 28 bits', () => {
    const k = withEndpoint();
    k.mint('e', 'badged', 0xf123_4567);
    assert.equal(endpointBadge(k.capability('badged').w0), 0x123_4567);
  });

  it('refuses a second badge', () => {
    const k = withEndpoint();
    k.mint('e', 'badged', 7);
    const words = [k.slot('x'), 32, k.slot('badged'), 32, 15, 8];
    k.refuses(['IllegalOperation'], 'cnode', 'CNodeMint', words, ['cnode']);
  });

  it('gives a CNode a guard, through which addresses then go', () => {
    const k = withEndpoint();
    k.make('CNode', 'small', 4);
    k.mint('small', 'guarded', cnodeData(0x5, 4));
    const into = [0x53, 8, k.slot('e'), 32, 15];
    k.succeeds('guarded', 'CNodeCopy', into, ['cnode']);
    k.refuses(['DeleteFirst'], 'guarded', 'CNodeCopy', into, ['cnode']);
    k.refuses(['FailedLookup', 0, 4, 8, 5, 4], 'guarded', 'CNodeDelete', [0x63, 8]);
  });

  it('refuses a guard that is too long', () => {
    const k = kernelFixture();
    const words = [k.slot('x'), 32, k.slot('cnode'), 32, 15, cnodeData(0, 21)];
    k.refuses(['IllegalOperation'], 'cnode', 'CNodeMint', words, ['cnode']);
  });
});

describe('CNode_Move, Mutate and Rotate', () => {
  it('moves a capability and keeps its descendants', () => {
    const k = withEndpoint();
    k.mint('e', 'badged', 7);
    k.succeeds('cnode', 'CNodeMove', [k.slot('moved'), 32, k.slot('e'), 32], ['cnode']);
    assert.ok(k.isEmpty('e'));
    k.revoke('moved');
    assert.ok(k.isEmpty('badged'));
    assert.equal(k.holds('moved'), tag.endpoint);
  });

  it('never gives a badge on the way', () => {
    const k = withEndpoint();
    const words = [k.slot('x'), 32, k.slot('e'), 32, 9];
    k.refuses(['IllegalOperation'], 'cnode', 'CNodeMutate', words, ['cnode']);
  });

  it('rotates three slots, and swaps two', () => {
    const k = withEndpoint();
    k.make('Notification', 'n');
    k.make('TCB', 't');
    k.make('CNode', 'c', 2);
    const slots = (d: string, p: string, s: string): number[] => [
      k.slot(d),
      32,
      0,
      k.slot(p),
      32,
      0,
      k.slot(s),
      32,
    ];
    k.succeeds('cnode', 'CNodeRotate', slots('free', 'c', 't'), ['cnode', 'cnode']);
    assert.deepEqual(
      [k.holds('free'), k.holds('c'), k.holds('t')],
      [tag.cnode, tag.thread, tag.null],
    );
    k.refuses(['IllegalOperation'], 'cnode', 'CNodeRotate', slots('e', 'e', 'n'), [
      'cnode',
      'cnode',
    ]);
    k.refuses(['FailedLookup', 1, 2, 32], 'cnode', 'CNodeRotate', slots('x', 'c', 't'), [
      'cnode',
      'cnode',
    ]);
  });
});

describe('CNode_Revoke', () => {
  it('deletes copies and badged children, and keeps the slot itself', () => {
    const k = withEndpoint();
    k.copy('e', 'copy');
    k.mint('e', 'badged', 7);
    k.copy('badged', 'badgedCopy');
    k.revoke('e');
    assert.deepEqual(
      ['e', 'copy', 'badged', 'badgedCopy'].map((name) => k.isEmpty(name)),
      [false, true, true, true],
    );
  });

  it('of a badged endpoint keeps the unbadged original', () => {
    const k = withEndpoint();
    k.mint('e', 'seven', 7);
    k.copy('seven', 'sevenToo');
    k.mint('e', 'eight', 8);
    k.revoke('seven');
    assert.deepEqual(
      ['e', 'seven', 'sevenToo', 'eight'].map((name) => k.isEmpty(name)),
      [false, false, true, false],
    );
  });

  it('of an untyped takes back everything that was made from it, and its memory is free again', () => {
    const k = withEndpoint();
    k.make('Untyped', 'part', 14);
    k.make('TCB', 't', 0, 'part');
    k.make('CNode', 'c', 6, 'part');
    k.make('Endpoint', 'inner', 0, 'part');
    k.succeeds('c', 'CNodeCopy', [3, 6, k.slot('inner'), 32, 15], ['cnode']);
    k.revoke('part');
    assert.ok(k.isEmpty('t') && k.isEmpty('c') && k.isEmpty('inner'));
    k.make('CNode', 'all', 10, 'part');
  });

  it('of many children goes on where it was preempted, at a cost that grows linearly', () => {
    const costOf = (children: number): number => {
      const k = withEndpoint();
      k.make('CNode', 'c', 11);
      k.checks = false;
      for (let index = 0; index < children; index += 1) {
        k.succeeds('c', 'CNodeCopy', [index, 11, k.slot('e'), 32, 15], ['cnode']);
      }
      k.checks = true;
      const before = k.hart.cycles;
      k.revoke('e');
      return k.hart.cycles - before;
    };
    const ratio = costOf(2000) / costOf(500);
    assert.ok(
      ratio > 3 && ratio < 5,
      `four times the children cost ${ratio.toFixed(1)} times as much`,
    );
  });

  it('goes on where emptying a large CNode was preempted', () => {
    const k = withEndpoint();
    k.make('Untyped', 'u', 14);
    k.make('CNode', 'c', 8, 'u');
    for (let index = 0; index < 250; index += 1) {
      k.succeeds('c', 'CNodeCopy', [index, 8, k.slot('e'), 32, 15], ['cnode']);
    }
    k.revoke('u');
    assert.ok(k.isEmpty('c'));
    k.make('CNode', 'again', 10, 'u');
  });
});

describe('CNode_Delete', () => {
  it('of an empty slot does nothing', () => {
    const k = kernelFixture();
    k.delete('x');
  });

  it('of the last capability to a CNode empties all its slots', () => {
    const k = withEndpoint();
    k.make('CNode', 'c', 8);
    for (let index = 0; index < 256; index += 1) {
      k.checks = index % 64 === 0;
      k.succeeds('c', 'CNodeMint', [index, 8, k.slot('e'), 32, 15, index + 1], ['cnode']);
    }
    k.checks = true;
    k.delete('c');
    assert.ok(k.isEmpty('c'));
    k.revoke('e');
  });

  it('of a CNode that holds itself comes to an end', () => {
    const k = withEndpoint();
    k.make('CNode', 'c', 4);
    k.succeeds('c', 'CNodeCopy', [2, 4, k.slot('c'), 32, 15], ['cnode']);
    k.make('CNode', 'd', 4);
    k.succeeds('c', 'CNodeCopy', [3, 4, k.slot('d'), 32, 15], ['cnode']);
    k.succeeds('d', 'CNodeCopy', [1, 4, k.slot('c'), 32, 15], ['cnode']);
    k.delete('d');
    k.revoke('c');
    k.delete('c');
    assert.ok(k.isEmpty('c'));
  });

  it('of the last capability to an endpoint restarts those who wait there', () => {
    const k = withEndpoint();
    k.make('Reply', 'r');
    k.thread('server');
    k.yield();
    assert.equal(k.current, 'server');
    k.recv('e', 'r');
    assert.equal(k.stateOf('server'), 'blockedOnReceive');
    k.delete('e');
    assert.equal(k.stateOf('server'), 'restart');
  });
});

describe('CNode_CancelBadgedSends', () => {
  it('restarts the senders with that badge alone', () => {
    const k = withEndpoint();
    k.mint('e', 'seven', 7);
    k.mint('e', 'eight', 8);
    k.thread('a');
    k.thread('b');
    k.yield();
    k.send(k.current === 'a' ? 'seven' : 'eight');
    k.send(k.current === 'a' ? 'seven' : 'eight');
    assert.equal(k.current, 'rootserver');
    k.succeeds('cnode', 'CNodeCancelBadgedSends', [k.slot('seven'), 32]);
    assert.equal(k.stateOf('a'), 'restart');
    assert.equal(k.stateOf('b'), 'blockedOnSend');
  });

  it('refuses a capability without all rights', () => {
    const k = withEndpoint();
    k.copy('e', 'weak', 7);
    k.refuses(['IllegalOperation'], 'cnode', 'CNodeCancelBadgedSends', [k.slot('weak'), 32]);
  });
});
