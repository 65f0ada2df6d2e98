import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkSystem } from '../../../../runtime/toolchain/camkes/system-checks.js';
import type { ProcedureType } from '../../../../runtime/toolchain/camkes/system.js';
import type { SystemWords } from '../../../support/camkes-system.js';
import { placeFor, systemOf } from '../../../support/camkes-system.js';

type Settings = NonNullable<SystemWords['settings']>;

const codesOf = (words: SystemWords): string[] =>
  checkSystem(systemOf(words)).map(({ code }) => code);

const messageOf = (words: SystemWords): string => checkSystem(systemOf(words))[0]?.message ?? '';

const driver: SystemWords = {
  components: {
    Driver: ['dataport csr', 'consumes irq'],
    Device: ['hardware', 'dataport csr', 'emits irq'],
  },
  instances: { driver: 'Driver', device: 'Device' },
  connections: [
    'cantripMMIO memory driver.csr -> device.csr',
    'cantripIRQ interrupt device.irq -> driver.irq',
  ],
  settings: {
    'device.csr_paddr': 0x1000n,
    'device.csr_size': 0x1000n,
    'device.irq_irq_number': 5n,
  },
};

/** Two of everything. */
const twoDrivers = (settings: Settings): SystemWords => ({
  ...driver,
  instances: { driver: 'Driver', device: 'Device', second: 'Driver', other: 'Device' },
  connections: [
    ...(driver.connections ?? []),
    'cantripMMIO memory2 second.csr -> other.csr',
    'cantripIRQ interrupt2 other.irq -> second.irq',
  ],
  settings: { ...driver.settings, ...settings },
});

describe('checks of hardware', () => {
  it('say nothing of a device that has all it needs', () => {
    assert.deepEqual(codesOf(driver), []);
  });

  it('ask for address, size and interrupt number', () => {
    const codes = codesOf({ ...driver, settings: {} });
    assert.deepEqual(codes, ['missing-setting', 'missing-setting', 'missing-setting']);
  });

  it('only warn where old versions of CAmkES found the address', () => {
    const settings = { 'device.csr_attributes': '0x1000:0x1000', 'device.irq_irq_number': 5n };
    const severities = checkSystem(systemOf({ ...driver, settings })).map(
      ({ severity }) => severity,
    );
    assert.deepEqual(severities, ['warning', 'warning']);
  });

  it('say nothing of settings whose values are not known', () => {
    const settings = {
      'device.csr_paddr': undefined,
      'device.csr_size': undefined,
      'device.irq_irq_number': undefined,
    };
    assert.deepEqual(codesOf({ ...driver, settings }), []);
  });

  it('find two handlers of one interrupt', () => {
    const words = twoDrivers({
      'other.csr_paddr': 0x5000n,
      'other.csr_size': 0x1000n,
      'other.irq_irq_number': 5n,
    });
    assert.deepEqual(codesOf(words), ['duplicate-irq']);
  });

  it('find devices that share a page', () => {
    const words = twoDrivers({
      'other.csr_paddr': 0x1000n,
      'other.csr_size': 0x100n,
      'other.irq_irq_number': 6n,
    });
    assert.deepEqual(codesOf(words), ['device-overlap']);
    assert.match(messageOf(words), /0x1000 to 0x1fff/);
  });

  it('let two drivers share one device', () => {
    const words = {
      ...driver,
      instances: { driver: 'Driver', second: 'Driver', device: 'Device' },
      connections: ['cantripMMIO memory driver.csr, second.csr -> device.csr'],
    };
    assert.deepEqual(codesOf(words), []);
  });

  it('want device memory in whole pages, but let CantripOS round up less than one', () => {
    const half = { ...driver.settings, 'device.csr_size': 0x800n };
    assert.deepEqual(codesOf({ ...driver, settings: half }), []);
    const odd = { ...driver.settings, 'device.csr_size': 0x1800n };
    assert.deepEqual(codesOf({ ...driver, settings: odd }), [
      'device-size',
      'dataport-size-differs',
    ]);
  });

  it('want device memory at the start of a page', () => {
    const settings = { ...driver.settings, 'device.csr_paddr': 0x1804n };
    assert.deepEqual(codesOf({ ...driver, settings }), ['device-not-page-aligned']);
    assert.match(messageOf({ ...driver, settings }), /0x1000.*offset 0x804/);
  });

  it('find a dataport that is smaller than its device', () => {
    const settings = { ...driver.settings, 'device.csr_size': 0x4000n };
    assert.deepEqual(codesOf({ ...driver, settings }), ['dataport-size-differs']);
  });
});

