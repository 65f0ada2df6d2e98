/**
 * Kernel state as the views read it, whichever kernel it is: words by the kernel's own pointers, and the
 * layout that says what they mean. A view must not fall over a guest that has just started or gone
 * wrong, so a word outside RAM reads as zero.
 */
import { alignDown, bits } from '../base/bits.js';
import {
  asidPoolBits,
  endpointBits,
  megaPageBits,
  pageBits,
  pageTableBits,
  replyBits,
} from '../abi/object-types.js';
import { physAddr } from '../base/address.js';
import type { KernelImage, Platform } from '../platform.js';
import { imageLayout } from './image-layout.js';
import { decodeCapability, type DecodedCapability } from './capability-layout.js';
import { builtinLayout, type KernelLayout, type TcbField } from './kernel-layout.js';

export interface KernelSource {
  readonly layout: KernelLayout;
  /** Unsigned; 0 where there is no RAM. */
  word(pointer: number): number;
  byte(pointer: number): number;
  contains(pointer: number, bytes: number): boolean;
  /** Where a pointer of the kernel leads. */
  physical(pointer: number): number;
  /** The pointer by which the kernel names a physical address. */
  pointer(physical: number): number;
  readonly ticksPerSecond: number;
}

/** Undefined where no kernel runs that the views could read: none, or one that has not come up yet. */
export function kernelSource(platform: Platform): KernelSource | undefined {
  const { kernel } = platform.options;
  if (kernel === 'none') return undefined;
  const { memory, board } = platform.machine;
  const windows = kernel === 'builtin' ? undefined : imageWindows(kernel);
  const physical = (pointer: number): number => windows?.physical(pointer) ?? pointer;
  const access = memoryAccess(platform, physical);
  const layout =
    kernel === 'builtin' ? builtinLayout(board, access.word) : imageLayout(kernel, access.word);
  // A real kernel that boots has no threads yet.
  if (layout === undefined || access.word(layout.globals.currentThread) === 0) return undefined;
  return {
    ...access,
    layout,
    physical,
    pointer: (address) => windows?.pointer(address) ?? address,
    contains: (pointer, bytes) => memory.contains(physical(pointer), bytes),
    ticksPerSecond: board.timeTicksPerSecond,
  };
}

interface Windows {
  physical(pointer: number): number;
  pointer(physical: number): number;
}

/** Where seL4 for riscv32 maps all of memory, and itself a second time; both from a 4 MiB boundary on. */
const memoryWindow = 0x8000_0000;

/** sel4-inspect, "Address translation". Device registers, in the last 4 MiB, hold nothing for a view. */
function imageWindows({ image }: KernelImage): Windows {
  const [segment] = image.segments;
  const physicalBase = alignDown(segment?.physicalAddress ?? 0, megaPageBits);
  const imageWindow = alignDown(segment?.virtualAddress ?? memoryWindow, megaPageBits);
  return {
    physical: (pointer) => {
      const isInImage = pointer >= imageWindow && pointer - imageWindow < 2 ** megaPageBits;
      return (pointer - (isInImage ? imageWindow : memoryWindow) + physicalBase) >>> 0;
    },
    pointer: (physical) => (physical - physicalBase + memoryWindow) >>> 0,
  };
}

function memoryAccess(
  { machine: { memory } }: Platform,
  physical: (pointer: number) => number,
): Pick<KernelSource, 'word' | 'byte'> {
  return {
    word: (pointer) => {
      const at = physical(pointer);
      return at % 4 === 0 && memory.contains(at, 4) ? memory.read32(physAddr(at)) : 0;
    },
    byte: (pointer) => {
      const at = physical(pointer);
      return memory.contains(at, 1) ? memory.read8(physAddr(at)) : 0;
    },
  };
}

// ---- what every view needs ---------------------------------------------------------------------

/** 64 bits; exact below 2^53, which times never reach. */
export const timeAt = (kernel: KernelSource, pointer: number): number =>
  kernel.word(pointer) + kernel.word(pointer + 4) * 2 ** 32;

export const microseconds = (kernel: KernelSource, ticks: number): number =>
  Math.floor((ticks * 1_000_000) / kernel.ticksPerSecond);

export const slotBytes = ({ layout }: KernelSource): number => 2 ** layout.slotBits;

/** Of a slot, or of any two words that are a capability. */
export function capabilityAt(kernel: KernelSource, at: number): DecodedCapability {
  const { capabilities, slot } = kernel.layout;
  return decodeCapability(capabilities, kernel.word(at + slot.w0), kernel.word(at + slot.w1));
}

