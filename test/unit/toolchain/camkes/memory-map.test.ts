import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileAssembly } from '../../../../runtime/toolchain/camkes/compile.js';
import {
  memoryMapOfSpec,
  memoryMapOfSystem,
} from '../../../../runtime/toolchain/camkes/memory-map.js';
import type { SystemWords } from '../../../support/camkes-system.js';
import { systemOf } from '../../../support/camkes-system.js';

const words: SystemWords = {
  components: {
    Driver: ['dataport csr', 'dataport data', 'consumes irq'],
    Client: ['dataport data'],
    Device: ['hardware', 'dataport csr', 'emits rx', 'emits tx'],
  },
  instances: { driver: 'Driver', client: 'Client', device: 'Device' },
  connections: [
    'cantripMMIO mmio driver.csr -> device.csr',
    'cantripIRQ irq device.rx, device.tx -> driver.irq',
    'cantripSharedData shared client.data -> driver.data',
  ],
  settings: {
    'device.csr_paddr': 0x4000_0000n,
    'device.csr_size': 0x2000n,
    'device.rx_irq_number': 9n,
    'device.tx_irq_number': 8n,
    'client.data_access': 'R',
  },
};

describe('the memory map of an assembly', () => {
  const map = memoryMapOfSystem(systemOf(words));

  it('has a row for each device', () => {
    const [device] = map.devices;
    assert.equal(map.devices.length, 1);
    assert.equal(device?.owner, 'device.csr');
    assert.equal(device.start, 0x4000_0000);
    assert.equal(device.sizeBytes, 0x2000);
    assert.deepEqual(device.users, [{ name: 'driver.csr', access: 'RW' }]);
    assert.equal(device.isCached, false);
  });

  it('has a row for each interrupt, by number', () => {
    assert.deepEqual(
      map.interrupts.map(({ number, source, handler, badge }) => [number, source, handler, badge]),
      [
        [8, 'device.tx', 'driver.irq', 2],
        [9, 'device.rx', 'driver.irq', 1],
      ],
    );
  });

  it('has a row for each shared memory, with what each end may do', () => {
    assert.equal(map.shared[0]?.sizeBytes, 4096);
    assert.deepEqual(map.shared[0].users, [
      { name: 'client.data', access: 'R' },
      { name: 'driver.data', access: 'RWX' },
    ]);
  });

  it('leaves out what is not known', () => {
    const unknown = { ...words, settings: { 'device.csr_paddr': undefined } };
    const { devices, interrupts } = memoryMapOfSystem(systemOf(unknown));
    assert.equal(devices[0]?.start, undefined);
    assert.equal(interrupts[0]?.number, undefined);
  });
});

describe('the memory map of a specification', () => {
  const { spec } = compileAssembly(systemOf(words));
  const map = memoryMapOfSpec(spec);

  it('puts frames with addresses that follow each other together', () => {
    const [device] = map.devices;
    assert.equal(map.devices.length, 1);
    assert.equal(device?.owner, 'mmio_DATA');
    assert.equal(device.start, 0x4000_0000);
    assert.equal(device.sizeBytes, 0x2000);
    assert.equal(device.connection, 'connection mmio');
    assert.equal(device.isCached, false);
    assert.equal(device.users[0]?.name, 'driver_group_bin_pd');
    assert.equal((device.users[0].virtualAddress ?? 1) % 4096, 0);
  });

  it('tells who handles each interrupt', () => {
    assert.deepEqual(
      map.interrupts.map(({ number, source, handler, badge }) => [number, source, handler, badge]),
      [
        [8, 'irq_tx', 'driver_cnode', 2],
        [9, 'irq_rx', 'driver_cnode', 1],
      ],
    );
  });

  it('tells memory that two address spaces map', () => {
    assert.deepEqual(
      map.shared.map(({ name, users }) => [
        name,
        users.map((user) => `${user.name} ${user.access}`),
      ]),
      [['shared', ['client_group_bin_pd R', 'driver_group_bin_pd RWX']]],
    );
  });

  it('finds virtual addresses through the three levels of 64 bits', () => {
    const wide = compileAssembly(systemOf(words), { architecture: 'riscv64' });
    const [device] = memoryMapOfSpec(wide.spec).devices;
    assert.equal(device?.users[0]?.virtualAddress, map.devices[0]?.users[0]?.virtualAddress);
  });
});
