/**
 * Nexus: the SMC core of Sparrow's FPGA target of 2023, with 4 MiB of RAM. Addresses, interrupt numbers and
 * the names of the device tree are those that its software uses. What is not published is our assumption: a core
 * clock of 100 MHz, forty times the 2.5 MHz of its UART and timers; the places of GPIO (eight of its pins interrupt),
 * I2C and SPI host and all their interrupts; the interrupts of the mailbox; the place and the interrupts of the vector
 * core's control block. Its memory is there; the core itself is not there yet.
 */
import { physAddr } from '../../base/address.js';
import type { Board } from './board.js';

const mebibyte = 1024 * 1024;
const timerClocksPerSecond = 2_500_000;

export function nexusBoard(memoryBytes = 4 * mebibyte): Board {
  return {
    name: 'nexus',
    compatible: 'google,nexus0',
    model: 'google,nexus0',
    ram: { base: physAddr(0x5000_0000), sizeBytes: memoryBytes },
    harts: 1,
    cyclesPerSecond: 100_000_000,
    timeTicksPerSecond: timerClocksPerSecond,
    epochSeconds: 0,
    interruptCount: 42,
    console: 'uart',
    coreMemory: 'ml_memory',
    devices: [
      {
        name: 'uart',
        base: physAddr(0x5400_0000),
        sizeBytes: 0x1000,
        interrupts: [1, 2, 3, 4, 5, 6, 7, 8],
        kernelOwned: false,
        node: { name: 'serial', compatible: ['lowrisc,uart'] },
      },
      {
        name: 'rv_timer',
        base: physAddr(0x5401_0000),
        sizeBytes: 0x1000,
        interrupts: [],
        kernelOwned: true,
        node: {
          name: 'timer',
          compatible: ['lowrisc,timer'],
          hartInterrupts: [5],
          properties: { 'clock-frequency': timerClocksPerSecond },
        },
      },
      {
        name: 'user_timer',
        base: physAddr(0x5401_1000),
        sizeBytes: 0x1000,
        interrupts: [38],
        kernelOwned: false,
        node: {
          name: 'timersw',
          compatible: ['lowrisc,timer'],
          properties: { 'clock-frequency': timerClocksPerSecond },
        },
      },
      {
        name: 'gpio',
        base: physAddr(0x5402_0000),
        sizeBytes: 0x1000,
        interrupts: [9, 10, 11, 12, 13, 14, 15, 16],
        kernelOwned: false,
        node: { name: 'gpio', compatible: ['lowrisc,gpio'] },
      },
      {
        name: 'i2c',
        base: physAddr(0x5403_0000),
        sizeBytes: 0x1000,
        interrupts: [17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31],
        kernelOwned: false,
        node: { name: 'i2c', compatible: ['lowrisc,i2c'] },
      },
      {
        name: 'spi_host',
        base: physAddr(0x5404_0000),
        sizeBytes: 0x1000,
        interrupts: [36, 37],
        kernelOwned: false,
        node: { name: 'spi', compatible: ['lowrisc,spi'] },
      },
      {
        name: 'mailbox',
        base: physAddr(0x540f_1000),
        sizeBytes: 0x1000,
        interrupts: [39, 40, 41],
        kernelOwned: false,
        node: { name: 'mailbox', compatible: ['google,tlul_mailbox'] },
      },
      {
        name: 'ml_memory',
        base: physAddr(0x5a00_0000),
        sizeBytes: 4 * mebibyte,
        interrupts: [],
        kernelOwned: false,
        node: { name: 'sram', compatible: ['mmio-sram'] },
      },
      {
        name: 'ml_top',
        base: physAddr(0x5c00_0000),
        sizeBytes: 0x1000,
        interrupts: [32, 33, 34, 35],
        kernelOwned: false,
        node: { name: 'ml', compatible: ['google,ml_top'] },
      },
      {
        name: 'plic',
        base: physAddr(0x6000_0000),
        sizeBytes: 0x800_0000,
        interrupts: [],
        kernelOwned: true,
        node: {
          name: 'interrupt-controller',
          compatible: ['riscv,plic0'],
          hartInterrupts: [9],
          isInterruptController: true,
          properties: { 'riscv,max-priority': 7 },
        },
      },
    ],
  };
}
