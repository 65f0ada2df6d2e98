/**
 * The message info word: what a message register file and IPC buffer hold. Sent in a1.
 * sel4-abi section 2.
 */
export const messageInfoFields = [
  { name: 'label', high: 31, low: 12, doc: 'Operation, error code, or fault type.' },
  {
    name: 'capsUnwrapped',
    high: 11,
    low: 9,
    doc: 'Received: bit i is set when capability i arrived as the badge of the endpoint it names.',
  },
  { name: 'extraCaps', high: 8, low: 7, doc: 'Extra capabilities sent, or handled on receipt.' },
  { name: 'length', high: 6, low: 0, doc: 'Message words; at most 120.' },
] as const;

/** Words in a message; the first four travel in registers. */
export const maxMessageWords = 120;
export const messageRegisters = 4;
export const maxExtraCaps = 3;

export const messageInfo = (
  label: number,
  capsUnwrapped: number,
  extraCaps: number,
  length: number,
): number =>
  ((label << 12) | ((capsUnwrapped & 7) << 9) | ((extraCaps & 3) << 7) | (length & 0x7f)) >>> 0;

export const infoLabel = (info: number): number => info >>> 12;
export const infoCapsUnwrapped = (info: number): number => (info >>> 9) & 7;
export const infoExtraCaps = (info: number): number => (info >>> 7) & 3;
/** A length field above 120 counts as 120. */
export const infoLength = (info: number): number => Math.min(info & 0x7f, maxMessageWords);
