/**
 * What the parts of one hart share: views of its block and of RAM, made once, and the bookkeeping of
 * the run in progress. Everything that outlives a run is in the block (D1); the fields of this class
 * are views, or are zero between runs.
 */
import type { Bus } from '../bus/bus.js';
import type { CodeCache } from '../memory/code-cache.js';
import {
  hartBlockBytes,
  hartBlockWords,
  hartWord,
  pageBytes,
  ramOffset,
  tlbBankWords,
  tlbBanks,
  tlbFetch,
  tlbWords,
} from '../memory/layout.js';
import type { LinearMemory } from '../memory/linear-memory.js';
import type { Watches } from '../memory/watches.js';
import type { Firmware, SupervisedHart, Supervisor } from '../ports.js';
import type { HartStop } from './hart.js';
import { mstatus } from './csr-bits.js';
import { ParkedTranslations } from './parked-translations.js';
import { PmpRanges } from './pmp.js';
import { createWalk, type Walk } from './sv32.js';

/** What a hart asks of time. Both are exact at the instruction that asks. */
export interface HartClock {
  /** Cycles since reset, as `Clock.now`; backs the cycle CSR. */
  now(): number;
  /** Ticks of the time CSR since reset, an integer. */
  ticks(): number;
}

export class HartCore {
  readonly id: number;
  /** The hart's block: x0…x31 and what `hartWord` names. */
  readonly block: Int32Array;
  readonly block64: Float64Array;
  readonly bytes: Uint8Array;
  readonly signedBytes: Int8Array;
  readonly halves: Uint16Array;
  readonly signedHalves: Int16Array;
  readonly words: Int32Array;
  readonly lines: Uint8Array;
  /** First word of the translation caches in `words`. */
  readonly tlbStart: number;
  readonly code: CodeCache;
  readonly watches: Watches;
  readonly memory: LinearMemory;
  readonly bus: Bus;
  readonly clock: HartClock;
  readonly ramBase: number;
  readonly ramBytes: number;

  supervisor: Supervisor | undefined = undefined;
  firmware: Firmware | undefined = undefined;
  /** The hart as its supervisor or its firmware sees it. */
  supervised: SupervisedHart | undefined = undefined;

  /** First words in `words` of the banks that fetches and data accesses use now; derived from privilege and mstatus. */
  fetchBank = 0;
  dataBank = 0;

  /** The latest walk; each walk overwrites it. */
  readonly walkResult: Walk = createWalk();
  /** Slots of the TLB that hold translations under satp, until there are too many to note. */
  readonly keptSlots = new Int32Array(512);
  keptCount = 0;
  keptOverflow = false;
  /** Some entry of the TLB, or a parked one, stems from a megapage. */
  keepsMegapages = false;
  readonly parked = new ParkedTranslations();

  readonly pmp = new PmpRanges();

  /** Cycles taken out of `remaining` so that the interpreter returns after this instruction. */
  withheld = 0;
  budget = 0;
  /** Cycles charged beyond one a step, in this run. */
  charged = 0;
  running = false;
  stop: HartStop | undefined = undefined;
  /** The next instruction to execute runs even if a breakpoint is there. */
  passBreakpoint = false;

  /** The decoder's own: entries of the block that it decodes, and whether the last instruction ends it. */
  readonly decodedEntries = new Int32Array(pageBytes / 2);
  endsBlock = false;

  constructor(id: number, memory: LinearMemory, bus: Bus, clock: HartClock) {
    const buffer = memory.memory.buffer;
    this.id = id;
    this.memory = memory;
    this.bus = bus;
    this.clock = clock;
    this.code = memory.code;
    this.watches = memory.watches;
    this.ramBase = memory.base;
    this.ramBytes = memory.sizeBytes;
    this.block = new Int32Array(buffer, id * hartBlockBytes, hartBlockWords);
    this.block64 = new Float64Array(buffer, id * hartBlockBytes, hartBlockWords / 2);
    this.bytes = new Uint8Array(buffer);
    this.signedBytes = new Int8Array(buffer);
    this.halves = new Uint16Array(buffer);
    this.signedHalves = new Int16Array(buffer);
    this.words = new Int32Array(buffer);
    this.lines = memory.code.lines;
    this.tlbStart = (memory.layout.tlbOffset >>> 2) + id * tlbWords;
  }

  /** Cycles left, the present instruction's own included. The interpreter keeps its copy in a local. */
  get remaining(): number {
    return this.block[hartWord.remaining]!;
  }
  set remaining(cycles: number) {
    this.block[hartWord.remaining] = cycles;
  }

  /** Cycles used by the run in progress; the present instruction is not in it. */
  get elapsed(): number {
    return this.budget - this.withheld - this.remaining;
  }

  get steps(): number {
    return this.block64[hartWord.steps >> 1]! + this.elapsed - this.charged;
  }

  get retired(): number {
    return this.steps - this.block64[hartWord.traps >> 1]!;
  }

  /** The interpreter returns at the next instruction boundary, and `run` looks at what has changed. */
  leaveInterpreter(): void {
    if (this.remaining <= 0) return;
    this.withheld += this.remaining;
    this.remaining = 0;
  }

  /** Charged outside a run, taken from the next; in the block, since a snapshot may come between. */
  get owed(): number {
    return this.block[hartWord.owed]!;
  }
  set owed(cycles: number) {
    this.block[hartWord.owed] = cycles;
  }

  charge(cycles: number): void {
    if (this.running) {
      this.remaining -= cycles;
      this.charged += cycles;
    } else this.owed += cycles;
  }

  /** Offset in linear memory of a physical address range; -1 when it is not wholly RAM. */
  ramOffsetOf(address: number, sizeBytes: number): number {
    const offset = (address >>> 0) - this.ramBase;
    return offset >= 0 && offset + sizeBytes <= this.ramBytes ? offset + ramOffset : -1;
  }

  /** The privilege of loads and stores: mstatus.mpp's when mprv is set. */
  get dataPrivilege(): number {
    const status = this.block[hartWord.mstatus]!;
    if ((status & mstatus.mprv) !== 0) return (status & mstatus.mpp) >>> mstatus.mppShift;
    return this.block[hartWord.privilege]!;
  }

  /** Call after a change of privilege or of mstatus. */
  selectBanks(): void {
    this.fetchBank =
      this.tlbStart + tlbFetch + bankOf(this.block[hartWord.privilege]!, 0) * tlbBankWords;
    this.dataBank =
      this.tlbStart + bankOf(this.dataPrivilege, this.block[hartWord.mstatus]!) * tlbBankWords;
    this.block[hartWord.fetchBank] = this.fetchBank * 4;
    this.block[hartWord.dataBank] = this.dataBank * 4;
  }
}

function bankOf(privilege: number, status: number): number {
  if (privilege === 3) return tlbBanks.machine;
  if (privilege === 0) return tlbBanks.user;
  return (status & mstatus.sum) !== 0 ? tlbBanks.supervisorSum : tlbBanks.supervisor;
}
