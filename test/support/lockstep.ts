/**
 * One random program on two harts: the machine and the naive executor. They must agree on everything that
 * software can see after every instruction, and on all of RAM at the end.
 */
import assert from 'node:assert/strict';
import { physAddr, virtAddr } from '../../runtime/base/address.js';
import { csrNumbered } from '../../runtime/isa/csrs.js';
import { decode } from '../../runtime/isa/decode.js';
import { virtBoard } from '../../runtime/machine/boards/virt.js';
import { createMachine } from '../../runtime/machine/create-machine.js';
import type { Hart, Machine } from '../../runtime/machine/machine.js';
import { NaiveHart } from './naive-hart.js';
import { codeAddress, isInTables, ramBase, ramBytes } from './random-program.js';
import type { RandomProgram } from './random-program.js';

const comparedCsrs: readonly number[] = [
  0x300, 0x302, 0x303, 0x304, 0x305, 0x306, 0x340, 0x341, 0x342, 0x343, 0x344, 0x105, 0x106, 0x140,
  0x141, 0x142, 0x143, 0x180, 0x3a0, 0x3a1, 0x3a2, 0x3a3, 0x3b0, 0x3b1, 0x3b2, 0x3b3, 0xb00, 0xb02,
];

export interface LoadedMachine {
  readonly machine: Machine;
  readonly hart: Hart;
}

export function loadMachine(program: RandomProgram): LoadedMachine {
  const machine = createMachine(virtBoard(ramBytes), { console: { write: () => undefined } });
  const [hart] = machine.harts;
  if (hart === undefined) throw new Error('the board has no hart');
  for (const [address, value] of program.words) machine.memory.write32(physAddr(address), value);
  program.code.forEach((parcel, index) => {
    machine.memory.write8(physAddr(codeAddress + index * 2), parcel & 0xff);
    machine.memory.write8(physAddr(codeAddress + index * 2 + 1), parcel >>> 8);
  });
  for (const [number, value] of program.csrs) hart.writeCsr(number, value);
  hart.x.set(program.registers);
  hart.pc = virtAddr(codeAddress);
  return { machine, hart };
}

export function loadNaive(program: RandomProgram): NaiveHart {
  const board = virtBoard(ramBytes);
  const cyclesPerTick = board.cyclesPerSecond / board.timeTicksPerSecond;
  const { devices } = board;
  const naive = new NaiveHart({ ramBase, ramBytes, cyclesPerTick, devices });
  const ram = new DataView(naive.memory.ram.buffer);
  for (const [address, value] of program.words) ram.setInt32(address - ramBase, value, true);
  program.code.forEach((parcel, index) => {
    ram.setUint16(codeAddress - ramBase + index * 2, parcel, true);
  });
  for (const [number, value] of program.csrs) naive.csrs.write(number, value);
  naive.csrs.cycleWritten = false;
  naive.csrs.instretWritten = false;
  naive.x.set(program.registers);
  naive.pc = codeAddress;
  return naive;
}

/** Runs at most `steps` instructions and traps, one at a time, and compares after each. */
export function runInLockstep(program: RandomProgram, steps: number): void {
  const { machine, hart } = loadMachine(program);
  const naive = loadNaive(program);
  assertSameState(hart, naive, 'before the first instruction');
  for (let step = 1; step <= steps; step++) {
    const what = `at step ${step}, ${describeNext(naive)}`;
    const stop = machine.run(1);
    // The naive executor would trap for ever; the machine says so and stops before.
    if (stop.kind === 'lockedUp') break;
    const isWaiting = !naive.step();
    if (naive.memory.reachedDevice) return;
    assert.equal(stop.kind === 'idle', isWaiting, `waiting ${what}`);
    assertSameState(hart, naive, what);
    if (stop.kind === 'idle') wake(hart, naive);
    else assert.equal(stop.kind, 'limit', what);
    if (naive.memory.takeTableWrites(isInTables) && !isFence(naive)) hart.flushTranslations();
  }
  assertSameRam(machine, naive);
}

/** Makes an interrupt pending that wfi waits for. */
export function wake(hart: Hart, naive: NaiveHart): void {
  for (const number of [0x304, 0x344]) {
    hart.writeCsr(number, 0x222);
    naive.csrs.write(number, 0x222);
  }
}

export function assertSameState(hart: Hart, naive: NaiveHart, what: string): void {
  const machine = visibleOf(hart);
  const expected = visibleOfNaive(naive);
  // Naming every value of both takes longer than all of the execution, so only a difference is worth it.
  if (!isSame(machine, expected)) assert.deepEqual(named(machine), named(expected), what);
}

export function assertSameRam(machine: Machine, naive: NaiveHart): void {
  const ram = machine.memory.copyOut(machine.memory.base, ramBytes);
  if (Buffer.compare(ram, naive.memory.ram) === 0) return;
  const index = ram.findIndex((byte, at) => byte !== naive.memory.ram[at]);
  assert.fail(`RAM differs at 0x${(ramBase + index).toString(16)}`);
}

interface Visible {
  readonly x: Int32Array;
  readonly pc: number;
  readonly mode: number;
  readonly retired: number;
  readonly csr: (number: number) => number;
}

const visibleOf = (hart: Hart): Visible => ({
  x: hart.x,
  pc: hart.pc,
  mode: hart.privilege,
  retired: hart.instructions,
  csr: (number) => hart.readCsr(number) ?? NaN,
});

const visibleOfNaive = (naive: NaiveHart): Visible => ({
  x: naive.x,
  pc: naive.pc,
  mode: naive.mode,
  retired: naive.retired,
  csr: (number) => naive.csrs.read(number) ?? NaN,
});

const isSame = (a: Visible, b: Visible): boolean =>
  a.pc === b.pc &&
  a.mode === b.mode &&
  a.retired === b.retired &&
  a.x.every((value, number) => value === b.x[number]) &&
  comparedCsrs.every((number) => (a.csr(number) | 0) === (b.csr(number) | 0));

function named({ x, pc, mode, retired, csr }: Visible): Readonly<Record<string, number>> {
  const state: Record<string, number> = { pc, mode, retired };
  x.forEach((value, number) => (state[`x${number}`] = value));
  for (const number of comparedCsrs) state[csrNumbered(number)?.name ?? number] = csr(number) | 0;
  return state;
}

/** The instruction that follows is the fence for whatever the last one did to the tables. */
function isFence(naive: NaiveHart): boolean {
  const next = naive.mode === 3 ? nextInstruction(naive) : undefined;
  return next?.row.name === 'sfence.vma' && next.rs1 === 0 && next.rs2 === 0;
}

function nextInstruction(naive: NaiveHart): ReturnType<typeof decode> {
  const at = naive.pc - ramBase;
  const { ram } = naive.memory;
  if (at < 0 || at + 4 > ram.length) return undefined;
  return decode(new DataView(ram.buffer).getUint32(at, true));
}

function describeNext(naive: NaiveHart): string {
  const name = nextInstruction(naive)?.row.name ?? 'no instruction at the physical address';
  return `pc 0x${naive.pc.toString(16)}, mode ${naive.mode}, ${name}`;
}
