/** The two harts that the instruction vectors run on. */
import { physAddr, virtAddr } from '../../runtime/base/address.js';
import { virtBoard } from '../../runtime/machine/boards/virt.js';
import { createMachine } from '../../runtime/machine/create-machine.js';
import type { VectorTarget } from './isa-vectors.js';
import { NaiveHart } from './naive-hart.js';

const ramBytes = 0x10_0000;

export function naiveTarget(): VectorTarget {
  const board = virtBoard(ramBytes);
  const options = {
    ramBase: board.ram.base,
    ramBytes,
    cyclesPerTick: board.cyclesPerSecond / board.timeTicksPerSecond,
  };
  let hart = new NaiveHart(options);
  return {
    reset() {
      hart = new NaiveHart(options);
    },
    get x() {
      return hart.x;
    },
    get pc() {
      return hart.pc;
    },
    set pc(value) {
      hart.pc = value;
    },
    get privilege() {
      return hart.mode;
    },
    set privilege(value) {
      hart.mode = value;
    },
    readCsr: (number) => hart.csrs.read(number),
    writeCsr: (number, value) => {
      hart.csrs.write(number, value);
    },
    read32: (address) => hart.memory.read(address, 4, 3, 'load'),
    write32: (address, value) => {
      hart.memory.write(address, 4, value, 3);
    },
    step: () => void hart.step(),
  };
}

export function machineTarget(): VectorTarget {
  const machine = createMachine(virtBoard(ramBytes), { console: { write: () => undefined } });
  const [hart] = machine.harts;
  if (hart === undefined) throw new Error('the board has no hart');
  return {
    reset: () => {
      machine.reset();
    },
    x: hart.x,
    get pc() {
      return hart.pc;
    },
    set pc(value) {
      hart.pc = virtAddr(value);
    },
    get privilege() {
      return hart.privilege;
    },
    set privilege(value) {
      hart.privilege = value;
    },
    readCsr: (number) => hart.readCsr(number),
    writeCsr: (number, value) => void hart.writeCsr(number, value),
    read32: (address) => machine.memory.read32(physAddr(address)),
    write32: (address, value) => {
      machine.memory.write32(physAddr(address), value);
    },
    step: () => void machine.run(1),
  };
}
