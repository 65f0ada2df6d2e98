/**
 * Names for addresses. Image symbols are found by the physical address that a virtual one leads to,
 * so the same code has the same names in every address space that maps it.
 */
import { formatAddress, virtAddr, type VirtAddr } from '../base/address.js';
import { lineAt, symbolAt, type SymbolAt } from '../image/lookup.js';
import type { ImageSymbol, LineRow } from '../image/system-image.js';
import type { Platform } from '../platform.js';
import { translate, type AddressSpace } from './address-space.js';

/** The image address that lies where `address` leads; undefined outside the image. */
export function imageAddress(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): VirtAddr | undefined {
  const found = translate(platform, space, address);
  return found && platform.physicalToImage(found.physical);
}

export function symbolFor(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): SymbolAt | undefined {
  const inImage = imageAddress(platform, space, address);
  return inImage === undefined ? undefined : symbolAt(platform.image, inImage);
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
  const inImage = imageAddress(platform, space, address);
  return inImage === undefined ? undefined : lineAt(platform.image, inImage);
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
