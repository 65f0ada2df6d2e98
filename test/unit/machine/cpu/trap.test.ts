import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { physAddr, virtAddr } from '../../../../runtime/base/address.js';
import {
  csr,
  deviceAddress,
  enterMode,
  hartFixture,
  openMemory,
  ramBase,
  ramBytes,
} from '../../../support/hart-fixture.js';

const handler = ramBase + 0x1000;
const interruptFlag = 0x80000000;

describe('a trap', () => {
  it('from U-mode goes to M-mode and says where, why and with what', () => {
    const fixture = hartFixture('ecall');
    enterMode(fixture, 0);
    fixture.write(csr.mstatus, 1 << 3);
    assert.equal(fixture.hart.run(1), 'budget');
    assert.equal(fixture.hart.privilege, 3);
    assert.equal(fixture.hart.pc, handler);
    assert.equal(fixture.read(csr.mepc), ramBase);
    assert.equal(fixture.read(csr.mcause), 8);
    assert.equal(fixture.read(csr.mtval), 0);
    // MPP is U, MPIE has the old MIE, MIE is off.
    assert.equal(fixture.read(csr.mstatus), 1 << 7);
  });

  it('that is delegated goes to S-mode', () => {
    const fixture = hartFixture('ecall');
    enterMode(fixture, 0);
    fixture.write(csr.medeleg, 1 << 8);
    fixture.write(csr.stvec, ramBase + 0x2000);
    fixture.hart.run(1);
    assert.equal(fixture.hart.privilege, 1);
    assert.equal(fixture.hart.pc, ramBase + 0x2000);
    assert.equal(fixture.read(csr.scause), 8);
    assert.equal(fixture.read(csr.sepc), ramBase);
    assert.equal(fixture.read(csr.sstatus) & (1 << 8), 0, 'SPP says U');
  });

  it('in M-mode is never delegated', () => {
    const fixture = hartFixture('ebreak');
    fixture.write(csr.medeleg, 1 << 3);
    fixture.write(csr.mtvec, handler);
    fixture.hart.run(1);
    assert.equal(fixture.hart.privilege, 3);
    assert.equal(fixture.read(csr.mcause), 3);
    assert.equal(fixture.read(csr.mtval), ramBase);
  });

  it('of an illegal instruction has its word as the value', () => {
    const fixture = hartFixture();
    fixture.setWord(ramBase, 0xffffffff);
    fixture.write(csr.mtvec, handler);
    fixture.hart.run(1);
    assert.equal(fixture.read(csr.mcause), 2);
    assert.equal(fixture.read(csr.mtval), 0xffffffff);
    fixture.hart.pc = virtAddr(ramBase + 0x100);
    fixture.hart.run(1);
    assert.equal(fixture.read(csr.mtval), 0, 'a compressed word of zeros');
  });

  it('by mret restores the mode and the interrupt enable', () => {
    const fixture = hartFixture('mret');
    openMemory(fixture);
    fixture.write(csr.mepc, ramBase + 0x40);
    fixture.write(csr.mstatus, (1 << 7) | (1 << 17));
    fixture.hart.run(1);
    assert.equal(fixture.hart.privilege, 0);
    assert.equal(fixture.hart.pc, ramBase + 0x40);
    assert.equal(fixture.read(csr.mstatus), (1 << 3) | (1 << 7), 'MIE and MPIE on, MPRV off');
  });

  it('counts as a step but retires nothing', () => {
    const fixture = hartFixture('ecall');
    fixture.write(csr.mtvec, ramBase);
    assert.equal(fixture.hart.run(1000), 'budget');
    assert.equal(fixture.hart.steps, 1000);
    assert.equal(fixture.hart.instructions, 0);
    assert.equal(fixture.hart.elapsedCycles, 1000);
  });

  it('whose handler cannot be fetched stops the hart, and keeps its description', () => {
    const fixture = hartFixture('ecall');
    fixture.write(csr.mtvec, 0);
    assert.equal(fixture.hart.run(1000), 'lockedUp');
    assert.equal(fixture.read(csr.mcause), 11);
    assert.equal(fixture.read(csr.mepc), ramBase);
    assert.equal(fixture.hart.pc, 0);
    assert.equal(fixture.hart.steps, 1);
    assert.equal(fixture.hart.run(1000), 'lockedUp');
  });

  for (const [what, text, status] of [
    ['mret in S-mode', 'mret', 0],
    ['sret with TSR', 'sret', 1 << 22],
    ['wfi with TW', 'wfi', 1 << 21],
    ['sfence.vma with TVM', 'sfence.vma zero, zero', 1 << 20],
    ['satp with TVM', 'csrrs a0, satp, zero', 1 << 20],
    ['a CSR of M-mode in S-mode', 'csrrs a0, mscratch, zero', 0],
  ] as const) {
    it(`is what ${what} gives`, () => {
      const fixture = hartFixture(text);
      enterMode(fixture, 1);
      fixture.write(csr.mstatus, status);
      fixture.hart.run(1);
      assert.equal(fixture.read(csr.mcause), 2);
      assert.equal(fixture.read(csr.mepc), ramBase);
    });
  }

  it('of a store to a device that refuses has written nothing', () => {
    const fixture = hartFixture('sh a0, 0(a1)');
    fixture.write(csr.mtvec, handler);
    fixture.hart.x[11] = deviceAddress;
    fixture.hart.run(1);
    assert.equal(fixture.read(csr.mcause), 7);
    assert.equal(fixture.read(csr.mtval), deviceAddress);
  });
});

