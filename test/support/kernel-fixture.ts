/**
 * The kernel without a machine: RAM, a hart that is just registers, a timer and an interrupt controller
 * that tests set. The thread that the kernel chose makes the next system call. After every kernel entry all
 * invariants are checked. All threads share the root task's spaces, so a name means the same slot to all.
 */
import assert from 'node:assert/strict';
import { errors, type ErrorName } from '../../runtime/abi/errors.js';
import { ipcBuffer } from '../../runtime/abi/ipc-buffer.js';
import { labelNumber, labelTable, type LabelName } from '../../runtime/abi/labels.js';
import {
  infoCapsUnwrapped,
  infoExtraCaps,
  infoLabel,
  infoLength,
  messageInfo,
} from '../../runtime/abi/message-info.js';
import { objectTypes, type ObjectTypeName } from '../../runtime/abi/object-types.js';
import { initialSlot } from '../../runtime/abi/boot-info.js';
import { syscalls, type SyscallName } from '../../runtime/abi/syscalls.js';
import { physAddr, virtAddr, type PhysAddr, type VirtAddr } from '../../runtime/base/address.js';
import type { SystemImage } from '../../runtime/image/system-image.js';
import {
  readCapability,
  tag,
  tagOf,
  untypedBase,
  untypedFreeOffset,
  untypedIsDevice,
  untypedSizeBits,
  type Capability,
} from '../../runtime/kernel/capabilities/capability.js';
import { lookupSlot } from '../../runtime/kernel/capabilities/lookup.js';
import type { KernelSettings } from '../../runtime/kernel/configuration.js';
import { createKernel } from '../../runtime/kernel/create-kernel.js';
import type { KernelEvent, KernelTraceEvent } from '../../runtime/kernel/events.js';
import { checkInvariants } from '../../runtime/kernel/invariants.js';
import { bufferOf } from '../../runtime/kernel/ipc/message.js';
import type { Kernel } from '../../runtime/kernel/kernel.js';
import type { KernelState } from '../../runtime/kernel/kernel-state.js';
import { tcb, threadStates, type ThreadStateName } from '../../runtime/kernel/layout.js';
import { nameOf } from '../../runtime/kernel/objects/thread-name.js';
import { register, stateOf } from '../../runtime/kernel/objects/thread.js';
import { readOnlyState } from '../../runtime/kernel/read-only-state.js';
import type { Board } from '../../runtime/machine/boards/board.js';
import type { PhysicalMemory, SupervisedHart } from '../../runtime/machine/ports.js';

const a0 = 10;
const a1 = 11;
const a2 = 12;
const a6 = 16;
const a7 = 17;
const t0 = 5;

export interface Answer {
  readonly error: ErrorName;
  readonly words: readonly number[];
}

export interface Message {
  readonly badge: number;
  readonly label: number;
  readonly words: readonly number[];
  readonly extraCaps: number;
  readonly capsUnwrapped: number;
}

/** A slot by name or by number. */
export type Slot = string | number;

export interface SendOptions {
  readonly label?: number;
  readonly words?: readonly number[];
  readonly caps?: readonly Slot[];
  readonly reply?: Slot;
}

export interface ThreadOptions {
  readonly priority?: number;
  /** Without a scheduling context. */
  readonly passive?: boolean;
  readonly faultEndpoint?: Slot;
  /** µs; round robin with 10 ms where absent. */
  readonly budget?: number;
  readonly period?: number;
}

export const fixtureBoard: Board = {
  name: 'nexus',
  compatible: 'fixture',
  model: 'fixture',
  console: 'uart',
  epochSeconds: 0,
  ram: { base: physAddr(0x5000_0000), sizeBytes: 0x10_0000 },
  harts: 1,
  cyclesPerSecond: 10_000_000,
  timeTicksPerSecond: 1_000_000,
  interruptCount: 42,
  devices: [
    {
      name: 'uart',
      base: physAddr(0x5400_0000),
      sizeBytes: 0x1000,
      interrupts: [1, 2],
      kernelOwned: false,
      node: { name: 'serial', compatible: ['fixture'] },
    },
    {
      name: 'plic',
      base: physAddr(0x6000_0000),
      sizeBytes: 0x800_0000,
      interrupts: [],
      kernelOwned: true,
      node: { name: 'plic', compatible: ['fixture'] },
    },
  ],
};

