/**
 * Random system calls without a property library, for a million of them: whoever the kernel chose makes the
 * next one. Most calls have a chance (the label fits the object, the words fit the label), some fit nothing.
 * Registers, messages, buffers, time, exceptions and interrupts are random, too. A sequence depends on its
 * seed alone. After each entry what is cheap to check is checked; all invariants every so often.
 */
import { initialSlot } from '../../runtime/abi/boot-info.js';
import { ipcBuffer } from '../../runtime/abi/ipc-buffer.js';
import { labelNumber, labelTable, type LabelName } from '../../runtime/abi/labels.js';
import { messageInfo } from '../../runtime/abi/message-info.js';
import type { PhysAddr } from '../../runtime/base/address.js';
import { allSlots, allThreads } from '../../runtime/kernel/all-slots.js';
import {
  cnodePointer,
  mappedBase,
  tag,
  tagOf,
} from '../../runtime/kernel/capabilities/capability.js';
import { checkInvariants } from '../../runtime/kernel/invariants.js';
import { restart } from '../../runtime/kernel/ipc/cancel.js';
import { bufferOf } from '../../runtime/kernel/ipc/message.js';
import { slot, slotBytes, tcb, threadState } from '../../runtime/kernel/layout.js';
import { stateOf } from '../../runtime/kernel/objects/thread.js';
import type { BootOptions, KernelFixture } from './kernel-fixture.js';
import { initialSlots, playground, populate } from './kernel-population.js';
import type { Random } from './random.js';

/** What a word of a message, or a companion of an invocation, is chosen from. */
type Kind = keyof typeof kinds;

const smallNumbers = [0, 1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 31, 32, 33, 100, 200, 255, 256];
const addresses = [
  0, 0x1000, 0x1_0000, 0x1_1000, 0x2000, 0x40_0000, 0x40_1000, 0x40_2000, 0x80_0000, 0x80_1000,
  0x7fff_f000, 0x8000_0000, 0xffff_f000,
];
const times = [0, 19, 20, 100, 500, 1000, 2000, 5000, 10_000, 0xffff_ffff];

const playSlot = (random: Random): number => playground.first + random.below(playground.count);
const small = (random: Random): number => random.oneOf(smallNumbers);
const anything = (random: Random): number => {
  switch (random.below(5)) {
    case 0:
      return playSlot(random);
    case 1:
      return random.oneOf(addresses);
    case 2:
      return random.word();
    case 3:
      return (0x5000_0000 + random.below(0x10_0000)) >>> 0;
    default:
      return small(random);
  }
};

const kinds = {
  slot: playSlot,
  depth: (random: Random): number => (random.below(40) === 0 ? small(random) : 32),
  zero: (random: Random): number => (random.below(12) === 0 ? small(random) : 0),
  small,
  any: anything,
  /** Most rights words give all. */
  rights: (random: Random): number => (random.below(2) === 0 ? 0xf : random.below(16)),
  badge: (random: Random): number => random.oneOf([0, 0, 1, 7, 9, 0x0fff_ffff]),
  vaddr: (random: Random): number => random.oneOf(addresses),
  priority: (random: Random): number => random.oneOf([0, 50, 100, 200, 200, 200, 255]),
  type: (random: Random): number => random.below(10),
  bits: (random: Random): number => random.oneOf([1, 4, 7, 8, 8, 9, 12]),
  count: (random: Random): number => random.oneOf([1, 1, 1, 2, 3, 20]),
  time: (random: Random): number => random.oneOf(times),
  /** Of a domain. One of no more than the minimal budget is over before its threads can do anything, as on seL4. */
  duration: (random: Random): number => random.oneOf([0, 100, 300, 700, 2000, 0xffff_ffff]),
  irq: (random: Random): number => random.below(45),
  domain: (random: Random): number => random.below(4),
} as const;

interface Form {
  readonly label: number;
  /** Tag of what is invoked. */
  readonly on: number;
  readonly words: readonly Kind[];
  /** Tags of the companions; 0 for an empty slot. */
  readonly caps: readonly number[];
}

const labels = labelTable(16);

const form = (on: number, name: LabelName, words: string, caps: readonly number[] = []): Form => ({
  label: labelNumber(labels, name) ?? 0,
  on,
  words: (words === '' ? [] : words.split(' ')) as Kind[],
  caps,
});

const fromSlot = 'slot depth slot depth';
const { cnode, thread, untyped, frame, pageTable, endpoint, notification, schedContext } = tag;

