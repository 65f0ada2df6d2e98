import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBoardDevices } from '../../../../runtime/machine/boards/board-devices.js';
import { deviceRegisters } from '../../../../runtime/machine/boards/device-registers.js';
import { nexusBoard } from '../../../../runtime/machine/boards/nexus.js';
import { virtBoard } from '../../../../runtime/machine/boards/virt.js';
import { createBus } from '../../../../runtime/machine/bus/bus.js';
import { viewRegisters } from '../../../../runtime/machine/devices/register-view.js';
import { fieldMask, registerOffset } from '../../../../runtime/registers/register-table.js';
import type { RegisterRow, RegisterTable } from '../../../../runtime/registers/register-table.js';
import { boardPorts } from './ports.js';

const reads = ({ access }: RegisterRow): boolean => access !== 'wo';
const writes = ({ access }: RegisterRow): boolean => access !== 'ro' && access !== 'rc';

/** Every place that a table uses, once for each direction and bank. */
function places(table: RegisterTable): { place: string; row: RegisterRow }[] {
  return table.rows.flatMap((row) =>
    Array.from({ length: row.count ?? 1 }, (_unused, index) => {
      const offset = registerOffset(table, row, index);
      const bank = row.bank ?? '';
      return [
        ...(reads(row) ? [{ place: `read ${bank} ${offset}`, row }] : []),
        ...(writes(row) ? [{ place: `write ${bank} ${offset}`, row }] : []),
      ];
    }).flat(),
  );
}

for (const board of [nexusBoard(), virtBoard()]) {
  const devices = createBoardDevices(board, boardPorts());
  const bus = createBus(devices.regions);
  for (const region of board.devices.filter(({ name }) => name !== board.coreMemory)) {
    describe(`the registers of ${region.name} on ${board.name}`, () => {
      const table = deviceRegisters(board, region.name);
      assert.ok(table, 'every device has a register table');

      it('have unique names, and places that do not overlap', () => {
        assert.equal(new Set(table.rows.map(({ name }) => name)).size, table.rows.length);
        const taken = new Map<string, string>();
        for (const { place, row } of places(table)) {
          assert.equal(taken.get(place), undefined, `${row.name} is where ${taken.get(place)} is`);
          taken.set(place, row.name);
        }
      });

      it('lie inside the device and on their width', () => {
        for (const row of table.rows) {
          const last = registerOffset(table, row, (row.count ?? 1) - 1);
          assert.equal(row.offset % table.widthBytes, 0, row.name);
          assert.ok(last + table.widthBytes <= region.sizeBytes, row.name);
        }
      });

      it('are documented, field by field', () => {
        for (const row of table.rows) {
          assert.match(row.doc, /^\S.*\.$/s, `${row.name} needs a sentence`);
          for (const field of row.fields ?? []) {
            assert.match(field.doc, /^\S.*\.$/s, `${row.name}.${field.name} needs a sentence`);
          }
        }
      });

      it('have fields that do not overlap and hold the reset value', () => {
        for (const row of table.rows) {
          let seen = 0n;
          for (const { name, high, low } of row.fields ?? []) {
            assert.ok(
              high >= low && low >= 0 && high < table.widthBytes * 8,
              `${row.name}.${name}`,
            );
            const mask = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
            assert.equal(seen & mask, 0n, `${row.name}.${name} overlaps another field`);
            seen |= mask;
          }
          assert.equal((row.reset & ~fieldMask(table, row)) >>> 0, 0, `${row.name} resets outside`);
        }
      });

      it('read as their reset value after power-on', () => {
        for (const row of table.rows) {
          if (!reads(row) || (row.bank !== undefined && row.bank !== 'data')) continue;
          // A read of one register may change another: an empty FIFO sets an error.
          for (const part of devices.parts.values()) part.reset();
          for (let index = 0; index < (row.count ?? 1); index += 1) {
            const address: number = region.base + registerOffset(table, row, index);
            assert.equal(bus.peek(address, table.widthBytes), row.reset, `${row.name} by peek`);
            assert.equal(bus.read(address, table.widthBytes), row.reset, row.name);
          }
        }
      });

      it('are shown with the values of their fields', () => {
        const views = viewRegisters(table, (offset, size) => bus.peek(region.base + offset, size));
        const answering = table.rows.filter(
          ({ bank }) => bank === undefined || bank === table.bankBit?.banks[0],
        );
        assert.equal(
          views.length,
          answering.reduce((sum, row) => sum + (row.count ?? 1), 0),
        );
        for (const { access, value, fields } of views) {
          assert.equal(value === undefined, access === 'wo');
          assert.ok(fields.every((field) => (field.value === undefined) === (access === 'wo')));
        }
      });
    });
  }
}
