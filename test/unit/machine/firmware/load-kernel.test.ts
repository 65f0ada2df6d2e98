import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { physAddr } from '../../../../runtime/base/address.js';
import { boardDeviceTree } from '../../../../runtime/machine/boards/device-tree.js';
import { bootTinyKernel, kernelPhysical } from '../../../support/tiny-kernel.js';

describe('a kernel image', () => {
  it('is entered in S-mode at its virtual address, with the root task and the device tree in registers', () => {
    const platform = bootTinyKernel({ code: 'wfi' });
    const { machine } = platform;
    const [hart] = machine.harts;
    assert.ok(hart !== undefined);
    const tree = boardDeviceTree(machine.board);
    const treeStart = kernelPhysical + 0x4000;
    const taskStart = treeStart + Math.ceil(tree.length / 0x1000) * 0x1000;
    assert.equal(hart.privilege, 1);
    assert.equal(hart.pc, 0xffa0_0000);
    assert.deepEqual(
      [...hart.x.subarray(10, 18)].map((value) => value >>> 0),
      [taskStart, taskStart + 0x4000, taskStart - 0x1_0000, 0x1_0000, treeStart, tree.length, 0, 0],
    );
    assert.deepEqual([...machine.memory.copyOut(physAddr(taskStart), 4)], [1, 2, 3, 4]);
    assert.deepEqual(machine.memory.copyOut(physAddr(treeStart), tree.length), tree);
    assert.equal(platform.imageToPhysical(platform.image.entry), taskStart);
  });

  it('calls the firmware, takes the timer interrupt that it asked for, and switches off', () => {
    const platform = bootTinyKernel({
      code: `
        li a0, 72
        li a7, 1
        ecall
        la t0, handler
        csrrw x0, stvec, t0
        addi t1, x0, 32
        csrrs x0, sie, t1
        csrrs a0, time, x0
        addi a0, a0, 50
        addi a1, x0, 0
        li a7, 0
        ecall
        csrrsi x0, sstatus, 2
        wait:
        wfi
        jal x0, wait
        handler:
        csrrs a0, scause, x0
        andi a0, a0, 15
        addi a0, a0, 48
        li a7, 1
        ecall
        li a7, 8
        ecall`,
    });
    let text = '';
    platform.onConsole((byte) => (text += String.fromCharCode(byte)));
    assert.deepEqual(platform.run(100_000), { kind: 'poweredOff', code: 0 });
    assert.equal(text, 'H5');
    assert.ok(platform.machine.cycles >= 500, 'fifty ticks are five hundred cycles');
  });

  it('starts over after a reset, and goes on the same after a snapshot', () => {
    const platform = bootTinyKernel({
      code: `
        li a0, 72
        li a7, 1
        ecall
        loop:
        addi s0, s0, 1
        jal x0, loop`,
    });
    const { machine } = platform;
    const [hart] = machine.harts;
    platform.run(101);
    const snapshot = machine.save();
    platform.run(100);
    const after = [hart?.x[8], hart?.pc];
    machine.load(snapshot);
    platform.run(100);
    assert.deepEqual([hart?.x[8], hart?.pc], after);
    platform.reset();
    assert.equal(hart?.pc, 0xffa0_0000);
    assert.equal(hart.privilege, 1);
  });

  it('that does not fit says by how much', () => {
    assert.throws(
      () => bootTinyKernel({ code: 'wfi', memoryBytes: 0x20_6000 }),
      /need \d+ bytes of RAM, \d+ more than board virt has\. Give it more memory with --memory\./,
    );
    assert.throws(
      () => bootTinyKernel({ code: 'wfi', memoryBytes: 0x10_0000 }),
      /is linked for physical address 0x80200000, but the RAM of board virt/,
    );
  });
});