/** Every label at least once, with words that may be right. */
const forms: readonly Form[] = [
  form(untyped, 'UntypedRetype', 'type bits zero zero slot count', [cnode]),
  form(untyped, 'UntypedRetype', 'type bits slot depth small count', [cnode]),
  form(cnode, 'CNodeRevoke', 'slot depth'),
  form(cnode, 'CNodeDelete', 'slot depth'),
  form(cnode, 'CNodeDelete', 'slot depth'),
  form(cnode, 'CNodeCancelBadgedSends', 'slot depth'),
  form(cnode, 'CNodeCopy', `${fromSlot} rights`, [cnode]),
  form(cnode, 'CNodeCopy', `${fromSlot} rights`, [cnode]),
  form(cnode, 'CNodeMint', `${fromSlot} rights badge`, [cnode]),
  form(cnode, 'CNodeMint', `${fromSlot} rights badge`, [cnode]),
  form(cnode, 'CNodeMove', fromSlot, [cnode]),
  form(cnode, 'CNodeMutate', `${fromSlot} badge`, [cnode]),
  form(cnode, 'CNodeRotate', 'slot depth zero slot depth zero slot depth', [cnode, cnode]),
  // Into and out of the other CNodes, whose slots have short addresses.
  form(cnode, 'CNodeCopy', 'small small slot depth rights', [cnode]),
  form(cnode, 'CNodeMove', 'slot depth small small', [cnode]),
  form(thread, 'TCBReadRegisters', 'small small'),
  form(thread, 'TCBWriteRegisters', 'small small any any any any any any'),
  form(thread, 'TCBCopyRegisters', 'small', [thread]),
  form(thread, 'TCBConfigure', 'zero zero vaddr', [cnode, pageTable, frame]),
  form(thread, 'TCBSetPriority', 'priority', [thread]),
  form(thread, 'TCBSetMCPriority', 'priority', [thread]),
  form(thread, 'TCBSetSchedParams', 'priority priority', [thread, schedContext, endpoint]),
  form(thread, 'TCBSetSchedParams', 'priority priority', [thread, 0, 0]),
  form(thread, 'TCBSetTimeoutEndpoint', '', [endpoint]),
  form(thread, 'TCBSetIPCBuffer', 'vaddr', [frame]),
  form(thread, 'TCBSetSpace', 'zero zero', [endpoint, cnode, pageTable]),
  form(thread, 'TCBSuspend', ''),
  form(thread, 'TCBResume', ''),
  form(thread, 'TCBResume', ''),
  form(thread, 'TCBBindNotification', '', [notification]),
  form(thread, 'TCBUnbindNotification', ''),
  form(thread, 'TCBSetTLSBase', 'any'),
  form(thread, 'TCBSetFlags', 'small small'),
  form(tag.irqControl, 'IRQIssueIRQHandler', 'irq slot depth', [cnode]),
  form(tag.irqControl, 'RISCVIRQIssueIRQHandlerTrigger', 'irq small slot depth', [cnode]),
  form(tag.irqHandler, 'IRQAckIRQ', ''),
  form(tag.irqHandler, 'IRQSetIRQHandler', '', [notification]),
  form(tag.irqHandler, 'IRQClearIRQHandler', ''),
  form(tag.domain, 'DomainSetSet', 'domain', [thread]),
  form(tag.domain, 'DomainScheduleConfigure', 'small domain duration zero'),
  form(tag.domain, 'DomainScheduleSetStart', 'small'),
  form(tag.schedControl, 'SchedControlConfigureFlags', 'time zero time zero zero any zero', [
    schedContext,
  ]),
  form(tag.schedControl, 'SchedControlConfigureFlags', 'time zero time zero small any small', [
    schedContext,
  ]),
  form(schedContext, 'SchedContextBind', '', [thread]),
  form(schedContext, 'SchedContextBind', '', [notification]),
  form(schedContext, 'SchedContextUnbind', ''),
  form(schedContext, 'SchedContextUnbindObject', '', [thread]),
  form(schedContext, 'SchedContextUnbindObject', '', [notification]),
  form(schedContext, 'SchedContextConsumed', ''),
  form(schedContext, 'SchedContextYieldTo', ''),
  form(pageTable, 'RISCVPageTableMap', 'vaddr zero', [pageTable]),
  form(pageTable, 'RISCVPageTableUnmap', ''),
  form(frame, 'RISCVPageMap', 'vaddr rights small', [pageTable]),
  form(frame, 'RISCVPageUnmap', ''),
  form(frame, 'RISCVPageGetAddress', ''),
  form(tag.asidControl, 'RISCVASIDControlMakePool', 'slot depth', [untyped, cnode]),
  form(tag.asidPool, 'RISCVASIDPoolAssign', '', [pageTable]),
];

