/**
 * Boot: from an image and empty RAM to a root task that is about to run its first instruction. What is
 * made, in which slots, and what BootInfo says about it is sel4-abi section 7; where it lies, boot-plan.ts.
 */
import { bootInfo, extraBootInfo, initialSlot, untypedDescription } from '../abi/boot-info.js';
import { minSchedContextBits, slotBits, tcbBits } from '../abi/object-types.js';
import { virtAddr, type PhysAddr } from '../base/address.js';
import { ok, type Result } from '../base/result.js';
import type { SystemImage } from '../image/system-image.js';
import type { SupervisedHart } from '../machine/ports.js';
import {
  asidControlCapability,
  asidPoolCapability,
  cnodeCapability,
  domainCapability,
  frameCapability,
  frameRights,
  frameSize,
  irqControlCapability,
  objectBase,
  pageTableCapability,
  readCapability,
  schedContextCapability,
  schedControlCapability,
  slotAddress,
  threadCapability,
  untypedCapability,
  withFreeOffset,
  type Capability,
} from './capabilities/capability.js';
import { insertDerived, insertOriginal, insertRoot } from './capabilities/derivation.js';
import { megaPage, page, planBoot, type BootPlan } from './boot-plan.js';
import { configuration, domainScheduleLength, highestPriority } from './configuration.js';
import { userEntry } from './invocations/page.js';
import type { BootedImage } from './kernel.js';
import type { KernelState } from './kernel-state.js';
import {
  globals,
  irqState,
  kernelRegionBytes,
  schedContext,
  tcb,
  tcbOffset,
  tcbSlot,
  threadState,
} from './layout.js';
import { asidTableEntry, pte, pteFor } from './objects/address-space.js';
import { setIrqState } from './objects/irq.js';
import { addToAllThreads, setName } from './objects/thread-name.js';
import { badgeRegister, register, writeState } from './objects/thread.js';
import { minimumRefills, newRefills } from './scheduler/refills.js';
import { domainEntry } from './scheduler/scheduler.js';
import { returnToUser } from './trap.js';

/** The root task's address space is the first. */
const rootAsid = 1;
/** A budget that outlasts every run. */
const idleBudget = 2 ** 52;

export function bootRootTask(
  k: KernelState,
  image: SystemImage,
  hart: SupervisedHart,
): Result<BootedImage, string> {
  const planned = planBoot(k, image);
  if (!planned.ok) return planned;
  const plan = planned.value;
  k.hart = hart;
  clearGlobals(k, plan);
  loadImage(k, image, plan);
  const slots = new InitialSlots(k, plan);
  createAddressSpace(k, plan, slots);
  createIdleThread(k);
  createRootThread(k, image, plan);
  writeBootInfo(k, plan, slots);
  writeExtraBootInfo(k, plan);
  k.setGlobal(globals.currentThread, plan.thread);
  k.setGlobal(globals.currentSchedContext, plan.schedContext);
  const deadline = k.ticks(configuration.bootThreadBudgetMicroseconds) - k.timerPrecision;
  k.ports.timer.setDeadline(k.currentTime + deadline);
  returnToUser(k, hart);
  return ok({
    virtualBase: virtAddr(plan.imageStart),
    physicalBase: plan.imagePhysical as PhysAddr,
    sizeBytes: plan.imageBytes,
    rootThread: plan.thread as PhysAddr,
  });
}

function clearGlobals(k: KernelState, { settings }: BootPlan): void {
  k.memory.fill(k.board.ram.base, kernelRegionBytes(settings.domains), 0);
  k.setGlobal(globals.addressSpace, 1);
  k.writeTime(k.globals + globals.currentTime, k.ports.timer.now());
  const timer = settings.highestInterrupt + 1;
  k.setGlobal(globals.irqLimit, timer);
  setIrqState(k, timer, irqState.timer);
  k.setGlobal(globals.domains, settings.domains);
  k.setGlobal(globals.domainScheduleLength, domainScheduleLength(settings.domains));
  // Domain 0 for ever, until the root task writes another schedule; the other entries are end markers.
  k.writeTime(domainEntry(k, 0) + 8, idleBudget);
  k.writeTime(k.globals + globals.domainTime, idleBudget);
}

function loadImage(k: KernelState, image: SystemImage, plan: BootPlan): void {
  k.memory.fill(plan.imagePhysical as PhysAddr, plan.imageBytes, 0);
  for (const segment of image.segments) {
    const at = plan.imagePhysical + (segment.virtualAddress - plan.imageStart);
    const bytes = segment.bytes.subarray(0, segment.memorySizeBytes);
    if (bytes.length > 0) k.memory.copyIn(at as PhysAddr, bytes);
  }
}

