/** What each connector becomes, as tables of slots; they were compared with what the reference tools make. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CompileOptions } from '../../../../../runtime/toolchain/camkes/compile.js';
import { compileAssembly } from '../../../../../runtime/toolchain/camkes/compile.js';
import type { SystemWords } from '../../../../support/camkes-system.js';
import { slotsOf, systemOf } from '../../../../support/camkes-system.js';

/** What the connections of a system gave to the CNodes, and to objects that are asked for by name. */
function made(words: SystemWords, names: readonly string[], options: CompileOptions = {}) {
  const { spec, diagnostics } = compileAssembly(systemOf(words), options);
  assert.deepEqual(
    diagnostics.map(({ message }) => message),
    [],
  );
  const isOfConnection = (name: string, line: string): boolean => {
    const object = spec.objects.find((candidate) => candidate.name === name);
    const capability = object?.slots.get(Number(line.split(' ')[0]));
    return capability?.origin?.reason.startsWith('connection') === true;
  };
  return names.map((name) => slotsOf(spec, name).filter((line) => isOfConnection(name, line)));
}

const framesOf = (words: SystemWords): string[] =>
  compileAssembly(systemOf(words))
    .spec.objects.filter(
      ({ type, origin }) => type === 'frame' && origin?.reason.startsWith('connection') === true,
    )
    .map(
      ({ name, sizeBits, physicalAddress }) =>
        `${name} 2^${String(sizeBits)}${physicalAddress === undefined ? '' : ` at 0x${physicalAddress.toString(16)}`}`,
    );

const calls = (connector: string, more: Partial<SystemWords> = {}): SystemWords => ({
  dialect: connector.startsWith('cantrip') ? 'sparrow' : 'upstream',
  components: { Client: ['uses api'], Server: ['provides api'] },
  instances: { a: 'Client', b: 'Client', server: 'Server' },
  connections: [`${connector} call a.api, b.api -> server.api`],
  ...(connector.startsWith('cantrip') ? { settings: cantrip('a', 'b', 'server') } : {}),
  ...more,
});

const cantrip = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`${name}.cantripos`, true]));

const cnodes = ['a_cnode', 'b_cnode', 'server_cnode'];

