import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileAssembly } from '../../../../runtime/toolchain/camkes/compile.js';
import type { CompileOptions } from '../../../../runtime/toolchain/camkes/compile.js';
import type { CapdlObject } from '../../../../runtime/toolchain/capdl/spec.js';
import type { SystemWords } from '../../../support/camkes-system.js';
import { slotsOf, systemOf } from '../../../support/camkes-system.js';

const compile = (words: SystemWords, options: CompileOptions = {}) =>
  compileAssembly(systemOf(words), options);

function objectOf(words: SystemWords, name: string, options: CompileOptions = {}): CapdlObject {
  const object = compile(words, options).spec.objects.find((each) => each.name === name);
  assert.ok(object, `no object ${name}`);
  return object;
}

const codesOf = (words: SystemWords): string[] =>
  compile(words).diagnostics.map(({ code }) => code);

const one = (members: readonly string[], settings: SystemWords['settings'] = {}): SystemWords => ({
  components: { C: members },
  instances: { c: 'C' },
  settings,
});
const cantrip = (members: readonly string[], settings: SystemWords['settings'] = {}) =>
  one(members, { 'c.cantripos': true, ...settings });
const upstream = (members: readonly string[], settings: SystemWords['settings'] = {}) => ({
  ...one(members, settings),
  dialect: 'upstream' as const,
});

describe('an instance by itself', () => {
  it('of CantripOS holds itself, its address space, room to receive, its thread and three locks', () => {
    const { spec, diagnostics } = compile(cantrip([]));
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(slotsOf(spec, 'c_cnode'), [
      '1 c_cnode guard 28',
      '2 c_group_bin_pd',
      '3 c_recv_cnode guard 0',
      '4 c_c_0_control_tcb',
      '5 c_c_0_control_sc',
      '6 c_pre_init_ep RW',
      '7 c_interface_init_ep RW',
      '8 c_post_init_ep RW',
    ]);
  });

  it('of CAmkES has what starts passive threads before its own thread', () => {
    assert.deepEqual(slotsOf(compile(upstream([])).spec, 'c_cnode'), [
      '1 c_1_0_control_9_passive_init_sc',
      '2 c_1_0_control_9_passive_init_ntfn RW',
      '3 c_c_0_control_tcb',
      '4 c_c_0_control_sc',
      '5 c_pre_init_ep RW',
      '6 c_interface_init_ep RW',
      '7 c_post_init_ep RW',
    ]);
  });

  it('has no scheduling contexts before MCS', () => {
    assert.deepEqual(slotsOf(compile(upstream([]), { isMcs: false }).spec, 'c_cnode'), [
      '1 c_c_0_control_tcb',
      '2 c_pre_init_ep RW',
      '3 c_interface_init_ep RW',
      '4 c_post_init_ep RW',
    ]);
  });

  it('gets locks, and in CantripOS a semaphore without its name twice', () => {
    const members = ['mutex m', 'semaphore s', 'binary_semaphore b'];
    assert.deepEqual(slotsOf(compile(upstream(members)).spec, 'c_cnode').slice(0, 3), [
      '1 c_m RW',
      '2 c_s RW',
      '3 c_b RW',
    ]);
    const { spec } = compile(cantrip(['semaphore rx_semaphore_semaphore']));
    assert.equal(slotsOf(spec, 'c_cnode')[3], '4 c_rx_semaphore RW');
  });

  it('gets pools of spare objects', () => {
    const settings = {
      'c.tcb_pool': 1n,
      'c.ep_pool': 2n,
      'c.notification_pool': 1n,
      'c.untyped14_pool': 1n,
    };
    const { spec } = compile(upstream([], settings));
    assert.deepEqual(slotsOf(spec, 'c_cnode').slice(0, 5), [
      '1 c_tcb_pool_0',
      '2 c_ep_pool_0 RW',
      '3 c_ep_pool_1 RW',
      '4 c_notification_pool_0 RW',
      '5 c_untyped_14_pool_0',
    ]);
    assert.equal(objectOf(upstream([], settings), 'c_untyped_14_pool_0').sizeBits, 14);
    assert.equal(objectOf(upstream([], settings), 'c_tcb_pool_0').tcb?.resume, false);
  });

  it('hands over what CantripOS makes applications with', () => {
    const words = cantrip([], { 'c.asid_pool': true, 'c.domain_ctrl': true, 'c.sched_ctrl': true });
    assert.deepEqual(slotsOf(compile(words).spec, 'c_cnode').slice(3, 6), [
      '4 c_asid_pool',
      '5 domain',
      '6 sched_control core 0',
    ]);
    assert.equal(objectOf(words, 'c_asid_pool').asidHigh, 1);
  });

  it('receives all memory that is left, with a page that tells of it', () => {
    const words = cantrip([], { 'c.untyped_memory': true });
    const cnode = objectOf(words, 'c_cnode');
    assert.equal(cnode.takesUntyped, true);
    // 9 slots and 80 more.
    assert.equal(cnode.sizeBits, 7);
    assert.deepEqual(objectOf(words, 'BOOTINFO_FRAME_c_0_obj').fill, [
      {
        destinationOffset: 0,
        lengthBytes: 4096,
        source: { kind: 'bootinfo', id: 'CDL_FrameFill_BootInfo_BootInfo', offset: 0 },
      },
    ]);
    assert.equal(objectOf(cantrip([]), 'c_cnode').takesUntyped, false);
  });

  it('has room in its CNode as it was asked for', () => {
    assert.equal(objectOf(cantrip([], { 'c.cnode_headroom': 1024n }), 'c_cnode').sizeBits, 11);
    assert.equal(objectOf(cantrip([], { 'c.cnode_size_bits': '0x6' }), 'c_cnode').sizeBits, 6);
  });

  it('keeps a CNode large enough, and says so at the setting', () => {
    const words = cantrip([], { 'c.cnode_size_bits': 3n });
    const { spec, diagnostics } = compile(words);
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['cnode-too-small'],
    );
    assert.equal(spec.objects.find(({ name }) => name === 'c_cnode')?.sizeBits, 4);
  });

  it('is a system of its own when it is simple', () => {
    const words = upstream([], {
      'c.simple': true,
      'c.simple_untyped20_pool': 1n,
      'c.mmios': ['0x10000000:0x1000:12'],
      'c.untyped_mmios': ['0x20000000:16'],
      'c.irqs': [9n],
    });
    const { spec, diagnostics } = compile(words);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(slotsOf(spec, 'c_cnode').slice(7), [
      '8 c_cnode guard 28',
      '9 c_group_bin_pd',
      '10 c_simple_untyped_20_pool_0',
      '11 c_mmio_frame_268435456 RW',
      '12 c_untyped_cap_0x20000000',
      '13 c_irq_notification_obj R',
      '14 c_irq_9',
    ]);
    assert.deepEqual([...spec.irqs], [[9, 'c_irq_9']]);
  });
});

