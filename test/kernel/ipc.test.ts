import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ipcBuffer } from '../../runtime/abi/ipc-buffer.js';
import { tag } from '../../runtime/kernel/capabilities/capability.js';
import { kernelFixture, type KernelFixture } from '../support/kernel-fixture.js';

/** A root task and a server that waits at endpoint `e` with reply object `r`; the root task runs. */
const withServer = (passive = false): KernelFixture => {
  const k = kernelFixture();
  k.make('Endpoint', 'e');
  k.make('Reply', 'r');
  k.thread('server');
  k.yield();
  assert.equal(k.current, 'server');
  k.recv('e', 'r');
  assert.equal(k.current, 'rootserver');
  if (passive) k.succeeds('server.sc', 'SchedContextUnbind');
  return k;
};

describe('Send and Recv', () => {
  it('transfers registers and buffer words to a waiting receiver', () => {
    const k = withServer();
    const words = [1, 2, 3, 4, 5, 6, 7];
    k.send('e', { label: 0x123, words });
    k.yield();
    assert.equal(k.current, 'server');
    assert.deepEqual(k.message, { badge: 0, label: 0x123, words, extraCaps: 0, capsUnwrapped: 0 });
  });

  it('blocks a sender until someone receives, and delivers its badge', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    k.mint('e', 'badged', 0x42);
    k.thread('sender');
    k.yield();
    k.send('badged', { words: [9] });
    assert.equal(k.current, 'rootserver');
    assert.equal(k.stateOf('sender'), 'blockedOnSend');
    k.recv('e', 'r');
    assert.equal(k.current, 'rootserver');
    assert.deepEqual([k.message.badge, k.message.words], [0x42, [9]]);
    assert.equal(k.stateOf('sender'), 'running');
  });

  it('serves senders by priority, then in order of arrival', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    for (const [name, priority, badge] of [
      ['low', 10, 1],
      ['high', 20, 2],
      ['low2', 10, 3],
    ] as const) {
      k.mint('e', `${name}.e`, badge);
      k.thread(name, { priority });
    }
    k.make('Notification', 'park');
    k.thread('waker', { priority: 1 });
    k.wait('park');
    // A thread that becomes ready goes in front of its equals: the later one runs first.
    for (const name of ['high', 'low2', 'low']) {
      assert.equal(k.current, name);
      k.send(`${name}.e`);
    }
    k.signal('park');
    assert.equal(k.current, 'rootserver');
    const order = [1, 2, 3].map(() => {
      k.recv('e', 'r');
      return k.message.badge;
    });
    assert.deepEqual(order, [2, 3, 1]);
  });

  it('drops a non-blocking send when nobody waits', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    k.nbSend('e', { words: [1] });
    k.nbRecv('e', 'r');
    assert.equal(k.message.badge, 0);
  });

  it('cuts a message to four words where the receiver has no buffer', () => {
    const k = withServer();
    k.succeeds('server', 'TCBSetIPCBuffer', [0], ['server.buffer']);
    k.send('e', { words: [1, 2, 3, 4, 5] });
    k.yield();
    assert.deepEqual(k.message.words, [1, 2, 3, 4]);
  });

  it('treats a length above 120 as 120', () => {
    const k = withServer();
    k.syscall('Send', { 10: k.slot('e'), 11: 0x7f });
    k.yield();
    assert.equal(k.message.words.length, 120);
  });
});