describe('remote procedure calls', () => {
  it('seL4RPCCall: clients write and may be replied to, the server reads and has a reply object', () => {
    assert.deepEqual(made(calls('seL4RPCCall'), cnodes), [
      ['8 call_ep WP badge 1'],
      ['8 call_ep WP badge 2'],
      ['10 call_ep R', '11 call_reply_cap_slot'],
    ]);
  });

  it('seL4RPCCall before MCS: a server that may block keeps a slot for a reply', () => {
    const blocking = calls('seL4RPCCall', {
      components: { Client: ['uses api'], Server: ['provides api', 'mutex m'] },
    });
    assert.deepEqual(made(blocking, ['server_cnode'], { isMcs: false }), [
      ['7 call_ep R', '8 server_cnode guard 28'],
    ]);
    const { spec } = compileAssembly(systemOf(blocking), { isMcs: false });
    // Slot 9 is the free one; with it the CNode has 16 slots.
    assert.equal(spec.objects.find(({ name }) => name === 'server_cnode')?.sizeBits, 4);
    const simple = made(calls('seL4RPCCall'), ['server_cnode'], { isMcs: false });
    assert.deepEqual(simple, [['6 call_ep R']]);
  });

  it('cantripRPCCall: clients may also grant, and the reply object has rights', () => {
    assert.deepEqual(made(calls('cantripRPCCall'), cnodes), [
      ['9 call_ep WGP badge 1'],
      ['9 call_ep WGP badge 2'],
      ['11 call_ep R', '12 call_reply_cap_slot WG'],
    ]);
  });

  it('badges that are chosen are left out of the count', () => {
    const settings = { 'a.api_attributes': '7', 'c.api_attributes': 1n };
    const words = calls('seL4RPCCall', {
      instances: { a: 'Client', b: 'Client', c: 'Client', d: 'Client', server: 'Server' },
      connections: ['seL4RPCCall call a.api, b.api, c.api, d.api -> server.api'],
      settings,
    });
    assert.deepEqual(made(words, ['a_cnode', 'b_cnode', 'c_cnode', 'd_cnode']), [
      ['8 call_ep WP badge 7'],
      ['8 call_ep WP badge 2'],
      ['8 call_ep WP badge 1'],
      ['8 call_ep WP badge 3'],
    ]);
  });

  it('with a buffer: a client with several threads has a lock on it', () => {
    const words = calls('seL4RPCCall', {
      components: {
        Client: ['control', 'uses api', 'dataport data 4096'],
        Server: ['provides api', 'dataport data 4096'],
      },
      instances: { a: 'Client', server: 'Server' },
      connections: [
        'seL4RPCCall call a.api -> server.api',
        'seL4SharedData memory a.data -> server.data',
      ],
      settings: { 'call.buffer': 'memory' },
    });
    assert.deepEqual(made(words, ['a_cnode', 'server_cnode']), [
      ['8 call_userspace_buffer_ep RW', '9 call_ep WP badge 1'],
      ['10 call_ep R', '11 call_reply_cap_slot'],
    ]);
  });

  it('cantripRPCCallSignal: the server signals the one notification of each client', () => {
    const words = calls('cantripRPCCallSignal', {
      components: {
        Client: ['uses api', 'uses other'],
        Server: ['provides api', 'provides other'],
      },
      connections: [
        'cantripRPCCallSignal call a.api, b.api -> server.api',
        'cantripRPCCallSignal second a.other -> server.other',
      ],
      settings: {
        ...cantrip('a', 'b', 'server'),
        'a.api_has_thread': false,
        'a.other_has_thread': false,
      },
    });
    assert.deepEqual(made(words, cnodes), [
      [
        '9 call_ep WGP badge 1',
        '10 call_a_global_endpoint RW',
        '11 second_ep WGP badge 1',
        '12 call_a_global_endpoint RW',
      ],
      ['11 call_ep WGP badge 2', '12 call_b_global_endpoint RW'],
      [
        '13 call_a_global_endpoint W badge 3',
        '14 call_b_global_endpoint W badge 3',
        '15 call_ep R',
        '16 call_reply_cap_slot WG',
        '17 call_a_global_endpoint W badge 5',
        '18 second_ep R',
        '19 second_reply_cap_slot WG',
      ],
    ]);
  });

  it('cantripRPCOverMultiSharedData: each client shares frames of its own with the server', () => {
    const words = calls('cantripRPCOverMultiSharedData', {
      settings: { ...cantrip('a', 'b', 'server'), 'b.api_shmem_size': 8192n },
    });
    assert.deepEqual(made(words, cnodes), [
      ['9 call_ep WGP badge 1'],
      ['9 call_ep WGP badge 2'],
      ['11 call_ep R', '12 call_reply_cap_slot WG'],
    ]);
    assert.deepEqual(framesOf(words), [
      'call_1_data_0_obj 2^12',
      'call_2_data_0_obj 2^12',
      'call_2_data_1_obj 2^12',
    ]);
    const [mapped = []] = made(words, ['pt_server_group_bin_0000']);
    assert.deepEqual(
      mapped.map((line) => line.replace(/^\d+ /, '')),
      ['call_1_data_0_obj RWG', 'call_2_data_0_obj RWG', 'call_2_data_1_obj RWG'],
    );
  });

  it('seL4RPCCallSignal: the library of CAmkES gives the endpoint before the notifications', () => {
    const words = calls('seL4RPCCallSignal', {
      connections: ['seL4RPCCallSignal call a.api -> server.api'],
    });
    assert.deepEqual(made(words, ['a_cnode', 'server_cnode']), [
      ['10 call_ep WP badge 1', '11 call_a_global_endpoint RW'],
      ['10 call_ep R', '11 call_reply_cap_slot', '12 call_a_global_endpoint W badge 3'],
    ]);
  });

  it('seL4RPCDataport: memory of each client beside the IPC buffer', () => {
    assert.deepEqual(made(calls('seL4RPCDataport'), ['a_cnode', 'server_cnode']), [
      ['8 call_ep WP badge 1'],
      ['10 call_ep R', '11 call_reply_cap_slot'],
    ]);
    assert.deepEqual(framesOf(calls('seL4RPCDataport')), [
      'call_1_data_0_obj 2^12',
      'call_2_data_0_obj 2^12',
    ]);
  });

  it('seL4DirectCall makes nothing within a group', () => {
    const words = calls('seL4DirectCall', {
      instances: { a: 'Client in g', server: 'Server in g' },
      connections: ['seL4DirectCall call a.api -> server.api'],
    });
    assert.deepEqual(made(words, ['g_cnode']), [[]]);
  });
});

