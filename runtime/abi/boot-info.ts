/**
 * What the root task finds at boot: the BootInfo page and the fixed slots of its CNode.
 * sel4-abi section 7; MCS layout.
 */
export interface InitialSlot {
  readonly slot: number;
  readonly name: string;
  readonly doc: string;
}

export const initialSlots: readonly InitialSlot[] = [
  { slot: 0, name: 'Null', doc: 'Always empty.' },
  { slot: 1, name: 'InitThreadTCB', doc: 'The root task.' },
  { slot: 2, name: 'InitThreadCNode', doc: 'The root of its capability space.' },
  { slot: 3, name: 'InitThreadVSpace', doc: 'The root of its address space.' },
  { slot: 4, name: 'IRQControl', doc: 'Makes interrupt handlers.' },
  { slot: 5, name: 'ASIDControl', doc: 'Makes ASID pools.' },
  { slot: 6, name: 'InitThreadASIDPool', doc: 'The first ASID pool.' },
  { slot: 7, name: 'IOPortControl', doc: 'Empty on RISC-V.' },
  { slot: 8, name: 'IOSpace', doc: 'Empty on RISC-V.' },
  { slot: 9, name: 'BootInfoFrame', doc: 'The frame of this BootInfo.' },
  { slot: 10, name: 'InitThreadIPCBuffer', doc: 'The frame of the root task’s IPC buffer.' },
  { slot: 11, name: 'Domain', doc: 'Moves threads between domains.' },
  { slot: 12, name: 'SMMUSIDControl', doc: 'Empty on RISC-V.' },
  { slot: 13, name: 'SMMUCBControl', doc: 'Empty on RISC-V.' },
  { slot: 14, name: 'InitThreadSC', doc: 'The root task’s scheduling context.' },
  { slot: 15, name: 'SMC', doc: 'Empty on RISC-V.' },
];

export const initialSlot = {
  tcb: 1,
  cnode: 2,
  vspace: 3,
  irqControl: 4,
  asidControl: 5,
  asidPool: 6,
  bootInfoFrame: 9,
  ipcBuffer: 10,
  domain: 11,
  schedContext: 14,
  firstFree: 16,
} as const;

/** Byte offsets. A region is two words: first slot, and one past the last. */
export const bootInfo = {
  extraLength: 0,
  nodeId: 4,
  nodeCount: 8,
  ioPageTableLevels: 12,
  ipcBuffer: 16,
  empty: 20,
  sharedFrames: 28,
  userImageFrames: 36,
  userImagePaging: 44,
  ioSpaceCaps: 52,
  extraBootInfoPages: 60,
  rootCNodeSizeBits: 68,
  initialDomain: 72,
  schedControl: 76,
  untyped: 84,
  untypedList: 92,
} as const;

/** Entries of `untypedList`. */
export const maxBootUntypeds = 230;
/**
 * An entry of `untypedList`: a word, then bytes. The third byte is one of two that seL4 leaves empty; CantripOS's
 * kernel says there that the root task itself lies in the memory, so that it is free once that is revoked.
 */
export const untypedDescription = {
  physicalAddress: 0,
  sizeBits: 4,
  isDevice: 5,
  isTainted: 6,
  bytes: 8,
} as const;
export const untypedDescriptionBytes = untypedDescription.bytes;
export const bootInfoBytes = bootInfo.untypedList + maxBootUntypeds * untypedDescriptionBytes;

/** Each piece of the extra boot information begins with two words: what it is, and its length with them. */
export const extraBootInfo = {
  id: 0,
  length: 4,
  headerBytes: 8,
  /** Identifier of a flattened device tree (SEL4_BOOTINFO_HEADER_FDT). */
  deviceTree: 6,
} as const;

export const bootInfoFields: readonly {
  readonly name: string;
  readonly offset: number;
  readonly words: number;
  readonly doc: string;
}[] = [
  {
    name: 'extraLen',
    offset: bootInfo.extraLength,
    words: 1,
    doc: 'Bytes of further boot information on the pages after this one.',
  },
  { name: 'nodeID', offset: bootInfo.nodeId, words: 1, doc: 'Always 0: one core.' },
  { name: 'numNodes', offset: bootInfo.nodeCount, words: 1, doc: 'Always 1: one core.' },
  {
    name: 'numIOPTLevels',
    offset: bootInfo.ioPageTableLevels,
    words: 1,
    doc: 'Always 0 on RISC-V.',
  },
  {
    name: 'ipcBuffer',
    offset: bootInfo.ipcBuffer,
    words: 1,
    doc: 'Where the IPC buffer of the root task is mapped.',
  },
  { name: 'empty', offset: bootInfo.empty, words: 2, doc: 'Empty slots of the root CNode.' },
  { name: 'sharedFrames', offset: bootInfo.sharedFrames, words: 2, doc: 'Always empty.' },
  {
    name: 'userImageFrames',
    offset: bootInfo.userImageFrames,
    words: 2,
    doc: 'Frames of the image, in address order.',
  },
  {
    name: 'userImagePaging',
    offset: bootInfo.userImagePaging,
    words: 2,
    doc: 'Page tables below the root.',
  },
  { name: 'ioSpaceCaps', offset: bootInfo.ioSpaceCaps, words: 2, doc: 'Always empty.' },
  {
    name: 'extraBIPages',
    offset: bootInfo.extraBootInfoPages,
    words: 2,
    doc: 'Frames of the further boot information.',
  },
  {
    name: 'initThreadCNodeSizeBits',
    offset: bootInfo.rootCNodeSizeBits,
    words: 1,
    doc: 'log2 of the slots of the root CNode.',
  },
  {
    name: 'initThreadDomain',
    offset: bootInfo.initialDomain,
    words: 1,
    doc: 'Domain of the root task.',
  },
  {
    name: 'schedcontrol',
    offset: bootInfo.schedControl,
    words: 2,
    doc: 'One SchedControl for each core.',
  },
  {
    name: 'untyped',
    offset: bootInfo.untyped,
    words: 2,
    doc: 'Untypeds: device regions first, then free RAM.',
  },
  {
    name: 'untypedList',
    offset: bootInfo.untypedList,
    words: 2 * maxBootUntypeds,
    doc: 'Address, size and kind of each untyped, in slot order.',
  },
];
