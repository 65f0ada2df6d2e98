/**
 * Names for addresses. Symbols of the platform's image are found by the physical address that a virtual one leads
 * to, so the same code has the same names in every address space that maps it; others by the program of the space.
 */
import { formatAddress, virtAddr, type VirtAddr } from '../base/address.js';
import { lineAt, symbolAt, type SymbolAt } from '../image/lookup.js';
import type { ImageSymbol, LineRow } from '../image/system-image.js';
import type { Platform } from '../platform.js';
import type { AddressSpace } from './address-space.js';
import { locate } from './modules.js';

export function symbolFor(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): SymbolAt | undefined {
  const located = locate(platform, space, address);
  return located && symbolAt(located.image, located.address);
}

/** `main`, `main+12`, or undefined. */
export function symbolize(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): string | undefined {
  const found = symbolFor(platform, space, address);
  if (found === undefined) return undefined;
  return found.offset === 0 ? found.symbol.name : `${found.symbol.name}+${found.offset}`;
}

/** `0x00010004 <main+4>`, as listings print an address. */
export function describeAddress(platform: Platform, space: AddressSpace, address: number): string {
  const name = symbolize(platform, space, virtAddr(address));
  return name === undefined ? formatAddress(address) : `${formatAddress(address)} <${name}>`;
}

export function lineFor(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): LineRow | undefined {
  const located = locate(platform, space, address);
  return located && lineAt(located.image, located.address);
}

/**
 * The code symbol that covers an image address, for frames and for the start of a backwards
 * disassembly: assemblers mark few symbols as functions, so a label outside data counts.
 */
export function codeSymbolFor(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): { readonly symbol: ImageSymbol; readonly offset: number } | undefined {
  const found = symbolFor(platform, space, address);
  return found === undefined || found.symbol.kind === 'object' ? undefined : found;
}