/** As `KernelPorts` has them. */
export interface BootOptions {
  readonly settings?: Partial<KernelSettings>;
  readonly deviceTree?: Uint8Array;
  readonly fastpath?: boolean;
  /** `FixtureMemory.accesses` has the words that were read, too; many times slower. */
  readonly countsReads?: boolean;
}

const imageBase = 0x1_0000;

export const fixtureImage: SystemImage = {
  name: 'fixture',
  entry: virtAddr(imageBase),
  segments: [
    {
      virtualAddress: virtAddr(imageBase),
      physicalAddress: physAddr(0),
      bytes: new Uint8Array([1, 2, 3, 4]),
      memorySizeBytes: 0x2000,
      readable: true,
      writable: true,
      executable: true,
    },
  ],
  symbols: [],
  lines: [],
};

export class FixtureHart implements SupervisedHart {
  readonly id = 0;
  readonly x = new Int32Array(32);
  pc: VirtAddr = virtAddr(0);
  rootTable = 0;
  asid = 0;
  cycles = 0;
  private readonly memory: FixtureMemory;

  constructor(memory: FixtureMemory) {
    this.memory = memory;
  }
  saveRegisters(address: PhysAddr): void {
    this.memory.store(address, this.x.subarray(1));
  }
  loadRegisters(address: PhysAddr): void {
    this.x.set(this.memory.load(address, 31), 1);
  }
  setAddressSpace(rootTable: PhysAddr, asid: number): void {
    this.rootTable = rootTable;
    this.asid = asid;
  }
  flushTranslations(): void {
    this.cycles += 1;
  }
  chargeCycles(cycles: number): void {
    this.cycles += cycles;
  }
}

/** RAM that refuses what the port calls a bug: outside or unaligned. */
export class FixtureMemory implements PhysicalMemory {
  readonly base: PhysAddr;
  readonly sizeBytes: number;
  private readonly bytes: Uint8Array;
  readonly words: Int32Array;
  private readonly view: DataView;
  /** Words written so far, and where reads are counted, words read. */
  accesses = 0;
  /** Words stored one by one; the fast path of IPC, which has `words`, stores none so. */
  stores = 0;
  /** The same words as `words`, past the count. */
  readonly contents: Int32Array;

  constructor(board: Board, { countsReads = false }: { readonly countsReads?: boolean } = {}) {
    this.base = board.ram.base;
    this.sizeBytes = board.ram.sizeBytes;
    this.bytes = new Uint8Array(this.sizeBytes);
    this.contents = new Int32Array(this.bytes.buffer);
    this.words = countsReads ? this.counted() : this.contents;
    this.view = new DataView(this.bytes.buffer);
  }
  private counted(): Int32Array {
    const count = (): void => {
      this.accesses += 1;
    };
    return new Proxy(this.contents, {
      get(words, key): unknown {
        if (key === 'length') return words.length;
        count();
        return words[Number(key)];
      },
      set(words, key, value: number): boolean {
        count();
        words[Number(key)] = value;
        return true;
      },
    });
  }
  private at(address: number, sizeBytes: number): number {
    this.accesses += (sizeBytes + 3) >>> 2;
    // Millions of accesses: the sentence is made only where it is wanted.
    if (!this.contains(address, sizeBytes)) assert.fail(`0x${address.toString(16)} is outside RAM`);
    return address - this.base;
  }
  read8(address: PhysAddr): number {
    return this.view.getUint8(this.at(address, 1));
  }
  read32(address: PhysAddr): number {
    assertAligned(address);
    return this.view.getUint32(this.at(address, 4), true);
  }
  write8(address: PhysAddr, value: number): void {
    this.view.setUint8(this.at(address, 1), value);
  }
  write32(address: PhysAddr, value: number): void {
    assertAligned(address);
    this.stores += 1;
    this.view.setUint32(this.at(address, 4), value, true);
  }
  /** For the hart, whose accesses are none of the kernel's. */
  store(address: PhysAddr, words: Int32Array): void {
    this.contents.set(words, (address - this.base) / 4);
  }
  load(address: PhysAddr, count: number): Int32Array {
    return this.contents.subarray((address - this.base) / 4).subarray(0, count);
  }
  fill(address: PhysAddr, sizeBytes: number, byte: number): void {
    const from = this.at(address, sizeBytes);
    this.bytes.fill(byte, from, from + sizeBytes);
  }
  copyIn(address: PhysAddr, bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at(address, bytes.length));
  }
  copyOut(address: PhysAddr, sizeBytes: number): Uint8Array {
    const from = this.at(address, sizeBytes);
    return this.bytes.slice(from, from + sizeBytes);
  }
  contains(address: number, sizeBytes: number): boolean {
    return address >= this.base && address + sizeBytes <= this.base + this.sizeBytes;
  }
}

