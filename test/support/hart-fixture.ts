/**
 * One hart with RAM and a bus of a single word, without a board: what the tests of the processor run on.
 * Time is the count of cycles.
 */
import { physAddr, virtAddr } from '../../runtime/base/address.js';
import type { Bus } from '../../runtime/machine/bus/bus.js';
import { createHart, type MachineHart } from '../../runtime/machine/cpu/hart.js';
import {
  createLinearMemory,
  type LinearMemory,
} from '../../runtime/machine/memory/linear-memory.js';
import { tinyProgram } from './tiny-program.js';

export const ramBase = 0x80000000;
export const ramBytes = 0x40000;
/** Where the bus answers: one word. */
export const deviceAddress = 0x10000000;

export const csr = {
  sstatus: 0x100,
  stvec: 0x105,
  sepc: 0x141,
  scause: 0x142,
  stval: 0x143,
  satp: 0x180,
  mstatus: 0x300,
  medeleg: 0x302,
  mideleg: 0x303,
  mie: 0x304,
  mtvec: 0x305,
  mepc: 0x341,
  mcause: 0x342,
  mtval: 0x343,
  mip: 0x344,
  pmpcfg0: 0x3a0,
  pmpaddr0: 0x3b0,
  mcycle: 0xb00,
  minstret: 0xb02,
} as const;

export interface HartFixture {
  readonly hart: MachineHart;
  readonly memory: LinearMemory;
  /** The device's word. */
  readonly device: { value: number };
  /** Puts a program at an address, RAM's start when left out. */
  readonly load: (source: string, address?: number) => void;
  /** Unsigned. */
  readonly read: (number: number) => number;
  readonly write: (number: number, value: number) => void;
  readonly word: (address: number) => number;
  readonly setWord: (address: number, value: number) => void;
}

export function hartFixture(source = ''): HartFixture {
  const device = { value: 0 };
  const bus: Bus = {
    read: (address, size) => (address === deviceAddress && size === 4 ? device.value : undefined),
    write(address, size, value) {
      if (address !== deviceAddress || size !== 4) return false;
      device.value = value;
      return true;
    },
    peek: () => undefined,
  };
  const memory = createLinearMemory({
    ram: { base: physAddr(ramBase), sizeBytes: ramBytes },
    harts: 1,
  });
  let before = 0;
  const now = (): number => before + hart.elapsedCycles;
  const hart = createHart({
    id: 0,
    memory,
    bus,
    clock: { now, ticks: now },
    resetAddress: ramBase,
  });
  const run = hart.run.bind(hart);
  hart.run = (budget, first) => {
    before = now();
    return run(budget, first);
  };
  const fixture: HartFixture = {
    hart,
    memory,
    device,
    load(text, address = ramBase) {
      memory.copyIn(physAddr(address), tinyProgram(text));
    },
    read: (number) => (hart.readCsr(number) ?? Number.NaN) >>> 0,
    write(number, value) {
      hart.writeCsr(number, value);
    },
    word: (address) => memory.read32(physAddr(address)),
    setWord(address, value) {
      memory.write32(physAddr(address), value);
    },
  };
  fixture.load(source);
  hart.pc = virtAddr(ramBase);
  return fixture;
}

/** PMP entry 0 opens everything to S and U mode. */
export function openMemory({ write }: HartFixture): void {
  write(csr.pmpaddr0, 0xffffffff);
  write(csr.pmpcfg0, 0x1f);
}

/** In U-mode, or S-mode, at RAM's start, with traps to `handler` in M-mode. */
export function enterMode(
  fixture: HartFixture,
  privilege: 0 | 1,
  handler = ramBase + 0x1000,
): void {
  openMemory(fixture);
  fixture.write(csr.mtvec, handler);
  fixture.hart.privilege = privilege;
}
