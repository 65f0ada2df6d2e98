import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kernelFixture, savedRegister, type KernelFixture } from '../support/kernel-fixture.js';

/** A client whose faults go to `f`, badge 5; it runs, and the handler (the root task) waits there. */
const withHandler = (): KernelFixture => {
  const k = kernelFixture();
  k.make('Endpoint', 'f');
  k.make('Reply', 'r');
  k.mint('f', 'f5', 5);
  k.thread('client', { faultEndpoint: 'f5' });
  k.recv('f', 'r');
  assert.equal(k.current, 'client');
  k.hart.x[2] = 0x8000;
  return k;
};

const page = { load: 13, store: 15, fetch: 12 };

describe('faults', () => {
  it('of memory tell address, access and instruction, and repeat the access after the reply', () => {
    const k = withHandler();
    const { pc } = k;
    k.trap(page.store, 0x10, 'a store to 0x10');
    assert.equal(k.current, 'rootserver');
    assert.deepEqual([k.message.badge, k.message.label], [5, 6]);
    assert.deepEqual(k.message.words, [pc, 0x10, 0, 7]);
    k.replyRecv('f', 'r', { label: 1, words: [1, 2, 3] });
    assert.equal(k.current, 'client');
    assert.equal(k.pc, pc);
  });

  it('of a fetch and a load have their own codes', () => {
    const k = withHandler();
    k.trap(page.fetch, 0x44, 'a fetch');
    assert.deepEqual(k.message.words.slice(1), [0x44, 1, 1]);
    k.replyRecv('f', 'r');
    k.trap(page.load, 0x48, 'a load');
    assert.deepEqual(k.message.words.slice(1), [0x48, 0, 5]);
  });

  it('of an unknown system call send ten registers and the number', () => {
    const k = withHandler();
    const { pc } = k;
    k.hart.x[10] = 111;
    k.hart.x[16] = 117;
    k.hart.x[17] = 99;
    k.trap(8, 0, 'system call 99');
    assert.equal(k.message.label, 2);
    assert.deepEqual([k.message.words[0], k.message.words[3], k.message.words[9]], [pc, 111, 117]);
    assert.equal(k.message.words[10], 99);
    k.replyRecv('f', 'r', { words: [pc + 4, 0x9000] });
    assert.equal(k.current, 'client');
    assert.deepEqual([k.pc, k.hart.x[2]], [pc + 4, 0x9000]);
  });

  it('leave the thread inactive when the reply has a label', () => {
    const k = withHandler();
    k.trap(2, 0, 'an illegal instruction');
    assert.deepEqual([k.message.label, k.message.words[2]], [3, 2]);
    k.send('r', { label: 1 });
    assert.equal(k.stateOf('client'), 'inactive');
  });

  it('of a capability tell what was looked for and what was found', () => {
    const k = withHandler();
    const { pc } = k;
    k.syscall('Send', { 10: 0x0010_0000 | 4095, 11: 0 });
    assert.equal(k.message.label, 1);
    assert.deepEqual(k.message.words, [pc, 0x0010_0fff, 0, 4, 32, 0, 20]);
    k.replyRecv('f', 'r');
    k.recv('client', 'r');
    assert.deepEqual(k.message.words.slice(1), [k.slot('client'), 1, 2, 0]);
  });

  it('of a missing capability are silent in a non-blocking send', () => {
    const k = withHandler();
    k.syscall('NBSend', { 10: 0x0010_0000, 11: 0 });
    assert.equal(k.current, 'client');
  });

  it('of a missing extra capability tell its address', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'f');
    k.make('Reply', 'r');
    k.make('Endpoint', 'e');
    k.thread('client', { faultEndpoint: 'f' });
    k.recv('f', 'r');
    k.call('e', { caps: [0x0020_0000] });
    assert.equal(k.current, 'rootserver');
    assert.deepEqual(k.message.words.slice(1, 3), [0x0020_0000, 0]);
  });

  it('without a handler stop the thread, with a line on the console and an event', () => {
    const k = kernelFixture();
    k.trap(page.store, 0x10, 'a store to 0x10');
    assert.equal(k.current, 'idle_thread');
    assert.match(
      k.console,
      /Thread "rootserver" has no fault handler and stops\. VM fault at 0x00010000: store to 0x00000010, which no page maps or allows\.$/m,
    );
    const event = k.events.at(-2);
    assert.ok(event?.kind === 'fault' && !event.handled);
    assert.equal(event.fault.address, 0x10);
  });

  it('of an access that no device answers say so, where the handler is told the same of both', () => {
    for (const [cause, access, way] of [
      [1, 'fetch', 'from'],
      [5, 'load', 'from'],
      [7, 'store', 'to'],
    ] as const) {
      const k = kernelFixture();
      k.trap(cause, 0x10, `a ${access}`);
      const event = k.events.at(-2);
      assert.ok(event?.kind === 'fault');
      assert.equal(event.fault.access, access);
      const what = `${access} ${way} 0x00000010, where no device answers`;
      assert.ok(event.fault.description.endsWith(what), event.fault.description);
      assert.ok(k.console.includes(`${what}.`), k.console);
    }
    const told = [page.load, 5].map((cause) => {
      const k = withHandler();
      k.trap(cause, 0x10, 'a load');
      return k.message.words;
    });
    assert.deepEqual(told[0], told[1]);
  });

  it('keep their handler only as long as it may be answered', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'f');
    k.copy('f', 'sendOnly', 1);
    k.make('TCB', 't');
    const params = [255, 255];
    k.refuses(['InvalidCapability', 3], 't', 'TCBSetSchedParams', params, [
      'tcb',
      'nothing',
      'sendOnly',
    ]);
    k.refuses(['InvalidCapability', 1], 't', 'TCBSetTimeoutEndpoint', [], ['sendOnly']);
    k.succeeds('t', 'TCBSetTimeoutEndpoint', [], ['f']);
  });

  it('wait in the queue like messages when the handler is busy', () => {
    const k = withHandler();
    k.trap(page.store, 0x10, 'a store');
    assert.equal(k.current, 'rootserver');
    k.thread('second', { faultEndpoint: 'f5' });
    k.yield();
    assert.equal(k.current, 'second');
    k.trap(page.load, 0x20, 'a load');
    assert.equal(k.stateOf('second'), 'blockedOnSend');
    k.replyRecv('f', 'r');
    assert.equal(k.message.words[1], 0x20);
    assert.equal(k.saved('second', savedRegister.faultIp), 0x4000);
  });
});