describe('threads', () => {
  const server = (settings: NonNullable<SystemWords['settings']>): SystemWords => ({
    dialect: 'upstream',
    components: { Client: ['uses api'], Server: ['provides api'] },
    instances: { a: 'Client', s: 'Server' },
    connections: ['seL4RPCCall call a.api -> s.api'],
    settings,
  });

  it('have the priority of their interface, or of the instance, or 254', () => {
    const words = server({ 's.api_priority': 10n, 's.priority': 20n, 's._affinity': 1n });
    assert.equal(objectOf(words, 's_s_api_0000_tcb').tcb?.priority, 10);
    assert.equal(objectOf(words, 's_s_0_control_tcb').tcb?.priority, 20);
    assert.equal(objectOf(words, 's_s_0_control_tcb').tcb?.affinity, 1);
    assert.equal(objectOf(words, 'a_a_0_control_tcb').tcb?.priority, 254);
    assert.equal(objectOf(server({ 's._priority': 0n }), 's_s_0_control_tcb').tcb?.priority, 0);
  });

  it('know their own TCB in the first argument', () => {
    assert.deepEqual(objectOf(server({}), 's_s_api_0000_tcb').tcb?.init, [5n]);
  });

  it('run on the time of their callers when they are passive', () => {
    const words = server({ 's.api_passive': true });
    const { spec } = compile(words);
    assert.deepEqual(
      spec.objects.filter(({ type }) => type === 'sc').map(({ name }) => name),
      [
        'a_1_0_control_9_passive_init_sc',
        'a_a_0_control_sc',
        's_1_0_control_9_passive_init_sc',
        's_s_0_control_sc',
      ],
    );
  });

  it('have time as the assembly says', () => {
    const sched = objectOf(
      server({ 's.api_period': 5n, 's.budget': 4n, 's.api_data': 7n, 's.api_size_bits': 10n }),
      's_s_api_0000_sc',
    );
    assert.deepEqual(sched.sched, { period: 5n, budget: 4n, data: 7n });
    assert.equal(sched.sizeBits, 10);
  });

  it('have a stack between guard pages, at the end of which they begin', () => {
    const words = server({ 's._stack_size': 8192n });
    const { spec } = compile(words);
    const tcb = objectOf(words, 's_s_0_control_tcb').tcb;
    const stackPointer = Number(tcb?.stackPointer ?? 0n);
    const table = spec.objects.find(({ name }) => name === 'pt_s_group_bin_0000');
    const pageOf = (address: number) => table?.slots.get(address / 4096)?.object;
    assert.equal(pageOf(stackPointer), undefined);
    assert.equal(pageOf(stackPointer - 4096), 'stack__camkes_stack_s_0_control_1_s_obj');
    assert.equal(pageOf(stackPointer - 8192), 'stack__camkes_stack_s_0_control_0_s_obj');
    assert.equal(pageOf(stackPointer - 12_288), undefined);
  });

  it('are watched by a fault handler where that is wanted', () => {
    const { spec } = compile(server({}), { hasFaultHandlers: true });
    assert.deepEqual(
      slotsOf(spec, 's_s_api_0000_tcb').find((line) => line.startsWith('5 ')),
      '5 s_fault_ep RWGP badge 5',
    );
    assert.equal(
      spec.objects.find(({ name }) => name === 's_s_0_fault_handler_tcb')?.tcb?.priority,
      255,
    );
    assert.deepEqual(slotsOf(spec, 's_cnode').slice(8, 10), [
      '9 s_fault_ep RWP',
      '10 s_fault_reply__fault_handler',
    ]);
  });

  it('do without a thread where the interface has none', () => {
    const words = { ...server({ 's.api_has_thread': false }), dialect: 'sparrow' as const };
    const names = compile(words).spec.objects.map(({ name }) => name);
    assert.ok(!names.includes('s_s_api_0000_tcb'));
  });
});

