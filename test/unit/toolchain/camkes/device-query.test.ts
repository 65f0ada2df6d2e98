/** Queries in an assembly: what they find, and what is said when they find nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyzeCamkes } from '../../../../runtime/toolchain/camkes/analyze.js';
import type { Value } from '../../../../runtime/toolchain/camkes/value.js';
import {
  checkCamkes,
  diagnosticOf,
  filesOf,
  plainOptions,
} from '../../../support/camkes-fixture.js';
import { readSource } from '../../../support/device-tree-fixture.js';

const tree = `/ { #address-cells = <1>; #size-cells = <1>;
  aliases { serial0 = "/soc/uart@10"; lost = "/soc/none"; };
  chosen { stdout-path = "serial0:115200n8"; };
  soc { #address-cells = <1>; #size-cells = <1>;
    uart@10 { compatible = "ns16550a", "uart"; reg = <0x10 4>; };
    uart@20 { compatible = "ns16550a"; reg = <0x20 4>; reg-shift = <2>; mac = [0a 0b 0c]; };
    timer@30 { reg = <0x30 4>; };
  };
};`;

const sourceWith = (setting: string): string => `
component Driver { control; }
assembly {
  composition { component Driver d; }
  configuration { d.dtb = ${setting}; }
}`;

const checked = (setting: string) =>
  checkCamkes(sourceWith(setting), { deviceTree: () => readSource(tree) });

/** Of the setting, as JSON would have it. */
function plain(value: Value | undefined): unknown {
  switch (value?.kind) {
    case 'integer':
      return Number(value.value);
    case 'string':
    case 'float':
      return value.value;
    case 'list':
      return value.items.map(plain);
    case 'dictionary':
      return Object.fromEntries(value.entries.map(([key, of]) => [plain(key), plain(of)]));
    default:
      return 'not known';
  }
}

const valueOf = (setting: string): unknown =>
  plain(checked(setting).system?.instances[0]?.settings.get('dtb')?.value);
const pathOf = (setting: string): unknown => valueOf(`${setting}["this-node-path"]`);

describe('a query of the device tree', () => {
  it('comes to the properties of the node, with names that are fit for C, and the size of the tree', () => {
    assert.deepEqual(valueOf('dtb({"path": "/soc/uart@20"})'), {
      query: [
        {
          compatible: ['ns16550a'],
          reg: [0x20, 4],
          reg_shift: [2],
          mac: [10, 11, 12],
          this_address_cells: [1],
          this_size_cells: [1],
          this_node_path: '/soc/uart@20',
        },
      ],
      dtb_size: [readSource(tree).tree?.sizeBytes],
    });
  });

  it('may pick one property out, under its own name', () => {
    assert.deepEqual(valueOf('dtb({"path": "uart@20"})["reg-shift"]'), [[2]]);
    assert.deepEqual(valueOf('dtb({"path": "uart@20"})["reg"][1]'), [4]);
  });

  it('finds by alias, by what is chosen, and by properties', () => {
    assert.deepEqual(pathOf('dtb({"aliases": "serial0"})'), ['/soc/uart@10']);
    assert.deepEqual(pathOf('dtb({"chosen": "stdout-path"})'), ['/soc/uart@10']);
    assert.deepEqual(pathOf('dtb({"properties": {"reg[0]": 0x30}})'), ['/soc/timer@30']);
    assert.deepEqual(pathOf('dtb({"properties": {"compatible[1]": "uart"}})'), ['/soc/uart@10']);
    assert.deepEqual(pathOf('dtb({"properties": {"compatible[*]": ["ns16550a"]}})'), [
      '/soc/uart@20',
    ]);
    assert.deepEqual(pathOf('dtb({"path": "uart", "properties": {"reg[0x0]": 32}})'), [
      '/soc/uart@20',
    ]);
  });

  it('takes the path as a pattern, and the first node that fits', () => {
    assert.deepEqual(pathOf('dtb({"path": "^/soc/TIMER@[0-9]+$"})'), ['/soc/timer@30']);
    assert.deepEqual(pathOf('dtb([{"path": "timer"}, {"path": "uart@10"}])'), [
      '/soc/timer@30',
      '/soc/uart@10',
    ]);
  });

  it('that several nodes fit says which is taken', () => {
    const found = checked('dtb({"path": «dtb-several-nodes:"/soc/uart"»})');
    const { message, related } = diagnosticOf(found, 'dtb-several-nodes');
    assert.match(
      message,
      /the first is taken, `\/soc\/uart@10`\. It also matches `\/soc\/uart@20`/,
    );
    assert.equal(related?.length, 2);
  });

  it('that finds nothing says how far the path leads, and what is there', () => {
    const found = checked('dtb({"path": «dtb-no-node:"/soc/urat@10"»})');
    assert.match(
      diagnosticOf(found, 'dtb-no-node').message,
      /`\/soc` has no `urat@10`\. Did you mean `uart@10`\?/,
    );
    const other = checked('dtb({"path": «dtb-no-node:"/soc/spi@1"»})');
    assert.match(
      diagnosticOf(other, 'dtb-no-node').message,
      /It has `uart@10`, `uart@20`, `timer@30`\./,
    );
    checked('dtb({"properties": «dtb-no-node:{"reg-shift": 3}»})');
    checked('dtb({"aliases": «dtb-no-node:"serial1"»})');
    checked('dtb({"aliases": «dtb-no-node:"lost"»})');
  });

  it('that is written wrongly says so', () => {
    checked('«dtb-query:dtb()»');
    checked('dtb({"path": «dtb-query:"uart["»})');
    checked('dtb({"path": «dtb-query:7»})');
    checked('dtb({"properties": {"reg[x]": «dtb-query:1»}})');
    checked('dtb({"pth": «dtb-query:"uart"»})');
    checked('dtb({"path": "timer"})[«missing-key:"regs"»]');
    checked('«unknown-query:acpi»({"path": "x"})');
  });

  it('is not known, and no mistake, without a device tree', () => {
    const { system } = checkCamkes(sourceWith('dtb({"path": "/soc/none"})'));
    assert.deepEqual(system?.instances[0]?.settings.get('dtb')?.value, { kind: 'unknown' });
  });

  it('shows what is wrong in the device tree itself', () => {
    const broken = readSource('/ { a = <&nowhere>; soc { }; };');
    const files = filesOf(new Map([['a.camkes', sourceWith('dtb({"path": "/soc"})')]]));
    const { diagnostics } = analyzeCamkes('a.camkes', files, {
      ...plainOptions,
      deviceTree: () => broken,
    });
    assert.deepEqual(
      diagnostics.map(({ file, code }) => `${file} ${code}`),
      ['a.dts device-tree-reference'],
    );
  });
});

describe('a query of pins', () => {
  it('gives on what it asks for', () => {
    assert.deepEqual(valueOf('gpio({"pins": ["A1", "A2"]})'), {
      query: [{ desired_pins: ['A1', 'A2'] }],
      all_pins: ['A1', 'A2'],
    });
    checked('gpio(«gpio-query:{"pin": 1}»)');
  });
});
