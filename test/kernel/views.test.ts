import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { viewAddressSpaces } from '../../runtime/inspect/address-spaces.js';
import { viewInterrupts } from '../../runtime/inspect/interrupts.js';
import { viewEndpoints, viewNotifications, viewReplies } from '../../runtime/inspect/ipc.js';
import {
  viewDerivationTrees,
  viewObjects,
  type DerivationView,
} from '../../runtime/inspect/objects.js';
import { viewThreads } from '../../runtime/inspect/threads.js';
import { viewUntypedMemory, type UntypedView } from '../../runtime/inspect/untyped-memory.js';
import { fixturePlatform } from '../support/fixture-platform.js';
import { kernelFixture } from '../support/kernel-fixture.js';

describe('the views of IPC', () => {
  it('show who waits to send, with badges, in the order of service', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.mint('e', 'one', 1);
    k.thread('caller');
    k.yield();
    k.call('one');
    const [endpoint] = viewEndpoints(fixturePlatform(k));
    assert.ok(endpoint !== undefined);
    assert.equal(endpoint.state, 'threads wait to send');
    assert.deepEqual(
      endpoint.queue.map(({ name, badge, isCall }) => ({ name, badge, isCall })),
      [{ name: 'caller', badge: 1, isCall: true }],
    );
    const caller = viewThreads(fixturePlatform(k)).find(({ name }) => name === 'caller');
    assert.deepEqual(caller?.waitsOn, { kind: 'send', object: endpoint.object });
    assert.equal(caller.budget?.budgetMicroseconds, caller.budget?.refills[0]?.amountMicroseconds);
  });

  it('show who waits to receive, and the reply object that it offers', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    k.thread('server');
    k.yield();
    k.recv('e', 'r');
    const platform = fixturePlatform(k);
    const [endpoint] = viewEndpoints(platform);
    assert.equal(endpoint?.state, 'threads wait to receive');
    assert.deepEqual(
      endpoint.queue.map(({ name }) => name),
      ['server'],
    );
    const [reply] = viewReplies(platform);
    assert.deepEqual([reply?.thread?.name, reply?.isWaitingForCall], ['server', true]);
  });

  it('show the chain of callers behind a lent scheduling context', () => {
    const k = kernelFixture();
    for (const name of ['1', '2']) {
      k.make('Endpoint', `e${name}`);
      k.make('Reply', `r${name}`);
    }
    for (const name of ['1', '2']) {
      k.thread(`server${name}`);
      k.yield();
      k.recv(`e${name}`, `r${name}`);
      k.succeeds(`server${name}.sc`, 'SchedContextUnbind');
    }
    k.call('e1');
    assert.equal(k.current, 'server1');
    k.call('e2');
    assert.equal(k.current, 'server2');
    const platform = fixturePlatform(k);
    const top = viewReplies(platform).find(({ chain }) => chain.length > 0);
    assert.deepEqual(
      top?.chain.map(({ caller }) => caller?.name),
      ['server1', 'rootserver'],
    );
    const running = viewThreads(platform).find(({ isCurrent }) => isCurrent);
    assert.deepEqual([running?.name, running?.budget?.object], ['server2', top.schedulingContext]);
  });

  it('show signals that nobody has taken, and a bound thread', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    k.mint('n', 'bits', 6);
    k.succeeds('tcb', 'TCBBindNotification', [], ['n']);
    k.signal('bits');
    const [notification] = viewNotifications(fixturePlatform(k));
    assert.deepEqual(
      [notification?.state, notification?.bits, notification?.bound?.name],
      ['active', 6, 'rootserver'],
    );
  });
});

describe('the views of objects and memory', () => {
  it('list each object once, with all capabilities to it', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.copy('e', 'copy');
    const endpoints = viewObjects(fixturePlatform(k)).filter(({ type }) => type === 'Endpoint');
    assert.equal(endpoints.length, 1);
    assert.equal(endpoints[0]?.sizeBytes, 16);
    const slotName = (slot: string): string =>
      `rootserver 0x${k.slot(slot).toString(16).padStart(3, '0')}`;
    assert.deepEqual(endpoints[0].capabilities, [slotName('e'), slotName('copy')]);
  });

  it('show untyped memory with what was made from it, and what is free', () => {
    const k = kernelFixture();
    k.make('Untyped', 'inner', 12);
    k.make('TCB', 'thread', 0, 'inner');
    k.make('Endpoint', 'e', 0, 'inner');
    const platform = fixturePlatform(k);
    const all = (untypeds: readonly UntypedView[]): UntypedView[] =>
      untypeds.flatMap((untyped) => [untyped, ...all(untyped.untypeds)]);
    const inner = all(viewUntypedMemory(platform)).find(({ objects }) =>
      objects.some(({ type }) => type === 'TCB'),
    );
    assert.deepEqual(
      inner?.objects.map(({ type, sizeBytes }) => [type, sizeBytes]),
      [
        ['TCB', 512],
        ['Endpoint', 16],
      ],
    );
    assert.deepEqual([inner.sizeBytes, inner.freeBytes], [4096, 4096 - 528]);
    const outer = viewUntypedMemory(platform).find(({ untypeds }) => untypeds.includes(inner));
    assert.equal(outer, undefined, 'views are made anew');
    const again = viewUntypedMemory(platform).filter(({ untypeds }) => untypeds.length > 0);
    assert.deepEqual(
      again.map(({ untypeds }) => untypeds[0]?.object),
      [inner.object],
    );
  });

  it('show the derivation of capabilities as a tree', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.mint('e', 'badged', 3);
    k.copy('badged', 'copy');
    const depthOf = (trees: readonly DerivationView[], depth = 0): (readonly [string, number])[] =>
      trees.flatMap(({ label, children }) => [
        ...(label.startsWith('Endpoint') ? [[label.slice(19), depth] as const] : []),
        ...depthOf(children, depth + 1),
      ]);
    assert.deepEqual(depthOf(viewDerivationTrees(fixturePlatform(k))), [
      [', RWGP', 1],
      [', RWGP, badge 3', 2],
      [', RWGP, badge 3', 3],
    ]);
  });

  it('show address spaces by ASID with what they map', () => {
    const k = kernelFixture();
    const [space, ...others] = viewAddressSpaces(fixturePlatform(k));
    assert.deepEqual(others, []);
    assert.equal(space?.asid, 1);
    assert.deepEqual(
      space.threads.map(({ name }) => name),
      ['rootserver'],
    );
    assert.equal(space.mappings[0]?.start, 0x1_0000);
  });

  it('show interrupts with whom they signal and who handles them', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    k.mint('n', 'bit', 8);
    k.succeeds('irqControl', 'IRQIssueIRQHandler', [2, k.slot('irq'), 32], ['cnode']);
    k.succeeds('irq', 'IRQSetIRQHandler', [], ['bit']);
    const platform = fixturePlatform(k);
    const [notification] = viewNotifications(platform);
    const [first] = viewInterrupts(platform);
    assert.deepEqual(first, {
      irq: 2,
      state: 'signals a notification',
      notification: notification?.object,
      badge: 8,
      handlers: [`rootserver 0x${k.slot('irq').toString(16)}`],
    });
    assert.equal(viewInterrupts(platform).at(-1)?.state, 'is the timer of the kernel');
  });
});