describe('events', () => {
  const events = (connector: string, more: Partial<SystemWords> = {}): SystemWords => ({
    dialect: 'upstream',
    components: { From: ['emits out'], To: ['consumes in'] },
    instances: { a: 'From', b: 'To', server: 'To' },
    connections: [`${connector} event a.out -> b.in, server.in`],
    ...more,
  });

  it('seL4Notification: one notification for each consumer, with a handoff and a lock', () => {
    assert.deepEqual(made(events('seL4Notification'), cnodes), [
      ['8 event_notification_0 W', '9 event_notification_1 W'],
      ['10 event_notification_0 R', '11 event_handoff_0 RW', '12 event_lock_0 RW'],
      ['10 event_notification_1 R', '11 event_handoff_1 RW', '12 event_lock_1 RW'],
    ]);
  });

  it('seL4NotificationQueue: endpoints, and a page that counts', () => {
    assert.deepEqual(made(events('seL4NotificationQueue'), cnodes), [
      ['8 event_ep_0 RW', '9 event_ep_1 RW'],
      ['10 event_ep_0 R', '11 event_handoff_0 RW', '12 event_lock_0 RW'],
      ['10 event_ep_1 R', '11 event_handoff_1 RW', '12 event_lock_1 RW'],
    ]);
    assert.deepEqual(framesOf(events('seL4NotificationQueue')), [
      'event_0_data_0_obj 2^12',
      'event_1_data_0_obj 2^12',
    ]);
  });

  it('seL4GlobalAsynch: all connections of a consumer signal its one notification', () => {
    const words = events('', {
      components: { From: ['emits out'], To: ['consumes in', 'consumes again'] },
      connections: ['seL4GlobalAsynch one a.out -> b.in', 'seL4GlobalAsynch two a.out -> b.again'],
    });
    assert.deepEqual(made(words, ['a_cnode', 'b_cnode']), [
      ['8 one_b_global_endpoint W badge 3', '9 one_b_global_endpoint W badge 5'],
      ['8 one_b_global_endpoint RW', '9 one_b_global_endpoint RW'],
    ]);
  });

  it('seL4NotificationNative: both ends have one fixed badge', () => {
    const words = events('', { connections: ['seL4NotificationNative event a.out -> b.in'] });
    assert.deepEqual(made(words, ['a_cnode', 'b_cnode']), [
      ['8 event_notification W badge 195894762'],
      ['10 event_notification R badge 195894762'],
    ]);
  });

  it('seL4NotificationBind: the emitter has the badge that was chosen', () => {
    const words = events('', {
      connections: ['seL4NotificationBind event a.out -> b.in'],
      settings: { 'a.out_attributes': '0x10' },
    });
    assert.deepEqual(made(words, ['a_cnode', 'b_cnode']), [
      ['8 event_notification W badge 16'],
      ['10 event_notification RW'],
    ]);
  });
});

describe('shared memory', () => {
  const memory = (connector: string, more: Partial<SystemWords> = {}): SystemWords => ({
    dialect: connector.startsWith('cantrip') ? 'sparrow' : 'upstream',
    components: { End: ['dataport data'] },
    instances: { a: 'End', b: 'End' },
    connections: [`${connector} memory a.data -> b.data`],
    ...more,
  });
  const rightsIn = (words: SystemWords, space: string): string[] =>
    made(words, [`pt_${space}_group_bin_0000`])
      .flat()
      .map((line) => line.replace(/^\d+ /, ''));

  it('seL4SharedData: both ends map the frames, each with its own access', () => {
    const words = memory('seL4SharedData', {
      settings: { 'memory.size': 8192n, 'b.data_access': 'R' },
    });
    assert.deepEqual(rightsIn(words, 'a'), ['memory_data_0_obj RWG', 'memory_data_1_obj RWG']);
    assert.deepEqual(rightsIn(words, 'b'), ['memory_data_0_obj R', 'memory_data_1_obj R']);
    assert.deepEqual(made(words, ['a_cnode', 'b_cnode']), [[], []]);
  });

  it('cantripSharedData: the frames have the name of the connection', () => {
    assert.deepEqual(framesOf(memory('cantripSharedData')), ['memory_0_obj 2^12']);
  });

  it('upstream numbers many frames with leading zeros', () => {
    const frames = framesOf(memory('seL4SharedData', { settings: { 'memory.size': 45_056n } }));
    assert.equal(frames[1], 'memory_data_01_obj 2^12');
    assert.equal(frames.length, 11);
  });

  it('takes a large frame for memory that is a multiple of one', () => {
    const words = memory('seL4SharedData', { settings: { 'memory.size': 1n << 22n } });
    assert.deepEqual(framesOf(words), ['memory_data_0_obj 2^22']);
    assert.deepEqual(made(words, ['a_group_bin_pd']), [['1 memory_data_0_obj RWG']]);
  });

  it('seL4SharedDataWithCaps: each end holds the frames, too, and riscv does not cache them', () => {
    const words = memory('seL4SharedDataWithCaps', { settings: { 'b.data_access': 'R' } });
    assert.deepEqual(made(words, ['a_cnode', 'b_cnode']), [
      ['10 memory_data_0_obj RW'],
      ['10 memory_data_0_obj R'],
    ]);
    assert.deepEqual(rightsIn(words, 'b'), ['memory_data_0_obj R uncached']);
  });

  it('seL4DMASharedData: frames at an address, with capabilities that remember where they are mapped', () => {
    const words = memory('seL4DMASharedData', {
      settings: {
        'memory.size': 8192n,
        'memory.paddr': 0x8000_0000n,
        'b.data_cached': false,
      },
    });
    assert.deepEqual(framesOf(words), [
      'memory_data_0_obj 2^12 at 0x80000000',
      'memory_data_1_obj 2^12 at 0x80001000',
    ]);
    assert.deepEqual(made(words, ['a_cnode', 'b_cnode']), [
      [
        '8 memory_data_0_obj RWG mapped by pt_a_group_bin_0000 30',
        '9 memory_data_1_obj RWG mapped by pt_a_group_bin_0000 31',
      ],
      [
        '8 memory_data_0_obj RWG uncached mapped by pt_b_group_bin_0000 30',
        '9 memory_data_1_obj RWG uncached mapped by pt_b_group_bin_0000 31',
      ],
    ]);
  });
});