/** Words of memory that one entry may touch: the largest is a Retype of 256 objects, or a list of 100 work units. */
const accessLimit = 20_000;
const cycleLimit = 200_000;
/** Entries in a row that one system call may take: each clears 25 KiB or deletes a hundred slots. */
const restartLimit = 200;

export interface FuzzerOptions extends BootOptions {
  readonly domains?: number;
  /** All invariants are checked after every so many steps. */
  readonly checkEvery: number;
  /** Looks at the system after every step. */
  readonly observeStep?: (k: KernelFixture) => void;
}

export class KernelFuzzer {
  readonly k: KernelFixture;
  systemCalls = 0;
  /** Most words touched in one entry, and most entries of one system call. */
  mostAccesses = 0;
  mostRestarts = 0;
  private readonly checkEvery: number;
  private readonly observeStep: FuzzerOptions['observeStep'];
  private readonly begin: { readonly memory: Int32Array; readonly hart: Hart };
  private readonly slots: readonly number[];
  private readonly rootCNode: number;
  private restarts = 0;
  private last = '';

  constructor({ domains = 1, checkEvery, observeStep, ...options }: FuzzerOptions) {
    this.k = populate(domains, options);
    this.checkEvery = checkEvery;
    this.observeStep = observeStep;
    const { k } = this;
    this.begin = { memory: k.memory.contents.slice(), hart: hartOf(k) };
    this.rootCNode = cnodePointer(k.capability('cnode').w0);
    this.slots = [
      ...initialSlots.map((name) => k.slot(name)),
      ...Array.from({ length: playground.count }, (_, index) => playground.first + index),
    ];
  }

  /** One sequence, until nobody can run or `steps` are done; throws with the step at which something was wrong. */
  run(random: Random, steps: number): void {
    this.restore();
    for (let step = 1; step <= steps; step += 1) {
      try {
        this.step(random);
        this.observeStep?.(this.k);
        const isOver = (this.k.waiting && !this.wake(random)) || step === steps;
        if (isOver || step % this.checkEvery === 0) this.checkAll();
        if (isOver) return;
      } catch (error) {
        throw new Error(`step ${String(step)}, ${this.last}`, { cause: error });
      }
    }
  }

  restore(): void {
    const { k, begin } = this;
    k.memory.contents.set(begin.memory);
    k.hart.x.set(begin.hart.x);
    k.hart.pc = begin.hart.pc;
    k.hart.rootTable = begin.hart.rootTable;
    k.hart.asid = begin.hart.asid;
    k.now = begin.hart.now;
    k.deadline = begin.hart.deadline;
    k.waiting = false;
    k.pendingIrqs.length = 0;
    k.completedIrqs.length = 0;
    k.console = '';
    this.restarts = 0;
  }

  /** Whether somebody runs again: because time passed, or since a debugger resumed all threads. */
  private wake(random: Random): boolean {
    const { k } = this;
    for (let attempt = 0; k.waiting && attempt < 4; attempt += 1) {
      if (Number.isFinite(k.deadline)) k.now = Math.max(k.now, k.deadline);
      if (attempt === 1 || random.below(3) === 0) {
        for (const each of allThreads(k.state)) restart(k.state, each);
      }
      this.enter(0x8000_0005, 0, 'the timer wakes the idle kernel');
    }
    return !k.waiting;
  }

  private step(random: Random): void {
    const { k } = this;
    k.now += random.below(3);
    // A system call that was preempted goes on, as the hart would do, unless something comes in between.
    if (this.restarts > 0 && random.below(16) !== 0) this.ecall('going on');
    else this.stepAnew(random, random.below(100));
  }