function assertAligned(address: number): void {
  if (address % 4 !== 0) assert.fail(`0x${address.toString(16)} is not aligned`);
}

export class KernelFixture {
  readonly board: Board;
  readonly memory: FixtureMemory;
  readonly hart: FixtureHart;
  readonly kernel: Kernel;
  readonly state: KernelState;
  readonly events: KernelEvent[] = [];
  /** The steps of the kernel's work, while `traces` is set. */
  readonly trace: KernelTraceEvent[] = [];
  traces = false;
  readonly enabledIrqs = new Set<number>();
  readonly pendingIrqs: number[] = [];
  readonly completedIrqs: number[] = [];
  console = '';
  poweredOff: number | undefined;
  /** µs, which are ticks here. */
  now = 0;
  deadline = Infinity;
  waiting = false;
  checks = true;
  /** Whether somebody listens to events. */
  observes = true;
  private readonly names = new Map<string, number>();
  private nextSlot = 1000;

  constructor(
    board: Board = fixtureBoard,
    image: SystemImage = fixtureImage,
    { settings = {}, deviceTree, fastpath = true, countsReads = false }: BootOptions = {},
  ) {
    const listener = (event: KernelEvent): void => {
      this.events.push(event);
    };
    const follow = (event: KernelTraceEvent): void => {
      this.trace.push(event);
    };
    this.board = board;
    this.memory = new FixtureMemory(board, { countsReads });
    this.hart = new FixtureHart(this.memory);
    this.kernel = createKernel({
      board,
      settings,
      ...(deviceTree === undefined ? {} : { deviceTree }),
      memory: this.memory,
      timer: {
        now: () => this.now,
        ticksPerSecond: board.timeTicksPerSecond,
        setDeadline: (ticks) => {
          this.deadline = ticks;
        },
      },
      interrupts: {
        count: board.interruptCount,
        claim: () => this.pendingIrqs.shift() ?? 0,
        complete: (source) => {
          this.completedIrqs.push(source);
        },
        setEnabled: (source, enabled) => {
          if (enabled) this.enabledIrqs.add(source);
          else this.enabledIrqs.delete(source);
        },
      },
      console: {
        write: (byte) => {
          this.console += String.fromCharCode(byte);
        },
      },
      fastpath,
      observer: () => (this.observes ? listener : undefined),
      tracer: () => (this.traces ? follow : undefined),
      powerOff: (code) => {
        this.poweredOff = code;
      },
    });
    this.state = readOnlyState(this.memory, board);
    const booted = this.kernel.boot(image, this.hart);
    assert.ok(booted.ok, booted.ok ? '' : booted.error);
    this.check('boot');
    this.name('tcb', initialSlot.tcb);
    this.name('cnode', initialSlot.cnode);
    this.name('vspace', initialSlot.vspace);
    this.name('irqControl', initialSlot.irqControl);
    this.name('asidControl', initialSlot.asidControl);
    this.name('asidPool', initialSlot.asidPool);
    this.name('domain', initialSlot.domain);
    this.name('sc', initialSlot.schedContext);
    this.name('nothing', 999);
    this.name(
      'schedControl',
      this.findSlot((capability) => tagOf(capability.w0) === tag.schedControl),
    );
    this.name('untyped', this.largestUntyped());
    const uart = board.devices.find(({ name }) => name === 'uart')?.base;
    this.name(
      'device',
      this.findSlot(
        ({ w0, w1 }) =>
          tagOf(w0) === tag.untyped && untypedIsDevice(w1) && untypedBase(w0) === uart,
      ),
    );
  }

  /** What is now, to go back to. */
  save(): () => void {
    const { now, deadline, waiting, nextSlot, console } = this;
    const { pc, rootTable, asid, cycles } = this.hart;
    const words = this.memory.contents.slice();
    const registers = this.hart.x.slice();
    const names = [...this.names];
    const events = this.events.length;
    return () => {
      Object.assign(this, { now, deadline, waiting, nextSlot, console });
      Object.assign(this.hart, { pc, rootTable, asid, cycles });
      this.memory.contents.set(words);
      this.hart.x.set(registers);
      this.names.clear();
      for (const [name, slot] of names) this.names.set(name, slot);
      this.events.length = events;
    };
  }

