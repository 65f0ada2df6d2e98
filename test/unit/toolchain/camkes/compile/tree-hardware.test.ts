/** Devices out of the device tree: from a query in an assembly to frames, interrupts and the copied tree. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ArchitectureName } from '../../../../../runtime/toolchain/settings/architecture-name.js';
import { compileAssembly } from '../../../../../runtime/toolchain/camkes/compile.js';
import { checkCamkes } from '../../../../support/camkes-fixture.js';
import { slotsOf } from '../../../../support/camkes-system.js';
import { readSource } from '../../../../support/device-tree-fixture.js';

const tree = `/ { #address-cells = <1>; #size-cells = <1>;
  plic: plic { #interrupt-cells = <1>; };
  soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0x40000000 0x100000>;
    uart@1080 { reg = <0x1080 0x100 0x3000 0x2000>; interrupt-parent = <&plic>; interrupts = <5 6>; };
    gpio@2000 { reg = <0x2000 4>; interrupts = <0 7 4>; };
    i2c { #address-cells = <1>; #size-cells = <0>; chip@3 { reg = <3>; }; };
  };
};`;

const systemWith = (connector: string, setting: string): string => `
import <${connector.endsWith('less') ? 'global-connectors' : 'std_connector'}.camkes>;
component Driver {
  emits Dummy source;
  consumes Dummy device;
  composition { connection ${connector} tree(from source, to device); }
  configuration { ${setting} }
}
assembly { composition { component Driver d; } }
`;

function compiled(connector: string, setting: string, architecture: ArchitectureName = 'riscv32') {
  const { system, diagnostics } = checkCamkes(systemWith(connector, setting), {
    deviceTree: () => readSource(tree),
  });
  assert.deepEqual(diagnostics, []);
  assert.ok(system);
  const made = compileAssembly(system, { architecture });
  const frames = made.spec.objects
    .filter(({ physicalAddress }) => physicalAddress !== undefined)
    .map(({ name, physicalAddress }) => `${name} ${(physicalAddress ?? 0n).toString(16)}`);
  const held = slotsOf(made.spec, 'd_cnode').filter((line) =>
    /d\.device|[^_]device_\d_data|tree/.test(line),
  );
  return {
    ...made,
    frames,
    held: held.map((line) => line.replace(/ mapped by.*/, ' mapped')),
    messages: made.diagnostics.map(({ message }) => message),
  };
}

const uart = 'device.dtb = dtb({"path": "/soc/uart@1080"}); device.generate_interrupts = 1;';

describe('seL4DTBHardware', () => {
  it('maps each register block in whole pages, where the processor sees it', () => {
    const { frames, messages } = compiled('seL4DTBHardware', uart);
    assert.deepEqual(messages, []);
    assert.deepEqual(frames, [
      'd.device_0_data_0_obj 40001000',
      'd.device_1_data_0_obj 40003000',
      'd.device_1_data_1_obj 40004000',
    ]);
  });

  it('handles each interrupt with a bit of the badge of one notification', () => {
    const { held, spec } = compiled('seL4DTBHardware', uart);
    assert.deepEqual(held, [
      '10 d.device_0_data_0_obj RW uncached mapped',
      '11 d.device_1_data_0_obj RW uncached mapped',
      '12 d.device_1_data_1_obj RW uncached mapped',
      '13 d.tree_device_ntfn RW',
      '14 d.tree_device_irq_0',
      '15 d.tree_device_irq_1',
    ]);
    assert.deepEqual(slotsOf(spec, 'd.tree_device_irq_1'), ['0 d.tree_device_ntfn RW badge 2']);
    assert.deepEqual(
      [...spec.irqs],
      [
        [5, 'd.tree_device_irq_0'],
        [6, 'd.tree_device_irq_1'],
      ],
    );
  });

  it('takes three cells for an interrupt of Arm, and counts shared ones from 32', () => {
    const setting = 'device.dtb = dtb({"path": "gpio"}); device.generate_interrupts = 1;';
    const { spec } = compiled('seL4DTBHardware', setting, 'aarch32');
    assert.deepEqual([...spec.irqs], [[39, 'd.tree_device_irq_0']]);
  });

  it('is cached, and has no interrupts, as the assembly says', () => {
    const { held } = compiled(
      'seL4DTBHardware',
      'device.dtb = dtb({"path": "gpio"}); device.hardware_cached = 1;',
    );
    assert.deepEqual(held, ['10 d.device_0_data_0_obj RW mapped']);
  });

  it('gives the instance a copy of the tree, behind a page for its header', () => {
    const { spec } = compiled('seL4DTBHardware', uart);
    const fills = spec.objects.filter(({ name }) => name.startsWith('dtb_symbol'));
    assert.deepEqual(
      fills.map(({ name, fill }) => [name, fill?.[0]?.source]),
      [0, 1].map((index) => [
        `dtb_symbol_d_${index}_obj`,
        { kind: 'bootinfo', id: 'CDL_FrameFill_BootInfo_FDT', offset: 4096 * index },
      ]),
    );
  });

  it('gives it to an instance whose connections share an end, too', () => {
    const { system } = checkCamkes(
      systemWith(
        'seL4DTBHardware',
        'device.dtb = dtb({"path": "/soc/uart@1080"}); other.dtb = dtb({"path": "/soc/gpio@2000"});',
      )
        .replace('consumes Dummy device;', 'consumes Dummy device; consumes Dummy other;')
        .replace(
          'composition {',
          'composition { connection seL4DTBHardware more(from source, to other);',
        ),
      { deviceTree: () => readSource(tree) },
    );
    assert.ok(system);
    const { objects } = compileAssembly(system).spec;
    assert.ok(objects.some(({ name }) => name === 'dtb_symbol_d_0_obj'));
  });

  it('says what is missing or cannot be mapped', () => {
    assert.match(compiled('seL4DTBHardware', '').messages[0] ?? '', /`d\.device\.dtb` is not set/);
    assert.match(
      compiled('seL4DTBHardware', 'device.dtb = dtb({"path": "chip"});').messages[0] ?? '',
      /registers without a size/,
    );
    assert.match(
      compiled('seL4DTBHardware', 'device.dtb = dtb([{"path": "gpio"}, {"path": "uart"}]);')
        .messages[0] ?? '',
      /asks for 2 devices; a connection has one/,
    );
  });
});

describe('seL4DTBHardwareThreadless', () => {
  it('signals the one notification of the driver, with badges behind those of other connections', () => {
    const { held, spec } = compiled('seL4DTBHardwareThreadless', uart);
    assert.deepEqual(held.slice(3), [
      '11 d.tree_d_global_endpoint W badge 3',
      '12 d.tree_device_irq_0',
      '13 d.tree_d_global_endpoint W badge 5',
      '14 d.tree_device_irq_1',
    ]);
    assert.deepEqual(slotsOf(spec, 'd.tree_device_irq_1'), [
      '0 d.tree_d_global_endpoint W badge 5',
    ]);
    assert.deepEqual(
      spec.objects.filter(({ name }) => name.includes('_data_')).map(({ name }) => name),
      ['device_0_data_0_obj', 'device_1_data_0_obj', 'device_1_data_1_obj'],
    );
  });
});