/** The root CNode as it fills up. */
class InitialSlots {
  readonly k: KernelState;
  readonly plan: BootPlan;
  readonly cnode: number;
  next: number = initialSlot.firstFree;

  constructor(k: KernelState, plan: BootPlan) {
    this.k = k;
    this.plan = plan;
    this.cnode = plan.cnode;
    const radix = plan.settings.rootCNodeRadix;
    k.memory.fill(plan.cnode as PhysAddr, 2 ** (radix + slotBits), 0);
    // First, since what lies in them is made from them.
    plan.tainted.forEach(({ base, sizeBits, isDevice }, index) => {
      const whole = withFreeOffset(untypedCapability(base, sizeBits, isDevice), 2 ** sizeBits);
      insertRoot(k, whole, this.at(plan.firstTaintedSlot + index));
    });
    this.put(initialSlot.cnode, cnodeCapability(plan.cnode, radix, 32 - radix, 0));
    this.put(initialSlot.domain, domainCapability);
    this.put(initialSlot.irqControl, irqControlCapability);
    this.put(initialSlot.asidControl, asidControlCapability);
    this.put(initialSlot.asidPool, asidPoolCapability(plan.asidPool, 0));
    this.put(initialSlot.tcb, threadCapability(plan.thread));
    this.put(
      initialSlot.schedContext,
      schedContextCapability(plan.schedContext, minSchedContextBits),
    );
  }

  at(index: number): number {
    return slotAddress(this.cnode, index);
  }

  put(index: number, capability: Capability): void {
    const object = objectBase(capability) ?? -1;
    const parent = this.plan.tainted.findIndex(
      ({ base, sizeBits }) => base <= object && object < base + 2 ** sizeBits,
    );
    if (parent < 0) insertRoot(this.k, capability, this.at(index));
    else
      insertOriginal(
        this.k,
        capability,
        this.at(this.plan.firstTaintedSlot + parent),
        this.at(index),
      );
  }

  add(capability: Capability): void {
    this.put(this.next, capability);
    this.next += 1;
  }
}

/** Page tables and frames; everything readable, writable and executable, as seL4 maps a root task. */
function createAddressSpace(k: KernelState, plan: BootPlan, slots: InitialSlots): void {
  const { memory } = k;
  memory.fill(plan.vspace as PhysAddr, page * 4, 0);
  memory.fill(plan.paging as PhysAddr, page * plan.pageTables, 0);
  slots.put(
    initialSlot.vspace,
    pageTableCapability({ base: plan.vspace, isMapped: true, asid: rootAsid, vaddr: 0 }),
  );
  k.write(asidTableEntry(k, 0), plan.asidPool);
  k.write(plan.asidPool + 4 * rootAsid, plan.vspace);

  const info = new BootInfoWriter(k, plan);
  const firstTable = Math.floor(plan.imageStart / megaPage);
  const pagingFrom = slots.next;
  for (let index = 0; index < plan.pageTables; index += 1) {
    const base = plan.paging + index * page;
    k.write(plan.vspace + 4 * (firstTable + index), pteFor(base, pte.valid));
    const vaddr = (firstTable + index) * megaPage;
    slots.add(pageTableCapability({ base, isMapped: true, asid: rootAsid, vaddr }));
  }
  info.region(bootInfo.userImagePaging, pagingFrom, slots.next);

  const frame = (base: number, vaddr: number): Capability => {
    const table = plan.paging + (Math.floor(vaddr / megaPage) - firstTable) * page;
    k.write(table + 4 * ((vaddr >>> 12) & 0x3ff), userEntry(base, frameRights.readWrite, true));
    return frameCapability({
      base,
      size: frameSize.page,
      rights: frameRights.readWrite,
      isDevice: false,
      asid: rootAsid,
      vaddr,
    });
  };
  slots.put(initialSlot.bootInfoFrame, frame(plan.bootInfoPage, plan.bootInfoVirtual));
  if (plan.extraBytes > 0) {
    const extraFrom = slots.next;
    for (let offset = 0; offset < plan.extraBytes; offset += page) {
      slots.add(frame(plan.extra + offset, plan.extraVirtual + offset));
    }
    info.region(bootInfo.extraBootInfoPages, extraFrom, slots.next);
  }
  info.region(bootInfo.schedControl, slots.next, slots.next + 1);
  slots.add(schedControlCapability);
  slots.put(initialSlot.ipcBuffer, frame(plan.ipcBuffer, plan.ipcBufferVirtual));
  const framesFrom = slots.next;
  for (let offset = 0; offset < plan.imageBytes; offset += page) {
    slots.add(frame(plan.imagePhysical + offset, plan.imageStart + offset));
  }
  info.region(bootInfo.userImageFrames, framesFrom, slots.next);
}

