/**
 * The bit patterns of capabilities: two words, as seL4 16.0 packs them on riscv32 (sel4-abi section 10).
 * Readers take one word, so that hot paths need no object; makers give both.
 */
import { megaPageBits, pageBits, slotBits, tcbBits } from '../../abi/object-types.js';
import {
  endpointBits,
  notificationBits,
  pageTableBits,
  replyBits,
  asidPoolBits,
} from '../../abi/object-types.js';
import type { KernelState } from '../kernel-state.js';
import { slot, slotBytes, tcbOffset, tcbSlots } from '../layout.js';

export interface Capability {
  readonly w0: number;
  readonly w1: number;
}

export const tag = {
  null: 0,
  frame: 1,
  untyped: 2,
  pageTable: 3,
  endpoint: 4,
  notification: 6,
  reply: 8,
  cnode: 10,
  asidControl: 11,
  thread: 12,
  asidPool: 13,
  irqControl: 0x0e,
  irqHandler: 0x1e,
  zombie: 0x2e,
  domain: 0x3e,
  schedContext: 0x4e,
  schedControl: 0x5e,
} as const;

export type CapabilityType = keyof typeof tag;

const typesByTag = new Map<number, CapabilityType>(
  Object.entries(tag).map(([name, value]) => [value, name as CapabilityType]),
);

/** Short tags have four bits; those that end in 0xe have eight. */
export const tagOf = (w0: number): number => ((w0 & 0xe) === 0xe ? w0 & 0xff : w0 & 0xf);

/** What people call each type: "page table". */
export const typeName = (w0: number): string => {
  const type = typesByTag.get(tagOf(w0));
  return type === undefined ? 'unknown' : words[type];
};
export const typeOf = (w0: number): CapabilityType => typesByTag.get(tagOf(w0)) ?? 'null';

const words: Readonly<Record<CapabilityType, string>> = {
  null: 'empty slot',
  frame: 'frame',
  untyped: 'untyped',
  pageTable: 'page table',
  endpoint: 'endpoint',
  notification: 'notification',
  reply: 'reply',
  cnode: 'CNode',
  asidControl: 'ASID control',
  thread: 'TCB',
  asidPool: 'ASID pool',
  irqControl: 'IRQ control',
  irqHandler: 'IRQ handler',
  zombie: 'zombie',
  domain: 'domain',
  schedContext: 'scheduling context',
  schedControl: 'scheduling control',
};

export const nullCapability: Capability = { w0: 0, w1: 0 };

export const readCapability = (k: KernelState, at: number): Capability => ({
  w0: k.read(at + slot.w0),
  w1: k.read(at + slot.w1),
});

export const writeCapability = (k: KernelState, at: number, capability: Capability): void => {
  k.write(at + slot.w0, capability.w0);
  k.write(at + slot.w1, capability.w1);
};

export const slotIsEmpty = (k: KernelState, at: number): boolean =>
  tagOf(k.read(at + slot.w0)) === tag.null;

const pointer16 = (word: number): number => (word & ~0xf) >>> 0;

// ---- untyped: w0 ptr[31:4]; w1 freeIndex[31:6] (units of 16 bytes) isDevice[5] sizeBits[4:0]

export const untypedCapability = (
  base: number,
  sizeBits: number,
  isDevice: boolean,
  freeIndex = 0,
): Capability => ({
  w0: (base | tag.untyped) >>> 0,
  w1: ((freeIndex << 6) | (isDevice ? 0x20 : 0) | sizeBits) >>> 0,
});
export const untypedBase = (w0: number): number => pointer16(w0);
export const untypedSizeBits = (w1: number): number => w1 & 0x1f;
export const untypedIsDevice = (w1: number): boolean => (w1 & 0x20) !== 0;
export const untypedFreeOffset = (w1: number): number => (w1 >>> 6) * 16;
export const withFreeOffset = (capability: Capability, offset: number): Capability => ({
  w0: capability.w0,
  w1: (((offset / 16) << 6) | (capability.w1 & 0x3f)) >>> 0,
});

// ---- endpoint: w0 badge[31:4]; w1 ptr[31:4] grantReply[3] grant[2] receive[1] send[0]

export const endpointRight = { send: 1, receive: 2, grant: 4, grantReply: 8 } as const;

export const endpointCapability = (pointer: number, badge: number, rights: number): Capability => ({
  w0: ((badge << 4) | tag.endpoint) >>> 0,
  w1: (pointer | rights) >>> 0,
});
export const endpointPointer = (w1: number): number => pointer16(w1);
export const endpointBadge = (w0: number): number => w0 >>> 4;

// ---- notification: w0 ptr[31:4]; w1 badge[31:4] receive[1] send[0]

