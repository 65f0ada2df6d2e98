/**
 * The IPC buffer: 512 bytes, aligned to 512, in a frame that the thread shares with the kernel.
 * sel4-abi section 2.
 */
export const ipcBufferSizeBits = 9;

export interface BufferField {
  readonly name: string;
  readonly offset: number;
  /** Words of four bytes. */
  readonly words: number;
  readonly doc: string;
}

export const ipcBuffer = {
  /** MRi is at `message + 4 * i`; the kernel leaves MR0 to MR3 in registers. */
  message: 4,
  userData: 484,
  capsOrBadges: 488,
  receiveRoot: 500,
  receiveIndex: 504,
  receiveDepth: 508,
} as const;

export const ipcBufferFields: readonly BufferField[] = [
  { name: 'tag', offset: 0, words: 1, doc: 'Message info, kept by user code; the kernel uses a1.' },
  {
    name: 'msg',
    offset: ipcBuffer.message,
    words: 120,
    doc: 'Message words; the first four travel in a2 to a5.',
  },
  { name: 'userData', offset: ipcBuffer.userData, words: 1, doc: 'Free for the thread.' },
  {
    name: 'caps_or_badges',
    offset: ipcBuffer.capsOrBadges,
    words: 3,
    doc: 'Sender: addresses of extra capabilities. Receiver: badges of the unwrapped ones.',
  },
  {
    name: 'receiveCNode',
    offset: ipcBuffer.receiveRoot,
    words: 1,
    doc: 'Address of the CNode that receives a capability.',
  },
  {
    name: 'receiveIndex',
    offset: ipcBuffer.receiveIndex,
    words: 1,
    doc: 'Address of the slot in that CNode.',
  },
  {
    name: 'receiveDepth',
    offset: ipcBuffer.receiveDepth,
    words: 1,
    doc: 'Bits of the index to translate.',
  },
];
