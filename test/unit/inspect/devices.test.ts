import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { viewDevice, viewDevices, type DeviceRegister } from '../../../runtime/inspect/devices.js';
import type { Platform } from '../../../runtime/platform.js';
import { platformOf, runToSymbol } from '../../support/assembled-platform.js';

const idle = `.globl _start
_start: j _start
`;

/** The UART interrupts by source 10 when a byte is there; from `take` on the guest claims that and reads it. */
const receiver = `.globl _start
_start:
    li s0, 0x10000000
    li s1, 0x0c000000
    li t0, 1
    sb t0, 1(s0)
    sw t0, 40(s1)
    li t1, 0x0c002000
    li t2, 0x400
    sw t2, (t1)
    li s2, 0x0c200004
ready:
    nop
take:
    lw a0, (s2)
claimed:
    lbu a1, 5(s0)
    lbu a2, (s0)
done:
    j done
`;

function registersOf(platform: Platform, device: string): Map<string, DeviceRegister> {
  const { registers = [] } = viewDevice(platform, device) ?? {};
  const single = registers.flatMap((row) => (row.kind === 'array' ? row.elements : [row]));
  return new Map(single.map((register) => [register.name, register]));
}

const valueOf = (platform: Platform, device: string, register: string): number | undefined =>
  registersOf(platform, device).get(register)?.value;

for (const board of ['nexus', 'virt'] as const) {
  describe(`the devices of ${board}`, () => {
    const platform = platformOf(idle, { board, kernel: 'none' });
    const views = viewDevices(platform);

    it('are those of the board, in its order, with place and interrupts', () => {
      assert.deepEqual(
        views.map(({ name, address, sizeBytes, interrupts }) => [
          name,
          address,
          sizeBytes,
          interrupts,
        ]),
        platform.machine.board.devices.map(({ name, base, sizeBytes, interrupts }) => [
          name,
          base,
          sizeBytes,
          interrupts,
        ]),
      );
    });

    it('have registers, except memory, and each that can be read holds its reset value after power-on', () => {
      for (const { name, registers, address, sizeBytes } of views) {
        assert.equal(registers.length > 0, name !== 'ml_memory', name);
        for (const register of registersOf(platform, name).values()) {
          const expected = register.access === 'wo' ? undefined : register.reset;
          assert.equal(register.value, expected, `${name}.${register.name}`);
          assert.ok(register.address >= address && register.address < address + sizeBytes);
        }
      }
    });

    it('are plain JSON', () => {
      assert.deepEqual(JSON.parse(JSON.stringify(views)), views);
    });
  });
}

describe('a register of a device', () => {
  it('has its place, its fields with their bits, and the sentence of its table', () => {
    const platform = platformOf(idle, { board: 'nexus', kernel: 'none' });
    const status = registersOf(platform, 'uart').get('STATUS');
    assert.equal(status?.address, 0x5400_0014);
    assert.equal(status.value, 0x3c);
    assert.match(status.doc, /^\S.*\.$/);
    assert.deepEqual(
      status.fields.map(({ name, high, low, value }) => [name, high, low, value])[5],
      ['RXEMPTY', 5, 5, 1],
    );
  });

  it('has fields and no value where it can only be written', () => {
    const platform = platformOf(idle, { board: 'nexus', kernel: 'none' });
    const data = registersOf(platform, 'uart').get('WDATA');
    assert.equal(data?.access, 'wo');
    assert.equal('value' in data, false);
    assert.deepEqual(
      data.fields.map((field) => [field.name, 'value' in field]),
      [['WDATA', false]],
    );
  });

  it('is an element of one row where the table has an array', () => {
    const platform = platformOf(idle, { board: 'virt', kernel: 'none' });
    const rows = viewDevice(platform, 'plic')?.registers ?? [];
    const priorities = rows.find(({ name }) => name === 'priority');
    assert.equal(priorities?.kind === 'array' && priorities.elements.length, 97);
    assert.equal(registersOf(platform, 'plic').get('priority[10]')?.address, 0x0c00_0028);
    assert.ok(rows.length < 10);
  });

  it('is that of the bank which answers', () => {
    const platform = platformOf(
      `.globl _start
_start: li s0, 0x10000000
    li t0, 0x80
    sb t0, 3(s0)
done: j done
`,
      { board: 'virt', kernel: 'none' },
    );
    assert.ok(registersOf(platform, 'uart').has('RBR'));
    assert.equal(registersOf(platform, 'uart').has('DLL'), false);
    runToSymbol(platform, 'done');
    assert.equal(registersOf(platform, 'uart').has('RBR'), false);
    assert.equal(valueOf(platform, 'uart', 'DLL'), 0x0c);
    assert.equal(valueOf(platform, 'uart', 'LCR'), 0x80);
  });
});

describe('to view the devices', () => {
  it('takes no character and claims no interrupt', () => {
    const platform = platformOf(receiver, { board: 'virt', kernel: 'none' });
    runToSymbol(platform, 'ready');
    platform.machine.receive(new TextEncoder().encode('x'));
    const before = platform.machine.save();
    for (let time = 0; time < 2; time += 1) {
      assert.equal(valueOf(platform, 'uart', 'RBR'), 0x78);
      assert.equal(valueOf(platform, 'plic', 'claim_m'), 10);
      assert.equal(valueOf(platform, 'plic', 'pending[0]'), 0x400);
      viewDevices(platform);
    }
    assert.deepEqual(platform.machine.save(), before);

    runToSymbol(platform, 'claimed');
    assert.equal(platform.machine.harts[0]?.x[10], 10);
    const claimed = platform.machine.save();
    viewDevices(platform);
    assert.equal(valueOf(platform, 'plic', 'claim_m'), 0);
    assert.deepEqual(platform.machine.save(), claimed);

    runToSymbol(platform, 'done');
    assert.equal(platform.machine.harts[0].x[11], 0x61);
    assert.equal(platform.machine.harts[0].x[12], 0x78);
  });
});