describe('checks of settings', () => {
  const one = (settings: Settings): SystemWords => ({
    components: { C: ['provides api', 'binary_semaphore lock'] },
    instances: { c: 'C' },
    settings,
  });

  it('find a stack that is no multiple of a page', () => {
    assert.deepEqual(codesOf(one({ 'c._stack_size': 5000n })), ['setting-not-page-multiple']);
    assert.match(messageOf(one({ 'c._stack_size': 5000n })), /Write 8192\./);
  });

  it('find priorities, domains and counts that are out of range', () => {
    assert.deepEqual(codesOf(one({ 'c._priority': 256n })), ['setting-out-of-range']);
    assert.deepEqual(codesOf(one({ 'c.api_domain': 256n })), ['setting-out-of-range']);
    assert.deepEqual(codesOf(one({ 'c.lock_value': 2n })), ['setting-out-of-range']);
    assert.deepEqual(codesOf(one({ 'c._priority': 255n, 'c.api_domain': 0n })), []);
  });

  it('find a well-known setting of the wrong type', () => {
    assert.deepEqual(codesOf(one({ 'c._priority': 'high' })), ['setting-type']);
    assert.deepEqual(codesOf(one({ 'c.api_priority': 'high' })), ['setting-type']);
    assert.deepEqual(codesOf(one({ 'c.own': 'high' })), []);
  });

  it('find a word that a setting does not know', () => {
    const words = {
      ...driver,
      settings: { ...driver.settings, 'device.irq_irq_type': 'simpel' },
    };
    assert.ok(codesOf(words).includes('setting-word'));
  });

  it('tell of a setting that is known, and that nothing here reads', () => {
    const settings = { 'c.rump_config': 'one', 'c.debug': 1n, 'c.integrity_label': 'trusted' };
    assert.deepEqual(codesOf(one(settings)), [
      'setting-without-effect',
      'setting-without-effect',
      'setting-without-effect',
    ]);
    assert.equal(
      messageOf(one({ 'c.rump_config': 'one' })),
      '`c.rump_config` changes nothing: it is for components that run a rump kernel.',
    );
  });

  it('find a CNode that is too small for its capabilities', () => {
    assert.deepEqual(codesOf(one({ 'c.cnode_size_bits': 2n })), ['cnode-too-small']);
    assert.deepEqual(codesOf(one({ 'c.cnode_size_bits': 4n })), []);
  });
});

describe('checks of connections', () => {
  const calls = (settings: Settings, more: Partial<SystemWords> = {}) => ({
    components: { Client: ['uses api'], Server: ['provides api'] },
    instances: { a: 'Client', b: 'Client', server: 'Server' },
    connections: ['cantripRPCCall call a.api, b.api -> server.api'],
    settings,
    ...more,
  });

  it('find one badge for two clients', () => {
    const words = calls({ 'a.api_attributes': 4n, 'b.api_attributes': '4' });
    assert.deepEqual(codesOf(words), ['badge-collision']);
    assert.deepEqual(codesOf(calls({ 'a.api_attributes': 4n, 'b.api_attributes': 5n })), []);
  });

  it('find a direct call between address spaces', () => {
    const connections = ['seL4DirectCall call a.api -> server.api'];
    assert.deepEqual(codesOf(calls({}, { connections })), ['direct-call-across-spaces']);
  });

  it('find a dataport of more than all memory', () => {
    const words: SystemWords = {
      components: { C: [`dataport d ${String(2n ** 40n)}`], D: ['dataport d 100'] },
      instances: { c: 'C', d: 'D' },
      connections: ['cantripSharedData shared c.d -> d.d'],
    };
    assert.deepEqual(codesOf(words), ['dataport-too-large', 'dataport-size']);
  });

  it('find a size of a connection that its dataports tell already', () => {
    const words: SystemWords = {
      components: { C: ['dataport d 4096'] },
      instances: { c: 'C', d: 'C' },
      connections: ['cantripSharedData shared c.d -> d.d'],
      settings: { 'shared.size': 8192n },
    };
    assert.deepEqual(codesOf(words), ['setting-without-effect']);
  });
});

describe('checks of messages', () => {
  const procedureOf = (count: number, direction: 'in' | 'out'): ProcedureType => ({
    name: 'P',
    place: placeFor(0),
    attributes: [],
    methods: [
      {
        name: 'm',
        place: placeFor(0),
        returns: 'void',
        parameters: Array.from({ length: count }, (_, index) => ({
          name: `p${String(index)}`,
          direction,
          type: 'uint64_t',
          isArray: false,
        })),
      },
    ],
  });
  const words = (procedure: ProcedureType, settings: Settings = {}) => ({
    components: { Client: ['uses api P'], Server: ['provides api P'] },
    instances: { a: 'Client', server: 'Server' },
    connections: ['seL4RPCCall call a.api -> server.api'],
    procedures: { P: procedure },
    dialect: 'upstream' as const,
    settings,
  });

  it('find a request and a reply that the IPC buffer cannot hold', () => {
    assert.deepEqual(codesOf(words(procedureOf(60, 'in'))), []);
    assert.deepEqual(codesOf(words(procedureOf(61, 'in'))), ['message-too-large']);
    assert.deepEqual(codesOf(words(procedureOf(61, 'out'))), ['message-too-large']);
  });

  it('say nothing where a dataport carries the messages', () => {
    const settings = { 'call.buffer': 'other' };
    assert.deepEqual(codesOf(words(procedureOf(61, 'in'), settings)), []);
  });
});
