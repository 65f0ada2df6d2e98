/** Reads and writes the registers of a device by name, whole, as a driver does. */
import assert from 'node:assert/strict';
import type { Device } from '../../../../runtime/machine/bus/device.js';
import type { RegisterTable } from '../../../../runtime/registers/register-table.js';

export function registersOf<Name extends string>(device: Device, table: RegisterTable<Name>) {
  const offsetOf = (name: Name): number =>
    table.rows.find((row) => row.name === name)?.offset ?? assert.fail(`${name} is not there`);
  return {
    read: (name: Name): number =>
      device.read(offsetOf(name), 4) ?? assert.fail(`${name} does not read`),
    write: (name: Name, value: number): void => {
      assert.equal(device.write(offsetOf(name), 4, value), true, `${name} does not take a value`);
    },
  };
}