  // ---- names and slots ---------------------------------------------------------------------------

  name(name: string, slot: number): number {
    this.names.set(name, slot);
    return slot;
  }

  slot(slot: Slot): number {
    if (typeof slot === 'number') return slot;
    const known = this.names.get(slot);
    if (known !== undefined) return known;
    this.nextSlot += 1;
    return this.name(slot, this.nextSlot);
  }

  /** What a slot of the root CNode holds. */
  capability(slot: Slot): Capability {
    const at = lookupSlot(this.state, this.rootThread(), this.slot(slot));
    return at === 0 ? { w0: 0, w1: 0 } : readCapability(this.state, at);
  }

  holds(slot: Slot): number {
    return tagOf(this.capability(slot).w0);
  }

  isEmpty(slot: Slot): boolean {
    return this.holds(slot) === tag.null;
  }

  private findSlot(matches: (capability: Capability) => boolean): number {
    for (let slot = 0; slot < 300; slot += 1) if (matches(this.capability(slot))) return slot;
    throw new Error('no initial slot matches');
  }

  private largestUntyped(): number {
    let best = 0;
    let bits = 0;
    for (let slot = 16; slot < 300; slot += 1) {
      const { w0, w1 } = this.capability(slot);
      if (tagOf(w0) !== tag.untyped || untypedIsDevice(w1) || untypedFreeOffset(w1) > 0) continue;
      if (untypedSizeBits(w1) <= bits) continue;
      best = slot;
      bits = untypedSizeBits(w1);
    }
    return best;
  }

  // ---- threads -----------------------------------------------------------------------------------

  private rootThread(): number {
    for (const thread of this.threads())
      if (nameOf(this.state, thread) === 'rootserver') return thread;
    throw new Error('the root task is gone');
  }

  private threads(): readonly number[] {
    const found: number[] = [];
    for (const event of this.events) {
      if (event.kind === 'threadCreated') found.push(event.thread);
      if (event.kind === 'threadDeleted') found.splice(found.indexOf(event.thread), 1);
    }
    return found;
  }

  /** Name of the thread that runs; `idle_thread` when none does. */
  get current(): string {
    return nameOf(this.state, this.state.currentThread);
  }

  threadNamed(name: string): number {
    const found = this.threads().find((thread) => nameOf(this.state, thread) === name);
    assert.ok(found !== undefined, `no thread is called ${name}`);
    return found;
  }

  stateOf(name: string): ThreadStateName {
    return threadStates[stateOf(this.state, this.threadNamed(name))] ?? 'idle';
  }

  /** A register of a thread that does not run. */
  saved(name: string, offset: number): number {
    return this.state.read(this.threadNamed(name) + offset);
  }

  schedContextOf(name: string): number {
    return this.state.read(this.threadNamed(name) + tcb.schedContext);
  }

  /** Creates a thread in the root task's spaces and resumes it. */
  thread(name: string, options: ThreadOptions = {}): void {
    this.make('TCB', name);
    this.make('4K_Page', `${name}.buffer`);
    this.succeeds(name, 'TCBConfigure', [0, 0, 0x2000], ['cnode', 'vspace', `${name}.buffer`]);
    const buffer = this.state.currentThread;
    this.writeName(buffer, name);
    this.syscall('DebugNameThread', { [a0]: this.slot(name) });
    if (options.passive !== true) {
      this.make('SchedContext', `${name}.sc`, 8);
      const budget = options.budget ?? 10_000;
      const period = options.period ?? budget;
      this.succeeds(
        'schedControl',
        'SchedControlConfigureFlags',
        [budget, 0, period, 0, 0, 0, 0],
        [`${name}.sc`],
      );
    }
    this.succeeds(
      name,
      'TCBSetSchedParams',
      [255, options.priority ?? 255],
      [
        'tcb',
        options.passive === true ? 'nothing' : `${name}.sc`,
        options.faultEndpoint ?? 'nothing',
      ],
    );
    this.succeeds(name, 'TCBWriteRegisters', [0, 2, 0x4000, 0x0], []);
    this.succeeds(name, 'TCBResume');
  }

  private writeName(thread: number, name: string): void {
    const buffer = bufferOf(this.state, thread, 'send');
    Array.from(`${name}\0`).forEach((character, index) => {
      const at = (buffer + ipcBuffer.message + index) as PhysAddr;
      this.memory.write8(at, character.charCodeAt(0));
    });
  }

