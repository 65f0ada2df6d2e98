/**
 * Boot: from an image and empty RAM to a root task that is about to run its first instruction. What is
 * made, in which slots, and what BootInfo says about it is sel4-abi section 7. In RAM, from the bottom: the
 * kernel region, the image, free memory, and at the top the root task's own objects.
 */
import {
  bootInfo,
  initialSlot,
  maxBootUntypeds,
  untypedDescriptionBytes,
} from '../abi/boot-info.js';
import {
  maxUntypedBits,
  minSchedContextBits,
  minUntypedBits,
  slotBits,
  tcbBits,
} from '../abi/object-types.js';
import { formatAddress, virtAddr, type PhysAddr } from '../base/address.js';
import { alignUp } from '../base/bits.js';
import { fail, ok, type Result } from '../base/result.js';
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
  pageTableCapability,
  readCapability,
  schedContextCapability,
  schedControlCapability,
  slotAddress,
  threadCapability,
  untypedCapability,
  type Capability,
} from './capabilities/capability.js';
import { insertDerived, insertRoot } from './capabilities/derivation.js';
import { configuration, highestPriority } from './configuration.js';
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

const page = 0x1000;
const megaPage = 0x40_0000;
/** The root task's address space is the first. */
const rootAsid = 1;
/** A budget that outlasts every run. */
const idleBudget = 2 ** 52;

/** Where everything goes: physical addresses, and virtual ones of the root task. */
interface Plan {
  readonly imageStart: number;
  readonly imageBytes: number;
  readonly imagePhysical: number;
  readonly ipcBufferVirtual: number;
  readonly bootInfoVirtual: number;
  readonly cnode: number;
  readonly vspace: number;
  readonly asidPool: number;
  readonly ipcBuffer: number;
  readonly bootInfoPage: number;
  readonly paging: number;
  readonly pageTables: number;
  readonly thread: number;
  readonly schedContext: number;
  readonly free: readonly { readonly start: number; readonly end: number }[];
}