  private stepAnew(random: Random, choice: number): void {
    const { k } = this;
    const { x } = k.hart;
    if (choice < 56) this.invokeLikely(random);
    else if (choice < 64) this.invokeAnything(random);
    else if (choice < 87) this.communicate(random);
    else if (choice < 90) this.scribble(random);
    else if (choice < 92) {
      for (let index = 1; index < 32; index += 1) x[index] = anything(random);
      if (random.below(2) === 0) x[17] = -random.below(30);
      this.ecall('a system call of garbage');
    } else if (choice < 93) {
      x[17] = random.word();
      this.ecall('an unknown system call');
    } else if (choice < 95) {
      const cause = random.oneOf([0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 13, 15, 24]);
      k.hart.pc = anything(random) as typeof k.hart.pc;
      this.enter(cause, anything(random), `exception ${String(cause)}`);
    } else if (choice < 98) {
      k.now += random.oneOf([1, 10, 100, 1000, 7000]);
      if (k.now >= k.deadline) this.enter(0x8000_0005, 0, 'the timer');
    } else {
      const irq = random.oneOf([0, 7, 7, 9, 9, random.below(46)]);
      k.pendingIrqs.push(irq);
      this.enter(0x8000_0009, 0, `interrupt ${String(irq)}`);
    }
  }

  private invokeLikely(random: Random): void {
    const chosen = random.oneOf(forms);
    const { x } = this.k.hart;
    x[10] = this.slotWith(random, chosen.on);
    const words = chosen.words.map((kind) => kinds[kind](random));
    const caps = chosen.caps.map((type) => this.slotWith(random, type));
    this.offer(random, chosen.label, words, caps);
    x[17] = random.below(12) === 0 ? -5 : -1;
    this.ecall(`label ${String(chosen.label)} (${words.map(String).join(' ')})`);
  }

  private invokeAnything(random: Random): void {
    const label = random.below(labels.length + 2);
    const { x } = this.k.hart;
    x[10] = random.below(8) === 0 ? anything(random) : random.oneOf(this.slots);
    const words = Array.from({ length: random.below(9) }, () => anything(random));
    const caps = Array.from({ length: random.below(4) }, () =>
      random.below(8) === 0 ? anything(random) : random.oneOf(this.slots),
    );
    this.offer(random, label, words, caps);
    if (random.below(8) === 0) x[11] = random.word();
    x[17] = random.oneOf([-1, -1, -1, -5, -6, -2, -3, -4]);
    x[5] = random.oneOf(this.slots);
    x[16] = random.oneOf(this.slots);
    this.ecall(`any label ${String(label)}`);
  }

  /** IPC and signals, with capabilities now and then. */
  private communicate(random: Random): void {
    const { x } = this.k.hart;
    const target = (): number =>
      this.slotWith(random, random.oneOf([endpoint, endpoint, notification, tag.reply]));
    const source = (): number => this.slotWith(random, random.oneOf([endpoint, notification]));
    const number = -1 - random.below(13);
    const words = Array.from({ length: random.oneOf([0, 1, 2, 4, 4, 5, 8]) }, () => random.word());
    const caps =
      random.below(4) === 0
        ? Array.from({ length: 1 + random.below(3) }, () => random.oneOf(this.slots))
        : [];
    this.offer(random, small(random), words, caps);
    const receives = number === -2 || number === -3 || number === -4 || number <= -7;
    x[10] = receives ? source() : target();
    x[16] = number === -4 ? target() : this.slotWith(random, tag.reply);
    x[5] = target();
    x[17] = number;
    this.ecall(`system call ${String(number)}`);
  }

  /** What a program may do to its own memory: its IPC buffer and its frames. No kernel entry. */
  private scribble(random: Random): void {
    const { k } = this;
    this.last = 'scribbling';
    const buffer = bufferOf(k.state, k.state.currentThread, 'receive');
    if (buffer !== 0 && random.below(2) === 0) {
      const offset = 4 * random.below(128);
      k.memory.write32((buffer + offset) as PhysAddr, anything(random));
      return;
    }
    const at = this.rootCNode + slotBytes * this.slotWith(random, frame);
    if (tagOf(k.state.read(at + slot.w0)) !== frame) return;
    const base = mappedBase(k.state.read(at + slot.w1));
    const address = (base + 4 * random.below(1024)) as PhysAddr;
    if (k.memory.contains(address, 4)) k.memory.write32(address, random.word());
  }

  /** A slot that holds such a capability now, or any slot where there is none. */
  private slotWith(random: Random, type: number): number {
    const { slots, rootCNode } = this;
    const words = this.k.memory.contents;
    const start = random.below(slots.length);
    for (let index = 0; index < slots.length; index += 1) {
      const at = slots[(start + index) % slots.length] ?? 0;
      const w0 = words[(rootCNode + at * slotBytes - this.k.memory.base) >>> 2] ?? 0;
      if (tagOf(w0) === type) {
        // The root task's CNode is the one in which slots of the playground can be found.
        return type === cnode && random.below(4) !== 0 ? initialSlot.cnode : at;
      }
    }
    return random.oneOf(slots);
  }

