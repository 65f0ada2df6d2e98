/**
 * The ports of one kernel, and access to its state in RAM. Nothing of the kernel's own is kept here:
 * `hart` is the one that trapped, cycles are counted within one entry, the rest is where words are read and
 * written (D3).
 */
import { formatAddress, type PhysAddr } from '../base/address.js';
import { invariant } from '../base/invariant.js';
import { labelTable, type LabelTable } from '../abi/labels.js';
import type { Board } from '../machine/boards/board.js';
import type { PhysicalMemory, SupervisedHart } from '../machine/ports.js';
import { configuration } from './configuration.js';
import type { KernelEvent, KernelTraceEvent } from './events.js';
import type { KernelPorts } from './kernel.js';
import { emptyPageTable, globals, globalsAddress, idleThreadPointer } from './layout.js';

const wordRange = 0x1_0000_0000;
const nobody = (): undefined => undefined;

/** Out of line, so that reading is a few instructions wherever it is done. */
function noWord(address: number): never {
  invariant(false, 'MEM-3', () => `${formatAddress(address)} is no word in RAM`);
}

export class KernelState {
  readonly ports: KernelPorts;
  readonly memory: PhysicalMemory;
  /** RAM: nearly all that a kernel entry does is to read words. Whoever writes here knows that no code is there. */
  readonly words: Int32Array;
  readonly ramBase: number;
  /** The same as a signed word, which is quicker to subtract; and the index of the first word of the globals. */
  readonly signedBase: number;
  readonly globalsIndex: number;
  private readonly tracer: () => ((event: KernelTraceEvent) => void) | undefined;
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
  /** In this entry: cycles so far, and messages that were transferred in registers alone. */
  private owedCycles = 0;
  registerMessages = 0;

  constructor(ports: KernelPorts) {
    this.ports = ports;
    this.memory = ports.memory;
    this.words = ports.memory.words;
    this.ramBase = ports.memory.base;
    this.signedBase = ports.memory.base | 0;
    this.tracer = ports.tracer ?? nobody;
    this.board = ports.board;
    this.globals = globalsAddress(ports.board);
    this.globalsIndex = (this.globals - this.ramBase) >>> 2;
    this.idleThread = idleThreadPointer(ports.board);
    this.emptyPageTable = emptyPageTable(ports.board);
    this.minimumBudget = Math.max(this.ticks(configuration.minimumBudgetMicroseconds), 2);
    this.timerPrecision = this.ticks(configuration.timerPrecisionMicroseconds);
  }

  /** Unsigned. */
  read(address: number): number {
    const offset = address - this.ramBase;
    const word = this.words[offset >>> 2];
    return word === undefined || (offset & 3) !== 0 ? noWord(address) : word >>> 0;
  }

  write(address: number, value: number): void {
    this.memory.write32(address as PhysAddr, value);
  }

  /** A 64-bit time as a number; exact below 2^53 ticks, which virtual time never reaches. */
  readTime(address: number): number {
    return this.read(address) + this.read(address + 4) * wordRange;
  }

  writeTime(address: number, ticks: number): void {
    // ToUint32 takes a number modulo 2^32.
    this.write(address, ticks >>> 0);
    this.write(address + 4, Math.floor(ticks / wordRange) >>> 0);
  }

  global(offset: number): number {
    return (this.words[this.globalsIndex + (offset >>> 2)] ?? 0) >>> 0;
  }

  setGlobal(offset: number, value: number): void {
    this.write(this.globals + offset, value);
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

  get domains(): number {
    return this.global(globals.domains);
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

  /** Cycles of virtual time for work that the hart did not execute; costs.ts. The entry pays them at its end. */
  charge(cycles: number): void {
    this.owedCycles += cycles;
  }

  /** To the hart. A fixed price stands for the whole entry in place of what its parts would have cost. */
  payCycles(fixedPrice?: number): void {
    this.hart?.chargeCycles(fixedPrice ?? this.owedCycles);
    this.owedCycles = 0;
  }

  flushTranslations(): void {
    this.hart?.flushTranslations();
  }

  /** Whether anybody hears events now. Ask before making one where it would cost something. */
  get isObserved(): boolean {
    return this.ports.observer() !== undefined;
  }

  /** Whether anybody follows each step; ask before making an event of it. */
  get isTraced(): boolean {
    return this.tracer() !== undefined;
  }

  trace(event: KernelTraceEvent): void {
    this.tracer()?.(event);
  }

  emit(event: KernelEvent): void {
    this.ports.observer()?.(event);
  }

  print(text: string): void {
    for (let index = 0; index < text.length; index += 1) {
      this.ports.console.write(text.charCodeAt(index) & 0xff);
    }
  }
}
