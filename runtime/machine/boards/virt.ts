/**
 * QEMU's `virt` board with one hart, as far as its test programs need it. It has 16 MiB of RAM unless told
 * otherwise, not QEMU's 128: a snapshot copies all of RAM, and no test program needs more.
 */
import { physAddr } from '../../base/address.js';
import type { Board } from './board.js';

const mebibyte = 1024 * 1024;

export function virtBoard(memoryBytes = 16 * mebibyte): Board {
  return {
    name: 'virt',
    compatible: 'riscv-virtio',
    model: 'riscv-virtio,qemu',
    ram: { base: physAddr(0x8000_0000), sizeBytes: memoryBytes },
    harts: 1,
    cyclesPerSecond: 100_000_000,
    timeTicksPerSecond: 10_000_000,
    epochSeconds: 0,
    interruptCount: 96,
    console: 'uart',
    devices: [
      {
        name: 'test',
        base: physAddr(0x0010_0000),
        sizeBytes: 0x1000,
        interrupts: [],
        kernelOwned: false,
        node: {
          name: 'test',
          compatible: ['sifive,test1', 'sifive,test0', 'syscon'],
          commands: { poweroff: 0x5555, reboot: 0x7777 },
        },
      },
      {
        name: 'rtc',
        base: physAddr(0x0010_1000),
        sizeBytes: 0x1000,
        interrupts: [11],
        kernelOwned: false,
        node: { name: 'rtc', compatible: ['google,goldfish-rtc'] },
      },
      {
        name: 'aclint',
        base: physAddr(0x0200_0000),
        sizeBytes: 0x1_0000,
        interrupts: [],
        kernelOwned: true,
        node: {
          name: 'clint',
          compatible: ['sifive,clint0', 'riscv,clint0'],
          hartInterrupts: [3, 7],
        },
      },
      {
        name: 'plic',
        base: physAddr(0x0c00_0000),
        sizeBytes: 0x60_0000,
        interrupts: [],
        kernelOwned: true,
        node: {
          name: 'plic',
          compatible: ['sifive,plic-1.0.0', 'riscv,plic0'],
          hartInterrupts: [11, 9],
          isInterruptController: true,
        },
      },
      {
        name: 'uart',
        base: physAddr(0x1000_0000),
        sizeBytes: 0x1000,
        interrupts: [10],
        kernelOwned: false,
        node: {
          name: 'serial',
          compatible: ['ns16550a'],
          sizeBytes: 0x100,
          properties: { 'clock-frequency': 3_686_400 },
        },
      },
    ],
  };
}
