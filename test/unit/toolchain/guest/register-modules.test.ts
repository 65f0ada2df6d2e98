import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceTables } from '../../../../runtime/registers/device-tables.js';
import { registerModules } from '../../../../runtime/toolchain/guest/register-modules.js';
import { problemsOf, runGuest } from '../../../support/guest-program.js';

const namesIn = (text: string): string[] =>
  [...text.matchAll(/export const (\w+)/g)].map(([, name]) => name ?? '');

describe('the registers of devices as modules of guest TypeScript', () => {
  it('are a module for each table, with a constant for each register and each field', () => {
    assert.deepEqual(
      [...registerModules.keys()],
      [...deviceTables.keys()].map((device) => `registers/${device}`),
    );
    for (const [device, { rows }] of deviceTables) {
      const names = new Set(namesIn(registerModules.get(`registers/${device}`) ?? ''));
      for (const { name, fields = [] } of rows) {
        assert.ok(names.has(name.toUpperCase()), `${device} ${name}`);
        for (const field of fields)
          assert.ok(names.has(`${name}_${field.name}`.toUpperCase()), `${name} ${field.name}`);
      }
    }
  });

  it('say no name twice', () => {
    for (const [name, text] of registerModules)
      assert.equal(new Set(namesIn(text)).size, namesIn(text).length, name);
  });

  it('give offsets, masks in place, and the lowest bit of wide fields', () => {
    const guest = runGuest(`import {
  CTRL, CTRL_NCO, CTRL_NCO_SHIFT, INTR_STATE_RX_OVERFLOW, STATUS, STATUS_TXFULL,
} from 'registers/uart';
import { ALERT_TEST, PRIO, PRIO_COUNT, PRIO_STRIDE } from 'registers/rv_plic';
import { CONTROL_SPIEN } from 'registers/spi_host';
export function main(which: i32): u32 {
  switch (which) {
    case 0: return CTRL;
    case 1: return CTRL_NCO;
    case 2: return CTRL_NCO_SHIFT;
    case 3: return INTR_STATE_RX_OVERFLOW;
    case 4: return STATUS;
    case 5: return STATUS_TXFULL;
    case 6: return PRIO;
    case 7: return PRIO_STRIDE;
    case 8: return CONTROL_SPIEN;
    default: return ALERT_TEST > PRIO_COUNT ? 1 : 0;
  }
}
`);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((which) => Number(guest.call('main', which)) >>> 0),
      [0x10, 0xffff_0000, 16, 8, 0x14, 1, 0, 4, 0x8000_0000, 1],
    );
  });

  it('of a device that there is not are an error at the import', () => {
    const problems = problemsOf(
      "import { DATA } from 'registers/lamp';\nexport function run(): u32 { return DATA; }\n",
    );
    assert.match(problems.join('\n'), /^\S+ 1:\d+-1:\d+ .*registers\/lamp/m);
  });
});