  // ---- system calls ------------------------------------------------------------------------------

  /** As the current thread; register numbers are those of x. */
  syscall(name: SyscallName, registers: Readonly<Record<number, number>> = {}): void {
    const row = syscalls.find((each) => each.name === name);
    assert.ok(row !== undefined);
    for (const [number, value] of Object.entries(registers)) this.hart.x[Number(number)] = value;
    this.hart.x[a7] = row.number;
    this.trap(8, 0, `${name} of ${this.current}`);
  }

  /** Any trap of the current thread. */
  trap(cause: number, value: number, what: string): void {
    this.waiting = this.kernel.trap(this.hart, { cause, value }) === 'wait';
    this.check(what);
  }

  check(what: string): void {
    if (!this.checks) return;
    assert.deepEqual(checkInvariants(this.memory, this.board), [], `after ${what}`);
  }

  private prepare(options: SendOptions): Record<number, number> {
    const words = options.words ?? [];
    const caps = options.caps ?? [];
    const buffer = bufferOf(this.state, this.state.currentThread, 'send');
    if (buffer !== 0)
      words.slice(4).forEach((word, index) => {
        this.memory.write32((buffer + ipcBuffer.message + 16 + 4 * index) as PhysAddr, word);
      });
    if (buffer !== 0)
      caps.forEach((cap, index) => {
        this.memory.write32(
          (buffer + ipcBuffer.capsOrBadges + 4 * index) as PhysAddr,
          this.slot(cap),
        );
      });
    const registers: Record<number, number> = {
      [a1]: messageInfo(options.label ?? 0, 0, caps.length, words.length),
    };
    words.slice(0, 4).forEach((word, index) => {
      registers[a2 + index] = word;
    });
    if (options.reply !== undefined) registers[a6] = this.slot(options.reply);
    return registers;
  }

  /** Prepares a message and makes no system call. */
  offer(options: SendOptions): void {
    for (const [number, value] of Object.entries(this.prepare(options))) {
      this.hart.x[Number(number)] = value;
    }
  }

  call(to: Slot, options: SendOptions = {}): void {
    this.syscall('Call', { ...this.prepare(options), [a0]: this.slot(to) });
  }
  send(to: Slot, options: SendOptions = {}): void {
    this.syscall('Send', { ...this.prepare(options), [a0]: this.slot(to) });
  }
  nbSend(to: Slot, options: SendOptions = {}): void {
    this.syscall('NBSend', { ...this.prepare(options), [a0]: this.slot(to) });
  }
  signal(to: Slot): void {
    this.send(to);
  }
  recv(from: Slot, reply: Slot): void {
    this.syscall('Recv', { [a0]: this.slot(from), [a6]: this.slot(reply) });
  }
  nbRecv(from: Slot, reply: Slot): void {
    this.syscall('NBRecv', { [a0]: this.slot(from), [a6]: this.slot(reply) });
  }
  wait(from: Slot): void {
    this.syscall('Wait', { [a0]: this.slot(from) });
  }
  nbWait(from: Slot): void {
    this.syscall('NBWait', { [a0]: this.slot(from) });
  }
  replyRecv(from: Slot, reply: Slot, options: SendOptions = {}): void {
    this.syscall('ReplyRecv', {
      ...this.prepare(options),
      [a0]: this.slot(from),
      [a6]: this.slot(reply),
    });
  }
  nbSendRecv(to: Slot, from: Slot, reply: Slot, options: SendOptions = {}): void {
    const registers = { ...this.prepare(options), [t0]: this.slot(to), [a0]: this.slot(from) };
    this.syscall('NBSendRecv', { ...registers, [a6]: this.slot(reply) });
  }
  nbSendWait(to: Slot, from: Slot, options: SendOptions = {}): void {
    this.syscall('NBSendWait', {
      ...this.prepare(options),
      [a6]: this.slot(to),
      [a0]: this.slot(from),
    });
  }
  yield(): void {
    this.syscall('Yield');
  }

  /** What the current thread received last. */
  get message(): Message {
    const info = (this.hart.x[a1] ?? 0) >>> 0;
    const buffer = bufferOf(this.state, this.state.currentThread, 'receive');
    const words = Array.from({ length: infoLength(info) }, (_, index) =>
      index < 4
        ? (this.hart.x[a2 + index] ?? 0) >>> 0
        : this.memory.read32((buffer + ipcBuffer.message + 4 * index) as PhysAddr),
    );
    return {
      badge: (this.hart.x[a0] ?? 0) >>> 0,
      label: infoLabel(info),
      words,
      extraCaps: infoExtraCaps(info),
      capsUnwrapped: infoCapsUnwrapped(info),
    };
  }