describe('groups and hierarchies', () => {
  const group: SystemWords = {
    components: { Client: ['uses api'], Server: ['provides api'] },
    instances: { a: 'Client in g', s: 'Server in g' },
    connections: ['cantripRPCCall call a.api -> s.api'],
    settings: { 'a.cantripos': true, 's.cantripos': true, 'g.cnode_headroom': 100n },
  };

  it('share one CNode and one address space under the name of the group', () => {
    const { spec } = compile(group);
    assert.deepEqual(
      spec.objects.filter(({ type }) => type === 'cnode').map(({ name }) => name),
      ['a_recv_cnode', 'g_cnode', 's_recv_cnode'],
    );
    assert.ok(spec.objects.some(({ name }) => name === 'g_group_bin_pd'));
    assert.deepEqual(slotsOf(spec, 'g_cnode').slice(0, 2), [
      '1 g_cnode guard 24',
      '2 g_group_bin_pd',
    ]);
  });

  it('give an end of the same group the rights of both', () => {
    const words = {
      ...group,
      components: { Client: ['uses api'], Server: ['provides api'] },
    };
    const slots = slotsOf(compile(words).spec, 'g_cnode').filter((line) =>
      line.includes('call_ep'),
    );
    assert.deepEqual(slots, ['9 call_ep RWGP badge 1']);
  });

  it('keep dots of inner instances in names of objects, and not in those of threads', () => {
    const { spec } = compile({
      components: { C: [] },
      instances: { 'outer.inner': 'C' },
      settings: { 'outer.inner.cantripos': true },
    });
    const names = spec.objects.map(({ name }) => name);
    assert.ok(names.includes('outer.inner_cnode'));
    assert.ok(names.includes('outer.inner_outer_inner_0_control_tcb'));
    assert.ok(names.includes('pt_outer_inner_group_bin_0000'));
  });
});