export const notificationCapability = (
  pointer: number,
  badge: number,
  rights: number,
): Capability => ({
  w0: (pointer | tag.notification) >>> 0,
  w1: ((badge << 4) | rights) >>> 0,
});
export const notificationPointer = (w0: number): number => pointer16(w0);
export const notificationBadge = (w1: number): number => w1 >>> 4;

// ---- reply: w0 canGrant[4]; w1 ptr

export const replyCapability = (pointer: number, canGrant: boolean): Capability => ({
  w0: tag.reply | (canGrant ? 0x10 : 0),
  w1: pointer >>> 0,
});
export const replyPointer = (w1: number): number => w1;
export const replyCanGrant = (w0: number): boolean => (w0 & 0x10) !== 0;

// ---- CNode: w0 ptr[31:5]; w1 guardSize[27:23] radix[22:18] guard[17:0]

export const cnodeCapability = (
  pointer: number,
  radix: number,
  guardSize: number,
  guard: number,
): Capability => ({
  w0: (pointer | tag.cnode) >>> 0,
  w1: ((guardSize << 23) | (radix << 18) | (guard & 0x3_ffff)) >>> 0,
});
export const cnodePointer = (w0: number): number => (w0 & ~0x1f) >>> 0;
export const cnodeRadix = (w1: number): number => (w1 >>> 18) & 0x1f;
export const cnodeGuardSize = (w1: number): number => (w1 >>> 23) & 0x1f;
export const cnodeGuard = (w1: number): number => w1 & 0x3_ffff;

// ---- thread: w0 TCB pointer[31:4]

export const threadCapability = (pointer: number): Capability => ({
  w0: (pointer | tag.thread) >>> 0,
  w1: 0,
});
export const threadPointer = (w0: number): number => pointer16(w0);

// ---- frame: w0 size[28:27] rights[26:25] isDevice[24] vaddr[23:4] << 12; w1 asid[31:23] base[22:3] << 12

export const frameSize = { page: 0, megaPage: 1 } as const;
export const frameRights = { kernelOnly: 1, readOnly: 2, readWrite: 3 } as const;

export interface FrameFields {
  readonly base: number;
  readonly size: number;
  readonly rights: number;
  readonly isDevice: boolean;
  /** 0 while it is not mapped. */
  readonly asid: number;
  readonly vaddr: number;
}
export const frameCapability = (frame: FrameFields): Capability => ({
  w0:
    ((frame.size << 27) |
      (frame.rights << 25) |
      (frame.isDevice ? 1 << 24 : 0) |
      ((frame.vaddr >>> 12) << 4) |
      tag.frame) >>>
    0,
  w1: ((frame.asid << 23) | ((frame.base >>> 12) << 3)) >>> 0,
});
export const frameFields = (capability: Capability): FrameFields => ({
  base: mappedBase(capability.w1),
  size: (capability.w0 >>> 27) & 3,
  rights: frameRightsOf(capability.w0),
  isDevice: frameIsDevice(capability.w0),
  asid: mappedAsid(capability.w1),
  vaddr: mappedAddress(capability.w0),
});
export const frameRightsOf = (w0: number): number => (w0 >>> 25) & 3;
export const frameIsDevice = (w0: number): boolean => (w0 & (1 << 24)) !== 0;
export const frameBits = (w0: number): number =>
  ((w0 >>> 27) & 3) === frameSize.megaPage ? megaPageBits : pageBits;

/** Frames and page tables keep address space and place alike. */
export const mappedBase = (w1: number): number => (((w1 >>> 3) & 0xf_ffff) << 12) >>> 0;
export const mappedAsid = (w1: number): number => w1 >>> 23;
export const mappedAddress = (w0: number): number => (((w0 >>> 4) & 0xf_ffff) << 12) >>> 0;

// ---- page table: w0 isMapped[24] vaddr[23:4] << 12; w1 as for a frame

export interface PageTableFields {
  readonly base: number;
  readonly isMapped: boolean;
  readonly asid: number;
  readonly vaddr: number;
}
export const pageTableCapability = (table: PageTableFields): Capability => ({
  w0: ((table.isMapped ? 1 << 24 : 0) | ((table.vaddr >>> 12) << 4) | tag.pageTable) >>> 0,
  w1: ((table.asid << 23) | ((table.base >>> 12) << 3)) >>> 0,
});
export const pageTableFields = (capability: Capability): PageTableFields => ({
  base: mappedBase(capability.w1),
  isMapped: pageTableIsMapped(capability.w0),
  asid: mappedAsid(capability.w1),
  vaddr: mappedAddress(capability.w0),
});
export const pageTableIsMapped = (w0: number): boolean => (w0 & (1 << 24)) !== 0;

