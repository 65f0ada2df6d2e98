import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { physAddr } from '../../../../runtime/base/address.js';
import { createBoardDevices } from '../../../../runtime/machine/boards/board-devices.js';
import { nexusBoard } from '../../../../runtime/machine/boards/nexus.js';
import { createBus } from '../../../../runtime/machine/bus/bus.js';
import { createMachine } from '../../../../runtime/machine/create-machine.js';
import { createCoreMemory } from '../../../../runtime/machine/devices/core-memory.js';
import { createLinearMemory } from '../../../../runtime/machine/memory/linear-memory.js';
import { boardPorts } from './ports.js';

const base = 0x5a00_0000;
const end = base + 4 * 1024 * 1024;

describe('the memory of another core', () => {
  it('takes bytes, halfwords and words, and no access that is not aligned', () => {
    const memory = createCoreMemory(new Uint8Array(8));
    assert.equal(memory.write(0, 4, 0x8070_6050), true);
    assert.equal(memory.write(5, 1, 0xfe), true);
    assert.equal(memory.read(0, 4), 0x8070_6050);
    assert.equal(memory.read(2, 2), 0x8070);
    assert.equal(memory.peek(3, 1), 0x80);
    assert.equal(memory.read(4, 4), 0xfe00);
    assert.equal(memory.read(2, 4), undefined);
    assert.equal(memory.write(1, 2, 0), false);
  });

  it('is 4 MiB at 0x5a000000 on nexus, with a bus error on either side', () => {
    const { coreMemory } = createLinearMemory(nexusBoard());
    const bus = createBus(createBoardDevices(nexusBoard(), boardPorts({ coreMemory })).regions);
    assert.equal(bus.write(base, 4, 1), true);
    assert.equal(bus.write(end - 4, 4, 2), true);
    assert.equal(bus.read(end - 4, 4), 2);
    assert.equal(bus.read(base - 4, 4), undefined);
    assert.equal(bus.read(end, 4), undefined);
    assert.equal(bus.write(end, 1, 0), false);
  });

  it('is saved and restored with the machine, and looked at by a debugger', () => {
    const machine = createMachine(nexusBoard(), { console: { write: () => undefined } });
    const saved = machine.save();
    const changed = { ...saved, memory: saved.memory.slice() };
    changed.memory[changed.memory.length - 1] = 7;
    machine.load(changed);
    assert.equal(machine.inspectByte(physAddr(end - 1)), 7);
    assert.equal(machine.inspectByte(physAddr(end)), undefined);
    machine.load(saved);
    assert.equal(machine.inspectByte(physAddr(end - 1)), 0);
    machine.load(changed);
    machine.reset();
    assert.equal(machine.inspectByte(physAddr(end - 1)), 0);
  });
});
