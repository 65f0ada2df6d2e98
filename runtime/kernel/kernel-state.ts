/**
 * The ports of one kernel, and access to its state in RAM. Nothing of the kernel's own is kept here:
 * `hart` is the one that trapped, the rest is where words are read and written (D3).
 */
import type { PhysAddr } from '../base/address.js';
import { labelTable, type LabelTable } from '../abi/labels.js';
import type { Board } from '../machine/boards/board.js';
import type { PhysicalMemory, SupervisedHart } from '../machine/ports.js';
import { configuration } from './configuration.js';
import type { KernelEvent } from './events.js';
import type { KernelPorts } from './kernel.js';
import { emptyPageTable, globals, globalsAddress, idleThreadPointer } from './layout.js';

const wordRange = 0x1_0000_0000;

export class KernelState {
  readonly ports: KernelPorts;
  readonly memory: PhysicalMemory;
  readonly board: Board;
  readonly labels: LabelTable = labelTable(configuration.abiVersion);
  readonly globals: number;
  readonly idleThread: number;
  readonly emptyPageTable: PhysAddr;
  /** Ticks. */
  readonly minimumBudget: number;
  readonly timerPrecision: number;
  /** The hart whose trap is being handled. */
  hart: SupervisedHart | undefined;

  constructor(ports: KernelPorts) {
    this.ports = ports;
    this.memory = ports.memory;
    this.board = ports.board;
    this.globals = globalsAddress(ports.board);
    this.idleThread = idleThreadPointer(ports.board);
    this.emptyPageTable = emptyPageTable(ports.board);
    this.minimumBudget = Math.max(this.ticks(configuration.minimumBudgetMicroseconds), 2);
    this.timerPrecision = this.ticks(configuration.timerPrecisionMicroseconds);
  }

  read(address: number): number {
    return this.memory.read32(address as PhysAddr);
  }

  write(address: number, value: number): void {
    this.memory.write32(address as PhysAddr, value);
  }

  /** A 64-bit time as a number; exact below 2^53 ticks, which virtual time never reaches. */
  readTime(address: number): number {
    return (
      this.memory.read32(address as PhysAddr) +
      this.memory.read32((address + 4) as PhysAddr) * wordRange
    );
  }

  writeTime(address: number, ticks: number): void {
    this.memory.write32(address as PhysAddr, (ticks % wordRange) >>> 0);
    this.memory.write32((address + 4) as PhysAddr, Math.floor(ticks / wordRange) >>> 0);
  }

  global(offset: number): number {
    return this.memory.read32((this.globals + offset) as PhysAddr);
  }

  setGlobal(offset: number, value: number): void {
    this.memory.write32((this.globals + offset) as PhysAddr, value);
  }

  get currentThread(): number {
    return this.global(globals.currentThread);
  }

  get currentSchedContext(): number {
    return this.global(globals.currentSchedContext);
  }

  get currentTime(): number {
    return this.readTime(this.globals + globals.currentTime);
  }

  get idleSchedContext(): number {
    return this.globals + globals.idleSchedContext;
  }

  ticks(microseconds: number): number {
    return Math.floor((microseconds * this.ports.timer.ticksPerSecond) / 1_000_000);
  }

  microseconds(ticks: number): number {
    return Math.floor((ticks * 1_000_000) / this.ports.timer.ticksPerSecond);
  }

  /** Cycles of virtual time for work that the hart did not execute; costs.ts. */
  charge(cycles: number): void {
    this.hart?.chargeCycles(cycles);
  }

  flushTranslations(): void {
    this.hart?.flushTranslations();
  }

  emit(event: KernelEvent): void {
    this.ports.observer?.(event);
  }

  print(text: string): void {
    for (let index = 0; index < text.length; index += 1) {
      this.ports.console.write(text.charCodeAt(index) & 0xff);
    }
  }
}