function createIdleThread(k: KernelState): void {
  const thread = k.idleThread;
  const sc = k.idleSchedContext;
  writeState(k, thread, threadState.idle, 0);
  k.write(thread + tcb.schedContext, sc);
  k.write(sc + schedContext.thread, thread);
  newRefills(k, sc, minimumRefills, idleBudget, 0);
  setName(k, thread, 'idle_thread');
}

function createRootThread(k: KernelState, image: SystemImage, plan: BootPlan): void {
  const { thread } = plan;
  k.memory.fill((thread - tcbOffset) as PhysAddr, 2 ** tcbBits + 2 ** minSchedContextBits, 0);
  const install = (index: number, to: number): void => {
    const from = slotAddress(plan.cnode, index);
    insertDerived(k, readCapability(k, from), from, to);
  };
  install(initialSlot.cnode, tcbSlot(thread, 'cspace'));
  install(initialSlot.vspace, tcbSlot(thread, 'vspace'));
  const bufferSlot = slotAddress(plan.cnode, initialSlot.ipcBuffer);
  // A copy of a frame capability is not mapped itself.
  insertDerived(
    k,
    frameCapability({
      base: plan.ipcBuffer,
      size: frameSize.page,
      rights: frameRights.readWrite,
      isDevice: false,
      asid: 0,
      vaddr: 0,
    }),
    bufferSlot,
    tcbSlot(thread, 'ipcBuffer'),
  );
  k.write(thread + tcb.ipcBuffer, plan.ipcBufferVirtual);
  k.write(thread + badgeRegister, plan.bootInfoVirtual);
  k.write(thread + register.faultIp, image.entry);
  k.write(thread + register.nextIp, image.entry);
  k.write(thread + tcb.schedContext, plan.schedContext);
  k.write(plan.schedContext + schedContext.thread, thread);
  newRefills(
    k,
    plan.schedContext,
    minimumRefills,
    k.ticks(configuration.bootThreadBudgetMicroseconds),
    0,
  );
  k.write(thread + tcb.priority, highestPriority);
  k.write(thread + tcb.mcp, highestPriority);
  writeState(k, thread, threadState.running, 0);
  setName(k, thread, 'rootserver');
  addToAllThreads(k, thread);
  k.emit({ kind: 'threadCreated', thread: thread as PhysAddr });
  k.emit({ kind: 'threadNamed', thread: thread as PhysAddr, name: 'rootserver' });
}

class BootInfoWriter {
  readonly k: KernelState;
  readonly page: number;

  constructor(k: KernelState, plan: BootPlan) {
    this.k = k;
    this.page = plan.bootInfoPage;
  }

  word(offset: number, value: number): void {
    this.k.write(this.page + offset, value);
  }

  region(offset: number, start: number, end: number): void {
    this.word(offset, start);
    this.word(offset + 4, end);
  }
}

function writeBootInfo(k: KernelState, plan: BootPlan, slots: InitialSlots): void {
  const info = new BootInfoWriter(k, plan);
  info.word(bootInfo.nodeCount, 1);
  info.word(bootInfo.ipcBuffer, plan.ipcBufferVirtual);
  info.word(bootInfo.rootCNodeSizeBits, plan.settings.rootCNodeRadix);
  const untypedFrom = slots.next;
  [...plan.untypeds, ...plan.tainted].forEach(({ base, sizeBits, isDevice }, index) => {
    const isTainted = index >= plan.untypeds.length;
    const at = bootInfo.untypedList + index * untypedDescription.bytes;
    info.word(at + untypedDescription.physicalAddress, base);
    info.word(
      at + untypedDescription.sizeBits,
      sizeBits | (isDevice ? 0x100 : 0) | (isTainted ? 0x1_0000 : 0),
    );
    if (!isTainted) slots.add(untypedCapability(base, sizeBits, isDevice));
  });
  slots.next += plan.tainted.length;
  info.region(bootInfo.untyped, untypedFrom, slots.next);
  info.region(bootInfo.empty, slots.next, 2 ** plan.settings.rootCNodeRadix);
}

/** What BootInfo has no field for: pieces with a header, on pages of their own. */
function writeExtraBootInfo(k: KernelState, plan: BootPlan): void {
  const { deviceTree } = k.ports;
  if (deviceTree === undefined) return;
  k.memory.fill(plan.extra as PhysAddr, Math.ceil(plan.extraBytes / page) * page, 0);
  k.write(plan.extra + extraBootInfo.id, extraBootInfo.deviceTree);
  k.write(plan.extra + extraBootInfo.length, extraBootInfo.headerBytes + deviceTree.length);
  k.memory.copyIn((plan.extra + extraBootInfo.headerBytes) as PhysAddr, deviceTree);
  new BootInfoWriter(k, plan).word(bootInfo.extraLength, plan.extraBytes);
}