describe('Call and ReplyRecv', () => {
  it('gives the answer to the caller, and the server waits for the next', () => {
    const k = withServer();
    k.call('e', { words: [20, 22] });
    assert.equal(k.current, 'server');
    const [a = 0, b = 0] = k.message.words;
    k.replyRecv('e', 'r', { label: 5, words: [a + b] });
    assert.equal(k.current, 'rootserver');
    assert.deepEqual([k.message.label, k.message.words, k.message.badge], [5, [42], 0]);
    assert.equal(k.stateOf('server'), 'blockedOnReceive');
  });

  it('lets a passive server run on its caller’s scheduling context', () => {
    const k = withServer(true);
    const sc = k.schedContextOf('rootserver');
    assert.equal(k.schedContextOf('server'), 0);
    k.call('e');
    assert.equal(k.current, 'server');
    assert.equal(k.schedContextOf('server'), sc);
    assert.equal(k.schedContextOf('rootserver'), 0);
    k.replyRecv('e', 'r');
    assert.equal(k.current, 'rootserver');
    assert.equal(k.schedContextOf('rootserver'), sc);
    assert.equal(k.schedContextOf('server'), 0);
  });

  it('returns the context through a chain of passive servers', () => {
    const k = withServer(true);
    k.make('Endpoint', 'e2');
    k.make('Reply', 'r2');
    k.thread('second');
    k.yield();
    assert.equal(k.current, 'second');
    k.recv('e2', 'r2');
    k.succeeds('second.sc', 'SchedContextUnbind');
    const sc = k.schedContextOf('rootserver');
    k.call('e');
    k.call('e2');
    assert.equal(k.current, 'second');
    assert.equal(k.schedContextOf('second'), sc);
    k.replyRecv('e2', 'r2');
    assert.equal(k.current, 'server');
    k.replyRecv('e', 'r');
    assert.equal(k.current, 'rootserver');
    assert.equal(k.schedContextOf('rootserver'), sc);
  });

  it('gives the context back when the reply object in the middle of a chain is deleted', () => {
    const k = withServer(true);
    k.make('Notification', 'park');
    k.thread('other', { priority: 100 });
    k.call('e');
    assert.equal(k.current, 'server');
    k.delete('r');
    assert.equal(k.stateOf('rootserver'), 'inactive');
    assert.equal(k.schedContextOf('server'), 0);
    assert.equal(k.current, 'other');
  });

  it('stops a caller without grant rights for good', () => {
    const k = withServer();
    k.copy('e', 'plain', 1);
    k.call('plain');
    assert.equal(k.stateOf('rootserver'), 'inactive');
    assert.equal(k.current, 'server');
  });

  it('does nothing for a reply that nobody waits for', () => {
    const k = kernelFixture();
    k.make('Reply', 'r');
    k.send('r', { words: [1] });
    assert.equal(k.current, 'rootserver');
  });

  it('gives up the earlier caller when the same reply object receives again', () => {
    const k = withServer();
    k.call('e');
    assert.equal(k.current, 'server');
    k.nbRecv('e', 'r');
    assert.equal(k.stateOf('rootserver'), 'inactive');
  });

  it('answers through NBSendRecv, and signals through NBSendWait', () => {
    const k = withServer();
    k.make('Notification', 'n');
    k.make('Notification', 'm');
    k.call('e', { words: [7] });
    k.nbSendRecv('r', 'e', 'r', { words: [8] });
    assert.equal(k.current, 'rootserver');
    assert.deepEqual(k.message.words, [8]);
    k.mint('n', 'n4', 4);
    k.nbSendWait('n4', 'm');
    k.advance(100_000);
    assert.equal(k.stateOf('rootserver'), 'blockedOnNotification');
  });

  it('refuses to invoke a TCB in the sending half, without a word', () => {
    const k = withServer();
    k.make('Notification', 'n');
    k.mint('n', 'n1', 1);
    k.signal('n1');
    k.nbSendWait('server', 'n');
    assert.equal(k.message.badge, 1);
    assert.match(k.lastRefusal, /sending half/);
  });
});

describe('capability transfer', () => {
  it('puts one capability into the slot that the receiver offers', () => {
    const k = withServer();
    k.make('Notification', 'n');
    k.call('e');
    k.receiveInto('received');
    k.replyRecv('e', 'r');
    k.send('e', { caps: ['n'] });
    k.yield();
    assert.equal(k.current, 'server');
    assert.equal(k.message.extraCaps, 1);
    assert.equal(k.holds('received'), tag.notification);
  });

  it('unwraps a capability to the endpoint itself into its badge', () => {
    const k = withServer();
    k.mint('e', 'badged', 0x99);
    k.send('e', { caps: ['badged'] });
    k.yield();
    assert.deepEqual([k.message.extraCaps, k.message.capsUnwrapped], [1, 1]);
    assert.equal(k.buffer(ipcBuffer.capsOrBadges), 0x99);
  });

  it('stops at the first capability that has no place', () => {
    const k = withServer();
    k.make('Notification', 'n');
    k.mint('e', 'badged', 3);
    k.send('e', { caps: ['n', 'badged'] });
    k.yield();
    assert.deepEqual([k.message.extraCaps, k.message.capsUnwrapped], [0, 0]);
  });

  it('needs the grant right', () => {
    const k = withServer();
    k.copy('e', 'plain', 3);
    k.mint('e', 'badged', 3);
    k.send('plain', { caps: ['badged'] });
    k.yield();
    assert.equal(k.message.extraCaps, 0);
  });
});
