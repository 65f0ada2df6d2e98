/** Questions about an image by address, name or line: binary searches over its sorted tables. */
import { virtAddr, type VirtAddr } from '../base/address.js';
import type { ImageSymbol, LineRow, SystemImage } from './system-image.js';

export interface SymbolAt {
  readonly symbol: ImageSymbol;
  /** Bytes from the symbol's address. */
  readonly offset: number;
}

/** The code or data symbol that covers `address`: the nearest at or below it, functions first. */
export function symbolAt(image: SystemImage, address: VirtAddr): SymbolAt | undefined {
  let index = lastAtOrBelow(image.symbols, address);
  let best: ImageSymbol | undefined;
  while (index >= 0) {
    const symbol = image.symbols[index];
    if (symbol === undefined || (best !== undefined && symbol.address !== best.address)) break;
    if (namesPlace(symbol) && rank(symbol) > rank(best)) {
      const offset = address - symbol.address;
      if (symbol.sizeBytes === 0 || offset < symbol.sizeBytes) best = symbol;
    }
    index -= 1;
  }
  return best && { symbol: best, offset: address - best.address };
}

export function symbolNamed(image: SystemImage, name: string): ImageSymbol | undefined {
  const found = image.symbols.filter(
    (symbol) => symbol.name === name && symbol.kind !== 'file' && symbol.kind !== 'section',
  );
  return found.find((symbol) => symbol.binding === 'global') ?? found[0];
}

/** The line row in force at `address`, or undefined outside every sequence. */
export function lineAt(image: SystemImage, address: VirtAddr): LineRow | undefined {
  const row = image.lines[lastAtOrBelow(image.lines, address)];
  return row === undefined || row.endSequence ? undefined : row;
}

/** Where the code of a source line begins in a function: behind what only makes its frame, where a compiler tells so. */
export function firstStatementIn(
  { lines }: SystemImage,
  { address, sizeBytes }: ImageSymbol,
): LineRow | undefined {
  let index = Math.max(0, lastAtOrBelow(lines, virtAddr(address - 1)));
  for (let row = lines[index]; row !== undefined; row = lines[++index]) {
    if (row.address >= address + Math.max(sizeBytes, 1)) return undefined;
    if (row.address >= address && row.isStatement && !row.endSequence) return row;
  }
  return undefined;
}

/**
 * The statement addresses of the first line at or after `line` that has code in `file`, with that line.
 * A debugger thus moves a breakpoint on a comment to the next instruction. In a function, only the lowest
 * address counts: a compiler spreads a line such as a `for` over several places, and a stop is wanted where
 * the line begins, not at each of them.
 */
export function addressesOfLine(
  image: SystemImage,
  isFile: (file: string) => boolean,
  line: number,
): { readonly line: number; readonly addresses: readonly VirtAddr[] } | undefined {
  const rows = image.lines.filter((row) => !row.endSequence && row.isStatement && isFile(row.file));
  const actual = rows.reduce(
    (best, row) => (row.line >= line ? Math.min(best, row.line) : best),
    Infinity,
  );
  if (actual === Infinity) return undefined;
  const firstInFunction = new Map<ImageSymbol | VirtAddr, VirtAddr>();
  for (const { address } of rows.filter((row) => row.line === actual)) {
    const symbol = symbolAt(image, address)?.symbol;
    const place = symbol?.kind === 'function' ? symbol : address;
    if (!firstInFunction.has(place)) firstInFunction.set(place, address);
  }
  return { line: actual, addresses: [...firstInFunction.values()] };
}

const namesPlace = ({ kind }: ImageSymbol): boolean =>
  kind === 'function' || kind === 'object' || kind === 'label';

function rank(symbol: ImageSymbol | undefined): number {
  if (symbol === undefined) return 0;
  const kind = symbol.kind === 'function' ? 4 : symbol.kind === 'object' ? 3 : 2;
  return symbol.binding === 'local' ? kind : kind + 0.5;
}

function lastAtOrBelow(rows: readonly { readonly address: VirtAddr }[], address: VirtAddr): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.address ?? Infinity) <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