describe('an interrupt', () => {
  const lines = ['msip', 'mtip', 'meip', 'ssip', 'stip', 'seip'] as const;
  const numbers = { msip: 3, mtip: 7, meip: 11, ssip: 1, stip: 5, seip: 9 };

  for (const line of lines) {
    it(`by ${line} is taken in M-mode when MIE and mie allow it`, () => {
      const fixture = hartFixture('addi a0, a0, 1\naddi a0, a0, 1');
      fixture.write(csr.mtvec, handler | 1);
      fixture.hart.lines[line].set(true);
      fixture.write(csr.mie, 1 << numbers[line]);
      fixture.hart.run(1);
      assert.equal(fixture.hart.pc, ramBase + 4, 'MIE is off');
      fixture.write(csr.mstatus, 1 << 3);
      fixture.hart.run(1);
      assert.equal(fixture.hart.pc, handler + 4 * numbers[line], 'vectored');
      assert.equal(fixture.read(csr.mcause), (interruptFlag | numbers[line]) >>> 0);
      assert.equal(fixture.read(csr.mepc), ramBase + 4);
    });
  }

  it('of the highest priority goes first', () => {
    const order = ['meip', 'msip', 'mtip', 'seip', 'ssip', 'stip'] as const;
    order.forEach((line, index) => {
      const fixture = hartFixture('addi a0, a0, 1');
      for (const pending of order.slice(index)) fixture.hart.lines[pending].set(true);
      fixture.write(csr.mtvec, handler);
      fixture.write(csr.mie, 0xaaa);
      fixture.write(csr.mstatus, 1 << 3);
      fixture.hart.run(1);
      assert.equal(fixture.read(csr.mcause) & 0xff, numbers[line]);
    });
  });

  it('that is delegated waits in M-mode and is taken in U-mode', () => {
    const fixture = hartFixture('addi a0, a0, 1\naddi a0, a0, 1');
    fixture.write(csr.mideleg, 1 << 5);
    fixture.write(csr.mie, 1 << 5);
    fixture.write(csr.mstatus, 1 << 3);
    fixture.write(csr.stvec, ramBase + 0x2000);
    fixture.hart.lines.stip.set(true);
    fixture.hart.run(1);
    assert.equal(fixture.hart.pc, ramBase + 4);
    enterMode(fixture, 0);
    fixture.hart.run(1);
    assert.equal(fixture.hart.pc, ramBase + 0x2000);
    assert.equal(fixture.read(csr.scause), (interruptFlag | 5) >>> 0);
  });

  it('wakes a hart that waits, even when interrupts are off', () => {
    const fixture = hartFixture('wfi\naddi a0, a0, 1');
    fixture.write(csr.mie, 1 << 7);
    assert.equal(fixture.hart.run(10), 'wait');
    assert.equal(fixture.hart.isWaiting, true);
    assert.equal(fixture.hart.steps, 1);
    fixture.hart.lines.mtip.set(true);
    fixture.hart.run(1);
    assert.equal(fixture.hart.x[10], 1);
  });

  it('that an instruction enables is taken before the next one', () => {
    const fixture = hartFixture('csrrsi zero, mstatus, 8\naddi a0, a0, 1');
    fixture.write(csr.mtvec, handler);
    fixture.write(csr.mie, 1 << 3);
    fixture.hart.lines.msip.set(true);
    fixture.hart.run(2);
    assert.equal(fixture.hart.x[10], 0);
    assert.equal(fixture.read(csr.mepc), ramBase + 4);
  });
});

