/** What programs are told: each fact is held against the specification that was made with it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EndBinding } from '../../../../../runtime/toolchain/camkes/compile/bindings.js';
import { compileAssembly } from '../../../../../runtime/toolchain/camkes/compile.js';
import type { SystemWords } from '../../../../support/camkes-system.js';
import { systemOf } from '../../../../support/camkes-system.js';

function bindingsOf(words: SystemWords, name: string) {
  const { programs, spec } = compileAssembly(systemOf(words));
  const instance = programs.flatMap(({ instances }) => instances);
  const found = instance.find((each) => each.instance.name === name);
  assert.ok(found);
  const cnode = spec.objects.find((object) => object.name === `${name}_cnode`);
  /** The object that the instance holds in a slot. */
  const held = (slot: number | undefined): string | undefined =>
    slot === undefined ? undefined : cnode?.slots.get(slot)?.object;
  return { ...found, held };
}

function endOf(
  words: SystemWords,
  name: string,
): EndBinding & { held: (slot?: number) => unknown } {
  const { ends, held } = bindingsOf(words, name);
  const [end] = ends;
  assert.ok(end);
  return { ...end, held };
}

const calls: SystemWords = {
  components: { Client: ['uses api'], Server: ['provides api', 'mutex m', 'semaphore s'] },
  instances: { a: 'Client', b: 'Client', server: 'Server' },
  connections: ['seL4RPCCall call a.api, b.api -> server.api'],
  settings: { 'server.s_value': 3, 'server.heap_size': 4096 },
};

describe('what a program knows', () => {
  it('a client knows its endpoint and the badge that the server sees', () => {
    const { held, endpoint, badge, side } = endOf(calls, 'b');
    assert.deepEqual([held(endpoint), badge, side], ['call_ep', 2n, 'from']);
  });

  it('a server knows its endpoint, its reply object and its clients', () => {
    const { held, endpoint, reply, clients = [] } = endOf(calls, 'server');
    assert.deepEqual([held(endpoint), held(reply)], ['call_ep', 'call_reply_cap_slot']);
    assert.deepEqual(
      clients.map(({ client, badge }) => `${client.instance.name} ${String(badge)}`),
      ['a 1', 'b 2'],
    );
  });

  it('threads, locks and the semaphores of the start are those of the specification', () => {
    const { threads, mutexes, semaphores, lifecycle, held } = bindingsOf(calls, 'server');
    assert.deepEqual(
      threads.map(({ index, tcb, interface: served }) => [index, held(tcb), served?.name]),
      [
        [0, 'server_server_0_control_tcb', undefined],
        [1, 'server_server_api_0000_tcb', 'api'],
      ],
    );
    assert.deepEqual(
      [...mutexes, ...semaphores].map(({ slot }) => held(slot)),
      ['server_m', 'server_s'],
    );
    assert.equal(semaphores[0]?.initial, 3);
    assert.deepEqual([lifecycle.preInit, lifecycle.interfaceInit, lifecycle.postInit].map(held), [
      'server_pre_init_ep',
      'server_interface_init_ep',
      'server_post_init_ep',
    ]);
  });

  it('ends of an event know whom they signal and what they wait on', () => {
    const words: SystemWords = {
      components: { From: ['emits e'], To: ['consumes e'] },
      instances: { a: 'From', b: 'To' },
      connections: ['seL4Notification event a.e -> b.e'],
    };
    const from = endOf(words, 'a');
    assert.deepEqual(from.signals?.map(from.held), ['event_notification_0']);
    const to = endOf(words, 'b');
    assert.deepEqual([to.notification, to.handoff, to.lock].map(to.held), [
      'event_notification_0',
      'event_handoff_0',
      'event_lock_0',
    ]);
  });

  it('ends of shared data know the symbol and the size of the memory', () => {
    const words: SystemWords = {
      components: { End: ['dataport data 8192'] },
      instances: { a: 'End', b: 'End' },
      connections: ['seL4SharedData shared a.data -> b.data'],
    };
    assert.deepEqual(endOf(words, 'a').memory, {
      name: 'from_0_data_data',
      symbol: 'from_0_data_data',
      sizeBytes: 8192,
    });
  });

  it('a driver knows the handlers of its interrupts and the bits they come with', () => {
    const words: SystemWords = {
      dialect: 'sparrow',
      components: { Device: ['hardware', 'emits Tx', 'emits Rx'], Driver: ['consumes irq'] },
      instances: { device: 'Device', driver: 'Driver' },
      connections: ['cantripIRQ irqs device.Tx, device.Rx -> driver.irq'],
      settings: { 'device.Tx_irq_number': 7, 'device.Rx_irq_number': 9 },
    };
    const { interrupts = [], held } = endOf(words, 'driver');
    assert.deepEqual(
      interrupts.map(({ name, irq, badge, handler }) => [name, irq, badge, held(handler)]),
      [
        ['tx', 7, 1n, 'irqs_tx'],
        ['rx', 9, 2n, 'irqs_rx'],
      ],
    );
  });
});
