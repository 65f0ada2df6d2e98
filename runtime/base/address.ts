/**
 * Branded addresses: a physical and a virtual address never mix without a translation.
 * Both are unsigned 32-bit integers held in a JavaScript number (0 … 2^32 - 1).
 */
export type PhysAddr = number & { readonly __space: 'physical' };
export type VirtAddr = number & { readonly __space: 'virtual' };

export const physAddr = (value: number): PhysAddr => (value >>> 0) as PhysAddr;
export const virtAddr = (value: number): VirtAddr => (value >>> 0) as VirtAddr;

/** `0x0001f000`: eight lower-case digits, as listings and views print addresses. */
export const formatAddress = (value: number): string =>
  `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
