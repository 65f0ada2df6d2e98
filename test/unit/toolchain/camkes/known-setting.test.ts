import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ComponentType } from '../../../../runtime/toolchain/camkes/system.js';
import {
  defaultOf,
  fitsType,
  knownConnectionSetting,
  knownSettingOf,
  settingsOfComponent,
  settingsOfConnector,
} from '../../../../runtime/toolchain/camkes/known-setting.js';
import { settingTable } from '../../../../runtime/toolchain/camkes/setting-table.js';

const place = {
  file: 'a.camkes',
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
};

const component = (changes: Partial<ComponentType>): ComponentType => ({
  name: 'C',
  place,
  isControl: true,
  isHardware: false,
  interfaces: [],
  mutexes: [],
  semaphores: [],
  binarySemaphores: [],
  copyRegions: [],
  attributes: [],
  isComposite: false,
  ...changes,
});

const declared = (kind: 'uses' | 'dataport' | 'emits' | 'provides', name: string) => ({
  kind,
  name,
  place,
  isOptional: false,
  type: 'T',
  sizeBytes: undefined,
  procedure: undefined,
});

describe('the table of settings', () => {
  it('tells a setting of an interface from one of the instance', () => {
    const client = component({ interfaces: [declared('uses', 'timer')] });
    assert.equal(knownSettingOf(client, 'timer_stack_size', 'upstream')?.about, 'timer');
    assert.equal(knownSettingOf(client, '_stack_size', 'upstream')?.about, undefined);
    assert.equal(knownSettingOf(client, 'other_stack_size', 'upstream'), undefined);
  });

  it('knows hardware settings of hardware only', () => {
    const device = component({ isHardware: true, interfaces: [declared('dataport', 'csr')] });
    assert.equal(knownSettingOf(device, 'csr_paddr', 'sparrow')?.row.name, '<interface>_paddr');
    assert.equal(knownSettingOf(device, 'priority', 'sparrow'), undefined);
    assert.equal(
      knownSettingOf({ ...device, isHardware: false }, 'csr_paddr', 'sparrow'),
      undefined,
    );
  });

  it('leaves out what only the other dialect reads', () => {
    const client = component({ interfaces: [declared('uses', 'timer')] });
    assert.equal(knownSettingOf(client, 'timer_has_thread', 'upstream'), undefined);
    assert.notEqual(knownSettingOf(client, 'timer_has_thread', 'sparrow'), undefined);
  });

  it('takes any number for the size of a pool of untypeds', () => {
    assert.equal(knownSettingOf(component({}), 'untyped17_pool', 'upstream')?.about, '17');
    assert.equal(knownSettingOf(component({}), 'untypedx_pool', 'upstream'), undefined);
  });

  it('starts a semaphore at one and a binary semaphore at zero', () => {
    const both = component({
      semaphores: [{ name: 's', place }],
      binarySemaphores: [{ name: 'b', place }],
    });
    assert.equal(knownSettingOf(both, 's_value', 'upstream')?.row.default, '1');
    assert.equal(knownSettingOf(both, 'b_value', 'upstream')?.row.default, '0');
  });

  it('lists what a component understands with the names filled in', () => {
    const server = component({ interfaces: [declared('provides', 'api')] });
    const names = settingsOfComponent(server, 'upstream').map(({ name }) => name);
    assert.ok(names.includes('api_passive'));
    assert.ok(names.includes('untyped12_pool'));
    assert.ok(!names.includes('api_shmem_size'));
    assert.ok(names.every((name) => !name.includes('<')));
  });

  it('lists what a connection of a connector understands', () => {
    assert.deepEqual(
      settingsOfConnector('seL4DMASharedData').map(({ name }) => name),
      ['size', 'paddr', 'controller'],
    );
    assert.equal(knownConnectionSetting('nothing'), undefined);
  });

  it('has a default per dialect where they differ', () => {
    const row = knownSettingOf(component({}), '_stack_size', 'sparrow')?.row;
    assert.ok(row);
    assert.equal(defaultOf(row, 'sparrow'), '4096');
    assert.equal(defaultOf(row, 'upstream'), '16384');
  });

  it('takes a number for a flag, and anything that is not known yet', () => {
    const row = knownSettingOf(component({}), 'simple', 'upstream')?.row;
    assert.ok(row);
    assert.ok(fitsType({ kind: 'integer', value: 1n }, row));
    assert.ok(fitsType({ kind: 'unknown' }, row));
    assert.ok(!fitsType({ kind: 'string', value: 'yes' }, row));
  });

  it('says of every row what it does, in a sentence', () => {
    for (const row of settingTable) assert.match(row.sentence, /^[A-Z`].*\.$/s, row.name);
  });
});