  /** A word of the current thread's IPC buffer, by byte offset. */
  buffer(offset: number): number {
    const at = bufferOf(this.state, this.state.currentThread, 'receive') + offset;
    return this.memory.read32(at as PhysAddr);
  }
  writeBuffer(offset: number, value: number): void {
    const at = bufferOf(this.state, this.state.currentThread, 'receive') + offset;
    this.memory.write32(at as PhysAddr, value);
  }
  /** Where the current thread offers to receive a capability. */
  receiveInto(slot: Slot): void {
    this.writeBuffer(ipcBuffer.receiveRoot, this.slot('cnode'));
    this.writeBuffer(ipcBuffer.receiveIndex, this.slot(slot));
    this.writeBuffer(ipcBuffer.receiveDepth, 32);
  }

  // ---- invocations -------------------------------------------------------------------------------

  /** Invokes a kernel object by Call, as often as it is preempted, and takes the answer. */
  invoke(
    object: Slot,
    label: LabelName,
    words: readonly number[] = [],
    caps: readonly Slot[] = [],
  ): Answer {
    const caller = this.state.currentThread;
    const before = this.hart.pc;
    this.call(object, { label: labelNumber(labelTable(16), label) ?? 0, words, caps });
    while (this.state.currentThread === caller && this.hart.pc === before) {
      this.trap(8, 0, `${label} going on`);
    }
    const { label: code, words: answer } = this.message;
    return { error: errors[code]?.name ?? 'NoError', words: answer };
  }

  succeeds(
    object: Slot,
    label: LabelName,
    words: readonly number[] = [],
    caps: readonly Slot[] = [],
  ): readonly number[] {
    const answer = this.invoke(object, label, words, caps);
    assert.equal(answer.error, 'NoError', `${label}: ${this.lastRefusal}`);
    return answer.words;
  }

  refuses(
    expected: readonly [ErrorName, ...number[]],
    object: Slot,
    label: LabelName,
    words: readonly number[] = [],
    caps: readonly Slot[] = [],
  ): void {
    const answer = this.invoke(object, label, words, caps);
    assert.deepEqual([answer.error, ...answer.words], expected, this.lastRefusal);
  }

  get lastRefusal(): string {
    const last = this.events.filter((event) => event.kind === 'refused').at(-1);
    return last?.message ?? '';
  }

  make(type: ObjectTypeName, name: string, bits = 0, untyped: Slot = 'untyped'): void {
    const row = objectTypes.find((each) => each.name === type);
    this.succeeds(
      untyped,
      'UntypedRetype',
      [row?.type ?? 0, bits, 0, 0, this.slot(name), 1],
      ['cnode'],
    );
  }

  copy(from: Slot, to: Slot, rights = 0xf): void {
    this.succeeds(
      'cnode',
      'CNodeCopy',
      [this.slot(to), 32, this.slot(from), 32, rights],
      ['cnode'],
    );
  }
  mint(from: Slot, to: Slot, badge: number, rights = 0xf): void {
    this.succeeds(
      'cnode',
      'CNodeMint',
      [this.slot(to), 32, this.slot(from), 32, rights, badge],
      ['cnode'],
    );
  }
  delete(slot: Slot): void {
    this.succeeds('cnode', 'CNodeDelete', [this.slot(slot), 32]);
  }
  revoke(slot: Slot): void {
    this.succeeds('cnode', 'CNodeRevoke', [this.slot(slot), 32]);
  }

  // ---- the outside -------------------------------------------------------------------------------

  /** Lets time pass; the timer interrupts as often as it is due. */
  advance(microseconds: number): void {
    const end = this.now + microseconds;
    while (this.deadline <= end) {
      this.now = Math.max(this.now + 1, this.deadline);
      this.trap(0x8000_0005, 0, `the timer at ${String(this.now)}`);
    }
    this.now = Math.max(this.now, end);
  }

  interrupt(irq: number): void {
    this.pendingIrqs.push(irq);
    this.trap(0x8000_0009, 0, `interrupt ${String(irq)}`);
  }

  /** The instruction that the current thread is about to execute. */
  get pc(): number {
    return this.hart.pc;
  }
}

export const savedRegister = register;

export const kernelFixture = (): KernelFixture => new KernelFixture();