describe('what is missing', () => {
  it('is said at the connection, and the rest goes on', () => {
    const words: SystemWords = {
      components: { From: ['uses port'], To: ['hardware', 'provides port'] },
      instances: { a: 'From', device: 'To' },
      connections: ['seL4HardwareIOPort ports a.port -> device.port'],
    };
    assert.deepEqual(codesOf(words), ['connector-not-compiled']);
    assert.ok(compile(words).spec.objects.some(({ name }) => name === 'a_cnode'));
  });

  it('is said at settings of hardware, with a page for a device of unknown size', () => {
    const words: SystemWords = {
      components: { Driver: ['dataport csr'], Device: ['hardware', 'dataport csr'] },
      instances: { driver: 'Driver', device: 'Device' },
      connections: ['cantripMMIO mmio driver.csr -> device.csr'],
    };
    assert.deepEqual(codesOf(words), ['missing-setting', 'missing-setting']);
    const unknown = { 'device.csr_paddr': undefined, 'device.csr_size': undefined };
    assert.deepEqual(codesOf({ ...words, settings: unknown }), ['unknown-value', 'unknown-value']);
    assert.equal(objectOf(words, 'mmio_DATA_0_obj').physicalAddress, undefined);
  });

  it('never takes more than reason', () => {
    const words: SystemWords = {
      ...upstream([`dataport d ${String(2n ** 40n)}`], {
        'c._stack_size': 2n ** 40n,
        'c.ep_pool': 2n ** 40n,
        'c.dma_pool': 2n ** 40n,
        'c.heap_size': 2n ** 40n,
        'c.cnode_size_bits': 2n ** 40n,
      }),
      instances: { c: 'C', d: 'C' },
      connections: ['seL4SharedData shared c.d -> d.d'],
    };
    const { spec, diagnostics } = compile(words);
    assert.ok(spec.objects.length < 100);
    assert.ok(diagnostics.length >= 4);
  });

  it('is told once of two handlers of one interrupt', () => {
    const words: SystemWords = {
      components: { Driver: ['consumes irq'], Device: ['hardware', 'emits irq'] },
      instances: { a: 'Driver', b: 'Driver', x: 'Device', y: 'Device' },
      connections: ['cantripIRQ one x.irq -> a.irq', 'cantripIRQ two y.irq -> b.irq'],
      settings: { 'x.irq_irq_number': 3n, 'y.irq_irq_number': 3n },
    };
    assert.deepEqual(codesOf(words), ['duplicate-irq']);
    assert.deepEqual([...compile(words).spec.irqs], [[3, 'one_irq']]);
  });
});

describe('every object and capability', () => {
  it('leads to the line that asked for it', () => {
    const words: SystemWords = {
      components: { Client: ['uses api'], Server: ['provides api'] },
      instances: { a: 'Client', s: 'Server' },
      connections: ['cantripRPCCall call a.api -> s.api'],
    };
    const { spec } = compile(words);
    for (const { name, slots, origin } of spec.objects) {
      assert.ok(origin, name);
      for (const [slot, capability] of slots)
        assert.ok(capability.origin, `${name} ${String(slot)}`);
    }
    const endpoint = spec.objects.find(({ name }) => name === 'call_ep');
    assert.equal(endpoint?.origin?.reason, 'connection call');
    assert.deepEqual(endpoint.origin.place, systemOf(words).connections[0]?.place);
  });

  it('is the same when it is compiled again', () => {
    const words = cantrip(['mutex m', 'copyregion R 8192'], { 'c.heap_size': 10_000n });
    assert.deepEqual(compile(words), compile(words));
  });
});

describe('programs that are built', () => {
  it('give the addresses of threads and the content of frames', () => {
    const text = { address: 0x40_0000, memoryBytes: 0x1800, fileBytes: 0x1800, fileOffset: 0x1000 };
    const flags = { isReadable: true, isWritable: false, isExecutable: true };
    const stack = '_camkes_stack_c_0_control';
    const ipc = '_camkes_ipc_buffer_c_0_control';
    const layout = {
      file: 'c_group_bin',
      segments: [
        { ...text, ...flags },
        {
          ...text,
          address: 0x40_2000,
          memoryBytes: 0x6000,
          fileBytes: 0,
          ...flags,
          isWritable: true,
        },
      ],
      symbols: new Map([
        ['camkes c _camkes_start', { address: 0x40_0123, sizeBytes: 4 }],
        [stack, { address: 0x40_2000, sizeBytes: 0x3000 }],
        [ipc, { address: 0x40_5000, sizeBytes: 0x3000 }],
      ]),
    };
    const { spec, diagnostics } = compile(cantrip([]), { layouts: new Map([['c', layout]]) });
    assert.deepEqual(diagnostics, []);
    const find = (name: string) => spec.objects.find((each) => each.name === name);
    assert.deepEqual(find('c_c_0_control_tcb')?.tcb, {
      priority: 254,
      maxPriority: 254,
      affinity: 0,
      init: [4n],
      ipcBufferAddress: 0x40_6000n,
      instructionPointer: 0x40_0123n,
      stackPointer: 0x40_4000n,
    });
    assert.deepEqual(find('frame_c_group_bin_0001')?.fill, [
      {
        destinationOffset: 0,
        lengthBytes: 0x800,
        source: { kind: 'file', file: 'c_group_bin', offset: 0x2000 },
      },
    ]);
    assert.deepEqual(slotsOf(spec, 'c_group_bin_pd'), ['1 pt_c_group_bin_0000']);
  });

  it('that lack a symbol are told of it', () => {
    const layout = { file: 'c_group_bin', segments: [], symbols: new Map() };
    const { diagnostics } = compile(cantrip([]), { layouts: new Map([['c', layout]]) });
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['program-no-symbol', 'program-no-symbol'],
    );
  });
});
