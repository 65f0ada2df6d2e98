/** What the kernel makes for each kind of capDL object on riscv, and how large it is. */
import {
  asidPoolBits,
  endpointBits,
  megaPageBits,
  minSchedContextBits,
  notificationBits,
  objectTypes,
  pageBits,
  pageTableBits,
  replyBits,
  slotBits,
  tcbBits,
  type ObjectTypeName,
} from '../../../abi/object-types.js';
import type { CapdlObject, CapdlObjectType } from '../spec.js';

export interface LoadedKind {
  readonly objectType: ObjectTypeName;
  /** The size argument of Untyped_Retype. */
  readonly userBits: number;
  /** log2 of the bytes. */
  readonly objectBits: number;
}

/** Undefined for a kind without memory, and for one that riscv does not have. */
export function loadedKindOf({ type, sizeBits = 0 }: CapdlObject): LoadedKind | undefined {
  switch (type) {
    case 'ep':
      return fixed('Endpoint', endpointBits);
    case 'notification':
      return fixed('Notification', notificationBits);
    case 'tcb':
      return fixed('TCB', tcbBits);
    case 'rtreply':
      return fixed('Reply', replyBits);
    case 'pt':
      return fixed('PageTable', pageTableBits);
    case 'cnode':
      return { objectType: 'CNode', userBits: sizeBits, objectBits: sizeBits + slotBits };
    case 'sc': {
      const bits = sizeBits === 0 ? minSchedContextBits : sizeBits;
      return { objectType: 'SchedContext', userBits: bits, objectBits: bits };
    }
    case 'frame':
      return sizeBits === megaPageBits
        ? fixed('Mega_Page', megaPageBits)
        : fixed('4K_Page', pageBits);
    case 'ut':
      return { objectType: 'Untyped', userBits: sizeBits, objectBits: sizeBits };
    case 'asid_pool':
      // The kernel makes it from an untyped of its size.
      return { objectType: 'Untyped', userBits: asidPoolBits, objectBits: asidPoolBits };
    default:
      return undefined;
  }
}

export const loadableTypes: ReadonlySet<CapdlObjectType> = new Set([
  'ep',
  'notification',
  'tcb',
  'cnode',
  'ut',
  'irq',
  'asid_pool',
  'pt',
  'frame',
  'sc',
  'rtreply',
]);

const fixed = (objectType: ObjectTypeName, bits: number): LoadedKind => ({
  objectType,
  userBits: 0,
  objectBits: bits,
});

export const typeNumber = (name: ObjectTypeName): number =>
  objectTypes.find((row) => row.name === name)?.type ?? 0;
