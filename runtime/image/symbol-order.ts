import type { ImageSymbol } from './system-image.js';

/** The order of `SystemImage.symbols`: by address, then by name, code unit by code unit. */
export function compareSymbols(a: ImageSymbol, b: ImageSymbol): number {
  return a.address - b.address || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
