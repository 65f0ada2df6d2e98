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
    ram: { base: physAddr(0x8000_0000), sizeBytes: memoryBytes },
    harts: 1,
    cyclesPerSecond: 100_000_000,
    timeTicksPerSecond: 10_000_000,
    interruptCount: 96,
    devices: [
      {
        name: 'test',
        base: physAddr(0x0010_0000),
        sizeBytes: 0x1000,
        interrupts: [],
        kernelOwned: false,
      },
      {
        name: 'aclint',
        base: physAddr(0x0200_0000),
        sizeBytes: 0x1_0000,
        interrupts: [],
        kernelOwned: true,
      },
      {
        name: 'plic',
        base: physAddr(0x0c00_0000),
        sizeBytes: 0x60_0000,
        interrupts: [],
        kernelOwned: true,
      },
      {
        name: 'uart',
        base: physAddr(0x1000_0000),
        sizeBytes: 0x1000,
        interrupts: [10],
        kernelOwned: false,
      },
    ],
  };
}