  private offer(
    random: Random,
    label: number,
    words: readonly number[],
    caps: readonly number[],
  ): void {
    const { k } = this;
    const { x } = k.hart;
    x[11] = messageInfo(label, 0, caps.length, words.length);
    for (let index = 0; index < 4; index += 1) x[12 + index] = words[index] ?? 0;
    const buffer = bufferOf(k.state, k.state.currentThread, 'receive');
    if (buffer === 0) return;
    const at = (buffer - k.memory.base) >>> 2;
    const { contents } = k.memory;
    for (let index = 4; index < words.length; index += 1) {
      contents[at + ipcBuffer.message / 4 + index] = words[index] ?? 0;
    }
    caps.forEach((cap, index) => {
      contents[at + ipcBuffer.capsOrBadges / 4 + index] = cap;
    });
    contents[at + ipcBuffer.receiveRoot / 4] = initialSlot.cnode;
    contents[at + ipcBuffer.receiveIndex / 4] = playSlot(random);
    contents[at + ipcBuffer.receiveDepth / 4] = 32;
  }

  private ecall(what: string): void {
    const { k } = this;
    const caller = k.state.currentThread;
    const { pc } = k.hart;
    this.systemCalls += 1;
    this.enter(8, 0, what);
    const startsOver = !k.waiting && k.state.currentThread === caller && k.hart.pc === pc;
    this.restarts = startsOver ? this.restarts + 1 : 0;
    if (this.restarts > this.mostRestarts) this.mostRestarts = this.restarts;
    if (this.restarts > restartLimit) throw new Error('a system call makes no progress');
  }

  private enter(cause: number, value: number, what: string): void {
    const { k } = this;
    this.last = what;
    const accesses = k.memory.accesses;
    k.hart.cycles = 0;
    k.waiting = k.kernel.trap(k.hart, { cause, value }) === 'wait';
    const used = k.memory.accesses - accesses;
    if (used > this.mostAccesses) this.mostAccesses = used;
    if (used > accessLimit) throw new Error(`one entry touched ${String(used)} words`);
    if (k.hart.cycles > cycleLimit) throw new Error(`${String(k.hart.cycles)} cycles in one entry`);
    this.checkCurrent();
  }

  /** What can be told without a walk: who runs may run, in his address space. */
  private checkCurrent(): void {
    const { k } = this;
    const { state } = k;
    const current = state.currentThread;
    const isIdle = current === state.idleThread;
    if (isIdle !== k.waiting)
      throw new Error('the kernel waits though a thread runs, or the reverse');
    if (isIdle) return;
    const runs = stateOf(state, current);
    if (runs !== threadState.running && runs !== threadState.restart) {
      throw new Error(`the current thread is in state ${String(runs)}`);
    }
    const sc = state.read(current + tcb.schedContext);
    if (sc === 0 || sc !== state.currentSchedContext) {
      throw new Error('the current thread runs on a scheduling context that is not its own');
    }
    if (!Number.isFinite(k.deadline)) throw new Error('a thread runs and no timer is set');
  }

  private checkAll(): void {
    const broken = checkInvariants(this.k.memory, this.k.board);
    if (broken.length > 0 && this.rootCNodeIsKnown()) throw new Error(broken.join('\n'));
  }

  /** A root CNode that only itself holds is beyond reach, and what the checks would have to find lies in there. */
  private rootCNodeIsKnown(): boolean {
    for (const { w0 } of allSlots(this.k.state).values()) {
      if (tagOf(w0) === cnode && cnodePointer(w0) === this.rootCNode) return true;
    }
    return false;
  }
}

interface Hart {
  readonly x: Int32Array;
  readonly pc: KernelFixture['hart']['pc'];
  readonly rootTable: number;
  readonly asid: number;
  readonly now: number;
  readonly deadline: number;
}

const hartOf = (k: KernelFixture): Hart => ({
  x: k.hart.x.slice(),
  pc: k.hart.pc,
  rootTable: k.hart.rootTable,
  asid: k.hart.asid,
  now: k.now,
  deadline: k.deadline,
});