describe('devices', () => {
  const device = (
    connections: readonly string[],
    more: Partial<SystemWords> = {},
  ): SystemWords => ({
    components: {
      Driver: ['dataport csr', 'consumes irq'],
      Device: ['hardware', 'dataport csr', 'emits rx', 'emits tx'],
    },
    instances: { a: 'Driver', device: 'Device' },
    connections,
    settings: {
      ...cantrip('a'),
      'device.csr_paddr': 0x4000_0000n,
      'device.csr_size': 0x100n,
      'device.rx_irq_number': 7n,
      'device.tx_irq_number': 8n,
    },
    ...more,
  });
  const upstream = { dialect: 'upstream' as const };

  it('cantripMMIO: less than a page is a page, uncached, and mapped through a capability that is held', () => {
    const words = device(['cantripMMIO mmio a.csr -> device.csr']);
    assert.deepEqual(made(words, ['a_cnode', 'pt_a_group_bin_0000']), [
      ['9 mmio_DATA_0_obj RW uncached mapped by pt_a_group_bin_0000 27'],
      ['27 mmio_DATA_0_obj RW uncached'],
    ]);
    assert.deepEqual(framesOf(words), ['mmio_DATA_0_obj 2^12 at 0x40000000']);
  });

  it('seL4HardwareMMIO: the same with its own names, cached where the assembly says so', () => {
    const words = device(['seL4HardwareMMIO mmio a.csr -> device.csr'], {
      ...upstream,
      settings: {
        'device.csr_paddr': 0x4000_0000n,
        'device.csr_size': 0x2000n,
        'device.csr_hardware_cached': true,
      },
    });
    assert.deepEqual(framesOf(words), [
      'mmio_data_0_obj 2^12 at 0x40000000',
      'mmio_data_1_obj 2^12 at 0x40001000',
    ]);
    assert.match(made(words, ['a_cnode'])[0]?.[0] ?? '', /^8 mmio_data_0_obj RW mapped by/);
  });

  it('cantripIRQ: several interrupts signal one notification, each with a bit', () => {
    const words = device(['cantripIRQ irq device.rx, device.tx -> a.irq']);
    assert.deepEqual(made(words, ['a_cnode', 'irq_rx', 'irq_tx']), [
      ['11 irq_ntfn R', '12 irq_rx', '13 irq_tx'],
      ['0 irq_ntfn R badge 1'],
      ['0 irq_ntfn R badge 2'],
    ]);
    const { spec } = compileAssembly(systemOf(words));
    assert.deepEqual(
      [...spec.irqs],
      [
        [7, 'irq_rx'],
        [8, 'irq_tx'],
      ],
    );
  });

  it('seL4HardwareInterrupt: one interrupt, one notification without a badge', () => {
    const words = device(['seL4HardwareInterrupt irq device.rx -> a.irq'], {
      ...upstream,
      settings: { 'device.rx_irq_number': 7n, 'device.rx_spi_number': 0n },
    });
    assert.deepEqual(made(words, ['a_cnode', 'irq_irq']), [
      ['10 irq_ntfn R', '11 irq_irq'],
      ['0 irq_ntfn R'],
    ]);
    assert.deepEqual([...compileAssembly(systemOf(words)).spec.irqs], [[39, 'irq_irq']]);
  });
});
