import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { createBoardDevices } from '../../../../runtime/machine/boards/board-devices.js';
import type { Board } from '../../../../runtime/machine/boards/board.js';
import { deviceRegisters } from '../../../../runtime/machine/boards/device-registers.js';
import { nexusBoard } from '../../../../runtime/machine/boards/nexus.js';
import { virtBoard } from '../../../../runtime/machine/boards/virt.js';
import { createBus } from '../../../../runtime/machine/bus/bus.js';
import type { AccessSize } from '../../../../runtime/machine/bus/bus.js';
import { registerOffset } from '../../../../runtime/registers/register-table.js';
import { ascii, boardPorts, manualClock, sink, wire } from './ports.js';

type Operation =
  | { readonly kind: 'read'; readonly address: number; readonly size: AccessSize }
  | {
      readonly kind: 'write';
      readonly address: number;
      readonly size: AccessSize;
      readonly value: number;
    }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'wait'; readonly cycles: number };

function devicesOf(board: Board) {
  const clock = manualClock();
  const console = sink();
  const lines = { msip: wire(), mtip: wire(), meip: wire(), stip: wire(), seip: wire() };
  const devices = createBoardDevices(board, boardPorts({ console, lines, clock: () => clock }));
  const bus = createBus(devices.regions);
  const save = () => [...devices.parts].map(([name, part]) => ({ name, state: part.save() }));
  return {
    clock,
    bus,
    save,
    /** All that software or a person can see of the devices from outside. */
    visible: () => ({
      lines: Object.values(lines).map(({ level }) => level),
      text: console.text(),
      state: save(),
    }),
    load(saved: ReturnType<typeof save>) {
      for (const { name, state } of saved) devices.parts.get(name)?.load(state);
    },
    perform(operation: Operation): unknown {
      switch (operation.kind) {
        case 'read':
          return bus.read(operation.address, operation.size);
        case 'write':
          return bus.write(operation.address, operation.size, operation.value);
        case 'type':
          devices.receive(ascii(operation.text));
          return undefined;
        case 'wait':
          clock.advanceTo(clock.now() + operation.cycles);
          return undefined;
      }
    },
  };
}

/** Mostly real registers with values that mean something, and now and then anything. */
function operations(board: Board): fc.Arbitrary<Operation> {
  const addresses = board.devices.flatMap((region) => {
    const table = deviceRegisters(board, region.name);
    return (table?.rows ?? []).flatMap((row) =>
      table === undefined
        ? []
        : [0, (row.count ?? 1) - 1].map((index) => region.base + registerOffset(table, row, index)),
    );
  });
  const address = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...addresses) },
    { weight: 1, arbitrary: fc.nat(0xffff_ffff) },
  );
  const size = fc.constantFrom<AccessSize>(4, 4, 4, 1, 2);
  const value = fc.oneof(fc.nat(0xff), fc.constantFrom(0, 1, 3, 0xffff_ffff), fc.nat(0xffff_ffff));
  return fc.oneof<fc.Arbitrary<Operation>[]>(
    fc.record({ kind: fc.constant('read'), address, size }),
    fc.record({ kind: fc.constant('write'), address, size, value }),
    fc.record({ kind: fc.constant('type'), text: fc.string({ maxLength: 40 }) }),
    fc.record({ kind: fc.constant('wait'), cycles: fc.nat(5000) }),
  );
}

for (const board of [nexusBoard(), virtBoard()]) {
  describe(`the devices of ${board.name} under any traffic`, () => {
    it('do not change when a debugger looks, and tell it what a read would give', () => {
      fc.assert(
        fc.property(fc.array(operations(board), { maxLength: 40 }), (traffic) => {
          const devices = devicesOf(board);
          for (const operation of traffic) {
            if (operation.kind === 'read') {
              const before = devices.visible();
              const peeked = devices.bus.peek(operation.address, operation.size);
              assert.deepEqual(devices.visible(), before);
              assert.equal(devices.perform(operation), peeked);
            } else devices.perform(operation);
          }
        }),
        { numRuns: 150 },
      );
    });

    it('go on from a saved state as the original does', () => {
      fc.assert(
        fc.property(
          fc.array(operations(board), { maxLength: 40 }),
          fc.array(operations(board), { maxLength: 40 }),
          (before, after) => {
            const one = devicesOf(board);
            for (const operation of before) one.perform(operation);
            const other = devicesOf(board);
            other.clock.advanceTo(one.clock.now());
            // As JSON, since a snapshot may be kept in a file.
            other.load(JSON.parse(JSON.stringify(one.save())) as ReturnType<typeof one.save>);
            assert.deepEqual(other.save(), one.save());
            assert.deepEqual(other.visible().lines, one.visible().lines);
            for (const operation of after) {
              assert.deepEqual(other.perform(operation), one.perform(operation));
            }
            assert.deepEqual(other.save(), one.save());
            assert.deepEqual(other.visible().lines, one.visible().lines);
          },
        ),
        { numRuns: 150 },
      );
    });
  });
}
