/** Connectors that only some architectures or libraries have, as tables of slots that were compared with the reference tools. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CompileOptions } from '../../../../../runtime/toolchain/camkes/compile.js';
import { compileAssembly } from '../../../../../runtime/toolchain/camkes/compile.js';
import { kindText } from '../../../../../runtime/toolchain/capdl/print-kind.js';
import type { SystemWords } from '../../../../support/camkes-system.js';
import { slotsOf, systemOf } from '../../../../support/camkes-system.js';

function made(words: Omit<SystemWords, 'dialect'>, options: CompileOptions = {}) {
  const { spec, diagnostics } = compileAssembly(
    systemOf({ dialect: 'upstream', ...words }),
    options,
  );
  return {
    spec,
    messages: diagnostics.map(({ message }) => message),
    /** What connections gave to a CNode. */
    held: (name: string) =>
      slotsOf(spec, name).filter((line) => {
        const capability = spec.objects
          .find((each) => each.name === name)
          ?.slots.get(Number(line.split(' ')[0]));
        return capability?.origin?.reason.startsWith('connection') === true;
      }),
    kinds: (pattern: RegExp) =>
      spec.objects
        .filter(({ name }) => pattern.test(name))
        .map((object) => `${object.name} = ${kindText(object)}`),
  };
}

const driver = {
  components: {
    Driver: ['consumes irq', 'uses io'],
    Device: ['hardware', 'emits rx', 'provides ports'],
  },
  instances: { d: 'Driver', hw: 'Device' },
};
const interrupt = { ...driver, connections: ['seL4HardwareInterrupt irq hw.rx -> d.irq'] };