describe('debug system calls', () => {
  it('print, identify, name and halt', () => {
    const k = kernelFixture();
    k.syscall('DebugPutChar', { 10: 0x41 });
    assert.equal(k.console, 'A');
    assert.equal(k.pc, 0x1_0004);
    k.syscall('DebugCapIdentify', { 10: k.slot('tcb') });
    assert.equal(k.hart.x[10], 12);
    k.syscall('DebugCapIdentify', { 10: 0x7fff_ffff });
    assert.equal(k.hart.x[10], 0);
    k.syscall('DebugDumpScheduler');
    assert.match(k.console, /rootserver +running +0x[0-9a-f]{8} +\d+ +\d+\n/);
    k.syscall('DebugSnapshot');
    assert.match(k.console, /cspace +CNode/);
    k.syscall('DebugHalt');
    assert.equal(k.poweredOff, 0);
  });

  it('list threads in columns, whatever the length of a name', () => {
    const k = kernelFixture();
    k.thread('a name that is longer than what most others are', { priority: 9 });
    k.syscall('DebugDumpScheduler');
    const [, ...lines] = k.console.trimEnd().split('\n');
    assert.equal(new Set(lines.map((line) => line.length)).size, 1, k.console);
    assert.equal(new Set(lines.map((line) => line.indexOf(' 0x'))).size, 1, k.console);
  });
});