/** A TCB pointer is this far into its object. */
export const tcbOffset = ({ layout }: KernelSource): number => 2 ** (layout.tcbBits - 1);

/** A word of the TCB behind a TCB pointer; 0 for a field that this kernel lacks. */
export function tcbWord(kernel: KernelSource, tcb: number, field: TcbField): number {
  const offset = kernel.layout.tcb[field];
  return offset === undefined ? 0 : kernel.word(tcb + offset);
}

/** Threads, endpoints and reply objects are 16-byte aligned, and links have flags in the low bits. */
export const linkOf = (word: number): number => (word & ~0xf) >>> 0;

/** A slot of a TCB by what it is for; undefined in a kernel without it. */
function tcbSlotAt(
  kernel: KernelSource,
  tcb: number,
  name: KernelLayout['tcbSlots'][number],
): number | undefined {
  const index = kernel.layout.tcbSlots.indexOf(name);
  return index < 0 ? undefined : tcb - tcbOffset(kernel) + index * slotBytes(kernel);
}

export function tcbCapability(
  kernel: KernelSource,
  tcb: number,
  name: KernelLayout['tcbSlots'][number],
): DecodedCapability {
  const at = tcbSlotAt(kernel, tcb, name);
  return at === undefined ? { type: 'null', fields: {} } : capabilityAt(kernel, at);
}

/** The kernel's pointer to the first byte of the object; undefined for a capability to no memory. */
export function objectPointer(
  kernel: KernelSource,
  { type, fields }: DecodedCapability,
): number | undefined {
  const { pointer } = fields;
  if (pointer === undefined) return undefined;
  switch (type) {
    case 'thread':
      return pointer - tcbOffset(kernel);
    case 'zombie':
      return pointer - zombieSlots({ type, fields });
    case 'reply':
      // Without MCS it names the thread that waits, which is no object of its own.
      return kernel.layout.reply === undefined ? undefined : pointer;
    default:
      return pointer;
  }
}

/** log2 of the bytes of the object; 0 for a capability to no memory. */
export function objectBits(kernel: KernelSource, { type, fields }: DecodedCapability): number {
  const { layout } = kernel;
  switch (type) {
    case 'untyped':
    case 'schedContext':
      return fields.sizeBits ?? 0;
    case 'endpoint':
      return endpointBits;
    case 'notification':
      return layout.notificationBits;
    case 'reply':
      return layout.reply === undefined ? 0 : replyBits;
    case 'cnode':
      return (fields.radix ?? 0) + layout.slotBits;
    case 'thread':
      return layout.tcbBits;
    case 'frame':
      return fields.frameSize === 1 ? megaPageBits : pageBits;
    case 'pageTable':
      return pageTableBits;
    case 'asidPool':
      return asidPoolBits;
    case 'zombie':
      return fields.zombieType === zombieOfThread
        ? layout.tcbBits
        : (fields.zombieType ?? 0) + layout.slotBits;
    default:
      return 0;
  }
}

const zombieOfThread = 32;
/** A zombie of a TCB counts its slots in as many bits as a CNode of radix 4. */
const zombieThreadRadix = 4;

/** Slots of a zombie that still hold something: the low bits of its pointer. */
export function zombieSlots({ fields }: DecodedCapability): number {
  const type = fields.zombieType ?? 0;
  const radix = type === zombieOfThread ? zombieThreadRadix : type;
  return bits(fields.pointer ?? 0, radix, 0);
}

/**
 * The slot that a capability pointer of 32 bits leads to from a CSpace root; undefined where a guard differs or
 * the pointer is too short. A capability that is no CNode ends the way early. seL4 manual section 3.3.1.
 */
export function lookupSlot(
  kernel: KernelSource,
  root: DecodedCapability,
  cptr: number,
): number | undefined {
  let cnode = root;
  for (let left = 32; cnode.type === 'cnode';) {
    const { pointer = 0, radix = 0, guard = 0, guardSize = 0 } = cnode.fields;
    if (radix + guardSize === 0 || radix + guardSize > left) return undefined;
    if (guardSize > 0 && bits(cptr, left - 1, left - guardSize) !== guard) return undefined;
    left -= guardSize + radix;
    const at = pointer + bits(cptr, left + radix - 1, left) * slotBytes(kernel);
    cnode = capabilityAt(kernel, at);
    if (left === 0 || cnode.type !== 'cnode') return at;
  }
  return undefined;
}