describe('interrupts by their type', () => {
  it('arm: with trigger and core', () => {
    const settings = {
      'hw.rx_irq_type': 'arm',
      'hw.rx_irq_number': 40n,
      'hw.rx_irq_trigger': 'edge',
    };
    const { kinds, spec, messages } = made({ ...interrupt, settings }, { architecture: 'aarch64' });
    assert.deepEqual(messages, []);
    assert.deepEqual(kinds(/irq_irq/), ['irq_irq = arm_irq (trigger: edge, target: 0)']);
    assert.deepEqual([...spec.irqs], [[40, 'irq_irq']]);
  });

  it('pci and isa: through an I/O APIC, with the level and polarity of their bus', () => {
    const settings = {
      'hw.rx_irq_type': 'pci',
      'hw.rx_irq_ioapic': 0n,
      'hw.rx_irq_ioapic_pin': 16n,
      'hw.rx_irq_vector': 5n,
    };
    const { kinds, spec } = made({ ...interrupt, settings }, { architecture: 'ia32' });
    assert.deepEqual(kinds(/irq_irq/), [
      'irq_irq = ioapic_irq (ioapic_num: 0, ioapic_pin: 16, ioapic_level: 1, ioapic_polarity: 1)',
    ]);
    assert.deepEqual([...spec.irqs], [[5, 'irq_irq']]);
  });

  it('ioapic: with settings of its own, each of which is missed', () => {
    const { messages } = made(
      { ...interrupt, settings: { 'hw.rx_irq_type': 'ioapic' } },
      { architecture: 'x86_64' },
    );
    assert.deepEqual(
      messages.map((message) => /`([^`]*)` is not set/.exec(message)?.[1]),
      ['hw.rx_irq_level', 'hw.rx_irq_polarity'],
    );
  });

  it('msi: by bus, device and function', () => {
    const settings = {
      'hw.rx_irq_type': 'msi',
      'hw.rx_irq_handle': 1n,
      'hw.rx_irq_pci_bus': 2n,
      'hw.rx_irq_pci_dev': 3n,
      'hw.rx_irq_pci_fun': 4n,
      'hw.rx_irq_vector': 6n,
    };
    assert.deepEqual(
      made({ ...interrupt, settings }, { architecture: 'x86_64' }).kinds(/irq_irq/),
      ['irq_irq = msi_irq (msi_handle: 1, msi_pci_bus: 2, msi_pci_dev: 3, msi_pci_fun: 4)'],
    );
  });

  it('that the architecture does not have are said, with those it has', () => {
    const { messages } = made({ ...interrupt, settings: { 'hw.rx_irq_type': 'msi' } });
    assert.deepEqual(messages, [
      '`hw.rx_irq_type` is "msi"; interrupts of riscv32 are of the type "simple". The interrupt is left out.',
    ]);
  });
});

describe('x86', () => {
  const ia32: CompileOptions = { architecture: 'ia32', isMcs: false };

  it('seL4HardwareIOPort: the range of ports', () => {
    const words = {
      ...driver,
      connections: ['seL4HardwareIOPort io d.io -> hw.ports'],
      settings: { 'hw.ports_attributes': '0x3f8:0x3ff' },
    };
    const { held, kinds, messages } = made(words, ia32);
    assert.deepEqual(messages, []);
    assert.deepEqual(kinds(/ioport/), ['io_ioport = io_ports (ports: [1016..1023])']);
    assert.match(held('d_cnode').join(), /^\d+ io_ioport$/);
    assert.match(
      made({ ...words, settings: {} }, ia32).messages[0] ?? '',
      /is not set; expected the first and the last port/,
    );
    assert.match(
      made(words).messages[0] ?? '',
      /riscv32 does not have what it needs, which only ia32 and x86_64 have/,
    );
  });

  it('seL4IOAPICHardwareInterrupt: a notification, a handler and a lock', () => {
    const words = {
      ...driver,
      connections: ['seL4IOAPICHardwareInterrupt irq hw.rx -> d.irq'],
      settings: { 'hw.rx_attributes': '4,1,1' },
    };
    const { held, spec } = made(words, ia32);
    assert.deepEqual(
      held('d_cnode').map((line) => line.replace(/^\d+ /, '')),
      ['irq_notification R', 'irq_irq', 'irq_lock RW'],
    );
    assert.deepEqual(slotsOf(spec, 'irq_irq'), ['0 irq_notification R']);
    assert.deepEqual([...spec.irqs], [[4, 'irq_irq']]);
    assert.match(
      made({ ...words, settings: { 'hw.rx_attributes': '4' } }, ia32).messages[0] ?? '',
      /expected three numbers/,
    );
  });

  it('a `simple` instance gets ports and devices behind the IOMMU', () => {
    const words = {
      components: { Vm: ['control'] },
      instances: { vm: 'Vm' },
      settings: {
        'vm.simple': true,
        'vm.ioports': '0x60:0x61,0x70:0x70',
        'vm.iospaces': '0x12:0x6:0x1:0',
      },
    };
    assert.deepEqual(made(words, ia32).kinds(/vm_io/), [
      'vm_ioport112_112 = io_ports (ports: [112..112])',
      'vm_ioport96_97 = io_ports (ports: [96..97])',
      'vm_iospace_1181192 = io_device (domainID: 18, 6:1.0)',
    ]);
  });
});

describe('secure firmware', () => {
  it('each allowed function is a capability with its number, on aarch64', () => {
    const words = {
      components: { Vm: ['control'] },
      instances: { vm: 'Vm' },
      settings: { 'vm.allowed_smc_functions': [3n, 0x8400_0000n] },
    };
    const { spec } = made(words, { architecture: 'aarch64' });
    assert.deepEqual(slotsOf(spec, 'vm_cnode').slice(0, 2), [
      '1 vm_smc_3 badge 3',
      '2 vm_smc_2214592512 badge 2214592512',
    ]);
    assert.match(made(words).messages[0] ?? '', /which riscv32 does not have/);
  });
});

describe('servers without threads', () => {
  const clients = {
    components: { Client: ['uses api'], Server: ['provides one', 'provides two'] },
    instances: { a: 'Client', b: 'Client', s: 'Server' },
  };

  it('take calls of all connections on one endpoint, with even badges', () => {
    const { held, spec } = made({
      ...clients,
      connections: [
        'seL4RPCNoThreads first a.api -> s.one',
        'seL4RPCNoThreads second b.api -> s.two',
      ],
    });
    assert.deepEqual(
      [held('a_cnode'), held('b_cnode'), held('s_cnode')].map((lines) =>
        lines.map((line) => line.replace(/^\d+ /, '')),
      ),
      [
        ['first_s_global_rpc_endpoint WP badge 2'],
        ['first_s_global_rpc_endpoint WP badge 4'],
        ['first_s_global_rpc_endpoint R', 'first_s_global_rpc_endpoint R'],
      ],
    );
    assert.ok(spec.objects.every(({ name }) => !name.includes('s_one_0000')));
  });

  it('share memory with each client under its badge, and signal it', () => {
    const dataport = made({
      ...clients,
      connections: ['seL4PicoServer net a.api, b.api -> s.one'],
    });
    assert.deepEqual(
      dataport.kinds(/net_.*data/).map((line) => line.split(' ')[0]),
      ['net_2_data_0_obj', 'net_4_data_0_obj'],
    );
    const signal = made({ ...clients, connections: ['seL4PicoServerSignal net a.api -> s.one'] });
    assert.deepEqual(
      signal.held('s_cnode').map((line) => line.replace(/^\d+ /, '')),
      ['net_s_global_rpc_endpoint R', 'net_a_global_endpoint W badge 3'],
    );
  });

  it('have no badges left when the mask is too narrow', () => {
    const { messages } = made({
      ...clients,
      connections: ['seL4RPCNoThreads call a.api, b.api -> s.one'],
      settings: { 's.global_rpc_endpoint_mask': 2n },
    });
    assert.match(messages[0] ?? '', /More clients call `s` than/);
  });

  it('a single-threaded instance waits for both, behind its connections', () => {
    const { spec } = made({
      ...clients,
      connections: ['seL4RPCNoThreads call a.api -> s.one'],
      settings: { 's.single_threaded': true },
    });
    assert.deepEqual(
      slotsOf(spec, 's_cnode')
        .slice(-3)
        .map((line) => line.replace(/^\d+ /, '')),
      ['s_s_global_endpoint RW', 'call_s_global_rpc_endpoint R', 's_reply_cap_slot'],
    );
  });
});

describe('queues', () => {
  const queue = {
    components: {
      Driver: ['uses q VirtQueueDrv'],
      Device: ['uses q VirtQueueDev'],
      Hub: ['provides hub'],
    },
    instances: { drv: 'Driver', dev: 'Device', hub: 'Hub' },
    connections: ['seL4VirtQueues queue drv.q, dev.q -> hub.hub'],
  };

  it('seL4VirtQueues: memory, and a signal in each direction', () => {
    const { held, kinds, messages } = made(queue);
    assert.deepEqual(messages, []);
    assert.deepEqual(
      kinds(/_data_/).map((line) => line.split(' ')[0]),
      ['drv_q_dev_q_data_0_obj', 'drv_q_dev_q_data_1_obj'],
    );
    assert.deepEqual(
      [held('drv_cnode'), held('dev_cnode')].map((lines) =>
        lines.map((line) => line.replace(/^\d+ /, '')),
      ),
      [
        ['queue_dev_global_endpoint W badge 3', 'queue_drv_global_endpoint RW'],
        ['queue_drv_global_endpoint W badge 3', 'queue_dev_global_endpoint RW'],
      ],
    );
  });

  it('of more than two ends need a topology', () => {
    const { messages } = made({
      ...queue,
      instances: { drv: 'Driver', dev: 'Device', other: 'Device', hub: 'Hub' },
      connections: ['seL4VirtQueues queue drv.q, dev.q, other.q -> hub.hub'],
    });
    assert.match(messages[0] ?? '', /has 3 ends, so which belong together must be said/);
  });

  it('whose ends have different sizes are said', () => {
    const { messages } = made({ ...queue, settings: { 'drv.q_shmem_size': 4096n } });
    assert.match(
      messages[0] ?? '',
      /a queue of 4096 bytes, and `dev\.q` at its other side one of 8192/,
    );
  });

  it('seL4MessageQueue: memory, and a notification that wakes the receiver', () => {
    const { held } = made({
      components: { Port: ['dataport port'] },
      instances: { a: 'Port', b: 'Port' },
      connections: ['seL4MessageQueue queue a.port -> b.port'],
      settings: { 'a.port_id': 1n, 'b.port_id': 1n },
    });
    assert.deepEqual(
      [held('a_cnode'), held('b_cnode')].map((lines) =>
        lines.map((line) => line.replace(/^\d+ /, '')),
      ),
      [['queue_a_port_receiver_ntfn RW badge 1'], ['queue_a_port_receiver_ntfn RW badge 1']],
    );
  });
});

describe('seL4GDB and seL4GDBMem', () => {
  it('faults of all threads go to the debugger, with the slot of the thread as badge', () => {
    const { held, spec } = made(
      {
        components: { Debugged: ['control', 'uses fault'], Debugger: ['provides fault'] },
        instances: { d: 'Debugged', gdb: 'Debugger' },
        connections: ['seL4GDB debug d.fault -> gdb.fault'],
      },
      { isMcs: false },
    );
    assert.deepEqual(held('d_cnode'), [
      '6 debug_ep_fault RWP badge 1',
      '7 debug_ep_fault RWP badge 2',
    ]);
    assert.equal(
      spec.objects.find(({ name }) => name === 'd_d_fault_0000_tcb')?.tcb?.faultEndpoint,
      7n,
    );
    assert.deepEqual(
      held('gdb_cnode').map((line) => line.replace(/^\d+ /, '').replace(/ guard.*/, '')),
      ['debug_ep_fault RWP', 'gdb_cnode'],
    );
  });

  it('the thread that reads memory for the debugger has an endpoint of its own', () => {
    const { held } = made(
      {
        components: { Debugged: ['uses GDB_delegate'], Debugger: ['provides mem'] },
        instances: { d: 'Debugged', gdb: 'Debugger' },
        connections: ['seL4GDBMem debug d.GDB_delegate -> gdb.mem'],
      },
      { isMcs: false },
    );
    assert.deepEqual(held('d_cnode'), ['6 debug_mem_fault RWP badge 2']);
  });
});