export function bootRootTask(
  k: KernelState,
  image: SystemImage,
  hart: SupervisedHart,
): Result<BootedImage, string> {
  const planned = planMemory(k, image);
  if (!planned.ok) return planned;
  const plan = planned.value;
  k.hart = hart;
  clearGlobals(k);
  loadImage(k, image, plan);
  const slots = new InitialSlots(k, plan);
  createAddressSpace(k, plan, slots);
  createIdleThread(k);
  createRootThread(k, image, plan);
  writeBootInfo(k, plan, slots);
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

function planMemory(k: KernelState, image: SystemImage): Result<Plan, string> {
  const loaded = image.segments.filter((segment) => segment.memorySizeBytes > 0);
  if (loaded.length === 0) return fail(`The image ${image.name} has nothing to load.`);
  const first = Math.min(...loaded.map((segment) => segment.virtualAddress));
  const last = Math.max(
    ...loaded.map((segment) => segment.virtualAddress + segment.memorySizeBytes),
  );
  const imageStart = Math.floor(first / page) * page;
  const imageEnd = Math.ceil(last / page) * page;
  const imageBytes = imageEnd - imageStart;
  const virtualEnd = imageEnd + 2 * page;
  if (virtualEnd >= configuration.userTop) {
    return fail(
      `The image ${image.name} ends at ${formatAddress(imageEnd)}. With IPC buffer and BootInfo it must stay below ${formatAddress(configuration.userTop)}; link it lower.`,
    );
  }
  if (imageStart === 0) {
    return fail(
      `The image ${image.name} starts at address 0, which the kernel keeps free to catch null pointers; link it at a higher address.`,
    );
  }
  const pageTables = Math.ceil(virtualEnd / megaPage) - Math.floor(imageStart / megaPage);
  const frames = imageBytes / page;
  const slotsNeeded = initialSlot.firstFree + pageTables + frames + 1;
  const slots = 2 ** configuration.rootCNodeRadix;
  if (slotsNeeded + maxBootUntypeds > slots) {
    return fail(
      `The image ${image.name} has ${String(frames)} pages; their capabilities exceed the ${String(slots)} slots of the root CNode by ${String(slotsNeeded + maxBootUntypeds - slots)}.`,
    );
  }

  const { base } = k.board.ram;
  const top = base + k.board.ram.sizeBytes;
  const imagePhysical = base + kernelRegionBytes;
  const cnodeBytes = 2 ** (configuration.rootCNodeRadix + slotBits);
  const objectBytes =
    cnodeBytes + page * (4 + pageTables) + 2 ** tcbBits + 2 ** minSchedContextBits;
  const start = Math.floor((top - objectBytes) / cnodeBytes) * cnodeBytes;
  const needed = imagePhysical + imageBytes;
  if (start < needed) {
    return fail(
      `The image ${image.name} (${String(imageBytes)} bytes) does not fit into the ${String(k.board.ram.sizeBytes)} bytes of RAM of board ${k.board.name} beside the kernel: ${String(needed - start)} bytes are missing.`,
    );
  }
  const afterCNode = start + cnodeBytes;
  const paging = afterCNode + 4 * page;
  const threadObject = paging + pageTables * page;
  const sc = threadObject + 2 ** tcbBits;
  return ok({
    imageStart,
    imageBytes,
    imagePhysical,
    ipcBufferVirtual: imageEnd,
    bootInfoVirtual: imageEnd + page,
    cnode: start,
    vspace: afterCNode,
    asidPool: afterCNode + page,
    ipcBuffer: afterCNode + 2 * page,
    bootInfoPage: afterCNode + 3 * page,
    paging,
    pageTables,
    thread: threadObject + tcbOffset,
    schedContext: sc,
    free: [
      { start: needed, end: start },
      { start: sc + 2 ** minSchedContextBits, end: top },
    ],
  });
}

function clearGlobals(k: KernelState): void {
  k.memory.fill(k.board.ram.base, kernelRegionBytes, 0);
  k.setGlobal(globals.addressSpace, 1);
  k.writeTime(k.globals + globals.currentTime, k.ports.timer.now());
  const timer = Math.min(k.ports.interrupts.count + 1, 255);
  k.setGlobal(globals.irqLimit, timer);
  setIrqState(k, timer, irqState.timer);
  // One domain for ever; entry 1 is the end marker.
  k.writeTime(domainEntry(k, 0) + 8, idleBudget);
  k.writeTime(k.globals + globals.domainTime, idleBudget);
}

function loadImage(k: KernelState, image: SystemImage, plan: Plan): void {
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
  readonly cnode: number;
  next: number = initialSlot.firstFree;

  constructor(k: KernelState, plan: Plan) {
    this.k = k;
    this.cnode = plan.cnode;
    k.memory.fill(plan.cnode as PhysAddr, 2 ** (configuration.rootCNodeRadix + slotBits), 0);
    const radix = configuration.rootCNodeRadix;
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
    insertRoot(this.k, capability, this.at(index));
  }

  add(capability: Capability): void {
    this.put(this.next, capability);
    this.next += 1;
  }
}

/** Page tables and frames; everything readable, writable and executable, as seL4 maps a root task. */
function createAddressSpace(k: KernelState, plan: Plan, slots: InitialSlots): void {
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

function createRootThread(k: KernelState, image: SystemImage, plan: Plan): void {
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

  constructor(k: KernelState, plan: Plan) {
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

function writeBootInfo(k: KernelState, plan: Plan, slots: InitialSlots): void {
  const info = new BootInfoWriter(k, plan);
  info.word(bootInfo.nodeCount, 1);
  info.word(bootInfo.ipcBuffer, plan.ipcBufferVirtual);
  info.word(bootInfo.rootCNodeSizeBits, configuration.rootCNodeRadix);
  const untypedFrom = slots.next;
  const add = (base: number, sizeBits: number, isDevice: boolean): void => {
    const index = slots.next - untypedFrom;
    if (index >= maxBootUntypeds) return;
    const at = bootInfo.untypedList + index * untypedDescriptionBytes;
    info.word(at, base);
    info.word(at + 4, sizeBits | (isDevice ? 0x100 : 0));
    slots.add(untypedCapability(base, sizeBits, isDevice));
  };
  for (const device of k.board.devices) {
    if (device.kernelOwned) continue;
    const start = Math.floor(device.base / page) * page;
    const end = alignUp(device.base + device.sizeBytes, 12);
    forEachBlock(start, end, (base, sizeBits) => {
      add(base, sizeBits, true);
    });
  }
  for (const { start, end } of plan.free) {
    forEachBlock(start, end, (base, sizeBits) => {
      add(base, sizeBits, false);
    });
  }
  info.region(bootInfo.untyped, untypedFrom, slots.next);
  info.region(bootInfo.empty, slots.next, 2 ** configuration.rootCNodeRadix);
}

/** Cuts a range into the largest blocks whose size divides their address. */
function forEachBlock(
  start: number,
  end: number,
  action: (base: number, sizeBits: number) => void,
): void {
  let at = start;
  while (end - at >= 2 ** minUntypedBits) {
    const fits = Math.floor(Math.log2(end - at));
    const aligned = at === 0 ? 32 : 31 - Math.clz32(at & -at);
    const sizeBits = Math.min(fits, aligned, maxUntypedBits);
    if (sizeBits < minUntypedBits) return;
    action(at, sizeBits);
    at += 2 ** sizeBits;
  }
}