// ---- ASID control and pool: w0 pool ptr[31:4]; w1 first ASID[8:0]

export const asidControlCapability: Capability = { w0: tag.asidControl, w1: 0 };
export const asidPoolCapability = (pool: number, firstAsid: number): Capability => ({
  w0: (pool | tag.asidPool) >>> 0,
  w1: firstAsid,
});
export const asidPoolPointer = (w0: number): number => pointer16(w0);
export const asidPoolFirst = (w1: number): number => w1 & 0x1ff;

// ---- interrupts and domains

export const irqControlCapability: Capability = { w0: tag.irqControl, w1: 0 };
export const irqHandlerCapability = (irq: number): Capability => ({ w0: tag.irqHandler, w1: irq });
export const irqHandlerNumber = (w1: number): number => w1 & 0xff;
export const domainCapability: Capability = { w0: tag.domain, w1: 0 };

// ---- scheduling: w0 sizeBits[13:8]; w1 ptr[31:4]

export const schedContextCapability = (pointer: number, sizeBits: number): Capability => ({
  w0: (sizeBits << 8) | tag.schedContext,
  w1: pointer >>> 0,
});
export const schedContextPointer = (w1: number): number => pointer16(w1);
export const schedContextSizeBits = (w0: number): number => (w0 >>> 8) & 0x3f;
export const schedControlCapability: Capability = { w0: tag.schedControl, w1: 0 };

// ---- zombie: w0 type[13:8] (32 a TCB, else the radix of a CNode); w1 ptr, with the slots left in the low bits

export const zombieOfThread = 32;
const zombieThreadRadix = 4;
const zombieMask = (w0: number): number => {
  const type = zombieType(w0);
  return 2 ** ((type === zombieOfThread ? zombieThreadRadix : type) + 1) - 1;
};
export const zombieType = (w0: number): number => (w0 >>> 8) & 0x3f;
/** Slots from `zombiePointer` on that still hold something. */
export const zombieSlots = (capability: Capability): number =>
  (capability.w1 & zombieMask(capability.w0)) >>> 0;
export const zombiePointer = (capability: Capability): number =>
  (capability.w1 & ~zombieMask(capability.w0)) >>> 0;
export const withZombieSlots = (capability: Capability, slots: number): Capability => ({
  w0: capability.w0,
  w1: (zombiePointer(capability) | slots) >>> 0,
});
export const threadZombie = (tcbPointer: number): Capability => ({
  w0: (zombieOfThread << 8) | tag.zombie,
  w1: (tcbPointer - tcbOffset + tcbSlots.length) >>> 0,
});
export const cnodeZombie = (pointer: number, radix: number): Capability => ({
  w0: (radix << 8) | tag.zombie,
  w1: (pointer + 2 ** radix) >>> 0,
});

// ---- memory behind a capability

/** First byte of the object in RAM, or undefined for a capability to no memory. */
export function objectBase(capability: Capability): number | undefined {
  const { w0, w1 } = capability;
  switch (tagOf(w0)) {
    case tag.untyped:
      return untypedBase(w0);
    case tag.endpoint:
      return endpointPointer(w1);
    case tag.notification:
      return notificationPointer(w0);
    case tag.reply:
      return replyPointer(w1);
    case tag.cnode:
      return cnodePointer(w0);
    case tag.thread:
      return threadPointer(w0) - tcbOffset;
    case tag.frame:
    case tag.pageTable:
      return mappedBase(w1);
    case tag.asidPool:
      return asidPoolPointer(w0);
    case tag.schedContext:
      return schedContextPointer(w1);
    case tag.zombie:
      return zombiePointer(capability);
    default:
      return undefined;
  }
}

/** log2 of the bytes of the object; 0 for a capability to no memory. */
export function objectBits(capability: Capability): number {
  const { w0, w1 } = capability;
  switch (tagOf(w0)) {
    case tag.untyped:
      return untypedSizeBits(w1);
    case tag.endpoint:
      return endpointBits;
    case tag.notification:
      return notificationBits;
    case tag.reply:
      return replyBits;
    case tag.cnode:
      return cnodeRadix(w1) + slotBits;
    case tag.thread:
      return tcbBits;
    case tag.frame:
      return frameBits(w0);
    case tag.pageTable:
      return pageTableBits;
    case tag.asidPool:
      return asidPoolBits;
    case tag.schedContext:
      return schedContextSizeBits(w0);
    case tag.zombie:
      return zombieType(w0) === zombieOfThread ? tcbBits : zombieType(w0) + slotBits;
    default:
      return 0;
  }
}

export const slotAddress = (cnode: number, index: number): number => cnode + index * slotBytes;