describe('a supervisor', () => {
  it('keeps the registers of programs in memory: x1 to x31, and not a word more', () => {
    const { hart, word } = hartFixture();
    const at = ramBase + 0x1004;
    const numbers = Array.from({ length: 32 }, (_, index) => index * 0x1000_0001);
    hart.x.set(numbers.slice(1), 1);
    hart.saveRegisters(physAddr(at));
    const kept = Array.from({ length: 33 }, (_, index) => word(at - 4 + 4 * index));
    assert.deepEqual(
      kept,
      [0, ...numbers.slice(1), 0].map((number) => number >>> 0),
    );
    hart.x.fill(-1, 1);
    const pcBefore = hart.pc;
    hart.loadRegisters(physAddr(at));
    assert.deepEqual(
      [...hart.x],
      numbers.map((number) => number | 0),
    );
    assert.equal(hart.pc, pcBefore);
    for (const outside of [ramBase - 4, ramBase + ramBytes - 120]) {
      assert.throws(() => {
        hart.saveRegisters(physAddr(outside));
      }, /MEM-2/);
      assert.throws(() => {
        hart.loadRegisters(physAddr(outside));
      }, /MEM-2/);
    }
  });

  it('is called in place of every trap from U-mode, and says where to go on', () => {
    const fixture = hartFixture('addi a0, zero, 7\necall\naddi a1, zero, 1\nebreak');
    const traps: string[] = [];
    fixture.hart.attachSupervisor({
      trap(hart, { cause, value }) {
        traps.push(
          `${cause.toString()} at ${(hart.pc - ramBase).toString()}, ${value.toString(16)}`,
        );
        hart.pc = virtAddr(hart.pc + 4);
        return traps.length === 2 ? 'wait' : 'resume';
      },
    });
    assert.equal(fixture.hart.privilege, 0);
    assert.equal(fixture.hart.run(100), 'wait');
    assert.deepEqual(traps, ['8 at 4, 0', '3 at 12, 8000000c']);
    assert.equal(fixture.hart.steps, 4);
    assert.equal(fixture.hart.instructions, 2);
  });

  it('gets its interrupts whatever sie says, also while it waits', () => {
    const fixture = hartFixture('loop:\njal zero, loop');
    const causes: number[] = [];
    fixture.hart.attachSupervisor({
      trap(_hart, { cause }) {
        causes.push(cause);
        fixture.hart.lines.stip.set(false);
        return 'wait';
      },
    });
    fixture.hart.run(5);
    fixture.hart.lines.stip.set(true);
    assert.equal(fixture.hart.run(5), 'wait');
    fixture.hart.lines.stip.set(true);
    assert.equal(fixture.hart.run(5), 'wait');
    assert.deepEqual(causes, [0x80000005, 0x80000005]);
  });

  it('that never clears its interrupt still uses up the budget', () => {
    const fixture = hartFixture('loop:\njal zero, loop');
    fixture.hart.attachSupervisor({ trap: () => 'resume' });
    fixture.hart.lines.seip.set(true);
    assert.equal(fixture.hart.run(1000), 'budget');
    assert.equal(fixture.hart.steps, 1000);
  });

  it('charges cycles to the budget', () => {
    const fixture = hartFixture('loop:\necall\njal zero, loop');
    fixture.hart.attachSupervisor({
      trap(hart) {
        hart.chargeCycles(99);
        hart.pc = virtAddr(hart.pc + 4);
        return 'resume';
      },
    });
    assert.equal(fixture.hart.run(1000), 'budget');
    // A call and a jump take 101 cycles; the tenth call overshoots.
    assert.equal(fixture.hart.steps, 19);
    assert.equal(fixture.hart.elapsedCycles, 1009);
  });
});
