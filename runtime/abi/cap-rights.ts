/** The rights word of Copy, Mint and Map; and the data word that gives a CNode capability a guard. sel4-abi section 2. */
export const capRights = [
  { name: 'write', bit: 0, doc: 'Send to an endpoint, signal a notification, write to a page.' },
  { name: 'read', bit: 1, doc: 'Receive from an endpoint, wait for a notification, read a page.' },
  { name: 'grant', bit: 2, doc: 'Send capabilities along, and let the receiver reply with some.' },
  { name: 'grantReply', bit: 3, doc: 'Let the receiver reply, without capabilities.' },
] as const;

export const allRights = 0xf;
export const rightsWrite = 1;
export const rightsRead = 2;
export const rightsGrant = 4;
export const rightsGrantReply = 8;

/** Badges have 28 bits; the rest of the word is dropped. */
export const badgeMask = 0x0fff_ffff;

export const cnodeData = (guard: number, guardSize: number): number =>
  ((guard << 8) | ((guardSize & 0x1f) << 3)) >>> 0;
export const cnodeDataGuardSize = (data: number): number => (data >>> 3) & 0x1f;
/** 18 bits; a wider guard cannot be expressed. */
export const cnodeDataGuard = (data: number): number => (data >>> 8) & 0x3_ffff;
